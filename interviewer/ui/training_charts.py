"""The pictures of the training's pages as SVG geometry; the templates draw them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from interviewer.training.progress import CourseDay, PracticeDay

WIDTH, HEIGHT = 420, 170
LEFT, RIGHT, TOP, BOTTOM = 36, 12, 12, 26
STEPS = (1, 2, 5)
"""What a grid line may stand for, times a power of ten."""
WEEKS = 18
CELL, GAP = 13, 3
WEEKDAY_ROOM, MONTH_ROOM = 30, 18
BUSY = (1, 4, 8, 15)
"""From how many points a day is drawn in the next darker shade."""
NARROW = 2
"""Columns that the name of a month needs at the least."""


@dataclass(frozen=True, slots=True)
class CourseChart:
    """Learned and due over days, in SVG user units. `learned`, `due`: SVG `points`; `area`: what lies below `learned`.

    `levels`: height and label of each grid line; `days`: where each day stands, with the width of what belongs to it.
    """

    learned: str
    due: str
    area: str
    levels: tuple[tuple[float, str], ...]
    days: tuple[tuple[CourseDay, float, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day's square. `shade`: 0 for none practised, to 4; `practised`: None where nothing was."""

    day: date
    x: int
    y: int
    shade: int
    practised: PracticeDay | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weeks as columns, Monday on top. `months`: where each begins, with its number; `n`: how many of the days were practised."""

    days: tuple[CalendarDay, ...]
    months: tuple[tuple[int, int], ...]
    weekdays: tuple[int, ...]
    width: int
    height: int
    n: int
    weeks: int
    cell: int = CELL


@dataclass(frozen=True, slots=True)
class ChanceBar:
    """Two shares (0–100) on one bar: one filled up to, one as a line across. None where there is none."""

    filled: float
    line: float | None


def draw_course(course: Sequence[CourseDay]) -> CourseChart | None:
    """The chart of at least two days in order; None of fewer, which are no course."""
    if len(course) < 2:
        return None
    highest = max(1, *(max(each.learned, each.due) for each in course))
    step = _step(highest)
    levels = -(-highest // step)
    most = levels * step
    across = _places(len(course))
    learned = _line(across, [_up(each.learned, most) for each in course])
    due = _line(across, [_up(each.due, most) for each in course])
    half = round((WIDTH - LEFT - RIGHT) / (len(course) - 1) / 2, 1)
    return CourseChart(
        learned=learned,
        due=due,
        area=f"{across[0]},{HEIGHT - BOTTOM} {learned} {across[-1]},{HEIGHT - BOTTOM}",
        levels=tuple((_up(level * step, most), str(level * step)) for level in range(levels + 1)),
        days=tuple((each, round(x - half, 1), 2 * half) for each, x in zip(course, across, strict=True)),
    )


def draw_calendar(days: Sequence[PracticeDay], today: date, *, weeks: int = WEEKS) -> Calendar:
    """The last weeks up to today."""
    practised = {each.day: each for each in days}
    monday = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    shown = [monday + timedelta(days=place) for place in range((today - monday).days + 1)]
    cells = tuple(
        CalendarDay(
            day,
            WEEKDAY_ROOM + place // 7 * (CELL + GAP),
            MONTH_ROOM + place % 7 * (CELL + GAP),
            sum(practised[day].points >= least for least in BUSY) if day in practised else 0,
            practised.get(day),
        )
        for place, day in enumerate(shown)
    )
    firsts = [(cell.x, cell.day.month) for cell in cells if cell.day.weekday() == 0]
    months = [first for place, first in enumerate(firsts) if place == 0 or firsts[place - 1][1] != first[1]]
    # A month of which only the last days are shown has no room for its name.
    if len(months) > 1 and months[1][0] - months[0][0] < NARROW * (CELL + GAP):
        del months[0]
    return Calendar(
        days=cells,
        months=tuple(months),
        weekdays=tuple(MONTH_ROOM + row * (CELL + GAP) + CELL - 2 for row in (0, 2, 4)),
        width=WEEKDAY_ROOM + weeks * (CELL + GAP),
        height=MONTH_ROOM + 7 * (CELL + GAP),
        n=sum(day in practised for day in shown),
        weeks=weeks,
    )


def draw_chance(filled: float, line: float | None = None) -> ChanceBar:
    """The bar of chances (0–1); what lies beyond is drawn at its end."""
    return ChanceBar(_percent(filled), None if line is None else _percent(line))


def _percent(chance: float) -> float:
    return round(100 * min(1.0, max(0.0, chance)), 1)


def _step(most: int) -> int:
    """The least step of which four reach to the top."""
    scale = 1
    while True:
        for step in STEPS:
            if step * scale * 4 >= most:
                return step * scale
        scale *= 10


def _places(count: int) -> list[float]:
    return [round(LEFT + place / (count - 1) * (WIDTH - LEFT - RIGHT), 1) for place in range(count)]


def _up(value: float, most: float) -> float:
    return round(TOP + (most - value) / most * (HEIGHT - TOP - BOTTOM), 1)


def _line(across: Sequence[float], heights: Sequence[float]) -> str:
    return " ".join(f"{x},{y}" for x, y in zip(across, heights, strict=True))
