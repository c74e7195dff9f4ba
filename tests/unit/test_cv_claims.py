"""Where an answer contradicts the CV: two quotes, rather silent than wrong. The pairs are in benchmarks/data, half of them left out."""

from __future__ import annotations

import pytest

from benchmarks.cv_claims import judge, read_pairs
from interviewer.models.postings import Project, Resume
from interviewer.posting.claims import MOST, ClaimChecker, ClaimKind

CV = Resume(
    projects=(Project("实时推荐平台", "用 Flink 处理埋点\nQPS 从 200 提升到 2000"),),
    text="实时推荐平台\n用 Flink 处理埋点\nQPS 从 200 提升到 2000\n精通 Kafka，5 年后端开发经验",
)


@pytest.mark.parametrize(("left_out", "least"), [(False, 0.9), (True, 0.85)])
def test_nearly_all_are_found_and_none_is_invented(left_out: bool, least: float) -> None:
    found = judge(read_pairs(left_out=left_out))
    assert found.mistaken == ()
    assert found.recall >= least


def test_the_two_quotes_are_words_of_the_answer_and_a_line_of_the_cv() -> None:
    answer = "先说背景。在推荐平台里，用 Flink 处理埋点，QPS 从 200 提升到了 20000。Kafka 我没用过。"
    found = ClaimChecker(CV).find(answer)
    assert [(each.kind, each.answer.text, each.cv) for each in found] == [
        (ClaimKind.FIGURE, "在推荐平台里，用 Flink 处理埋点，QPS 从 200 提升到了 20000。", "QPS 从 200 提升到 2000"),
        (ClaimKind.DENIED, "Kafka 我没用过。", "精通 Kafka，5 年后端开发经验"),
    ]
    assert all(answer[each.answer.start : each.answer.end] == each.answer.text for each in found)


def test_a_figure_of_another_project_is_no_contradiction() -> None:
    assert ClaimChecker(CV).find("支付系统的 QPS 从 500 提升到 8000。") == ()


@pytest.mark.parametrize("answer", ["", "。。。", "十亿万千百", "0 年 0% from 0 to 0 qps", "1" * 400 + " qps", "从从从到到到 % ms qps"])
def test_odd_texts_break_nothing(answer: str) -> None:
    assert ClaimChecker(Resume(text=answer)).find(answer) == ()


def test_no_more_than_a_few_are_told() -> None:
    assert len(ClaimChecker(CV).find("Kafka 我没用过。\n" * 20)) == MOST
