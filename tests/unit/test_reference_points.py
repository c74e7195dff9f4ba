"""Answers to questions that have only a reference: which points get the credit for what is estimated, and how the kinds of answers rank."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.grading.rubric.reference_points import LEAST, allot
from interviewer.grading.scoring import answer_score
from interviewer.models import Bilingual, Grade, GradingTask, Lang, Question, RubricPoint, Verdict, VerdictStatus
from interviewer.questions.derive import derive_points, free_question

COVERED, PARTIAL, NAMED, MISSING = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.NAMED, VerdictStatus.MISSING
REFERENCE = "A stack returns the element that was added last. A queue returns the element that was added first."
QUESTION = free_question(id="q", text="How do a stack and a queue differ?", references=[REFERENCE], rubric=(), lang="en")
ZH = free_question(
    id="zh",
    text="简述顺序表的特点",
    references=["顺序表的存储空间连续，支持随机访问，但插入和删除需要移动大量元素。"],
    rubric=(),
    lang="zh",
)
WHOLE = Bilingual(
    "CAP 定理指出，分布式系统在一致性、可用性和分区容错性三者中最多同时满足两个。网络分区不可避免，所以实际要在一致性和可用性之间取舍。"
    "CP 系统在分区时拒绝请求以保证一致，例如 ZooKeeper；AP 系统继续服务但可能返回旧数据，例如 Cassandra。",
    "The CAP theorem says that a distributed system can guarantee at most two of consistency, availability and partition tolerance. Network "
    "partitions cannot be avoided, so the real choice is between consistency and availability. A CP system such as ZooKeeper refuses requests "
    "to stay consistent; an AP system such as Cassandra keeps serving and may return stale data.",
)
CAP = replace(
    QUESTION,
    id="cap",
    prompt=Bilingual("什么是 CAP 定理？实际系统怎么取舍？", "What is the CAP theorem, and how do real systems choose?"),
    reference=WHOLE,
    points=derive_points(WHOLE),
)
EXAMINER = RubricExaminer()


def judge(answer: str, question: Question = QUESTION, lang: Lang = "en") -> Grade:
    outcome = EXAMINER.grade(GradingTask(question, lang, question.prompt[lang], answer))
    assert isinstance(outcome, Grade)
    return outcome


@pytest.mark.parametrize(("question", "lang"), [(QUESTION, "en"), (ZH, "zh"), (CAP, "en"), (CAP, "zh")])
def test_the_reference_itself_is_excellent(question: Question, lang: Lang) -> None:
    grade = judge(question.reference[lang], question, lang)
    assert grade.score >= 90
    assert all(verdict.status is COVERED for verdict in grade.verdicts)


@pytest.mark.parametrize("question", [QUESTION, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("answer", ["", "I don't know", "不会", "?", "asdf qwer", "今天天气很好", "Good question, I like it"])
def test_what_answers_nothing_scores_nothing(answer: str, question: Question) -> None:
    assert judge(answer, question).score == 0
    assert judge(question.prompt.en, question).score == 0


def test_what_is_not_recognised_is_not_called_missing() -> None:
    assert all(verdict.unsure for verdict in judge("purple ducks swim in ponds").verdicts)
    assert not any(verdict.unsure for verdict in judge("How do a stack and a queue differ?").verdicts)


RIGHT = {
    "en": (
        "When the network splits you must give up either consistency or availability.",
        "You cannot have all of C, A and P. Links fail sooner or later, so in a split you pick: refuse requests and stay consistent like "
        "ZooKeeper, or keep serving outdated values like Cassandra.",
    ),
    "zh": (
        "分区时只能在一致性和可用性里选一个。",
        "三样不能全要。网络总会断，所以断的时候二选一：像 ZooKeeper 那样拒绝请求保证一致，或者像 Cassandra 那样继续服务，数据可能是旧的。",
    ),
}
WRONG = {
    "en": ("CAP means cache, API and performance. Choose CA.", "CAP means cache, API and processor, and one chooses CA."),
    "zh": ("CAP 是缓存、API 和性能，一般选 CA。", "CAP 就是缓存、接口和性能，选 CA。"),
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_wrong_answer_never_outranks_right_ones(lang: Lang) -> None:
    wrong, right = ([judge(answer, CAP, lang).score for answer in each[lang]] for each in (WRONG, RIGHT))
    assert max(wrong) < 25 < min(right)


def test_a_paraphrase_with_some_of_the_words_is_worth_a_half() -> None:
    said = "What went onto a stack most recently comes off it first, whereas a queue gives back its elements in their order of arrival."
    assert judge(said).score >= 40


def test_half_of_a_reference_is_neither_nothing_nor_everything() -> None:
    scores = [judge(half).score for half in REFERENCE.split(". ")]
    assert all(25 < score < 90 for score in scores)


def test_every_credit_has_a_quote_of_the_answer() -> None:
    answer = "With a **stack** the last element\nadded is returned first; with a queue it is the first one."
    credited = [verdict for verdict in judge(answer).verdicts if verdict.status is not MISSING]
    assert credited
    for verdict in credited:
        assert verdict.quote is not None
        assert verdict.quote.text == answer[verdict.quote.start : verdict.quote.end]


def test_the_point_that_was_said_gets_the_credit() -> None:
    first, second = judge("the queue returns what was added first").verdicts
    assert (first.status, second.status) in ((NAMED, COVERED), (MISSING, COVERED), (NAMED, PARTIAL), (PARTIAL, COVERED))
    assert second.quote is not None


@settings(max_examples=40)
@given(st.text(alphabet="a stack queue returns 数组链表，。first last 12", max_size=120))
def test_the_score_is_that_of_the_verdicts_and_the_same_twice(answer: str) -> None:
    one, two = judge(answer), judge(answer)
    assert 0 <= one.score == answer_score(QUESTION.points, one.verdicts) <= 100
    assert (one.score, one.verdicts) == (two.score, two.verdicts)


def points_of(weights: list[float]) -> list[RubricPoint]:
    return [replace(QUESTION.points[0], id=f"p{number}", weight=weight) for number, weight in enumerate(weights)]


@given(st.lists(st.tuples(st.floats(1, 100), st.floats(0, 1)), min_size=2, max_size=9), st.floats(0, 1))
def test_marks_come_near_the_estimate_and_credit_falls_with_probability(given_points: list[tuple[float, float]], met: float) -> None:
    points, probabilities = points_of([weight for weight, _ in given_points]), [each for _, each in given_points]
    statuses = allot(points, probabilities, met)
    score = answer_score(points, [Verdict(point.id, status) for point, status in zip(points, statuses, strict=True)])
    alike = [answer_score(points, [Verdict(point.id, status) for point in points]) for status in (MISSING, NAMED, PARTIAL, COVERED)]
    assert abs(score - 100 * met) <= min(abs(each - 100 * met) for each in alike) + 20.1


def test_a_lone_point_gets_the_step_nearest_to_the_estimate() -> None:
    found = [allot(points_of([100]), [met], met)[0] for met in (0.02, 0.2, 0.5, 0.95)]
    assert found == [MISSING, NAMED, PARTIAL, COVERED]


def test_points_that_an_old_interview_calls_essential_are_credited_within_the_ceiling() -> None:
    points = [replace(point, essential=True) for point in points_of([50, 50])]
    for met in np.linspace(LEAST, 1, 10):
        statuses = allot(points, [0.6, 0.4], float(met))
        score = answer_score(points, [Verdict(point.id, status) for point, status in zip(points, statuses, strict=True)])
        assert abs(score - 100 * met) <= 30


def test_a_hundred_rubric_lines_are_judged_in_a_moment() -> None:
    question = free_question(id="l", text="Name all!", references=[], rubric=[f"thing number{at} matters" for at in range(100)], lang="en")
    grade = judge(" ".join(f"thing number{at} matters a lot." for at in range(60)), question)
    assert 20 < grade.score < 100
    assert grade.usage.milliseconds < 2000
