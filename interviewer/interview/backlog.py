"""What the desk's front page says of the grading itself: that the model is down, and what waits. By the records, so that every replica agrees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from interviewer.interview.retrying import OF_ALL
from interviewer.models import Person
from interviewer.observability.load import Trouble
from interviewer.records.load import read_trouble, read_waiting

if TYPE_CHECKING:
    from interviewer.records.base import Database

LATE = timedelta(minutes=1)
"""No grade that goes well takes longer; what has only just come is not told as waiting."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """`waiting`: answers without a grade yet, the oldest of them since `since`; `trouble`: the model's, None while it works."""

    waiting: int = 0
    since: datetime | None = None
    trouble: Trouble | None = None


def read_backlog(database: Database, viewer: Person, now: datetime, *, has_model: bool) -> Backlog:
    """How the grading stands for the viewer: a coach is told of the answers of their own candidates, an admin of everybody's."""
    trouble = read_trouble(database, now, failures=OF_ALL) if has_model else None
    waiting, since = read_waiting(database, viewer)
    late = since is not None and now - since >= LATE
    return Backlog(waiting, since, trouble) if trouble or late else Backlog()
