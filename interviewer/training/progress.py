"""How a person's training goes: days practised, what is learned and due, recall by competency, each question's scores, the history. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from interviewer.models import Competency, Interval, Mode, Question


@dataclass(frozen=True, slots=True)
class PracticeDay:
    """A day of the person's on which points were asked. `points`: how many different ones; `passed`: of them recalled at the last try."""

    day: date
    points: int
    passed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the cards stood at the end of a day. `learned`: recalled at the last try; `due`: to be asked by then; `seen`: asked at all."""

    day: date
    seen: int
    learned: int
    due: int


@dataclass(frozen=True, slots=True)
class CompetencyRecall:
    """How points of a competency are recalled. `reviews`: of the last 30 days; `recalled`: share (0–1) of these that were passed, None
    without any. `chance`: mean (0–1) of saying each card's point now, None if none was ever asked; `cards`: how many were."""

    competency: Competency
    reviews: int
    recalled: float | None
    cards: int
    chance: float | None


@dataclass(frozen=True, slots=True)
class ScoredAnswer:
    """A question's score (0–100) in one interview. `interval`: where an expert's score lies, None if not known."""

    interview_id: str
    at: datetime
    score: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class QuestionCourse:
    """How one question went in interviews, drills not counted. Only `last` has its interval. `n`: interviews in which it has a score.

    `trend`: `last.score` less the score before it, None with only one. `question`: of the bank, else as it was asked.
    """

    question: Question
    first: ScoredAnswer
    best: ScoredAnswer
    last: ScoredAnswer
    n: int
    trend: float | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One interview or drill. `question`: if it has just one, else None. `score`: 0–100, None while it runs or without one.

    `trend`: less the score of the one of the same kind (interview or drill) before it that has one, None without.
    """

    interview_id: str
    at: datetime
    mode: Mode
    questions: int
    question: Question | None
    finished: bool
    score: float | None
    trend: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """All of it. `days`: those practised, oldest first; `streak`: days in a row up to today (or yesterday, if today is not over yet);
    `longest_streak`: ever. `course`: day by day, oldest first, at most 90. `recall`: competencies of the bank in its order.
    `questions`: in the bank's order. `history`: newest first.
    """

    today: date
    days: tuple[PracticeDay, ...] = ()
    streak: int = 0
    longest_streak: int = 0
    course: tuple[Standing, ...] = ()
    recall: tuple[CompetencyRecall, ...] = ()
    questions: tuple[QuestionCourse, ...] = ()
    history: tuple[HistoryRow, ...] = ()
