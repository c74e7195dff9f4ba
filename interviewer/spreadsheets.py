"""Text as spreadsheets write it: CSV with a line of headings and any of three separators, in UTF-8 with or without a byte order mark.

Pure. What cannot be read is told by a code, for which the pages have words in both languages, and never by its own words.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from interviewer.errors import InterviewerError

_SEPARATORS = ",;\t"
_LONGEST_HEADINGS = 2000
_GBK_SHARE = 0.5


class FileTrouble(StrEnum):
    """Why a file cannot be read at all; the page has words for each."""

    EMPTY = "empty"
    GBK = "gbk"
    NOT_TEXT = "not_text"
    NO_COLUMNS = "no_columns"


_REMEDIES = {
    FileTrouble.EMPTY: "there is nothing in it → choose a file, or paste at least one line",
    FileTrouble.GBK: "the file is GBK, not UTF-8 → save it as “CSV UTF-8” and import it again",
    FileTrouble.NOT_TEXT: "the file is no UTF-8 text → save it as UTF-8 and import it again",
    FileTrouble.NO_COLUMNS: "a column is missing → see in the manual which columns the first line must name",
}


class FileRefused(InterviewerError):
    """The file cannot be read; nothing was imported. `why`: for the page's own words."""

    def __init__(self, why: FileTrouble) -> None:
        super().__init__(_REMEDIES[why])
        self.why = why


@dataclass(frozen=True, slots=True)
class Record:
    """What stands below the headings, by the columns' names; None if it cannot be read. `line`: on which it begins, from 1."""

    line: int
    values: Mapping[str, str] | None


def names_of(columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The columns' names by what their headings may be called."""
    return {heading: name for name, headings in columns.items() for heading in headings}


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


def read_headings(text: str, names: Mapping[str, str]) -> tuple[str, str, list[str]]:
    """The first line that is not blank, the separator that makes most of it, and the columns that it names."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=lambda each: len(_headings(first, each, names)))
    return first, separator, _headings(first, separator, names)


def read_records(text: str, separator: str, names: Mapping[str, str], *, strict: bool = False) -> Iterator[Record]:
    """What stands below the headings; columns of other names are left out, and blank lines. `strict`: a quote that is never closed is no cell."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    columns: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a quote that is never closed swallows what follows it
            yield Record(line, None)
            return
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = [names.get(cell.strip().lower(), "") for cell in cells]
            continue
        yield Record(line, {name: cell for name, cell in zip(columns, cells, strict=False) if name})


def _is_gbk(content: bytes) -> bool:
    """Whether bytes that are no UTF-8 are Chinese in the encoding of older spreadsheets."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    beyond = [char for char in text if char > "\x7f"]
    return sum("\u4e00" <= char <= "\u9fff" for char in beyond) > _GBK_SHARE * len(beyond)


def _headings(line: str, separator: str, names: Mapping[str, str]) -> list[str]:
    """The columns that a line names; a long one names none."""
    cells = next(csv.reader([line], delimiter=separator), []) if len(line) <= _LONGEST_HEADINGS else []
    return [name for cell in cells if (name := names.get(cell.strip().lower()))]
