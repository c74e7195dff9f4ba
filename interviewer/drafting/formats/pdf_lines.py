"""Letters of a page as lines, and pages without what stands on each of them: running titles and page numbers. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from interviewer.drafting.formats.marks import split_mark

_SPACE = 0.18
"""Gap between letters, in sizes, from which it is a space."""
_BREAK = 0.7
"""Gap, in sizes, from which what follows stands in another column."""
_SHIFT = 0.45
"""Distance of baselines, in sizes, from which two letters stand on different lines."""
_LONGEST_MARK = 6
_WIDE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]")
_MARGIN = 0.12
"""Share of a page's height, above and below, in which running titles stand."""
_NUMBER = re.compile(
    r"\W*(?:(?:page|p\.|第)?\s*(?:\d{1,4}|[ivxl]{1,6})\s*页?(?:\s*(?:of|/|／|共|,|，)\s*(?:共\s*)?\d{1,4}\s*页?)?)\W*", re.IGNORECASE
)
_PRINTED = re.compile(r"(?:https?|file)://\S+|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s+\d{1,2}:\d{2}(?:\s*[AP]M)?", re.IGNORECASE)
"""What a browser prints around a page."""
_OFTEN = 0.3
"""Share of pages on which a line must stand at the same height to be a running title."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter on a page. Places and sizes in points, from the lower left corner. `y`: its baseline. `why`: as in `HiddenText`, or ""."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    is_bold: bool
    is_fixed: bool
    why: str = ""


@dataclass(slots=True)
class Line:
    """A line, or one column's part of it. Places in points; `y`: the baseline, `height` and `width`: of the page.

    `hang`: where the words after a short first one begin, as those of a list's item behind its mark.
    """

    x0: float
    x1: float
    y: float
    size: float
    width: float
    height: float
    runs: list[tuple[str, bool]] = field(default_factory=list)
    is_fixed: bool = False
    hang: float = 0.0
    page: int = 0

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(words for words, _ in self.runs)

    @property
    def is_bold(self) -> bool:
        """Whether all of it is."""
        return all(bold for words, bold in self.runs if words.strip())


def lines_of(letters: Sequence[Letter], width: float, height: float) -> list[Line]:
    """The lines in the order in which they were drawn, which is that of reading in nearly all files; else from top to bottom."""
    pieces: list[list[Letter]] = []
    for letter in letters:
        if not letter.text.strip() and not (pieces and _goes_on(pieces[-1][-1], letter)):
            continue
        if pieces and _goes_on(pieces[-1][-1], letter):
            pieces[-1].append(letter)
        else:
            pieces.append([letter])
    lines = [_line(piece, width, height) for piece in pieces]
    lines = _with_marks([line for line in lines if line.text.strip()])
    rises = sum(after.y > before.y + before.size for before, after in pairwise(lines))
    return sorted(lines, key=lambda line: (-round(line.y), line.x0)) if rises > len(lines) // 3 > 0 else lines


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without running titles and page numbers; each line knows its page, from 1."""
    seen: Counter[tuple[str, int]] = Counter()
    for lines in pages:
        seen.update({_place(line) for line in lines if _is_margin(line)})
    often = max(2, _OFTEN * len(pages))
    kept: list[list[Line]] = []
    for number, lines in enumerate(pages, 1):
        kept.append([line for line in lines if not (_is_margin(line) and (seen[_place(line)] >= often or _is_added(line.text)))])
        for line in kept[-1]:
            line.page = number
    return kept


def _is_added(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text) or _PRINTED.fullmatch(text.strip()))


def _goes_on(before: Letter, letter: Letter) -> bool:
    """Whether a letter stands on the line of the one before, behind it."""
    size = max(before.size, letter.size)
    # A superscript is smaller and a little higher; a fake bold letter is drawn twice at nearly the same place.
    return abs(letter.y - before.y) < _SHIFT * size and -0.6 * size < letter.x0 - before.x1 < _BREAK * size


def _line(letters: Sequence[Letter], width: float, height: float) -> Line:
    sizes = Counter[float]()
    for letter in letters:
        sizes[round(letter.size, 1)] += len(letter.text.strip())
    size = sizes.most_common(1)[0][0]
    baseline = next((letter.y for letter in letters if round(letter.size, 1) == size), letters[0].y)
    line = Line(letters[0].x0, letters[-1].x1, baseline, size, width, height)
    before: Letter | None = None
    for letter in letters:
        if before and letter.text == before.text and abs(letter.x0 - before.x0) < 0.4 * (letter.x1 - letter.x0):
            continue
        gap = before is not None and letter.x0 - before.x1 > _SPACE * letter.size
        if gap and before and not (_WIDE.match(letter.text) or _WIDE.match(before.text)):
            line.runs.append((" ", before.is_bold and letter.is_bold))
        if before and not line.hang and letter.x0 - before.x1 > _SPACE * letter.size and len(line.text) <= _LONGEST_MARK:
            line.hang = letter.x0
        if line.runs and line.runs[-1][1] == letter.is_bold:
            line.runs[-1] = (line.runs[-1][0] + letter.text, letter.is_bold)
        else:
            line.runs.append((letter.text, letter.is_bold))
        before = letter
    line.is_fixed = all(letter.is_fixed for letter in letters if letter.text.strip())
    line.x1 = max(letter.x1 for letter in letters)
    return line


def _with_marks(lines: Sequence[Line]) -> list[Line]:
    """Lines whose list marks, set apart by a tab, are with their words."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last and abs(last.y - line.y) < _SHIFT * line.size and 0 < line.x0 - last.x1 < _reach(last.text) * line.size:
            last.runs, last.hang = [*last.runs, (" ", False), *line.runs], line.x0
            last.x1, last.size, last.is_fixed = line.x1, line.size, line.is_fixed
        else:
            joined.append(line)
    return [line for line in joined if line.text.strip() != "•"]


def _reach(text: str) -> float:
    """How far before its words a mark may stand, in sizes; 0 for what is none. A bare number may be a cell of its own."""
    text = text.strip()
    if text.isdecimal() and len(text) < 4:
        return 1.2
    mark, rest = split_mark(f"{text} x")
    return 5.0 if mark and rest == "x" and len(text) <= _LONGEST_MARK else 0.0


def _is_margin(line: Line) -> bool:
    return not _MARGIN * line.height < line.y < (1 - _MARGIN) * line.height


def _place(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", "".join(line.text.split())), round(line.y / 3)
