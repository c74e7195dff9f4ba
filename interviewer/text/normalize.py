"""Text as it is judged: NFKC, case folded, stripped of hidden characters, white space collapsed.

Every position found in a normalised text can be carried back to the answer as typed. What the words mean is decided
elsewhere: rubric (what earns), substance (lists and explanations), manipulation (orders to the grader), evidence (quotes).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, filterfalse

from interviewer.text.words import IDEOGRAPH, is_han

_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u2800\u3164\uffa0")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ZERO_WIDTH = frozenset("\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u200e\u200f")
_LOOKALIKE = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "―": "-", "‐": "-", "‑": "-", "−": "-"}
)
_LINE_BREAK = re.compile("[\n\r\v\f\x85\u2028\u2029]")
_UNTIDY = re.compile(rf"\s{{2,}}|[^\S \n]|\A\s|\s\Z| (?={IDEOGRAPH})|(?<={IDEOGRAPH}) ")
"""White space that is not left as it is: more than one, neither a space nor a line feed, at an edge, or beside an ideograph."""
_WORD = re.compile(r"\S+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, in code points: `text[start:end]`."""

    start: int
    end: int

    def overlap(self, other: Span) -> int:
        """How many code points the two share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Normalized:
    """A text as it is judged. `origin[i]` is the position in `raw` of the character that gave `text[i]`."""

    raw: str
    text: str
    origin: tuple[int, ...]

    def to_raw(self, start: int, end: int) -> Span:
        """The stretch of `raw` that gave `text[start:end]`; empty spans map to the empty span at 0."""
        if end <= start:
            return Span(0, 0)
        return Span(self.origin[start], self.origin[end - 1] + 1)


@lru_cache(maxsize=10_000)
def is_hidden(char: str) -> bool:
    """Whether a character shows nothing: format characters, tags, variation selectors, fillers and stray controls."""
    if char in "\t\n\r\v\f\x85\u2028\u2029":
        return False
    return (
        char in _FILLERS
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0000" <= char <= "\U000e0fff"
        or unicodedata.category(char) in ("Cf", "Cc")
    )


def strip_hidden(text: str) -> str:
    """The text without the characters that show nothing."""
    return "".join(filterfalse(is_hidden, text))


def normalize(raw: str) -> Normalized:
    """NFKC, casefold, hidden characters dropped, white space collapsed, no space beside a Han character.

    A run of white space that holds a line break becomes one line break, any other run one space.
    """
    text, origin = _fold(raw)
    chars: list[str] = []
    places: list[int] = []
    start, end = 0, len(text)
    for run in _UNTIDY.finditer(text):
        chars.append(text[start : run.start()])
        places.extend(origin[start : run.start()])
        if run.start() and run.end() < end and (space := _space_for(text, run)):
            chars.append(space)
            places.append(origin[run.start()])
        start = run.end()
    chars.append(text[start:])
    places.extend(origin[start:])
    return Normalized(raw, "".join(chars), tuple(places))


def _space_for(text: str, run: re.Match[str]) -> str:
    if _LINE_BREAK.search(run.group()):
        return "\n"
    return "" if is_han(text[run.start() - 1]) or is_han(text[run.end()]) else " "


def _fold(raw: str) -> tuple[str, Sequence[int]]:
    """The visible characters, each folded together with its combining marks, and where in `raw` each of them comes from."""
    if raw.isascii() and not _CONTROL.search(raw):
        return raw.lower(), range(len(raw))
    if any(map(unicodedata.combining, raw)):
        marked = list(_fold_with_marks(raw))
        return "".join(folded for _, folded in marked), [position for position, folded in marked for _ in folded]
    folded = list(map(_fold_char, raw))
    text = "".join(folded)
    if len(text) == len(raw) and "" not in folded:  # one for one, as nearly always
        return text, range(len(raw))
    return text, [position for position, chars in enumerate(folded) for _ in chars]


def _fold_with_marks(raw: str) -> Iterator[tuple[int, str]]:
    position, length = 0, len(raw)
    while position < length:
        char, end = raw[position], position + 1
        if end == length or not unicodedata.combining(raw[end]):
            yield position, _fold_char(char)
        elif not is_hidden(char):
            while end < length and unicodedata.combining(raw[end]):
                end += 1
            yield position, _fold_marked(raw[position:end])
        position = end


@lru_cache(maxsize=10_000)
def _fold_char(char: str) -> str:
    """One character as it is compared, "" if it shows nothing. Kept: a text has thousands, but few that differ."""
    if char < "\x7f" and (char >= " " or char.isspace()):
        return char.lower()
    return "" if is_hidden(char) else _fold_marked(char)


def _fold_marked(chars: str) -> str:
    return unicodedata.normalize("NFKC", chars).casefold().translate(_LOOKALIKE)


def squeeze(text: str | Normalized) -> Normalized:
    """`normalize` without any white space, so that two texts can be compared whatever their spacing."""
    full = normalize(text) if isinstance(text, str) else text
    words = [word.span() for word in _WORD.finditer(full.text)]
    origin = tuple(chain.from_iterable(full.origin[start:end] for start, end in words))
    return Normalized(full.raw, "".join(full.text[start:end] for start, end in words), origin)


def has_hidden_text(raw: str) -> bool:
    """Whether characters that show nothing are used for more than emoji, word breaking or a pasted byte-order mark."""
    suspicious = 0
    for index, char in enumerate(raw):
        if not is_hidden(char) or char in "\u00ad\u061c":
            continue
        before = raw[index - 1] if index else ""
        if char in _BIDI or ("\U000e0000" <= char <= "\U000e007f" and not _in_flag(raw, index)):
            return True
        if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
            suspicious += 1 if before and is_hidden(before) and before not in "\u200d" else 0
        elif (char in _ZERO_WIDTH and index and not _between_emoji(raw, index)) or char in _FILLERS:
            suspicious += 1
    return suspicious >= 3


def _in_flag(raw: str, index: int) -> bool:
    start = index
    while start and "\U000e0000" <= raw[start] <= "\U000e007f":
        start -= 1
    return raw[start] == "\U0001f3f4" and index - start <= 8


def _between_emoji(raw: str, index: int) -> bool:
    before = raw[index - 1] if index else ""
    after = raw[index + 1] if index + 1 < len(raw) else ""
    return raw[index] == "\u200d" and any(char and unicodedata.category(char) in ("So", "Sk", "Mn") for char in (before, after))
