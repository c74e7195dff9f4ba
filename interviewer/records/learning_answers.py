"""The corrected answers that are kept for learning. They go with their interview (`desk_rows.forget_learned`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select

from interviewer.models import LabelledAnswer, LearnedPoint, LearningAnswer, VerdictStatus
from interviewer.records.authored import note_change
from interviewer.records.authored_rows import drop_labelled
from interviewer.records.authored_tables import labelled_answers
from interviewer.records.base import Database
from interviewer.records.desk_tables import learning_answers
from interviewer.records.labelled import put_labelled
from interviewer.records.tables import interviews

_kept = learning_answers.c
_PAGE = 500


class LearningAnswerStore:
    """The rows of one database; each method is one transaction. Who may read the interviews is asked before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_interview(self, interview_id: str) -> dict[int, LearningAnswer]:
        """Those of an interview, by their turn."""
        query = select(learning_answers).where(_kept.interview_id == interview_id)
        with self._database.reading() as connection:
            return {row["turn_seq"]: _answer(row) for row in connection.execute(query).mappings()}

    def of_owner(self, owner: str) -> tuple[LearningAnswer, ...]:
        """Those of somebody's interviews, in the order in which they were kept."""
        theirs = select(interviews.c.id).where(interviews.c.owner == owner)
        query = select(learning_answers).where(_kept.interview_id.in_(theirs)).order_by(_kept.at, _kept.id)
        with self._database.reading() as connection:
            return tuple(_answer(row) for row in connection.execute(query).mappings())

    def put(self, answer: LearningAnswer, labelled: LabelledAnswer | None) -> None:
        """Keep it in the place of what was kept of its turn, with the labelled answer that is made of it: both, or nothing. Conflict if the
        interview is gone."""
        same = (_kept.interview_id == answer.interview_id) & (_kept.turn_seq == answer.turn_seq)
        values = {
            **{name: getattr(answer, name) for name in _PLAIN}, "errors": list(answer.errors),
            "points": [{"id": point.id, "verdict": point.verdict.value, "quote": point.quote} for point in answer.points],
        }  # fmt: skip
        with self._database.writing() as connection:
            before = select(_kept.labelled_id).where(same, _kept.labelled_id.is_not(None))
            connection.execute(delete(labelled_answers).where(labelled_answers.c.id.in_(before)))
            connection.execute(delete(learning_answers).where(same))
            connection.execute(insert(learning_answers).values(values))
            if labelled:
                put_labelled(connection, labelled)

    def delete(self, interview_id: str, turn_seq: int) -> None:
        """Take it back, and what was made and learned of it."""
        same = (_kept.interview_id == interview_id) & (_kept.turn_seq == turn_seq)
        with self._database.writing() as connection:
            labelled_id = connection.scalar(select(_kept.labelled_id).where(same))
            if labelled_id:
                drop_labelled(connection, labelled_answers.c.id == labelled_id)
                note_change(connection)
            connection.execute(delete(learning_answers).where(same))

    def all(self) -> Iterator[LearningAnswer]:
        """All there are, in the order of their ids, some at a time."""
        last = ""
        while True:
            with self._database.reading() as connection:
                query = select(learning_answers).where(_kept.id > last).order_by(_kept.id).limit(_PAGE)
                found = [_answer(row) for row in connection.execute(query).mappings()]
            yield from found
            if len(found) < _PAGE:
                return
            last = found[-1].id


_PLAIN = (
    "id", "interview_id", "turn_seq", "question_id", "question_digest", "lang", "text", "score", "coach_id", "labelled_id", "at",
)  # fmt: skip


def _answer(row: RowMapping) -> LearningAnswer:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    points = tuple(LearnedPoint(each["id"], VerdictStatus(each["verdict"]), each["quote"]) for each in row["points"])
    return LearningAnswer(**values, points=points, errors=tuple(row["errors"]))
