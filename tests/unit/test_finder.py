"""What was learned of documents is applied as it was learned, and of stretches that overlap the likeliest is taken."""

from __future__ import annotations

import numpy as np
import pytest

from interviewer.drafting.document import Span
from interviewer.drafting.formats.plain import read_plain
from interviewer.drafting.judging import AHEAD, LEAST, LEAST_TOLD, Finder, choose, measure, unpack_finder
from interviewer.drafting.lines import Candidate, read_lines
from interviewer.drafting.outline import find_places
from interviewer.drafting.stretches import find_stretches
from interviewer.drafting.traits import COLUMNS, NONE, Measured, Stretch, measure_context


def stretches(text: str) -> list[Stretch]:
    """All stretches of a plain text, measured."""
    document = read_plain(text)
    lines = read_lines(document)
    return Measured(document, lines, find_places(document, lines)).measure(find_stretches(document, lines, []))


def words(text: str) -> list[str]:
    """The stretches of a plain text."""
    document = read_plain(text)
    return [document.words(each.span) for each in find_stretches(document, read_lines(document), [])]


def spread(*spans: tuple[int, int]) -> list[Stretch]:
    """Stretches that are measured for nothing but where they stand."""
    return [Stretch(Candidate(Span(*span), 0, "line"), np.zeros(1, np.int32), np.zeros(1), (), ()) for span in spans]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("★ What is a lock?", "What is a lock?"),
        ("□ 1. 什么是锁？", "什么是锁？"),
        ("[01] 正面｜什么是锁？", "什么是锁？"),
        ("【题 3-5】什么是锁？（10 分）", "什么是锁？"),
        ("锁：怎么选？", "怎么选？"),
        ("C# 的装箱拆箱/协程是线程吗/怎么降", "协程是线程吗"),
        ("上来就问中断里能不能调用它，为什么，我说不能。", "中断里能不能调用它，为什么"),
        ("题目是给一个日志文件，找出访问最多的地址。我写了。", "给一个日志文件，找出访问最多的地址"),
        ("锁有几种？说说读写锁。", "说说读写锁。"),
    ],
)
def test_a_question_is_among_the_stretches_wherever_its_marks_are(text: str, wanted: str) -> None:
    assert wanted in words(text)


def test_a_line_that_is_one_text_is_not_cut() -> None:
    assert words("zh: 什么是锁？说说读写锁。") == ["什么是锁？说说读写锁。"]


def test_the_likeliest_is_taken_and_none_that_overlaps_it() -> None:
    chosen = choose(spread((0, 10), (4, 10), (12, 20), (19, 25)), np.array([0.7, 0.9, 0.6, 0.55]))
    assert [(one.span.start, chance) for one, chance in chosen] == [(4, 0.9), (12, 0.6)]


def test_less_is_asked_of_what_marks_call_a_question_and_it_goes_ahead() -> None:
    assert (LEAST, LEAST_TOLD, AHEAD) == (0.5, 0.1, 0.3)
    assert not choose(spread((0, 10)), np.array([0.49]))
    assert choose(spread((0, 10)), np.array([0.1]), {Span(0, 10)})
    assert not choose(spread((0, 10)), np.array([0.09]), {Span(0, 10)})
    assert [one.span.start for one, _ in choose(spread((0, 10), (4, 10)), np.array([0.5, 0.79]), {Span(0, 10)})] == [0]
    assert [one.span.start for one, _ in choose(spread((0, 10), (4, 10)), np.array([0.5, 0.81]), {Span(0, 10)})] == [4]


def test_an_entry_is_measured_by_its_like_and_its_neighbours() -> None:
    found = stretches("1. 锁的种类\n2. 死锁的条件\n3. 今天天气")
    context = measure_context(found, np.array([2.0, 2.0, -2.0]))
    likely = 1 / (1 + np.exp(-2.0))
    assert context.shape == (3, 21)
    assert context[2, 1] == pytest.approx(likely)  # the mean of the other two
    assert context[0, 1] == pytest.approx((likely + 1 - likely) / 2)
    assert list(context[:, 6]) == [NONE] * 3  # nothing overlaps


def test_the_trees_are_walked_as_they_were_grown() -> None:
    text = stretches("1. 什么是锁？\n2. 今天天气")
    data = {
        "columns": np.array(COLUMNS), "column": np.array([int(text[0].columns[0])]), "weight": np.array([3.0], np.float16), "bias": np.array(-1.0),
        "roots": np.array([0, 3]), "feature": np.array([13, 0, 0, 0]), "threshold": np.array([0.5, 0, 0, 0], np.float32),
        "left": np.array([1, -1, -1, -1]), "right": np.array([2, -1, -1, -1]), "value": np.array([0.0, -2.0, 2.0, 0.5]),
        "start": np.array(-0.5), "material": np.array("x"),
    }  # fmt: skip
    finder = unpack_finder(data)
    assert isinstance(finder, Finder)
    estimate = finder.estimate(text)
    assert estimate[0] == pytest.approx(-1 + 3 / np.sqrt(len(text[0].columns)))
    asks = measure(text, estimate)[:, 13]
    wanted = [1 / (1 + np.exp(-(-0.5 + (2.0 if each else -2.0) + 0.5))) for each in asks]
    assert list(asks) == [1.0, 0.0]
    assert finder.probability(text) == pytest.approx(wanted)
    assert len(finder.probability([])) == 0


def test_a_file_of_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="learn again"):
        unpack_finder({"columns": np.array(7)})
