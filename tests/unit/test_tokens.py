"""The token estimate that stands in where no vocabulary can be had."""

from __future__ import annotations

import pytest

from interviewer.endpoint.tokens import TokenCounter, estimate_tokens, fewest_tokens
from interviewer.endpoint.vocabulary import load_vocabulary, parse_vocabulary, write_vocabulary


class Estimate(TokenCounter):
    """The estimate, without a look at the disk."""

    def count(self, text: str) -> int:
        return estimate_tokens(text)


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("", 0), ("We store the data in a lake.", 8), ("数据湖存储训练数据", 11), ("龘靐齉", 7), ("🙂", 2), ("xqzjkv", 5),
        ("2026-01-02", 6), ('{"id": "a", "quote": ""}', 11),
    ],
)  # fmt: skip
def test_the_estimate_never_falls_short_of_the_vocabularies(text: str, real: int) -> None:
    assert real <= estimate_tokens(text) <= 2 * real + 2


def test_a_shortened_text_keeps_whole_sentences_and_stays_within_the_limit() -> None:
    text = "One sentence about brokers. Another one about lakes. A third about queues. " * 20

    short = Estimate("m").shorten(text, 60)

    assert estimate_tokens(short) <= 60
    assert short.endswith(".…")
    assert text.startswith(short[:-1])


def test_a_text_within_the_limit_is_left_alone() -> None:
    assert Estimate("m").shorten("Short.", 60) == "Short."


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("The broker decouples producers from consumers, so a slow reader never blocks the ingest.", 28),
        ("模型服务用 Kafka 采集日志，Flink 去重后写入数据湖的分区表，训练从快照读取。", 47),
        ("HTTPServer JSONDecodeError qwertyuiop zygomorphic", 41),
    ],
)
def test_the_shipped_words_count_what_they_always_counted(text: str, counted: int) -> None:
    assert estimate_tokens(text) == counted


def test_the_shipped_words_are_whole() -> None:
    known = load_vocabulary()

    assert [len(each) for each in (known.words, known.bad_pairs, known.han, known.blocks)] == [5800, 54, 549, 200]


def test_what_is_written_of_a_vocabulary_is_read_again() -> None:
    text = write_vocabulary(words="broker\nlake", pairs="qz xj", han="数据\n湖", blocks="312 313")

    known = parse_vocabulary(text)

    assert (known.words, known.bad_pairs, known.han, known.blocks) == ({"broker", "lake"}, {"qz", "xj"}, set("数据湖"), {312, 313})


@pytest.mark.parametrize(
    ("text", "fewest", "real"),  # the fewest of o200k, DeepSeek V4 and Qwen 3.6
    [
        ("", 0, 0),
        ("The broker decouples producers from consumers, so a slow reader never blocks the ingest.", 14, 17),
        ("模型服务用 Kafka 采集日志，Flink 去重后写入数据湖的分区表，训练从快照读取。", 21, 26),
        ('{"id": "a", "quote": "2026-01-02"}', 13, 17),
        ("It's what we'd do, e.g. don't say: it's.", 9, 13),
        ("a b c d e f " * 20, 0, 121),
    ],
)  # fmt: skip
def test_the_lower_estimate_is_never_above_what_the_leanest_vocabularies_make_of_it(text: str, fewest: int, real: int) -> None:
    assert (fewest_tokens(text), fewest_tokens(text) <= real) == (fewest, True)


def test_of_a_long_text_the_lower_estimate_is_that_of_its_parts() -> None:
    part = "The broker decouples producers from consumers. "

    assert abs(fewest_tokens(part * 100) - 100 * fewest_tokens(part * 10) / 10) < 100
