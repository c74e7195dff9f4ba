"""How things stand by the records: a few cheap queries, for whoever watches. What the answers mean is in `observability.load`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Select, and_, case, func, select, union_all

from interviewer.models import ExaminerName, Person, Reason
from interviewer.observability.load import Failure, Load, Queued, Trouble, find_trouble
from interviewer.records.base import Database
from interviewer.records.people_tables import spending
from interviewer.records.tables import grades, grading_requests, improvements, interviews, turns
from interviewer.records.visibility import visible_to

ACTIVE = timedelta(hours=1)
"""An interview that is not finished is active while its latest question is no older."""
LONGEST = timedelta(days=2)
"""How long ago it may have been begun: the many that were never finished are not looked into."""
LATEST_GRADES = 200
"""How many of the latest grades are searched for the model's: the table has no index by time, and its rows are large."""

_MODEL = ExaminerName.LLM.value


@dataclass(frozen=True, slots=True)
class Budgets:
    """The operator's limits; 0 means none. See `Settings`."""

    interview_tokens: int = 0
    interview_cost: float = 0.0
    day_tokens: int = 0
    day_cost: float = 0.0


def read_load(database: Database, now: datetime, *, failures: Collection[Reason], budgets: Budgets = Budgets()) -> Load:
    """All of it as of one moment. `failures`: the reasons that are the endpoint's; StoreError if the records cannot be read."""
    with database.reading() as connection:
        active = tuple(connection.scalars(_active(now)))
        return Load(
            queued=_read_queue(connection, now),
            active=len(active),
            trouble=_read_trouble(connection, now, failures),
            budgets=_read_budgets(connection, now, active, budgets),
        )


def read_trouble(database: Database, now: datetime, *, failures: Collection[Reason]) -> Trouble | None:
    """Only the model's trouble."""
    with database.reading() as connection:
        return _read_trouble(connection, now, failures)


def read_waiting(database: Database, viewer: Person) -> tuple[int, datetime | None]:
    """How many answers wait for a grade, and since when the oldest: of those whose interviews the viewer may read, for an admin of all."""
    waiting = select(func.count(), func.min(grading_requests.c.created_at)).where(grading_requests.c.done.is_(False))
    if not viewer.may_administer:
        mine = visible_to(viewer, interviews.c.owner)
        waiting = waiting.join(turns, turns.c.id == grading_requests.c.turn_id).join(interviews, interviews.c.id == turns.c.interview_id)
        waiting = waiting.where(mine)
    with database.reading() as connection:
        count, oldest = connection.execute(waiting).one()
    return count, oldest


def _active(now: datetime) -> Select[str]:
    asked = select(turns.c.id).where(turns.c.interview_id == interviews.c.id, turns.c.asked_at > now - ACTIVE).exists()
    return select(interviews.c.id).where(interviews.c.finished_at.is_(None), interviews.c.created_at > now - LONGEST, asked)


def _read_queue(connection: Connection, now: datetime) -> tuple[Queued, ...]:
    columns = grading_requests.c
    state = case((columns.lease_until > now, "running"), (columns.not_before > now, "put_off"), else_="due").label("state")
    open_ones = (
        select(columns.examiner, state, func.count(), func.min(columns.created_at))
        .where(columns.done.is_(False))
        .group_by(columns.examiner, state)
    )
    return tuple(Queued(*row) for row in connection.execute(open_ones))


def _read_trouble(connection: Connection, now: datetime, reasons: Collection[Reason]) -> Trouble | None:
    latest = (
        select(grades.c.at, grades.c.score, grades.c.reason, grades.c.examiner).order_by(grades.c.id.desc()).limit(LATEST_GRADES).subquery()
    )
    ended = connection.execute(select(latest.c.at, latest.c.score, latest.c.reason).where(latest.c.examiner == _MODEL)).all()
    columns, known = grading_requests.c, {reason.value for reason in reasons}
    goes_on = select(columns.created_at, columns.last_at, columns.last_reason).where(
        columns.done.is_(False), columns.tries > 0, columns.examiner == _MODEL, columns.last_reason.in_(known)
    )
    failures = [Failure(row.at, row.at, Reason(row.reason)) for row in ended if row.reason in known]
    failures += [Failure(asked, failed, Reason(reason)) for asked, failed, reason in connection.execute(goes_on)]
    return find_trouble(max((row.at for row in ended if row.score is not None), default=None), failures, now)


def _read_budgets(connection: Connection, now: datetime, active: Collection[str], budgets: Budgets) -> Mapping[str, float]:
    """Only of the limits that are set."""
    taken = {}
    if budgets.day_tokens or budgets.day_cost:
        today = select(func.max(spending.c.tokens), func.max(spending.c.cost)).where(
            spending.c.day == now.astimezone(UTC).date().isoformat()
        )
        taken["day_tokens"], taken["day_cost"] = connection.execute(today).one()
    if budgets.interview_tokens or budgets.interview_cost:
        taken["interview_tokens"], taken["interview_cost"] = _most_of_an_interview(connection, active)
    limits = {name: getattr(budgets, name) for name in taken}
    return {name: (taken[name] or 0) / limit for name, limit in limits.items() if limit}


def _most_of_an_interview(connection: Connection, active: Collection[str]) -> tuple[int | None, float | None]:
    """Tokens and dollars that the most expensive of these interviews has taken: by grades, failed tries and improved answers."""
    mine, requests = turns.c.interview_id.in_(active), grading_requests.c
    parts = union_all(
        select(turns.c.interview_id, grades.c.tokens, grades.c.cost).join(grades, grades.c.turn_id == turns.c.id).where(mine),
        select(turns.c.interview_id, requests.tried_tokens, requests.tried_cost)
        .join(grading_requests, requests.turn_id == turns.c.id)
        .where(and_(mine, requests.tries > 0)),
        select(improvements.c.interview_id, improvements.c.tokens, improvements.c.cost).where(improvements.c.interview_id.in_(active)),
    ).subquery()
    by_interview = (
        select(func.sum(parts.c.tokens).label("tokens"), func.sum(parts.c.cost).label("cost")).group_by(parts.c.interview_id).subquery()
    )
    tokens, cost = connection.execute(select(func.max(by_interview.c.tokens), func.max(by_interview.c.cost))).one()
    return tokens, cost
