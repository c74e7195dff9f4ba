"""How close an answer comes to a statement that has no cues: shared content, shared character runs, fuzzy words, length.

Serves questions without cues: which points an answer comes near, and where. How much it meets in all is estimated in
free_answers. Pure and deterministic; the weights were chosen on the development rows of human-graded short answers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from interviewer.models import Question
from interviewer.text.normalize import Span, normalize
from interviewer.text.words import content_tokens, count_han, is_han, list_figures, measure_length

WEIGHTS = (0.61, 0.115, 0.21, 0.055)
OFFSET = -0.01
_PROMPT_WORD = 0.25
_COMMON_WORD = 0.6
_ALIKE = 80.0


@dataclass(frozen=True, slots=True)
class Statement:
    """One wording of a point, ready for comparing. `weights`: by content token; `figures`: the numbers it names."""

    text: str
    weights: tuple[tuple[str, float], ...]
    grams: tuple[tuple[str, int], ...]
    figures: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer ready for comparing."""

    text: str
    tokens: frozenset[str]
    grams: Counter[str]
    length: float


def prepare_statements(question: Question) -> dict[str, tuple[Statement, ...]]:
    """The wordings of every point by point id; words that the prompt supplies, or several points share, weigh less."""
    given = set(content_tokens(normalize(question.prompt.zh + "\n" + question.prompt.en).text))
    wordings = {
        point.id: list(dict.fromkeys(text for pair in (point.intent, *point.accepts) for text in (pair.zh, pair.en)))
        for point in question.points
    }
    spread = Counter(
        token for texts in wordings.values() for token in {token for text in texts for token in content_tokens(normalize(text).text)}
    )
    return {key: tuple(_statement(normalize(text).text, given, spread) for text in texts) for key, texts in wordings.items()}


def _statement(text: str, given: set[str], spread: Counter[str]) -> Statement:
    weights = {
        token: (_PROMPT_WORD if token in given else 1.0) * (1.0 if spread[token] <= 1 else _COMMON_WORD) for token in content_tokens(text)
    }
    return Statement(text, tuple(weights.items()), tuple(_count_grams(text).items()), frozenset(list_figures(text)))


def prepare_answer(text: str) -> Answered:
    """An answer, already normalised, ready for comparing."""
    return Answered(text, frozenset(content_tokens(text)), _count_grams(text), measure_length(text))


def _count_grams(text: str) -> Counter[str]:
    size = 2 if count_han(text) * 2 > len(text) else 3
    flat = " ".join(text.split())
    return Counter(flat[index : index + size] for index in range(max(1, len(flat) - size + 1)))


def compare(answer: Answered, statement: Statement) -> float:
    """How close an answer comes to one statement, 0 to about 1.2."""
    features = measure(answer, statement)
    closeness = sum(weight * feature for weight, feature in zip(WEIGHTS, features, strict=True)) + OFFSET
    return closeness * _figures_agree(answer, statement) * (1.0 if features[0] + features[1] > 0.12 else 0.5)


def measure(answer: Answered, statement: Statement) -> tuple[float, float, float, float]:
    """What closeness is made of: content recall, shared character runs, fuzzy likeness, length."""
    shared = sum(min(count, answer.grams[gram]) for gram, count in statement.grams) / max(1, sum(count for _, count in statement.grams))
    return _recall(answer, statement), shared, _fuzzy(answer, statement), math.log1p(answer.length)


def _recall(answer: Answered, statement: Statement) -> float:
    total = sum(weight for _, weight in statement.weights)
    return sum(weight * has_token(answer, token) for token, weight in statement.weights) / total if total else 0.0


def has_token(answer: Answered, token: str) -> float:
    """1 if an answer has a word, less for a near spelling (0.9) or another form of it (0.7), else 0."""
    if token in answer.tokens:
        return 1.0
    if len(token) < 4 or not token.isascii():
        return 0.0
    near = [other for other in answer.tokens if other[0] == token[0] and len(other) >= 4]
    if len(token) >= 5 and any(abs(len(other) - len(token)) <= 3 and fuzz.ratio(token, other) >= _ALIKE for other in near):
        return 0.9
    return 0.7 if any(_are_forms(token, other) for other in near) else 0.0


def _are_forms(one: str, other: str) -> bool:
    """Whether two stems are of one word: the first five letters the same, or one the beginning of the other ("iter", "iterativ")."""
    if one.startswith(other) or other.startswith(one):
        return True
    return abs(len(one) - len(other)) <= 3 and len(one) >= 5 and one[:5] == other[:5]


def _fuzzy(answer: Answered, statement: Statement) -> float:
    compare_texts = fuzz.partial_ratio if is_han(statement.text[:1] or " ") or count_han(statement.text) > 4 else fuzz.token_set_ratio
    return compare_texts(statement.text, answer.text) / 100


def _figures_agree(answer: Answered, statement: Statement) -> float:
    """A statement whose numbers are all missing while the answer names others is hardly met."""
    if not statement.figures:
        return 1.0
    named = list_figures(answer.text)
    return 0.85 if named and statement.figures.isdisjoint(named) else 1.0


def best_window(answer: str, sentences: Sequence[Span], statements: Iterable[Statement]) -> Span | None:
    """The sentence that says most of a point, None if no sentence shares a word with it."""
    wanted: dict[str, float] = {}
    for statement in statements:
        for token, weight in statement.weights:
            wanted[token] = max(weight, wanted.get(token, 0.0))
    scored = [
        (sum(wanted.get(token, 0.0) for token in set(content_tokens(answer[span.start : span.end]))), -index)
        for index, span in enumerate(sentences)
    ]
    best = max(scored, default=(0.0, 0))
    return sentences[-best[1]] if best[0] > 0 else None
