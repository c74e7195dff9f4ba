"""Tables of a PDF, told by how their words stand: rows of as many cells each, side by side, under one another. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.drafting.formats.building import gap
from interviewer.drafting.formats.pdf_lines import Line

Row = dict[int, list[Line]]
"""The lines of each of a row's cells, by its column."""
_BESIDE = 1.5
"""Sizes that the next cell stands to the right at least."""
_HIGHEST = 8
"""Sizes that a cell may reach above the ones before it, where these stand at the foot of their row."""
_LEVEL = 0.45
_LONGEST_HEADING = 30


def table_at(lines: Sequence[Line], first: int) -> tuple[list[Row], int]:
    """The rows of the table that begins at a line and where it ends; none and `first` without two rows of two cells or more.

    The first row says which columns there are; in a later one, a column may be empty.
    """
    rows: list[Row] = []
    at = first
    while at < len(lines):
        cells, end = _row_at(lines, at)
        row = _in_columns(rows, cells) if rows else dict(enumerate(cells))
        if len(row) < 2 or len(row) < len(cells) or (rows and not _is_under(rows[-1], row)):
            break
        rows.append(row)
        at = end
    return (rows, at) if len(rows) > 1 else ([], first)


def _in_columns(rows: Sequence[Row], cells: Sequence[list[Line]]) -> Row:
    """The cells by the columns that they stand in, from left to right; one that stands in none is missing."""
    row: Row = {}
    for cell in cells:
        at = next(
            (at for at in rows[0] if at > max(row, default=-1) and any(at in each and _stand_alike(each[at], cell) for each in rows)), None
        )
        if at is not None:
            row[at] = cell
    return row


def _stand_alike(over: Sequence[Line], cell: Sequence[Line]) -> bool:
    return any(_overlap(over, line) for line in cell)


def has_headings(rows: Sequence[Row]) -> bool:
    """Whether the first row's cells are short, none asks and no two say the same."""
    words = [cell_text(cell) for cell in rows[0].values()]
    return len(set(words)) == len(words) and all(0 < len(each) <= _LONGEST_HEADING and each[-1] not in "?？" for each in words)


def cell_text(cell: Sequence[Line]) -> str:
    """A cell's words."""
    text = ""
    for line in cell:
        words = line.text.strip()
        text += gap(text, words) + words
    return text


def _row_at(lines: Sequence[Line], first: int) -> tuple[list[list[Line]], int]:
    row = [[lines[first]]]
    top = bottom = lines[first].y
    at = first + 1
    while at < len(lines) and lines[at].page == lines[first].page and not lines[at].is_fixed:
        line, last = lines[at], row[-1][-1]
        beside = line.x0 - max(each.x1 for each in row[-1]) > 0 and line.x0 - row[-1][0].x0 > _BESIDE * line.size
        if beside and bottom - _LEVEL * line.size <= line.y <= top + _HIGHEST * line.size:
            row.append([line])
        elif 0 < last.y - line.y < 2 * line.size and _overlap(row[-1], line) and not (len(row) == 1 and _has_neighbour(lines, at)):
            row[-1].append(line)
        else:
            break
        top, bottom = max(top, line.y), min(bottom, line.y)
        at += 1
    return row, at


def _has_neighbour(lines: Sequence[Line], at: int) -> bool:
    """Whether the next line stands beside this one, which so begins a row."""
    if at + 1 >= len(lines) or lines[at + 1].page != lines[at].page:
        return False
    return abs(lines[at + 1].y - lines[at].y) < _LEVEL * lines[at].size and lines[at + 1].x0 > lines[at].x1


def _overlap(cell: Sequence[Line], line: Line) -> bool:
    return line.x0 < max(each.x1 for each in cell) and line.x1 > min(each.x0 for each in cell)


def _is_under(above: Row, row: Row) -> bool:
    """Whether all of a row stands under all of the one above, on the same page."""
    over = [line for cell in above.values() for line in cell]
    under = [line for cell in row.values() for line in cell]
    return over[0].page == under[0].page and max(line.y for line in under) < min(line.y for line in over)
