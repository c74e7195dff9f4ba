"""Who reads a reviewed interview a second time, blind: a share of a group's reviews, drawn by the interview's id, goes to another coach's queue.

The draw is the same whoever asks and whenever: raising the share adds interviews and takes none away. Of the coaches who may read the
interview one is drawn in the same way among those who neither graded it nor saw its grades; who has begun stays the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from interviewer.errors import NotFound
from interviewer.models import Person
from interviewer.records.audit_log import AuditLog
from interviewer.records.second_readings import Readers, Reviewed, SecondReadingStore

_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class Share:
    """A group with its share in percent. `lacking`: drawn interviews for which there is no second coach, of those whom the viewer may read."""

    group: str
    percent: int
    lacking: int = 0


def is_drawn(interview_id: str, percent: int) -> bool:
    """Whether an interview is among those that are read twice."""
    return _number(interview_id) % _PARTS < percent * _PARTS // 100


def reader_of(interview_id: str, readers: Readers) -> str | None:
    """The coach who is to read a drawn interview again; None if somebody has done it, or if there is nobody who could."""
    if readers.answers == 0 or any(judged >= readers.answers for judged in readers.begun.values()):
        return None
    able = readers.coaches - readers.graded - readers.seen
    begun = able & readers.begun.keys()
    return min(begun or able, key=lambda coach_id: (_number(f"{interview_id} {coach_id}"), coach_id), default=None)


def is_lacking(readers: Readers) -> bool:
    """Whether a drawn interview that nobody has read again has no coach left who could."""
    done = any(judged >= readers.answers for judged in readers.begun.values())
    return readers.answers > 0 and not done and not readers.coaches - readers.graded - readers.seen


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8])


class SecondReadings:
    """The use cases: the shares, and what waits for a coach's second reading. `refresh`: brings the rows behind the lists up to date."""

    def __init__(self, store: SecondReadingStore, audit: AuditLog, now: Callable[[], datetime], refresh: Callable[[], object]) -> None:
        self._store, self._audit, self._now, self._refresh = store, audit, now, refresh

    def waiting(self, viewer: Person) -> tuple[Reviewed, ...]:
        """The interviews that this coach is to read a second time, the oldest review first."""
        if not viewer.may_coach or viewer.is_local:
            return ()
        drawn, readers = self._drawn(viewer)
        return tuple(each for each in drawn if reader_of(each.interview_id, readers[each.interview_id]) == viewer.id)

    def shares(self, viewer: Person) -> tuple[Share, ...]:
        """The groups of the candidates whom the viewer coaches."""
        _check_coach(viewer)
        drawn, readers = self._drawn(viewer)
        lacking = [each.group for each in drawn if is_lacking(readers[each.interview_id])]
        shares = self._store.shares()
        return tuple(Share(group, shares.get(group, 0), lacking.count(group)) for group in self._store.groups(viewer))

    def all_shares(self) -> tuple[Share, ...]:
        """All groups, for whoever looks after people. Of what lacks a reader nothing is told: that is for those who coach."""
        shares = self._store.shares()
        return tuple(Share(group, shares.get(group, 0)) for group in self._store.groups(None))

    def set_share(self, viewer: Person, group: str, percent: int) -> None:
        """From now on so many of a hundred reviewed interviews of the group are read twice; NotFound if the viewer may not say so."""
        _check_coach(viewer)
        theirs = self._store.groups(None if viewer.may_administer else viewer)
        if group not in theirs or not 0 <= percent <= 100:
            raise NotFound("there is no such group → load the page again")
        self._store.set_share(group, percent)
        self._audit.write(viewer.id, "second_reading_share", "group", f"{percent} %", now=self._now())

    def _drawn(self, viewer: Person) -> tuple[list[Reviewed], dict[str, Readers]]:
        if not self._store.shares():
            return [], {}
        self._refresh()
        drawn = [each for each in self._store.reviewed(viewer) if is_drawn(each.interview_id, each.percent)]
        return drawn, self._store.readers(drawn) if drawn else {}


def _check_coach(viewer: Person) -> None:
    if not viewer.may_coach or viewer.is_local:
        raise NotFound("no such page → go back to the start page")
