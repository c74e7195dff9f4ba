"""The pictures of the training's pages."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from interviewer.training.progress import CourseDay, PracticeDay
from interviewer.ui.training_charts import BUSY, WEEKS, draw_calendar, draw_chance, draw_course

TODAY = date(2026, 12, 2)  # a Wednesday


def standing(place: int, learned: int, due: int) -> CourseDay:
    return CourseDay(TODAY + timedelta(days=place), 9, learned, due)


@pytest.mark.parametrize("days", [[], [standing(0, 1, 1)]])
def test_one_day_is_no_course(days: list[CourseDay]) -> None:
    assert draw_course(days) is None


@pytest.mark.parametrize(
    ("most", "labels"),
    [
        (0, ["0", "1"]), (1, ["0", "1"]), (4, ["0", "1", "2", "3", "4"]), (5, ["0", "2", "4", "6"]), (97, ["0", "50", "100"]),
        (10_000, ["0", "5000", "10000"]),
    ],
)  # fmt: skip
def test_the_grid_reaches_over_what_is_drawn(most: int, labels: list[str]) -> None:
    chart = draw_course([standing(0, 0, 0), standing(1, most, most // 2)])
    assert chart
    assert [label for _, label in chart.levels] == labels
    heights = [float(pair.split(",")[1]) for pair in f"{chart.learned} {chart.due}".split()]
    assert all(chart.top <= height <= chart.floor for height in heights)
    assert chart.levels[0][0] == chart.floor
    assert chart.levels[-1][0] == chart.top


def test_days_stand_in_order_over_the_whole_width() -> None:
    chart = draw_course([standing(place, place, 90 - place) for place in range(90)])
    assert chart
    across = [float(pair.split(",")[0]) for pair in chart.learned.split()]
    assert across == sorted(across)
    assert (across[0], across[-1]) == (chart.left, chart.right)
    assert len(chart.days) == 90


def test_the_calendar_ends_today_and_each_day_has_its_shade() -> None:
    practised = [PracticeDay(TODAY - timedelta(days=place), least, 0) for place, least in enumerate(BUSY)]
    calendar = draw_calendar([PracticeDay(TODAY - timedelta(days=500), 9, 9), *practised], TODAY)
    assert (calendar.days[-1].day, calendar.days[0].day.weekday(), calendar.n) == (TODAY, 0, len(BUSY))
    assert len(calendar.days) == 7 * (WEEKS - 1) + 3
    shades = {cell.day: cell.shade for cell in calendar.days}
    assert [shades[each.day] for each in practised] == [1, 2, 3, 4]
    assert shades[TODAY - timedelta(days=20)] == 0
    assert len({(cell.x, cell.y) for cell in calendar.days}) == len(calendar.days)
    assert all(cell.x + calendar.cell <= calendar.width and cell.y + calendar.cell <= calendar.height for cell in calendar.days)


@pytest.mark.parametrize("place", range(60))
def test_the_names_of_months_never_touch(place: int) -> None:
    months = draw_calendar([], TODAY + timedelta(days=7 * place)).months
    assert all(later - earlier >= 32 for (earlier, _), (later, _) in itertools.pairwise(months))


def test_a_chance_stays_on_its_bar() -> None:
    assert draw_chance(1.2, -0.1) == draw_chance(1.0, 0.0)
    assert (draw_chance(0.774).filled, draw_chance(0.5).line) == (77.4, None)
