"""A long text in stretches that a model can read at once, each beginning a little before the last one ends. Pure but for counting tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from interviewer.drafting.document import Document, Span

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_LONGEST_LINE = 600
"""Characters; a longer line is cut, so that no line is a window of its own."""


def windows_of(document: Document, count: Callable[[str], int], *, size: int, overlap: int) -> tuple[Span, ...]:
    """Stretches of at most `size` tokens that together hold the whole text; a question on the border of one is whole in the next.

    `overlap`: tokens that two neighbours share, about; whole lines, so that it may be none where lines are long.
    """
    lines = [(span, count(document.words(span))) for span in _lines(document.text)]
    windows, first = list[Span](), 0
    while first < len(lines):
        end, told = first, 0
        while end < len(lines) and (end == first or told + lines[end][1] <= size):
            told += lines[end][1]
            end += 1
        if document.words(stretch := Span(lines[first][0].start, lines[end - 1][0].end)).strip():
            windows.append(stretch)
        if end == len(lines):
            break
        shared, back = 0, end
        while back - 1 > first and shared + lines[back - 1][1] <= overlap:
            back -= 1
            shared += lines[back][1]
        first = back
    return tuple(windows)


def halves_of(document: Document, window: Span) -> tuple[Span, ...]:
    """A window in two, cut at the line end nearest to its middle; nothing if it is one line."""
    middle = (window.start + window.end) // 2
    ends = [span.end for span in _lines(document.text, window) if span.end < window.end]
    if not ends:
        return ()
    cut = min(ends, key=lambda end: abs(end - middle))
    return Span(window.start, cut), Span(cut, window.end)


def _lines(text: str, within: Span | None = None) -> Iterator[Span]:
    place = within or Span(0, len(text))
    for line in _LINE.finditer(text, place.start, place.end):
        for start in range(line.start(), line.end(), _LONGEST_LINE):
            yield Span(start, min(start + _LONGEST_LINE, line.end()))
