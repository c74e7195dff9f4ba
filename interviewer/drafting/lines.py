"""A document's blocks without their labels, with who speaks in each; and what a stretch that may be a question is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from interviewer.drafting.document import Block, BlockKind, Document, Span
from interviewer.drafting.formats.labels import ANSWERS, ASKS
from interviewer.drafting.speakers import Speakers, Turn, find_speakers

_TONGUE = re.compile(r"(?:zh|en|中文|英文|中|英|English|Chinese|ZH|EN)\s*[:：]\s*(?=\S)")
"""A label that says in which language the line is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that may be a question. `block`: the number of its block. `form`: by which shape it came. `rest`: what follows it there.

    `role`: "asks" where a label or the speaker says so. `label`: what stands before it and names several ("Round one: a; b").
    """

    span: Span
    block: int
    form: str
    role: str = ""
    rest: Span | None = None
    label: Span | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A block without its label. `role`: "asks", "answers" or "" by its label or its speaker; `speaks`: whether somebody is named.

    `is_one`: whether it is one text by its label, which names a language ("zh:"), or as it stands right under an item in bold.
    """

    number: int
    block: Block
    span: Span
    role: str = ""
    speaks: bool = False
    is_one: bool = False


def read_lines(document: Document) -> list[Line]:
    """The document's blocks, in order."""
    speakers = find_speakers(document)
    lines = [_read_line(document, number, block, speakers) for number, block in enumerate(document.blocks)]
    lines = _told_by_heads(lines) if speakers.heads else lines
    for number, line in enumerate(lines[:-1]):
        role, following = "" if line.block.kind is BlockKind.CELL else _bare_label(document.words(line.span)), lines[number + 1]
        if role and not following.role and not following.speaks and following.block.kind is not BlockKind.HEADING:
            lines[number + 1] = replace(following, role=role)
    return lines


def _told_by_heads(lines: list[Line]) -> list[Line]:
    """The lines with the speaker who is named on a line above."""
    told, role = [], None
    for line in lines:
        is_head = line.speaks and line.span.start == line.span.end
        role = line.role if is_head else role
        told.append(line if is_head or role is None else replace(line, role=role, speaks=True))
    return told


def _bare_label(words: str) -> str:
    """What a line announces that is a label and nothing else: "Question 3", "参考答案："."""
    for role, pattern in (("asks", ASKS), ("answers", ANSWERS)):
        found = pattern.match(f"{words} x")
        if found and found.end() == len(words) + 1:
            return role
    return ""


def _read_line(document: Document, number: int, block: Block, speakers: Speakers) -> Line:
    words = document.words(block.span)
    turn = speakers.turn(words)
    if turn:
        return _read_turn(document, number, block, turn)
    for role, pattern in (("asks", ASKS), ("answers", ANSWERS)):
        found = pattern.match(words)
        if found and found.end() < len(words):
            return Line(number, block, Span(block.span.start + found.end(), block.span.end), role)
    tongue = _TONGUE.match(words)
    if tongue:
        return Line(number, block, Span(block.span.start + tongue.end(), block.span.end), is_one=True)
    return Line(number, block, block.span, is_one=_is_under_bold(document, number))


def _read_turn(document: Document, number: int, block: Block, turn: Turn) -> Line:
    """What somebody says, without a label of its own ("Ann: Q: …")."""
    said = Span(block.span.start + turn.length, block.span.end)
    for role, pattern in (("asks", ASKS), ("answers", ANSWERS)):
        found = pattern.match(document.text, said.start, said.end)
        if found and found.end() < said.end:
            return Line(number, block, Span(found.end(), said.end), role, speaks=True)
    return Line(number, block, said, turn.role, speaks=True)


def _is_under_bold(document: Document, number: int) -> bool:
    """Whether a block of a list item stands right under the item's own line, all of it in bold."""
    block, above = document.blocks[number], document.blocks[number - 1] if number else None
    if above is None or not block.depth or block.kind is not BlockKind.PARAGRAPH or above.kind is not BlockKind.ITEM:
        return False
    return any(bold.start <= above.span.start and bold.end >= above.span.end - 1 for bold in above.bold)
