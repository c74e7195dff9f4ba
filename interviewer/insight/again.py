"""The same question answered again: what was gained, kept and lost since, and what to practise next. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from interviewer.grading.scoring import CREDIT, SCALES
from interviewer.insight.false_statements import errors_on
from interviewer.interview.results import QuestionResult, QuestionStatus, result_of, results_of
from interviewer.models import SCALE, ExaminerName, Interview, Mode, RubricPoint, Setup, Verdict

MOST_PRACTISED = 3
GOOD_ENOUGH = 90.0
"""The score (0–100) from which on a question is no weak point."""


class Change(StrEnum):
    """What became of a point. OPEN: it earned nothing before, nor does it now."""

    GAINED = "gained"
    LOST = "lost"
    KEPT = "kept"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class PointChange:
    """A point that both answers were judged by, with the verdict on each."""

    point: RubricPoint
    change: Change
    before: Verdict
    after: Verdict

    @property
    def changed(self) -> bool:
        """Whether it is worth more or less than before."""
        return self.change in (Change.GAINED, Change.LOST)


@dataclass(frozen=True, slots=True)
class Comparison:
    """An answer beside an earlier one. `at`: when that interview was begun; `points`: what changed first, OPEN last."""

    earlier: QuestionResult
    at: datetime
    points: tuple[PointChange, ...]

    def count(self, change: Change) -> int:
        """How many points changed so."""
        return sum(each.change is change for each in self.points)


def compare(earlier: QuestionResult, later: QuestionResult, at: datetime) -> Comparison:
    """The two results of a question point by point; points that only one version of the question has are left out."""
    before = {verdict.point_id: verdict for verdict in earlier.verdicts}
    changes = [
        PointChange(
            later.question.point(verdict.point_id),
            _change(earlier, before[verdict.point_id], later, verdict),
            before[verdict.point_id],
            verdict,
        )
        for verdict in later.verdicts
        if verdict.point_id in before
    ]
    return Comparison(earlier, at, tuple(sorted(changes, key=lambda each: list(Change).index(each.change))))


def compare_with_earlier(interview: Interview, earlier: Iterable[Interview]) -> dict[str, Comparison]:
    """By question id, the graded answers beside the latest graded ones among the `earlier` interviews, which come newest first."""
    wanted = {result.question.id: result for result in results_of(interview) if result.status is QuestionStatus.GRADED}
    found: dict[str, Comparison] = {}
    for other in earlier if wanted and interview.setup.mode is not Mode.DRILL else ():
        for question_id in (wanted.keys() - found.keys()) & set(other.setup.question_ids):
            result = result_of(other, question_id)
            if result.status is QuestionStatus.GRADED:
                found[question_id] = compare(result, wanted[question_id], other.created_at)
        if len(found) == len(wanted):
            break
    return found


def weakest(results: Sequence[QuestionResult]) -> tuple[str, ...]:
    """The ids of the questions that are weak points, the lowest score first; what was skipped or not known is among them."""
    weak = [result for result in results if result.score is not None and result.score < GOOD_ENOUGH]
    return tuple(result.question.id for result in sorted(weak, key=lambda result: result.score or 0.0))


def plan_practice(interview: Interview, question_id: str | None, known: Collection[str], able: Sequence[ExaminerName]) -> Setup | None:
    """The set-up to answer one question of the interview again, or its weakest, at most `MOST_PRACTISED`; of a drill, the whole questions.

    None if none of them can be asked any more. `known`: the ids of what can; `able`: who can judge now.
    """
    wanted = weakest(results_of(interview)) if question_id is None else (question_id,)
    asked = [interview.questions[id].bank_id for id in wanted if id in interview.questions]
    chosen = tuple(id for id in dict.fromkeys(asked) if id in known)[:MOST_PRACTISED]
    examiner = interview.setup.examiner if interview.setup.examiner in able else ExaminerName.RUBRIC
    # A drill has no follow-ups because it is one, not because somebody chose none.
    setup = Setup(lang=interview.setup.lang, stand_in=interview.setup.stand_in) if interview.setup.mode is Mode.DRILL else interview.setup
    return replace(setup, question_ids=chosen, mode=Mode.COACHING, examiner=examiner) if chosen else None


def _change(earlier: QuestionResult, before: Verdict, later: QuestionResult, after: Verdict) -> Change:
    was, now = _worth(earlier, before), _worth(later, after)
    if was == now:
        return Change.KEPT if now > 0 else Change.OPEN
    return Change.GAINED if now > was else Change.LOST


def _worth(result: QuestionResult, verdict: Verdict) -> float:
    """What a verdict earns, on the current scale, so that two of different scales compare."""
    return CREDIT[verdict.status] - SCALES[SCALE].error * bool(errors_on(result.errors, verdict.point_id))
