"""Coach against examiner: how far they agree on verdicts and scores, and where they differ. A pure reading of interviews with edits.

Each coach's verdicts are compared for themselves, whether or not they are the final ones; coach against coach is in `second_readings`.
What a coach gave blind, without having seen the grade, is kept apart from what was given in sight of it: who sees a grade
leans towards it. Verdicts that a coach left as they were count as agreement only in an interview marked as reviewed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from interviewer.grading.scoring import question_score
from interviewer.interview.last_word import GRADING, coaches_on, review_of
from interviewer.interview.results import result_of, score_by
from interviewer.models import Edit, EditKind, Grade, Interview, Turn, VerdictStatus, standing_edits

Array = NDArray[np.float64]

ORDER = (VerdictStatus.WRONG, VerdictStatus.MISSING, VerdictStatus.NAMED, VerdictStatus.PARTIAL, VerdictStatus.COVERED)
RANK = {status: rank for rank, status in enumerate(ORDER)}
ROUNDS = 1000
SEED = 20260102
LEAST_INTERVIEWS = 5
"""With fewer interviews their resampling says nothing of other interviews, so there is no interval."""
LISTED_ANSWERS = 8


@lru_cache(maxsize=4)
def _distance(steps: int) -> Array:
    """How far two of so many verdicts are apart, squared, 0–1."""
    distance: Array = (np.subtract.outer(np.arange(float(steps)), np.arange(float(steps))) / (steps - 1)) ** 2
    return distance


@dataclass(frozen=True, slots=True)
class Pair:
    """The coach's and an examiner's verdict on one point of one answer."""

    examiner: str
    interview_id: str
    question_id: str
    point_id: str
    coach: VerdictStatus
    machine: VerdictStatus
    blind: bool

    @property
    def gap(self) -> int:
        """Steps by which the coach is above the examiner, -4 to 4."""
        return RANK[self.coach] - RANK[self.machine]


@dataclass(frozen=True, slots=True)
class ScorePair:
    """The coach's and an examiner's score (0–100) of one question."""

    examiner: str
    interview_id: str
    question_id: str
    coach: float
    machine: float
    blind: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure; 95 % of the resamples lie between `low` and `high`, both None if the interviews are too few, or too much alike, for that."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How coach and examiner compare on some pairs. `n`: verdicts, from `interviews`; `scores`: scores, from `scored` interviews.

    `question_id`, `point_id`: empty for all. `kappa`: quadratic weighted, None where it is not defined. `raw`: share of equal
    verdicts. `bias`: coach minus examiner in points of 100. `table`: verdicts counted by coach (rows) and examiner (columns), in `ORDER`.
    """

    examiner: str
    blind: bool
    question_id: str
    point_id: str
    n: int
    scores: int
    interviews: int
    scored: int
    kappa: Estimate | None
    raw: Estimate | None
    bias: Estimate | None
    table: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A point on which coach and examiner differ. `n`: verdicts compared; `higher`: where the coach gives more, `lower`: less.

    `steps`: all steps between them summed up. `answers`: pairs that differ, the farthest apart first.
    """

    examiner: str
    question_id: str
    point_id: str
    n: int
    blind: int
    higher: int
    lower: int
    steps: int
    answers: tuple[Pair, ...]


def pairs_of(interview: Interview) -> tuple[Pair, ...]:
    """Every verdict that can be compared, each coach's for themselves: those given blind with each examiner's grade, others with the grade
    that was in sight."""
    review = review_of(interview)
    found: list[Pair] = []
    for turn in interview.turns:
        for author_id, given in _verdicts_by_coach(interview, turn, review).items():
            blind = [edit for edit in given if edit.blind]
            mine = review if review and review.author_id == author_id else None
            found += _blind_pairs(interview, turn, blind) if blind else _sighted_pairs(interview, turn, given, mine)
    return tuple(found)


def score_pairs_of(interview: Interview) -> tuple[ScorePair, ...]:
    """Every question's score that can be compared, each coach's for themselves; one in which a sighted edit had a part is not blind."""
    review = review_of(interview)
    found: list[ScorePair] = []
    for question_id in interview.questions:
        by_coach = {author_id: _grading_of(interview, question_id, author_id) for author_id in coaches_on(interview, question_id)}
        if review and not by_coach:
            by_coach[review.author_id] = []
        for author_id, given in by_coach.items():
            found += _score_pairs(interview, question_id, author_id, blind=bool(given) and all(edit.blind for edit in given))
    return tuple(found)


def _grading_of(interview: Interview, question_id: str, author_id: str) -> list[Edit]:
    """What one coach has given to a question, in whatever capacity."""
    standing = standing_edits(interview.edits)
    return [edit for edit in standing if edit.kind in GRADING and edit.question_id == question_id and edit.author_id == author_id]


def _verdicts_by_coach(interview: Interview, turn: Turn, review: Edit | None) -> dict[str, list[Edit]]:
    """The verdicts on an answer by who gave them. Who stands for the interview is among them, also without a verdict of their own."""
    found: dict[str, list[Edit]] = defaultdict(list)
    for edit in standing_edits(interview.edits):
        if edit.kind is EditKind.VERDICT and edit.turn_seq == turn.seq and edit.status and edit.point_id:
            found[edit.author_id].append(edit)
    if review and not found:
        found[review.author_id] = []
    return found


def compare(pairs: Sequence[Pair], scores: Sequence[ScorePair]) -> tuple[Comparison, ...]:
    """Each examiner over everything, blind first."""
    return _compare(pairs, scores, lambda _: ("", ""), lambda _: ("", ""))


def compare_questions(pairs: Sequence[Pair], scores: Sequence[ScorePair]) -> tuple[Comparison, ...]:
    """Each examiner question by question."""
    return _compare(pairs, scores, lambda pair: (pair.question_id, ""), lambda pair: (pair.question_id, ""))


def compare_points(pairs: Sequence[Pair]) -> tuple[Comparison, ...]:
    """Each examiner point by point; points have no scores of their own."""
    return _compare(pairs, (), lambda pair: (pair.question_id, pair.point_id), lambda _: ("", ""))


def differences(pairs: Sequence[Pair], limit: int = 20) -> tuple[Difference, ...]:
    """The points on which they differ most, the most steps apart in all first: what to mend in the rubric."""
    by_point: dict[tuple[str, str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_point[pair.examiner, pair.question_id, pair.point_id].append(pair)
    found = [_difference(key, members) for key, members in by_point.items() if any(pair.gap for pair in members)]
    found.sort(key=lambda item: (-item.steps, -item.steps / item.n, item.examiner, item.question_id, item.point_id))
    return tuple(found[:limit])


def weighted_kappa(tables: Array) -> Array:
    """Quadratic weighted kappa of tables of counts, shape (…, n, n); nan where all verdicts on both sides are one and the same."""
    total = tables.sum(axis=(-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = tables.sum(axis=-1)[..., :, None] * tables.sum(axis=-2)[..., None, :] / total[..., None, None]
        distance = _distance(tables.shape[-1])
        apart = (distance * expected).sum(axis=(-2, -1))
        kappa: Array = np.where(apart > 0, 1 - (distance * tables).sum(axis=(-2, -1)) / apart, np.nan)
    return kappa


def _blind_pairs(interview: Interview, turn: Turn, edits: Sequence[Edit]) -> list[Pair]:
    given = {edit.point_id: edit for edit in edits}
    question_id, found = interview.questions[turn.question_id].bank_id, []
    for examiner, grade in _grades(turn).items():
        for verdict in grade.verdicts:
            edit = given.get(verdict.point_id)
            if edit and edit.status:
                found.append(Pair(examiner, interview.id, question_id, verdict.point_id, edit.status, verdict.status, True))
    return found


def _sighted_pairs(interview: Interview, turn: Turn, edits: Sequence[Edit], review: Edit | None) -> list[Pair]:
    standing = _standing_grade(turn, review.at if review else None)
    if standing is None:
        return []
    given = {edit.point_id: edit for edit in edits}
    question_id, found = interview.questions[turn.question_id].bank_id, []
    for verdict in standing.verdicts:
        edit = given.get(verdict.point_id)
        if edit and edit.status:
            seen = _seen_by(turn, edit) or standing
            machine = next((other.status for other in seen.verdicts if other.point_id == verdict.point_id), verdict.status)
            found.append(Pair(seen.provenance.examiner, interview.id, question_id, verdict.point_id, edit.status, machine, False))
        elif review:
            examiner = standing.provenance.examiner
            found.append(Pair(examiner, interview.id, question_id, verdict.point_id, verdict.status, verdict.status, False))
    return found


def _standing_grade(turn: Turn, reviewed_at: datetime | None) -> Grade | None:
    """The grade that a review stood for; one that came later was not in sight."""
    given = [record for record in turn.grades if isinstance(record.outcome, Grade)]
    before = [record for record in given if reviewed_at is None or record.at <= reviewed_at] or given[:1]
    outcome = before[-1].outcome if before else None
    return outcome if isinstance(outcome, Grade) else None


def _grades(turn: Turn, until: datetime | None = None) -> dict[str, Grade]:
    """Each examiner's latest grade of the turn, those after `until` left out."""
    given = [record for record in turn.grades if until is None or record.at <= until]
    return {record.outcome.provenance.examiner: record.outcome for record in given if isinstance(record.outcome, Grade)}


