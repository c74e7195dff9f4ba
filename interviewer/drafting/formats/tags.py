"""Reads a stream of HTML's tags and words into blocks: what Markdown, HTML and DOCX have in common. Pure.

A block is what stands on its own: a heading, paragraph, list item, cell, piece of code, quotation or summary. The first block of a list
item is the item and carries its mark; what else stands in it is a block of its own kind, with the list's depth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from interviewer.drafting.document import Block, BlockKind, Span
from interviewer.drafting.formats.building import DocumentBuilder, gap

_HEADING = re.compile(r"h([1-6])")
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "svg", "math", "iframe", "object", "select", "textarea", "button"})
_BOLD = frozenset({"b", "strong"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ]
)
_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
_WHITE = re.compile(r"\s+")
_WIDE_BREAK = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u2e80-\u9fff\uff00-\uffef])")
_DEEPEST = 200
"""Tags that are kept open at once; what is nested deeper is read as if it were not."""


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int = 1


@dataclass(slots=True)
class _Table:
    headers: dict[int, str] = field(default_factory=dict)
    column: int = -1
    is_heading: bool = False


@dataclass(slots=True)
class TagReader:
    """Takes tags and words in their order. `builder` has what came of them, once `finish` was called."""

    builder: DocumentBuilder = field(default_factory=DocumentBuilder)
    _open: list[str] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _tables: list[_Table] = field(default_factory=list)
    _runs: list[tuple[str, bool]] = field(default_factory=list)
    _marker: str = ""
    _row: int = 0
    _unseen: int = 0
    _bold: int = 0
    _is_cut: bool = False

    def open(self, tag: str, attributes: Mapping[str, str | None] | None = None, marker: str = "") -> None:
        """A tag begins. `marker`: a list item's mark, where the source has it; else it is made from the list."""
        if tag == "br":
            self.say("\n") if "pre" in self._open else self.end_line()
        if tag in _VOID:
            self._flush() if tag == "hr" else None
            return
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _BLOCKS:
            self._flush()
        if len(self._open) < _DEEPEST:
            self._open.append(tag)
        self._bold += tag in _BOLD
        if tag in ("ul", "ol"):
            start = (attributes or {}).get("start") or "1"
            self._lists.append(_List(tag == "ol", int(start) if re.fullmatch(r"\d{1,6}", start) else 1))
        elif tag == "li":
            self._marker = marker or self._make_marker()
        elif tag == "table":
            self._tables.append(_Table())
        elif tag == "tr" and self._tables:
            self._row += 1
            self._tables[-1].column = -1
        elif tag in ("td", "th") and self._tables:
            self._tables[-1].column += 1
            self._tables[-1].is_heading = tag == "th"

    def close(self, tag: str) -> None:
        """A tag ends; one that was not open does nothing."""
        if tag not in self._open:
            return
        while self._open:
            last = self._open[-1]
            if last in _BLOCKS:
                self._flush()
            self._open.pop()
            self._unseen -= last in _UNSEEN
            self._bold -= last in _BOLD
            if last in ("ul", "ol"):
                self._lists.pop()
            elif last == "li":
                self._marker = ""
            elif last == "table":
                self._tables.pop()
            if last == tag:
                return

    def say(self, words: str) -> None:
        """Words of the innermost open tag; line feeds count in code alone."""
        if self._unseen:
            return
        if "pre" not in self._open:
            words = _WHITE.sub(" ", _WIDE_BREAK.sub("", words))
        if self._is_cut and words:
            before = self._runs[-1][0] if self._runs else ""
            words, self._is_cut = gap(before.rstrip(), words.lstrip()) + words.lstrip(), False
        self._runs.append((words, self._bold > 0))

    def go_on(self) -> None:
        """A line was cut here by a layout: what follows belongs to the same sentence."""
        self._is_cut = True

    def end_line(self) -> None:
        """A line ends within a block: what follows is a block of the same place; in a cell, it stays one."""
        if any(tag in self._open for tag in ("td", "th", "pre")):
            self._runs.append(("\n", False))
        else:
            self._flush()

    def finish(self) -> DocumentBuilder:
        """Closes what is open."""
        self._flush()
        return self.builder

    def _make_marker(self) -> str:
        if not self._lists or not self._lists[-1].ordered:
            return "-"
        self._lists[-1].number += 1
        return f"{self._lists[-1].number - 1}."

    def _flush(self) -> None:
        runs, self._runs = self._runs, []
        if not any(words.strip() for words, _ in runs):
            return
        block = self._block(runs)
        self.builder.add(block, runs)
        if block.kind is BlockKind.ITEM:
            self._marker = ""

    def _block(self, runs: list[tuple[str, bool]]) -> Block:
        nowhere, depth = Span(0, 0), len(self._lists)
        heading = next((found for tag in reversed(self._open) if (found := _HEADING.fullmatch(tag))), None)
        if heading:
            return Block(BlockKind.HEADING, nowhere, int(heading[1]))
        if "pre" in self._open:
            return Block(BlockKind.CODE, nowhere, depth)
        if "summary" in self._open:
            return Block(BlockKind.SUMMARY, nowhere, depth)
        if self._tables and ("td" in self._open or "th" in self._open):
            return self._cell(" ".join(words.strip() for words, _ in runs).strip())
        if self._marker:
            return Block(BlockKind.ITEM, nowhere, max(1, depth), self._marker)
        return Block(BlockKind.QUOTE if "blockquote" in self._open else BlockKind.PARAGRAPH, nowhere, depth)

    def _cell(self, words: str) -> Block:
        table = self._tables[-1]
        if table.is_heading:
            heading, table.headers[table.column] = table.headers.get(table.column, ""), words
            return Block(BlockKind.CELL, Span(0, 0), header=heading, row=self._row)
        return Block(BlockKind.CELL, Span(0, 0), header=table.headers.get(table.column, ""), row=self._row)


class MarkupReader(HTMLParser):
    """Hands the tags and words of HTML markup to a `TagReader`."""

    def __init__(self, tags: TagReader) -> None:
        super().__init__(convert_charrefs=True)
        self._tags = tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        self._tags.open(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        self._tags.close(tag)

    def handle_data(self, data: str) -> None:
        """Words."""
        self._tags.say(data)
