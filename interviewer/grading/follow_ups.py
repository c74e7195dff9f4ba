"""Which follow-up comes next: pure rules over what all turns of a question have shown together.

An error is probed by its own words; a gap by the bank's follow-ups, the heaviest first; a strong answer is taken deeper on what it
covered: trade-off, failure, scale, cost; a weak one gets a step back, to what it touched. Nothing is asked twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interviewer.models import Bilingual, FalseStatement, FollowUp, Lang, Question, RubricPoint, Verdict, VerdictStatus
from interviewer.text.normalize import strip_hidden

STRONG = 75.0
"""Marks from which an answer is taken deeper, once no essential point is missing."""
PROBE = Bilingual(
    "你刚才说“{}”。这在什么情况下不成立？实际会发生什么？", "You said “{}”. When does that not hold, and what really happens then?"
)
_LONGEST_QUOTE = 120
_URGENCY = {VerdictStatus.WRONG: 0, VerdictStatus.MISSING: 1, VerdictStatus.NAMED: 2, VerdictStatus.PARTIAL: 3}
_NEARNESS = {VerdictStatus.WRONG: 0, VerdictStatus.PARTIAL: 1, VerdictStatus.NAMED: 2, VerdictStatus.MISSING: 3}
"""The order while nothing is covered: from what the candidate has begun to say one gets further than from what is new to them."""


def choose_follow_up(
    question: Question,
    verdicts: Iterable[Verdict],
    asked: Sequence[str],
    lang: Lang,
    *,
    errors: Sequence[FalseStatement] = (),
    score: float = 0.0,
    passed: Sequence[str] = (),
) -> FollowUp | None:
    """The question to put next, None if there is none left to ask.

    `verdicts`: the last word on each point over all turns; `asked`: what was put already; `errors`: false statements that stand.
    `score`: 0–100, of the question so far; `passed`: ids of points on which the candidate did not know a follow-up's answer.
    """
    known = tuple(verdicts)
    probe = _probe_error(known, errors, asked, lang)
    if probe is not None:
        return probe
    point = heaviest_gap(question, known, asked, passed)
    if (point is None or (score >= STRONG and not _lacks(point, known))) and (deeper := _go_deeper(question, known, asked, lang)):
        return deeper
    return FollowUp(point.id, _unasked(point, asked)[0][lang]) if point else None


def settle_follow_up(
    proposed: FollowUp | None,
    question: Question,
    verdicts: Sequence[Verdict],
    asked: Sequence[str],
    lang: Lang,
    *,
    errors: Sequence[FalseStatement] = (),
    score: float = 0.0,
    passed: Sequence[str] = (),
) -> FollowUp | None:
    """The examiner's own follow-up if it is new and asks about no point that is settled, else what `choose_follow_up` finds."""
    fresh = proposed is not None and proposed.text not in asked
    if proposed and fresh and wants_probing(question.point(proposed.point_id), question, verdicts, errors=errors, score=score):
        return proposed
    return choose_follow_up(question, verdicts, asked, lang, errors=errors, score=score, passed=passed)


def heaviest_gap(
    question: Question, verdicts: Iterable[Verdict], asked: Sequence[str] = (), passed: Sequence[str] = ()
) -> RubricPoint | None:
    """The point to probe next: a wrong one, else a missing one, else a partial one; essential before extra, heavy before light.

    While nothing is covered, what was touched comes before what is missing. Never one of the `passed` or one whose follow-ups were all asked already; None if nothing is left to probe.
    """
    status = {verdict.point_id: verdict.status for verdict in verdicts}
    gaps = [
        point
        for point in question.points
        if status.get(point.id, VerdictStatus.MISSING) is not VerdictStatus.COVERED and point.id not in passed and _unasked(point, asked)
    ]
    if not gaps:
        return None
    order = _URGENCY if VerdictStatus.COVERED in status.values() else _NEARNESS
    return min(gaps, key=lambda point: (order[status.get(point.id, VerdictStatus.MISSING)], not point.essential, -point.weight))


def wants_probing(
    point: RubricPoint, question: Question, verdicts: Iterable[Verdict], *, errors: Sequence[FalseStatement] = (), score: float = 0.0
) -> bool:
    """Whether a point may be asked about: it is open or holds an error, or the answer is strong, or whole in all that is essential."""
    covered = {verdict.point_id for verdict in verdicts if verdict.status is VerdictStatus.COVERED}
    essential = {each.id for each in question.points if each.essential} or {each.id for each in question.points}
    erred = any(error.point_id == point.id for error in errors)
    return point.id not in covered or erred or score >= STRONG or essential <= covered


def is_deeper(question: Question, follow_up: FollowUp) -> bool:
    """Whether it probes what is covered."""
    return any(follow_up.text in (each.text.zh, each.text.en) for each in question.point(follow_up.point_id).deeper)


def _probe_error(verdicts: Sequence[Verdict], errors: Sequence[FalseStatement], asked: Sequence[str], lang: Lang) -> FollowUp | None:
    said = [(verdict.point_id, verdict.quote) for verdict in verdicts if verdict.status is VerdictStatus.WRONG and verdict.quote]
    said += [(error.point_id, error.quote) for error in errors if error.point_id]
    probes = [FollowUp(point_id, PROBE[lang].format(_shorten(quote.text))) for point_id, quote in said]
    return next((probe for probe in probes if probe.text not in asked), None)


def _lacks(point: RubricPoint, verdicts: Sequence[Verdict]) -> bool:
    """Whether an essential idea is not there at all; half of one is no reason not to go deeper."""
    half = any(verdict.point_id == point.id and verdict.status is VerdictStatus.PARTIAL for verdict in verdicts)
    return point.essential and not half


def _go_deeper(question: Question, verdicts: Sequence[Verdict], asked: Sequence[str], lang: Lang) -> FollowUp | None:
    """On the heaviest covered point that was taken deeper least often, from an angle that was used least."""
    covered = {verdict.point_id for verdict in verdicts if verdict.status is VerdictStatus.COVERED}
    used = [(point.id, each.about) for point in question.points for each in point.deeper if {each.text.zh, each.text.en} & set(asked)]
    left = [
        (point, each)
        for point in question.points
        if point.id in covered
        for each in point.deeper
        if (point.id, each.about) not in used
    ]  # fmt: skip
    if not left:
        return None
    points, angles = [id for id, _ in used], [about for _, about in used]
    point, deeper = min(left, key=lambda pair: (points.count(pair[0].id), angles.count(pair[1].about), -pair[0].weight))
    return FollowUp(point.id, deeper.text[lang])


def _shorten(quote: str) -> str:
    flat = " ".join(strip_hidden(quote).split()).rstrip("。.；;，,")
    return flat if len(flat) <= _LONGEST_QUOTE else flat[: _LONGEST_QUOTE - 1] + "…"


def _unasked(point: RubricPoint, asked: Sequence[str]) -> list[Bilingual]:
    seen = set(asked)
    return [text for text in point.follow_ups if text.zh not in seen and text.en not in seen]
