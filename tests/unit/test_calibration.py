"""What coaches' reviews of a model's grades say of where a coach would score the next one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from interviewer.errors import StoreError
from interviewer.grading.calibration import Calibrated, ScoredTwice, expect_coach
from interviewer.interview.reviewed import scored_twice
from interviewer.models import Edit, EditKind, Grade, GradingTask, Interval, Interview, Provenance, ReplyKind
from tests.examples import START, ScriptedExaminer, grade, interview, question, turn, ungraded

WHO = Provenance("llm", "m", "grade-v2", scale=2)
TASK = GradingTask(question(), "en", "prompt", "an answer")


def given(score: float = 60.0, who: Provenance = WHO) -> Grade:
    return replace(grade(), score=score, provenance=who)


def reviews(count: int, *, lean: float = 0.0, who: Provenance = WHO) -> list[ScoredTwice]:
    """The coach is `lean` marks away from the model, give or take up to half of `count`."""
    return [ScoredTwice(who, 50.0, 50.0 + lean + step - count // 2) for step in range(count)]


@pytest.mark.parametrize(("count", "known"), [(29, False), (30, True)])
def test_nothing_is_said_before_thirty_answers_are_reviewed(count: int, known: bool) -> None:
    assert (expect_coach(given(), reviews(count)) is not None) is known


def test_the_interval_leaves_a_tenth_of_the_reviews_on_either_side() -> None:
    assert expect_coach(given(60.0), reviews(39)) == Interval(60.0 - 16, 60.0 + 16)


def test_a_model_that_is_too_generous_has_its_interval_below_its_score() -> None:
    assert expect_coach(given(60.0), reviews(39, lean=-20.0)) == Interval(60.0 - 36, 60.0 - 4)


def test_the_interval_keeps_within_0_and_100() -> None:
    assert expect_coach(given(95.0), reviews(39)) == Interval(79.0, 100.0)
    assert expect_coach(given(3.0), reviews(39)) == Interval(0.0, 19.0)


@pytest.mark.parametrize("other", [{"model": "n"}, {"prompt_version": "grade-v1"}, {"examiner": "rubric"}, {"scale": 1}])
def test_only_reviews_of_the_same_model_prompt_and_scale_count(other: dict[str, Any]) -> None:
    assert expect_coach(given(who=replace(WHO, **other)), reviews(99)) is None


def test_a_grade_gets_the_interval_and_keeps_its_score() -> None:
    outcome = Calibrated(ScriptedExaminer(given()), lambda: reviews(39)).grade(TASK)

    assert outcome == replace(given(), interval=Interval(44.0, 76.0))


def test_what_has_an_interval_or_no_grade_is_left_alone() -> None:
    known = replace(given(), interval=Interval(1.0, 2.0))

    for outcome in (known, ungraded()):
        assert Calibrated(ScriptedExaminer(outcome), lambda: reviews(39)).grade(TASK) == outcome


def test_reviews_are_read_once_in_ten_minutes_and_a_failure_costs_no_grade() -> None:
    read: list[float] = []
    now = [0.0]

    def reviewed() -> list[ScoredTwice]:
        read.append(now[0])
        if now[0] > 600:
            raise StoreError("gone")
        return reviews(39)

    judge = Calibrated(ScriptedExaminer(given()), reviewed, clock=lambda: now[0])
    for moment in (0.0, 599.0, 601.0, 602.0):
        now[0] = moment
        assert isinstance(judge.grade(TASK), Grade)

    assert read == [0.0, 601.0]


def marked(told: Interview, *edits: dict[str, Any]) -> Interview:
    """The interview as a coach has edited it and then marked as reviewed."""
    changes = [{"kind": EditKind.VERDICT, "question_id": "q1", "turn_seq": 1, **edit} for edit in edits]
    listed = [
        Edit(number, told.id, **change, author_id="c", author="Coach", at=START)
        for number, change in enumerate([*changes, {"kind": EditKind.REVIEWED}], start=1)
    ]
    return replace(told, edits=tuple(listed))


ANSWERED = interview(turn(reply=ReplyKind.TEXT, outcomes=[given(80.0)]))
PROBED = interview(*ANSWERED.turns, turn(2, reply=ReplyKind.TEXT, outcomes=[given(80.0)]))
SCORED = {"kind": EditKind.SCORE, "score": 55.0, "reason": "so"}


def test_a_reviewed_answer_has_the_examiners_score_and_the_coachs() -> None:
    assert [(each.machine, each.coach) for each in scored_twice(marked(ANSWERED, SCORED))] == [(80.0, 55.0)]
    assert [each.provenance for each in scored_twice(marked(ANSWERED))] == [WHO]


def test_what_is_not_reviewed_or_scored_over_several_answers_says_nothing() -> None:
    assert scored_twice(ANSWERED) == ()
    assert scored_twice(marked(PROBED, SCORED)) == ()
    assert len(scored_twice(marked(PROBED))) == 1
