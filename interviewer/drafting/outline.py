"""What stands over what: the headings above each block, the line that leads a list in, the items of one list. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviewer.drafting.document import BlockKind, Document
from interviewer.drafting.formats.wrapping import columns
from interviewer.drafting.lines import Line

_CHAPTER = re.compile(r"(?:第\s?[\d一二三四五六七八九十]{1,3}\s?[章节部分篇轮组]|Part\s|Chapter\s|Section\s|议题|附)", re.IGNORECASE)
_HAN_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}[、.．]|[(（【][一二三四五六七八九十]{1,3}[)）】]")
_ENDS = re.compile(r"[。！？!?；;，,.]$")
_BOXED = re.compile(r"[【\[《].{1,30}[】\]》]$|[—=\-*#\s]{2,}.{1,30}[—=\-*#\s]{2,}$")
_ANSWER = re.compile(r"答案|解析|answer", re.IGNORECASE)
"""A line that gives the answer before it, and heads nothing."""
_SHORT = 60
"""Columns up to which a line alone may be a heading."""
_BOLD, _LINE = 7, 8
"""The levels of a bold line and of a short plain line; those of headings are 1–6."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands. `level`: as a heading, 0 where it is none. `over`: the blocks above it that are headings, nearest first.

    `lead`: the block before the list or table it belongs to, -1 without one. `group`: equal for the items of one list or column.
    """

    level: float
    over: tuple[int, ...]
    lead: int
    group: tuple[object, ...]
    parent: int = -1


def find_places(document: Document, lines: list[Line]) -> list[Place]:
    """The place of each block."""
    levels = [_level(document, lines, number) for number in range(len(lines))]
    places: list[Place] = []
    stack: list[tuple[float, int]] = []
    lead, items = -1, _Items()
    for number, line in enumerate(lines):
        block, level = line.block, float(levels[number])
        if block.kind is BlockKind.SUMMARY:
            level = _under(stack)
        while level and stack and stack[-1][0] >= level:
            stack.pop()
        over = tuple(each for _, each in reversed(stack))
        if level or (not block.depth and block.kind is not BlockKind.CELL):
            items.clear()
        is_item = block.kind is BlockKind.ITEM and bool(block.marker) and not level
        parent = items.add(number, block.depth, mark_class(block.marker)) if is_item else items.last(block.depth)
        places.append(Place(level, over, lead, _group(line, level, over, parent), parent))
        if level:
            stack.append((level, number))
            lead = -1
        elif not block.depth and block.kind is not BlockKind.CELL:
            lead = number
    return places


class _Items:
    """The items that are open. One whose marks are of another kind than those before it at its depth stands under the last of them."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str, int]] = []

    def clear(self) -> None:
        self._open = []

    def add(self, number: int, depth: int, kind: str) -> int:
        """Open an item; the number of its parent, -1 without one."""
        while self._open and self._open[-1][0] > depth:
            self._open.pop()
        if any(each[:2] == (depth, kind) for each in self._open):
            while self._open[-1][:2] != (depth, kind):
                self._open.pop()
            self._open.pop()
        parent = self._open[-1][2] if self._open else -1
        self._open.append((depth, kind, number))
        return parent

    def last(self, depth: int) -> int:
        """The item that a block of this depth stands in."""
        return next((number for at, _, number in reversed(self._open) if at <= max(1, depth)), -1)


def mark_class(marker: str) -> str:
    """The kind of a list's mark: "1." for any number with a point, "-" for any bullet."""
    if not re.search(r"\w", marker):
        return "-"
    return (
        re.sub(r"\d+|[一二三四五六七八九十]+|[①-⑳]", "1", re.sub(r"[a-zA-Z]+", "a", marker))
        .replace("*", "")
        .replace("．", ".")
        .replace(" ", "")
    )


def _under(stack: list[tuple[float, int]]) -> float:
    """The level of a folded part: under the last real heading, over those that stand in it."""
    return max((level for level, _ in stack if level < _BOLD and level == int(level)), default=0) + 0.5


def _level(document: Document, lines: list[Line], number: int) -> int:
    line = lines[number]
    block, words = line.block, document.words(line.block.span)
    if block.kind is BlockKind.HEADING:
        return block.depth
    if (
        line.role
        or block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        or columns(words) > _SHORT
        or "\n" in words
        or _ENDS.search(words)
    ):
        return 0
    if block.depth <= 1 and (_HAN_NUMBER.match(block.marker) or _CHAPTER.match(words) or (_BOXED.match(words) and not block.marker)):
        return _LINE - 1 if document.format == "text" else _BOLD
    following = lines[number + 1].block if number + 1 < len(lines) else None
    if re.fullmatch(r"\d{1,3}(?:\.\d{1,2})+", block.marker) and following is not None and following.marker and not _ENDS.search(words):
        return 0 if re.fullmatch(r"\d{1,3}(?:\.\d{1,2})+[.)、]?", following.marker) else _LINE
    if block.marker or block.depth:
        return 0
    if any(bold.start <= block.span.start and bold.end >= block.span.end - 1 for bold in block.bold):
        return _BOLD
    begins = following is not None and following.kind in (BlockKind.ITEM, BlockKind.CELL) and not _HAN_NUMBER.match(following.marker)
    return _LINE if begins and not _ENDS.search(words) and not _ANSWER.match(words) else 0


def _group(line: Line, level: float, over: tuple[int, ...], parent: int) -> tuple[object, ...]:
    block = line.block
    if block.kind is BlockKind.CELL:
        return ("cell", block.header, over[:1])
    if block.kind is BlockKind.HEADING:
        return ("heading", block.depth)
    if block.kind is BlockKind.SUMMARY:
        return ("summary",)
    mark = mark_class(block.marker)
    return (
        block.kind,
        block.depth,
        mark,
        bool(block.bold and block.bold[0].start == block.span.start),
        line.role,
        level > 0,
        over[:1],
        parent,
    )
