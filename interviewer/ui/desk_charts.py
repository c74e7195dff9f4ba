"""The charts of the group's and the agreement's pages as SVG geometry; the templates draw them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from interviewer.insight.agreement import Estimate
from interviewer.insight.group import Mean

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 30, 12, 10, 24
SCALE = (-0.2, 1.0)
"""What a bar of kappa shows; what lies beyond is drawn at its edge."""
BAR, DOT = 120, 5


@dataclass(frozen=True, slots=True)
class Dot:
    """A mean at its place, in SVG user units."""

    mean: Mean
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class CourseChart:
    """A line over time from 0 to 100. `line`: SVG `points`; `levels`: height and label of each grid line."""

    dots: tuple[Dot, ...]
    line: str
    levels: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """Kappa and its interval on a line from -0.2 to 1. `zero`: where 0 is; `low` and `high` are None without an interval."""

    value: float
    zero: float
    low: float | None
    high: float | None
    width: int = BAR


def draw_course(means: Sequence[Mean], *, first: date | None = None, last: date | None = None) -> CourseChart:
    """The chart of means in order of time: by date between `first` and `last`, or one step each if these are not given."""
    dots = tuple(Dot(mean, _across(place, mean, len(means), first, last), _up(mean.score)) for place, mean in enumerate(means))
    levels = tuple((_up(float(level)), str(level)) for level in (0, 50, 100))
    return CourseChart(dots, " ".join(f"{dot.x},{dot.y}" for dot in dots), levels)


def draw_interval(estimate: Estimate) -> IntervalBar:
    """Where an estimate and its interval stand on the bar."""
    low, high = (None if end is None else _along(end) for end in (estimate.low, estimate.high))
    return IntervalBar(_along(estimate.value), _along(0.0), low, high)


def _across(place: int, mean: Mean, count: int, first: date | None, last: date | None) -> float:
    if first and last:
        share = (mean.first - first).days / (last - first).days if last > first else 0.5
    else:
        share = place / (count - 1) if count > 1 else 0.5
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _up(score: float) -> float:
    return round(TOP + (100 - score) / 100 * (HEIGHT - TOP - BOTTOM), 1)


def _along(value: float) -> float:
    low, high = SCALE
    return round(DOT + (min(high, max(low, value)) - low) / (high - low) * (BAR - 2 * DOT), 1)
