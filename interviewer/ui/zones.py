"""The time zone in which moments are shown: the reader's, as their browser tells it, else this machine's.

The browser keeps its zone in a cookie (page.js); `web/reader_zone` reads it for the time of a request. What a filter by day means is the
same zone. In files, which go from hand to hand, and where the reader's zone is not known, the zone stands beside the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_zone: ContextVar[tzinfo | None] = ContextVar("zone", default=None)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+\-/]{0,63}")


@contextmanager
def read_in(zone: tzinfo | None) -> Iterator[None]:
    """Within the block moments are shown in that zone; None for this machine's."""
    before = _zone.set(zone)
    try:
        yield
    finally:
        _zone.reset(before)


@lru_cache(maxsize=1000)
def zone_named(name: str) -> tzinfo | None:
    """The zone of that name in the IANA database, such as "Asia/Shanghai"; None for any other text."""
    try:
        return ZoneInfo(name) if _NAME.fullmatch(name) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def reader_zone() -> tzinfo:
    """The zone that days mean at the moment: the reader's, else this machine's as it is now."""
    return _zone.get() or datetime.now(UTC).astimezone().tzinfo or UTC


def format_day(moment: datetime) -> str:
    """Date and time for the reader, to the minute; with the zone where theirs is not known."""
    zone = _zone.get()
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if zone else format_day_in_file(moment)


def format_day_in_file(moment: datetime) -> str:
    """The same with the zone, such as "2026-01-02 11:04 UTC+8"."""
    shown = moment.astimezone(_zone.get())
    return f"{shown:%Y-%m-%d %H:%M} {name_offset(shown.utcoffset() or timedelta(0))}"


def name_offset(offset: timedelta) -> str:
    """UTC, UTC+8, UTC-3:30."""
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return "UTC" + (f"{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02d}" if rest else "") if minutes else "")


def read_moment(text: str) -> datetime | None:
    """A moment as a form has it, such as "2026-01-02T11:04" (`datetime-local`), in the reader's zone; None for none. ValueError if it is none."""
    if not text.strip():
        return None
    typed = datetime.fromisoformat(text.strip())
    # Where there are no days any more the way into another zone fails.
    if typed.tzinfo is not None or not 1971 <= typed.year <= 9000:
        raise ValueError("this is no moment of the reader's calendar")
    return typed.replace(tzinfo=reader_zone()).astimezone(UTC)


def write_moment(moment: datetime | None) -> str:
    """The same for a form to be filled with; "" for None."""
    return f"{moment.astimezone(reader_zone()):%Y-%m-%dT%H:%M}" if moment else ""


def name_zone(at: datetime) -> str:
    """The reader's zone as it is at a moment: UTC+8."""
    return name_offset(at.astimezone(reader_zone()).utcoffset() or timedelta(0))
