"""From verdicts to a number: stated, monotone, the same for both examiners, and the choice of the next follow-up.

Nothing here reads an answer. The curve's knots are fitted by `benchmarks/fit_curve.py` on the development answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from interviewer.models import Bilingual, FollowUp, Lang, Question, RubricPoint, Verdict, VerdictStatus
from interviewer.text.normalize import strip_hidden

CREDIT = {VerdictStatus.COVERED: 1.0, VerdictStatus.PARTIAL: 0.5, VerdictStatus.MISSING: 0.0, VerdictStatus.WRONG: 0.0}
WRONG_PENALTY = 1.0
EXTRA_SHARE = 0.5
FOLLOW_UP_CREDIT = 0.8
HINT_COST = 5.0
CURVE: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    (0.1, 19.0),
    (0.25, 28.0),
    (0.4, 44.0),
    (0.55, 59.0),
    (0.7, 79.0),
    (0.85, 85.0),
    (1.0, 100.0),
)
BANDS: tuple[tuple[float, str], ...] = (
    (90.0, "excellent"),
    (75.0, "good"),
    (60.0, "acceptable"),
    (40.0, "shallow"),
    (20.0, "weak"),
    (0.0, "none"),
)
PROBE = Bilingual(
    "你刚才说“{}”。这在什么情况下不成立？实际会发生什么？", "You said “{}”. When does that not hold, and what really happens then?"
)
_SEVERITY = {VerdictStatus.WRONG: 0, VerdictStatus.MISSING: 1, VerdictStatus.PARTIAL: 2, VerdictStatus.COVERED: 3}


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """What a question's turns came to. `score`: 0–100 after hints; `before_hints`: 0–100; `coverage`: 0–1.

    `verdicts`: the last word on each point, in the question's order; `discounted`: points first earned in a follow-up.
    """

    score: float
    before_hints: float
    coverage: float
    verdicts: tuple[Verdict, ...]
    discounted: frozenset[str]
    hints: int


def full_weight(points: Iterable[RubricPoint]) -> float:
    """The weight that gives full marks: all that is essential and a share of what is extra."""
    listed = tuple(points)
    essential = sum(point.weight for point in listed if point.essential)
    extra = sum(point.weight for point in listed if not point.essential)
    return essential + EXTRA_SHARE * extra if essential else extra


def coverage(points: Sequence[RubricPoint], credits: dict[str, float]) -> float:
    """The share of the full weight that was earned, 0–1; `credits`: -1 to 1 by point id, none is 0."""
    full = full_weight(points)
    if full <= 0:
        return 0.0
    earned = sum(point.weight * credits.get(point.id, 0.0) for point in points)
    return min(1.0, max(0.0, earned / full))


def curve(covered: float) -> float:
    """Marks (0–100) for a coverage (0–1): straight lines between the fitted knots, never falling."""
    for (left, low), (right, high) in pairwise(CURVE):
        if covered <= right:
            return low + (high - low) * max(0.0, covered - left) / (right - left)
    return CURVE[-1][1]


def credit_of(verdict: Verdict) -> float:
    """What one verdict earns (1, 0.5, 0) or costs (a wrong one), in shares of the point's weight."""
    return -WRONG_PENALTY if verdict.status is VerdictStatus.WRONG else CREDIT[verdict.status]


def answer_score(points: Sequence[RubricPoint], verdicts: Iterable[Verdict]) -> float:
    """The score (0–100, one decimal) of one answer on its own. Of several verdicts on a point the worst counts."""
    worst: dict[str, Verdict] = {}
    for verdict in verdicts:
        known = worst.get(verdict.point_id)
        worst[verdict.point_id] = verdict if known is None or is_worse(verdict, known) else known
    return round(curve(coverage(points, {key: credit_of(verdict) for key, verdict in worst.items()})), 1)


def is_worse(one: Verdict, other: Verdict) -> bool:
    """Whether `one` is worth less than `other`."""
    return _SEVERITY[one.status] < _SEVERITY[other.status]


