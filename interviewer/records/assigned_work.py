"""What is put down with an interview that is made for an assignment: which one, and what was noted while its answers were written."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime

from sqlalchemy import Connection, and_, case, delete, exists, func, select, update

from interviewer.models.assigned_work import AssignedWork, Conduct
from interviewer.models.assignments import later
from interviewer.models.interviews import ReplyKind
from interviewer.records.assignment_tables import assignment_people, assignments, conduct
from interviewer.records.base import Database
from interviewer.records.dialects import insert_if_absent
from interviewer.records.tables import interviews, turns

MOST = 1_000_000
"""No count and no sum grows beyond this, whatever a page says."""
_BY_CLOCK = (ReplyKind.TIMED_OUT.value, ReplyKind.RAN_OUT.value)

last_reply = func.max(case((turns.c.reply_kind.in_(_BY_CLOCK), turns.c.asked_at), else_=turns.c.replied_at))
"""When the last reply came, as `Interview.is_late` takes it: what the clock closed counts by when it was asked."""


def read_work(connection: Connection, assignment_id: str, owner: str, interview_id: str) -> AssignedWork | None:
    """What an interview of `owner` knows of its assignment; who may read the interview was asked before."""
    theirs = and_(assignment_people.c.assignment_id == assignments.c.id, assignment_people.c.person_id == owner)
    row = connection.execute(
        select(assignments.c.title, assignments.c.due_at, assignments.c.observed, assignment_people.c.extended_to)
        .select_from(assignments.outerjoin(assignment_people, theirs))
        .where(assignments.c.id == assignment_id)
    ).one_or_none()
    if row is None:
        return None
    noted = _read_conduct(connection, interview_id) if row.observed else {}
    return AssignedWork(assignment_id, row.title, later(row.due_at, row.extended_to), row.observed, noted)


def _read_conduct(connection: Connection, interview_id: str) -> dict[int, Conduct]:
    rows = connection.execute(select(conduct).join(turns, turns.c.id == conduct.c.turn_id).where(turns.c.interview_id == interview_id))
    return {row.turn_id: Conduct(row.pastes, row.pasted, row.absences, row.away) for row in rows}


class ConductStore:
    """What is noted while answers are written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, interview_id: str, seq: int, seen: Conduct, *, owner: str) -> bool:
        """Add to what was noted for turn `seq`; False, and nothing is noted, unless an assignment of the owner's interview says so and the
        interview still runs."""
        mine = (
            select(turns.c.id)
            .join(interviews, interviews.c.id == turns.c.interview_id)
            .join(assignments, assignments.c.id == interviews.c.assignment_id)
            .where(interviews.c.id == interview_id, interviews.c.owner == owner, interviews.c.finished_at.is_(None))
            .where(turns.c.seq == seq, assignments.c.observed)
        )
        with self._database.writing() as connection:
            turn_id = connection.scalar(mine)
            if turn_id is None:
                return False
            insert_if_absent(connection, conduct, {"turn_id": turn_id, "pastes": 0, "pasted": 0, "absences": 0, "away": 0})
            row = connection.execute(select(conduct).where(conduct.c.turn_id == turn_id).with_for_update()).one()
            sums = [min(MOST, before + max(0, more)) for before, more in zip(row[1:], astuple(seen), strict=True)]
            names = ("pastes", "pasted", "absences", "away")
            connection.execute(update(conduct).where(conduct.c.turn_id == turn_id).values(**dict(zip(names, sums, strict=True))))
        return True


def bind(connection: Connection, interview_id: str, assignment_id: str, person_id: str) -> None:
    """Put down, in the transaction that begins the interview, for which assignment it is, and count it."""
    key = {"assignment_id": assignment_id, "person_id": person_id}
    insert_if_absent(connection, assignment_people, key)
    theirs = and_(assignment_people.c.assignment_id == assignment_id, assignment_people.c.person_id == person_id)
    connection.execute(update(assignment_people).where(theirs).values(begun=assignment_people.c.begun + 1))
    connection.execute(update(interviews).where(interviews.c.id == interview_id).values(assignment_id=assignment_id))


def forget_assignments(connection: Connection, person_id: str, now: datetime) -> None:
    """What somebody gave stays with those who have it, without their name; nobody begins it any more. In the caller's transaction."""
    mine = assignments.c.owner == person_id
    connection.execute(update(assignments).where(mine, assignments.c.withdrawn_at.is_(None)).values(withdrawn_at=now))
    connection.execute(update(assignments).where(mine).values(owner=""))


def expire_assignments(connection: Connection, before: datetime) -> None:
    """Delete those that were given, and whose deadline was, before that moment, once no interview is kept for them."""
    kept = exists().where(interviews.c.assignment_id == assignments.c.id)
    last = func.coalesce(assignments.c.due_at, assignments.c.created_at)
    connection.execute(delete(assignments).where(assignments.c.created_at < before, last < before, ~kept))
