"""When a point comes back: FSRS-6 with its default parameters, by the library `fsrs`, of which this is the only door.

No steps of minutes and no fuzz: the same reviews always give the same state. Times are UTC; days are the person's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import fsrs

from interviewer.models import MemoryState, Rating, Review, TrainingSettings

_LONGEST = 36500
"""Days; the library's own limit."""
PARAMETERS: tuple[float, ...] = tuple(fsrs.Scheduler().parameters)
"""The weights w0–w20 of FSRS-6, as the library has them."""


def remember(reviews: Iterable[Review], settings: TrainingSettings) -> MemoryState:
    """The state that the reviews of one card come to, in whatever order they are given. ValueError without any, or with several cards'."""
    return remember_each(reviews, settings)[-1]


def remember_each(reviews: Iterable[Review], settings: TrainingSettings) -> tuple[MemoryState, ...]:
    """The state after each of the reviews, oldest first; ValueError as for `remember`."""
    ordered = sorted(reviews, key=lambda each: (each.at, each.key, each.interview_id, each.seq, each.rating))
    if len({review.key for review in ordered}) != 1:
        raise ValueError("remember() takes the reviews of one card, at least one")
    card = fsrs.Card(card_id=0, due=ordered[0].at.astimezone(UTC))
    states, missed, in_a_row = list[MemoryState](), 0, 0
    for count, review in enumerate(ordered, start=1):
        at = review.at.astimezone(UTC)
        scheduler = _scheduler(settings.retention, longest_interval(at, settings))
        card, _ = scheduler.review_card(card, fsrs.Rating(int(review.rating)), at)
        missed, in_a_row = (missed + 1, 0) if review.rating is Rating.AGAIN else (missed, in_a_row + 1)
        assert card.stability is not None
        assert card.difficulty is not None
        assert card.last_review is not None
        state = MemoryState(
            key=review.key, stability=card.stability, difficulty=card.difficulty, last=card.last_review, due=card.due, reviews=count,
            missed=missed, in_a_row=in_a_row,
        )  # fmt: skip
        states.append(state)
    return tuple(states)


def longest_interval(at: datetime, settings: TrainingSettings) -> int:
    """How many days (1 or more) after a review at `at` a card may come back at most, so that it does before the day of the interview is over.

    Without a limit from the day of the interview on: what is trained that morning is due by its memory, not the next day.
    """
    if settings.interview_on is None:
        return _LONGEST
    days = (settings.interview_on - local_day(at, settings.zone)).days
    if days <= 0:
        return _LONGEST
    if days > 1 and local_day(at + timedelta(days=days), settings.zone) > settings.interview_on:
        days -= 1  # an hour that the clocks were put forward in between
    return min(days, _LONGEST)


def chance(state: MemoryState, at: datetime) -> float:
    """The probability (0–1) that the point is recalled at `at`, as the library tells it.

    It counts whole days of 24 hours since the last review and drops what is over: within the first 24 hours it is 1, and it steps
    down at the hour of the last review, not at midnight. A time before the last review counts as that of the review.
    """
    card = fsrs.Card(0, fsrs.State.Review, None, state.stability, state.difficulty, state.due, state.last)
    return _scheduler(0.9, _LONGEST).get_card_retrievability(card, at.astimezone(UTC))


def chance_tomorrow(state: MemoryState, now: datetime) -> float:
    """The same in 24 hours: who was just told the answer would have it right now, which says nothing."""
    return chance(state, now + timedelta(days=1))


def local_day(at: datetime, zone: str) -> date:
    """The day on which `at` falls in the zone (IANA name). ZoneInfoNotFoundError (a KeyError) if there is no such zone."""
    return at.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def day_begins(day: date, zone: str) -> datetime:
    """When a day begins in the zone, UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def due_day(state: MemoryState, zone: str) -> date:
    """The day in the zone on which the card comes back."""
    return local_day(state.due, zone)


@lru_cache(maxsize=1024)
def _scheduler(retention: float, longest: int) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        desired_retention=retention, learning_steps=(), relearning_steps=(), maximum_interval=longest, enable_fuzzing=False
    )
