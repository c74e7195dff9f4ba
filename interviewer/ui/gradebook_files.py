"""The gradebook as a file: CSV as it is seen, CSV and XLSX with everything about each grade, and CSV for Moodle and Canvas (docs/lms.md)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from interviewer.insight.gradebook import ATTEMPTS, MANY, Across, Cell, Column, Gradebook, Line
from interviewer.interview.results import NO_ANSWER
from interviewer.models.gradebook import Student
from interviewer.models.group import Credit, Selection
from interviewer.ui.group_exports import Wording
from interviewer.ui.labels import words
from interviewer.ui.spreadsheet import MEDIA_TYPE, Sheet, write_xlsx
from interviewer.ui.tables import Value, safe_cell, write_csv

POINTS = 100
"""What a column is worth in a learning platform."""
MOODLE_NONE = "-"
"""What Moodle's import takes for "no grade"; an empty cell of a new item would become one."""


@dataclass(frozen=True, slots=True)
class GradebookView:
    """All that the page and its files show. `students`: in the selection, of whom `book` shows some."""

    chosen: Selection
    credit: Credit
    across: Across
    students: int
    book: Gradebook
    wording: Wording
    zeros: bool = False
    """For a learning platform: whether what was left without an answer counts as 0."""

    def title(self, column: Column) -> str:
        """What a column is called."""
        return column.title[self.wording.lang] if column.title else self.wording.topic(column.key)

    def name(self, student: Student) -> str:
        """The person's name."""
        return student.name or (words(self.wording.lang)["group_this_person"] if student.id == "local" else student.id[:8])

    def given_by(self, cell: Cell) -> str:
        """Whose the score is, in words."""
        t = words(self.wording.lang)
        if cell.judged_by == ATTEMPTS:
            return t["gradebook_of_many"].format(n=cell.graded)
        if cell.judged_by == MANY:
            return t["gradebook_of_set"].format(graded=cell.graded, asked=cell.asked)
        if cell.judged_by in ("coach", "adjudication"):
            return t[f"gradebook_by_{cell.judged_by}"].format(name=cell.judge or t["gradebook_by_a_coach"])
        return t.get(f"gradebook_by_{cell.judged_by}", cell.judged_by)

    def status(self, cell: Cell) -> str:
        """How it stands, in words."""
        return words(self.wording.lang)[f"gradebook_status_{cell.status}"]


def table_csv(view: GradebookView) -> str:
    """As it is seen: a row for each person, a column for each question."""
    return write_csv(_table_headers(view), _table_rows(view))


def grades_csv(view: GradebookView) -> str:
    """A row for each cell, with its interval, whose it is, and the interview."""
    return write_csv(_grade_headers(view), _grade_rows(view))


def gradebook_xlsx(view: GradebookView) -> bytes:
    """Both as sheets of a workbook."""
    t = words(view.wording.lang)
    return write_xlsx(
        [
            Sheet(t["gradebook_sheet"], _table_headers(view), _table_rows(view), widths=(24, 16, 10), frozen=1),
            Sheet(t["gradebook_sheet_grades"], _grade_headers(view), _grade_rows(view), widths=(24, 16, 16, 30, 10, 10, 10, 20), frozen=1),
        ]
    )


def moodle_csv(view: GradebookView) -> str:
    """For Moodle's "Import grades from CSV": who it is by username or ID number, then a column for each grade item."""
    headers = ["username", "idnumber", "fullname", *unique_titles(view)]
    rows = ([student.name, student.external_id, view.name(student), *(_points(view, cell, MOODLE_NONE) for cell in line.cells)]
            for line in view.book.lines for student in (line.student,))  # fmt: skip
    return _plain_csv([headers, *rows])


