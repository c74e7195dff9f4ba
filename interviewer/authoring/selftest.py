"""Whether a question can tell a good answer from a bad one: what an examiner makes of its labelled answers, beside what they are. Pure.

A question passes under an examiner if its answers come out in order and far enough apart; under all that will judge it, it is tested.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import sqrt
from typing import Any

from interviewer.models import LabelledAnswer, Level, PointLabel, VerdictStatus

LEAST_ANSWERS = 6
WORTH = {Level.EXCELLENT: 4, Level.GOOD: 3, Level.PARTIAL: 2, Level.WEAK: 1, Level.WRONG: 0, Level.HOLLOW: 0}
"""The order in which the levels should come out. What is wrong and what is hollow are both worth nothing: their order does not matter."""
LEAST_RANKS = 3
"""Different worths that there must be, a good answer (3 or more) and a bad one (1 or less) among them."""
FAR = 2
"""Two answers that are this many steps apart may never change places."""
LEAST_ORDER = 0.6
"""The least rank correlation."""
LEAST_DISCRIMINATION = 25.0
"""Points of 100 between the upper and the lower third, at the least."""
STEPS = {
    VerdictStatus.COVERED: 2, VerdictStatus.PARTIAL: 1, VerdictStatus.NAMED: 0, VerdictStatus.MISSING: 0, VerdictStatus.WRONG: 0,
}  # fmt: skip
"""What a verdict counts for agreement, as in the evaluation."""
_LABELLED = {PointLabel.COVERED: 2, PointLabel.PARTIAL: 1, PointLabel.MISSING: 0, PointLabel.WRONG: 0}


class Apart(StrEnum):
    """How an examiner was kept from the answers that it judged. UNSEEN: it learns from none of them. LEFT_OUT: it learned from the others
    and judged each without it."""

    UNSEEN = "unseen"
    LEFT_OUT = "left_out"


class Trouble(StrEnum):
    """Why a question is not tested under an examiner."""

    TOO_FEW = "too_few"
    ALL_ALIKE = "all_alike"
    UNGRADED = "ungraded"
    OUT_OF_ORDER = "out_of_order"
    TOO_CLOSE = "too_close"


@dataclass(frozen=True, slots=True)
class Tried:
    """A labelled answer as an examiner judged it. `score`: 0–100, None if it gave none; `verdicts`: by the id of each point."""

    answer: LabelledAnswer
    score: float | None
    verdicts: Mapping[str, VerdictStatus]


@dataclass(frozen=True, slots=True)
class Scored:
    """One mark for drawing. `score`: 0–100, None if ungraded."""

    answer_id: str
    level: Level
    score: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the labelled answers show of a question under one examiner. `model`: as in a grade's provenance.

    `scored`: from the best level to the worst. `order`: rank correlation of level and score (Kendall's tau-b), -1 to 1. `swapped`: ids of
    the better and the worse answer of each pair that came out the wrong way round, of `pairs` that differ in worth. `discrimination`:
    mean score of the upper third of the answers less that of the lower, in points of 100. `agreement`: quadratic weighted kappa of verdicts
    and labels over all points, `by_point`: of each. A figure that too few answers allow is None.
    """

    examiner: str
    model: str
    apart: Apart
    scored: tuple[Scored, ...]
    order: float | None
    swapped: tuple[tuple[str, str], ...]
    pairs: int
    discrimination: float | None
    agreement: float | None
    by_point: Mapping[str, float | None]
    troubles: tuple[Trouble, ...]

    @property
    def passed(self) -> bool:
        """Whether the question can be called tested under this examiner."""
        return not self.troubles


def show(examiner: str, model: str, apart: Apart, tried: Sequence[Tried]) -> Shown:
    """What an examiner's judgements show. `tried`: every confirmed answer of the question."""
    graded = [(WORTH[each.answer.level], each.score, each.answer.id) for each in tried if each.score is not None]
    swapped, pairs = swapped_pairs(graded)
    order, apart_by = rank_correlation([(worth, score) for worth, score, _ in graded]), discrimination(graded)
    points = dict.fromkeys(point for each in tried for point in each.answer.labels)
    steps = {point: [_steps(each, point) for each in tried if point in each.answer.labels and each.verdicts] for point in points}
    ranked = sorted(tried, key=lambda each: (-WORTH[each.answer.level], list(Level).index(each.answer.level), each.answer.id))
    return Shown(
        examiner, model, apart, tuple(Scored(each.answer.id, each.answer.level, each.score) for each in ranked),
        order, tuple(pair for pair, _ in swapped), pairs, apart_by,
        weighted_kappa([pair for own in steps.values() for pair in own]), {point: weighted_kappa(own) for point, own in steps.items()},
        tuple(_troubles(tried, order, max((by for _, by in swapped), default=0), apart_by)),
    )  # fmt: skip


