"""Lines of a PDF as blocks: cut sentences are joined, over the pages too, larger lines are headings, a typewriter's are code. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from interviewer.drafting.document import Block, BlockKind, Span
from interviewer.drafting.formats.building import DocumentBuilder, gap
from interviewer.drafting.formats.labels import begins_anew
from interviewer.drafting.formats.marks import split_mark
from interviewer.drafting.formats.pdf_lines import Line
from interviewer.drafting.formats.pdf_tables import Row, cell_text, has_headings, table_at
from interviewer.drafting.formats.wrapping import ENDS

_LARGER = 1.12
"""Size of a heading, in sizes of the text."""
_LONGEST_HEADING = 120
_LEADING = 1.75
"""Distance of two lines of one paragraph, in sizes, at most; more where the whole text is set wider."""
_INDENT = 0.8
_SLACK = 0.6
"""Sizes that a full line may stay short of the edge, beside the word that had no room."""
_NARROWEST_CELL = 9
"""Sizes: what is narrower is a list of terms rather than cut sentences."""
_MOST_INDENT = 4.5
_FIRST_WORD = re.compile(r"[\u2e80-\u9fff\uff00-\uffef][，。；：！？、）」』”》】]*|[^\s\u2e80-\u9fff\uff00-\uffef]+")
_HYPHEN = re.compile(r"[a-z]{2}-$")
_NOWHERE = Span(0, 0)


def add_blocks(builder: DocumentBuilder, pages: Sequence[Sequence[Line]]) -> None:
    """Add the blocks of all pages."""
    lines = [line for page in pages for line in page]
    layout = _Layout(lines)
    at = row = 0
    while at < len(lines):
        rows, end = table_at(lines, at)
        if rows:
            _add_table(builder, rows, row)
            at, row = end, row + len(rows)
            continue
        end = at + 1
        while end < len(lines) and layout.goes_on(at, end):
            end += 1
        _add(builder, lines[at:end], layout.levels)
        at = end


class _Layout:
    """How a text is set. `levels`: the sizes of its headings and their levels, from 1."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self.levels = _levels(lines)
        self._leading = _leading(lines)
        self._edges: dict[tuple[int, int], float] = {}
        for line in lines:
            self._edges[_column(line)] = max(self._edges.get(_column(line), 0.0), line.x1)

    def goes_on(self, first: int, at: int) -> bool:
        """Whether a line belongs to the block that begins at the first one and goes up to it."""
        last, line = self._lines[at - 1], self._lines[at]
        if last.is_fixed or line.is_fixed:
            return last.is_fixed and line.is_fixed and not _is_far(last, line, 2 * self._leading)
        if abs(last.size - line.size) > 0.1 * last.size or last.is_bold != line.is_bold or begins_anew(line.text):
            return False
        if last.page != line.page:
            return last.size not in self.levels and not ENDS.search(last.text) and self._is_full(at - 1)
        if _is_far(last, line, self._leading) or _is_indented(self._lines[first:at], line):
            return False
        return self._is_full(at - 1)

    def _is_full(self, at: int) -> bool:
        """Whether the first word of the next line had no room on a line: up to the column's edge, or to that of the cell it stands in."""
        last, line = self._lines[at], self._lines[at + 1]
        word = _FIRST_WORD.match(line.text.strip())
        share = len(word[0]) / max(1, len(line.text)) if word else 1.0
        needed = share * (line.x1 - line.x0) + _SLACK * line.size
        if max(self._edges[_column(last)], self._edges[_column(line)]) - last.x1 < needed:
            return True
        return not ENDS.search(last.text) and self._cell_edge(at, needed) - last.x1 < needed

    def _cell_edge(self, at: int, needed: float) -> float:
        """How far the lines that stand over and under one another here reach, if most of them reach as far; else beyond any line."""
        first, last = at, at
        while first > 0 and _are_neighbours(self._lines[first - 1], self._lines[first], self._leading):
            first -= 1
        while last + 1 < len(self._lines) and _are_neighbours(self._lines[last], self._lines[last + 1], self._leading):
            last += 1
        around = self._lines[first : last + 1]
        edge = max(line.x1 for line in around)
        reaching = sum(edge - line.x1 < needed for line in around)
        wide = edge - self._lines[at].x0 > _NARROWEST_CELL * self._lines[at].size
        return edge if wide and len(around) > 2 and 2 * reaching > len(around) else float("inf")


