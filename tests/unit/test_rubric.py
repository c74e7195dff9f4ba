"""The offline examiner on questions that have only a reference, and what is judged by form alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.grading.rubric.examiner import RUBRIC_VERSION, RubricExaminer
from interviewer.grading.substance import find_copies, is_bare_list, is_doubly_sweeping, says_unknown
from interviewer.models import SCALE, Grade, GradingTask, Provenance, Verdict, VerdictStatus
from interviewer.questions.derive import free_question
from interviewer.text.normalize import normalize

EXAMINER = RubricExaminer()


@pytest.mark.parametrize(
    "answer", ["不会", "没接触过。", "这个真不会，不好意思", "不知道啊", "I don't know", "idk", "Sorry, no idea.", "这题没做过，跳过吧"]
)
def test_not_knowing_is_understood(answer: str) -> None:
    assert says_unknown(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "异步不会阻塞线程",
        "I'm not sure, but a queue absorbs bursts",
        "不知道对不对，先用队列削峰，再攒批",
        "不会用Kafka，但是会用队列做削峰",
        "不会，会有延迟",
    ],
)
def test_an_attempt_is_not_taken_for_not_knowing(answer: str) -> None:
    assert not says_unknown(answer)


FREE = free_question(
    id="free",
    text="What are the advantages of linked lists over arrays?",
    lang="en",
    rubric=(),
    references=["A linked list can grow and shrink at run time. Inserting or deleting an element does not move the other elements."],
)


CLOSE = "Linked lists grow and shrink at run time, and inserting or deleting an elment never moves the other elements."


def judge(answer: str) -> Grade:
    outcome = EXAMINER.grade(GradingTask(FREE, "en", FREE.prompt.en, answer))
    assert isinstance(outcome, Grade)
    return outcome


def free(answer: str) -> float:
    return judge(answer).score


def test_a_derived_question_is_graded_by_closeness_to_its_reference() -> None:
    half = free("A linked list can grow and shrink dynamically at run time.")
    far = free("I like programming in many languages every day.")
    assert free(CLOSE) > half > far
    assert far <= 10


def test_every_credit_on_a_derived_question_has_its_quote() -> None:
    grade = judge(CLOSE)
    for verdict in grade.verdicts:
        assert (verdict.quote is None) is (verdict.status is VerdictStatus.MISSING)
        assert verdict.quote is None or CLOSE[verdict.quote.start : verdict.quote.end] == verdict.quote.text
    assert any(verdict.status is VerdictStatus.COVERED for verdict in grade.verdicts)


def test_a_derived_question_keeps_the_examiners_contract() -> None:
    heard: list[Verdict] = []
    task = GradingTask(FREE, "en", FREE.prompt.en, CLOSE)
    grade = EXAMINER.grade(task, heard.append)
    assert isinstance(grade, Grade)
    assert tuple(heard) == grade.verdicts
    assert grade.provenance == Provenance("rubric", model=RUBRIC_VERSION, question_version=FREE.version, scale=SCALE)
    assert grade.interval is None
    again = RubricExaminer().grade(task)
    assert replace(grade, usage=again.usage) == again


@pytest.mark.parametrize(
    "answer",
    [
        "",
        ":",
        "What are the advantages of linked lists over arrays?",
        "Let's solve this problem step by step.",
        "I am very confident with it and follow best practices.",
    ],
)
def test_a_non_answer_to_a_derived_question_scores_nothing(answer: str) -> None:
    assert free(answer) == 0


def test_saying_it_five_times_gains_nothing() -> None:
    base = "A linked list can grow dynamically"
    assert free(" ".join([base] * 5)) <= free(base)


def test_lists_copies_and_sweeping_claims_are_told_from_prose() -> None:
    assert is_bare_list("Kafka、Flink、Redis、背压、幂等、分区、水位线、CEP、零拷贝")
    assert is_bare_list("数据并行 模型并行 流水线并行 张量并行 ZeRO FSDP DDP Horovod")
    assert not is_bare_list("用Kafka收日志，Flink清洗后写到Iceberg，每天再用Spark补一次")
    assert not is_bare_list("We keep two replicas in each zone, and a probe turns green only after the weights are loaded.")
    assert is_doubly_sweeping("it never fails and it is guaranteed to be enough for ever")
    assert not is_doubly_sweeping("it never fails, as far as we have seen")
    text = normalize("如何设计接口？先进队列")
    assert len(find_copies(text, ["如何设计接口"])) == 1
