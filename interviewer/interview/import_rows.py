"""A file of answers from elsewhere as rows: JSON Lines, or CSV as spreadsheets write it. Pure; what the rows mean is in `importing`.

A CSV has a line of headings, in English or Chinese, and any of the three separators that spreadsheets use. What cannot be read is told
by a code, for which the pages have words in both languages, and never by its own words.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from interviewer.errors import InterviewerError

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
_NAMES = {heading: name for name, headings in COLUMNS.items() for heading in headings}
_SEPARATORS = ",;\t"
_LONGEST_HEADINGS = 2000
_GBK_SHARE = 0.5


class FileTrouble(StrEnum):
    """Why a file cannot be read at all; the page has words for each."""

    EMPTY = "empty"
    GBK = "gbk"
    NOT_TEXT = "not_text"
    NO_COLUMNS = "no_columns"


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


_FILE_REMEDIES = {
    FileTrouble.EMPTY: "there is nothing in it → choose a file, or paste at least one line",
    FileTrouble.GBK: "the file is GBK, not UTF-8 → save it as “CSV UTF-8” and import it again",
    FileTrouble.NOT_TEXT: "the file is no UTF-8 text → save it as UTF-8 and import it again",
    FileTrouble.NO_COLUMNS: "a column is missing → the first line names candidate, question and answer",
}


class FileRefused(InterviewerError):
    """The file cannot be read; nothing was imported. `why`: for the page's own words."""

    def __init__(self, why: FileTrouble) -> None:
        super().__init__(_FILE_REMEDIES[why])
        self.why = why


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


def read_text(content: bytes) -> str:
    """The text of a file: UTF-8 with or without a byte order mark, or UTF-16 with one. FileRefused: EMPTY, GBK, NOT_TEXT."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise FileRefused(FileTrouble.GBK if _is_gbk(content) else FileTrouble.NOT_TEXT) from None
    if not text.strip():
        raise FileRefused(FileTrouble.EMPTY)
    return text


def read_rows(text: str) -> Iterator[Row]:
    """The rows of a text: CSV if its first line names columns, else JSON Lines. FileRefused if columns are named, but not all that are needed."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=lambda each: len(_headings(first, each)))
    named = _headings(first, separator)
    if not named or first.lstrip().startswith(("{", "[")):
        return _read_json_lines(text)
    if not set(NEEDED) <= set(named):
        raise FileRefused(FileTrouble.NO_COLUMNS)
    return _read_csv(text, separator)


def _is_gbk(content: bytes) -> bool:
    """Whether bytes that are no UTF-8 are Chinese in the encoding of older spreadsheets."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    beyond = [char for char in text if char > "\x7f"]
    return sum("\u4e00" <= char <= "\u9fff" for char in beyond) > _GBK_SHARE * len(beyond)


def _headings(line: str, separator: str) -> list[str]:
    """The columns that a line names; a long one names none."""
    cells = next(csv.reader([line], delimiter=separator), []) if len(line) <= _LONGEST_HEADINGS else []
    return [name for cell in cells if (name := _NAMES.get(cell.strip().lower()))]


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
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns: Sequence[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a quote that is never closed swallows what follows it
            yield Row(line, RowRefused(RowTrouble.NOT_CSV))
            return
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = [_NAMES.get(cell.strip().lower(), "") for cell in cells]
            continue
        yield Row(line, {name: cell for name, cell in zip(columns, cells, strict=False) if name and (cell.strip() or name == "answer")})
