"""How an answer compares with a reference answer, as one row of numbers. Works in Chinese and English, on any subject.

Everything is lexical, every word weighs alike. Words are compared as content tokens (function words dropped, Latin words cut to their
first letters, Chinese as character bigrams), so that word forms agree in both languages. What the question already says earns little.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from interviewer.grading.rubric.reference_reading import Subject, Text, count_negations
from interviewer.text.words import count_han

FEATURES = (
    "recall",  # share of the reference's words (numbers are words, too) that the answer has, the question's weighing less
    "cosine",  # of word counts, the question's words weighing less
    "ngram_recall",  # share of the reference's character n-grams: bears misspellings and other word forms
    "bigram_recall",  # share of the reference's pairs of neighbouring words (ROUGE-2)
    "lcs_recall",  # longest common subsequence of words (ROUGE-L)
    "opening_recall",  # of the first words of the reference, where a verdict stands
    "figure_conflict",  # 1 if the answer names numbers, but none of the reference's
    "figures",  # log count of the answer's numbers
    "negation_gap",  # difference in how often the two deny
    "verdict",  # 1 if both open with yes or both with no, -1 if they contradict each other
    "question_share",  # share of the answer's words that are the question's
    "length",  # log length
    "length_ratio",  # log, to the reference
    "own_words",  # log count of words that are neither the question's nor the reference's
    "given_share",  # share of the reference's words that are the question's: then recall proves little
)

GIVEN_WEIGHT = 0.25
_OPENING, _OPENING_SEARCHED = 6, 10
_VERDICT = re.compile(
    r"^\W*(?:答:?)?(?:这种|这个|这|该|此)?(?:句话|叙述|说法|题)?[是的]*"
    r"(不正确|不对|不可以|不可行|不能|正确|对|错|可以|能|(?:yes|no|true|false)\b)"
)
_NO = frozenset(("错", "不对", "不正确", "no", "false", "不可以", "不可行", "不能"))


def measure(subject: Subject, answer: Text) -> list[float]:
    """The values of `FEATURES`, beside that of several references which the answer comes nearest."""
    rows = (_compare(subject.question, reference, answer) for reference in subject.references)
    return max(rows, key=lambda row: row[0] + row[2])  # recall of words and of n-grams


def _compare(question: Text, reference: Text, answer: Text) -> list[float]:
    given = question.words
    pairs = set(pairwise(reference.order))
    opening = set(reference.order[:_OPENING])
    size = 3 if count_han(reference.text) * 2 > len(reference.text) else 4
    ngrams, answered = _ngrams(reference.text, size), _ngrams(answer.text, size)

    def weigh(token: str) -> float:
        return GIVEN_WEIGHT if token in given else 1.0

    return [
        _share(sum(map(weigh, reference.words & answer.words)), sum(map(weigh, reference.words))),
        _cosine(reference.order, answer.order, weigh),
        _share(sum(min(count, answered[ngram]) for ngram, count in ngrams.items()), ngrams.total()),
        _share(len(pairs.intersection(pairwise(answer.order))), len(pairs)),
        _share(LCSseq.similarity(reference.order, answer.order), len(reference.order)),
        _share(len(opening.intersection(answer.order[:_OPENING_SEARCHED])), len(opening)),
        float(bool(reference.figures and answer.figures and not reference.figures & answer.figures)),
        math.log1p(len(answer.figures)),
        abs(_negations(reference) - _negations(answer)),
        float(opening_verdict(reference.text) * opening_verdict(answer.text)),
        _share(len(answer.words & given), len(answer.words)),
        math.log1p(answer.length),
        math.log1p(answer.length) - math.log1p(reference.length),
        math.log1p(len(answer.words - given - reference.words)),
        _share(len(reference.words & given), len(reference.words)),
    ]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _cosine(one: Collection[str], other: Collection[str], weigh: Callable[[str], float]) -> float:
    first, second = ({token: weigh(token) * (1 + math.log(count)) for token, count in Counter(order).items()} for order in (one, other))
    norm = math.hypot(*first.values()) * math.hypot(*second.values())
    return _share(sum(value * second.get(token, 0.0) for token, value in first.items()), norm)


def _ngrams(text: str, size: int) -> Counter[str]:
    flat = " ".join(re.findall(r"[^\W_]+", text))
    flat = f" {flat} " if flat else ""
    return Counter(flat[at : at + size] for at in range(len(flat) - size + 1))


def _negations(text: Text) -> float:
    """Per ten units of length; a short text is taken for five units, lest a single word decide."""
    return 10 * count_negations(text) / max(5.0, text.length)


def opening_verdict(text: str) -> int:
    """1 for a text that opens with a yes, -1 with a no, 0 with neither."""
    match = _VERDICT.match(text[:40])
    return 0 if match is None else -1 if match.group(1) in _NO else 1
