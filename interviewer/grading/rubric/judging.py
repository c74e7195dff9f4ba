"""What the offline examiner finds in an answer: a verdict with a quote per point, and the false statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from interviewer.grading.rubric.heads import Array, Learned, Table
from interviewer.grading.rubric.ngrams import ngrams
from interviewer.grading.rubric.points import NEAR, PointFinding, Scores, find_points
from interviewer.grading.rubric.reading import Reading
from interviewer.models import FalseStatement, Lang, Misconception, Question, Quote, Verdict, VerdictStatus
from interviewer.text.normalize import normalize

LEAST_LIKENESS = 0.3
"""Share of a known belief's n-grams that an error must hold to be called by its name; its correction is shown then."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found. `findings`: by point, in the question's order, with what was measured."""

    verdicts: tuple[Verdict, ...]
    errors: tuple[FalseStatement, ...]
    findings: tuple[PointFinding, ...]


def judge(learned: Learned, point_ids: Sequence[str], reading: Reading, scores: Scores, beside: Table | None = None) -> Judged:
    """Verdicts and errors for one answer whose windows the heads have scored. `point_ids`: those that have heads, in their order.

    `beside`: see `find_points`.
    """
    if not reading.windows:
        return judge_nothing(point_ids)
    findings = tuple(find_points(learned, scores, reading, beside))
    told = [finding.odds["wrong"] >= learned.settings["thresholds"]["wrong"] for finding in findings]
    verdicts, errors = [], []
    for number, (point_id, finding, errs) in enumerate(zip(point_ids, findings, told, strict=True)):
        worst = _worst_window(scores, number) if errs else None
        status, window = _beside_error(finding, worst, scores, reading, number)
        quote = None if window is None else reading.quote(reading.windows[window].span)
        verdicts.append(Verdict(point_id, status, quote, unsure=finding.unsure and not errs))
        if worst is not None:
            errors.append(FalseStatement(reading.quote(reading.windows[worst].span), point_id=point_id))
    return Judged(tuple(verdicts), tuple(errors), findings)


def judge_nothing(point_ids: Iterable[str]) -> Judged:
    """What an answer without evidence comes to."""
    return Judged(tuple(Verdict(point_id, VerdictStatus.MISSING) for point_id in point_ids), (), ())


def keep_points(judged: Judged, point_ids: Collection[str]) -> Judged:
    """The same for the points that are asked alone. What is false about another stays listed, as an error that no point covers.

    But only what was not heard about these points, and each stretch once: who speaks of one point only is heard about its neighbours too.
    """
    kept = [number for number, verdict in enumerate(judged.verdicts) if verdict.point_id in point_ids]
    own = tuple(error for error in judged.errors if error.point_id in point_ids)
    heard = [error.quote for error in own] + [quote for number in kept if (quote := judged.verdicts[number].quote)]
    beside = list[FalseStatement]()
    for error in judged.errors:
        if not any(_overlap(error.quote, quote) for quote in heard):
            beside.append(FalseStatement(error.quote))
            heard.append(error.quote)
    return Judged(
        tuple(judged.verdicts[number] for number in kept),
        (*own, *beside),
        tuple(judged.findings[number] for number in kept) if judged.findings else (),
    )


def _overlap(one: Quote, other: Quote) -> bool:
    return one.start < other.end and other.start < one.end


def _beside_error(
    finding: PointFinding, worst: int | None, scores: Scores, reading: Reading, point: int
) -> tuple[VerdictStatus, int | None]:
    """The verdict and its window: what is right in another clause stands beside the error, anything else is wrong."""
    if worst is None:
        return finding.status, finding.window
    if finding.status in (VerdictStatus.PARTIAL, VerdictStatus.COVERED) and finding.window is not None:
        said, errs = _clause(reading, finding.window, scores.idea[:, point]), _clause(reading, worst, scores.error)
        if said != errs:
            return finding.status, finding.window
    return VerdictStatus.WRONG, worst


def _clause(reading: Reading, window: int, said: Array) -> int:
    """Which clause of a window of two it is that says it: the window of that clause alone, whose log-odds are higher."""
    units = reading.windows[window].units
    alone = [number for number, other in enumerate(reading.windows) if len(other.units) == 1 and other.units[0] in units]
    return max(alone, key=lambda number: float(said[number]))


def _worst_window(scores: Scores, point: int) -> int:
    """The window about the point that reads most like a false statement."""
    near = scores.about[:, point] > NEAR
    return int(np.where(near | ~near.any(), scores.error, -np.inf).argmax())


def name_beliefs(question: Question, judged: Judged, lang: Lang) -> Judged:
    """The same with the known wrong belief that each error comes nearest to, and what is right instead."""
    errors = tuple(_name_belief(question, error, lang) for error in judged.errors)
    named = {error.point_id: error.misconception for error in errors}
    verdicts = tuple(
        replace(verdict, misconception=named.get(verdict.point_id)) if verdict.status is VerdictStatus.WRONG else verdict
        for verdict in judged.verdicts
    )
    return replace(judged, verdicts=verdicts, errors=errors)


def _name_belief(question: Question, error: FalseStatement, lang: Lang) -> FalseStatement:
    said = ngrams(normalize(error.quote.text).text)
    beliefs = [belief for point in question.points if point.id == error.point_id for belief in point.misconceptions]
    alike = [(_likeness(said, belief), belief.id, belief) for belief in beliefs]
    if not alike or max(alike)[0] < LEAST_LIKENESS:
        return error
    belief = max(alike)[2]
    return replace(error, misconception=belief.id, explanation=belief.correction[lang])


def _likeness(said: frozenset[str], belief: Misconception) -> float:
    """The share of a belief's n-grams that were said, in the language in which it is larger."""
    return max(len(said & grams) / max(1, len(grams)) for grams in _belief_grams(belief))


@lru_cache(maxsize=2048)
def _belief_grams(belief: Misconception) -> tuple[frozenset[str], ...]:
    return tuple(ngrams(normalize(text).text) for text in (belief.statement.zh, belief.statement.en))
