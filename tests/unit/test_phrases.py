"""Pieces of somebody's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.text.normalize import is_hidden
from interviewer.text.phrases import LONGEST, pick_phrase
from interviewer.text.words import measure_length


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("**Kafka** 负责做缓冲，峰值先排队。", "Kafka 负责做缓冲"),
        ("1. 完全相同的请求先查 Redis 结果缓存，命中就返回", "完全相同的请求先查 Redis 结果缓存"),
        ("如果队列满了，就立即返回429", "就立即返回429"),
        ("But identical requests are answered from Redis, when the key is known.", "identical requests are answered from Redis"),
        (
            "new requests join and finished ones leave at every decoding step because the batch is never closed",
            "finished ones leave at every decoding step",
        ),
        ("他说“先限流再排队”最稳", "他说先限流再排队最稳"),
        ("为什么要排队？先限流再说。", "先限流再说"),
        ("为什么要排队？", ""),
        ("If the queue is full", ""),
        ("短", ""),
        ("", ""),
    ],
)
def test_the_longest_clause_that_stands_alone_is_said_back(text: str, piece: str) -> None:
    assert pick_phrase(text) == piece


def test_a_question_is_said_back_only_where_one_is_wanted() -> None:
    assert pick_phrase("原先开了几个分区？", asks=True) == "原先开了几个分区"


@given(st.text(max_size=300))
def test_a_piece_is_short_one_line_and_without_hidden_or_marking_characters(text: str) -> None:
    piece = pick_phrase(text)
    assert measure_length(piece) <= LONGEST[0]
    assert "\n" not in piece
    assert not any(is_hidden(char) or char in "“”`*" for char in piece)
