"""The charts of the group's and the agreement's pages as SVG geometry; the templates draw them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from interviewer.insight.agreement import Estimate
from interviewer.insight.group import Mean

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 30, 12, 18, 24
MOST_STEPS = 3
"""Between the days that are named below a chart: there is room for no more."""
DAY_STEPS = (1, 2, 3, 7, 14, 28, 56, 91, 182, 364, 728, 1456, 2912, 5824, 11648)
LABEL_ROOM = 22.0
"""What the number at a dot takes up across."""
SCALE = (-0.2, 1.0)
"""What a bar of kappa shows; what lies beyond is drawn at its edge."""
BAR, DOT = 120, 5


@dataclass(frozen=True, slots=True)
class Dot:
    """A mean at its place, in SVG user units. `label_y`: where its number stands, None where there is no room for it."""

    mean: Mean
    x: float
    y: float
    label_y: float | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A day that is named below a chart, where it is, and how its name is anchored."""

    day: date
    x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class CourseChart:
    """A line over time, to scale, from 0 to 100. `line`: SVG `points`; `levels`: height and label of each grid line; `ticks`: of days."""

    dots: tuple[Dot, ...]
    line: str
    levels: tuple[tuple[float, str], ...]
    ticks: tuple[Tick, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """Kappa and its interval on a line from -0.2 to 1. `zero`: where 0 is; `low` and `high` are None without an interval."""

    value: float
    zero: float
    low: float | None
    high: float | None
    width: int = BAR


def draw_course(
    means: Sequence[Mean], *, first: date | None = None, last: date | None = None, moments: Mapping[str, datetime] | None = None
) -> CourseChart:
    """The chart of means in order of time, each where it is between the days `first` and `last` (those of the means if not given).

    `moments`: when an interview was, by its id, in the zone that the days are of; a mean without one stands at its first day.
    """
    places = [_day_of(mean, moments or {}) for mean in means]
    start = float(first.toordinal()) if first else min(places, default=0.0)
    end = max([float(last.toordinal()) if last else start, *places])
    across = [_across(place, start, end) for place in places]
    heights = [_up(mean.score) for mean in means]
    labels = _label_heights(across, heights)
    dots = tuple(Dot(*each) for each in zip(means, across, heights, labels, strict=True))
    levels = tuple((_up(float(level)), str(level)) for level in (0, 50, 100))
    ticks = _ticks(start, end) if means else ()
    return CourseChart(dots, " ".join(f"{dot.x},{dot.y}" for dot in dots), levels, ticks)


def draw_interval(estimate: Estimate) -> IntervalBar:
    """Where an estimate and its interval stand on the bar."""
    low, high = (None if end is None else _along(end) for end in (estimate.low, estimate.high))
    return IntervalBar(_along(estimate.value), _along(0.0), low, high)


def _day_of(mean: Mean, moments: Mapping[str, datetime]) -> float:
    """Days of the calendar, with what has passed of the day."""
    at = moments.get(mean.key)
    passed = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second) / timedelta(days=1) if at else 0.0
    return mean.first.toordinal() + passed


def _across(place: float, start: float, end: float) -> float:
    share = (place - start) / (end - start) if end > start else 0.5
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _ticks(start: float, end: float) -> tuple[Tick, ...]:
    """The first day, and whole steps of days from there, each where it begins."""
    days = int(end) - int(start)
    step = next(each for each in DAY_STEPS if days <= each * MOST_STEPS)
    found = []
    for day in range(int(start), int(end) + 1, step):
        x = _across(max(float(day), start), start, end)
        anchor = "start" if x < LEFT + LABEL_ROOM else "end" if x > WIDTH - RIGHT - LABEL_ROOM else "middle"
        found.append(Tick(date.fromordinal(day), x, anchor if end > start else "middle"))
    return tuple(found)


def _label_heights(across: Sequence[float], heights: Sequence[float]) -> list[float | None]:
    """Where the number of each dot stands, as far as they do not cover one another; the last one, which is the latest, always does."""
    shown, taken = list[float | None](), float("inf")
    for x, y in zip(reversed(across), reversed(heights), strict=True):
        room = taken - x >= LABEL_ROOM
        shown.append(round(y - 7, 1) if room else None)
        taken = x if room else taken
    return shown[::-1]


def _up(score: float) -> float:
    return round(TOP + (100 - score) / 100 * (HEIGHT - TOP - BOTTOM), 1)


def _along(value: float) -> float:
    low, high = SCALE
    return round(DOT + (min(high, max(low, value)) - low) / (high - low) * (BAR - 2 * DOT), 1)
