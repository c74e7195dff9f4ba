"""From the estimate of how much of a reference is met to a verdict on each point, so that every credit has its quote.

The score still comes from the verdicts alone; they are chosen so that it comes as near to the estimate as the points allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray

from interviewer.grading.rubric.judging import Judged
from interviewer.grading.rubric.points import PointFinding
from interviewer.grading.rubric.reading import Reading
from interviewer.grading.rubric.reference_features import GIVEN_WEIGHT
from interviewer.grading.rubric.reference_reading import Text, Told, read_text, read_told, subject_of
from interviewer.grading.rubric.reference_score import Model, estimate, load_model
from interviewer.grading.scoring import SCALES, full_weight
from interviewer.models import SCALE, Question, RubricPoint, Verdict, VerdictStatus
from interviewer.text.normalize import Span

FEW = 4
"""Of so few points all verdicts are tried; of more, only those that fall with probability."""
MANY = 30
APART = 20.0
"""Marks that the score may move away from the estimate, lest every point get a verdict that its probability speaks against."""
UNSURE = 0.35
"""Probability from which a point that is missing is called not recognised; that of all points if nothing in the answer was."""
LEAST = 0.1
"""An estimate of less is nothing."""
_STEPS = (VerdictStatus.MISSING, VerdictStatus.NAMED, VerdictStatus.PARTIAL, VerdictStatus.COVERED)


@dataclass(frozen=True, slots=True)
class ReferenceFinding:
    """What was found on one point. `span`: in the normalised answer, None if missing.

    `probability`: that a person would call it covered or partial, 0–1.
    """

    status: VerdictStatus
    span: Span | None
    probability: float

    @property
    def unsure(self) -> bool:
        """Whether it may be there all the same."""
        return self.status is VerdictStatus.MISSING and self.probability >= UNSURE


def judge_reference(question: Question, reading: Reading) -> Judged:
    """Verdicts for a question that has only a reference; nothing is called an error, as no reference tells what is one."""
    model, subject = load_model(), subject_of(question)
    told = read_told(subject, reading)
    findings = credit_points(model, question, told, estimate(model, subject, told))
    verdicts = [_verdict(reading, point.id, finding) for point, finding in zip(question.points, findings, strict=True)]
    return Judged(
        tuple(verdicts), (), tuple(PointFinding(each.status, None, {"partial": each.probability}, {}, each.unsure) for each in findings)
    )


def _verdict(reading: Reading, point_id: str, finding: ReferenceFinding) -> Verdict:
    quote = None if finding.span is None else reading.quote(finding.span)
    return Verdict(point_id, finding.status, quote, unsure=finding.unsure)


def credit_points(model: Model, question: Question, told: Told, met: float) -> tuple[ReferenceFinding, ...]:
    """The findings for an estimate that is known already, 0–1: the points nearest to the answer are credited until it is reached."""
    if met < LEAST:
        unsure = bool(told.units) and not met
        return (ReferenceFinding(VerdictStatus.MISSING, None, UNSURE if unsure else 0.0),) * len(question.points)
    nearest = find_nearest(question, told.units)
    probabilities = [model.point_probability(closeness, met) for closeness, _ in nearest]
    return tuple(
        ReferenceFinding(status, None if status is VerdictStatus.MISSING else told.places[place], probability)
        for status, probability, (_, place) in zip(allot(question.points, probabilities, met), probabilities, nearest, strict=True)
    )


def find_nearest(question: Question, said: Sequence[Text]) -> list[tuple[float, int]]:
    """By point: how much of its words the answer has, 0–1, and the number of the unit that has most of them."""
    return [_nearest(wordings, [unit.words for unit in said]) for wordings in _wordings(question)]


@lru_cache(maxsize=64)
def _wordings(question: Question) -> tuple[tuple[Mapping[str, float], ...], ...]:
    """By point, the words of each of its wordings and what they weigh: the question's prove little."""
    given = subject_of(question).question.words
    texts = [[text for pair in (point.intent, *point.accepts) for text in (pair.zh, pair.en)] for point in question.points]
    return tuple(
        tuple({word: GIVEN_WEIGHT if word in given else 1.0 for word in read_text(text).words} for text in dict.fromkeys(each))
        for each in texts
    )


def _nearest(wordings: Sequence[Mapping[str, float]], said: Sequence[frozenset[str]]) -> tuple[float, int]:
    whole = frozenset[str]().union(*said)
    best = max(wordings, key=lambda words: _recall(words, whole))
    shares = [_recall(best, unit) for unit in said]
    return _recall(best, whole), max(range(len(said)), key=lambda at: (shares[at], len(said[at])))


def _recall(words: Mapping[str, float], said: frozenset[str]) -> float:
    return sum(weight for word, weight in words.items() if word in said) / (sum(words.values()) or 1.0)


def allot(points: Sequence[RubricPoint], probabilities: Sequence[float], met: float) -> list[VerdictStatus]:
    """The verdicts that give the marks nearest to `met` (0–1) while no point's is far from its probability (0–1)."""
    scale = SCALES[SCALE]
    order = np.argsort(-np.asarray(probabilities), kind="stable")
    ways = _ways(len(points))
    credit = np.array([scale.credit(step) for step in _STEPS])[ways]
    weights = np.array([points[at].weight for at in order])
    marks = np.array([scale.curve(min(1.0, coverage)) for coverage in credit @ weights / full_weight(points, scale)])
    if essential := [at for at in range(len(points)) if points[order[at]].essential]:
        reached = (ways[:, essential] == len(_STEPS) - 1).any(axis=1)
        marks = np.where(reached, marks, np.minimum(marks, scale.ceiling))
    apart = np.abs(credit - np.asarray(probabilities)[order]) @ weights / weights.sum()
    best = ways[int(np.argmin(np.abs(marks - 100 * met) + APART * apart))]
    found = dict(zip(order.tolist(), best.tolist(), strict=True))
    return [_STEPS[found[at]] for at in range(len(points))]


@lru_cache(maxsize=64)
def _ways(count: int) -> NDArray[np.intp]:
    """Combinations of steps, nearest point first: all of a few points, of more those that fall, of very many none between."""
    steps = (3, 2, 1, 0) if count <= MANY else (3, 0)
    return np.array(list(product(steps, repeat=count) if count <= FEW else combinations_with_replacement(steps, count)))
