"""The day on which a moment falls for a reader, worked out by the database: moments are kept in UTC, and it may know no zones (SQLite)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func

from interviewer.records.database import is_sqlite

_STEP = timedelta(weeks=1)
"""No zone moves its clocks there and back within a week."""


def day_in(connection: Connection, moment: ColumnElement[datetime], zone: tzinfo, first: datetime, last: datetime) -> ColumnElement[Any]:
    """The day of `moment` in the zone, for moments from `first` to `last`: a date, in SQLite its text."""
    *others, (_, final) = stretches(zone, first, last)
    days = [(moment < end, _day(connection, moment, offset)) for end, offset in others]
    return case(*days, else_=_day(connection, moment, final)) if days else _day(connection, moment, final)


def as_date(day: date | str) -> date:
    """What `day_in` gave: SQLite gives the day as text."""
    return date.fromisoformat(day) if isinstance(day, str) else day


def begin_of(day: date, zone: tzinfo, *, after: int = 0) -> datetime:
    """Midnight in the zone, of that day or of the day so many days after it."""
    return datetime.combine(day + timedelta(days=after), time(), zone)


def stretches(zone: tzinfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """How far the zone is ahead of UTC from `first` on, and until when, to the minute; the last stretch reaches to `last` or beyond."""
    at = first
    while at < last:
        after = min(at + _STEP, last)
        if _offset(zone, at) != _offset(zone, after):
            change = _find_change(zone, at, after)
            yield change, _offset(zone, at)
            after = change
        at = after
    yield last, _offset(zone, at)


def _find_change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    minutes = after.replace(second=0, microsecond=0)
    step = timedelta(minutes=1 << 14)
    while step >= timedelta(minutes=1):
        if minutes - step > before and _offset(zone, minutes - step) == _offset(zone, after):
            minutes -= step
        else:
            step /= 2
    return minutes


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _day(connection: Connection, moment: ColumnElement[datetime], offset: timedelta) -> ColumnElement[Any]:
    if is_sqlite(connection):
        return func.date(moment, f"{round(offset.total_seconds()):+d} seconds")
    return func.date(func.timezone("UTC", moment) + offset)
