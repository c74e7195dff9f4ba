"""Whether what an answer says reads closer to what the bank knows to be wrong than to what it knows to be right.

A wrong belief in words that no cue foresees still shares its terms with the statement of some misconception, and a right one
with the reference, the intents or the accepted routes. One sentence proves little; the mean over an answer tells fluent wrong
answers from right ones (AUC 0.85 to 0.93 on three sets, with the beliefs that cues found in an answer left out). What follows from it is decided
in weighing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interviewer.grading.rubric.findings import Script
from interviewer.models import LANGS, Question
from interviewer.text.normalize import Span, normalize
from interviewer.text.segment import split_sentences
from interviewer.text.words import content_tokens

SHORTEST = 7


@dataclass(frozen=True, slots=True)
class Lore:
    """What the bank holds true and false about a question, ready for comparing.

    `places`: by token, the texts that hold it; `wrong`: by text, whether it is a misconception; `masses`: the texts' weights.
    """

    weights: dict[str, float]
    rarest: float
    places: dict[str, tuple[int, ...]]
    wrong: tuple[bool, ...]
    masses: tuple[float, ...]


def compile_lore(question: Question) -> Lore:
    """Weigh the tokens of all statements of a question, in both languages, by their rarity."""
    texts = [(tokens, is_wrong) for text, is_wrong in _statements(question) if (tokens := frozenset(content_tokens(normalize(text).text)))]
    counts = Counter(token for tokens, _ in texts for token in tokens)
    weights = {token: math.log(1 + len(texts) / (1 + count)) for token, count in counts.items()}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, (tokens, _) in enumerate(texts):
        for token in tokens:
            places[token].append(index)
    return Lore(
        weights,
        math.log(1 + len(texts)),
        {token: tuple(found) for token, found in places.items()},
        tuple(is_wrong for _, is_wrong in texts),
        tuple(sum(sorted(weights[token] for token in tokens)) for tokens, _ in texts),
    )


def _statements(question: Question) -> Iterable[tuple[str, bool]]:
    for lang in LANGS:
        for point in question.points:
            yield from ((text[lang], False) for text in (point.intent, *point.accepts))
            yield from ((belief.statement[lang], True) for belief in point.misconceptions)
        reference = normalize(question.reference[lang]).text
        yield from ((reference[sentence.start : sentence.end], False) for sentence in split_sentences(reference))


def find_leanings(lore: Lore, script: Script) -> dict[Span, float]:
    """By sentence, how much closer (-1 to 1) it is to a wrong statement than to a right one; short and void ones are left out."""
    if not any(lore.wrong):
        return {}
    found: dict[Span, float] = {}
    for sentence in script.sentences:
        tokens = sorted(set(content_tokens(script.text.text[sentence.start : sentence.end])))
        if len(tokens) >= SHORTEST and not script.is_void(sentence):
            found[sentence] = _lean(lore, tokens)
    return found


def _lean(lore: Lore, tokens: Sequence[str]) -> float:
    shared = [0.0] * len(lore.masses)
    mass = 0.0
    for token in tokens:
        weight = lore.weights.get(token, lore.rarest)
        mass += weight
        for index in lore.places.get(token, ()):
            shared[index] += weight
    best = {True: 0.0, False: 0.0}
    for common, own, is_wrong in zip(shared, lore.masses, lore.wrong, strict=True):
        best[is_wrong] = max(best[is_wrong], common / math.sqrt(own * mass))
    return best[True] - best[False]
