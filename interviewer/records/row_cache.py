"""What never changes once it is stored, kept decoded: an interview's questions, grades, and turns that are done.

Reading an interview then reads and decodes only what is new. What is worked out of somebody's cards is kept by the stamp of these.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, select

from interviewer.models import GradeRecord, Question, Turn
from interviewer.questions.encoding import decode_question
from interviewer.records.codec import decode_outcome
from interviewer.records.tables import grades, interview_questions, question_snapshots

_PLANNED = (
    select(interview_questions.c.question_id, interview_questions.c.digest)
    .where(interview_questions.c.interview_id == bindparam("interview"))
    .order_by(interview_questions.c.position)
)
_BY_REQUEST = select(grades).where(grades.c.request_id.in_(bindparam("requests", expanding=True)))
MOST = 5000
"""Values of a kind that are kept; beyond it all are let go and read again as needed."""

MOST_TRAINED = 300
"""The same of what is worked out of people's cards: of an ordinary bank some 50 kB a person."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class TurnStage(NamedTuple):
    """What tells a turn that is done from every other, and from itself before; its number comes again after an erasure or a restore.

    `graded`: the requests that have led to a grade.
    """

    interview_id: str
    turn_id: int
    replied_at: datetime | None
    revealed: bool
    graded: tuple[str, ...]


class RowCache:
    """Decoded values by the keys under which they never change. Safe to use from many threads: at worst a value is decoded twice."""

    def __init__(self) -> None:
        self._snapshots: dict[str, Question] = {}
        self._plans: dict[str, Mapping[str, Question]] = {}
        self._grades: dict[str, GradeRecord] = {}
        self._turns: dict[TurnStage, Turn] = {}

        self._trained: dict[tuple[str, str], tuple[Hashable, Any]] = {}

    def forget(self) -> None:
        """Let go all that candidates said, and what is known of their memory: after an erasure nothing of it may stay in memory.

        A reader at work keeps the old to itself.
        """
        self._grades, self._turns, self._trained = {}, {}, {}

    def trained(self) -> dict[tuple[str, str], tuple[Hashable, Any]]:
        """By owner and what it is: under which key it was worked out, and what; whoever works it out anew puts it here."""
        if len(self._trained) >= MOST_TRAINED:
            self._trained = {}
        return self._trained

    def questions(self, connection: Connection, interview_id: str) -> Mapping[str, Question]:
        """The questions of an interview's plan by id, in order, as they were when it began."""
        plans = self._plans = _with_room(self._plans)
        if interview_id not in plans:
            planned = connection.execute(_PLANNED, {"interview": interview_id}).all()
            snapshots = self._read_snapshots(connection, {digest for _, digest in planned})
            plans[interview_id] = {question_id: snapshots[digest] for question_id, digest in planned}
        return plans[interview_id]

    def _read_snapshots(self, connection: Connection, digests: Collection[str]) -> Mapping[str, Question]:
        known = self._snapshots = _with_room(self._snapshots)
        new = [digest for digest in digests if digest not in known]
        if new:
            rows = connection.execute(
                select(question_snapshots.c.digest, question_snapshots.c.content).where(question_snapshots.c.digest.in_(new))
            )
            known.update({digest: decode_question(content) for digest, content in rows})
        return known

    def grades(self, connection: Connection, request_ids: Collection[str]) -> Mapping[str, GradeRecord]:
        """The grades that these requests led to. Kept by request, whose id is never used again, unlike a row's number."""
        known = self._grades = _with_room(self._grades)
        new = [request_id for request_id in request_ids if request_id not in known]
        if new:
            rows = connection.execute(_BY_REQUEST, {"requests": new}).mappings()
            known.update(
                {row["request_id"]: GradeRecord(row["id"], row["request_id"], decode_outcome(row["outcome"]), row["at"]) for row in rows}
            )
        return known

    def turns(self) -> dict[TurnStage, Turn]:
        """The turns that are kept; whoever has read another one that is done adds it."""
        known = self._turns = _with_room(self._turns)
        return known


def _with_room(kept: dict[_Key, _Value]) -> dict[_Key, _Value]:
    return kept if len(kept) < MOST else {}
