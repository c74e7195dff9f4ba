"""Which sentences of an answer count for a question without cues: no order, no copy, nothing said before, and on the subject.

Pure. What an order and a copy are is decided in manipulation and substance; what the sentences come to in free_answers.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz

from interviewer.grading.rubric.findings import Script
from interviewer.grading.rubric.free_features import Subject
from interviewer.grading.rubric.similarity import Answered, has_token
from interviewer.grading.substance import find_sweeping, strings_terms
from interviewer.models import Lang
from interviewer.text.language import detect_language
from interviewer.text.normalize import Span
from interviewer.text.words import content_tokens, list_figures, measure_length

_COPIED = 80.0
"""A sentence of the prompt's words that is so like a stretch of it is a copy."""


_GIVEN_SHARE = 0.1
"""Of a sentence's words, so many must be the prompt's if none is the reference's."""
_LEAST_SALAD = 16.0
"""In units of `words.measure_length`: ten words."""
_SALAD_SHARE: dict[Lang, float] = {"zh": 0.5, "en": 0.7}
"""Of a salad's tokens, so many are the reference's; Chinese ones are pairs of characters, and some straddle two terms."""
_HOLLOW = re.compile(
    r"\bstep by step\b|\bbest practices?\b|\b(?:great|good|interesting|important) (?:question|topic)\b|\bvery (?:confident|familiar|important)\b|"
    r"\bdepends on the situation\b|\b(?:many|several|my) projects\b|\bworks? well\b|\bexperience\b|\bread (?:about|a lot)\b|"
    r"最佳实践|经常(?:遇到|使用)|非常(?:熟悉|重要)|具体(?:分析|情况)|综合考虑|一步一步|很好的问题|项目中"
)
"""Talk that fits any question."""


@dataclass(frozen=True, slots=True)
class Near:
    """Those of an answer's words that the reference (`known`) and the prompt (`given`) have, or a near spelling or form of."""

    known: frozenset[str]
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class FreeReading:
    """What was read of an answer. `kept`: the sentences that count; `told`: their text; `everything`: all but orders and copies."""

    kept: tuple[Span, ...]
    told: str
    everything: str


def read_free(subject: Subject, script: Script) -> FreeReading:
    """Read an answer beside a question without cues."""
    text = script.text.text
    near = _find_near(subject, text)
    own = _own_sentences(subject, script, near)
    end = end_of_first_telling(text)
    kept: list[Span] = []
    said: set[str] = set()
    for whole in own:
        sentence = Span(whole.start, min(whole.end, end))
        words = text[sentence.start : sentence.end]
        bare = "".join(char for char in words if char.isalnum())
        if bare and bare not in said and not _is_doubly_sweeping(subject, words) and _is_on_subject(subject, words, near):
            said.add(bare)
            kept.append(sentence)
    return FreeReading(tuple(kept), _join(text, kept), _join(text, own))


def is_salad(subject: Subject, script: Script) -> bool:
    """Whether an answer only scatters the words of a reference that is in sentences. See `benchmarks.salads`."""
    text = script.text.text
    if not subject.is_prose or measure_length(text) < _LEAST_SALAD:
        return False
    tokens = set(content_tokens(text))
    return len(tokens & subject.known) >= _SALAD_SHARE[detect_language(text)] * len(tokens) and strings_terms(script.text.raw)


def _is_on_subject(subject: Subject, words: str, near: Near) -> bool:
    """Whether a normalised sentence shares a word with the reference, much with the prompt, or answers in figures what asks for some.

    The prompt's words are enough: a right answer may say all in words of its own. How little that proves is for the trees to say.
    """
    if subject.figures and not subject.given_figures.issuperset(list_figures(words)):
        return True
    tokens = set(content_tokens(words))
    if tokens & near.known:
        return True
    given = len(tokens & near.given)
    return given >= max(1, _GIVEN_SHARE * len(tokens)) and _HOLLOW.search(words) is None


def _find_near(subject: Subject, text: str) -> Near:
    tokens = set(content_tokens(text))
    known = Answered("", subject.known, Counter(), 0.0)
    given = Answered("", subject.given, Counter(), 0.0)
    return Near(
        frozenset(token for token in tokens if has_token(known, token) > 0),
        frozenset(token for token in tokens if has_token(given, token) > 0),
    )


def _own_sentences(subject: Subject, script: Script, near: Near) -> list[Span]:
    """The sentences that are the candidate's own. In the prompt's words alone, but put otherwise, or with a figure or a word of the
    reference added, a sentence is no copy: "the order makes no difference" may be the answer.
    """
    void = [sentence for sentence in script.sentences if script.is_void(sentence)]
    if not void:
        return list(script.sentences)
    lost = {sentence for sentence in void if _is_ordered(sentence, script.orders) or not _adds(subject, script.text.text, sentence, near)}
    return [sentence for sentence in script.sentences if sentence not in lost]


def _is_ordered(sentence: Span, orders: tuple[Span, ...]) -> bool:
    return any(sentence.overlap(order) for order in orders)


def _adds(subject: Subject, text: str, sentence: Span, near: Near) -> bool:
    words = text[sentence.start : sentence.end]
    if not subject.given_figures.issuperset(list_figures(words)) or fuzz.partial_ratio(words, subject.prompt) < _COPIED:
        return True
    return any(token not in subject.given and token in near.known for token in content_tokens(words))


def _is_doubly_sweeping(subject: Subject, words: str) -> bool:
    """Whether a sentence claims without limits twice over in words that the subject itself does not use ("linearly separable")."""
    return sum(claim not in subject.sweeping for claim in find_sweeping(words)) >= 2


def end_of_first_telling(text: str) -> int:
    """Where a text begins to say the same over again from its start; its length if it does not."""
    places = [index for index, char in enumerate(text) if char.isalnum()]
    bare = "".join(text[index] for index in places)
    period = (bare + bare).find(bare, 1) if bare else 0
    return places[period] if 0 < period < len(bare) else len(text)


def _join(text: str, sentences: list[Span]) -> str:
    return "\n".join(text[sentence.start : sentence.end] for sentence in sentences)
