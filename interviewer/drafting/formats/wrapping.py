"""Lines that a layout cut: which line goes on in the next one. Pure.

A line was cut where the next word had no room in it. How wide the page was shows in the widest lines; a text whose lines are all
short, or without bound, was not cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

NARROWEST, _WIDEST = 48, 130
"""Columns between which a page's width lies; a Chinese character takes two."""
_SLACK = 4
"""Columns that a line stays short of the page, beside the word without room: no mark begins a line, lines are ragged."""
_SHARE = 0.25
"""Share of full lines from which a full line goes on in the next even if it ends with a sentence."""
ENDS = re.compile(r"[。！？!?；;：:.…]['\"”’)）」』]*\s*$")
"""The end of a line that ends a sentence or announces what follows."""
_WORD = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+")


def columns(text: str) -> int:
    """How many columns a text takes: two for a wide character."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


class Wrapping:
    """How a text's lines were cut. `width`: of the page in columns, 0 where no line was cut."""

    def __init__(self, lines: Sequence[str]) -> None:
        widths = sorted((columns(line.rstrip()) for line in lines if line.strip()), reverse=True)
        widest = widths[min(len(widths) - 1, max(1, len(widths) // 33))] if widths else 0
        self.width = widest if NARROWEST <= widest <= _WIDEST else 0
        self._always = bool(widths) and sum(width > self.width - 2 * _SLACK for width in widths) >= _SHARE * len(widths)

    def goes_on(self, line: str, following: str) -> bool:
        """Whether the sentence of a line goes on in the following one, which begins with no mark or label."""
        line, following = line.rstrip(), following.strip()
        if not self.width:
            return self._goes_on_small(line, following)
        word = _WORD.match(following)
        room = self.width - _SLACK - columns(line)
        full = word is not None and columns(word[0]) > room
        return (full and (self._always or not ENDS.search(line))) or self._goes_on_small(line, following)

    def _goes_on_small(self, line: str, following: str) -> bool:
        """An English sentence that goes on with a small letter."""
        return columns(line) >= NARROWEST and not ENDS.search(line) and re.match(r"[a-z]+[\s,]", following) is not None
