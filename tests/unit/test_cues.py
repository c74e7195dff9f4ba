"""The cue language of knowledge/README.md."""

from __future__ import annotations

import pytest

from interviewer.grading.rubric.cues import CueSheet
from interviewer.text.normalize import normalize


def find(line: str, answer: str, *, lend: bool = False, strict: bool = False) -> list[str]:
    sheet = CueSheet({"broker": ["kafka", "pulsar", "消息队列"]})
    text, cue = normalize(answer), sheet.compile(line)
    return [text.text[match.span.start : match.span.end] for match in sheet.read(text).find(cue, lend=lend, strict=strict)]


def test_all_groups_must_stand_close_together() -> None:
    assert find("@broker & 实时|stream*", "用Kafka做实时采集")
    assert not find("@broker & 实时|stream*", "用Kafka做离线采集")


def test_neighbouring_sentences_are_close_but_others_are_not() -> None:
    assert find("kafka & order*", "We use Kafka. It keeps the order.")
    assert not find("kafka & order*", "We use Kafka. Fine by me. It keeps the order.")


def test_latin_words_match_whole_even_beside_chinese() -> None:
    assert find("kafka", "用Kafka做") == ["kafka"]
    assert not find("rag", "storage is fragmented")


@pytest.mark.parametrize("answer", ["batch them", "batches", "batched requests", "batching helps"])
def test_latin_words_match_their_plural_and_verb_forms(answer: str) -> None:
    assert find("batch", answer)


def test_plural_of_y_and_short_words() -> None:
    assert find("latency", "two latencies")
    assert find("gpu", "8 GPUs")
    assert not find("gpu", "gpubox")


def test_star_matches_every_word_that_begins_so() -> None:
    assert find("quanti*", "Quantisation") == ["quantisation"]
    assert not find("quanti*", "equanti")


@pytest.mark.parametrize("answer", ["mode collapse", "Mode-Collapse", "modecollapse", "ｍｏｄｅ　collapse"])
def test_space_hyphen_and_nothing_are_the_same(answer: str) -> None:
    assert find("mode collapse", answer)


def test_spaces_in_chinese_do_not_matter() -> None:
    assert find("动态批处理", "动态 批 处理")


def test_dots_stand_for_a_short_gap() -> None:
    assert find("回..上一版", "马上回退到上一版")
    assert find("roll..back", "we rolled it back")
    assert not find("回..上一版", "回滚这件事情我们其实很少真的去做它到上一版")


def test_a_barred_group_refuses_the_sentence() -> None:
    assert find("cache & ttl & !static", "cache with a ttl")
    assert not find("cache & ttl & !static", "static cache with a ttl")


def test_one_word_cannot_serve_two_groups() -> None:
    assert not find("批处理 & 批", "用批处理")
    assert find("批处理 & 批", "用批处理,攒够一批")


@pytest.mark.parametrize(
    "answer",
    [
        "不用Kafka",
        "没有用kafka",
        "without Kafka",
        "we don't use Kafka",
        "避免使用Kafka",
        "Kafka不需要",
        "Kafka is not needed",
        "用Redis而不是Kafka",
    ],
)
def test_a_denied_word_does_not_count(answer: str) -> None:
    assert not find("kafka", answer)


@pytest.mark.parametrize(
    "answer",
    [
        "不仅用Kafka",
        "不同的Kafka集群",
        "not only Kafka",
        "不断写入Kafka",
        "不是轮询，而是Kafka",
        "无状态服务加Kafka",
        "There is no polling, so Kafka pushes",
    ],
)
def test_what_only_looks_like_a_denial_counts(answer: str) -> None:
    assert find("kafka", answer)


def test_a_word_with_its_own_negation_has_to_be_there() -> None:
    assert find("不需要判别器", "推理不需要判别器")
    assert not find("不需要判别器", "推理需要判别器")


def test_an_avoided_harm_counts_as_an_idea_but_not_as_a_belief() -> None:
    assert find("downtime", "rolling update, no downtime")
    assert not find("downtime", "rolling update, no downtime", strict=True)


def test_the_prompt_may_lend_one_group() -> None:
    assert not find("kafka & 有序", "同一个key进同一个分区所以有序")
    assert find("kafka & 有序", "同一个key进同一个分区所以有序", lend=True)
    assert not find("kafka & 有序", "不知道", lend=True)


def test_an_unknown_name_finds_nothing() -> None:
    assert not find("@nobody & kafka", "nobody uses kafka")