def question_score(question: Question, turns: Sequence[Sequence[Verdict]], hints: int = 0) -> QuestionScore:
    """The score of a question over its answer and follow-ups (verdict lists in order of asking) and the hints shown.

    Within the first answer the worse verdict on a point stands. What a follow-up adds counts at `FOLLOW_UP_CREDIT`; a wrong statement
    in it makes the point wrong.
    """
    merged: dict[str, Verdict] = {}
    for verdict in turns[0] if turns else ():
        known = merged.get(verdict.point_id)
        if known is None or is_worse(verdict, known):
            merged[verdict.point_id] = verdict
    credits = {key: credit_of(verdict) for key, verdict in merged.items()}
    first = {key: max(0.0, credit) for key, credit in credits.items()}
    discounted: set[str] = set()
    for verdict in chain.from_iterable(turns[1:]):
        key, status = verdict.point_id, verdict.status
        if status is VerdictStatus.MISSING and key in merged:
            continue  # neither an error nor worth more, as nearly every verdict of a follow-up
        earned = _earned_after(verdict, first.get(key, 0.0))
        known = merged.get(key)
        errs = status is VerdictStatus.WRONG and known is not None and known.status is not VerdictStatus.WRONG
        if known is None or errs or earned > credits[key]:
            merged[key], credits[key] = verdict, earned
            (discounted.add if earned > 0 else discounted.discard)(key)
    covered = coverage(question.points, credits)
    before = round(curve(covered), 1)
    return QuestionScore(
        score=max(0.0, round(before - HINT_COST * hints, 1)),
        before_hints=before,
        coverage=covered,
        verdicts=tuple([merged.get(point.id) or Verdict(point.id, VerdictStatus.MISSING) for point in question.points]),
        discounted=frozenset(discounted),
        hints=hints,
    )


def _earned_after(verdict: Verdict, at_first: float) -> float:
    """What was earned at first keeps its full worth; only what a follow-up adds is discounted."""
    credit = credit_of(verdict)
    return at_first + (credit - at_first) * FOLLOW_UP_CREDIT if credit > at_first else credit


def heaviest_gap(question: Question, verdicts: Iterable[Verdict], asked: Sequence[str] = ()) -> RubricPoint | None:
    """The point to probe next: a wrong one, else a missing one, else a partial one; essential before extra, heavy before light.

    Never a point whose follow-ups were all asked already; None if nothing is left to probe.
    """
    status = {verdict.point_id: verdict.status for verdict in verdicts}
    gaps = [
        point
        for point in question.points
        if status.get(point.id, VerdictStatus.MISSING) is not VerdictStatus.COVERED and _unasked(point, asked)
    ]
    if not gaps:
        return None
    return min(gaps, key=lambda point: (_SEVERITY[status.get(point.id, VerdictStatus.MISSING)], not point.essential, -point.weight))


def choose_follow_up(question: Question, verdicts: Iterable[Verdict], asked: Sequence[str], lang: Lang) -> FollowUp | None:
    """A question about the heaviest gap, in the candidate's language; None if there is none left to ask.

    A wrong statement is put back to the candidate in their own words; for the rest the bank has follow-ups.
    """
    known = tuple(verdicts)
    point = heaviest_gap(question, known, asked)
    if point is None:
        return None
    said = next((verdict.quote for verdict in known if verdict.point_id == point.id and verdict.status is VerdictStatus.WRONG), None)
    if said and (probe := PROBE[lang].format(_shorten(said.text))) not in asked:
        return FollowUp(point.id, probe)
    return FollowUp(point.id, _unasked(point, asked)[0][lang])


def _shorten(quote: str) -> str:
    flat = " ".join(strip_hidden(quote).split())
    return flat if len(flat) <= 120 else flat[:119] + "…"


def _unasked(point: RubricPoint, asked: Sequence[str]) -> list[Bilingual]:
    seen = set(asked)
    return [text for text in point.follow_ups if text.zh not in seen and text.en not in seen]


def band(score: float) -> str:
    """The key of the band a score (0–100) falls in: none, weak, shallow, acceptable, good or excellent."""
    for floor, key in BANDS:
        if score >= floor:
            return key
    return BANDS[-1][1]
