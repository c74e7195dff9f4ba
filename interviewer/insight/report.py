"""The report of one interview: a pure reading of its records. Unknown is not zero: what has no grade is in no average."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interviewer.grading.scoring import CREDIT, band
from interviewer.interview.results import QuestionResult, Standing, results_of
from interviewer.models import Competency, Interview, RubricPoint, Verdict, VerdictStatus

STUDY_FIRST = 3


@dataclass(frozen=True, slots=True)
class CompetencyScore:
    """One competency's mean over the questions that train it. `score`: 0–100, None if none of them has a score; `questions`: how many have."""

    competency: Competency
    score: float | None
    questions: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A point that cost marks. `number`: of the question in this interview, from 1; `lost`: marks of that question."""

    number: int
    result: QuestionResult
    point: RubricPoint
    verdict: Verdict
    lost: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report shows. `total`: mean of the scored questions, None if there is none; `band`: key of the scale; `seconds`: time to answer."""

    results: tuple[QuestionResult, ...]
    total: float | None
    band: str | None
    competencies: tuple[CompetencyScore, ...]
    study_first: tuple[Gap, ...]
    errors: tuple[Gap, ...]
    seconds: float

    def count(self, *standings: Standing) -> int:
        """How many questions stand so."""
        return sum(result.standing in standings for result in self.results)

    @property
    def unscored(self) -> tuple[tuple[str, int], ...]:
        """The questions without a score by why they have none: "ungraded", "pending" or "not_asked"; what was asked last may be open still."""
        kinds = (
            (Standing.UNGRADED, self.count(Standing.UNGRADED)),
            (Standing.PENDING, self.count(Standing.PENDING)),
            (Standing.NOT_ASKED, self.count(Standing.NOT_ASKED, Standing.OPEN)),
        )
        return tuple((kind.value, number) for kind, number in kinds if number)

    @property
    def scored(self) -> int:
        """How many questions have a score."""
        return sum(result.score is not None for result in self.results)


def build_report(interview: Interview, competencies: Sequence[Competency]) -> Report:
    """The report of the interview as it stands."""
    results = results_of(interview)
    total = _mean([result.score for result in results])
    gaps = _gaps(results)
    return Report(
        results=results,
        total=total,
        band=None if total is None else band(total),
        competencies=tuple(_score_competency(competency, results) for competency in competencies),
        study_first=_choose_study(gaps),
        errors=tuple(gap for gap in gaps if gap.verdict.status is VerdictStatus.WRONG),
        seconds=sum(result.seconds for result in results),
    )


def _mean(scores: Sequence[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None


def _score_competency(competency: Competency, results: Sequence[QuestionResult]) -> CompetencyScore:
    scores = [result.score for result in results if competency.id in result.question.competencies and result.score is not None]
    return CompetencyScore(competency, _mean(scores), len(scores))


def _gaps(results: Sequence[QuestionResult]) -> tuple[Gap, ...]:
    gaps = []
    for number, result in enumerate(results, start=1):
        for verdict in result.verdicts if result.score is not None else ():
            point = result.question.point(verdict.point_id)
            lost = point.weight * (1 - CREDIT[verdict.status])
            if lost:
                gaps.append(Gap(number, result, point, verdict, lost))
    return tuple(gaps)


def _choose_study(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """Errors before omissions, essentials before extras, the heaviest first, and not twice the same question while another has a gap."""
    ordered = sorted(gaps, key=lambda gap: (gap.verdict.status is not VerdictStatus.WRONG, not gap.point.essential, -gap.lost, gap.number))
    chosen: list[Gap] = []
    for gap in ordered:
        if gap.number not in {other.number for other in chosen}:
            chosen.append(gap)
    chosen += [gap for gap in ordered if gap not in chosen]
    return tuple(chosen[:STUDY_FIRST])