def is_tested(shown: Sequence[Shown]) -> bool:
    """Whether a question that these examiners will judge may be published as tested."""
    return bool(shown) and all(each.passed for each in shown)


def _troubles(tried: Sequence[Tried], order: float | None, farthest: int, apart_by: float | None) -> list[Trouble]:
    worths = {WORTH[each.answer.level] for each in tried}
    if len(tried) < LEAST_ANSWERS:
        return [Trouble.TOO_FEW]
    if len(worths) < LEAST_RANKS or max(worths) < WORTH[Level.GOOD] or min(worths) > WORTH[Level.WEAK]:
        return [Trouble.ALL_ALIKE]
    found = []
    if any(each.score is None and WORTH[each.answer.level] > WORTH[Level.WEAK] for each in tried):
        found.append(Trouble.UNGRADED)
    if order is None or order < LEAST_ORDER or farthest >= FAR:
        found.append(Trouble.OUT_OF_ORDER)
    if apart_by is None or apart_by < LEAST_DISCRIMINATION:
        found.append(Trouble.TOO_CLOSE)
    return found


def _steps(tried: Tried, point: str) -> tuple[int, int]:
    return _LABELLED[tried.answer.labels[point]], STEPS[tried.verdicts.get(point, VerdictStatus.MISSING)]


# ---------------------------------------------------------------- figures


def swapped_pairs(graded: Sequence[tuple[int, float, str]]) -> tuple[list[tuple[tuple[str, str], int]], int]:
    """Of worth, score and id of each answer: the pairs of which the better one scores less, with the steps between them; and how many pairs
    differ in worth."""
    found, pairs = [], 0
    for one, other in combinations(graded, 2):
        better, worse = (one, other) if one[0] > other[0] else (other, one)
        pairs += better[0] != worse[0]
        if better[0] > worse[0] and better[1] < worse[1]:
            found.append(((better[2], worse[2]), better[0] - worse[0]))
    return found, pairs


def rank_correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Kendall's tau-b (Kendall 1945), which bears ties; None where either side is all the same."""
    agree, ties, other_ties, total = 0, 0, 0, 0
    for (one, score), (other, other_score) in combinations(pairs, 2):
        first, second = one - other, score - other_score
        agree += (first * second > 0) - (first * second < 0)
        ties += first == 0
        other_ties += second == 0
        total += 1
    spread = sqrt((total - ties) * (total - other_ties))
    return agree / spread if spread else None


def discrimination(graded: Sequence[tuple[int, float, str]]) -> float | None:
    """Mean score of the third that is worth most less that of the third that is worth least; None below three answers.

    Of equal worth the lower scores are in the upper third and the higher ones in the lower, so that no order of the list flatters.
    """
    third = len(graded) // 3
    if not third:
        return None
    best = sorted(graded, key=lambda each: (-each[0], each[1]))[:third]
    worst = sorted(graded, key=lambda each: (each[0], -each[1]))[:third]
    return sum(score for _, score, _ in best) / third - sum(score for _, score, _ in worst) / third


def weighted_kappa(steps: Sequence[tuple[int, int]]) -> float | None:
    """Cohen's kappa with quadratic weights of pairs of steps (Cohen 1968); None if nothing but one step was ever given."""
    count = len(steps)
    apart = sum((one - other) ** 2 for one, other in steps)
    expected = sum((one - other) ** 2 for one, _ in steps for _, other in steps) / count if count else 0.0
    return 1 - apart / expected if expected else None


# ---------------------------------------------------------------- as it is kept


def encode_shown(shown: Sequence[Shown]) -> dict[str, Any]:
    """The results as JSON, as they are kept with a version of the question."""
    return {
        "examiners": [
            {
                "examiner": each.examiner, "model": each.model, "apart": each.apart.value, "order": each.order,
                "scored": [{"answer": mark.answer_id, "level": mark.level.value, "score": mark.score} for mark in each.scored],
                "swapped": [list(pair) for pair in each.swapped], "pairs": each.pairs, "discrimination": each.discrimination,
                "agreement": each.agreement, "by_point": dict(each.by_point), "troubles": [trouble.value for trouble in each.troubles],
            }
            for each in shown
        ]
    }  # fmt: skip


def decode_shown(kept: Mapping[str, Any]) -> tuple[Shown, ...]:
    """The reverse of `encode_shown`."""
    return tuple(
        Shown(
            each["examiner"], each["model"], Apart(each["apart"]),
            tuple(Scored(mark["answer"], Level(mark["level"]), mark["score"]) for mark in each["scored"]),
            each["order"], tuple((better, worse) for better, worse in each["swapped"]), each["pairs"], each["discrimination"],
            each["agreement"], each["by_point"], tuple(Trouble(trouble) for trouble in each["troubles"]),
        )
        for each in kept["examiners"]
    )  # fmt: skip
