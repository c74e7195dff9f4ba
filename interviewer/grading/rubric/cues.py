"""The cue language of knowledge/README.md: compiled once per question, matched on normalised text.

A word is first looked for by its rarest literal piece and only then by its pattern, so that an answer costs a few
milliseconds however many cues a question has. Which cue means what verdict is decided in rubric.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from interviewer.grading.rubric.negation import is_denied, is_harmful, is_negated
from interviewer.text.normalize import Normalized, Span, normalize
from interviewer.text.segment import split_sentences

GAP = r"[^。!?;\n]{0,12}?"
MAX_SPAN = 220
_MAX_HITS = 6
_JOINT = r"[\s\-_/]{0,2}"
_PIECE = re.compile(r"\.\.|\*|[\s\-]+|[a-z]+|[^a-z\s\-*.]+|\.")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a cue: a literal to look for first, and what must stand around it.

    `needs`: further literals that a pattern cannot do without. `endings`: of a single Latin word, what may follow the literal
    (None: any letters or digits). A word with neither endings nor pattern matches wherever its literal stands.
    """

    text: str
    literal: str
    needs: tuple[str, ...] = ()
    pattern: str = ""
    is_latin: bool = False
    endings: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True)
class Cue:
    """A compiled cue line. `groups`: indexes into the cue sheet's words, all groups needed; `barred`: none allowed."""

    source: str
    groups: tuple[tuple[int, ...], ...]
    barred: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A cue found in an answer. `span`: in the normalised text; `hits`: one stretch per group."""

    cue: Cue
    span: Span
    hits: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    span: Span
    negated: bool
    denied: bool


@dataclass(slots=True)
class CueSheet:
    """All cues of one question, sharing one table of words. Not safe to compile into from two threads."""

    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    _ids: dict[str, int] = field(default_factory=dict)
    _compiled: dict[int, re.Pattern[str]] = field(default_factory=dict)

    def compile(self, line: str) -> Cue:
        """Compile one cue line; an unknown @name stands for itself and so finds nothing."""
        groups: list[tuple[int, ...]] = []
        barred: list[int] = []
        for part in line.split("&"):
            part = part.strip()
            refused = part.startswith("!")
            ids = tuple(dict.fromkeys(self._word(word) for word in self._alternatives(part.lstrip("! "))))
            if refused:
                barred.extend(ids)
            elif ids:
                groups.append(ids)
        return Cue(line, tuple(groups), tuple(barred))

    def seal(self) -> None:
        """Let go of what only compiling needs, a tenth of the memory: no cue is compiled into this sheet any more."""
        self._ids.clear()

    def _alternatives(self, part: str) -> Iterable[str]:
        for word in part.split("|"):
            word = word.strip()
            if word.startswith("@"):
                yield from self.terms.get(word[1:], (word,))
            elif word:
                yield word

    def _word(self, source: str) -> int:
        if source not in self._ids:
            self._ids[source] = len(self.words)
            self.words.append(compile_word(source))
        return self._ids[source]

    def read(self, answer: Normalized) -> Reading:
        """Prepare an answer for matching the cues that were compiled so far."""
        return Reading(self, answer.text, split_sentences(answer.text))

    def pattern(self, word_id: int) -> re.Pattern[str]:
        """The compiled pattern of a word; compiled at first need because most words of a sheet never occur."""
        found = self._compiled.get(word_id)
        if found is None:
            found = self._compiled[word_id] = re.compile(self.words[word_id].pattern)
        return found


def compile_word(source: str) -> Word:
    """Turn one cue word (already without @ and !) into what is looked for in normalised text."""
    word = re.sub(r"\s*\.\.\s*", "..", source.strip().lower() if source.isascii() else normalize(source).text)
    pieces = _PIECE.findall(word)
    if len(pieces) == 1 and not any(_is_latin(char) for char in word):
        return Word(word, word)
    if pieces and len(pieces[0]) > 1 and _is_plain(pieces[0]) and pieces[1:] in ([], ["*"]):
        base, endings = _inflect(pieces[0])
        return (
            Word(word, pieces[0], is_latin=True, endings=None)
            if pieces[1:]
            else Word(word, base, is_latin=True, endings=frozenset(endings))
        )
    literals = _literals(pieces)
    return Word(word, max(literals, key=len, default=""), needs=literals, pattern=_pattern(pieces))


def _pattern(pieces: list[str]) -> str:
    pattern = "".join(_render(pieces, index) for index in range(len(pieces)))
    if pieces and _is_latin(pieces[0][0]):
        pattern = (r"(?<![a-z])" if pieces[0][0].isalpha() and len(pieces[0]) > 1 else r"(?<![a-z0-9])") + pattern
    if pieces and _is_latin(pieces[-1][-1]):
        pattern += r"(?![a-z0-9])"
    return pattern


def _is_plain(piece: str) -> bool:
    return piece.isascii() and piece.isalpha()


def _is_latin(char: str) -> bool:
    return "a" <= char <= "z" or "0" <= char <= "9"


def _render(pieces: list[str], index: int) -> str:
    piece = pieces[index]
    following = pieces[index + 1] if index + 1 < len(pieces) else ""
    if piece == "..":
        return GAP
    if piece == "*":
        return "" if index == 0 else "[a-z0-9]*"
    if piece[0].isspace() or piece[0] == "-":
        return _JOINT
    if not _is_plain(piece) or following == "*" or (following and following[0].isdigit()):
        return re.escape(piece)
    base, endings = _inflect(piece)
    return f"{base}(?:{'|'.join(sorted(endings, key=len, reverse=True))})" if len(endings) > 1 else piece


def _inflect(word: str) -> tuple[str, tuple[str, ...]]:
    """A Latin word as its unchanging part and the endings that may follow: plural, and for plain words the verb forms."""
    if len(word) < 3:
        return word, ("", "s") if len(word) == 2 else ("",)
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1], ("y", "ies", "ied", "ying")
    if len(word) == 3:
        return word, ("", "s", "es")
    if word.endswith("e"):
        return word[:-1], ("e", "es", "ed", "ing")
    if word.endswith(("s", "ing", "ed")):
        return word, ("", "es")
    last = word[-1]
    return word, ("", "s", "es", "ed", "ing", f"{last}ed", f"{last}ing")


def _literals(pieces: list[str]) -> tuple[str, ...]:
    """The stretches that every match must hold as they stand."""
    found: list[str] = []
    for index, piece in enumerate(pieces):
        if piece in ("..", "*") or piece[0].isspace() or piece[0] == "-":
            continue
        found.append(_inflect(piece)[0] if _is_plain(piece) and pieces[index + 1 : index + 2] != ["*"] else piece)
    return tuple(found)


class Reading:
    """One answer under one cue sheet; remembers where each word was found."""

    def __init__(self, sheet: CueSheet, text: str, sentences: Sequence[Span]) -> None:
        self.sheet, self.text, self.sentences = sheet, text, tuple(sentences)
        # Thousands of words are asked for and nearly all are absent.
        self._present = {number for number, word in enumerate(sheet.words) if word.literal in text}
        self._hits: dict[int, tuple[_Hit, ...]] = {}
        self._groups: dict[tuple[tuple[int, ...], bool], list[Span]] = {}
        self._denied: dict[Span, bool] = {}

    def find(self, cue: Cue, *, lend: bool = False, strict: bool = False) -> tuple[Match, ...]:
        """Where a cue is found: at most one match per sentence, or per pair of neighbouring sentences where one alone has none.

        `lend`: one group may be supplied by the prompt, so it need not be found. `strict`: a denied harm ("never blocks") is
        no match either; for misconceptions.
        """
        groups: list[list[Span]] = []
        lendable = lend and len(cue.groups) > 1
        for ids in cue.groups:
            hits = self._group(ids, strict)
            if hits:
                groups.append(hits)
            elif lendable:
                lendable = False
            else:
                return ()
        if not groups:
            return ()
        found = [match for size in (1, 2) for match in self._windows(cue, groups, size)]
        alone = [match.span for match in found if self._sentence_of(match.span.start) == self._sentence_of(match.span.end - 1)]
        return tuple(match for match in found if match.span in alone or not any(match.span.overlap(span) for span in alone))

    def _windows(self, cue: Cue, groups: list[list[Span]], size: int) -> Iterable[Match]:
        for first in range(len(self.sentences) - size + 1):
            window = Span(self.sentences[first].start, self.sentences[first + size - 1].end)
            inside = _within(window, groups)
            if not inside or (size == 2 and self._single(groups, first)):
                continue
            chosen = _tightest(inside)
            if chosen and not self._is_barred(cue, window):
                span = Span(min(hit.start for hit in chosen), max(hit.end for hit in chosen))
                if span.end - span.start <= MAX_SPAN:
                    yield Match(cue, span, chosen)

    def _single(self, groups: list[list[Span]], first: int) -> bool:
        """Whether all groups lie in one of the two sentences, so that the pair adds nothing."""
        return any(
            all(any(sentence.start <= hit.start and hit.end <= sentence.end for hit in hits) for hits in groups)
            for sentence in self.sentences[first : first + 2]
        )

    def _is_barred(self, cue: Cue, window: Span) -> bool:
        return any(window.start <= hit.span.start and hit.span.end <= window.end for word in cue.barred for hit in self._occurrences(word))

    def _sentence_of(self, position: int) -> int:
        return next((index for index, sentence in enumerate(self.sentences) if position < sentence.end), len(self.sentences))

    def _group(self, ids: tuple[int, ...], strict: bool) -> list[Span]:
        known = self._groups.get((ids, strict))
        if known is None:
            found = (hit for word in ids if word in self._present for hit in self._occurrences(word))
            spans = {hit.span for hit in found if not (hit.denied if strict else hit.negated)}
            known = self._groups[ids, strict] = sorted(spans, key=lambda span: (span.start, -span.end))
        return known

    def _occurrences(self, word_id: int) -> tuple[_Hit, ...]:
        found = self._hits.get(word_id)
        if found is None:
            word = self.sheet.words[word_id]
            found = self._hits[word_id] = tuple(self._search(word, word_id)) if word_id in self._present else ()
        return found

    def _search(self, word: Word, word_id: int) -> Iterable[_Hit]:
        if not word.literal or any(need not in self.text for need in word.needs):
            return
        for span in self._places(word, word_id):
            denied = self._is_denied(span) and not is_negated(word.text)
            yield _Hit(span, denied and not is_harmful(word.text), denied)

    def _is_denied(self, span: Span) -> bool:
        if span not in self._denied:
            self._denied[span] = is_denied(self.text, span)
        return self._denied[span]

    def _places(self, word: Word, word_id: int) -> Iterable[Span]:
        if word.pattern:
            yield from (Span(match.start(), match.end()) for match in self.sheet.pattern(word_id).finditer(self.text))
            return
        start = self.text.find(word.literal)
        while start >= 0:
            end = start + len(word.literal)
            tail = self._tail(end) if word.is_latin else ""
            fits = not word.is_latin or (not self._letter_before(start) and (word.endings is None or tail in word.endings))
            if fits:
                yield Span(start, end + len(tail))
            start = self.text.find(word.literal, start + 1)

    def _letter_before(self, position: int) -> bool:
        return position > 0 and "a" <= self.text[position - 1] <= "z"

    def _tail(self, position: int) -> str:
        """The letters and digits from a position to the end of the word."""
        end = position
        while end < len(self.text) and _is_latin(self.text[end]):
            end += 1
        return self.text[position:end]


def _within(window: Span, groups: list[list[Span]]) -> list[list[Span]]:
    """The first few stretches of each group that lie in the window; empty if one group has none there."""
    start, end = window.start, window.end
    found = []
    for hits in groups:
        inside = [hit for hit in hits if start <= hit.start and hit.end <= end]
        if not inside:
            return []
        found.append(inside[:_MAX_HITS])
    return found


def _tightest(groups: list[list[Span]]) -> tuple[Span, ...]:
    """One stretch per group, no two overlapping, as close together as can be; empty if there is no such choice."""
    best: tuple[Span, ...] = ()
    width = 1 << 30

    def extend(index: int, chosen: tuple[Span, ...], start: int, end: int) -> None:
        nonlocal best, width
        if end - start >= width:
            return
        if index == len(groups):
            best, width = chosen, end - start
            return
        for hit in groups[index]:
            if not any(hit.overlap(other) for other in chosen):
                extend(index + 1, (*chosen, hit), min(start, hit.start), max(end, hit.end))

    for hit in groups[0]:
        extend(1, (hit,), hit.start, hit.end)
    return best
