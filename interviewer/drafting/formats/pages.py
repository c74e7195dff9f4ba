"""What a printed page adds to its text: page numbers and running titles, copied along with the lines. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from interviewer.drafting.formats.building import gap
from interviewer.drafting.formats.labels import begins_anew
from interviewer.drafting.formats.wrapping import ENDS, NARROWEST, columns

_NUMBERED = re.compile(
    r"""\f?\s*(?:
      .{0,40}(?:第\s*\d{1,4}\s*页(?:\s*[/／,，共]*\s*(?:共\s*)?\d{0,4}\s*页?)?|(?<![a-zA-Z])[Pp](?:age|AGE)\s*\d{1,4}(?:\s*(?:of|OF|/)\s*\d{1,4})?)\s*
      |(?:第\s*\d{1,4}\s*页|[Pp](?:age|AGE)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?)\s*[|｜·•—–-].{0,60}
      |[-–—·•]\s*\d{1,4}\s*[-–—·•]
      |\S.{0,40}\s[-–—|·•]\s*\d{1,4}\s*[-–—|·•]\s.{0,40}\S
      |\d{1,4}\s*[/／]\s*\d{1,4}
    )\s*""",
    re.VERBOSE,
)
_RULES = "-—=_*·~ \t"
_COUNTED = re.compile(r"[Qq]uestion|[Cc]hapter|[Ss]tep|[Pp]art|[题章节步问轮]|[：:]")
"""Lines that may stand there several times with rising numbers and belong to the text."""
_FEWEST, _LONGEST, _NEAR = 3, 60, 2


def without_page_marks(lines: Sequence[str]) -> list[str]:
    """The lines without page numbers and running titles; a sentence that went on over them goes on in the next line."""
    numbers = {at for at, line in enumerate(lines) if _NUMBERED.fullmatch(line) or _NUMBERED.fullmatch(line.strip(_RULES))}
    marks = numbers | _running_titles(lines, numbers)
    kept: list[str] = []
    after_mark = False
    for at, line in enumerate(lines):
        if at in marks:
            after_mark = True
            continue
        if not line.strip() and after_mark:
            continue
        if after_mark:
            while kept and not kept[-1].strip():
                kept.pop()
        line = line.replace("\f", "")
        if after_mark and kept and _goes_on(kept, line):
            kept[-1] = kept[-1].rstrip() + gap(kept[-1].rstrip(), line.lstrip()) + line.lstrip()
        else:
            kept += ["", line] if after_mark else [line]
        after_mark = False
    return kept


def _goes_on(kept: Sequence[str], following: str) -> bool:
    """Whether the last line before a page's end goes on after it: it is long, or not the first of its paragraph, and ends nothing."""
    long = columns(kept[-1]) >= NARROWEST or (len(kept) > 1 and bool(kept[-2].strip()))
    begins = following.strip()[:1]
    new_sentence = begins.isascii() and begins.isupper() and kept[-1].rstrip()[-1:].isascii()
    return long and not new_sentence and not ENDS.search(kept[-1]) and not begins_anew(following)


def _running_titles(lines: Sequence[str], numbers: set[int]) -> set[int]:
    """Lines that stand beside page numbers again and again, but for their own number, and numbers alone that rise."""
    places = defaultdict(list)
    for at, line in enumerate(lines):
        words = " ".join(line.split())
        if words and at not in numbers and len(words) <= _LONGEST:
            places[re.sub(r"\d+", "#", words)].append(at)
    filled = [at for at, line in enumerate(lines) if line.strip()]
    order = {at: place for place, at in enumerate(filled)}
    near = {filled[place + step] for at in numbers for step in range(-_NEAR, _NEAR + 1) if 0 <= (place := order[at]) + step < len(filled)}
    titles: set[int] = set()
    for words, found in places.items():
        beside = [at for at in found if at in near or "\f" in lines[at]]
        if len(found) < _FEWEST and len(beside) < (1 if len(found) > 1 else 2):
            continue
        counted = _COUNTED.search(words) is not None and len({lines[at].strip() for at in found}) > 1
        if counted:
            continue
        rising = "#" in words and _rise([int(re.findall(r"\d+", lines[at])[-1]) for at in found])
        if 2 * len(beside) >= len(found) or (rising and not begins_anew(lines[found[0]])):
            titles |= set(found)
    return titles


def _rise(numbers: Sequence[int]) -> bool:
    return all(one < other for one, other in pairwise(numbers))
