"""What an interview knows of the assignment that it was made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Conduct:
    """What was noted while an answer was written: `pastes` events with `pasted` characters in all, and `absences` of the page with `away`
    seconds in all. Plain facts: nothing scores them, and what was pasted is not kept."""

    pastes: int = 0
    pasted: int = 0
    absences: int = 0
    away: int = 0


@dataclass(frozen=True, slots=True)
class AssignedWork:
    """What an interview knows of the assignment that it was made for. `due_at`: the candidate's deadline, extensions included.

    `conduct`: by the id of the turn, where anything was noted; none where `observed` is False.
    """

    assignment_id: str
    title: str
    due_at: datetime | None = None
    observed: bool = False
    conduct: Mapping[int, Conduct] = field(default_factory=dict)


def is_late(at: datetime, due_at: datetime | None) -> bool:
    """Whether a moment lies after a deadline; the deadline itself is in time."""
    return due_at is not None and at > due_at
