"""The cards of a person: what is remembered of each rubric point, joined with the bank. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from interviewer.models import CardKey, CardMark, MarkKind, MemoryState, Question, RubricPoint
from interviewer.training.schedule import day_begins, local_day


@dataclass(frozen=True, slots=True)
class Card:
    """One rubric point of the bank as a person remembers it. `state`: None while it was never asked. `mark`: the latest decision."""

    key: CardKey
    question: Question
    point: RubricPoint
    state: MemoryState | None = None
    mark: CardMark | None = None

    @property
    def is_new(self) -> bool:
        """Whether the point was never asked."""
        return self.state is None

    @property
    def is_active(self) -> bool:
        """Whether it may be asked: neither set aside nor marked as known."""
        return self.mark is None or self.mark.kind is MarkKind.BACK


@dataclass(frozen=True, slots=True)
class Hand:
    """A person's cards with what they were made of: `bank`, the digest of the bank; `rows`, by which the records know what they had told
    then; `marks`, those that count. `places`: of each card among the `cards`.
    """

    bank: str
    rows: tuple[Any, ...]
    marks: Mapping[CardKey, CardMark]
    cards: tuple[Card, ...]
    places: Mapping[CardKey, int]


def deal(
    bank: str, questions: Iterable[Question], rows: tuple[Any, ...], states: Mapping[CardKey, MemoryState | None], marks: Iterable[CardMark]
) -> Hand:
    """All cards anew."""
    latest = latest_marks(marks)
    cards = join_cards(questions, {key: state for key, state in states.items() if state}, latest.values())
    return Hand(bank, rows, latest, cards, {card.key: place for place, card in enumerate(cards)})


def deal_on(hand: Hand, rows: tuple[Any, ...], changed: Mapping[CardKey, MemoryState | None], marks: Iterable[CardMark]) -> Hand:
    """The same cards, those made anew that have `changed` (None: nothing is remembered any more) or have another mark."""
    latest, cards = latest_marks(marks), list(hand.cards)
    marked = {key for key in latest.keys() | hand.marks.keys() if latest.get(key) != hand.marks.get(key)}
    for key in (changed.keys() | marked) & hand.places.keys():
        card = cards[hand.places[key]]
        state = changed.get(key, card.state)
        cards[hand.places[key]] = Card(key, card.question, card.point, state, latest.get(key))
    return Hand(hand.bank, rows, latest, tuple(cards), hand.places)


def join_cards(questions: Iterable[Question], states: Mapping[CardKey, MemoryState], marks: Iterable[CardMark]) -> tuple[Card, ...]:
    """A card for every point of the bank, in its order. What is remembered of points that the bank no longer has is left out."""
    latest = latest_marks(marks)
    keyed = ((CardKey(question.id, point.id), question, point) for question in questions for point in question.points)
    return tuple(Card(key, question, point, states.get(key), latest.get(key)) for key, question, point in keyed)


def latest_marks(marks: Iterable[CardMark]) -> dict[CardKey, CardMark]:
    """The mark that counts for each card: the latest; of two at the same time the one that is given later."""
    found: dict[CardKey, CardMark] = {}
    for mark in marks:
        if mark.key not in found or mark.at >= found[mark.key].at:
            found[mark.key] = mark
    return found


def due_cards(cards: Iterable[Card], now: datetime, zone: str) -> tuple[Card, ...]:
    """The active cards whose day in the zone has come: their due day is not after today."""
    tomorrow = day_begins(local_day(now, zone) + timedelta(days=1), zone)
    return tuple(card for card in cards if card.state and card.is_active and card.state.due < tomorrow)


def new_cards(cards: Iterable[Card]) -> tuple[Card, ...]:
    """The active cards that were never asked, the essential first, then by falling weight, else in the order of the bank."""
    found = [card for card in cards if card.is_new and card.is_active]
    return tuple(sorted(found, key=lambda card: (not card.point.essential, -card.point.weight)))
