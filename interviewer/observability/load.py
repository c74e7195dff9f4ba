"""How things stand by the records, the same for every replica: values for the figures and for the desk's front page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from interviewer.models import Reason

RECENT = timedelta(days=1)
"""A failure that is older tells nothing about now: nobody has asked since."""


@dataclass(frozen=True, slots=True)
class Queued:
    """Open requests for a grade. `state`: running, due, or put_off after a failed try. `oldest`: when the first of them was asked for."""

    examiner: str
    state: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that failed because of the endpoint: when the grade was asked for, when it failed last, and why."""

    asked: datetime
    failed: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Trouble:
    """The model has given no grade since it failed at `since`; the last failure was at `last`, for `reason`."""

    since: datetime
    last: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be done and what is taken. `budgets`: the largest share (0–1 and beyond) that anybody has taken of a limit, by its name."""

    queued: tuple[Queued, ...] = ()
    active: int = 0
    trouble: Trouble | None = None
    budgets: Mapping[str, float] = field(default_factory=dict)


def find_trouble(worked: datetime | None, failures: Iterable[Failure], now: datetime) -> Trouble | None:
    """The model's trouble, None if it has worked (`worked`: last time) after every recent failure, or nobody has asked."""
    newer = [each for each in failures if each.failed > now - RECENT and (worked is None or each.failed > worked)]
    if not newer:
        return None
    last = max(newer, key=lambda each: each.failed)
    # One that was asked for before the last success failed again after it: only that it did is known, and when.
    since = min(each.asked if worked is None or each.asked > worked else each.failed for each in newer)
    return Trouble(since, last.failed, last.reason)
