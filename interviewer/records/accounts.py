"""What is asked about accounts across the tables: who has how many interviews, and what must stay true of admins.

People themselves, their proofs and their sessions are in `people`; how a deletion leaves nothing behind is in `erasure`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select, update

from interviewer.errors import InterviewerError
from interviewer.models import Role
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.card_rows import forget_training
from interviewer.records.dialects import insert_if_absent, take_turns
from interviewer.records.erasure import erase_interview, erase_person, erase_postings
from interviewer.records.people_tables import audit, coachings, people, sessions, spending, tickets
from interviewer.records.row_cache import RowCache
from interviewer.records.tables import interviews

LOGINS = ("login", "password_set")
"""Actions after which somebody is in: a one-time link lets them in as well."""


class LastAdmin(InterviewerError):
    """Nobody would be left to look after people."""

    def __init__(self) -> None:
        super().__init__("nobody would be left to look after people → make somebody else an admin first")


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """A session that still holds: since when, and when it was last used, to the minute."""

    created_at: datetime
    seen_at: datetime


class Accounts:
    """The accounts of one database. `known`: what is kept decoded of the interviews, forgotten after a deletion."""

    def __init__(self, database: Database, known: RowCache) -> None:
        self._database, self._known = database, known

    # ------------------------------------------------------------ overview

    def interview_counts(self) -> Mapping[str, int]:
        """How many interviews each owner has, by person id."""
        with self._database.reading() as connection:
            return dict(connection.execute(select(interviews.c.owner, func.count()).group_by(interviews.c.owner)).tuples().all())

    def last_logins(self) -> Mapping[str, datetime]:
        """When each was last let in, by person id, as far as the audit log goes back."""
        latest = select(audit.c.actor_id, func.max(audit.c.at)).where(audit.c.action.in_(LOGINS)).group_by(audit.c.actor_id)
        with self._database.reading() as connection:
            return dict(connection.execute(latest).tuples().all())

    def coaches(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the coaches to whom each is assigned, by person id."""
        found: dict[str, tuple[str, ...]] = {}
        with self._database.reading() as connection:
            for candidate_id, coach_id in connection.execute(select(coachings.c.candidate_id, coachings.c.coach_id)):
                found[candidate_id] = (*found.get(candidate_id, ()), coach_id)
        return found

    def interview_ids(self, owner: str) -> tuple[str, ...]:
        """Somebody's interviews, oldest first."""
        with self._database.reading() as connection:
            mine = select(interviews.c.id).where(interviews.c.owner == owner).order_by(interviews.c.created_at, interviews.c.id)
            return tuple(connection.scalars(mine))

    def owners_beginning(self, text: str) -> Mapping[str, str]:
        """Whose the interviews are whose ids begin with the text, by interview id."""
        wanted = select(interviews.c.id, interviews.c.owner).where(interviews.c.id.startswith(text, autoescape=True))
        with self._database.reading() as connection:
            # SQLite's LIKE takes capitals for small letters.
            return {id: owner for id, owner in connection.execute(wanted).tuples() if id.startswith(text)}

    def owners_of(self, interview_ids: Iterable[str]) -> Mapping[str, str]:
        """Whose the interviews are, by interview id; those that are gone are left out."""
        wanted = select(interviews.c.id, interviews.c.owner).where(interviews.c.id.in_(set(interview_ids)))
        with self._database.reading() as connection:
            return dict(connection.execute(wanted).tuples().all())

    def sessions_of(self, person_id: str, now: datetime, *, idle: timedelta, absolute: timedelta) -> tuple[SessionTimes, ...]:
        """The sessions that still hold, the last used first."""
        holding = (sessions.c.person_id == person_id) & (sessions.c.seen_at > now - idle) & (sessions.c.created_at > now - absolute)
        wanted = select(sessions.c.created_at, sessions.c.seen_at).where(holding).order_by(sessions.c.seen_at.desc())
        with self._database.reading() as connection:
            return tuple(SessionTimes(*row) for row in connection.execute(wanted))

    def spending_of(self, person_id: str) -> tuple[tuple[str, int, float], ...]:
        """Day, tokens and dollars of every day on which they took any."""
        wanted = select(spending.c.day, spending.c.tokens, spending.c.cost).where(spending.c.owner == person_id).order_by(spending.c.day)
        with self._database.reading() as connection:
            return tuple((row.day, row.tokens, row.cost) for row in connection.execute(wanted))

    # ------------------------------------------------------------ changes

    def set_role(self, person_id: str, role: Role) -> None:
        """Give them other rights; LastAdmin if nobody would be left to look after people."""
        with self._changing(person_id) as connection:
            connection.execute(update(people).where(people.c.id == person_id).values(role=role.value))

    def shut_out(self, person_id: str) -> None:
        """Disable them, which ends their sessions and links; LastAdmin if nobody would be left to look after people."""
        with self._changing(person_id) as connection:
            connection.execute(update(people).where(people.c.id == person_id).values(active=False))
            for of_theirs in (sessions, tickets):
                connection.execute(delete(of_theirs).where(of_theirs.c.person_id == person_id))

    def assign_all(self, coach_id: str, candidate_ids: Sequence[str], *, assigned: bool, actor_id: str, now: datetime) -> int:
        """Let the coach see the interviews of all these, or no longer; noted for each whom it changes. Returns how many these are."""
        changed = []
        with self._database.writing() as connection:
            for candidate_id in candidate_ids:
                if (_assign if assigned else _unassign)(connection, coach_id, candidate_id):
                    changed.append(candidate_id)
            action = "assigned" if assigned else "unassigned"
            for candidate_id in changed:
                note(connection, actor_id, action, candidate_id, coach_id, now=now)
        return len(changed)

    def erase(self, person_id: str, *, actor_id: str, now: datetime, keep_an_admin: bool = True, waiting_only: bool = False) -> bool:
        """Delete somebody with all their interviews; False if there is nobody, or with `waiting_only` nobody who waits to be let in.

        LastAdmin if nobody would be left to look after people.
        """
        with self._changing(person_id) if keep_an_admin else self._database.writing() as connection:
            if waiting_only and not connection.scalar(select(people.c.waiting).where(people.c.id == person_id).with_for_update()):
                return False
            gone = erase_person(connection, person_id, now)
            if gone:
                note(connection, actor_id, "deleted_person", person_id, now=now)
        self._known.forget()
        return gone

    def erase_interviews(self, owner: str, *, now: datetime) -> int:
        """Delete all the interviews of somebody who asked for it, and their training and postings with them; returns how many interviews these were."""
        with self._database.writing() as connection:
            mine = connection.scalars(select(interviews.c.id).where(interviews.c.owner == owner)).all()
            for interview_id in mine:
                erase_interview(connection, interview_id, now)
                note(connection, owner, "deleted_interview", interview_id, now=now)
            erase_postings(connection, owner, now)
            forget_training(connection, owner)
        self._known.forget()
        return len(mine)

    # ------------------------------------------------------------ shared

    @contextmanager
    def _changing(self, person_id: str) -> Iterator[Connection]:
        """A change of somebody's rights, taken back when it would leave no admin: two who disable each other at once cannot both."""
        with self._database.writing() as connection:
            take_turns(connection, "admins")
            before = set(connection.scalars(_admins()))
            yield connection
            if person_id in before and not connection.scalars(_admins()).first():
                raise LastAdmin()


def _admins() -> Select[tuple[Any]]:
    """Who can come in and look after people."""
    can_log_in = or_(people.c.password_hash.is_not(None), people.c.openid.is_not(None))
    return select(people.c.id).where(people.c.role == Role.ADMIN.value, people.c.active, can_log_in)


def _assign(connection: Connection, coach_id: str, candidate_id: str) -> bool:
    return insert_if_absent(connection, coachings, {"coach_id": coach_id, "candidate_id": candidate_id})


def _unassign(connection: Connection, coach_id: str, candidate_id: str) -> bool:
    pair = (coachings.c.coach_id == coach_id) & (coachings.c.candidate_id == candidate_id)
    return connection.execute(delete(coachings).where(pair)).rowcount == 1
