"""Grading as durable work: requests, the leases under which they are worked on, and the grades that end them.

A request is claimed for a few seconds and the claim renewed while it is worked on; when its worker dies the lease runs out and
another takes over. A request has at most one grade: the table refuses a second one. Grades are added, never changed.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from interviewer.models import ExaminerName, Grade, Outcome
from interviewer.records.codec import encode_outcome
from interviewer.records.tables import grades, grading_requests, interviews, turns

LEASE = timedelta(seconds=6)


@dataclass(frozen=True, slots=True)
class GradingRequest:
    """A claimed request: whose answer to grade, and by whom. `attempts`: how often it was claimed, this time included."""

    id: str
    interview_id: str
    owner: str
    turn_seq: int
    examiner: ExaminerName
    attempts: int = 1


def request_grading(
    connection: Connection, *, turn_id: int, answer: str, examiner: ExaminerName, now: datetime, lease_owner: str | None = None
) -> str | None:
    """Ask for a grade within a transaction of the caller's; returns the request's id, or None if one is under way already.

    With `lease_owner` the request is born claimed, which saves the worker of this process a transaction.
    """
    earlier = connection.execute(
        select(func.count(), func.count().filter(grading_requests.c.done.is_(False))).where(grading_requests.c.turn_id == turn_id)
    ).one()
    if earlier[1]:
        return None
    request_id = secrets.token_hex(16)
    connection.execute(
        insert(grading_requests).values(
            id=request_id,
            turn_id=turn_id,
            examiner=examiner.value,
            created_at=now,
            attempts=1 if lease_owner else 0,
            done=False,
            idempotency_key=f"{turn_id}:{hashlib.sha256(answer.encode('utf-8', 'surrogatepass')).hexdigest()}:{earlier[0]}",
            lease_owner=lease_owner,
            lease_until=now + LEASE if lease_owner else None,
        )
    )
    return request_id


class GradingQueue:
    """The requests of everybody in one database, as a worker sees them. `worker` names this process in its leases."""

    def __init__(self, engine: Engine, *, worker: str) -> None:
        self._engine, self.worker = engine, worker

    def claim(self, now: datetime) -> tuple[str, int] | None:
        """Take over one request that nobody works on; returns its id and its turn's, or None if there is none."""
        free = and_(grading_requests.c.done.is_(False), or_(grading_requests.c.lease_until.is_(None), grading_requests.c.lease_until < now))
        with self._engine.connect().execution_options(reading=True) as connection:
            if connection.execute(select(grading_requests.c.id).where(free).limit(1)).first() is None:
                return None
        with self._engine.begin() as connection:
            oldest = select(grading_requests.c.id, grading_requests.c.turn_id).where(free).order_by(grading_requests.c.created_at).limit(1)
            found = connection.execute(oldest).one_or_none()
            if found is None:
                return None
            connection.execute(
                update(grading_requests)
                .where(grading_requests.c.id == found.id)
                .values(lease_owner=self.worker, lease_until=now + LEASE, attempts=grading_requests.c.attempts + 1)
            )
            return found.id, found.turn_id

    def read(self, request_id: str) -> GradingRequest | None:
        """What the request asks for, or None if its interview was deleted meanwhile."""
        with self._engine.connect().execution_options(reading=True) as connection:
            row = connection.execute(
                select(grading_requests.c.examiner, turns.c.seq, interviews.c.id, interviews.c.owner, grading_requests.c.attempts)
                .join(turns, turns.c.id == grading_requests.c.turn_id)
                .join(interviews, interviews.c.id == turns.c.interview_id)
                .where(grading_requests.c.id == request_id)
            ).one_or_none()
        return GradingRequest(request_id, row[2], row[3], row[1], ExaminerName(row[0]), row[4]) if row else None

    def renew(self, request_ids: frozenset[str], now: datetime) -> None:
        """Keep the leases of what this worker is still working on."""
        with self._engine.begin() as connection:
            connection.execute(
                update(grading_requests)
                .where(grading_requests.c.id.in_(request_ids), grading_requests.c.lease_owner == self.worker)
                .values(lease_until=now + LEASE)
            )

    def release(self, request_ids: frozenset[str]) -> None:
        """Give unfinished work back at once, when this worker shuts down."""
        with self._engine.begin() as connection:
            connection.execute(
                update(grading_requests)
                .where(grading_requests.c.id.in_(request_ids), grading_requests.c.lease_owner == self.worker)
                .values(lease_owner=None, lease_until=None)
            )

    def complete(self, request_id: str, outcome: Outcome, now: datetime) -> bool:
        """Put down the outcome; False if the request is gone, or somebody else's outcome came first."""
        try:
            with self._engine.begin() as connection:
                turn_id = connection.scalar(
                    update(grading_requests)
                    .where(grading_requests.c.id == request_id, grading_requests.c.done.is_(False))
                    .values(done=True, lease_owner=None, lease_until=None)
                    .returning(grading_requests.c.turn_id)
                )
                if turn_id is None:
                    return False
                mine = select(turns.c.interview_id).where(turns.c.id == turn_id).scalar_subquery()
                connection.execute(update(interviews).where(interviews.c.id == mine).values(stale=True))
                connection.execute(
                    insert(grades).values(
                        turn_id=turn_id,
                        request_id=request_id,
                        at=now,
                        score=outcome.score if isinstance(outcome, Grade) else None,
                        reason=None if isinstance(outcome, Grade) else outcome.reason.value,
                        examiner=outcome.provenance.examiner,
                        tokens=outcome.usage.prompt_tokens + outcome.usage.completion_tokens,
                        cost=outcome.usage.cost or 0.0,
                        outcome=encode_outcome(outcome),
                    )
                )
                return True
        except IntegrityError:
            return False
