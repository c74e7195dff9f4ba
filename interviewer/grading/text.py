"""Text as it is judged: normalised, stripped of hidden characters, cut into sentences, clauses and tokens.

Every position found in a normalised text can be carried back to the answer as typed. What the words mean is decided
elsewhere: cues (cue lines), substance (lists and explanations), manipulation (orders to the grader), evidence (quotes).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, filterfalse

from interviewer.models import Lang

_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u2800\u3164\uffa0")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ZERO_WIDTH = frozenset("\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u200e\u200f")
_LOOKALIKE = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "―": "-", "‐": "-", "‑": "-", "−": "-"}
)
_IDEOGRAPH = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
_HAN = re.compile(_IDEOGRAPH)
_LINE_BREAK = re.compile("[\n\r\v\f\x85\u2028\u2029]")
_UNTIDY = re.compile(rf"\s{{2,}}|[^\S \n]|\A\s|\s\Z| (?={_IDEOGRAPH})|(?<={_IDEOGRAPH}) ")
"""White space that is not left as it is: more than one, neither a space nor a line feed, at an edge, or beside an ideograph."""
_WORD = re.compile(r"\S+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_LATIN_WORD = re.compile(r"[a-z0-9]+(?:[.'+#][a-z0-9]+)*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[。!?;\n]+|(?<=[^\W\d_a-z])\.(?!\.)|\.{2,}|\.(?=[\s\"')\]]|$)")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|etc|approx|cf|resp|no|fig|a\.k\.a|w)|^\s*\d{1,2}|^\s*[a-z])$")
_CLAUSE_END = re.compile(
    r"[,:()\[\]{}]|--+| - |->|→|(?:而是|但是|但|不过|然而|可是)|\b(?:but|however|instead(?! of)|whereas|although|while)\b"
)
_TOKEN = re.compile(r"[a-z][a-z0-9+#]*|\d+(?:\.\d+)?|[\u3400-\u9fff]+")


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


def is_han(char: str) -> bool:
    """Whether a character is a Chinese ideograph."""
    return char >= "\u3400" and _HAN.match(char) is not None


def count_han(text: str) -> int:
    """How many Chinese ideographs a text holds."""
    return len(_HAN.findall(text))


def count_words(text: str) -> int:
    """How many Latin words and numbers a text holds."""
    return len(_LATIN_WORD.findall(text))


def measure_length(text: str) -> float:
    """Length in units that weigh both languages alike: an ideograph is one, a Latin word 1.6."""
    return count_han(text) + 1.6 * count_words(text)


def detect_language(text: str, default: Lang = "zh") -> Lang:
    """The language an answer is written in, by its share of Han characters; `default` if it holds no words."""
    han, words = count_han(text), count_words(text)
    if han + words == 0:
        return default
    return "zh" if han >= 0.3 * (han + words) else "en"


def reply_language(answer: str, asked: Lang) -> Lang:
    """The language to reply to an answer in: the one that was asked in, unless it is plainly written in the other.

    In a Chinese interview code, markup and names of tools are no English, whatever the share of their letters.
    """
    if asked == "en":
        return detect_language(answer, asked)
    han, words = count_han(answer), [word.lower() for word in _LATIN_WORD.findall(answer)]
    bound = sum(word in _STOP_WORDS for word in words)
    return "en" if han < _SOME_HAN * (han + len(words)) and bound >= _PROSE_SHARE * len(words) else "zh"


def split_sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a normalised text, in order; a line break and a semicolon end one, too."""
    spans: list[Span] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.group() == "." and _ABBREVIATION.search(text[max(start, match.start() - 8) : match.start()]):
            continue
        _add_span(spans, text, start, match.end())
        start = match.end()
    _add_span(spans, text, start, len(text))
    return tuple(spans)


def split_clauses(text: str, sentence: Span) -> tuple[Span, ...]:
    """The clauses of one sentence: cut at commas, colons, brackets and words of contrast."""
    spans: list[Span] = []
    start = sentence.start
    for match in _CLAUSE_END.finditer(text, sentence.start, sentence.end):
        _add_span(spans, text, start, match.start())
        start = match.start() if match.group()[0].isalpha() else match.end()
    _add_span(spans, text, start, sentence.end)
    return tuple(spans)


def _add_span(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(char.isalnum() for char in text[start:end]):
        spans.append(Span(start, end))


def stem(word: str) -> str:
    """A Latin word without its commonest endings; only meant for comparing."""
    return _known_stem(word) if len(word) <= _SHORT_WORD else _stem(word)


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "i"
    for ending in ("ations", "ation", "ating", "ings", "ing", "edly", "ed", "ers", "er", "es", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word.endswith("ss")):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


_SHORT_WORD = 24
_known_stem = lru_cache(maxsize=10_000)(_stem)
"""Kept, because most words come again in other texts."""


def tokenize(text: str) -> tuple[str, ...]:
    """Stemmed Latin words, numbers and Han bigrams (a lone ideograph stays alone) of a normalised text, in order."""
    tokens: list[str] = []
    for run in _TOKEN.findall(text):
        if run[0] < "\u3400":
            tokens.append(stem(run))
        elif len(run) == 1:
            tokens.append(run)
        else:
            tokens.extend([run[index : index + 2] for index in range(len(run) - 1)])
    return tuple(tokens)


_SOME_HAN, _PROSE_SHARE = 0.1, 0.15
"""So much Chinese is written by somebody who speaks it; so many of the words of English prose are function words."""
_HAN_FUNCTION = re.compile(r"[的了是在和与及其或也都就而且则又还很这那之于以为对将把被从到个种些么吗呢吧呀啊我你他它们您请要会能可]+")
_STOP_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
    a an the and or of to in on at by for with from as is are was were be been being it its this that these those they them
    their there then than we i you he she our your my can could may might must should would will shall do does did has have
    had not no so if but such which who whom whose what when where why how also just very more most some any each into about
    over under between because while during both all other others same only own too s t don now use uses used using make
    makes made get gets
    """,
    )
)
_STOPS = frozenset(stem(word) for word in _STOP_WORDS) | _STOP_WORDS


def content_tokens(text: str) -> tuple[str, ...]:
    """The tokens of a normalised text that carry meaning: no function words, Han runs cut at function characters."""
    tokens: list[str] = []
    for run in _TOKEN.findall(text):
        if run[0] >= "\u3400":
            for part in _HAN_FUNCTION.split(run):
                tokens.extend([part[index : index + 2] for index in range(len(part) - 1)] if len(part) != 1 else (part,))
        elif run not in _STOP_WORDS:
            tokens.append(stem(run))
    return tuple([token for token in tokens if token not in _STOPS])


_FIGURE = re.compile(r"(?<![a-z_\d.])-?\d+(?:\.\d+)?")


def list_figures(text: str) -> tuple[str, ...]:
    """The numbers that a normalised text names, with their signs, as they come; 100.00 and 100 are one."""
    return tuple(f"{float(figure):.9g}" for figure in _FIGURE.findall(text))
