"""The labelled answers in knowledge/answers fit the bank and the format that knowledge/README.md tells."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from interviewer.models import LANGS, Question, VerdictStatus
from interviewer.questions.bank import Bank, load_bank
from tests.conftest import ROOT

KNOWLEDGE = ROOT / "knowledge"
ANSWERS = KNOWLEDGE / "answers"


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank([KNOWLEDGE / "questions"], knowledge=KNOWLEDGE)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ANSWERS / name).read_text(encoding="utf-8").splitlines()]


def answers(bank: Bank) -> Iterator[tuple[Question, dict[str, Any]]]:
    for question in bank.questions:
        for row in rows(f"q{question.order:02d}.jsonl"):
            yield question, row


def test_every_row_has_the_keys_that_are_told_and_an_id_of_its_own(bank: Bank) -> None:
    told = {"id", "question", "batch", "lang", "writer", "kind", "answer", "score", "points", "errors"}
    seen = Counter(row["id"] for _, row in answers(bank))
    assert [id for id, count in seen.items() if count > 1] == []
    for question, row in answers(bank):
        assert set(row) == told, row["id"]
        assert row["question"] == question.order, row["id"]
        assert row["lang"] in LANGS, row["id"]
        assert 0 <= row["score"] <= 100, row["id"]


def test_every_row_labels_every_point_with_the_answers_own_words(bank: Bank) -> None:
    for question, row in answers(bank):
        assert [point["id"] for point in row["points"]] == [point.id for point in question.points], row["id"]
        for point in row["points"]:
            assert (point["quote"] == "") is (VerdictStatus(point["verdict"]) is VerdictStatus.MISSING), (row["id"], point["id"])
            assert point["quote"] in row["answer"], (row["id"], point["id"])
        assert all(error in row["answer"] for error in row["errors"]), row["id"]


def test_no_answer_stands_there_twice(bank: Bank) -> None:
    seen = Counter("".join(row["answer"].split()) for _, row in answers(bank))
    assert [text[:40] for text, count in seen.items() if count > 1] == []


def test_every_sentence_is_about_a_question_and_a_point_that_exist(bank: Bank) -> None:
    for row in rows("sentences.jsonl"):
        question = bank.find(str(row["question"]))
        assert row["kind"] in {"true", "false", "hollow"}, row
        assert row["lang"] in LANGS, row
        assert row["text"].strip(), row
        assert row["point"] is None or row["point"] in {point.id for point in question.points}, row


def test_both_sentences_of_a_pair_share_their_group() -> None:
    kinds: dict[tuple[int, int], set[str]] = {}
    for row in rows("sentences.jsonl"):
        if row["form"] == "pair":
            kinds.setdefault((row["question"], row["group"]), set()).add(row["kind"])
    assert [pair for pair, found in kinds.items() if found != {"true", "false"}] == []
