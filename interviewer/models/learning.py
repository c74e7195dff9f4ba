"""Answers of candidates that a coach has corrected, kept for the examiner to learn from: without a name, as long as the interview is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from interviewer.models.grading import VerdictStatus
from interviewer.models.questions import Lang


@dataclass(frozen=True, slots=True)
class LearnedPoint:
    """What the answer says of a rubric point. `quote`: verbatim in the answer, "" for none."""

    id: str
    verdict: VerdictStatus
    quote: str = ""


@dataclass(frozen=True, slots=True)
class LearningAnswer:
    """A corrected answer. `text`: without names and contact data; `question_digest`: of the question as it was asked; `score`: 0–100.

    `errors`: false statements, verbatim in the text. `labelled_id`: the labelled answer that was made of it, of a question written here.
    """

    id: str
    interview_id: str
    turn_seq: int
    question_id: str
    question_digest: str
    lang: Lang
    text: str
    points: tuple[LearnedPoint, ...]
    errors: tuple[str, ...]
    score: float
    coach_id: str
    at: datetime
    labelled_id: str | None = None
