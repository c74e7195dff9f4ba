"""Why the offline examiner found what it found, for `interviewer grade --explain` and for whoever writes questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from interviewer.grading.rubric.heads import Learned
from interviewer.grading.rubric.judging import Judged
from interviewer.grading.rubric.reading import Reading
from interviewer.models import Quote, VerdictStatus

_MOST = 5


@dataclass(frozen=True, slots=True)
class PointExplanation:
    """What was seen of one point. `probability`: 0–1 of at least "named", "partial", "covered".

    `features`: what was measured and what it adds to the log-odds of "partial", the largest first; `taken`: what took credit away.
    """

    point_id: str
    status: VerdictStatus
    probability: Mapping[str, float]
    quote: Quote | None
    features: tuple[tuple[str, float], ...]
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of all points, in the question's order. `void`: stretches of the answer that were no evidence."""

    points: tuple[PointExplanation, ...]
    void: tuple[str, ...] = ()


def explain_judged(learned: Learned, reading: Reading, judged: Judged) -> Explanation:
    """The explanation of what was found."""
    void = tuple(reading.parsed.words(span) for span in reading.void)
    if not judged.findings:
        return Explanation(tuple(PointExplanation(each.point_id, each.status, {}, each.quote, ()) for each in judged.verdicts), void)
    line = learned.lines["partial"]
    points = []
    for verdict, finding in zip(judged.verdicts, judged.findings, strict=True):
        table = {name: np.array([value]) for name, value in finding.features.items()}
        shares = zip(line.features, line.contributions(table)[0], strict=True) if table else ()
        ranked = sorted(((name, round(float(share), 2)) for name, share in shares), key=lambda each: -abs(each[1]))[:_MOST]
        taken = tuple(error.quote.text for error in judged.errors if error.point_id == verdict.point_id)
        odds = {name: round(value, 3) for name, value in finding.odds.items()}
        points.append(PointExplanation(verdict.point_id, verdict.status, odds, verdict.quote, tuple(ranked), taken))
    return Explanation(tuple(points), void)
