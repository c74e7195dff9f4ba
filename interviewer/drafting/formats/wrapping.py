"""Lines that a layout cut: which line goes on in the next one. Pure.

A line was cut where the next word had no room in it. How wide the page was shows in the widest lines; a text whose lines are all
short, or without bound, was not cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from unicodedata import east_asian_width

NARROWEST, _WIDEST = 36, 130
"""Columns between which a page's width lies; a Chinese character takes two."""
_SLACK = 10
"""Columns that a line stays short of the page, beside the word without room: no mark begins a line, lines are ragged."""
_FEWEST = 2
"""Lines that were cut in a text that has a width."""
_SHARE = 0.25
"""Share of full lines from which a full line goes on in the next even if it ends with a sentence."""
ENDS = re.compile(r"[。！？!?；;：:.…]['\"”’)）」』]*\s*$")
"""The end of a line that ends a sentence or announces what follows."""
_TABULAR = re.compile(r"\S\s{3,}\S")
"""A line set in columns: a title with a page number, a table."""
_REMAINDER = 24
"""Columns of an end of a sentence that is alone on its line."""
_LONG = 52
"""Columns of the line before it."""
_WORDS = re.compile(r"\w")
_SMALL = re.compile(r"[a-z]+[\s,.;:?!)]")
_WORD = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+")


def columns(text: str) -> int:
    """How many columns a text takes: two for a wide character."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def indent(line: str) -> int:
    """The columns of white space that a line begins with."""
    return columns(line[: len(line) - len(line.lstrip())])


class Wrapping:
    """How a text's lines were cut. `width`: of the page in columns, 0 where no line was cut."""

    def __init__(self, lines: Sequence[str]) -> None:
        filled = sorted((columns(line.rstrip()) for line in lines if _WORDS.search(line) and not _TABULAR.search(line)), reverse=True)
        self.width = filled[min(len(filled) - 1, len(filled) // 33)] if filled else 0
        pairs = [(line, following) for line, following in pairwise(lines) if line.strip() and following.strip()]
        full = [line for line, following in pairs if self._is_full(line, following)]
        self._always = len(full) >= _SHARE * len(filled)
        if not NARROWEST <= self.width <= _WIDEST or sum(not ENDS.search(line) for line in full) < min(_FEWEST, len(pairs)):
            self.width = 0

    def goes_on(self, line: str, following: str, *, hangs: bool = False) -> bool:
        """Whether the sentence of a line goes on in the following one, which begins with no mark or label.

        `hangs`: the line begins with a list's mark, and the following one stands under its words.
        """
        if self.width and self._is_full(line, following) and (self._always or hangs or not ENDS.search(line)):
            return not hangs or not line.rstrip().endswith(("?", "？"))
        rest = following.strip()
        left_over = _SMALL.match(rest) or (columns(rest) <= _REMAINDER and columns(line) >= _LONG and ENDS.search(rest))
        return columns(line) >= NARROWEST and not ENDS.search(line) and bool(left_over)

    def _is_full(self, line: str, following: str) -> bool:
        word = _WORD.match(following.strip())
        return word is not None and columns(line.rstrip()) + columns(word[0]) > self.width - _SLACK
