"""The language model's wordings for the next time a card is asked: asked for beside a drill, kept in memory, used once.

Nobody waits for them and nobody is told where there are none: the bank has wordings of its own.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

from interviewer.grading.llm.rewording import MOST, Rewordable, Reworded, Reworder, Round
from interviewer.interview.writing import Writing
from interviewer.models import Bilingual, CardKey, Interview, Lang, Ungraded
from interviewer.training.cards import Card
from interviewer.training.drills import asked_alone, prompt_in_turn, wordings

logger = logging.getLogger(__name__)

MOST_KEPT = 1000
"""Wordings of all people together; the oldest go first."""

_Place = tuple[CardKey, int, Lang]
"""A card, the version of its question, and the language."""


class Rewordings:
    """What the model wrote, until it is asked. Safe to use from several threads. `reworder` is made when first asked."""

    def __init__(self, writing: Writing, reworder: Callable[[], Reworder], *, most: int = MOST_KEPT) -> None:
        self._writing, self._reworder, self._most = writing, reworder, most
        self._kept: OrderedDict[_Place, str] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, cards: Sequence[Card], lang: Lang) -> dict[CardKey, Bilingual]:
        """The wordings that wait for these cards, which are then used up. Never waits for a model."""
        taken = {}
        for card in asked_alone(cards):
            with self._lock:
                text = self._kept.pop(_place(card, lang), None)
            if text:
                taken[card.key] = replace(prompt_in_turn(card), **{lang: text})
        return taken

    def ask_for(self, cards: Sequence[Card], interview: Interview) -> None:
        """Have other wordings written for the cards of this drill that have none, on its owner's account; returns at once."""
        lang = interview.setup.lang
        with self._lock:
            # A derived point is asked for by its place among the others, which has no other way.
            wanted = [card for card in asked_alone(cards) if not card.question.derived and _place(card, lang) not in self._kept][:MOST]
        if wanted:
            self._writing.write_beside(
                interview, lambda budget: self._write(wanted, lang, budget), lambda came: self._keep(wanted, lang, came)
            )

    def _write(self, cards: Sequence[Card], lang: Lang, budget: int | None) -> Reworded | Ungraded:
        asked = tuple(Rewordable(card.question, tuple(way[lang] for way in wordings(card.question, card.point))) for card in cards)
        return self._reworder().reword(Round(asked, lang, budget))

    def _keep(self, cards: Sequence[Card], lang: Lang, came: Reworded | Ungraded) -> None:
        if isinstance(came, Ungraded):
            logger.info("prompts keep the bank's wording (%s)", came.reason.value)
            return
        with self._lock:
            for number, text in came.texts.items():
                self._kept[_place(cards[number], lang)] = text
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _place(card: Card, lang: Lang) -> _Place:
    return card.key, card.question.version, lang
