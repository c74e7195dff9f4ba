"""Grading as durable work: requests, the leases under which they are worked on, and the grades that end them.

A request is claimed for a few seconds and the claim renewed while it is worked on; when its worker dies the lease runs out and
another takes over. A request has at most one grade: the table refuses a second one. Grades are added, never changed.

A request that fails for a reason that passes stays open and is due again later. A clock that jumps must not leave it there: a lease
or a pause that no worker of a right clock can have written counts as over.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, update

from interviewer.errors import Conflict
from interviewer.models import ExaminerName, Grade, Outcome, Reason, Ungraded, Usage, Waiting
from interviewer.records.base import Database
from interviewer.records.codec import encode_outcome
from interviewer.records.tables import grades, grading_requests, interviews, turns

LEASE = timedelta(seconds=6)
SKEW = timedelta(seconds=60)
"""How far the clocks of two replicas may be apart. What was written later than this from now was written by a clock that is wrong."""

ABANDONED = timedelta(hours=1)
"""A request for an examiner that this process does not have is left to others for so long; then it is told that nobody has it."""

Also = Callable[[Connection], None]
"""What else is to be written in the transaction that puts down an outcome: the two stand or fall together."""

_STAND_IN = ":stand-in"

_givers = grading_requests.alias("givers")
_GRADED = (
    select(grades.c.id)
    .join(_givers, _givers.c.id == grades.c.request_id)
    .where(grades.c.turn_id == grading_requests.c.turn_id, grades.c.score.is_not(None), _givers.c.idempotency_key.not_like(f"%{_STAND_IN}"))
    .correlate(grading_requests)
    .exists()
)

# Worded once; see `store`.
_ASK = insert(grading_requests)
_ASKED = select(
    grading_requests.c.turn_id, grading_requests.c.done, grading_requests.c.tries, grading_requests.c.last_reason,
    grading_requests.c.last_at, grading_requests.c.not_before, grading_requests.c.tried_tokens, grading_requests.c.tried_cost,
    grading_requests.c.lease_owner,
).where(
    grading_requests.c.turn_id.in_(select(turns.c.id).where(turns.c.interview_id == bindparam("interview"))),
    or_(grading_requests.c.done.is_(False), grading_requests.c.tries > 0),
)  # fmt: skip
_END = (
    update(grading_requests)
    .where(grading_requests.c.id == bindparam("request"), grading_requests.c.done.is_(False))
    .values(done=True, lease_owner=None, lease_until=None)
    .returning(grading_requests.c.turn_id)
)
_TOUCH = (
    update(interviews)
    .where(interviews.c.id == select(turns.c.interview_id).where(turns.c.id == bindparam("turn")).scalar_subquery())
    .values(stale=True)
)
_ADD_GRADE = insert(grades)


@dataclass(frozen=True, slots=True)
class GradingRequest:
    """A claimed request: whose answer to grade, and by whom. `attempts`: how often it was claimed since it failed last, this time included.

    `tries`: how often it failed for a reason that passes; `waited`: seconds of all pauses since then. `by_hand`: a person wants it now.
    `graded`: the answer has a grade, other than a stand-in's, already. `contested_point`: the one point to be judged anew, None for all.
    """

    id: str
    interview_id: str
    owner: str
    turn_seq: int
    examiner: ExaminerName
    attempts: int = 1
    tries: int = 0
    waited: float = 0.0
    by_hand: bool = False
    graded: bool = False
    contested_point: str | None = None


@dataclass(frozen=True, slots=True)
class RequestState:
    """What is known of the requests for one turn. See `models.Turn`."""

    pending: bool = False
    waiting: Waiting | None = None
    in_vain: Usage = field(default_factory=Usage)


def request_grading(
    connection: Connection, *, turn_id: int, answer: str, examiner: ExaminerName, now: datetime, lease_owner: str | None = None,
    contested_point: str | None = None,
) -> str | None:  # fmt: skip
    """Ask for a grade within a transaction of the caller's; returns the request's id, or None if one is being worked on already.

    With `lease_owner` the request is born claimed, which saves the worker of this process a transaction. A request that waits to be
    tried again is taken up at once; one that waits for another examiner is given up, because this is what is wanted now.
    `contested_point`: the one point to be judged anew, None for all.
    """
    lease = {"lease_owner": lease_owner, "lease_until": now + LEASE if lease_owner else None}
    mine = grading_requests.c.turn_id == turn_id
    waits = connection.execute(
        select(grading_requests)
        .where(mine, grading_requests.c.done.is_(False), grading_requests.c.tries > 0, _is_free(now))
        .with_for_update()
    ).one_or_none()
    if waits is not None:
        same = waits.examiner == examiner.value
        taken_up = {"not_before": now, "attempts": 1 if lease_owner else 0, **lease}
        values = taken_up if same else {"done": True, "lease_owner": None, "lease_until": None}
        connection.execute(update(grading_requests).where(grading_requests.c.id == waits.id).values(**values))
        if same:
            return str(waits.id)
    earlier = connection.execute(select(func.count(), func.count().filter(grading_requests.c.done.is_(False))).where(mine)).one()
    if earlier[1]:
        return None
    return request_first_grading(
        connection, turn_id=turn_id, answer=answer, examiner=examiner, now=now, lease_owner=lease_owner, earlier=earlier[0],
        contested_point=contested_point,
    )  # fmt: skip


def request_first_grading(
    connection: Connection, *, turn_id: int, answer: str, examiner: ExaminerName, now: datetime, lease_owner: str | None = None, earlier: int = 0,
    contested_point: str | None = None,
) -> str:  # fmt: skip
    """`request_grading` where nothing that is open was asked for, as with an answer that came in this very transaction.

    `earlier`: requests for this turn that have ended.
    """
    request_id = secrets.token_hex(16)
    digest = hashlib.sha256(answer.encode("utf-8", "surrogatepass")).hexdigest()
    values = {
        "id": request_id, "turn_id": turn_id, "examiner": examiner.value, "contested_point": contested_point, "created_at": now, "attempts": 1 if lease_owner else 0,
        "done": False, "idempotency_key": f"{turn_id}:{digest}:{earlier}", "lease_owner": lease_owner,
        "lease_until": now + LEASE if lease_owner else None,
    }  # fmt: skip
    connection.execute(_ASK, values)
    return request_id


def read_requests(connection: Connection, interview_id: str) -> dict[int, RequestState]:
    """What is known of the requests for an interview's turns; a turn whose requests are all ended at the first try is left out."""
    found: dict[int, RequestState] = {}
    for row in connection.execute(_ASKED, {"interview": interview_id}):
        known = found.get(row.turn_id, RequestState())
        in_vain = known.in_vain
        if row.tries:
            in_vain += Usage(prompt_tokens=row.tried_tokens, cost=row.tried_cost or None)
        known = replace(known, in_vain=in_vain)
        found[row.turn_id] = known if row.done else replace(known, pending=True, waiting=_waiting(row))
    return found


