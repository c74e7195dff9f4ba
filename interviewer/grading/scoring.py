"""From verdicts and errors to a number: stated, monotone, the same for both examiners.

Nothing here reads an answer. A scale has a version, so that an old grade keeps its number; how far the current one and others are from
the experts' scores of the labelled answers is printed by `python -m benchmarks.fit_scale`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from interviewer.models import SCALE, FalseStatement, Findings, Question, RubricPoint, Verdict, VerdictStatus

FOLLOW_UP_CREDIT = 0.8
HINT_COST = 5.0
EXPONENT = 0.85
KNEE = 0.9
KNEE_MARKS = 86.0
"""What `KNEE` of the weights is worth. The labelled answers alone would choose about 80 (mean absolute error 5.0; 6.6 on the second scale,
5.6 with 86), another rater's answers no knee at all (7.3 on the second scale, 8.2 with 86); 86 stands between. The second scale is 9 marks
too high on average for labelled answers that are worth 50 and more."""
BANDS: tuple[tuple[float, str], ...] = (
    (90.0, "excellent"),
    (75.0, "good"),
    (60.0, "acceptable"),
    (40.0, "shallow"),
    (20.0, "weak"),
    (0.0, "none"),
)
_SEVERITY = {
    VerdictStatus.WRONG: 0,
    VerdictStatus.MISSING: 1,
    VerdictStatus.NAMED: 2,
    VerdictStatus.PARTIAL: 3,
    VerdictStatus.COVERED: 4,
}
_FIRST_KNOTS = ((0.0, 0.0), (0.1, 19.0), (0.25, 28.0), (0.4, 44.0), (0.55, 59.0), (0.7, 79.0), (0.85, 85.0), (1.0, 100.0))


def _between_knots(covered: float) -> float:
    """The curve of the first scale: straight lines between knots that were fitted to answers the rules had been tuned on."""
    for (left, low), (right, high) in pairwise(_FIRST_KNOTS):
        if covered <= right:
            return low + (high - low) * max(0.0, covered - left) / (right - left)
    return 100.0


def _power(covered: float) -> float:
    """The curve of the second scale: the first ideas are worth a little more than the last."""
    return 100.0 * float(covered**EXPONENT)


def power_to_knee(covered: float, marks: float = KNEE_MARKS) -> float:
    """The curve of the third scale: a power up to `marks` at `KNEE`, then straight to 100, which only a whole answer gets."""
    if covered < KNEE:
        return marks * float((covered / KNEE) ** EXPONENT)
    return marks + (100.0 - marks) * (covered - KNEE) / (1.0 - KNEE)


@dataclass(frozen=True, slots=True)
class Scale:
    """How verdicts become a number. The first four in shares of a point's weight.

    `partial`, `named`: what such a verdict earns (covered: 1). `error`: what a false statement takes away, once for each point.
    `extra`: how much of the extra points' weight full marks need. `ceiling`: 0–100, the most while no essential point is covered.
    `curve`: marks (0–100) for a coverage (0–1). `keeps_right`: whether what was right stands beside a later error on the same point.
    """

    partial: float
    named: float
    error: float
    extra: float
    ceiling: float
    curve: Callable[[float], float]
    keeps_right: bool = True

    def credit(self, status: VerdictStatus) -> float:
        """What a verdict earns, 0–1."""
        match status:
            case VerdictStatus.COVERED:
                return 1.0
            case VerdictStatus.PARTIAL:
                return self.partial
            case VerdictStatus.NAMED:
                return self.named
            case _:
                return 0.0


SCALES: Mapping[int, Scale] = {
    1: Scale(partial=0.5, named=0.0, error=1.0, extra=0.5, ceiling=100.0, curve=_between_knots, keeps_right=False),
    2: Scale(partial=0.5, named=0.1, error=0.2, extra=1.0, ceiling=40.0, curve=_power),
    3: Scale(partial=0.5, named=0.1, error=0.2, extra=1.0, ceiling=40.0, curve=power_to_knee),
}

CREDIT: Mapping[VerdictStatus, float] = {status: SCALES[SCALE].credit(status) for status in VerdictStatus}
"""What a verdict earns on the current scale, in shares of its point's weight."""


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """What a question's turns came to. `score`: 0–100 after hints; `before_hints`: 0–100; `coverage`: 0–1.

    `verdicts`: the last word on each point, in the question's order; `errors`: what stands of the false statements;
    `discounted`: points first earned in a follow-up; `scale`: the version by which it was counted.
    """

    score: float
    before_hints: float
    coverage: float
    verdicts: tuple[Verdict, ...]
    discounted: frozenset[str]
    hints: int
    errors: tuple[FalseStatement, ...] = ()
    scale: int = SCALE


@dataclass(slots=True)
class _Tally:
    """What stands of one point. `earned`: 0–1; `first`: what of it the answer itself earned."""

    verdict: Verdict
    earned: float
    first: float
    erred: bool = False
    errors: list[FalseStatement] = field(default_factory=list)

    @property
    def late(self) -> bool:
        return self.earned > self.first


def full_weight(points: Iterable[RubricPoint], scale: Scale) -> float:
    """The weight that gives full marks: all that is essential and the scale's share of what is extra."""
    listed = tuple(points)
    essential = sum(point.weight for point in listed if point.essential)
    extra = sum(point.weight for point in listed if not point.essential)
    return essential + scale.extra * extra if essential else extra