def _seen_by(turn: Turn, edit: Edit) -> Grade | None:
    """The grade that the coach overruled: the named examiner's latest before the edit."""
    return _grades(turn, edit.at).get(edit.examiner) or _grades(turn).get(edit.examiner)


def _score_pairs(interview: Interview, question_id: str, author_id: str, *, blind: bool) -> list[ScorePair]:
    result, score = result_of(interview, question_id), score_by(interview, question_id, author_id)
    graded = [turn for turn in result.turns if turn.grade]
    if score is None or not graded or result.question.parent:
        return []  # the score of a single point is no score of an answer
    counting = {turn.grade.provenance.examiner for turn in graded if turn.grade}
    examiners = {name for turn in graded for name in _grades(turn)} if blind else counting
    found = []
    for examiner in sorted(examiners):
        given = [_grades(turn).get(examiner) for turn in graded]
        findings = [grade.findings for grade in given if grade]
        if len(findings) == len(graded):
            machine = question_score(result.question, findings, hints=result.hints).score
            found.append(ScorePair(examiner, interview.id, question_id, score, machine, blind))
    return found


Key = tuple[str, str]


def _compare(
    pairs: Sequence[Pair], scores: Sequence[ScorePair], pair_key: Callable[[Pair], Key], score_key: Callable[[ScorePair], Key]
) -> tuple[Comparison, ...]:
    by_key: dict[tuple[str, bool, Key], tuple[list[Pair], list[ScorePair]]] = defaultdict(lambda: ([], []))
    for pair in pairs:
        by_key[pair.examiner, pair.blind, pair_key(pair)][0].append(pair)
    for score in scores:
        by_key[score.examiner, score.blind, score_key(score)][1].append(score)
    ordered = sorted(by_key.items(), key=lambda item: (item[0][0], not item[0][1], item[0][2]))
    return tuple(_measure(examiner, blind, key, *members) for (examiner, blind, key), members in ordered)


