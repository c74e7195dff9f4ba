"""From cards to the questions of a drill."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from interviewer.models import Bilingual, CardKey, MemoryState, Question, RubricPoint
from interviewer.questions.derive import free_question
from interviewer.training.cards import Card
from interviewer.training.drills import ask_alone, asked_alone, drill_questions, prompt_in_turn, wordings
from tests.examples import START, both, question

SAID = {"a": "apple", "b": "bridge", "c": "castle"}


def drilled(id: str = "q1") -> Question:
    """The question with two drills at each point, and a sentence of the reference for each."""
    made = question(id)
    points = tuple(
        replace(point, intent=both(SAID[point.id]), drills=(both(f"drill one {point.id}"), both(f"drill two {point.id}")))
        for point in made.points
    )
    reference = " ".join(f"The {SAID[point.id]} comes here." for point in points)
    return replace(made, points=points, reference=Bilingual(reference, reference))


def card(point_id: str, *, reviews: int = 0, of: Question | None = None) -> Card:
    asked = of or drilled()
    key = CardKey(asked.id, point_id)
    state = MemoryState(key, 3.0, 5.0, START, START + timedelta(days=3), reviews, 0, reviews) if reviews else None
    return Card(key, asked, asked.point(point_id), state)


def test_a_drill_is_its_parent_with_the_one_point() -> None:
    (made,) = drill_questions([card("b")])
    parent = drilled()
    assert (made.id, made.parent, made.bank_id) == ("q1:b", "q1", "q1")
    assert [point.id for point in made.points] == ["b"]
    assert (made.version, made.topic, made.competencies, made.givens) == (parent.version, parent.topic, parent.competencies, parent.givens)
    assert made.hints == ()
    assert made.prompt == both("drill one b")


def test_the_wording_is_another_each_time_and_comes_round() -> None:
    asked = [prompt_in_turn(card("a", reviews=number)).zh for number in range(6)]
    assert asked == [
        "drill one a（中）", "drill two a（中）", "topic q1（中）：probe a（中）",
        "drill one a（中）", "drill two a（中）", "topic q1（中）：probe a（中）",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("你提到的某项提速手段牺牲了什么？", "What does one of those speed-ups give away?"),
        ("你承诺的“不丢不重”覆盖哪一段？", "Which stretch does it cover?"),
        ("刚才那种做法有什么代价？", "What is its price?"),
        ("有什么代价？", "Which signal triggers scaling in your design?"),
        ("有什么代价？", "You said it is fast. When is it not?"),
    ],
)
def test_a_follow_up_that_refers_to_an_answer_asks_for_no_point_alone(zh: str, en: str) -> None:
    point = replace(drilled().points[0], follow_ups=(Bilingual(zh, en),))
    asked = replace(drilled(), points=(point,))
    assert wordings(asked, point) == point.drills


def test_three_points_of_one_question_come_back_together_where_the_first_stood() -> None:
    other = drilled("q2")
    cards = [card("b", of=other), card("c", reviews=1), card("a", reviews=2), card("b", reviews=1), card("a", of=other)]
    made = drill_questions(cards)
    assert [each.id for each in made] == ["q2:b", "q1:a-and-2", "q2:a"]
    assert [point.id for point in made[1].points] == ["a", "b", "c"]
    assert made[1].prompt == drilled().prompt
    assert [each.key.question_id for each in asked_alone(cards)] == ["q2", "q2"]


def test_new_points_are_asked_one_by_one_however_many_they_are() -> None:
    assert [each.id for each in drill_questions([card("a"), card("b"), card("c")])] == ["q1:a", "q1:b", "q1:c"]
    assert [each.id for each in drill_questions([card("a", reviews=1), card("b"), card("c", reviews=1)])] == ["q1:a", "q1:b", "q1:c"]


def test_two_points_that_one_sentence_says_are_asked_together_by_their_own_prompts() -> None:
    whole = replace(
        drilled(), reference=Bilingual("The apple and the bridge. The castle.", "The apple comes here. The bridge. The castle.")
    )
    (made,) = drill_questions([card("a", of=whole), card("b", of=whole)])
    assert (made.id, [point.id for point in made.points]) == ("q1:a-and-1", ["a", "b"])
    assert made.prompt == Bilingual("drill one a（中）drill one b（中）", f"{both('drill one a').en} {both('drill one b').en}")
    assert asked_alone([card("a", of=whole), card("b", of=whole)]) == ()
    assert [each.id for each in drill_questions([card("a", of=whole), card("c", of=whole)])] == ["q1:a", "q1:c"]


def test_a_card_that_is_given_twice_is_asked_once() -> None:
    assert [each.id for each in drill_questions([card("a"), card("a"), card("b")])] == ["q1:a", "q1:b"]


def test_another_wording_takes_the_turns_place_only_where_it_is_given() -> None:
    made = drill_questions([card("a"), card("b")], {CardKey("q1", "a"): both("put otherwise")})
    assert [each.prompt.zh for each in made] == ["put otherwise（中）", "drill one b（中）"]


def test_a_point_without_words_of_its_own_is_asked_by_its_place_and_given_away_by_nothing() -> None:
    text = "栈后进先出，先放的最后取。队列先进先出，按到达的次序取。两者都可以用链表来实现。"
    free = free_question(id="free", text="栈和队列有什么区别？", references=[text], rubric=(), lang="zh")
    for number, point in enumerate(free.points, 1):
        (ask,) = wordings(free, point)
        assert "栈和队列有什么区别？" in ask.zh
        assert f"第 {number} 层" in ask.zh
        assert point.intent.zh not in ask.zh
        made = ask_alone(free, [point.id], ask)
        assert made.reference.zh.strip("。") in text
        assert made.reference.zh.strip("。") in point.intent.zh or point.intent.zh.strip("。") in made.reference.zh


def test_points_of_ones_own_question_are_asked_by_their_follow_ups() -> None:
    plain = question()
    assert [ask.zh for ask in wordings(plain, plain.points[0])] == ["topic q1（中）：probe a（中）"]
    bare = RubricPoint("d", 10, False, both("intent d"))
    with_bare = replace(plain, points=(*plain.points, bare))
    (ask,) = wordings(with_bare, bare)
    assert "number 4" in ask.en
    assert "intent d" not in ask.en
