"""What a person may take away of their training: which points, and cards and reviews as plain values for JSON. Pure.

The key of a question must not leave before it is over (`interview.disclosure`): what is told of a point here has been asked, and no
interview that runs now has its question open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from interviewer import __version__
from interviewer.interview.disclosure import held_back
from interviewer.models import CardKey, CardMark, Interview, MemoryState, Review, TrainingSettings
from interviewer.training.cards import Card
from interviewer.training.schedule import chance, due_day

FORMAT = "interviewer-training/1"


@dataclass(frozen=True, slots=True)
class Told:
    """The cards that may be told of, and how many may not: `unasked` were never judged, of `open` the question is being asked now."""

    cards: tuple[Card, ...]
    unasked: int = 0
    open: int = 0

    @property
    def active(self) -> tuple[Card, ...]:
        """Those of the cards that are neither set aside nor known."""
        return tuple(card for card in self.cards if card.is_active)

    @property
    def aside(self) -> int:
        """How many of the cards are set aside or known."""
        return len(self.cards) - len(self.active)


def told_cards(cards: Iterable[Card], running: Iterable[Interview]) -> Told:
    """Part the cards by whether they may be told. `running`: all of the person's interviews and drills that are not finished."""
    listed, closed = tuple(cards), _open_questions(running)
    asked = [card for card in listed if not card.is_new]
    told = tuple(card for card in asked if card.key.question_id not in closed)
    return Told(told, unasked=len(listed) - len(asked), open=len(asked) - len(told))


def _open_questions(running: Iterable[Interview]) -> frozenset[str]:
    """The bank's ids. Of a drill the whole question: a sentence of its reference may say the next point too."""
    return frozenset(
        interview.questions[id].parent or id for interview in running for id in held_back(interview) if id in interview.questions
    )


def training_values(told: Told, reviews: Iterable[Review], settings: TrainingSettings, now: datetime) -> dict[str, Any]:
    """The file of a person's cards, each with its reviews, oldest first; `chance` and `due_on` as of `now`."""
    by_card: dict[CardKey, list[Review]] = defaultdict(list)
    for review in reviews:
        by_card[review.key].append(review)
    return {
        "format": FORMAT,
        "version": __version__,
        "made_at": now,
        "settings": settings_values(settings),
        "cards": [_card_values(card, by_card[card.key], settings, now) for card in told.cards],
        "left_out": {"not_asked": told.unasked, "question_open": told.open},
    }


def _card_values(card: Card, reviews: Sequence[Review], settings: TrainingSettings, now: datetime) -> dict[str, Any]:
    assert card.state is not None
    return {
        **state_values(card.state),
        "due_on": due_day(card.state, settings.zone),
        "chance": round(chance(card.state, now), 4),
        "topic": {"zh": card.question.topic.zh, "en": card.question.topic.en},
        "says": {"zh": card.point.intent.zh, "en": card.point.intent.en},
        "weight": card.point.weight,
        "essential": card.point.essential,
        "mark": {"kind": card.mark.kind, "at": card.mark.at} if card.mark else None,
        "history": [_without_key(review_values(review)) for review in reviews],
    }


def state_values(state: MemoryState) -> dict[str, Any]:
    """What is remembered of a card (FSRS): `stability` in days, `difficulty` 1–10."""
    return {
        **_key_values(state.key), "stability": state.stability, "difficulty": state.difficulty, "last": state.last, "due": state.due,
        "reviews": state.reviews, "missed": state.missed, "in_a_row": state.in_a_row,
    }  # fmt: skip


def review_values(review: Review) -> dict[str, Any]:
    """A review, its rating by name; `interview` and `turn` are where it comes from."""
    return {
        **_key_values(review.key), "at": review.at, "rating": review.rating.name.lower(), "verdict": review.status,
        "erred": review.erred, "interview": review.interview_id, "turn": review.seq,
    }  # fmt: skip


def mark_values(mark: CardMark, names: Mapping[str, str]) -> dict[str, Any]:
    """A decision about a card; who made it by name, "" where the reader is not told."""
    return {**_key_values(mark.key), "kind": mark.kind, "at": mark.at, "actor": names.get(mark.actor_id, "")}


def settings_values(settings: TrainingSettings) -> dict[str, Any]:
    """What a person chose."""
    return {
        "retention": settings.retention,
        "interview_on": settings.interview_on,
        "minutes": settings.minutes,
        "zone": settings.zone,
    }


def _key_values(key: CardKey) -> dict[str, Any]:
    return {"question": key.question_id, "point": key.point_id}


def _without_key(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in ("question", "point")}