def _waiting(row: Any) -> Waiting | None:
    if not row.tries:
        return None
    return Waiting(Reason(row.last_reason), row.tries, row.last_at, row.not_before, running=row.lease_owner is not None)


class GradingQueue:
    """The requests of everybody in one database, as a worker sees them. `worker` names this process in its leases."""

    def __init__(self, database: Database, *, worker: str) -> None:
        self._database, self.worker = database, worker

    def claim(self, now: datetime, able: Collection[ExaminerName] = tuple(ExaminerName)) -> tuple[str, int] | None:
        """Take over one request that is due and that nobody works on; returns its id and its turn's, or None if there is none.

        `able`: the examiners that this process has.
        """
        columns = grading_requests.c
        mine = or_(
            columns.examiner.in_([name.value for name in able]), func.coalesce(columns.not_before, columns.created_at) < now - ABANDONED
        )
        due = and_(columns.done.is_(False), _is_free(now), _is_due(now), mine)
        with self._database.reading() as connection:
            if connection.execute(select(grading_requests.c.id).where(due).limit(1)).first() is None:
                return None
        with self._database.writing() as connection:
            oldest = (
                select(grading_requests.c.id, grading_requests.c.turn_id)
                .where(due)
                .order_by(grading_requests.c.created_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
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
        with self._database.reading() as connection:
            row = connection.execute(
                select(grading_requests, turns.c.seq, interviews.c.id.label("interview_id"), interviews.c.owner, _GRADED.label("graded"))
                .join(turns, turns.c.id == grading_requests.c.turn_id)
                .join(interviews, interviews.c.id == turns.c.interview_id)
                .where(grading_requests.c.id == request_id)
            ).one_or_none()
        if row is None:
            return None
        examiner = ExaminerName(row.examiner)
        return GradingRequest(
            request_id, row.interview_id, row.owner, row.seq, examiner, row.attempts, row.tries, row.waited, graded=row.graded,
            contested_point=row.contested_point,
        )  # fmt: skip

    def renew(self, request_ids: frozenset[str], now: datetime) -> None:
        """Keep the leases of what this worker is still working on."""
        self._lease(request_ids, {"lease_until": now + LEASE})

    def release(self, request_ids: frozenset[str]) -> None:
        """Give unfinished work back at once, when this worker shuts down."""
        self._lease(request_ids, {"lease_owner": None, "lease_until": None})

    def _lease(self, request_ids: frozenset[str], values: dict[str, object]) -> None:
        with self._database.writing() as connection:
            connection.execute(
                update(grading_requests)
                .where(grading_requests.c.id.in_(request_ids), grading_requests.c.lease_owner == self.worker)
                .values(**values)
            )

    # ------------------------------------------------------------ what came of it

    def complete(
        self, request_id: str, outcome: Outcome, now: datetime, *, stand_in: Grade | None = None, also: Also | None = None
    ) -> bool:
        """Put down the outcome that ends the request; False if the request is gone, or somebody else's outcome came first.

        `stand_in`: the grade that counts until the chosen examiner gives one. `also`: see `Also`; left out if this is False.
        """
        try:
            with self._database.writing() as connection:
                turn_id = connection.scalar(_END, {"request": request_id})
                if turn_id is None:
                    return False
                _add_grade(connection, turn_id, request_id, outcome, now)
                if stand_in:
                    _add_stand_in(connection, turn_id, stand_in, now)
                if also:
                    also(connection)
                return True
        except Conflict:
            return False

    def postpone(
        self, request_id: str, outcome: Ungraded, now: datetime, *, pause: float, stand_in: Grade | None = None, also: Also | None = None
    ) -> bool:
        """Put down that this try failed and that the request is due again in `pause` seconds; False if it is not this worker's any more."""
        usage, columns = outcome.usage, grading_requests.c
        with self._database.writing() as connection:
            turn_id = connection.scalar(
                update(grading_requests)
                .where(columns.id == request_id, columns.done.is_(False), columns.lease_owner == self.worker)
                .values(
                    lease_owner=None, lease_until=None, attempts=0, tries=columns.tries + 1, waited=columns.waited + pause,
                    last_reason=outcome.reason.value, last_at=now, not_before=now + timedelta(seconds=pause),
                    tried_tokens=columns.tried_tokens + usage.prompt_tokens + usage.completion_tokens,
                    tried_cost=columns.tried_cost + (usage.cost or 0.0),
                )
                .returning(columns.turn_id)
            )  # fmt: skip
            if turn_id is None:
                return False
            if stand_in:
                _add_stand_in(connection, turn_id, stand_in, now)
            if also:
                also(connection)
            return True

    def stand_in(self, turn_id: int, grade: Grade, now: datetime) -> bool:
        """Put down a stand-in's grade of a turn whose examiner has given none; False if there is a grade already."""
        with self._database.writing() as connection:
            return _add_stand_in(connection, turn_id, grade, now)

    def hurry(self, reasons: Collection[Reason], now: datetime) -> int:
        """Make due at once what waits for one of these reasons, because the cause is gone; returns how many that are."""
        columns = grading_requests.c
        waits = and_(columns.done.is_(False), columns.tries > 0, columns.lease_owner.is_(None))
        with self._database.writing() as connection:
            hurried = connection.execute(
                update(grading_requests).where(waits, columns.last_reason.in_([reason.value for reason in reasons])).values(not_before=now)
            )
            return hurried.rowcount


def _is_free(now: datetime) -> ColumnElement[bool]:
    lease = grading_requests.c.lease_until
    return or_(lease.is_(None), lease < now, lease > now + LEASE + SKEW)


def _is_due(now: datetime) -> ColumnElement[bool]:
    # A try that failed in the future shows that the clock was set back; how long ago it really was is not known.
    return or_(grading_requests.c.not_before.is_(None), grading_requests.c.not_before <= now, grading_requests.c.last_at > now + SKEW)


def _add_grade(connection: Connection, turn_id: int, request_id: str, outcome: Outcome, now: datetime) -> None:
    connection.execute(_TOUCH, {"turn": turn_id})
    values = {
        "turn_id": turn_id,
        "request_id": request_id,
        "at": now,
        "score": outcome.score if isinstance(outcome, Grade) else None,
        "reason": outcome.reason.value if isinstance(outcome, Ungraded) else None,
        "examiner": outcome.provenance.examiner,
        "tokens": outcome.usage.prompt_tokens + outcome.usage.completion_tokens,
        "cost": outcome.usage.cost or 0.0,
        "outcome": encode_outcome(outcome),
    }
    connection.execute(_ADD_GRADE, values)


def _add_stand_in(connection: Connection, turn_id: int, grade: Grade, now: datetime) -> bool:
    """A stand-in's grade is a request of its own that was born ended, so that each request has one grade here too."""
    last = connection.execute(
        select(grading_requests.c.id, grading_requests.c.idempotency_key)
        .where(grading_requests.c.turn_id == turn_id)
        .order_by(grading_requests.c.created_at.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    graded = connection.execute(select(grades.c.id).where(grades.c.turn_id == turn_id, grades.c.score.is_not(None)).limit(1)).first()
    if last is None or graded is not None:
        return False
    request_id = secrets.token_hex(16)
    connection.execute(
        insert(grading_requests).values(
            id=request_id, turn_id=turn_id, examiner=grade.provenance.examiner, created_at=now, attempts=1, done=True,
            idempotency_key=last.idempotency_key + _STAND_IN,
        )
    )  # fmt: skip
    _add_grade(connection, turn_id, request_id, grade, now)
    return True
