"""An answer taken apart once: its layout flattened, its text normalised, its sentences and the units that are judged.

A unit is a clause, or neighbouring clauses of a sentence that are too short to say anything alone. Headings, bullets, tables and
wrapped lines are layout, not content: the same words give the same units however they are set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviewer.text.normalize import Normalized, Span, normalize
from interviewer.text.segment import split_clauses, split_sentences
from interviewer.text.words import count_han, measure_length

LEAST_UNIT = 8.0
"""Of a unit, in units of `words.measure_length`; a shorter clause is judged together with its neighbour."""
WRAPPED_LINE = 60
"""A line of at least so many columns (an ideograph takes two) that ends in the middle of a sentence was wrapped, not ended."""
_NARROW = str.maketrans({chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)})
"""Full-width letters and signs in the width that Markdown's marks have, as `normalize` gives them, too."""
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+")
_MARKER = re.compile(r"[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+•·][ \t]+|\(?\d{1,2}[.)、）][ \t]*|```\w*[ \t]*$|(?:\|[ \t]*)?:?-{3,}[-|: \t]*$)+")
"""What begins a line and is no content, e.g. "## ", "- ", "1. ", "> ", "```python", "|---|---|"."""
_EMPHASIS = re.compile(r"\*\*|__|(?<!`)`(?!`)|\A\|(?=\s)")
"""Marks around words, e.g. "**", "`", and the first bar of a table's row."""
_CELL = re.compile(r"(?<=\s)\|(?=\s|$)")
"""The bar between two cells, which parts them as a comma does."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+$")
_ENDED = re.compile(r"[。！？；：!?;:.|…}\])）】]\s*$")


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest stretch that is judged. `span`: in the normalised text; `sentence`: the number of its sentence."""

    span: Span
    sentence: int


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """An answer as it is judged. `typed`: as it was typed; `text` comes from it with every character in its place."""

    typed: str
    text: Normalized
    sentences: tuple[Span, ...]
    units: tuple[Unit, ...]

    def typed_at(self, span: Span) -> tuple[str, Span]:
        """A stretch of the normalised text as it was typed, and where."""
        place = self.text.to_raw(span.start, span.end)
        return self.typed[place.start : place.end], place

    def words(self, span: Span) -> str:
        """The normalised words of a stretch."""
        return self.text.text[span.start : span.end]


def parse_answer(raw: str) -> ParsedAnswer:
    """Take an answer apart; costs a fraction of a millisecond for a hundred words."""
    text = normalize(flatten_layout(raw))
    sentences = split_sentences(text.text)
    units = [Unit(span, number) for number, sentence in enumerate(sentences) for span in _units_of(text.text, sentence)]
    return ParsedAnswer(raw, text, sentences, tuple(units))


def flatten_layout(raw: str) -> str:
    """The text without Markdown's marks and with wrapped lines joined, every character in its place (marks become spaces)."""
    flat: list[str] = []
    typed = _LINE.findall(raw.replace("\r\n", " \n").replace("\r", "\n"))
    for line in typed:
        narrow = line.translate(_NARROW)
        marker = _MARKER.match(narrow)
        if not marker and line.strip() and flat and _is_wrapped(flat[-1]):
            flat[-1] = flat[-1][:-1] + " "
        flat.append(_blank_marks(line, narrow, marker.end() if marker else 0))
    return "".join(flat)


def _blank_marks(line: str, narrow: str, begin: int) -> str:
    """A line without its marks; `narrow`: the same in the width that marks have; `begin`: where its content begins."""
    if _HEADING.match(narrow) and measure_length(narrow) < LEAST_UNIT:  # "## Answer": a name for what comes, not a statement
        begin = len(line.rstrip("\n"))
    chars = [" "] * begin + list(line[begin:])
    for mark in _EMPHASIS.finditer(narrow, begin):
        chars[mark.start() : mark.end()] = " " * (mark.end() - mark.start())
    for bar in _CELL.finditer(narrow, begin):
        chars[bar.start()] = ","
    return "".join(chars)


def _is_wrapped(line: str) -> bool:
    return line.endswith("\n") and not _ENDED.search(line) and len(line.rstrip()) + count_han(line) >= WRAPPED_LINE


def _units_of(text: str, sentence: Span) -> list[Span]:
    found: list[Span] = []
    for clause in split_clauses(text, sentence):
        if found and measure_length(text[found[-1].start : found[-1].end]) < LEAST_UNIT:
            found[-1] = Span(found[-1].start, clause.end)
        else:
            found.append(clause)
    if len(found) > 1 and measure_length(text[found[-1].start : found[-1].end]) < LEAST_UNIT:
        last = found.pop()
        found[-1] = Span(found[-1].start, last.end)
    return found
