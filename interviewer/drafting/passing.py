"""A `Document` as JSON, from the process that reads to the one that asked."""

from __future__ import annotations

import json
from typing import Any

from interviewer.drafting.document import Block, BlockKind, Document, HiddenText, Span


def pack(document: Document) -> bytes:
    """The document; characters that no encoding has are replaced."""
    blocks = [
        [
            block.kind,
            _ends(block.span),
            block.depth,
            block.marker,
            [_ends(span) for span in block.bold],
            block.header,
            block.row,
            block.page,
        ]
        for block in document.blocks
    ]
    hidden = [[each.text, each.why, each.page] for each in document.hidden]
    packed = {"text": document.text, "blocks": blocks, "format": document.format, "title": document.title, "hidden": hidden}
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def unpack(packed: dict[str, Any]) -> Document:
    """What was packed. Raises ValueError, KeyError or TypeError for anything else, also for a span that points out of the text."""
    length = len(packed["text"])
    blocks = tuple(
        Block(BlockKind(kind), _span(span, length), depth, marker, tuple(_span(each, length) for each in bold), header, row, page)
        for kind, span, depth, marker, bold, header, row, page in packed["blocks"]
    )
    hidden = tuple(HiddenText(*each) for each in packed["hidden"])
    return Document(packed["text"], blocks, packed["format"], packed["title"], hidden)


def _ends(span: Span) -> list[int]:
    return [span.start, span.end]


def _span(ends: list[int], length: int) -> Span:
    start, end = ends
    if not 0 <= start <= end <= length:
        raise ValueError(f"a span out of the text: {start}–{end}")
    return Span(start, end)
