"""A file of answers from elsewhere as rows: JSON Lines, or CSV as spreadsheets write it. Pure; what the rows mean is in `importing`.

A CSV has a line of headings, in English or Chinese (`spreadsheets`). What cannot be read is told by a code, for which the pages have words
in both languages, and never by its own words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from interviewer.errors import InterviewerError
from interviewer.spreadsheets import FileRefused, FileTrouble, names_of, read_headings, read_records

LONGEST_LINE = 200_000
"""Characters of one line."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "candidate": ("candidate", "候选人", "姓名"),
    "question": ("question", "题目"),
    "answer": ("answer", "回答"),
    "lang": ("lang", "语言"),
    "at": ("at", "时间"),
    "id": ("id", "编号"),
    "references": ("references", "reference", "reference_answer", "参考答案"),
}
"""The columns by what their headings may be called."""
NEEDED = ("candidate", "question", "answer")
_NAMES = names_of(COLUMNS)


class RowTrouble(StrEnum):
    """Why a row is not taken; the page has words for each."""

    NOT_JSON = "not_json"
    NOT_CSV = "not_csv"
    LINE_TOO_LONG = "line_too_long"
    MISSING = "missing"
    TOO_LONG = "too_long"
    BAD = "bad"
    BLANK = "blank"
    NO_QUESTION = "no_question"
    NO_STATEMENT = "no_statement"
    NOT_YOURS = "not_yours"
    NAME = "name"
    TOO_MANY = "too_many"


class RowRefused(InterviewerError):
    """The row is not taken. `why` and `field`: for the page's own words; `field` may be empty."""

    def __init__(self, why: RowTrouble, field: str = "") -> None:
        super().__init__(f"{field or 'the line'}: {why.value} → correct the line")
        self.why, self.field = why, field


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in a row, or why nothing does. `line`: the number of the line on which it begins, from 1."""

    line: int
    values: Mapping[str, Any] | RowRefused


def read_rows(text: str) -> Iterator[Row]:
    """The rows of a text: CSV if its first line names columns, else JSON Lines. FileRefused if columns are named, but not all that are needed."""
    first, separator, named = read_headings(text, _NAMES)
    if not named or first.lstrip().startswith(("{", "[")):
        return _read_json_lines(text)
    if not set(NEEDED) <= set(named):
        raise FileRefused(FileTrouble.NO_COLUMNS)
    return _read_csv(text, separator)


def _read_json_lines(text: str) -> Iterator[Row]:
    # Only a line feed ends a line of JSON Lines: other line ends may stand inside a string.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield Row(number, _read_object(line))


def _read_object(line: str) -> Mapping[str, Any] | RowRefused:
    if len(line) > LONGEST_LINE:
        return RowRefused(RowTrouble.LINE_TOO_LONG)
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return RowRefused(RowTrouble.NOT_JSON)
    return values if isinstance(values, dict) else RowRefused(RowTrouble.NOT_JSON)


def _read_csv(text: str, separator: str) -> Iterator[Row]:
    for record in read_records(text, separator, _NAMES):
        if record.values is None:
            yield Row(record.line, RowRefused(RowTrouble.NOT_CSV))
        else:
            yield Row(record.line, {name: cell for name, cell in record.values.items() if cell.strip() or name == "answer"})
