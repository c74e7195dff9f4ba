"""Which questions of the bank a person is weak in: what an ordinary interview can be made of. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from interviewer.training.cards import Card


def weak_questions(cards: Iterable[Card]) -> tuple[str, ...]:
    """The ids of the bank's questions with active points that were missed when last asked, those that miss most weight first."""
    missed: dict[str, float] = defaultdict(float)
    for card in cards:
        if card.is_active and card.state and not card.state.in_a_row:
            missed[card.key.question_id] += card.point.weight
    return tuple(sorted(missed, key=lambda id: -missed[id]))
