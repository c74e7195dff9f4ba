"""Reads plain text, as it is pasted: each line is a block but where a layout cut a sentence; page numbers are left out. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from interviewer.drafting.document import Block, BlockKind, Document, Span
from interviewer.drafting.formats.building import DocumentBuilder, gap
from interviewer.drafting.formats.labels import begins_anew
from interviewer.drafting.formats.marks import split_mark
from interviewer.drafting.formats.pages import without_page_marks
from interviewer.drafting.formats.wrapping import Wrapping, columns, indent

_NOWHERE = Span(0, 0)
_RULE = re.compile(r"\s*(?:[-=_*~#·—─━]\s*){3,}")
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,})\s*")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s*(#{1,6})\s+(\S.*?)\s*#*\s*")
_TAB = "\t"
_BARE_NUMBER = re.compile(r"\s*(\d{1,2})[ \u3000](?=\D)")
_FEWEST = 3
_STEP = 2
"""Columns of white space that make a list one deeper."""


def read_plain(text: str) -> Document:
    """What a pasted text says: items with their marks, headings, tables set with tabs, fenced code, and paragraphs with their lines joined."""
    pasted = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = _with_points(without_page_marks(pasted))
    builder = DocumentBuilder()
    reader = _Reader(lines, builder, Wrapping(lines))
    at = 0
    while at < len(lines):
        at = reader.read_from(at)
    return builder.document("text")


def _with_points(lines: Sequence[str]) -> list[str]:
    """The lines with a point after the numbers of a list that has none: "1 …", "2 …", "3 …" one under the other."""
    numbers = [int(found[1]) if (found := _BARE_NUMBER.match(line)) else 0 for line in lines]
    pointed = list(lines)
    for at, number in enumerate(numbers):
        if number == 1 and numbers[at : at + _FEWEST] == [1, 2, 3]:
            while at < len(lines) and numbers[at] == number:
                pointed[at] = _BARE_NUMBER.sub(r"\1. ", lines[at])
                at, number = at + 1, number + 1
    return pointed


class _Reader:
    """Reads one block after the other."""

    def __init__(self, lines: Sequence[str], builder: DocumentBuilder, wrapping: Wrapping) -> None:
        self._lines, self._builder, self._wrapping = lines, builder, wrapping
        self._row = 0
        self._depth = 0

    def read_from(self, at: int) -> int:
        """Read the block that begins at a line; the line after it."""
        line = self._lines[at]
        if not line.strip() or _RULE.fullmatch(line):
            return at + 1
        if _FENCE.match(line):
            return self._read_code(at)
        if end := self._end_of_table(at):
            return self._read_table(at, end)
        if heading := _HEADING.fullmatch(line):
            self._add(Block(BlockKind.HEADING, _NOWHERE, len(heading[1])), heading[2])
            return at + 1
        if at + 1 < len(self._lines) and _UNDERLINE.fullmatch(self._lines[at + 1]) and not split_mark(line.strip())[0]:
            self._add(Block(BlockKind.HEADING, _NOWHERE, 1), line)
            return at + 2
        return self._read_paragraph(at)

    def _read_paragraph(self, at: int) -> int:
        words, end = self._lines[at].strip(), at + 1
        while end < len(self._lines) and self._goes_on(end):
            following = self._lines[end].strip()
            words += gap(words, following) + following
            end += 1
        if split_mark(words)[0]:
            self._depth = 1 + min(indent(self._lines[at]), 5 * _STEP) // _STEP
        elif not indent(self._lines[at]):
            self._depth = 0
        self._add(Block(BlockKind.PARAGRAPH, _NOWHERE, self._depth), words)
        return end

    def _goes_on(self, at: int) -> bool:
        line = self._lines[at]
        if not line.strip() or _RULE.fullmatch(line) or _FENCE.match(line) or _TAB in line.strip() or begins_anew(line):
            return False
        before = self._lines[at - 1]
        mark, words = split_mark(before.strip())
        hangs = bool(mark) and indent(line) == columns(before.rstrip()) - columns(words.rstrip())
        return self._wrapping.goes_on(before, line, hangs=hangs)

    def _read_code(self, at: int) -> int:
        end = at + 1
        while end < len(self._lines) and not _FENCE.match(self._lines[end]):
            end += 1
        self._add(Block(BlockKind.CODE, _NOWHERE), "\n".join(self._lines[at + 1 : end]))
        return end + 1

    def _end_of_table(self, at: int) -> int:
        """The line after a table of two rows or more that begins here; 0 without one."""
        count, end = self._lines[at].strip().count(_TAB), at
        while count and end < len(self._lines) and self._lines[end].strip().count(_TAB) == count:
            end += 1
        return end if end > at + 1 else 0

    def _read_table(self, at: int, end: int) -> int:
        headers = [cell.strip() for cell in self._lines[at].strip().split(_TAB)]
        for number in range(at, end):
            self._row += 1
            for header, cell in zip(headers, self._lines[number].strip().split(_TAB), strict=True):
                self._add(Block(BlockKind.CELL, _NOWHERE, header="" if number == at else header, row=self._row), cell)
        return end

    def _add(self, block: Block, words: str) -> None:
        self._builder.add(block, [(words, False)])
