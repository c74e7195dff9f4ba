"""A second examiner beside the first: whose grade stands, and when a coach is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.grading.llm.second_opinion import WIDEST_DIFFERENCE, SecondOpinion
from interviewer.models import ExaminerName, Flag, Grade, GradingTask, Opinion, Provenance
from tests.examples import ScriptedExaminer, grade, question, ungraded

TASK = GradingTask(question(), "en", "prompt", "an answer")


def judged(first: Grade, other: Grade) -> Grade:
    outcome = SecondOpinion(ScriptedExaminer(first), ScriptedExaminer(other)).grade(TASK)
    assert isinstance(outcome, Grade)
    return outcome


def test_the_first_grade_stands_and_the_other_is_kept_beside_it() -> None:
    first, other = grade(), replace(grade(a="partial"), provenance=Provenance("rubric"), feedback="Other words.")

    both = judged(first, other)

    assert (both.score, both.verdicts, both.feedback, both.follow_up) == (first.score, first.verdicts, first.feedback, first.follow_up)
    assert both.second_opinion == Opinion(other.verdicts, other.score, Provenance("rubric"))


@pytest.mark.parametrize(("apart", "flags"), [(WIDEST_DIFFERENCE, ()), (WIDEST_DIFFERENCE + 0.1, (Flag.LOW_CONFIDENCE,))])
@pytest.mark.parametrize("sign", [1, -1])
def test_only_scores_that_are_far_apart_are_flagged(apart: float, flags: tuple[Flag, ...], sign: int) -> None:
    first = replace(grade(), score=50.0)

    assert judged(first, replace(first, score=50.0 + sign * apart)).flags == flags


def test_flags_of_the_first_are_kept_and_not_doubled() -> None:
    first = replace(grade(), score=90.0, flags=(Flag.MANIPULATION, Flag.LOW_CONFIDENCE))

    assert judged(first, replace(grade(), score=10.0)).flags == (Flag.MANIPULATION, Flag.LOW_CONFIDENCE)


def test_what_could_not_be_graded_gets_no_opinion_that_might_be_taken_for_a_grade() -> None:
    other = ScriptedExaminer(grade())

    assert SecondOpinion(ScriptedExaminer(ungraded()), other).grade(TASK) == ungraded()
    assert other.tasks == []


def test_a_second_opinion_that_fails_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def crash() -> None:
        raise ValueError("a secret answer")

    for other in (ScriptedExaminer(ungraded()), ScriptedExaminer(grade(), before=crash)):
        assert SecondOpinion(ScriptedExaminer(grade()), other).grade(TASK) == grade()
    assert "secret" not in caplog.text


def test_it_goes_by_the_name_of_the_examiner_whose_grade_stands() -> None:
    first = ScriptedExaminer(grade())
    first.name, first.model = ExaminerName.LLM, "m"

    wrapped = SecondOpinion(first, ScriptedExaminer(grade()))

    assert (wrapped.name, wrapped.model) == (ExaminerName.LLM, "m")
