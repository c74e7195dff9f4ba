"""Answers to questions that have only a reference: what is estimated, and which points get the credit for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.grading.free_answers import allot, estimate
from interviewer.grading.free_features import FEATURES, measure_free, prepare_subject
from interviewer.grading.rubric import RubricExaminer
from interviewer.grading.scoring import answer_score
from interviewer.models import Grade, GradingTask, Question, Verdict, VerdictStatus
from interviewer.questions.derive import free_question

REFERENCE = "A stack returns the element that was added last. A queue returns the element that was added first."
QUESTION = free_question(id="q", text="How do a stack and a queue differ?", references=[REFERENCE], rubric=(), lang="en")
ZH = free_question(
    id="zh",
    text="简述顺序表的特点",
    references=["顺序表的存储空间连续，支持随机访问，但插入和删除需要移动大量元素。"],
    rubric=(),
    lang="zh",
)
EXAMINER = RubricExaminer()


def judge(answer: str, question: Question = QUESTION) -> Grade:
    return EXAMINER.grade(GradingTask(question, "en", question.prompt.en, answer))


@pytest.mark.parametrize("question", [QUESTION, ZH], ids=["en", "zh"])
def test_the_reference_itself_is_excellent(question: Question) -> None:
    assert judge(question.reference.en, question).score >= 85


@pytest.mark.parametrize("question", [QUESTION, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("answer", ["", "I don't know", "不会", "?", "asdf qwer", "今天天气很好", "Good question, I like it"])
def test_what_answers_nothing_scores_ten_at_most(question: Question, answer: str) -> None:
    assert judge(answer, question).score <= 10


def test_the_question_said_again_scores_ten_at_most() -> None:
    assert judge("How do a stack and a queue differ?").score <= 10


def test_more_of_the_reference_scores_more() -> None:
    said = [judge(REFERENCE[:length]).score for length in (9, 22, len(REFERENCE))]
    assert said[0] <= said[1] <= said[2]
    assert said[0] < said[2]


def test_every_credit_has_a_quote_of_the_answer() -> None:
    answer = "With a stack the last element added is returned first; with a queue it is the first one."
    credited = [verdict for verdict in judge(answer).verdicts if verdict.status is not VerdictStatus.MISSING]
    assert credited
    for verdict in credited:
        assert verdict.quote is not None
        assert verdict.quote.text == answer[verdict.quote.start : verdict.quote.end]


def test_the_score_is_that_of_the_verdicts_and_the_same_twice() -> None:
    one, two = judge("a stack gives back the last element"), judge("a stack gives back the last element")
    assert one.score == answer_score(QUESTION.points, one.verdicts)
    assert (one.score, one.verdicts) == (two.score, two.verdicts)


def test_credit_goes_to_the_nearest_points_first() -> None:
    order = list(QUESTION.points)
    assert allot(order, order, 0.3) == {order[0].id: VerdictStatus.PARTIAL}
    assert allot(order, order, 0.8) == {order[0].id: VerdictStatus.COVERED, order[1].id: VerdictStatus.PARTIAL}


@given(st.floats(0, 1))
def test_marks_come_as_near_to_the_estimate_as_the_points_allow(met: float) -> None:
    points = QUESTION.points
    status = allot(points, points, met)
    got = answer_score(points, [Verdict(key, value) for key, value in status.items()])
    for other in ({}, dict.fromkeys((point.id for point in points), VerdictStatus.COVERED)):
        assert abs(got - 100 * met) <= abs(answer_score(points, [Verdict(key, value) for key, value in other.items()]) - 100 * met) + 0.1


RISING = [at for at, (_, direction) in enumerate(FEATURES) if direction == 1]


@settings(max_examples=60)
@given(st.lists(st.floats(0, 4), min_size=len(FEATURES), max_size=len(FEATURES)), st.sampled_from(RISING), st.floats(0, 2))
def test_more_agreement_never_lowers_the_estimate(features: list[float], at: int, more: float) -> None:
    better = [*features[:at], features[at] + more, *features[at + 1 :]]
    assert 0 <= estimate(features) <= estimate(better) <= 1


def test_an_estimate_needs_every_feature() -> None:
    with pytest.raises(ValueError, match="features"):
        estimate([0.0])


def test_a_measured_answer_has_every_feature() -> None:
    assert len(measure_free(prepare_subject(QUESTION), "a stack", "a stack")) == len(FEATURES)
