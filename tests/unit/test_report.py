"""The report as a reading of the records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.insight.report import CompetencyScore, build_report
from interviewer.interview.results import QuestionStatus
from interviewer.models import SCALE, Competency, Provenance, ReplyKind, TurnKind, VerdictStatus
from interviewer.ui.charts import RADIUS, draw_radar
from tests.examples import MYTH, RICH_ANSWER, believing, both, grade, interview, rich_grade, turn, ungraded

TEXT = ReplyKind.TEXT
COMPETENCIES = (
    Competency("ml-foundations", both("ml"), both("ml")),
    Competency("ci-cd", both("ci"), both("ci")),
    Competency("x", both("x"), both("x")),
)


def test_the_total_is_the_mean_of_what_has_a_score() -> None:
    full, none = turn(1, reply=TEXT, outcomes=[grade()]), turn(2, question_id="q2", reply=ReplyKind.UNKNOWN)
    assert build_report(interview(full, none), COMPETENCIES).total == 50


def test_an_ungraded_question_is_in_no_average() -> None:
    full, lost = turn(1, reply=TEXT, outcomes=[grade()]), turn(2, question_id="q2", reply=TEXT, outcomes=[ungraded()])
    report = build_report(interview(full, lost), COMPETENCIES)
    assert report.total == 100
    assert report.count(QuestionStatus.UNGRADED) == 1
    assert report.competencies[0].score == 100


def test_every_question_is_counted_once_with_a_score_or_by_why_it_has_none() -> None:
    graded, lost, open_one = (
        turn(1, reply=TEXT, outcomes=[grade()]),
        turn(2, question_id="q2", reply=TEXT, outcomes=[ungraded()]),
        turn(3, question_id="q3"),
    )
    report = build_report(interview(graded, lost, open_one, questions=["q1", "q2", "q3", "q4"]), COMPETENCIES)
    assert (report.scored, report.unscored) == (1, (("ungraded", 1), ("not_asked", 2)))


def test_without_any_grade_there_is_no_total_and_no_band() -> None:
    report = build_report(interview(turn(reply=TEXT, outcomes=[ungraded()])), COMPETENCIES)
    assert (report.total, report.band) == (None, None)


def test_a_competency_that_was_not_tested_has_no_score() -> None:
    report = build_report(interview(turn(reply=TEXT, outcomes=[grade()])), COMPETENCIES)
    assert [item.score for item in report.competencies] == [100, None, None]


def test_errors_come_before_omissions_in_what_to_study() -> None:
    answered = turn(reply=TEXT, outcomes=[grade(a="missing", b="missing", c="wrong")])
    report = build_report(interview(answered, questions=["q1"]), COMPETENCIES)
    assert [gap.point.id for gap in report.study_first] == ["c", "a", "b"]
    assert [gap.verdict.status for gap in report.study_first if gap.erred] == [VerdictStatus.WRONG]


def test_an_error_beside_right_words_is_studied_first_with_its_correction() -> None:
    told = replace(rich_grade(), verdicts=(*rich_grade().verdicts[:2], replace(rich_grade().verdicts[2], unsure=False)))
    answered = replace(interview(turn(reply=TEXT, outcomes=[told]), questions=["q1"]), questions={"q1": believing()})
    gaps = build_report(answered, COMPETENCIES).study_first
    assert [(gap.point.id, gap.erred, gap.lost, gap.belief) for gap in gaps] == [
        ("a", True, 10.0, MYTH), ("b", False, 27.0, None), ("c", False, 20.0, None),
    ]  # fmt: skip


def test_a_point_costs_no_more_than_it_is_worth() -> None:
    told = replace(rich_grade(), verdicts=grade("wrong").verdicts)
    answered = replace(interview(turn(reply=TEXT, outcomes=[told]), questions=["q1"]), questions={"q1": believing()})
    assert build_report(answered, COMPETENCIES).study_first[0].lost == 50


def test_what_was_not_recognised_is_studied_last() -> None:
    found = grade("missing", "missing", "missing").verdicts
    told = replace(grade(), verdicts=(replace(found[0], unsure=True), *found[1:]))
    report = build_report(interview(turn(reply=TEXT, outcomes=[told]), questions=["q1"]), COMPETENCIES)
    assert [gap.point.id for gap in report.study_first] == ["b", "c", "a"]


@pytest.mark.parametrize("scale", range(1, SCALE))
def test_a_score_on_an_earlier_scale_is_told(scale: int) -> None:
    new = turn(1, reply=TEXT, outcomes=[grade()])
    old = turn(2, question_id="q2", reply=TEXT, outcomes=[replace(grade(), provenance=Provenance("rubric", scale=scale))])
    assert not build_report(interview(new), COMPETENCIES).earlier_scale
    assert build_report(interview(new, old), COMPETENCIES).earlier_scale


def test_what_to_study_is_spread_over_the_questions() -> None:
    first = turn(1, reply=TEXT, outcomes=[grade("missing", "missing", "missing")])
    second = turn(2, question_id="q2", reply=TEXT, outcomes=[grade(b="missing")])
    report = build_report(interview(first, second), COMPETENCIES)
    assert {gap.number for gap in report.study_first[:2]} == {1, 2}


@pytest.mark.parametrize(("planned", "needed"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (10, 3)])
def test_a_total_needs_half_of_the_questions_or_three(planned: int, needed: int) -> None:
    ids = [f"q{number}" for number in range(1, planned + 1)]
    turns = [turn(number, question_id=ids[number - 1], reply=TEXT, outcomes=[grade()]) for number in range(1, needed + 1)]
    few, enough = build_report(interview(*turns[:-1], questions=ids), ()), build_report(interview(*turns, questions=ids), ())
    assert (few.total, few.band, few.lacking) == (None, None, 1)
    assert (enough.total, enough.band, enough.lacking) == (100, "excellent", 0)


def test_what_was_left_out_is_counted_but_makes_no_total() -> None:
    turns = [turn(number, question_id=f"q{number}", reply=ReplyKind.SKIPPED) for number in (1, 2, 3)]
    report = build_report(interview(*turns, questions=["q1", "q2", "q3"]), ())
    assert (report.total, report.scored, report.graded, report.left_out) == (None, 3, 0, (1, 2, 3))


def test_questions_that_were_left_out_do_not_crowd_what_to_study() -> None:
    answered = turn(1, reply=TEXT, outcomes=[grade(c="missing")])
    skipped, unknown = turn(2, question_id="q2", reply=ReplyKind.SKIPPED), turn(3, question_id="q3", reply=ReplyKind.UNKNOWN)
    report = build_report(interview(answered, skipped, unknown, questions=["q1", "q2", "q3"]), COMPETENCIES)
    assert [(gap.number, gap.point.id) for gap in report.study_first] == [(1, "c")]
    assert report.left_out == (2, 3)


def test_a_grade_that_is_due_is_told_until_it_is_there() -> None:
    due = turn(2, question_id="q2", reply=TEXT, pending=True)
    again = turn(3, kind=TurnKind.FOLLOW_UP, reply=TEXT, outcomes=[grade()], pending=True)
    report = build_report(interview(turn(1, reply=TEXT, outcomes=[grade()]), due, again), COMPETENCIES)
    assert report.awaited == (2,)


def test_a_gap_quotes_false_words_before_others() -> None:
    told = replace(rich_grade(), verdicts=grade("partial").verdicts)
    answered = replace(interview(turn(reply=TEXT, text=RICH_ANSWER, outcomes=[told]), questions=["q1"]), questions={"q1": believing()})
    assert [gap.quote for gap in build_report(answered, COMPETENCIES).study_first] == ["a myth"]


def competencies_of(*scores: float | None) -> list[CompetencyScore]:
    return [CompetencyScore(COMPETENCIES[number], score, 1) for number, score in enumerate(scores)]


def test_the_radar_leaves_a_gap_where_there_is_no_score() -> None:
    radar = draw_radar(competencies_of(100, None, 100))
    assert radar is not None
    assert len(radar.spokes) == 3
    assert radar.dots[0] == (0.0, -RADIUS)
    assert len(radar.dots) == 2


@pytest.mark.parametrize("scores", [(None, None, None), (100, None, None)])
def test_one_value_is_no_chart(scores: tuple[float | None, ...]) -> None:
    assert draw_radar(competencies_of(*scores)) is None