def _measure(examiner: str, blind: bool, key: Key, pairs: Sequence[Pair], scores: Sequence[ScorePair]) -> Comparison:
    tables = _tables(pairs)
    table = tables.sum(axis=0)
    kappa, raw, bias = _estimate_kappa(tables), _estimate_raw(tables), _estimate_bias(scores)
    interviews, scored = {pair.interview_id for pair in pairs}, {score.interview_id for score in scores}
    counted = tuple(tuple(int(cell) for cell in row) for row in table)
    return Comparison(examiner, blind, *key, len(pairs), len(scores), len(interviews), len(scored), kappa, raw, bias, counted)


def _tables(pairs: Sequence[Pair]) -> Array:
    """A table of coach × examiner for each interview, in the order of their first pair."""
    places: dict[str, int] = {}
    for pair in pairs:
        places.setdefault(pair.interview_id, len(places))
    tables = np.zeros((len(places), len(ORDER), len(ORDER)))
    for pair in pairs:
        tables[places[pair.interview_id], RANK[pair.coach], RANK[pair.machine]] += 1
    return tables


def _estimate_kappa(tables: Array) -> Estimate | None:
    value = weighted_kappa(tables.sum(axis=0))
    if not np.isfinite(value):
        return None
    return _with_interval(
        float(value), len(tables), lambda draws: weighted_kappa((draws @ tables.reshape(len(tables), -1)).reshape(-1, *tables.shape[1:]))
    )


def _estimate_raw(tables: Array) -> Estimate | None:
    if not len(tables):
        return None
    equal, all_ = tables.trace(axis1=1, axis2=2), tables.sum(axis=(1, 2))
    return _with_interval(float(equal.sum() / all_.sum()), len(tables), lambda draws: (draws @ equal) / (draws @ all_))


def _estimate_bias(scores: Sequence[ScorePair]) -> Estimate | None:
    if not scores:
        return None
    gaps: dict[str, list[float]] = defaultdict(list)
    for score in scores:
        gaps[score.interview_id].append(score.coach - score.machine)
    sums, counts = np.array([sum(each) for each in gaps.values()]), np.array([float(len(each)) for each in gaps.values()])
    return _with_interval(float(sums.sum() / counts.sum()), len(gaps), lambda draws: (draws @ sums) / (draws @ counts))


def _with_interval(value: float, interviews: int, figure: Callable[[Array], Array]) -> Estimate:
    if interviews < LEAST_INTERVIEWS:
        return Estimate(value)
    resampled = figure(_draws(interviews))
    known = resampled[np.isfinite(resampled)]
    if len(known) < ROUNDS / 2:
        return Estimate(value)
    low, high = np.percentile(known, (2.5, 97.5))
    return Estimate(value, float(low), float(high))


@lru_cache(maxsize=8)
def _draws(interviews: int) -> Array:
    """How often each interview is drawn in each round, shape (ROUNDS, interviews); the same at every call."""
    drawn = np.random.default_rng(SEED).multinomial(interviews, np.full(interviews, 1 / interviews), size=ROUNDS)
    return drawn.astype(np.float64)


def _difference(key: tuple[str, str, str], pairs: Iterable[Pair]) -> Difference:
    members = list(pairs)
    apart = sorted((pair for pair in members if pair.gap), key=lambda pair: -abs(pair.gap))
    return Difference(
        *key, len(members), sum(pair.blind for pair in members), sum(pair.gap > 0 for pair in apart), sum(pair.gap < 0 for pair in apart),
        sum(abs(pair.gap) for pair in apart), tuple(apart[:LISTED_ANSWERS]),
    )  # fmt: skip
