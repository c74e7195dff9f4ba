"""What a candidate may see of the key, and when."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from interviewer.interview.disclosure import held_back, hold_back, is_over
from interviewer.interview.results import results_of
from interviewer.models import Interview, Mode, Question, ReplyKind, TurnKind
from interviewer.ui.exports import EXPORTS
from tests.examples import START, both, grade, interview, turn

TEXT, FOLLOW_UP = ReplyKind.TEXT, TurnKind.FOLLOW_UP


def answered(**changes: object) -> Interview:
    """The first question done, the second answered and being probed, the third to come; no two share a point's text."""
    made = interview(
        turn(1, reply=TEXT, outcomes=[grade()]),
        turn(2, question_id="q2", reply=TEXT, text="my words", outcomes=[grade(b="missing")]),
        turn(3, question_id="q2", kind=FOLLOW_UP, prompt="probe", aimed="b"),
        questions=["q1", "q2", "q3"],
        **{"follow_ups": 1, **changes},  # type: ignore[arg-type]
    )
    return replace(made, questions={id: own_points(question) for id, question in made.questions.items()})


def own_points(question: Question) -> Question:
    points = tuple(replace(point, intent=both(f"idea {point.id} of {question.id}")) for point in question.points)
    return replace(question, points=points)


def test_a_question_is_over_when_it_was_left_or_nothing_but_going_on_remains() -> None:
    now = answered()
    assert [is_over(now, id) for id in ("q1", "q2", "q3")] == [True, False, False]
    done = interview(turn(1, reply=TEXT, outcomes=[grade()]), questions=["q1", "q2"], follow_ups=0)
    assert is_over(done, "q1")
    judged = interview(turn(1, reply=TEXT, pending=True), questions=["q1", "q2"], follow_ups=0)
    assert not is_over(judged, "q1")


def test_what_an_interview_ended_before_is_not_over() -> None:
    opened = interview(turn(1, reply=TEXT, outcomes=[grade()]), turn(2, question_id="q2"), questions=["q1", "q2", "q3"])
    opened = replace(opened, finished_at=START)
    assert held_back(opened) == {"q2", "q3"}
    assert held_back(replace(opened, setup=replace(opened.setup, mode=Mode.EXAM))) == {"q2", "q3"}


@pytest.mark.parametrize("ending", EXPORTS)
def test_a_file_of_what_ended_early_holds_only_what_was_asked(ending: str) -> None:
    ended = answered()
    ended = replace(
        ended, finished_at=START, turns=ended.turns[:2], questions={id: own_words(question) for id, question in ended.questions.items()}
    )
    told = EXPORTS[ending][0](hold_back(ended), (), "zh")
    assert "idea b of q2" in told
    assert [text for text in ("idea a of q3", "prompt of q3", "reference of q3") if text in told] == []


def own_words(question: Question) -> Question:
    return replace(question, prompt=both(f"prompt of {question.id}"), reference=both(f"reference of {question.id}"))


def test_of_an_exam_nothing_is_told_before_its_end() -> None:
    assert held_back(answered(mode=Mode.EXAM)) == {"q1", "q2", "q3"}


def test_what_is_held_back_takes_neither_words_nor_what_was_told() -> None:
    left = hold_back(answered())
    assert left.turns[0].grade is not None
    assert left.turns[1].grade is None
    assert left.turns[1].reply is not None
    assert left.turns[1].reply.text == "my words"
    assert (left.questions["q2"].points, left.questions["q2"].reference.zh) == ((), "")
    assert left.questions["q1"].points
    assert [result.score is None for result in results_of(left)] == [False, True, True]


@pytest.mark.parametrize("ending", EXPORTS)
def test_no_file_of_a_running_interview_tells_an_open_key(ending: str) -> None:
    now = answered()
    told = EXPORTS[ending][0](hold_back(now), (), "zh")
    secret = [
        text for id in ("q2", "q3") for text in (now.questions[id].reference.zh, *(point.intent.zh for point in now.questions[id].points))
    ]
    assert [text for text in secret if text in told] == []
    if ending == "json":
        assert json.loads(told)["questions"]["q2"]["points"] == []
