"""The most that an answer can earn beside a reference, whatever it has in common with it: not recognised, nothing new, scattered words."""

from __future__ import annotations

import re

from rapidfuzz.distance import LCSseq

from interviewer.grading.rubric.reference_features import opening_verdict
from interviewer.grading.rubric.reference_reading import Subject, Text, Told
from interviewer.text.words import count_han, count_words

_BINDING_ZH = re.compile(r"[的了就都也把在是到由将被和与或而则]")
_BINDING_EN = re.compile(
    r"\b(?:a|an|the|is|are|was|be|it|its|this|that|these|which|so|because|since|to|from|with|by|when|if|each|every|per|then|after|"
    r"before|until|into|on|at|as|than|not|we|i|you|they|can|will|would|should|must|use[ds]?|using|and|or|but|for|in|of|only|has|have|"
    r"do|does|all|there|where|while)\b"
)

# A text scatters words if it is so long and hardly anything but letters, has so much less binding than its reference, which must be
# prose, or falls into runs of Chinese so short, and so many of its words are the reference's beyond those in the reference's order.
_LEAST_SCATTERED, _LEAST_LETTERS, _DISORDER = 16.0, 0.8, 0.3
_UNBOUND, _PROSE_ZH, _PROSE_EN, _SHORT_RUN = 0.25, 0.04, 0.2, 4.5
NOTHING, SCATTERED = 0.05, 0.15
"""The most for an answer that adds nothing to the question, and for one that only scatters the reference's words."""


def limit(subject: Subject, told: Told) -> float:
    """0–1: 0 if nothing is recognised, little for nothing new and for scattered words."""
    if not any(is_recognised(subject, unit) for unit in told.units):
        return 0.0
    if not any(adds(subject, unit) and is_recognised(subject, unit) for unit in told.units):
        return NOTHING
    return SCATTERED if any(_is_scattered(reference, told.whole) for reference in subject.references) else 1.0


def is_recognised(subject: Subject, unit: Text) -> bool:
    """Whether a unit shares a word with the question or its reference, names a number, or opens with a yes or no."""
    known = subject.question.words.union(*(reference.words for reference in subject.references))
    return bool(unit.words & known or unit.figures or opening_verdict(unit.text))


def adds(subject: Subject, unit: Text) -> bool:
    """Whether a unit says more than the question did."""
    return bool(unit.words - subject.question.words or unit.figures - subject.question.figures or opening_verdict(unit.text))


def _binding(text: str) -> float:
    """The share of function words, per Chinese character or per Latin word, whichever language leads."""
    han, latin = count_han(text), count_words(text)
    if han >= latin:
        return len(_BINDING_ZH.findall(text)) / max(1, han)
    return len(_BINDING_EN.findall(text)) / latin + len(_BINDING_ZH.findall(text)) / (han + latin)


def _is_scattered(reference: Text, answer: Text) -> bool:
    usual, chinese = _binding(reference.text), count_han(reference.text) >= count_words(reference.text)
    if answer.length < _LEAST_SCATTERED or usual < (_PROSE_ZH if chinese else _PROSE_EN):
        return False
    if _binding(answer.text) > _UNBOUND * usual and not (chinese and answer.run < _SHORT_RUN):
        return False
    visible = [char for char in answer.text if not char.isspace()]
    known = sum(token in reference.words for token in answer.order)
    ordered = LCSseq.similarity(reference.order, answer.order)
    return sum(map(str.isalpha, visible)) >= _LEAST_LETTERS * len(visible) and known - ordered > _DISORDER * len(answer.order)
