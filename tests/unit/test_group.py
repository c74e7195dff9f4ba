"""The heat map, the most missed points and the courses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.insight.agreement import Estimate
from interviewer.insight.group import (
    Mean,
    candidate_courses,
    competency_courses,
    draw_heat,
    drill_course,
    end_of_period,
    left_out,
    most_missed,
    start_of_period,
)
from interviewer.models import Competency, VerdictStatus
from interviewer.models.group import AnswerCount, CandidateRow, CourseRow, Credit, DrillSum, PointCount, PointRow, ScoreSum
from interviewer.ui.desk_charts import BAR, LABEL_ROOM, draw_course, draw_interval
from tests.examples import START, both, question

C, P, N, M, W = (VerdictStatus(name) for name in ("covered", "partial", "named", "missing", "wrong"))
QUESTIONS = {"q1": question("q1"), "q2": question("q2")}
ML = Competency("ml-foundations", both("ml"), both("ml short"))
ANN, BOB = (CandidateRow(id, id, "", 1, 50.0, START) for id in ("ann", "bob"))
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def row(candidate: str, point: str, status: VerdictStatus, *, interview: str = "i1", question_id: str = "q1") -> PointRow:
    return PointRow(candidate, interview, question_id, point, status)


# ---------------------------------------------------------------- heat map


def test_the_map_has_the_points_in_the_rubrics_order_and_a_gap_where_nothing_is_known() -> None:
    heat = draw_heat([row("ann", "b", P), row("ann", "a", C), row("bob", "a", M)], [ANN, BOB], QUESTIONS)
    (block,) = heat.blocks
    assert [each.point_id for each in block.rows] == ["a", "b"]
    first, second = block.rows
    assert [cell.credit if cell else None for cell in first.cells] == [1.0, 0.0]
    assert [cell.credit if cell else None for cell in second.cells] == [0.5, None]
    assert (first.credit, second.credit) == (0.5, 0.5)


def test_a_cell_shows_the_latest_interview_or_the_mean_and_leads_to_the_latest() -> None:
    rows = [row("ann", "a", C, interview="old"), row("ann", "a", W, interview="new")]
    latest = draw_heat(rows, [ANN], QUESTIONS, Credit.LATEST).blocks[0].rows[0].cells[0]
    mean = draw_heat(rows, [ANN], QUESTIONS, Credit.MEAN).blocks[0].rows[0].cells[0]
    assert latest
    assert (latest.credit, latest.n, latest.interview_id, latest.status) == (0, 1, "new", W)
    assert mean
    assert (mean.credit, mean.n, mean.interview_id) == (0.5, 2, "new")


def test_questions_and_points_that_the_bank_no_longer_has_come_last() -> None:
    rows = [row("ann", "x", C, question_id="gone"), row("ann", "old", C), row("ann", "a", C)]
    heat = draw_heat(rows, [ANN], QUESTIONS)
    assert [(block.question_id, [each.point_id for each in block.rows]) for block in heat.blocks] == [("q1", ["a", "old"]), ("gone", ["x"])]


# ---------------------------------------------------------------- most missed


def counts(**points: tuple[int, int]) -> list[PointCount]:
    return [PointCount("q1", id, status, n) for id, both_ in points.items() for status, n in zip((M, C), both_, strict=True) if n]


def test_the_largest_share_comes_first_and_a_point_never_missed_is_left_out() -> None:
    found = most_missed(counts(a=(1, 9), b=(5, 5), c=(0, 9)), QUESTIONS)
    assert [(item.point_id, item.missed, item.n, item.share) for item in found] == [("b", 5, 10, 0.5), ("a", 1, 10, 0.1)]


def test_on_ties_the_essential_comes_first_then_the_one_with_more_answers() -> None:
    found = most_missed(counts(c=(6, 6), a=(2, 2), b=(3, 3)), QUESTIONS)
    assert [(item.point_id, item.essential) for item in found] == [("b", True), ("a", True), ("c", False)]


def test_wrong_and_only_named_are_missed_and_partial_is_not() -> None:
    (found,) = most_missed([PointCount("q1", "a", W, 1), PointCount("q1", "a", N, 2), PointCount("q1", "a", P, 1)], QUESTIONS)
    assert (found.missed, found.n) == (3, 4)


def test_ten_are_listed() -> None:
    many = [PointCount("q1", f"p{n}", M, 1) for n in range(30)]
    assert len(most_missed(many, QUESTIONS)) == 10


# ---------------------------------------------------------------- courses


def test_a_week_is_a_mean_over_all_answers_of_its_questions() -> None:
    monday = date(2026, 1, 5)
    sums = [
        ScoreSum("q1", monday, 100, 2),
        ScoreSum("q2", monday + timedelta(days=6), 80, 1),
        ScoreSum("q1", monday + timedelta(days=7), 70, 1),
    ]
    (course,) = competency_courses(sums, [ML], QUESTIONS)
    assert [(mean.first, mean.last, mean.score, mean.n) for mean in course.means] == [
        (monday, date(2026, 1, 11), 60, 3), (date(2026, 1, 12), date(2026, 1, 18), 70, 1),
    ]  # fmt: skip


def test_a_long_time_is_shown_by_month() -> None:
    sums = [ScoreSum("q1", date(2026, 1, 5), 50, 1), ScoreSum("q1", date(2026, 12, 24), 60, 1)]
    (course,) = competency_courses(sums, [ML], QUESTIONS)
    assert [(mean.first, mean.last) for mean in course.means] == [
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 12, 1), date(2026, 12, 31)),
    ]


def test_a_competency_without_a_score_and_a_question_that_nobody_knows_are_left_out() -> None:
    other = Competency("other", both("o"), both("o"))
    assert [each.competency for each in competency_courses([ScoreSum("q1", date(2026, 1, 1), 1, 1)], [other, ML], QUESTIONS)] == [ML]
    assert competency_courses([ScoreSum("gone", date(2026, 1, 1), 1, 1)], [ML], QUESTIONS) == ()


@given(days, st.booleans())
def test_a_day_lies_in_its_period_and_the_next_period_follows_without_a_gap(day: date, by_month: bool) -> None:
    first = start_of_period(day, by_month=by_month)
    last = end_of_period(first, by_month=by_month)
    assert first <= day <= last
    assert start_of_period(last + timedelta(days=1), by_month=by_month) == last + timedelta(days=1)


def test_a_candidates_course_goes_interview_by_interview_and_skips_what_has_no_score() -> None:
    rows = [
        CourseRow("i1", START, 40.0, False, {"q1": 40.0}),
        CourseRow("i2", START, None, False, {}),
        CourseRow("i3", START, 70.0, True, {"gone": 70.0}),
    ]
    total, ml = candidate_courses(rows, [ML], QUESTIONS)
    assert [(mean.key, mean.score) for mean in total.means] == [("i1", 40), ("i3", 70)]
    assert [(mean.key, mean.score) for mean in ml.means] == [("i1", 40)]


def test_a_candidates_days_are_the_readers() -> None:
    rows = [CourseRow("i1", datetime(2026, 1, 2, 20, 30, tzinfo=UTC), 40.0, False, {"q1": 40.0})]
    for zone, day in ((UTC, 2), (ZoneInfo("Asia/Shanghai"), 3)):
        assert {mean.first.day for course in candidate_courses(rows, [ML], QUESTIONS, zone) for mean in course.means} == {day}


# ---------------------------------------------------------------- charts


@given(st.lists(st.tuples(days, st.floats(0, 100)), min_size=1, max_size=30))
def test_every_dot_lies_inside_the_chart(drawn: list[tuple[date, float]]) -> None:
    means = [Mean(day, day, score, 1) for day, score in sorted(drawn)]
    for chart in (draw_course(means), draw_course(means, first=means[0].first, last=means[-1].first)):
        assert all(chart.left <= dot.x <= chart.right and 0 <= dot.y <= chart.height for dot in chart.dots)


def test_a_better_score_stands_higher() -> None:
    low, high = draw_course([Mean(date(2026, 1, day), date(2026, 1, day), score, 1) for day, score in ((1, 10), (2, 90))]).dots
    assert high.y < low.y
    assert low.x < high.x


def test_time_is_to_scale_down_to_the_hour_and_days_stand_where_they_begin() -> None:
    means = [Mean(date(2026, 1, day), date(2026, 1, day), 50.0, 1, key) for day, key in ((1, "a"), (1, "b"), (2, "c"), (29, "d"))]
    moments = {key: datetime(2026, 1, day, hour, tzinfo=UTC) for key, day, hour in (("a", 1, 0), ("b", 1, 12), ("c", 2, 0), ("d", 29, 0))}
    chart = draw_course(means, moments=moments)
    days = [(dot.x - chart.left) / (chart.right - chart.left) * 28 for dot in chart.dots]
    assert days == pytest.approx([0, 0.5, 1, 28], abs=0.02)
    assert [(tick.day.day, tick.anchor) for tick in chart.ticks] == [(1, "start"), (15, "middle"), (29, "end")]
    assert chart.ticks[1].x == pytest.approx((chart.left + chart.right) / 2)


@given(st.lists(st.tuples(days, st.floats(0, 100)), min_size=1, max_size=30))
def test_numbers_at_dots_and_days_do_not_cover_one_another(drawn: list[tuple[date, float]]) -> None:
    means = [Mean(day, day, score, 1) for day, score in sorted(drawn)]
    chart = draw_course(means)
    shown = [dot for dot in chart.dots if dot.label_y is not None]
    assert chart.dots[-1] in shown
    assert all(after.x - before.x >= LABEL_ROOM for before, after in pairwise(shown))
    assert all(after.x - before.x >= 65 for before, after in pairwise(chart.ticks))
    assert all(dot.label_y >= 8 for dot in shown if dot.label_y is not None)


def test_drills_are_a_course_of_shares_by_week() -> None:
    sums = [DrillSum(date(2026, 1, 5), 1, 4), DrillSum(date(2026, 1, 11), 2, 2), DrillSum(date(2026, 1, 12), 0, 3)]
    course = drill_course(sums)
    assert course
    assert [(mean.first.day, mean.last.day, mean.score, mean.n) for mean in course.means] == [(5, 11, 50, 6), (12, 18, 0, 3)]
    assert drill_course([]) is None


@given(st.floats(-1, 1))
def test_a_kappa_of_any_size_stays_on_its_bar(value: float) -> None:
    drawn = draw_interval(Estimate(value, value, value))
    assert drawn.low is not None
    assert 0 <= drawn.low == drawn.value <= BAR


def test_what_was_left_without_an_answer_is_told_by_question_and_how() -> None:
    counts = [
        AnswerCount("q1", "graded", 6),
        AnswerCount("q1", "skipped", 2),
        AnswerCount("q1", "unknown", 1),
        AnswerCount("q2", "graded", 3),
    ]
    counts += [AnswerCount("q3", "ran_out", 1)]
    assert [(item.question_id, item.n, item.asked, item.skipped, item.unknown, item.ran_out) for item in left_out(counts, QUESTIONS)] == [
        ("q3", 1, 1, 0, 0, 1), ("q1", 3, 9, 2, 1, 0),
    ]  # fmt: skip


def test_a_cell_shows_the_one_answer_that_was_chosen_and_the_mean_of_all() -> None:
    rows = [row("ann", "a", C, interview="old"), row("ann", "a", W, interview="new")]
    for credit in (Credit.LATEST, Credit.FIRST, Credit.BEST):
        cell = draw_heat(rows[:1], [ANN], QUESTIONS, credit).blocks[0].rows[0].cells[0]
        assert cell
        assert (cell.credit, cell.n) == (1, 1)
    assert draw_heat(rows, [ANN], QUESTIONS, Credit.MEAN).blocks[0].rows[0].credit == 0.5
