"""What is trained today, and what the plan comes to on the day of the interview."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import fsrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.models import CardKey, CardMark, MarkKind, MemoryState, Question, Rating, TrainingSettings
from interviewer.training.cards import Card, join_cards
from interviewer.training.formulas import (
    chance_after,
    first_difficulty,
    first_stability,
    interval_of,
    next_difficulty,
    stability_missed,
    stability_passed,
)
from interviewer.training.plan import choose_today, forecast
from interviewer.training.schedule import chance
from tests.examples import question

NOW = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
PLAIN = TrainingSettings()


def state(key: CardKey, *, stability: float = 3.0, last: float = -5, due: float = 0, difficulty: float = 5.0) -> MemoryState:
    """A memory; `last` and `due` in days from now."""
    return MemoryState(key, stability, difficulty, NOW + timedelta(days=last), NOW + timedelta(days=due), 1, 0, 1)


def bank(questions: int) -> list[Question]:
    return [replace(question(f"q{n}"), competencies=("even" if n % 2 == 0 else "odd", "all")) for n in range(questions)]


def cards_of(questions: int, *states: MemoryState) -> tuple[Card, ...]:
    return join_cards(bank(questions), {each.key: each for each in states}, [])


def until(days: int) -> TrainingSettings:
    return TrainingSettings(interview_on=NOW.date() + timedelta(days=days))


def names(cards: tuple[Card, ...]) -> list[str]:
    return [card.key.question_id + card.key.point_id for card in cards]


A0, B0, C0, A1 = CardKey("q0", "a"), CardKey("q0", "b"), CardKey("q0", "c"), CardKey("q1", "a")


def test_due_cards_come_first_and_new_ones_fill_the_room_by_weight() -> None:
    cards = cards_of(2, state(C0), state(A1, due=1, last=-1))
    assert names(choose_today(cards, NOW, PLAIN, 10, (), 60)) == ["q0c", "q0a", "q0b", "q1b", "q1c"]
    assert names(choose_today(cards, NOW, PLAIN, 2, (), 60)) == ["q0c", "q0a"]


def test_new_ones_take_no_room_from_what_is_due() -> None:
    cards = cards_of(2, *(state(CardKey("q1", each)) for each in "abc"))
    assert set(names(choose_today(cards, NOW, PLAIN, 3, (), 60))) == {"q1a", "q1b", "q1c"}


def test_of_what_is_due_the_most_to_gain_comes_first() -> None:
    weighty, light, faded = state(A0), state(C0), state(A1, stability=1.0, last=-9)
    assert names(choose_today(cards_of(2, weighty, light, faded), NOW, PLAIN, 3, (), 60)) == ["q1a", "q0a", "q0c"]


def test_nothing_is_trained_twice_a_day_and_nothing_that_is_set_aside_or_known() -> None:
    cards = cards_of(1, state(A0))
    assert names(choose_today(cards, NOW, PLAIN, 10, {A0, B0}, 60)) == ["q0c"]
    for kind in (MarkKind.SET_ASIDE, MarkKind.KNOWN):
        marked = tuple(replace(card, mark=CardMark(card.key, kind, "p", NOW)) if card.key == A0 else card for card in cards)
        assert names(choose_today(marked, NOW, PLAIN, 10, (), 60)) == ["q0b", "q0c"]


@pytest.mark.parametrize(("minutes", "seconds", "count"), [(5, 60, 5), (5, 61, 4), (1, 300, 1), (0, 60, 0), (20, 0, 6)])
def test_as_many_as_fit_and_at_least_one(minutes: float, seconds: float, count: int) -> None:
    assert len(choose_today(cards_of(2), NOW, PLAIN, minutes, (), seconds)) == count


def test_with_nothing_due_and_nothing_new_nothing_is_chosen() -> None:
    held = tuple(state(CardKey("q0", each), due=3, last=-1) for each in "abc")
    assert choose_today(cards_of(1, *held), NOW, PLAIN, 10, (), 60) == ()
    assert choose_today((), NOW, PLAIN, 10, (), 60) == ()


def test_before_the_interview_what_gains_noticeably_is_trained_although_it_is_not_due() -> None:
    weak, firm, today = state(A0, stability=1.0, due=1, last=-3), state(B0, stability=900.0, due=1), state(C0, stability=0.2, due=1, last=0)
    assert names(choose_today(cards_of(1, weak, firm, today), NOW, until(1), 10, (), 60)) == ["q0a"]
    assert choose_today(cards_of(1, weak, firm, today), NOW, until(-1), 10, (), 60) == ()


def test_before_the_interview_new_points_wait_only_for_what_gains_more_than_they() -> None:
    missed_yesterday = tuple(state(CardKey("q1", each), stability=0.2, last=-1) for each in "abc")
    faded = state(C0, stability=0.2, last=-60)
    cards = cards_of(2, faded, *missed_yesterday)
    assert names(choose_today(cards, NOW, until(30), 2, (), 60)) == ["q0a", "q0b"]
    assert set(names(choose_today(cards, NOW, PLAIN, 3, (), 60))) == {"q1a", "q1b", "q0c"}
    assert len(choose_today(cards, NOW, until(30), 10, (), 60)) == 6


def test_days_are_the_persons() -> None:
    cards = cards_of(1, *(state(CardKey("q0", each), due=0.6, last=-3) for each in "abc"))  # 23:24 UTC
    assert len(choose_today(cards, NOW, PLAIN, 10, (), 60)) == 3
    assert choose_today(cards, NOW, replace(PLAIN, zone="Asia/Shanghai"), 10, (), 60) == ()


def test_there_is_a_forecast_only_while_the_interview_is_ahead() -> None:
    assert forecast(cards_of(1), NOW, PLAIN, 10, 60) is None
    assert forecast(cards_of(1), NOW, until(-1), 10, 60) is None
    today = forecast(cards_of(1, state(A0)), NOW, until(0), 10, 60)
    assert today is not None
    assert (today.days, today.minutes_a_day, today.kept) == (0, 0.0, today.stopped)


def test_a_forecast_tells_of_each_card_question_and_competency_by_weight() -> None:
    cards = cards_of(3, state(A0, last=-5, stability=8.0), state(A1))
    found = forecast(cards, NOW, until(10), 3, 60)
    assert found is not None
    by = {each.key: each for each in found.cards}
    assert by[A0].stopped == pytest.approx(float(chance_after(np.array([8.0]), 15)[0]))
    assert by[B0].stopped == 0 < by[B0].kept < 1
    first = next(each for each in found.questions if each.id == "q0")
    assert first.kept == pytest.approx((50 * by[A0].kept + 30 * by[B0].kept + 20 * by[C0].kept) / 100)
    assert {each.id: each.points for each in found.competencies} == {"even": 6, "odd": 3, "all": 9}
    everything = next(each for each in found.competencies if each.id == "all")
    assert (everything.kept, everything.stopped) == pytest.approx((found.kept, found.stopped))
    assert 0 < found.minutes_a_day <= 3


def test_what_is_set_aside_is_not_in_the_forecast() -> None:
    cards = tuple(replace(card, mark=CardMark(card.key, MarkKind.KNOWN, "p", NOW)) for card in cards_of(1, state(A0)))
    found = forecast(cards, NOW, until(9), 10, 60)
    assert found is not None
    assert (found.cards, found.questions, found.kept, found.minutes_a_day) == ((), (), 0.0, 0.0)


def test_the_forecast_of_today_is_what_is_chosen_today() -> None:
    cards = cards_of(4, state(A0), state(A1, stability=0.5, due=1, last=-1), state(CardKey("q2", "b"), last=-9))
    found = forecast(cards, NOW, until(1), 3, 60)
    assert found is not None
    changed = {each.key for each in found.cards if each.kept != each.stopped}
    assert changed == {card.key for card in choose_today(cards, NOW, until(1), 3, (), 60)}


@st.composite
def decks(draw: st.DrawFn) -> tuple[Card, ...]:
    found = []
    for key in (CardKey(f"q{n}", each) for n in range(4) for each in "abc"):
        if draw(st.booleans()):
            last, interval = draw(st.integers(-60, 0)), draw(st.integers(1, 60))
            found.append(state(key, stability=draw(st.floats(0.05, 80)), difficulty=draw(st.floats(1, 10)), last=last, due=last + interval))
    return cards_of(4, *found)


@settings(max_examples=25, deadline=None)
@given(cards=decks(), days=st.integers(1, 40), minutes=st.integers(1, 12))
def test_keeping_the_plan_is_never_worse_than_stopping_nor_are_more_minutes_than_fewer(
    cards: tuple[Card, ...], days: int, minutes: int
) -> None:
    less, more = (forecast(cards, NOW, until(days), given, 60) for given in (minutes, minutes * 2))
    assert less is not None
    assert more is not None
    assert less.stopped <= less.kept + 1e-9
    assert more.kept >= less.kept - 0.02
    assert less.minutes_a_day <= minutes


def test_the_formulas_are_the_librarys_for_a_thousand_states() -> None:
    draw = random.Random(6)
    library = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    for _ in range(1000):
        stability, difficulty, days = draw.uniform(0.01, 400), draw.uniform(1, 10), draw.randint(1, 300)
        card = fsrs.Card(1, fsrs.State.Review, None, stability, difficulty, NOW, NOW - timedelta(days=days))
        s, d = np.array([stability]), np.array([difficulty])
        r = chance_after(s, days)
        assert r[0] == pytest.approx(library.get_card_retrievability(card, NOW))
        assert r[0] == pytest.approx(chance(state(A0, stability=stability, last=-days), NOW))
        for rating in (Rating.AGAIN, Rating.HARD, Rating.GOOD):
            after, _ = library.review_card(card, fsrs.Rating(rating), NOW)
            expected = stability_missed(s, d, r) if rating is Rating.AGAIN else stability_passed(s, d, r, rating)
            assert expected[0] == pytest.approx(after.stability)
            assert next_difficulty(d, rating)[0] == pytest.approx(after.difficulty)
            assert interval_of(expected, 0.9)[0] == (after.due - NOW).days


@pytest.mark.parametrize("rating", [Rating.AGAIN, Rating.HARD, Rating.GOOD])
def test_the_first_review_is_as_the_librarys(rating: Rating) -> None:
    card, _ = fsrs.Scheduler(learning_steps=()).review_card(fsrs.Card(card_id=1), fsrs.Rating(rating), NOW)
    assert (first_stability(rating), first_difficulty(rating)) == pytest.approx((card.stability, card.difficulty))
