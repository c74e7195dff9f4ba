"""What an answer's form alone gives away: its length, lines, figures, languages, and how often a point is met at all.

A predictor that never reads what is said, learned within the run, each answer judged by what was learned without it. What
it reaches is no merit of an examiner that reaches the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.evaluation.learned import digest_answer
from interviewer.evaluation.metrics import Array, Mark, sklearn_ensemble
from interviewer.evaluation.points import WORTH, LabelledMark
from interviewer.models import VerdictStatus
from interviewer.text.words import count_han, count_words, measure_length

FOLDS = 5
LEAST = 50
"""Of fewer answers nothing can be learned."""
_JUDGED = (VerdictStatus.MISSING, VerdictStatus.PARTIAL, VerdictStatus.COVERED)
_COUNTED = tuple(
    re.compile(pattern)
    for pattern in (r"\d+", r"[A-Za-z][A-Za-z0-9.-]*", r"[，,、]", r"[。.!！]", r"[?？]", r"[;；:：]", r"\n", r"(?m)^\s*(?:[-*•]|\d+[.)、])", r"[()（）]", r"[=<>→{}`]")
)  # fmt: skip


def describe(answer: str) -> list[float]:
    """The form of an answer in numbers."""
    length = measure_length(answer)
    counts = [len(pattern.findall(answer)) for pattern in _COUNTED]
    return [length, count_han(answer), count_words(answer), *counts, *(count / (length + 1) for count in counts)]


def scores_by_form(marks: Sequence[Mark], answers: Sequence[str]) -> list[Mark]:
    """The marks with the scores that form alone would give; none where the answers are too few."""
    if len(marks) < LEAST:
        return []
    found = _predict(np.array([describe(answer) for answer in answers]), np.array([mark.gold for mark in marks]), _folds(answers))
    return [replace(mark, pred=float(score), low=None, high=None) for mark, score in zip(marks, np.clip(found, 0, 100), strict=True)]


def verdicts_by_form(marks: Sequence[LabelledMark], answers: Sequence[str]) -> list[LabelledMark]:
    """The labelled answers with the verdicts that form alone would give; none where they are too few."""
    if len(marks) < LEAST:
        return []
    places = [place for place, mark in enumerate(marks) for _ in mark.points]
    keys = [(mark.question_id, point.point_id) for mark in marks for point in mark.points]
    worth = np.array([WORTH.get(point.labelled, 0) for mark in marks for point in mark.points], dtype=np.float64)
    form, folds = np.array([describe(answer) for answer in answers])[places], _folds(answers)[places]
    table = np.column_stack([form, _usual_worth(keys, worth, folds)])
    rounded = np.clip(np.rint(_predict(table, worth, folds)), 0, 2).astype(int)
    judged = iter(rounded)
    return [
        replace(
            mark, reported=0, rightly=0, false=0, found=0,
            points=tuple(replace(point, judged=_JUDGED[next(judged)], caught=False) for point in mark.points),
        )
        for mark in marks
    ]  # fmt: skip


def _folds(answers: Sequence[str]) -> NDArray[np.int64]:
    """The fold of each answer, by its text: the same answer is never on both sides, and the order does not matter."""
    return np.array([int(digest_answer(answer), 16) % FOLDS for answer in answers])


def _usual_worth(keys: Sequence[tuple[str, str]], worth: Array, folds: NDArray[np.int64]) -> Array:
    """For each labelled point, what it is worth on average in the other folds."""
    sums: dict[tuple[str, str], Array] = defaultdict(lambda: np.zeros((FOLDS, 2)))
    for key, value, fold in zip(keys, worth, folds, strict=True):
        sums[key][fold] += (value, 1)
    left = [sums[key].sum(axis=0) - sums[key][fold] for key, fold in zip(keys, folds, strict=True)]
    return np.array([total / count if count else worth.mean() for total, count in left])


def _predict(table: Array, wanted: Array, folds: NDArray[np.int64]) -> Array:
    """For each line what is learned from the other folds."""
    found = np.full(len(wanted), wanted.mean())
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        if inside.any() and outside.any():
            trees: Any = sklearn_ensemble().HistGradientBoostingRegressor(max_iter=80, learning_rate=0.08, random_state=0)
            found[outside] = trees.fit(table[inside], wanted[inside]).predict(table[outside])
    return found
