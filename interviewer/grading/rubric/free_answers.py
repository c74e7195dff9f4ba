"""Judges an answer to a question without cues: how much of the reference it meets, and by which points.

The trained trees and line (`free_trees`, written by `python -m benchmarks.train_free`) estimate, from what `free_features` measures,
how much is met in all. The points that the answer comes closest to are then credited until the stated curve gives that
many marks, so that the score still comes from the verdicts alone and every credit has its quote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product

from interviewer.grading.rubric.findings import Finding, Script
from interviewer.grading.rubric.free_features import FEATURES, Subject, measure_free
from interviewer.grading.rubric.free_reading import FreeReading, read_free
from interviewer.grading.rubric.free_trees import BASE, LINE, TREES
from interviewer.grading.rubric.similarity import best_window, compare, prepare_answer
from interviewer.grading.scoring import CREDIT, answer_score
from interviewer.models import RubricPoint, Verdict, VerdictStatus
from interviewer.text.normalize import Span

LEAST = 0.1
"""An estimate of less than this is nothing."""
FEW = 4
"""Of so few points all verdicts are tried."""
PER_INVERSION = 0.03
_COVERED, _PARTIAL, _MISSING = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.MISSING
_CREDITED = (_MISSING, _PARTIAL, _COVERED)
_Tree = tuple[tuple[int, float, int, int], ...]


def judge_free(subject: Subject, script: Script) -> tuple[Finding, ...]:
    """One finding per point, in the question's order."""
    reading = read_free(subject, script)
    met = estimate(measure_free(subject, reading.told, reading.everything)) if reading.kept else 0.0
    return _judge_met(subject, script, reading, met)


def judge_met(subject: Subject, script: Script, met: float) -> tuple[Finding, ...]:
    """The findings for an estimate that is known already, 0–1."""
    return _judge_met(subject, script, read_free(subject, script), met)


def _judge_met(subject: Subject, script: Script, reading: FreeReading, met: float) -> tuple[Finding, ...]:
    points, kept = subject.question.points, reading.kept
    if met < LEAST or not kept:
        return tuple(Finding(point, _MISSING) for point in points)
    answer = prepare_answer(reading.told)
    rest = tuple(statement for _, own in subject.statements for statement in own)
    nearest = best_window(script.text.text, kept, rest) or max(kept, key=lambda span: span.end - span.start)
    places = {key: best_window(script.text.text, kept, own) or nearest for key, own in subject.statements}
    near = {key: max(compare(answer, each) for each in own) for key, own in subject.statements}
    status = allot(sorted(points, key=lambda point: -near[point.id]), points, met)
    return tuple(_finding(point, status.get(point.id, _MISSING), places[point.id]) for point in points)


def _finding(point: RubricPoint, status: VerdictStatus, place: Span) -> Finding:
    return Finding(point, _MISSING) if status is _MISSING else Finding(point, status, place)


def estimate(features: Sequence[float]) -> float:
    """How much of the reference an answer meets, 0–1: the mean of the trees and the line. `features`: the values of `FEATURES`."""
    if len(features) != len(FEATURES):
        raise ValueError(f"{len(FEATURES)} features are needed")
    trees = BASE + sum(_leaf(tree, features) for tree in _trees())
    return min(1.0, max(0.0, (trees + follow_line(features)) / 2))


def follow_line(features: Sequence[float]) -> float:
    """What the line alone says; each feature counts between its bounds only, so that an odd answer is not carried far off."""
    start, slopes = LINE
    bounded = (slope * min(high, max(low, value)) for (slope, low, high), value in zip(slopes, features, strict=True))
    return start + sum(bounded)


def _leaf(tree: _Tree, features: Sequence[float]) -> float:
    at = 0
    while True:
        feature, value, low, high = tree[at]
        if feature < 0:
            return value
        at = low if features[feature] <= value else high


@lru_cache(maxsize=1)
def _trees() -> tuple[_Tree, ...]:
    """Each line is a tree, each node `feature:threshold:low:high`, or a leaf's value alone."""
    return tuple(tuple(_node(node) for node in line.split()) for line in TREES.strip().splitlines())


def _node(text: str) -> tuple[int, float, int, int]:
    if ":" not in text:
        return -1, float(text), 0, 0
    feature, value, low, high = text.split(":")
    return int(feature), float(value), int(low), int(high)


def allot(order: Sequence[RubricPoint], points: Sequence[RubricPoint], met: float) -> dict[str, VerdictStatus]:
    """The verdicts whose marks come nearest to `met` (0–1). `order`: nearest point first; `points`: all of the question's.

    Credit falls along `order`. Where few points leave wide gaps between the marks, a farther point may have more than a nearer one if
    that brings the marks closer by more than `PER_INVERSION`.
    """
    ways = product(_CREDITED, repeat=len(order)) if len(order) <= FEW else _falling(len(order))
    best = min(ways, key=lambda way: _miss(order, points, way, met))
    return {point.id: status for point, status in zip(order, best, strict=True) if status is not _MISSING}


def _falling(count: int) -> Iterator[tuple[VerdictStatus, ...]]:
    for covered in range(count + 1):
        for touched in range(covered, count + 1):
            yield (_COVERED,) * covered + (_PARTIAL,) * (touched - covered) + (_MISSING,) * (count - touched)


def _miss(order: Sequence[RubricPoint], points: Sequence[RubricPoint], way: tuple[VerdictStatus, ...], met: float) -> float:
    verdicts = [Verdict(point.id, status) for point, status in zip(order, way, strict=True)]
    inversions = sum(CREDIT[nearer] < CREDIT[farther] for nearer, farther in combinations(way, 2))
    return abs(answer_score(points, verdicts) / 100 - met) + PER_INVERSION * inversions
