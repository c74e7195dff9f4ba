"""The numbers that Word counts by itself, written before their paragraphs: mammoth keeps neither where a list goes on nor "第 3 题"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from interviewer.drafting.formats.docx_parts import Parts, Styles, child, local, parse, value
from interviewer.drafting.formats.html_lists import written

_PLACE = re.compile(r"%([1-9])")
_KINDS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
_CHINESE = ("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCountingThousand")
_DIGITS = "零一二三四五六七八九"
_CIRCLED = 20


@dataclass(slots=True)
class _Lists:
    """The lists of a file: their levels by list and level, and how far each has counted."""

    levels: dict[tuple[str, int], Any] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)

    def mark(self, number: str, level: int) -> str:
        """The mark of the next paragraph of a list on a level, "" for a bullet."""
        counts = self.counts.setdefault(self.abstract.get(number, number), [None] * 9)
        at = counts[level]
        counts[level] = self._start(number, level) if at is None else at + 1
        counts[level + 1 :] = [None] * (8 - level)
        described = self.levels.get((number, level))
        if described is None or value(child(described, "numFmt")) in ("bullet", "none", None):
            return ""

        def count(found: re.Match[str]) -> str:
            above = int(found[1]) - 1
            there = counts[above]
            return _written(self._start(number, above) if there is None else there, self._format(number, above))

        return _PLACE.sub(count, value(child(described, "lvlText")) or "").strip()

    def _start(self, number: str, level: int) -> int:
        text = value(child(self.levels.get((number, level)), "start")) if (number, level) in self.levels else None
        return self.starts.get((number, level), int(text) if text and text.isdecimal() and len(text) < 6 else 1)

    def _format(self, number: str, level: int) -> str:
        return value(child(self.levels[(number, level)], "numFmt")) or "decimal" if (number, level) in self.levels else "decimal"


def write_numbers(root: Any, styles: Styles, parts: Parts) -> None:
    """Put each counted paragraph's number into its text."""
    if "word/numbering.xml" not in parts:
        return
    lists = _lists(parse(parts["word/numbering.xml"]))
    for paragraph in root.iter("{*}p"):
        number, level = _place(paragraph, styles)
        first = next((run for run in paragraph if local(run) == "r"), None)
        if number in (None, "0") or first is None or not 0 <= level <= 8:
            continue
        mark = lists.mark(str(number), level)
        if mark:
            run = first.makeelement(first.tag)
            text = run.makeelement(first.tag[: -len("r")] + "t")
            text.text = f"{mark} "
            run.append(text)
            paragraph.insert(paragraph.index(first), run)


def _place(paragraph: Any, styles: Styles) -> tuple[str | None, int]:
    """The list and the level that a paragraph belongs to, by itself or by its style."""
    for properties in (child(paragraph, "pPr"), *(child(style, "pPr") for style in styles.of_paragraph(paragraph))):
        place = child(properties, "numPr") if properties is not None else None
        if place is not None and child(place, "numId") is not None:
            level = value(child(place, "ilvl")) or "0"
            return value(child(place, "numId")), int(level) if level.isdecimal() and len(level) == 1 else 0
    return None, 0


def _lists(root: Any) -> _Lists:
    abstract = {value(each, "abstractNumId"): each for each in root if local(each) == "abstractNum"}
    lists = _Lists()
    for each in root:
        if local(each) != "num":
            continue
        number, of = str(value(each, "numId")), value(child(each, "abstractNumId"))
        lists.abstract[number] = str(of)
        for level, described in _levels(abstract.get(of, ())):
            lists.levels[(number, level)] = described
        for override in each:
            start = value(child(override, "startOverride"))
            at = value(override, "ilvl") or "0"
            if start and start.isdecimal() and len(start) < 6 and at.isdecimal():
                lists.starts[(number, int(at))] = int(start)
                # It begins anew here, and counts by itself.
                lists.abstract[number] = f"own {number}"
    return lists


def _levels(abstract: Any) -> Iterator[tuple[int, Any]]:
    for each in abstract:
        level = value(each, "ilvl") or ""
        if local(each) == "lvl" and level.isdecimal() and len(level) == 1:
            yield int(level), each


def _written(number: int, kind: str) -> str:
    if kind in _CHINESE and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")
    if kind.startswith("decimalEnclosedCircle") and 0 < number <= _CIRCLED:
        return chr(ord("①") + number - 1)
    if kind == "decimalZero":
        return f"{number:02d}"
    return written(number, _KINDS.get(kind, "1"))
