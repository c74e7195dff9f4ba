"""What may be told of a person's cards: nothing of a question's key that is still open for them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from interviewer.models import MarkKind, Mode, Rating, Review, TrainingSettings, VerdictStatus
from interviewer.training.export import told_cards, training_values
from interviewer.ui.exports import plain_value
from tests.examples import START, interview, question
from tests.examples import held_card as card


def test_only_points_are_told_that_were_asked_and_whose_question_nobody_asks_now() -> None:
    cards = [card(), card(point="b", due=None), card("q2"), card("q2", "c", mark=MarkKind.KNOWN)]
    told = told_cards(cards, [])
    assert ([each.key for each in told.cards], told.unasked, told.open, told.aside) == ([cards[0].key, cards[2].key, cards[3].key], 1, 0, 1)


@pytest.mark.parametrize("mode", [Mode.COACHING, Mode.EXAM])
def test_a_question_that_runs_is_held_back_whole(mode: Mode) -> None:
    running = interview(mode=mode)
    told = told_cards([card(), card(point="b"), card("q9")], [running])
    assert ([each.key.question_id for each in told.cards], told.open) == (["q9"], 2)


def test_a_drill_that_runs_holds_back_every_point_of_its_question() -> None:
    asked = replace(question("q1"), id="q1:a", parent="q1", points=question("q1").points[:1])
    running = replace(interview(questions=("q2",), mode=Mode.DRILL), questions={asked.id: asked})
    assert told_cards([card(point="b")], [running]).cards == ()


def test_the_file_of_the_cards_has_no_word_of_those_left_out() -> None:
    cards = [card(), card(point="b", due=None), card("q2")]
    reviews = [Review(each.key, START, Rating.HARD, VerdictStatus.COVERED, False, "i", 1) for each in cards]
    values = training_values(told_cards(cards, [interview(questions=("q1",))]), reviews, TrainingSettings(), START)
    text = json.dumps(values, default=plain_value, ensure_ascii=False)
    assert [each["question"] for each in values["cards"]] == ["q2"]
    assert values["left_out"] == {"not_asked": 1, "question_open": 1}
    assert "intent b" not in text
    assert '"q1"' not in text
    assert values["cards"][0]["history"][0]["rating"] == "hard"
