"""The report of one interview: a pure reading of its records. Unknown is not zero: what has no grade is in no average."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from interviewer.grading.scoring import CREDIT, SCALES, band
from interviewer.insight.false_statements import belief_of, errors_on, find_belief
from interviewer.interview.results import NO_ANSWER, QuestionResult, QuestionStatus, results_of
from interviewer.models import SCALE, Competency, Interview, Misconception, RubricPoint, Verdict, VerdictStatus

STUDY_FIRST = 3
ENOUGH = 3
"""So many graded questions make an overall number; half of the planned ones do if they are fewer."""


@dataclass(frozen=True, slots=True)
class CompetencyScore:
    """One competency's mean over the questions that train it. `score`: 0–100, None if none of them has a score; `questions`: how many have."""

    competency: Competency
    score: float | None
    questions: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A point that cost marks. `number`: of the question in this interview, from 1; `lost`: marks of that question, at most the point's.

    `erred`: whether something false was said of it; `belief`: the known wrong belief that this is, None if it is none. `quote`: the
    words that fell short, the false ones before others, empty where there are none.
    """

    number: int
    result: QuestionResult
    point: RubricPoint
    verdict: Verdict
    lost: float
    erred: bool = False
    belief: Misconception | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report shows. `total`: mean of the scored questions, None while too few are graded; `band`: key of the scale.

    `lacking`: how many questions must still be graded for a total. `awaited`: numbers of the questions, from 1, of which a grade is
    due. `left_out`: numbers of those that were skipped or not known. `seconds`: time to answer. `earlier_scale`: whether a score in
    it was counted by rules that new grades are no longer counted by.
    """

    results: tuple[QuestionResult, ...]
    total: float | None
    band: str | None
    competencies: tuple[CompetencyScore, ...]
    study_first: tuple[Gap, ...]
    seconds: float
    earlier_scale: bool = False
    lacking: int = 0
    awaited: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()

    def count(self, *statuses: QuestionStatus) -> int:
        """How many questions stand so."""
        return sum(result.status in statuses for result in self.results)

    @property
    def unscored(self) -> tuple[tuple[str, int], ...]:
        """The questions without a score by why they have none: "ungraded", "pending" or "not_asked"; what was asked last may be open still."""
        kinds = (
            (QuestionStatus.UNGRADED, self.count(QuestionStatus.UNGRADED)),
            (QuestionStatus.PENDING, self.count(QuestionStatus.PENDING)),
            (QuestionStatus.NOT_ASKED, self.count(QuestionStatus.NOT_ASKED, QuestionStatus.OPEN)),
        )
        return tuple((kind.value, number) for kind, number in kinds if number)

    @property
    def graded(self) -> int:
        """How many questions were answered and graded."""
        return self.count(QuestionStatus.GRADED)

    @property
    def scored(self) -> int:
        """How many questions have a score; those that were left out have one, too."""
        return sum(result.score is not None for result in self.results)


def build_report(interview: Interview, competencies: Sequence[Competency]) -> Report:
    """The report of the interview as it stands."""
    results = results_of(interview)
    lacking = _lacking(results)
    total = None if lacking else _mean([result.score for result in results])
    return Report(
        results=results,
        total=total,
        band=None if total is None else band(total),
        competencies=tuple(_score_competency(competency, results) for competency in competencies),
        study_first=_choose_study(_gaps(results)),
        seconds=sum(result.seconds for result in results),
        earlier_scale=any(result.score is not None and result.scale < SCALE for result in results),
        lacking=lacking,
        awaited=_numbers(results, lambda result: any(turn.pending and turn.grade is None for turn in result.turns)),
        left_out=_numbers(results, lambda result: result.status in NO_ANSWER),
    )


def _lacking(results: Sequence[QuestionResult]) -> int:
    graded = sum(result.status is QuestionStatus.GRADED for result in results)
    return max(0, min(ENOUGH, ceil(len(results) / 2)) - graded)


def _numbers(results: Sequence[QuestionResult], wanted: Callable[[QuestionResult], bool]) -> tuple[int, ...]:
    return tuple(number for number, result in enumerate(results, start=1) if wanted(result))


def _mean(scores: Sequence[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None


def _score_competency(competency: Competency, results: Sequence[QuestionResult]) -> CompetencyScore:
    scores = [result.score for result in results if competency.id in result.question.competencies and result.score is not None]
    return CompetencyScore(competency, _mean(scores), len(scores))


def _gaps(results: Sequence[QuestionResult]) -> tuple[Gap, ...]:
    """What was answered and fell short; what was left out would crowd out all else."""
    found = (
        _gap(number, result, verdict)
        for number, result in enumerate(results, start=1)
        for verdict in (result.verdicts if result.status is QuestionStatus.GRADED else ())
    )
    return tuple(gap for gap in found if gap.lost)


def _gap(number: int, result: QuestionResult, verdict: Verdict) -> Gap:
    point, errors = result.question.point(verdict.point_id), errors_on(result.errors, verdict.point_id)
    lost = min(1.0, 1 - CREDIT[verdict.status] + (SCALES[result.scale].error if errors else 0.0))
    beliefs = (find_belief(result.question, verdict.misconception), *(belief_of(result.question, error) for error in errors))
    erred = bool(errors) or verdict.status is VerdictStatus.WRONG
    quotes = (*(error.quote for error in errors), verdict.quote)
    return Gap(
        number, result, point, verdict, point.weight * lost, erred,
        belief=next((belief for belief in beliefs if belief), None),
        quote=next((quote.text for quote in quotes if quote), ""),
    )  # fmt: skip


def _choose_study(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """Errors before omissions, what is known to lack before what was not recognised, essentials before extras, the heaviest first.

    Not twice the same question while another has a gap.
    """
    ordered = sorted(gaps, key=lambda gap: (not gap.erred, gap.verdict.unsure, not gap.point.essential, -gap.lost, gap.number))
    chosen: list[Gap] = []
    for gap in ordered:
        if gap.number not in {other.number for other in chosen}:
            chosen.append(gap)
    chosen += [gap for gap in ordered if gap not in chosen]
    return tuple(chosen[:STUDY_FIRST])
