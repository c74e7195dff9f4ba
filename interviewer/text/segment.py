"""Where a text is cut: sentences, and the clauses of a sentence."""

from __future__ import annotations

import re

from interviewer.text.normalize import Span

WIDE_ENDS = "。！？；"
"""The full-width marks that end a sentence, for a character class; a normalised text keeps only the first."""
NARROW_ENDS = ".!?;"
"""The ASCII marks that end one, where white space follows."""
_SENTENCE_END = re.compile(r"[。!?;\n]+|(?<=[^\W\d_a-z])\.(?!\.)|\.{2,}|\.(?=[\s\"')\]]|$)")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|etc|approx|cf|resp|no|fig|a\.k\.a|w)|^\s*\d{1,2}|^\s*[a-z])$")
_CLAUSE_END = re.compile(
    r"[,:()\[\]{}]|--+| - |->|→|(?:而是|但是|但|不过|然而|可是)|\b(?:but|however|instead(?! of)|whereas|although|while)\b"
)


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
