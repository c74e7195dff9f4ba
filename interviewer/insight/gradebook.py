"""The gradebook: candidate × question, set of questions, or assignment. Pure: rows in, values out.

Unknown is not zero: what was skipped, was not known or is not graded stands there as that, and is in no mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interviewer.insight.group import in_order
from interviewer.interview.results import QuestionStatus
from interviewer.models import Bilingual, Question
from interviewer.models.gradebook import AssignedRow, GradeRow, Student
from interviewer.models.group import Credit

MANY, ATTEMPTS = "many", "attempts"
"""Who gave the score of a cell that stands for several questions' grades, and of one that is the mean of several attempts."""


class Across(StrEnum):
    """What the columns are."""

    QUESTION = "question"
    SET = "set"
    ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `questions`: the ids behind it; `title`: of a set or an assignment, None for a question, whose topic is its name."""

    key: str
    questions: tuple[str, ...]
    title: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One person in one column. `status`: a value of `QuestionStatus`; `score`: 0–100, None unless it is graded.

    `low`, `high`: where an expert's score lies; `judged_by`: an examiner's name, "coach", "adjudication", MANY, ATTEMPTS or "", with the coach's name
    in `judge`; `reviewed`: a coach stands for it. `graded` of `asked`: how many grades are in the score, of how many that could be.
    `interview_id`: the way into the interview, "" where there are several.
    """

    status: str
    score: float | None = None
    low: float | None = None
    high: float | None = None
    judged_by: str = ""
    judge: str = ""
    reviewed: bool = False
    graded: int = 0
    asked: int = 1
    interview_id: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One person's row. `mean`: of the cells with a score; `left`: cells that were skipped or not known; `ungraded`: that have no grade yet."""

    student: Student
    cells: tuple[Cell | None, ...]
    mean: float | None
    left: int
    ungraded: int


@dataclass(frozen=True, slots=True)
class Gradebook:
    """The table. `means`: of each column over the people listed, with how many grades are in it."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    means: tuple[tuple[float | None, int], ...]


_LEFT = (QuestionStatus.SKIPPED, QuestionStatus.UNKNOWN, QuestionStatus.RAN_OUT)
_WAITING = (QuestionStatus.UNGRADED, QuestionStatus.PENDING)


def question_columns(rows: Sequence[GradeRow], questions: Mapping[str, Question]) -> tuple[Column, ...]:
    """A column for each question that somebody was asked, in the bank's order."""
    return tuple(Column(id, (id,)) for id in in_order(dict.fromkeys(row.question_id for row in rows), questions))


CellOf = Callable[[Student, Column], Cell | None]


def question_cells(rows: Sequence[GradeRow], credit: Credit) -> CellOf:
    """The cells by question. `credit`: by which the rows were chosen; of the mean a cell has the mean of all answers."""
    by_place = {(row.student, row.question_id): row for row in rows}

    def cell(student: Student, column: Column) -> Cell | None:
        row = by_place.get((student.id, column.key))
        return _of_one(row, credit) if row else None

    return cell


def set_cells(rows: Sequence[GradeRow]) -> CellOf:
    """The cells by set of questions."""
    by_place = {(row.student, row.question_id): row for row in rows}

    def cell(student: Student, column: Column) -> Cell | None:
        found = [row for id in column.questions if (row := by_place.get((student.id, id)))]
        return _of_many(found, column) if found else None

    return cell


def assignment_cells(rows: Sequence[AssignedRow], credit: Credit) -> CellOf:
    """The cells by assignment; `credit` as in `question_cells`, of whole interviews."""
    by_place = {(row.student, row.assignment_id): row for row in rows}

    def cell(student: Student, column: Column) -> Cell | None:
        row = by_place.get((student.id, column.key))
        return _of_interview(row, credit) if row else None

    return cell


def fill(students: Sequence[Student], columns: Sequence[Column], cell_of: CellOf) -> Gradebook:
    """The table of these people."""
    lines = tuple(_line(student, tuple(cell_of(student, column) for column in columns)) for student in students)
    scores = [[cell.score for line in lines if (cell := line.cells[place]) and cell.score is not None] for place in range(len(columns))]
    return Gradebook(tuple(columns), lines, tuple((_mean(each), len(each)) for each in scores))


def _line(student: Student, cells: tuple[Cell | None, ...]) -> Line:
    scores = [cell.score for cell in cells if cell and cell.score is not None]
    count = [cell.status for cell in cells if cell]
    return Line(student, cells, _mean(scores), sum(each in _LEFT for each in count), sum(each in _WAITING for each in count))


def _of_one(row: GradeRow, credit: Credit) -> Cell:
    if row.score is None:
        return Cell(row.status, interview_id=row.interview_id)
    if credit is Credit.MEAN and row.attempts > 1:
        return Cell(row.status, row.mean, judged_by=ATTEMPTS, graded=row.attempts, asked=row.attempts)
    return Cell(
        row.status, row.score, row.low, row.high, row.judged_by, row.judge, row.reviewed, graded=1, interview_id=row.interview_id
    )  # fmt: skip


def _of_interview(row: AssignedRow, credit: Credit) -> Cell:
    if row.score is None:
        status = QuestionStatus.UNGRADED if row.waiting else QuestionStatus.SKIPPED if row.left else QuestionStatus.OPEN
        return Cell(status, asked=row.asked, interview_id=row.interview_id)
    if credit is Credit.MEAN and row.attempts > 1:
        return Cell(QuestionStatus.GRADED, row.mean, judged_by=ATTEMPTS, graded=row.attempts, asked=row.attempts)
    whole = row.graded == row.asked and row.judged_by
    return Cell(
        QuestionStatus.GRADED, row.score, judged_by=row.judged_by if whole else MANY, judge=row.judge if whole else "", reviewed=row.reviewed,
        graded=row.graded, asked=row.asked, interview_id=row.interview_id,
    )  # fmt: skip


def _of_many(rows: Sequence[GradeRow], column: Column) -> Cell:
    """The mean over a set's questions; while none is graded, how most of them stand."""
    scores = [row.score for row in rows if row.score is not None]
    statuses = [row.status for row in rows]
    interviews = {row.interview_id for row in rows}
    return Cell(
        QuestionStatus.GRADED if scores else max(statuses, key=statuses.count), _mean(scores), judged_by=MANY if scores else "",
        graded=len(scores), asked=len(column.questions), reviewed=all(row.reviewed for row in rows),
        interview_id=interviews.pop() if len(interviews) == 1 else "",
    )  # fmt: skip


def _mean(scores: Sequence[float]) -> float | None:
    return sum(scores) / len(scores) if scores else None
