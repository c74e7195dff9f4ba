"""A class of candidates: the group that they are in, and the links by which they join it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Group:
    """A group, such as a class or a team, known by its name. `id`: for the audit log, which holds no names.

    `archived_at`: its term is over; its people keep what they have. `lead_id`: the coach whose verdicts are the final ones, "" for the first
    to grade. `coach_ids`: they coach whoever joins. `people` in it; `waiting`: those of them who are not confirmed yet.
    """

    name: str
    id: str
    created_at: datetime
    archived_at: datetime | None = None
    lead_id: str = ""
    coach_ids: tuple[str, ...] = ()
    people: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class JoinLink:
    """A link by which people join a group, at most `most` of them, of whom `used` have. `confirm`: each waits for a coach to let them in."""

    id: str
    group: str
    created_at: datetime
    expires_at: datetime
    most: int
    used: int
    confirm: bool
    closed_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether somebody can still come in by it."""
        return self.closed_at is None and self.expires_at > now and self.used < self.most
