"""Attempts to get in, so that guessing is throttled by however many processes serve. How long to wait is decided in access/login.

Every method is one transaction. Keys, such as "account:…", are kept as SHA-256.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from interviewer.records.base import Database
from interviewer.records.dialects import take_turns
from interviewer.records.hidden import hide
from interviewer.records.people_tables import login_attempts


@dataclass(frozen=True, slots=True)
class Throttle:
    """How attempts under one key are held up: remembered for `memory`; `wait` says after the earlier ones, and now, how long until the next."""

    memory: timedelta
    wait: Callable[[Sequence[datetime], datetime], timedelta]


class Attempts:
    """The attempts of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, keys: Mapping[str, Throttle], now: datetime) -> timedelta:
        """Note an attempt under every key, unless one of them wants a pause: the longest pause wanted, 0 if noted.

        One transaction, so that guesses sent at once are counted.
        """
        with self._database.writing() as connection:
            take_turns(connection, *map(hide, keys))
            pauses = [throttle.wait(_since(connection, key, now - throttle.memory), now) for key, throttle in keys.items()]
            if not any(pauses):
                connection.execute(insert(login_attempts), [{"key": hide(key), "at": now} for key in keys])
            return max(pauses)

    def forget(self, key: str, at: datetime | None = None) -> None:
        """They got in: the next mistake counts from the start. With `at`, only the attempt of that moment is forgotten."""
        of_key = login_attempts.c.key == hide(key)
        with self._database.writing() as connection:
            connection.execute(delete(login_attempts).where(of_key if at is None else of_key & (login_attempts.c.at == at)))


def _since(connection: Connection, key: str, since: datetime) -> tuple[datetime, ...]:
    wanted = select(login_attempts.c.at).where(login_attempts.c.key == hide(key), login_attempts.c.at >= since)
    return tuple(connection.scalars(wanted.order_by(login_attempts.c.at)))
