"""What can be measured of a free answer beside its question's statements: one row of numbers for the trained trees.

Pure and language-blind; comparing with one statement is in similarity, what the numbers come to in free_answers.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from interviewer.grading.rubric.similarity import Answered, Statement, compare, has_token, prepare_answer, prepare_statements
from interviewer.grading.substance import find_sweeping, is_prose
from interviewer.models import Question
from interviewer.text.normalize import normalize
from interviewer.text.words import content_tokens, count_han, list_figures, measure_length

FEATURES: tuple[tuple[str, int], ...] = (
    ("recall", 1),
    ("precision", 0),
    ("cosine", 1),
    ("short runs", 1),
    ("long runs", 1),
    ("words alike", 1),
    ("part alike", 1),
    ("pairs in order", 1),
    ("longest order", 1),
    ("mean closeness of points", 1),
    ("mean recall of points", 1),
    ("best point", 1),
    ("worst point", 1),
    ("length", 0),
    ("length to reference", 0),
    ("words of the question", 0),
    ("negation apart", 0),
    ("same yes or no", 1),
    ("figures named", 1),
    ("other figures", -1),
    ("length of reference", 0),
    ("points", 0),
    ("new words", 0),
    ("recall of the whole", 1),
    ("short runs of the whole", 1),
    ("runs in common", 1),
    ("figures", 0),
    ("opening words", 1),
)
"""Name and direction: 1 never lowers the estimate, -1 never raises it, 0 is free."""

_PROMPT_WORD = 0.25
_FIRST, _FIRST_TOLD = 6, 10
_NEGATION = re.compile(r"不|没|无|非|错|\bnot?\b|n't\b|\bnever\b|\bwithout\b|\bfalse\b|\bcannot\b|\bnone\b")
_SAYS = re.compile(
    r"^\W*(?:答:?)?(?:这种|这个|这|该|此)?(?:句话|叙述|说法|题)?[是的]*"
    r"(不正确|不对|不可以|不可行|不能|正确|对|错|可以|能|(?:yes|no|true|false)\b)"
)
_NO = frozenset(("错", "不对", "不正确", "no", "false", "不可以", "不可行", "不能"))


@dataclass(frozen=True, slots=True)
class _Whole:
    """One complete wording of the reference. `order`: its content tokens as they come."""

    text: str
    order: tuple[str, ...]
    weights: tuple[tuple[str, float], ...]
    length: float


@dataclass(frozen=True, slots=True)
class Subject:
    """A question without cues, ready for measuring answers. `statements`: the wordings of each point, by its id.

    `prompt`: normalised; `given`, `given_figures`: its words and numbers; `known`, `figures`: the reference's, which `is_prose` or
    not; `sweeping`: what both claim without limits with.
    """

    question: Question
    prompt: str
    given: frozenset[str]
    wholes: tuple[_Whole, ...]
    statements: tuple[tuple[str, tuple[Statement, ...]], ...]
    known: frozenset[str]
    figures: frozenset[str]
    given_figures: frozenset[str]
    sweeping: frozenset[str]
    is_prose: bool


def prepare_subject(question: Question) -> Subject:
    """The parts of a question that answers are measured beside."""
    prompt = normalize(question.prompt.zh + "\n" + question.prompt.en).text
    given = frozenset(content_tokens(prompt))
    wholes = tuple(_whole(text, given) for text in _references(question))
    statements = tuple(prepare_statements(question).items())
    known = {token for _, own in statements for each in own for token, _ in each.weights}
    texts = "\n".join((*(whole.text for whole in wholes), *(each.text for _, own in statements for each in own)))
    return Subject(
        question,
        prompt,
        given,
        wholes,
        statements,
        frozenset(known.union(*(whole.order for whole in wholes))),
        frozenset(list_figures(texts)),
        frozenset(list_figures(prompt)),
        frozenset(find_sweeping(f"{prompt}\n{texts}")),
        is_prose("\n".join(whole.text for whole in wholes)),
    )


def _references(question: Question) -> list[str]:
    """The whole reference; where its statements became the points, their further routes are another whole."""
    points, texts = question.points, []
    for lang in ("zh", "en"):
        taken = all(point.intent[lang] in question.reference[lang] for point in points)
        texts.append("\n".join(point.intent[lang] for point in points) if taken else question.reference[lang])
        texts.append("\n".join(route[lang] for point in points for route in point.accepts))
    return list(dict.fromkeys(text for text in texts if text.strip()))


def _whole(text: str, given: frozenset[str]) -> _Whole:
    text = normalize(text).text
    order = content_tokens(text)
    return _Whole(
        text, order, tuple((token, _PROMPT_WORD if token in given else 1.0) for token in dict.fromkeys(order)), measure_length(text)
    )


def measure_free(subject: Subject, told: str, whole_answer: str) -> list[float]:
    """The values of `FEATURES`. `told`: the answer's sentences that count, normalised; `whole_answer`: all of it that is no order or copy."""
    answer, everything = prepare_answer(told), prepare_answer(whole_answer)
    beside = max((_beside(subject, whole, answer, everything) for whole in subject.wholes), key=lambda row: row[0] + row[3])
    closeness = [max(compare(answer, each) for each in own) for _, own in subject.statements] if told else [0.0] * len(subject.statements)
    recalls = [max(_recall(answer, each.weights) for each in own) for _, own in subject.statements]
    full = sum(point.weight for point in subject.question.points) or 1.0
    shares = [point.weight / full for point in subject.question.points]
    points = [
        sum(share * each for share, each in zip(shares, closeness, strict=True)),
        sum(share * each for share, each in zip(shares, recalls, strict=True)),
        max(recalls),
        min(recalls),
    ]
    return [*beside[:9], *points, *beside[9:]]


