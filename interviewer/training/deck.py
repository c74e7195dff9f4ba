"""From cards to the notes of a deck, and what its description says of those left out. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from interviewer.grading.rubric.model_sentences import say_best_in
from interviewer.models import CardKey, Lang
from interviewer.training.anki import AnkiNote
from interviewer.training.cards import Card
from interviewer.training.drills import wordings
from interviewer.training.export import Told
from interviewer.training.mistakes import MistakeBook

MOST_CORRECTIONS = 3
"""On one note, those of the latest errors."""


def notes_of(told: Told, book: MistakeBook, lang: Lang) -> tuple[AnkiNote, ...]:
    """A note for each active card. `book`: the person's mistakes; of these only what is right is told, not their words."""
    right = _corrections(book, lang)
    return tuple(_note(card, right.get(card.key, ()), lang) for card in told.active)


def describe_deck(told: Told, words: Mapping[str, str]) -> str:
    """What is in the deck, and what was left out and why. `words`: `anki_…` of one language."""
    counts = {"about": len(told.active), "unasked": told.unasked, "open": told.open, "aside": told.aside}
    return "\n".join(words[f"anki_{name}"].format(n=n) for name, n in counts.items() if n or name == "about")


def _note(card: Card, right: Iterable[str], lang: Lang) -> AnkiNote:
    question, point = card.question, card.point
    return AnkiNote(
        card.key, prompt=wordings(question, point)[0][lang], topic=question.topic[lang], point=point.intent[lang],
        sentence=say_best_in(question, [point.id], lang), correction="\n".join(right),
        tags=(f"question::{question.id}", *(f"competency::{id}" for id in question.competencies)),
    )  # fmt: skip


def _corrections(book: MistakeBook, lang: Lang) -> dict[CardKey, list[str]]:
    found: dict[CardKey, list[str]] = defaultdict(list)
    for mistake in book.wrong:
        # What an examiner wrote is in the language of the answer; there is no other.
        said = mistake.correction[lang] if mistake.correction else mistake.explanation
        if mistake.key and said and said not in found[mistake.key] and len(found[mistake.key]) < MOST_CORRECTIONS:
            found[mistake.key].append(said)
    return dict(found)
