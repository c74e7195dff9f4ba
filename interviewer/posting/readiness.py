"""How ready an interview shows somebody to be for a posting, by competency, with what was and was not asked. Pure.

No number stands for the whole: what was not asked is unknown, not missing, and a posting's words are no weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interviewer.interview.results import QuestionResult, QuestionStatus
from interviewer.models import Competency
from interviewer.models.postings import AskingReason, Need, Posting, ReasonKind, Requirement
from interviewer.posting.plan import LONGEST_REASON


class Coverage(StrEnum):
    """What became of a requirement. NO_QUESTION: no question that one may be asked is about it. LEFT: there is one, but it was not planned.

    PLANNED: it was planned and is not answered yet, or has no grade.
    """

    SCORED = "scored"
    PLANNED = "planned"
    LEFT = "left"
    NO_QUESTION = "no_question"


@dataclass(frozen=True, slots=True)
class RequirementStanding:
    """A requirement and what became of it. `score`: mean of its questions that have one (0–100); `numbers`: these, from 1."""

    requirement: Requirement
    coverage: Coverage
    score: float | None
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CompetencyReadiness:
    """A competency that the posting asks for. `score`: mean of the scored questions that were asked for it, None without one.

    `asked`: of its requirements how many have a score, of how many; `must`: whether a must-have needs it.
    """

    competency: Competency
    score: float | None
    asked: int
    wanted: int
    must: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """All that the report says of a posting."""

    title: str
    competencies: tuple[CompetencyReadiness, ...]
    requirements: tuple[RequirementStanding, ...]

    def count(self, need: Need, *coverages: Coverage) -> int:
        """How many requirements of that need stand so; without coverages, how many there are."""
        mine = [each for each in self.requirements if each.requirement.need == need]
        return sum(not coverages or each.coverage in coverages for each in mine)


def read_readiness(posting: Posting, interview_id: str, results: Sequence[QuestionResult], competencies: Sequence[Competency]) -> Readiness:
    """The readiness that the results of one interview show."""
    reasons = posting.interviews.get(interview_id, {})
    standings = tuple(_stand(each, reasons, results) for each in posting.content.requirements)
    rows = (_read_competency(each, standings, results) for each in competencies)
    return Readiness(posting.content.title, tuple(row for row in rows if row), standings)


def _stand(
    requirement: Requirement, reasons: Mapping[str, tuple[AskingReason, ...]], results: Sequence[QuestionResult]
) -> RequirementStanding:
    asked = [(number, each) for number, each in enumerate(results, start=1) if _is_for(requirement, reasons.get(each.question.id, ()))]
    scored = [(number, each.score) for number, each in asked if each.score is not None and each.status is not QuestionStatus.NOT_ASKED]
    if scored:
        score = sum(score for _, score in scored) / len(scored)
        return RequirementStanding(requirement, Coverage.SCORED, score, tuple(number for number, _ in scored))
    coverage = Coverage.PLANNED if asked else Coverage.LEFT if requirement.question_ids else Coverage.NO_QUESTION
    return RequirementStanding(requirement, coverage, None, tuple(number for number, _ in asked))


def _is_for(requirement: Requirement, reasons: Sequence[AskingReason]) -> bool:
    return any(each.kind is ReasonKind.REQUIREMENT and each.words == requirement.text[:LONGEST_REASON] for each in reasons)


def _read_competency(
    competency: Competency, standings: Sequence[RequirementStanding], results: Sequence[QuestionResult]
) -> CompetencyReadiness | None:
    mine = [each for each in standings if competency.id in each.requirement.competencies]
    if not mine:
        return None
    numbers = {number for each in mine if each.coverage is Coverage.SCORED for number in each.numbers}
    scores = [score for number in sorted(numbers) if (score := results[number - 1].score) is not None]
    return CompetencyReadiness(
        competency,
        sum(scores) / len(scores) if scores else None,
        asked=sum(each.coverage is Coverage.SCORED for each in mine),
        wanted=len(mine),
        must=any(each.requirement.need is Need.MUST for each in mine),
    )