def _are_neighbours(line: Line, under: Line, leading: float) -> bool:
    return abs(line.x0 - under.x0) < 2 and line.size == under.size and line.page == under.page and not _is_far(line, under, leading)


def _is_far(last: Line, line: Line, leading: float) -> bool:
    down = last.y - line.y
    return last.page == line.page and not 0 < down <= leading * max(last.size, line.size)


def _is_indented(before: Sequence[Line], line: Line) -> bool:
    """Whether a line begins a paragraph by its indent. What hangs under a list's mark does not."""
    last = before[-1]
    if last.x0 - line.x0 > _MOST_INDENT * line.size:
        return True
    if split_mark(before[0].text)[0] or abs(line.x0 - before[0].hang) < _INDENT * line.size:
        return len(before) > 1 and line.x0 - last.x0 > _INDENT * line.size
    return line.x0 - last.x0 > _INDENT * line.size or (len(before) > 1 and last.x0 - line.x0 > _INDENT * line.size)


def _add_table(builder: DocumentBuilder, rows: Sequence[Row], before: int) -> None:
    headed = has_headings(rows)
    for number, row in enumerate(rows):
        for column, cell in row.items():
            header = cell_text(rows[0][column]) if headed and number else ""
            place = Block(BlockKind.CELL, _NOWHERE, header=header, row=before + number + 1, page=cell[0].page)
            builder.add(place, [(cell_text(cell), all(line.is_bold for line in cell))])


def _add(builder: DocumentBuilder, lines: Sequence[Line], levels: dict[float, int]) -> None:
    first = lines[0]
    if first.is_fixed:
        left = min(line.x0 for line in lines)
        code = "\n".join(" " * round((line.x0 - left) / (0.6 * line.size)) + line.text for line in lines)
        builder.add(Block(BlockKind.CODE, _NOWHERE, page=first.page), [(code, False)])
        return
    runs: list[tuple[str, bool]] = []
    for line in lines:
        before = runs[-1][0] if runs else ""
        if _HYPHEN.search(before) and line.text[:1].islower():
            runs[-1] = (before[:-1], runs[-1][1])
        elif runs:
            runs[-1] = (before + gap(before.rstrip(), line.text.lstrip()), runs[-1][1])
        runs += line.runs
    level = levels.get(first.size, 0)
    is_heading = level > 0 and sum(len(words) for words, _ in runs) <= _LONGEST_HEADING
    builder.add(
        Block(BlockKind.HEADING if is_heading else BlockKind.PARAGRAPH, _NOWHERE, level if is_heading else 0, page=first.page), runs
    )


def _levels(lines: Sequence[Line]) -> dict[float, int]:
    """The sizes of headings and their levels, from 1."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = sorted((size for size in sizes if size > _LARGER * body), reverse=True)
    return {size: min(6, place) for place, size in enumerate(larger, 1)}


def _leading(lines: Sequence[Line]) -> float:
    """How far the lines of a paragraph are apart at most, in sizes: the usual distance and a little more."""
    steps = Counter(
        round((before.y - line.y) / line.size, 1)
        for before, line in pairwise(lines)
        if before.page == line.page and before.size == line.size and 0.9 < (before.y - line.y) / line.size < 3
    )
    return min(_LEADING, steps.most_common(1)[0][0] + 0.25) if steps else _LEADING


def _column(line: Line) -> tuple[int, int]:
    """The page, and 1 for what begins and ends in its right half, else 0."""
    return line.page, int(line.x0 > 0.48 * line.width)
