"""What an interview has come to, question by question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.grading.scoring import HINT_COST
from interviewer.interview.results import QuestionStatus, result_of
from interviewer.models import SCALE, Edit, EditKind, Interval, Provenance, Reason, ReplyKind, TurnKind, VerdictStatus
from tests.examples import START, grade, interview, rich_grade, turn, ungraded

TEXT = ReplyKind.TEXT


@pytest.mark.parametrize(
    ("turns", "status"),
    [
        ([], QuestionStatus.NOT_ASKED),
        ([turn()], QuestionStatus.OPEN),
        ([turn(reply=TEXT, pending=True)], QuestionStatus.PENDING),
        ([turn(reply=TEXT, outcomes=[grade()])], QuestionStatus.GRADED),
        ([turn(reply=TEXT, outcomes=[ungraded()])], QuestionStatus.UNGRADED),
        ([turn(reply=TEXT, outcomes=[ungraded()], pending=True)], QuestionStatus.PENDING),
        ([turn(reply=ReplyKind.UNKNOWN)], QuestionStatus.UNKNOWN),
        ([turn(reply=ReplyKind.SKIPPED)], QuestionStatus.SKIPPED),
    ],
)
def test_where_a_question_stands(turns: list, status: QuestionStatus) -> None:
    assert result_of(interview(*turns), "q1").status is status


def test_ungraded_has_a_reason_and_no_number() -> None:
    result = result_of(interview(turn(reply=TEXT, outcomes=[ungraded(Reason.QUOTA)])), "q1")
    assert (result.score, result.reason) == (None, Reason.QUOTA)


def test_not_knowing_counts_zero_by_rule() -> None:
    result = result_of(interview(turn(reply=ReplyKind.UNKNOWN)), "q1")
    assert result.score == 0
    assert {verdict.status for verdict in result.verdicts} == {VerdictStatus.MISSING}


def test_the_last_grade_counts_and_the_earlier_one_stays() -> None:
    asked_again = turn(reply=TEXT, outcomes=[grade("missing", "missing", "missing"), grade()])
    assert result_of(interview(asked_again), "q1").score == 100
    assert len(asked_again.grades) == 2


def test_a_point_earned_after_a_follow_up_counts_less_than_at_once_and_more_than_never() -> None:
    missed = turn(reply=TEXT, outcomes=[grade(a="missing", c="missing")])
    earned = turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, aimed="a", outcomes=[grade("covered", "missing", "missing")])
    never, late = result_of(interview(missed), "q1").score, result_of(interview(missed, earned), "q1").score
    assert never is not None
    assert late is not None
    assert never < late < 100


def test_a_hint_costs_what_it_says() -> None:
    with_hint = result_of(interview(turn(reply=TEXT, outcomes=[grade()], hints=1)), "q1").score
    assert with_hint == 100 - HINT_COST


def test_a_follow_up_without_a_grade_leaves_the_score_and_is_said() -> None:
    main = turn(reply=TEXT, outcomes=[grade(a="partial")])
    lost = turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, aimed="a", outcomes=[ungraded()])
    result = result_of(interview(main, lost), "q1")
    assert result.score == result_of(interview(main), "q1").score
    assert result.incomplete


def test_the_false_statements_that_stand_are_told_over_all_turns() -> None:
    told = rich_grade()
    first = turn(reply=TEXT, outcomes=[told])
    assert result_of(interview(first), "q1").errors == told.errors
    mended = turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, aimed="a", outcomes=[replace(grade(), errors=())])
    assert result_of(interview(turn(reply=TEXT, outcomes=[replace(told, verdicts=grade("missing").verdicts)]), mended), "q1").errors == (
        told.errors[1],
    )


KNOWN = replace(grade(), interval=Interval(12.0, 90.0))


def test_the_interval_is_that_of_the_one_answer_lowered_by_its_hints() -> None:
    assert result_of(interview(turn(reply=TEXT, outcomes=[KNOWN])), "q1").interval == Interval(12.0, 90.0)
    assert result_of(interview(turn(reply=TEXT, outcomes=[KNOWN], hints=1)), "q1").interval == Interval(7.0, 85.0)
    assert result_of(interview(turn(reply=TEXT, outcomes=[KNOWN], hints=3)), "q1").interval == Interval(0.0, 75.0)


def test_a_question_without_one_measured_answer_has_no_interval() -> None:
    first = turn(reply=TEXT, outcomes=[KNOWN])
    probed = turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, aimed="a", outcomes=[KNOWN])
    passed = turn(2, kind=TurnKind.FOLLOW_UP, reply=ReplyKind.SKIPPED, aimed="a")
    assert result_of(interview(first, probed), "q1").interval is None
    assert result_of(interview(first, passed), "q1").interval is not None
    assert result_of(interview(turn(reply=TEXT, outcomes=[grade()])), "q1").interval is None


def test_what_a_coach_has_changed_has_no_interval() -> None:
    edit = Edit(1, "i1", EditKind.VERDICT, "c", "C", START, "q1", 1, "a", VerdictStatus.PARTIAL)
    assert result_of(replace(interview(turn(reply=TEXT, outcomes=[KNOWN])), edits=(edit,)), "q1").interval is None


@pytest.mark.parametrize(("scale", "score"), [(1, 26.3), (2, 49.8), (SCALE, 46.8)])
def test_an_old_grade_keeps_its_number_and_says_its_scale(scale: int, score: float) -> None:
    given = replace(grade("covered", "wrong", "missing"), provenance=Provenance("rubric", scale=scale))
    result = result_of(interview(turn(reply=TEXT, outcomes=[given])), "q1")
    assert (result.scale, result.score) == (scale, score)
