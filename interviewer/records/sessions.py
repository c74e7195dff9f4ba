"""Sessions and one-time links in the database: who comes in by what. Both are kept as SHA-256 only; every method is one transaction."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, update

from interviewer.errors import StoreError
from interviewer.models import Person
from interviewer.records.base import Database
from interviewer.records.hidden import hide
from interviewer.records.people_tables import people, sessions, tickets
from interviewer.records.person_rows import read_person, select_people

SEEN_EVERY = timedelta(minutes=1)
"""How exactly a session knows when it was last used; more often would be a write per request."""


class Sessions:
    """The sessions and one-time links of one database; a part of `people.PeopleStore`."""

    _database: Database

    # ------------------------------------------------------------ sessions

    def open_session(self, person_id: str, now: datetime) -> str:
        """A new session; returns the token for the cookie, which is kept nowhere."""
        token = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            connection.execute(insert(sessions).values(token_hash=hide(token), person_id=person_id, created_at=now, seen_at=now))
        return token

    def session_person(self, token: str, now: datetime, idle: timedelta, absolute: timedelta) -> Person | None:
        """Who holds the session, None if it has ended: by log-out, by being unused for `idle`, or after `absolute` in any case."""
        wanted = (
            select_people(sessions.c.seen_at)
            .join(sessions, sessions.c.person_id == people.c.id)
            .where(sessions.c.token_hash == hide(token), people.c.active)
            .where(sessions.c.seen_at > now - idle, sessions.c.created_at > now - absolute)
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        if now - row.seen_at >= SEEN_EVERY:
            # Who may read is not turned away because nothing can be written at the moment.
            with suppress(StoreError), self._database.writing() as connection:
                connection.execute(update(sessions).where(sessions.c.token_hash == hide(token)).values(seen_at=now))
        return read_person(row)

    def close_session(self, token: str) -> None:
        """Log out."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == hide(token)))

    def close_sessions(self, person_id: str) -> None:
        """Log out everywhere."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.person_id == person_id))

    # ------------------------------------------------------------ one-time links

    def make_ticket(self, person_id: str, purpose: str, now: datetime, lifetime: timedelta) -> str:
        """The secret of a one-time link; earlier ones for the same person end."""
        secret = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            connection.execute(delete(tickets).where(tickets.c.person_id == person_id, tickets.c.used_at.is_(None)))
            connection.execute(
                insert(tickets).values(
                    token_hash=hide(secret), person_id=person_id, purpose=purpose, created_at=now, expires_at=now + lifetime
                )
            )
        return secret

    def peek_ticket(self, secret: str, now: datetime) -> tuple[Person, str] | None:
        """Whose link it is and what for, None if it is unknown, used or out of date."""
        with self._database.reading() as connection:
            return _ticket(connection, secret, now)

    def take_ticket(self, secret: str, now: datetime) -> tuple[Person, str] | None:
        """The same, and it is used up: of several who come with it at once, one gets it."""
        with self._database.writing() as connection:
            found = _ticket(connection, secret, now)
            unused = (tickets.c.token_hash == hide(secret)) & tickets.c.used_at.is_(None)
            taken = connection.execute(update(tickets).where(unused).values(used_at=now)).rowcount if found else 0
            return found if taken else None


def _ticket(connection: Connection, secret: str, now: datetime) -> tuple[Person, str] | None:
    wanted = (
        select_people(tickets.c.purpose)
        .join(tickets, tickets.c.person_id == people.c.id)
        .where(tickets.c.token_hash == hide(secret), tickets.c.used_at.is_(None), tickets.c.expires_at > now, people.c.active)
    )
    row = connection.execute(wanted).one_or_none()
    return (read_person(row), row.purpose) if row else None
