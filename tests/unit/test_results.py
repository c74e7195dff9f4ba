"""What an interview has come to, question by question."""

from __future__ import annotations

import pytest

from interviewer.grading.scoring import HINT_COST
from interviewer.interview.results import Standing, result_of
from interviewer.models import Reason, ReplyKind, TurnKind, VerdictStatus
from tests.examples import grade, interview, turn, ungraded

TEXT = ReplyKind.TEXT


@pytest.mark.parametrize(
    ("turns", "standing"),
    [
        ([], Standing.NOT_ASKED),
        ([turn()], Standing.OPEN),
        ([turn(reply=TEXT, pending=True)], Standing.PENDING),
        ([turn(reply=TEXT, outcomes=[grade()])], Standing.GRADED),
        ([turn(reply=TEXT, outcomes=[ungraded()])], Standing.UNGRADED),
        ([turn(reply=TEXT, outcomes=[ungraded()], pending=True)], Standing.PENDING),
        ([turn(reply=ReplyKind.UNKNOWN)], Standing.UNKNOWN),
        ([turn(reply=ReplyKind.SKIPPED)], Standing.SKIPPED),
    ],
)
def test_where_a_question_stands(turns: list, standing: Standing) -> None:
    assert result_of(interview(*turns), "q1").standing is standing


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
