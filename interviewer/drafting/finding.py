"""Finds the questions of a document without a model: word for word, with where they stand and what belongs to them. Pure.

Candidates are cut by marks (`candidates`), and every other stretch of a line beside them (`stretches`); which of them are questions is
judged by what was learned from labelled documents (`traits`, `judging`), which asks less of those that marks call so (`signs`). Around them
the topic, answer and the rest are gathered (`belongings`). The same question is found once, in whichever language it stands first.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence

from interviewer.drafting.belongings import Belongings, Surroundings, gather
from interviewer.drafting.candidates import find_candidates
from interviewer.drafting.document import Document, Span
from interviewer.drafting.found import FoundQuestion
from interviewer.drafting.judging import choose, load_finder
from interviewer.drafting.lines import Candidate, Line, read_lines
from interviewer.drafting.outline import Place, find_places
from interviewer.drafting.signs import find_signs
from interviewer.drafting.stretches import find_stretches
from interviewer.drafting.traits import Measured
from interviewer.text.language import detect_language
from interviewer.text.words import count_han

LONGEST = 60_000
"""Characters of a document up to which every stretch is judged, which takes some 4 s; of a longer one, marks alone tell."""
_BY_MARKS = 0.7
"""How many of those that marks alone call questions are (docs/evaluation.md)."""
_RULED_OUT = frozenset({"no: rubric", "no: turned", "no: talk", "no: reader", "no: customer", "no: folded"})
"""Reasons of `signs` for which a stretch is no question, however likely it seems."""
_WORDS = 3
"""English words from which a question is one in English, and no name that a Chinese text uses."""
_LETTERS = re.compile(r"[\W_]+")


def find_questions(document: Document) -> tuple[FoundQuestion, ...]:
    """The questions that an interviewer asks in a document, in the order of the text; none where it has none."""
    lines = read_lines(document)
    places = find_places(document, lines)
    chosen = _choose(document, lines, places)
    asked = [candidate for candidate, _ in chosen]
    likely = {candidate.span: chance for candidate, chance in chosen}
    around = Surroundings(document, lines, places, {candidate.block for candidate in asked})
    gathered = gather(around, asked)
    kept: dict[str, tuple[Candidate, Belongings]] = {}
    before: Candidate | None = None
    for candidate, belongs in zip(asked, gathered, strict=True):
        key = _key(document, candidate)
        translated = before is not None and _translates(document, before, candidate)
        if translated and before is not None:
            kept.setdefault(key, kept[_key(document, before)])
            _take_over(kept[key][1], belongs)
        elif key not in kept or (belongs.answer and not kept[key][1].answer):
            kept[key] = (candidate, belongs)
        before = before if translated else candidate
    once = {id(each[0]): each for each in kept.values()}.values()
    return tuple(_found(document, *each, likely[each[0].span]) for each in sorted(once, key=lambda each: each[0].span))


def _choose(document: Document, lines: list[Line], places: Sequence[Place]) -> list[tuple[Candidate, float]]:
    """What is asked, with how likely each is a question. What marks rule out stays out, and what is the topic of a question is none itself."""
    cut = find_candidates(document, lines)
    signs = find_signs(document, lines, places, cut)
    told = {candidate.span: candidate for candidate, holds in zip(cut, signs.holds, strict=True) if holds}
    if len(document.text) > LONGEST:
        return [(candidate, _BY_MARKS) for candidate in told.values()]
    out = [candidate.span for candidate, reason in zip(cut, signs.reasons, strict=True) if reason in _RULED_OUT]
    around = Surroundings(document, lines, places, {candidate.block for candidate in told.values()})
    out += [belongs.topic for belongs in gather(around, list(told.values())) if belongs.topic]
    spans = sorted(out)
    stretches = [each for each in find_stretches(document, lines, cut) if each.span in told or not _is_within(each.span, spans)]
    measured = Measured(document, lines, places).measure(stretches)
    chosen = choose(measured, load_finder().probability(measured), told.keys())
    return sorted([*chosen, *_find_translations(document, chosen, told.values())], key=lambda each: each[0].span)


def _find_translations(
    document: Document, chosen: Sequence[tuple[Candidate, float]], told: Iterable[Candidate]
) -> Iterator[tuple[Candidate, float]]:
    """What says a question again in the other language: no question of its own to what was learned, and no part of the answer either."""
    starts = [each.span.start for each, _ in chosen]
    for candidate in told:
        at = bisect(starts, candidate.span.start) - 1
        if at >= 0 and chosen[at][0].span.end <= candidate.span.start and _translates(document, chosen[at][0], candidate):
            yield candidate, chosen[at][1]


def _is_within(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span lies in one of others, which are sorted and apart but for those that begin together."""
    at = bisect(others, Span(span.start, sys.maxsize))
    return any(span.end <= other.end for other in others[max(0, at - 2) : at])


def _key(document: Document, candidate: Candidate) -> str:
    return _LETTERS.sub("", document.words(candidate.span).casefold())


def _translates(document: Document, one: Candidate, other: Candidate) -> bool:
    """Whether a candidate says in the other language what the one directly before it says."""
    between = document.text[one.span.end : other.span.start]
    near = (
        other.block - one.block <= 1
        and other.form != "piece"
        and len(between.strip()) < 16
        and not (document.blocks[other.block].marker and other.block != one.block)
    )
    first, second = document.words(one.span), document.words(other.span)
    prose = all(count_han(words) or len(words.split()) >= _WORDS for words in (first, second))
    return near and prose and detect_language(first) != detect_language(second)


def _take_over(belongs: Belongings, other: Belongings) -> None:
    belongs.answer = belongs.answer or other.answer
    belongs.rubric += [span for span in other.rubric if span not in belongs.rubric]
    belongs.options = belongs.options or other.options


def _found(document: Document, candidate: Candidate, belongs: Belongings, likely: float) -> FoundQuestion:
    return FoundQuestion(
        prompt=document.words(candidate.span),
        spans=(candidate.span,),
        topic=belongs.topic,
        context=belongs.context,
        answer=tuple(belongs.answer),
        rubric=tuple(belongs.rubric),
        options=tuple(belongs.options),
        form=candidate.form,
        confidence=round(likely, 2),
    )
