"""A text that somebody gave, read: one string, and blocks that point into it. Pure.

Every format becomes this (`extract`), and everything that is found later carries spans of it, so that a person can be shown where a
question or a sentence came from.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a document's text: characters from `start` up to, not including, `end`."""

    start: int
    end: int


class BlockKind(StrEnum):
    """What a block is in its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CELL = "cell"
    CODE = "code"
    QUOTE = "quote"
    SUMMARY = "summary"
    """What a folded part (`<details>`) shows while it is closed."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a document.

    `depth`: of a heading its level 1–6; of an item, and of what else stands in it, how deep its list is nested, from 1. `marker`: its own
    list mark as it was written ("1.", "-", "(a)"), or "". `bold`: what of it is set in bold. `header`: of a cell, its column's heading;
    `row`: of a cell, its row, counted over the document, from 1. `page`: of a paged file, from 1, else 0.
    """

    kind: BlockKind
    span: Span
    depth: int = 0
    marker: str = ""
    bold: tuple[Span, ...] = ()
    header: str = ""
    row: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Text that a reader of the file does not see, which is reported and not used. `why`: "white", "tiny", "off-page", "invisible"."""

    text: str
    why: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """What a file or a pasted text says. `format`: "markdown", "html", "docx", "pdf" or "text"; `blocks` are in the order of the text."""

    text: str
    blocks: tuple[Block, ...]
    format: str
    title: str = ""
    hidden: tuple[HiddenText, ...] = ()

    def words(self, span: Span) -> str:
        """What stands there."""
        return self.text[span.start : span.end]

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hex: what the spans are offsets into."""
        return hashlib.sha256(self.text.encode()).hexdigest()
