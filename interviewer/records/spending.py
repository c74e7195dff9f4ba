"""What a person's answers may take: model tokens and money a day, answers a minute. Counted where all replicas see it.

The ledger is not a sum over grades: deleting an interview must not give its budget back. What a call may take at most is put down
before it is made, and corrected by what it took; a reservation whose process was killed stays with its request, which is claimed again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from interviewer.records.base import Database
from interviewer.records.dialects import insert_if_absent, take_turns
from interviewer.records.people_tables import login_attempts, spending
from interviewer.records.tables import grading_requests


@dataclass(frozen=True, slots=True)
class DailyLimits:
    """The operator's limits for each person and day (UTC); 0 means none. `price`: dollars per token at most, for `cost`."""

    tokens: int = 0
    cost: float = 0.0
    price: float = 0.0

    @property
    def any(self) -> bool:
        """Whether there is a limit at all."""
        return bool(self.tokens or (self.cost and self.price))


class Ledger:
    """What everybody has spent, by day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, request_id: str | None, owner: str, *, wanted: int, limits: DailyLimits, now: datetime) -> int:
        """Set aside up to `wanted` tokens; returns how many, 0 when the day's limit is reached.

        For a grading request they stay with it. Without one (None) a killed process leaves them spent until the day is over.
        """
        day = _day(now)
        with self._database.writing() as connection:
            held = connection.scalar(select(grading_requests.c.reserved_tokens).where(grading_requests.c.id == request_id))
            if held:
                return int(held)
            _open_day(connection, owner, day)
            row = connection.execute(
                select(spending.c.tokens, spending.c.cost).where(spending.c.owner == owner, spending.c.day == day).with_for_update()
            ).one()
            left = [limits.tokens - row.tokens] if limits.tokens else []
            if limits.cost and limits.price:
                left.append(int((limits.cost - row.cost) / limits.price))
            given: int = max(0, min([wanted, *left]))
            if given:
                _book(connection, owner, day, given, given * limits.price)
                connection.execute(update(grading_requests).where(grading_requests.c.id == request_id).values(reserved_tokens=given))
            return given

    def settle(self, request_id: str | None, owner: str, tokens: int, cost: float, *, now: datetime) -> None:
        """Add the difference between what a call took and what was set aside for it."""
        with self._database.writing() as connection:
            _open_day(connection, owner, _day(now))
            _book(connection, owner, _day(now), tokens, cost)
            connection.execute(update(grading_requests).where(grading_requests.c.id == request_id).values(reserved_tokens=0))

    def spent(self, owner: str, now: datetime) -> tuple[int, float]:
        """Tokens and dollars of the day, reservations included."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(spending.c.tokens, spending.c.cost).where(spending.c.owner == owner, spending.c.day == _day(now))
            ).one_or_none()
        return (row.tokens, row.cost) if row else (0, 0.0)


def count_answer(connection: Connection, owner: str, now: datetime) -> int:
    """Note an answer in the caller's transaction; returns how many came from this person within the last minute, this one included."""
    key = hashlib.sha256(f"answers:{owner}".encode()).hexdigest()
    take_turns(connection, key)
    connection.execute(insert(login_attempts).values(key=key, at=now))
    since = now - timedelta(minutes=1)
    return connection.scalar(select(func.count()).where(login_attempts.c.key == key, login_attempts.c.at > since)) or 0


def _open_day(connection: Connection, owner: str, day: str) -> None:
    if connection.execute(select(spending.c.day).where(spending.c.owner == owner, spending.c.day == day)).first() is None:
        insert_if_absent(connection, spending, {"owner": owner, "day": day, "tokens": 0, "cost": 0.0})


def _book(connection: Connection, owner: str, day: str, tokens: int, cost: float) -> None:
    connection.execute(
        update(spending)
        .where(spending.c.owner == owner, spending.c.day == day)
        .values(tokens=spending.c.tokens + tokens, cost=spending.c.cost + cost)
    )


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()
