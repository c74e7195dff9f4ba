"""What to train today, and what that comes to on the day of the interview. Pure.

One rule, for today and for each day that is looked ahead to. Without a date: due cards first, those with the most to gain before the
others; then new points, the essential and heavy first. With the interview ahead: due and new ones by what a review adds to the chance on
that day, by weight; and if there is still room, what is not due but gains noticeably.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np

from interviewer.models import CardKey, TrainingSettings
from interviewer.training.ahead import Memories
from interviewer.training.cards import Card
from interviewer.training.formulas import Array
from interviewer.training.schedule import local_day

WITHOUT_A_DATE = 30
"""Days ahead for which a review is to help where there is no interview."""


@dataclass(frozen=True, slots=True)
class CardChance:
    """The chance (0–1) that a point can be said on the day: if the plan is `kept`, or if one has `stopped` as of now."""

    key: CardKey
    kept: float
    stopped: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """The same over the points of a question or a competency (`id`), by their weights; `points`: how many they are."""

    id: str
    kept: float
    stopped: float
    points: int


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """The active cards of a forecast, the two chances of each, and their weights."""

    cards: tuple[Card, ...] = ()
    kept: Array = field(default_factory=lambda: np.zeros(0))
    stopped: Array = field(default_factory=lambda: np.zeros(0))
    weights: Array = field(default_factory=lambda: np.zeros(0))

    def by(self, groups: Sequence[tuple[str, ...]]) -> tuple[Outlook, ...]:
        """One for each name, in the order in which they first come. `groups`: the names to which each card belongs."""
        numbers: dict[str, int] = {}
        members = np.array([numbers.setdefault(name, len(numbers)) for names in groups for name in names], dtype=np.intp)
        cards = np.repeat(np.arange(len(groups)), [len(names) for names in groups])
        counts = np.bincount(members)
        totals = np.maximum(np.bincount(members, self.weights[cards]), 1e-9)
        both = (np.bincount(members, (self.weights * chances)[cards]) / totals for chances in (self.kept, self.stopped))
        return tuple(map(Outlook, numbers, *(each.tolist() for each in both), counts.tolist()))


@dataclass(frozen=True)
class Forecast:
    """How much will be recalled on the day of the interview (`on`).

    `days`: on which one can still train, today among them. `minutes_a_day`: what the plan takes, over these days; never more than
    was given. `kept`, `stopped`: over all points, by weight. Without what is set aside or known. A point that was never asked counts
    as 0 until the plan comes to it, and is then taken to be missed the first time. `detail`: behind what is told of single points.
    """

    on: date
    days: int
    minutes_a_day: float
    kept: float
    stopped: float
    detail: Detail = field(compare=False, repr=False)

    @cached_property
    def cards(self) -> tuple[CardChance, ...]:
        """Each point by itself."""
        keys = (card.key for card in self.detail.cards)
        return tuple(map(CardChance, keys, self.detail.kept.tolist(), self.detail.stopped.tolist()))

    @cached_property
    def questions(self) -> tuple[Outlook, ...]:
        """By question of the bank."""
        return self.detail.by([(card.question.id,) for card in self.detail.cards])

    @cached_property
    def competencies(self) -> tuple[Outlook, ...]:
        """By competency; a question may belong to several."""
        return self.detail.by([card.question.competencies for card in self.detail.cards])


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What today comes to. `chosen`: the cards to train now, first the one to begin with: as many as fit into the minutes (at least one),
    none that is done today. `due`, `new`: how many active cards are due, and were never asked. `next_due`: the first day after today on
    which one comes, None without one. `forecast`: None without an interview, or once it has passed.
    """

    chosen: tuple[Card, ...]
    due: int
    new: int
    next_due: date | None
    forecast: Forecast | None


def plan_today(
    cards: Iterable[Card], now: datetime, settings: TrainingSettings, minutes: float, done: Collection[CardKey], seconds_each: float
) -> DayPlan:
    """All of it from one look at the cards: somebody may have very many. The same all day long: nothing in it depends on the hour."""
    active, today = tuple(card for card in cards if card.is_active), local_day(now, settings.zone)
    ahead, room = _days_left(settings, today), _room(minutes, seconds_each)
    memories = Memories(active, today, ahead or WITHOUT_A_DATE, settings, done)
    chosen = tuple(active[place] for place in memories.choose(0, room, by_gain=bool(ahead)))
    due, new, next_due = memories.due, memories.new, memories.next_due
    told = _look_ahead(active, memories if ahead else None, today, settings, room, seconds_each)
    return DayPlan(chosen, due, new, today + timedelta(days=next_due) if next_due else None, told)


def choose_today(
    cards: Iterable[Card], now: datetime, settings: TrainingSettings, minutes: float, done: Collection[CardKey], seconds_each: float
) -> tuple[Card, ...]:
    """Of the same what is `chosen` alone."""
    active, today = tuple(card for card in cards if card.is_active), local_day(now, settings.zone)
    ahead = _days_left(settings, today)
    memories = Memories(active, today, ahead or WITHOUT_A_DATE, settings, done)
    return tuple(active[place] for place in memories.choose(0, _room(minutes, seconds_each), by_gain=bool(ahead)))


def forecast(cards: Iterable[Card], now: datetime, settings: TrainingSettings, minutes: float, seconds_each: float) -> Forecast | None:
    """What is to be expected on the day of the interview with so many minutes a day; None without one, or once it has passed.

    A day-by-day simulation without chance: after a review a card has the state that is expected of it. Days are calendar days in the
    person's zone.
    """
    active = tuple(card for card in cards if card.is_active)
    return _look_ahead(active, None, local_day(now, settings.zone), settings, _room(minutes, seconds_each), seconds_each)


def _look_ahead(
    cards: tuple[Card, ...], memories: Memories | None, today: date, settings: TrainingSettings, room: int, seconds_each: float
) -> Forecast | None:
    """The forecast. `memories`: those of the cards, which it leaves as they will be on the day; None has them made."""
    if settings.interview_on is None or settings.interview_on < today:
        return None
    days, trained = _days_left(settings, today), 0
    memories = memories or Memories(cards, today, days, settings)
    stopped = memories.on_the_day.copy()
    for day in range(days):
        chosen = memories.choose(day, room, by_gain=True)
        memories.review(chosen, day)
        trained += len(chosen)
    kept = memories.on_the_day
    return Forecast(
        on=settings.interview_on,
        days=days,
        minutes_a_day=trained * seconds_each / 60 / days if days else 0.0,
        kept=_mean(kept, memories.weights),
        stopped=_mean(stopped, memories.weights),
        detail=Detail(cards, kept, stopped, memories.weights),
    )


def _days_left(settings: TrainingSettings, today: date) -> int:
    """Days until the interview, 0 without one or once it is there."""
    return max(0, (settings.interview_on - today) // timedelta(days=1)) if settings.interview_on else 0


def _room(minutes: float, seconds_each: float) -> int:
    """How many cards fit into the minutes: at least one, unless there are no minutes."""
    return max(1, int(minutes * 60 // max(1.0, seconds_each))) if minutes > 0 else 0


def _mean(chances: Array, weights: Array) -> float:
    total = float(weights.sum())
    # No product of matrices: from ten thousand on that wakes threads, whose waiting costs more than the sum.
    return float((chances * weights).sum()) / total if total > 0 else 0.0
