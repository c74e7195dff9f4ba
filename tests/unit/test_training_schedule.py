"""When a card comes back: the library's own dates, whatever the order of the reviews, and never past the interview."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.models import CardKey, Rating, Review, TrainingSettings, VerdictStatus
from interviewer.training.ahead import local_ordinals
from interviewer.training.schedule import chance, chance_tomorrow, day_begins, due_day, local_day, longest_interval, remember

KEY = CardKey("q1", "a")
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe")


def review(at: datetime, rating: Rating = Rating.GOOD, seq: int = 1, key: CardKey = KEY, of: str = "i1") -> Review:
    return Review(key, at, rating, VerdictStatus.COVERED, False, of, seq)


def after(*days: float, rating: Rating = Rating.GOOD) -> list[Review]:
    return [review(START + timedelta(days=each), rating) for each in days]


RATINGS = st.sampled_from([Rating.AGAIN, Rating.HARD, Rating.GOOD])
TIMES = st.integers(0, 400 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))
HISTORIES = st.lists(st.builds(review, TIMES, RATINGS, st.integers(1, 3), of=st.sampled_from(["i1", "i2"])), min_size=1, max_size=8)


@settings(max_examples=50, deadline=None)
@given(history=HISTORIES, shuffle=st.randoms(), retention=st.floats(0.70, 0.97), on=st.none() | st.integers(0, 500))
def test_the_same_reviews_in_any_order_give_the_same_state(
    history: list[Review], shuffle: random.Random, retention: float, on: int | None
) -> None:
    chosen = TrainingSettings(retention=retention, interview_on=None if on is None else START.date() + timedelta(days=on))
    other = list(history)
    shuffle.shuffle(other)
    assert remember(other, chosen) == remember(history, chosen)


def test_the_dates_are_the_librarys_own_for_a_thousand_histories() -> None:
    draw = random.Random(14)
    for number in range(1000):
        retention = round(draw.uniform(0.70, 0.97), 2)
        at, history = START, []
        for _ in range(draw.randint(1, 12)):
            history.append(review(at, draw.choice([Rating.AGAIN, Rating.HARD, Rating.GOOD])))
            at += timedelta(seconds=draw.choice([draw.randint(60, 90_000), draw.randint(90_000, 40 * 86_400)]))
        scheduler = fsrs.Scheduler(desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
        card = fsrs.Card(card_id=number)
        for each in history:
            card, _ = scheduler.review_card(card, fsrs.Rating(each.rating), each.at)
        state = remember(history, TrainingSettings(retention=retention))
        assert (state.stability, state.difficulty, state.last, state.due) == (card.stability, card.difficulty, card.last_review, card.due)
        assert chance(state, at) == scheduler.get_card_retrievability(card, at)


@settings(max_examples=40, deadline=None)
@given(history=HISTORIES, days=st.integers(-50, 500), zone=st.sampled_from(ZONES))
def test_no_card_comes_back_past_the_day_of_the_interview(history: list[Review], days: int, zone: str) -> None:
    chosen = TrainingSettings(interview_on=START.date() + timedelta(days=days), zone=zone)
    assert chosen.interview_on is not None
    state, free = remember(history, chosen), remember(history, TrainingSettings(zone=zone))
    assert state.stability == free.stability
    if local_day(state.last, zone) < chosen.interview_on:
        assert due_day(state, zone) <= chosen.interview_on
        assert state.due - state.last >= timedelta(days=1)
    else:
        assert state.due == free.due


def test_the_limit_holds_up_to_the_day_before_the_interview_and_no_longer() -> None:
    limits = [longest_interval(START, TrainingSettings(interview_on=START.date() + timedelta(days=days))) for days in (9, 1, 0, -1)]
    assert limits == [9, 1, 36500, 36500]


def test_what_is_trained_on_the_morning_of_the_interview_is_not_due_the_next_day_for_it() -> None:
    evening = datetime(2026, 1, 1, 17, 0, tzinfo=UTC)  # the 2nd in Shanghai
    chosen = TrainingSettings(interview_on=date(2026, 1, 2), zone="Asia/Shanghai")
    assert remember([review(evening)], chosen).due == remember([review(evening)], TrainingSettings()).due
    assert due_day(remember([review(evening)], replace(chosen, zone="UTC")), "UTC") == date(2026, 1, 2)


def test_an_hour_that_the_clocks_lose_does_not_push_a_card_past_the_interview() -> None:
    late = datetime(2026, 3, 7, 4, 30, tzinfo=UTC)  # 23:30 on the 6th in New York, where the clocks go forward on the 8th
    chosen = TrainingSettings(interview_on=date(2026, 3, 9), zone="America/New_York")
    assert longest_interval(late, chosen) == 2


def test_what_was_just_missed_is_not_called_known_for_having_been_told_today() -> None:
    missed, held = (remember([review(START, rating)], TrainingSettings()) for rating in (Rating.AGAIN, Rating.GOOD))
    assert (chance(missed, START), round(chance_tomorrow(missed, START), 2)) == (1.0, 0.77)
    assert round(chance_tomorrow(held, START), 2) == 0.95


def test_counts_what_was_missed_and_what_is_in_a_row() -> None:
    ratings = [Rating.GOOD, Rating.AGAIN, Rating.HARD, Rating.GOOD]
    state = remember([review(START + timedelta(days=n), each) for n, each in enumerate(ratings)], TrainingSettings())
    assert (state.key, state.reviews, state.missed, state.in_a_row) == (KEY, 4, 1, 2)


def test_a_higher_retention_brings_a_card_back_sooner() -> None:
    dues = [remember(after(0, 3), TrainingSettings(retention=each)).due for each in (0.97, 0.90, 0.70)]
    assert dues == sorted(dues)
    assert len(set(dues)) == 3


def test_takes_one_cards_reviews_and_at_least_one() -> None:
    with pytest.raises(ValueError, match="one card"):
        remember([], TrainingSettings())
    with pytest.raises(ValueError, match="one card"):
        remember([review(START), review(START, key=CardKey("q1", "b"))], TrainingSettings())


def test_the_chance_steps_down_by_whole_days_of_24_hours_since_the_review() -> None:
    state = remember(after(0), TrainingSettings())
    assert chance(state, START - timedelta(days=3)) == chance(state, START + timedelta(hours=23, minutes=59)) == 1
    assert 0.9 < chance(state, START + timedelta(hours=24)) == chance(state, START + timedelta(hours=47)) < 1
    assert chance(state, START + timedelta(days=2)) < chance(state, START + timedelta(days=1))


def test_days_are_the_persons() -> None:
    late = datetime(2026, 1, 1, 17, 0, tzinfo=UTC)
    assert local_day(late, "Asia/Shanghai") == date(2026, 1, 2)
    assert local_day(late, "America/New_York") == date(2026, 1, 1)
    assert day_begins(date(2026, 1, 2), "Asia/Shanghai") == datetime(2026, 1, 1, 16, tzinfo=UTC)
    state = remember([review(late)], TrainingSettings())
    assert due_day(state, "Asia/Shanghai") == local_day(state.due, "UTC") + timedelta(days=1)
    with pytest.raises(KeyError):
        local_day(late, "Mars/Olympus")


@settings(max_examples=60, deadline=None)
@given(
    moments=st.lists(st.datetimes(datetime(2011, 6, 1), datetime(2040, 1, 1)), max_size=20), zone=st.sampled_from((*ZONES, "Pacific/Apia"))
)
def test_the_days_of_many_moments_are_those_of_each(moments: list[datetime], zone: str) -> None:
    given_at = [at.replace(tzinfo=UTC) for at in moments]
    begin = [day_begins(local_day(at, zone), zone) + timedelta(seconds=n) for at in given_at for n in (-1, 0)]
    every = [*given_at, *begin]
    assert local_ordinals(every, zone).tolist() == [local_day(at, zone).toordinal() for at in every]
