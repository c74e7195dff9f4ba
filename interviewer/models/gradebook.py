"""What a gradebook is made of: people, and the grade that counts of each for each question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody who has a row. `name` and `group`: empty for the one local person; `external_id`: by which a learning platform knows them."""

    id: str
    name: str
    group: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class GradeRow:
    """What counts of one person's answers to one question, in the interview `interview_id`.

    `status`: a value of `interview.results.QuestionStatus`. `score`: 0–100, or None where it was not graded; `low`, `high`: where an
    expert's lies. `judged_by`: an examiner's name, "coach" or "adjudication", of which `judge` is the coach's name, empty if it is not
    known any more. `reviewed`: a coach stands for the interview. `attempts`: graded answers, of which `mean` is the mean score.
    """

    student: str
    question_id: str
    interview_id: str
    status: str
    score: float | None
    low: float | None
    high: float | None
    judged_by: str
    judge: str
    reviewed: bool
    attempts: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """What counts of one person's interviews for one assignment. `score`: the mean of its `graded` questions, of `asked`; None for none.

    `left`, `waiting`: questions that were left without an answer, and that have no grade yet. `judged_by` and `judge`: as of a GradeRow where
    all grades are the same one's, else empty. `attempts`: interviews with a grade, of which `mean` is the mean score.
    """

    student: str
    assignment_id: str
    interview_id: str
    score: float | None
    graded: int
    asked: int
    left: int
    waiting: int
    judged_by: str
    judge: str
    reviewed: bool
    attempts: int
    mean: float | None
