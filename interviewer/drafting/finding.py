"""Finds the questions of a document without a model: word for word, with where they stand and what belongs to them. Pure.

Candidates are cut by marks (`candidates`), what speaks for and against each is read from its words and its place (`signs`), and around
those that hold the topic, answer and the rest are gathered (`belongings`). The same question is found once, in whichever language it
stands first.
"""

from __future__ import annotations

import re

from interviewer.drafting.belongings import Belongings, Surroundings, gather
from interviewer.drafting.candidates import find_candidates
from interviewer.drafting.document import Document
from interviewer.drafting.found import FoundQuestion
from interviewer.drafting.lines import Candidate, read_lines
from interviewer.drafting.outline import find_places
from interviewer.drafting.signs import find_signs
from interviewer.text.language import detect_language
from interviewer.text.words import count_han

_SURE = dict.fromkeys(("label", "cell", "bold", "summary"), 0.9) | dict.fromkeys(("heading", "item", "comment"), 0.8)
_UNSURE = 0.6
"""How many of those found in a shape are questions, by about what sample documents show (docs/evaluation.md); the rest is running text."""
_WORDS = 3
"""English words from which a question is one in English, and no name that a Chinese text uses."""
_LETTERS = re.compile(r"[\W_]+")


def find_questions(document: Document) -> tuple[FoundQuestion, ...]:
    """The questions that an interviewer asks in a document, in the order of the text; none where it has none."""
    lines = read_lines(document)
    places = find_places(document, lines)
    candidates = find_candidates(document, lines)
    signs = find_signs(document, lines, places, candidates)
    asked = [candidate for candidate, holds in zip(candidates, signs.holds, strict=True) if holds]
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
    chosen = {id(each[0]): each for each in kept.values()}.values()
    return tuple(_found(document, *each) for each in sorted(chosen, key=lambda each: each[0].span))


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


def _found(document: Document, candidate: Candidate, belongs: Belongings) -> FoundQuestion:
    return FoundQuestion(
        prompt=document.words(candidate.span),
        spans=(candidate.span,),
        topic=belongs.topic,
        context=belongs.context,
        answer=tuple(belongs.answer),
        rubric=tuple(belongs.rubric),
        options=tuple(belongs.options),
        form=candidate.form,
        confidence=_SURE.get(candidate.form, _UNSURE),
    )
