"""Judges an answer to a question without cues: how much of the reference it meets, and by which points.

The trained trees (`free_trees`, written by `python -m benchmarks.train_free`) estimate from what `free_features` measures
how much is met in all. The points that the answer comes closest to are then credited until the stated curve gives that
many marks, so that the score still comes from the verdicts alone and every credit has its quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from interviewer.grading.findings import Finding, Script
from interviewer.grading.free_features import FEATURES, Subject, measure_free
from interviewer.grading.free_trees import BASE, TREES
from interviewer.grading.scoring import CREDIT, coverage, curve
from interviewer.grading.similarity import best_window, compare, prepare_answer
from interviewer.grading.text import Span, content_tokens
from interviewer.grading.weighing import telling_sentences
from interviewer.models import RubricPoint, VerdictStatus

LEAST = 0.1
"""An estimate of less than this is nothing."""
_COVERED, _PARTIAL, _MISSING = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.MISSING
_Tree = tuple[tuple[int, float, int, int], ...]


def judge_free(subject: Subject, script: Script) -> tuple[Finding, ...]:
    """One finding per point, in the question's order."""
    kept, told, everything = read_free(subject, script)
    points = subject.question.points
    met = estimate(measure_free(subject, told, everything)) if kept else 0.0
    if met < LEAST:
        return tuple(Finding(point, _MISSING) for point in points)
    answer = prepare_answer(told)
    rest = tuple(statement for _, own in subject.statements for statement in own)
    nearest = best_window(script.text.text, kept, rest) or max(kept, key=lambda span: span.end - span.start)
    places = {key: best_window(script.text.text, kept, own) or nearest for key, own in subject.statements}
    near = {key: max(compare(answer, each) for each in own) for key, own in subject.statements}
    status = allot(sorted(points, key=lambda point: -near[point.id]), points, met)
    return tuple(_finding(point, status.get(point.id, _MISSING), places[point.id]) for point in points)


def read_free(subject: Subject, script: Script) -> tuple[list[Span], str, str]:
    """The sentences that count, their text, and the text of all that is no order and no copy."""
    text = script.text.text
    kept = telling_sentences(script, subject.find_wanted(content_tokens(text)))
    told = "\n".join(text[sentence.start : sentence.end] for sentence in kept)
    own = [sentence for sentence in script.sentences if not script.is_void(sentence)]
    return kept, told, "\n".join(text[sentence.start : sentence.end] for sentence in own)


def _finding(point: RubricPoint, status: VerdictStatus, place: Span) -> Finding:
    return Finding(point, _MISSING) if status is _MISSING else Finding(point, status, place)


def estimate(features: Sequence[float]) -> float:
    """How much of the reference an answer meets, 0–1, by the trees. `features`: the values of `FEATURES`."""
    if len(features) != len(FEATURES):
        raise ValueError(f"{len(FEATURES)} features are needed")
    return min(1.0, max(0.0, BASE + sum(_leaf(tree, features) for tree in _trees())))


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
    """Covered, then partial, along `order` as long as the marks come nearest to `met` (0–1). `points`: all of the question's."""
    best: tuple[float, int, int] = (2.0, 0, 0)
    for covered in range(len(order) + 1):
        for touched in range(covered, len(order) + 1):
            credits = {point.id: CREDIT[_PARTIAL if at >= covered else _COVERED] for at, point in enumerate(order[:touched])}
            best = min(best, (abs(curve(coverage(points, credits)) / 100 - met), covered, touched))
    _, covered, touched = best
    return {point.id: _COVERED if at < covered else _PARTIAL for at, point in enumerate(order[:touched])}
