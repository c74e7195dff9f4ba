"""What is measured of a message, and how figures are counted; nothing learned is read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interviewer.dialogue.figures import LeftOut, count_left_out
from interviewer.dialogue.material import Said, fold_of, read_utterances
from interviewer.dialogue.traits import ALWAYS, Unit, grams, of_units
from interviewer.models import Heard, Utterance
from tests.examples import question

QUESTIONS = [replace(question(), order=1)]


def said(text: str, kind: Utterance = Utterance.ANSWER, *, labelled: bool = False) -> Said:
    return Said(text, QUESTIONS[0], "What?", kind, "first", labelled=labelled)


def test_an_n_gram_at_an_edge_is_another_one() -> None:
    found = grams("你说的延迟是指什么? 我想想")
    assert {ALWAYS, "^你 说", "$想 想", "<我 想", ">什 么 ?", "w延 迟"} <= found
    assert "^延 迟" not in found


def test_whatever_the_figure_it_is_a_figure() -> None:
    assert grams("p99 is 200 ms") == grams("p99 is 35 ms")


def test_clauses_that_answer_count_by_their_length() -> None:
    units = [Unit(frozenset(), 10.0, 0, 10), Unit(frozenset(), 30.0, 10, 40)]
    found = of_units(np.array([2.0, -1.0]), units)
    assert (found["unit_most"], found["unit_least"], found["unit_last"]) == (2.0, -1.0, -1.0)
    assert found["answering"] == pytest.approx(np.log1p(30.0))
    assert found["unit_spread"] == pytest.approx((20 - 30) / 40)
    assert set(of_units(np.zeros(0), [])) == set(found)


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "utterances.jsonl"
    good = {"question": QUESTIONS[0].order, "asked": "question", "lang": "en", "text": "Which one?", "kind": "clarify", "batch": "first"}
    path.write_text(f"{json.dumps(good)}\n{json.dumps({**good, 'kind': 'musing'})}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"utterances.jsonl:2: not a labelled message"):
        read_utterances(path, QUESTIONS)


def test_the_part_that_answers_is_found_in_a_mixed_message(tmp_path: Path) -> None:
    path = tmp_path / "utterances.jsonl"
    row = {
        "question": QUESTIONS[0].order,
        "asked": "Which?",
        "lang": "en",
        "text": "Is it? I would cache.",
        "kind": "mixed",
        "batch": "first",
    }
    path.write_text(json.dumps({**row, "answer_part": "I would cache."}), encoding="utf-8")
    (found,) = read_utterances(path, QUESTIONS)
    assert (found.part, found.prompt) == ((7, 21), "Which?")


def test_asking_is_not_counted_as_taking() -> None:
    rows = [
        LeftOut(said("an answer that is long enough", labelled=True), Heard(Utterance.ANSWER), Utterance.META),
        LeftOut(said("KV cache"), Heard(Utterance.UNSURE, sure=False), Utterance.META),
        LeftOut(said("Columnar"), Heard(Utterance.STUCK), Utterance.STUCK),
        LeftOut(said("a hint?", Utterance.STUCK), Heard(Utterance.STUCK), Utterance.STUCK),
    ]
    figures = {figure.name: figure for figure in count_left_out(rows)}
    assert (figures["answers"].count, figures["labelled answers"].count, figures["asides"].count) == (3, 1, 1)
    assert figures["answers"].taken == figures["answers"].asked == pytest.approx(1 / 3)
    assert (figures["asides"].taken, figures["asides"].kind) == (1.0, 1.0)
    assert figures["mixed"].count == 0


def test_a_message_is_always_left_out_with_the_same_others() -> None:
    assert fold_of("一样的话", 5) == fold_of("一样的话", 5)
    assert len({fold_of(str(number), 5) for number in range(100)}) == 5