def answer_score(
    points: Sequence[RubricPoint], verdicts: Iterable[Verdict], errors: Iterable[FalseStatement] = (), *, scale: int | Scale = SCALE
) -> float:
    """The score (0–100, one decimal) of one answer on its own. Of several verdicts on a point the worst counts.

    `scale`: a version, or rules that have none yet.
    """
    rules, loose = scale if isinstance(scale, Scale) else SCALES[scale], tuple(errors)
    return _mark(points, _tally(Findings(tuple(verdicts), loose), rules), _loose(loose), rules)[0]


def question_score(question: Question, turns: Sequence[Findings], hints: int = 0) -> QuestionScore:
    """The score of a question over its answer and follow-ups, in order of asking, and the hints shown; on the scale of the answer.

    Within the first answer the worse verdict on a point stands. What a follow-up adds counts at `FOLLOW_UP_CREDIT`; what it leaves out
    takes nothing away. An error stands, and costs, until a later answer says something right about its point.
    """
    version = turns[0].scale if turns else SCALE
    scale = SCALES[version]
    tally = _tally(turns[0], scale) if turns else {}
    for turn in turns[1:]:
        _add_follow_up(tally, turn, scale)
    loose = tuple(error for turn in turns for error in _loose(turn.errors))
    before, covered = _mark(question.points, tally, loose, scale)
    known = {point.id: tally[point.id] for point in question.points if point.id in tally}
    return QuestionScore(
        score=max(0.0, round(before - HINT_COST * hints, 1)),
        before_hints=before,
        coverage=covered,
        verdicts=tuple(
            [known[point.id].verdict if point.id in known else Verdict(point.id, VerdictStatus.MISSING) for point in question.points]
        ),
        discounted=frozenset(key for key, each in known.items() if each.late),
        hints=hints,
        errors=(*(error for each in known.values() for error in each.errors), *loose),
        scale=version,
    )


def is_worse(one: Verdict, other: Verdict) -> bool:
    """Whether `one` is worth less than `other`."""
    return _SEVERITY[one.status] < _SEVERITY[other.status]


def _loose(errors: Iterable[FalseStatement]) -> tuple[FalseStatement, ...]:
    return tuple(error for error in errors if error.point_id is None)


def _errors_by_point(findings: Findings) -> dict[str, list[FalseStatement]]:
    found: dict[str, list[FalseStatement]] = {}
    for error in findings.errors:
        if error.point_id is not None:
            found.setdefault(error.point_id, []).append(error)
    return found


def _tally(findings: Findings, scale: Scale) -> dict[str, _Tally]:
    """What an answer came to by itself, by point id."""
    errors = _errors_by_point(findings)
    found: dict[str, _Tally] = {}
    for verdict in findings.verdicts:
        known = found.get(verdict.point_id)
        if known is None or is_worse(verdict, known.verdict):
            credit, told = scale.credit(verdict.status), errors.get(verdict.point_id, [])
            found[verdict.point_id] = _Tally(verdict, credit, credit, bool(told) or verdict.status is VerdictStatus.WRONG, told)
    for point_id in errors.keys() - found.keys():
        found[point_id] = _Tally(Verdict(point_id, VerdictStatus.MISSING), 0.0, 0.0, True, errors[point_id])
    return found


def _add_follow_up(tally: dict[str, _Tally], turn: Findings, scale: Scale) -> None:
    errors = _errors_by_point(turn)
    silent = errors.keys() - {verdict.point_id for verdict in turn.verdicts}
    for verdict in (*turn.verdicts, *(Verdict(point_id, VerdictStatus.MISSING) for point_id in sorted(silent))):
        told = errors.get(verdict.point_id, [])
        errs = bool(told) or verdict.status is VerdictStatus.WRONG
        known = tally.get(verdict.point_id)
        credit = scale.credit(verdict.status)
        if known is None:
            tally[verdict.point_id] = _Tally(verdict, credit * FOLLOW_UP_CREDIT, 0.0, errs, told)
            continue
        earned = known.first + (credit - known.first) * FOLLOW_UP_CREDIT if credit > known.first else credit
        if errs:
            if earned > known.earned or not (known.earned and scale.keeps_right):
                known.verdict, known.earned = verdict, earned
            known.erred, known.errors = True, [*known.errors, *told]
        elif earned > known.earned - scale.error * known.erred and verdict.status is not VerdictStatus.MISSING:
            known.verdict, known.earned, known.erred, known.errors = verdict, earned, False, []


def _mark(points: Sequence[RubricPoint], tally: Mapping[str, _Tally], loose: Sequence[FalseStatement], scale: Scale) -> tuple[float, float]:
    """The marks (0–100, one decimal) and the coverage (0–1). An error that no point covers costs as one on a point of middle weight."""
    full = full_weight(points, scale)
    if full <= 0:
        return 0.0, 0.0
    earned = sum(point.weight * (each.earned - scale.error * each.erred) for point in points if (each := tally.get(point.id)))
    earned -= scale.error * len(loose) * sum(point.weight for point in points) / len(points)
    coverage = min(1.0, max(0.0, earned / full))
    essential = [point.id for point in points if point.essential]
    reached = not essential or any(tally[key].verdict.status is VerdictStatus.COVERED for key in essential if key in tally)
    marks = scale.curve(coverage)
    return round(marks if reached else min(marks, scale.ceiling), 1), coverage


def band(score: float) -> str:
    """The key of the band a score (0–100) falls in: none, weak, shallow, acceptable, good or excellent."""
    for floor, key in BANDS:
        if score >= floor:
            return key
    return BANDS[-1][1]
