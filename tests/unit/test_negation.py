"""What denies a word and what only looks as if it did."""

from __future__ import annotations

import pytest

from interviewer.grading.rubric.negation import is_denied
from interviewer.text.normalize import Span


def denied(text: str, word: str) -> bool:
    start = text.index(word)
    return is_denied(text, Span(start, start + len(word)))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("别名指向旧版本", "指向"),
        ("单次等待不超过5ms", "5ms"),
        ("不仅缓存结果", "缓存"),
        ("不只缓存", "缓存"),
        ("不断压缩", "压缩"),
        ("不同版本", "版本"),
        ("延迟不高于200ms", "200ms"),
        ("不可缺少的监控", "监控"),
        ("别忘了监控", "监控"),
        ("看够不够用显存", "显存"),
        ("no more than 5 ms batch", "batch"),
        ("whether or not we batch", "batch"),
    ],
)
def test_words_that_hold_a_negator_deny_nothing(text: str, word: str) -> None:
    assert not denied(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("不要缓存", "缓存"),
        ("别用缓存", "缓存"),
        ("不缺监控", "监控"),
        ("没有备份", "备份"),
        ("no batching", "batching"),
        ("never cache it", "cache"),
    ],
)
def test_a_real_negator_still_denies(text: str, word: str) -> None:
    assert denied(text, word)
