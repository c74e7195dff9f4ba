"""What never changes once it is stored, kept decoded: question snapshots and grades. Reading an interview then decodes only what is new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, bindparam, select

from interviewer.models import GradeRecord, Question
from interviewer.questions.encoding import decode_question
from interviewer.records.codec import decode_outcome
from interviewer.records.tables import grades, question_snapshots, turns

_GIVEN = (
    select(grades.c.turn_id, grades.c.request_id)
    .where(grades.c.turn_id.in_(select(turns.c.id).where(turns.c.interview_id == bindparam("interview"))))
    .order_by(grades.c.id)
)
_BY_REQUEST = select(grades).where(grades.c.request_id.in_(bindparam("requests", expanding=True)))
MOST = 5000
"""Values of a kind that are kept; beyond it all are let go and read again as needed."""


class Decoded:
    """Decoded values by the keys under which they never change. Safe to use from many threads: at worst a value is decoded twice."""

    def __init__(self) -> None:
        self._questions: dict[str, Question] = {}
        self._grades: dict[str, GradeRecord] = {}

    def forget(self) -> None:
        """Let every grade go: after an erasure nothing of it may stay in memory. A reader at work keeps the old ones to itself."""
        self._grades = {}

    def questions(self, connection: Connection, digests: Sequence[str]) -> dict[str, Question]:
        """The snapshots by digest."""
        known = self._questions = self._questions if len(self._questions) < MOST else {}
        new = [digest for digest in digests if digest not in known]
        if new:
            rows = connection.execute(
                select(question_snapshots.c.digest, question_snapshots.c.content).where(question_snapshots.c.digest.in_(new))
            )
            known.update({digest: decode_question(content) for digest, content in rows})
        return {digest: known[digest] for digest in digests}

    def grades(self, connection: Connection, interview_id: str) -> Iterator[tuple[int, GradeRecord]]:
        """Turn id and grade of an interview, oldest first. Kept by request id, which is never used again, unlike a row's number."""
        listed = connection.execute(_GIVEN, {"interview": interview_id}).all()
        known = self._grades = self._grades if len(self._grades) < MOST else {}
        new = [request_id for _, request_id in listed if request_id not in known]
        if new:
            rows = connection.execute(_BY_REQUEST, {"requests": new}).mappings()
            known.update(
                {row["request_id"]: GradeRecord(row["id"], row["request_id"], decode_outcome(row["outcome"]), row["at"]) for row in rows}
            )
        for turn_id, request_id in listed:
            yield turn_id, known[request_id]