def _beside(subject: Subject, whole: _Whole, answer: Answered, everything: Answered) -> list[float]:
    """All values but those of the points, beside one wording of the reference."""
    order = content_tokens(answer.text)
    fresh = [token for token in answer.tokens if token not in subject.given]
    inside = Answered("", frozenset(whole.order), Counter(), 0.0)
    return [
        _recall(answer, whole.weights),
        sum(has_token(inside, token) for token in sorted(fresh)) / len(fresh) if fresh else 0.0,
        _cosine(whole, order, subject.given),
        _runs(whole.text, answer.text, 0),
        _runs(whole.text, answer.text, 2),
        fuzz.token_set_ratio(whole.text, answer.text) / 100,
        fuzz.partial_ratio(whole.text, answer.text) / 100,
        _share_of_pairs(whole.order, order),
        LCSseq.similarity(whole.order, order) / max(1, len(whole.order)),
        math.log1p(answer.length),
        min(2.0, math.log1p(answer.length) / math.log1p(whole.length + 1)),
        len(answer.tokens & subject.given) / max(1, len(answer.tokens)),
        abs(_negations(whole.text, whole.length) - _negations(answer.text, answer.length)),
        float(_says(whole.text) * _says(everything.text)),
        *_figures(whole.text, answer.text),
        math.log1p(whole.length),
        float(len(subject.question.points)),
        math.log1p(sum(token not in subject.known for token in fresh)),
        _recall(everything, whole.weights),
        _runs(whole.text, everything.text, 1),
        _runs_in_common(whole.text, answer.text),
        math.log1p(len(list_figures(everything.text))),
        _opens_alike(whole.order, order),
    ]


def _recall(answer: Answered, weights: tuple[tuple[str, float], ...]) -> float:
    full = sum(weight for _, weight in weights)
    return sum(weight * has_token(answer, token) for token, weight in weights) / full if full else 0.0


def _cosine(whole: _Whole, order: tuple[str, ...], given: frozenset[str]) -> float:
    mine, theirs = _weighed(whole.order, given), _weighed(order, given)
    norm = math.sqrt(sum(value * value for value in mine.values()) * sum(value * value for value in theirs.values()))
    return sum(value * theirs.get(token, 0.0) for token, value in mine.items()) / norm if norm else 0.0


def _weighed(order: tuple[str, ...], given: frozenset[str]) -> dict[str, float]:
    return {token: (_PROMPT_WORD if token in given else 1.0) * (1 + math.log(count)) for token, count in Counter(order).items()}


def _runs(reference: str, answer: str, longer: int) -> float:
    """The share of the reference's character runs that the answer holds."""
    size = (2 if count_han(reference) * 2 > len(reference) else 3) + longer
    wanted, found = _grams(reference, size), _grams(answer, size)
    return sum(min(count, found[gram]) for gram, count in wanted.items()) / max(1, sum(wanted.values()))


def _runs_in_common(reference: str, answer: str) -> float:
    size = 2 if count_han(reference) * 2 > len(reference) else 4
    one, other = set(_grams(reference, size)), set(_grams(answer, size))
    return len(one & other) / math.sqrt(len(one) * len(other)) if answer else 0.0


def _grams(text: str, size: int) -> Counter[str]:
    flat = " ".join(text.split())
    return Counter(flat[at : at + size] for at in range(max(1, len(flat) - size + 1)))


def _share_of_pairs(order: tuple[str, ...], other: tuple[str, ...]) -> float:
    wanted = set(pairwise(order))
    return len(wanted & set(pairwise(other))) / max(1, len(wanted))


def _opens_alike(order: tuple[str, ...], other: tuple[str, ...]) -> float:
    """The share of the reference's first words, where the verdict often stands, among the answer's first."""
    first = set(order[:_FIRST])
    return len(first.intersection(other[:_FIRST_TOLD])) / max(1, len(first))


def _negations(text: str, length: float) -> float:
    return 10 * len(_NEGATION.findall(text)) / max(5.0, length)


def _says(text: str) -> int:
    """1 for an answer that begins with a yes, -1 with a no, 0 with neither."""
    match = _SAYS.match(text[:40])
    return 0 if match is None else -1 if match.group(1) in _NO else 1


def _figures(reference: str, answer: str) -> tuple[float, float]:
    """The share of the reference's numbers that are named (a half if there are none), and whether only others are."""
    wanted, named = set(list_figures(reference)), set(list_figures(answer))
    return (len(wanted & named) / len(wanted) if wanted else 0.5), float(bool(wanted and named and not wanted & named))