def canvas_csv(view: GradebookView) -> str:
    """As Canvas exports and imports its gradebook: five columns that say who it is, the assignments, and a row with what they are worth."""
    headers = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *unique_titles(view)]
    worth = ["    Points Possible", "", "", "", "", *(str(POINTS) for _ in view.book.columns)]
    rows = ([view.name(student), "", student.external_id, student.name, student.group, *(_points(view, cell, "") for cell in line.cells)]
            for line in view.book.lines for student in (line.student,))  # fmt: skip
    return _plain_csv([headers, worth, *rows])


GRADEBOOK_FILES: dict[str, tuple[Callable[[GradebookView], str | bytes], str]] = {
    "csv": (table_csv, "text/csv; charset=utf-8"),
    "grades.csv": (grades_csv, "text/csv; charset=utf-8"),
    "xlsx": (gradebook_xlsx, MEDIA_TYPE),
    "moodle.csv": (moodle_csv, "text/csv; charset=utf-8"),
    "canvas.csv": (canvas_csv, "text/csv; charset=utf-8"),
}
"""Format by the end of the file's name: how to make it, and its media type."""
FOR_PLATFORMS = ("moodle.csv", "canvas.csv")


def unique_titles(view: GradebookView) -> list[str]:
    """What the columns are called, each differently: a platform finds a column by its name alone."""
    titles: list[str] = []
    for column in view.book.columns:
        title = view.title(column)
        titles.append(f"{title} · {column.key}" if title in titles else title)
    return titles


def _points(view: GradebookView, cell: Cell | None, none: str) -> str:
    if cell is None:
        return none
    if cell.score is not None:
        return f"{cell.score:.2f}"
    return "0.00" if view.zeros and cell.status in NO_ANSWER else none


def _plain_csv(rows: Iterable[Sequence[str]]) -> str:
    """For a platform, which reads a byte order mark as part of the first name. What we write ourselves, a lone dash, is no formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([cell if cell == MOODLE_NONE else safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _table_headers(view: GradebookView) -> list[str]:
    t = words(view.wording.lang)
    who = [t["gradebook_person"], t["choose_group"], t["gradebook_mean"], t["gradebook_csv_left"], t["gradebook_csv_ungraded"]]
    return [*who, *unique_titles(view)]


def _table_rows(view: GradebookView) -> Iterator[list[Value]]:
    for line in view.book.lines:
        cells: list[Value] = [_value(view, cell) for cell in line.cells]
        yield [view.name(line.student), line.student.group, _rounded(line.mean), line.left, line.ungraded, *cells]


def _value(view: GradebookView, cell: Cell | None) -> Value:
    """A number where there is one, else how it stands; empty where nothing was asked."""
    return None if cell is None else view.status(cell) if cell.score is None else _rounded(cell.score)


def _grade_headers(view: GradebookView) -> list[str]:
    t = words(view.wording.lang)
    first = [t["gradebook_person"], t["choose_group"], t["gradebook_csv_external"], t["gradebook_csv_column"], t["gradebook_csv_id"]]
    return [
        *first,
        *(t[f"gradebook_csv_{name}"] for name in ("score", "low", "high", "by", "status", "graded")),
        t["gradebook_csv_interview"],
    ]


def _grade_rows(view: GradebookView) -> Iterator[list[Value]]:
    for line in view.book.lines:
        for column, cell in zip(view.book.columns, line.cells, strict=True):
            if cell is not None:
                yield [*_who(view, line), view.title(column), column.key, *_told(view, cell)]


def _who(view: GradebookView, line: Line) -> list[Value]:
    return [view.name(line.student), line.student.group, line.student.external_id]


def _told(view: GradebookView, cell: Cell) -> list[Value]:
    score, low, high = (_rounded(each) for each in (cell.score, cell.low, cell.high))
    return [score, low, high, view.given_by(cell), view.status(cell), cell.graded, cell.interview_id]


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 1)


def by_ending(endings: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The endings of the files for people, and of those for a platform."""
    return tuple(each for each in endings if each not in FOR_PLATFORMS), FOR_PLATFORMS
