"""What of an answer to a question that has only a reference counts, and how texts are made ready for comparing.

No evidence: orders to the grader, a statement of the reference turned into its opposite, sweeping claims, and anything said twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from interviewer.grading.rubric.reading import Reading
from interviewer.grading.substance import find_sweeping
from interviewer.models import Question
from interviewer.text.answer import parse_answer
from interviewer.text.chinese import simplify
from interviewer.text.normalize import Span, normalize
from interviewer.text.words import HAN_BLOCK, content_tokens, list_figures, measure_length

COPIED, _LEAST_COPIED = 0.9, 3
"""Share of words from which a unit is a copy of another, and the least words that tell."""
_PREFIX = 6
_HAN_RUN = re.compile(f"[{HAN_BLOCK}]+")
_VERDICT = re.compile(r"^\W*(?:(?:不正确|不对|错误?)的?|false\b|wrong\b)")
_NEGATION = re.compile(r"不|没|无|非|否|(?<![容纠])错|\bnot?\b|n't\b|\bnever\b|\bwithout\b|\bfalse\b|\bcannot\b|\bnone\b")


@dataclass(frozen=True, slots=True)
class Text:
    """A text ready for comparing. `order`: its content tokens as they come; `run`: mean length of Chinese without a break."""

    text: str
    order: tuple[str, ...]
    words: frozenset[str]
    figures: frozenset[str]
    length: float
    run: float


def prepare_text(text: str, raw: str) -> Text:
    """Cut a normalised text. `raw`: the same as typed, since normalising closes the gaps between Chinese words."""
    text = simplify(text)
    # Truncation conflates word forms ("iterating", "iterative") better than the light stemmer alone, and needs no dictionary.
    order = tuple(token[:_PREFIX] if token.isascii() else token for token in content_tokens(text))
    runs = _HAN_RUN.findall(raw)
    run = sum(map(len, runs)) / max(1, len(runs))
    return Text(text, order, frozenset(order), frozenset(list_figures(text)), measure_length(text), run)


def read_text(raw: str) -> Text:
    """Normalise and cut a text as typed."""
    return prepare_text(normalize(raw).text, raw)


@dataclass(frozen=True, slots=True)
class Subject:
    """What answers to a question are compared with. `references`: of several, whichever an answer comes nearest counts.

    `statements`: of each of their units, the words without denials and how often it denies; `sweeping`: what both claim without limits with.
    """

    question: Text
    references: tuple[Text, ...]
    statements: tuple[tuple[frozenset[str], int], ...]
    sweeping: frozenset[str]


def prepare_subject(prompt: str, references: Sequence[str]) -> Subject:
    """A question and its reference answers, ready for comparing."""
    parsed = list(map(parse_answer, references))
    units = [read_text(each.words(unit.span)) for each in parsed for unit in each.units]
    question, texts = read_text(prompt), tuple(map(read_text, references))
    sweeping = frozenset(claim for text in (question, *texts) for claim in find_sweeping(text.text))
    return Subject(question, texts, tuple((without_denials(unit), count_negations(unit)) for unit in units), sweeping)


@lru_cache(maxsize=64)
def subject_of(question: Question) -> Subject:
    """What the answers to a question that has only a reference are compared with, in both languages."""
    return prepare_subject(f"{question.prompt.zh}\n{question.prompt.en}", list_references(question))


def list_references(question: Question) -> list[str]:
    """The complete wordings of a reference; where its statements became the points, their further routes are another."""
    points, texts = question.points, []
    for lang in ("zh", "en"):
        routes = [route[lang] for point in points for route in point.accepts]
        texts += ["\n".join(point.intent[lang] for point in points), "\n".join(routes)] if routes else [question.reference[lang]]
    return list(dict.fromkeys(text for text in texts if text.strip()))


@dataclass(frozen=True, slots=True)
class Told:
    """What counts of an answer: its units, each with its place, and all of them as one text."""

    places: tuple[Span, ...]
    units: tuple[Text, ...]
    whole: Text


def read_told(subject: Subject, reading: Reading) -> Told:
    """Leave out what is no evidence. What the prompt said stays: put otherwise, or with a number, it may be the answer."""
    parsed = reading.parsed
    void = [*reading.orders, *(span for span in parsed.sentences if _is_doubly_sweeping(subject, parsed.words(span)))]
    end = end_of_first_telling(parsed.text.text)
    kept: dict[str, tuple[Span, Text]] = {}
    for place in (Span(unit.span.start, min(unit.span.end, end)) for unit in parsed.units if unit.span.start < end):
        unit = read_text(parsed.words(place))
        if 2 * sum(place.overlap(other) for other in void) <= place.end - place.start and not is_turned(subject, unit):
            kept.setdefault(unit.text, (place, unit))
    places, units = tuple(place for place, _ in kept.values()), tuple(unit for _, unit in kept.values())
    return Told(places, units, prepare_text("\n".join(unit.text for unit in units), parsed.text.raw))


def is_turned(subject: Subject, unit: Text) -> bool:
    """Whether a unit is one of the reference's with a denial put in or left out. Only near copies: people deny in many right ways."""
    unit = prepare_text(_VERDICT.sub("", unit.text), unit.text)  # "wrong: it is a stack" denies what was asked, not what it says
    said, denials = without_denials(unit), count_negations(unit)
    return any(
        len(said & words) >= COPIED * max(_LEAST_COPIED, len(said), len(words)) and bool(denials) != bool(count)
        for words, count in subject.statements
    )


def without_denials(text: Text) -> frozenset[str]:
    """The words of a text but for those that deny."""
    return frozenset(content_tokens(_NEGATION.sub("", text.text)))


def count_negations(text: Text) -> int:
    """How often a text denies."""
    return len(_NEGATION.findall(text.text))


def _is_doubly_sweeping(subject: Subject, words: str) -> bool:
    """Whether a sentence claims without limits twice over in words that the subject itself does not use ("linearly separable")."""
    return sum(claim not in subject.sweeping for claim in find_sweeping(words)) > 1


def end_of_first_telling(text: str) -> int:
    """Where a text begins to say the same over again from its start, whatever stands between; its length if it does not."""
    places = [index for index, char in enumerate(text) if char.isalnum()]
    bare = "".join(text[index] for index in places)
    period = (bare + bare).find(bare, 1) if bare else 0
    return places[period] if 0 < period < len(bare) else len(text)
