"""Builds a document's text and the blocks that point into it, block by block. Pure; every reader writes through it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from interviewer.drafting.document import Block, BlockKind, Document, HiddenText, Span
from interviewer.drafting.formats.marks import split_mark
from interviewer.text.normalize import strip_hidden

_WHITE = re.compile(r"[^\S\n]+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(slots=True)
class DocumentBuilder:
    """Takes the words of one block after the other; blocks stand on lines of their own, an item behind its mark."""

    _text: str = ""
    _length: int = 0
    _parts: list[str] = field(default_factory=list)
    _blocks: list[Block] = field(default_factory=list)
    hidden: list[HiddenText] = field(default_factory=list)

    def add(self, block: Block, runs: list[tuple[str, bool]]) -> None:
        """Add a block, whose spans do not count, with its words: stretches and whether they are bold. One without words is left out.

        A list's mark that the words begin with becomes the block's own, and a paragraph with one an item.
        """
        words, bold = _set(runs, keep=block.kind is BlockKind.CODE)
        if not words:
            return
        if block.kind is not BlockKind.CODE:
            marker, rest = split_mark(words)
            if marker:
                shift, words = len(words) - len(rest), rest
                bold = [Span(max(0, span.start - shift), span.end - shift) for span in bold if span.end > shift]
                is_item = block.kind is BlockKind.PARAGRAPH
                block = (
                    replace(block, marker=marker, kind=BlockKind.ITEM, depth=max(1, block.depth))
                    if is_item
                    else replace(block, marker=marker)
                )
        lead = f"{block.marker} " if block.marker else ""
        start = self._length + len(lead)
        self._parts.append(f"{lead}{words}\n")
        self._length += len(lead) + len(words) + 1
        at = tuple(Span(start + span.start, start + span.end) for span in bold)
        self._blocks.append(replace(block, span=Span(start, start + len(words)), bold=at))

    def document(self, format_: str, title: str = "") -> Document:
        """All that was added."""
        return Document("".join(self._parts).rstrip("\n"), tuple(self._blocks), format_, title, tuple(self.hidden))


def gap(before: str, after: str) -> str:
    """What comes between two lines of one sentence that a layout cut: nothing beside a Chinese character, a space between words."""
    return "" if not before or not after or _WIDE.match(before[-1]) or _WIDE.match(after[0]) else " "


def _set(runs: list[tuple[str, bool]], *, keep: bool) -> tuple[str, list[Span]]:
    """The words without characters that nobody sees and with single spaces, and what of them is bold; code keeps its white space."""
    words, bold = "", []
    for run, is_bold in runs:
        piece = strip_hidden(run)
        if not keep:
            piece = _WHITE.sub(" ", piece)
            piece = piece.lstrip() if not words or words[-1].isspace() else piece
        if is_bold and piece.strip():
            lead = len(piece) - len(piece.lstrip())
            bold.append(Span(len(words) + lead, len(words) + len(piece.rstrip())))
        words += piece
    kept = words.strip("\n").rstrip() if keep else words.strip()
    shift = len(words) - len(words.lstrip("\n")) if keep else 0
    cut = [Span(max(0, span.start - shift), min(len(kept), span.end - shift)) for span in bold]
    return kept, _merge([span for span in cut if span.start < span.end])


def _merge(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged
