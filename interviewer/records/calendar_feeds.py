"""The secret addresses under which calendar programs fetch somebody's deadlines: one for each person, of which only a hash is kept."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from interviewer.errors import StoreError
from interviewer.records.base import Database
from interviewer.records.hidden import hide
from interviewer.records.people_tables import people
from interviewer.records.telling_tables import calendar_feeds

READ_EVERY = timedelta(hours=1)
"""How exactly it is known when an address was last asked."""


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """That somebody has an address. `read_at`: when a program last fetched it, to the hour, None if none has."""

    created_at: datetime
    read_at: datetime | None


class CalendarFeeds:
    """The addresses of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, person_id: str, now: datetime) -> str:
        """The secret of a new address; an earlier one of the same person ends."""
        secret = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            connection.execute(delete(calendar_feeds).where(calendar_feeds.c.person_id == person_id))
            connection.execute(insert(calendar_feeds).values(person_id=person_id, token_hash=hide(secret), created_at=now))
        return secret

    def withdraw(self, person_id: str) -> bool:
        """End their address; False if they have none."""
        with self._database.writing() as connection:
            return connection.execute(delete(calendar_feeds).where(calendar_feeds.c.person_id == person_id)).rowcount == 1

    def of(self, person_id: str) -> CalendarFeed | None:
        """What they have, None without one."""
        wanted = select(calendar_feeds.c.created_at, calendar_feeds.c.read_at).where(calendar_feeds.c.person_id == person_id)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return CalendarFeed(*row) if row else None

    def owner_of(self, secret: str, now: datetime) -> str | None:
        """Whose address it is, by id; None for one that is not, or not any more, or whose owner is shut out."""
        mine = calendar_feeds.c.token_hash == hide(secret)
        joined = calendar_feeds.join(people, people.c.id == calendar_feeds.c.person_id)
        wanted = select(calendar_feeds.c.person_id, calendar_feeds.c.read_at).select_from(joined).where(mine, people.c.active)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        if row.read_at is None or now - row.read_at >= READ_EVERY:
            # Who may read is not turned away because nothing can be written at the moment.
            with suppress(StoreError), self._database.writing() as connection:
                connection.execute(update(calendar_feeds).where(mine).values(read_at=now))
        return str(row.person_id)
