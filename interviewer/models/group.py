"""What a view over many interviews is made of: rows as the records give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum

from interviewer.models.grading import VerdictStatus


@dataclass(frozen=True, slots=True)
class Selection:
    """Which interviews a view is about. `candidate`: a Person.id; `since` and `until`: days in `zone`, both included. Empty: no bound.

    Without a group or a candidate those are left out who are in a group whose term is over. `kept_back`: ids of interviews that whoever
    looks is still to judge blind.
    """

    group: str = ""
    candidate: str = ""
    since: date | None = None
    until: date | None = None
    zone: tzinfo = UTC
    kept_back: frozenset[str] = frozenset()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.group or self.candidate or self.since or self.until or self.kept_back)


class Credit(StrEnum):
    """Which of a candidate's answers to a question a cell shows: the LATEST, the FIRST, the BEST by its score, or the MEAN of all."""

    LATEST = "latest"
    FIRST = "first"
    BEST = "best"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate in the selection. `name`: empty for the one local person; `total`: mean score of their interviews, 0–100 or None."""

    id: str
    name: str
    group: str
    interviews: int
    total: float | None
    last_at: datetime


@dataclass(frozen=True, slots=True)
class PointRow:
    """How one point stood in one interview of one candidate, the coach's last word included; `n`: in so many, of which this is the latest."""

    candidate: str
    interview_id: str
    question_id: str
    point_id: str
    status: VerdictStatus
    n: int = 1


@dataclass(frozen=True, slots=True)
class PointCount:
    """How often a point stood so."""

    question_id: str
    point_id: str
    status: VerdictStatus
    n: int


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How often a question was answered or left so. `status`: a value of `interview.results.QuestionStatus`."""

    question_id: str
    status: str
    n: int


@dataclass(frozen=True, slots=True)
class ScoreSum:
    """The scores (0–100) of one question on one day in the selection's zone: their sum and how many they are."""

    question_id: str
    day: date
    total: float
    n: int


@dataclass(frozen=True, slots=True)
class DrillSum:
    """The points that were asked in drills on one day in the selection's zone: how many, and how many of them were recalled."""

    day: date
    recalled: int
    n: int


@dataclass(frozen=True, slots=True)
class StayingWeak:
    """A point that stays weak with `people`, though they were asked it `asked` times, `drilled` of them in drills, and missed it `missed` times."""

    question_id: str
    point_id: str
    people: int
    asked: int
    missed: int
    drilled: int


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One interview in a candidate's course. `total`: 0–100 or None; `scores`: by question id, those that have one."""

    interview_id: str
    at: datetime
    total: float | None
    reviewed: bool
    scores: dict[str, float]
