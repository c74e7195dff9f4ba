"""Every stretch of a line that may be a question: the line, its sentences and clauses, what stands before and after its marks. Pure.

Far more than are questions, and they overlap; which of them one is, is judged by what was learned (`judging`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from interviewer.drafting.asking import ENDS_ASKING, REPORTS
from interviewer.drafting.candidates import COMMENT, SEMICOLON, form_of
from interviewer.drafting.document import BlockKind, Document, Span
from interviewer.drafting.lines import Candidate, Line
from interviewer.drafting.running_text import reported
from interviewer.drafting.sentences import quotations, sentences, strip_span

_MOST = 200
"""Stretches of a line that are looked at; none but an endless one has more."""
_SAYS = re.compile(r"[\u4e00-\u9fff]{2}|[A-Za-z]{2}")
_COLON = re.compile(r"[:：](?!//)\s*|\s[—–-]{1,2}\s|——|[｜|]\s*")
_MOST_COLONS = 3
_ENDS_BRACKETED = re.compile(r"\s*[(（\[【][^()（）]*[)）\]】]\s*$")
_BEGINS_BRACKETED = re.compile(r"\s*[(（\[【][^()（）\]】]*[)）\]】]\s*")
_MARK = re.compile(
    r"\W*(?:[\[【(（]?[A-Za-z]{0,2}\W{0,2}\d{1,3}(?:[-.]\d{1,2})?[\]】)）]?|[A-Za-z](?=[.、)）:：]))?[\W_]+(?=\w)|\d{1,2}(?=[\u4e00-\u9fff])"
)
"""What may be a list's mark: "★ ", "□ 1. ", "A. ", "[01] ", or a number before a Chinese character."""
_COMMA = re.compile(r"[，,]\s*")
_CLAUSES = 6
"""Clauses of a sentence up to which every run of them is a stretch."""
_LANGUAGES = re.compile(r"\s+[/|／｜]\s+|\n")
_ENTRY = re.compile(r"[、，,/]|和|以及")
_CLAUSE_END = re.compile(r"[，,；;。？?！!]|\.\s|$")
_ENDS = 3
"""Ends of a clause after a verb of asking up to which what was asked may go."""


def find_stretches(document: Document, lines: Sequence[Line], cut: Iterable[Candidate]) -> list[Candidate]:
    """The stretches of all lines, each once, in the order of the text; what was `cut` by marks keeps its form."""
    found = {each.span: each for each in cut}
    for line in lines:
        for form, span in islice(_stretches(document, line), _MOST):
            bare = strip_span(document.text, span)
            if bare.start < bare.end and bare not in found and _SAYS.search(document.words(bare)):
                found[bare] = Candidate(bare, line.number, form, line.role, _rest(document, line, bare))
    return sorted(found.values(), key=lambda each: each.span)


def _rest(document: Document, line: Line, span: Span) -> Span | None:
    rest = strip_span(document.text, Span(span.end, line.span.end))
    return rest if rest.start < rest.end else None


def _stretches(document: Document, line: Line) -> Iterator[tuple[str, Span]]:
    span = line.span
    if span.start == span.end:
        return
    if line.block.kind is BlockKind.CODE:
        yield from _of_code(document, span)
        return
    form = form_of(line)
    yield form, span
    if line.is_one:
        return
    cut = sentences(document.text, span.start, span.end)
    for bold in line.block.bold:
        yield "bold", Span(max(bold.start, span.start), min(bold.end, span.end))
        if bold.start <= span.start < bold.end < span.end:
            yield form, strip_span(document.text, Span(bold.end, span.end), "：:.。*—-")
    yield from _of_sentences(document, line, cut)
    for form, found in (
        ("quote", quotations(document.words(span))),
        ("reported", (*reported(document.words(span)), *_told(document.words(span)))),
    ):
        for each in found:
            yield form, Span(span.start + each.start, span.start + each.end)
    for each in dict.fromkeys((span, *cut)):
        yield from _by_marks(document, line, each)
    yield from (("piece", each) for pattern in (SEMICOLON, _LANGUAGES, _ENTRY) for each in _cut_at(document, pattern, span))


def _of_code(document: Document, span: Span) -> Iterator[tuple[str, Span]]:
    yield "code", span
    at = span.start
    for row in document.words(span).split("\n"):
        yield "code", Span(at, at + len(row))
        if comment := COMMENT.match(row):
            yield "comment", Span(at + comment.start(1), at + comment.end(1))
        at += len(row) + 1


def _of_sentences(document: Document, line: Line, cut: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    if len(cut) < 2:
        return
    yield from (("sentence", each) for each in cut)
    yield "sentence", Span(cut[0].start, cut[1].end)
    for number, each in enumerate(cut):
        if ENDS_ASKING.search(document.words(each)):
            yield form_of(line), Span(line.span.start, each.end)
            if number:
                yield "sentence", Span(cut[number - 1].start, each.end)


def _told(words: str) -> Iterator[Span]:
    """From each verb of asking up to the next ends of a clause."""
    for pattern in REPORTS:
        for verb in pattern.finditer(words):
            for number, end in enumerate(_CLAUSE_END.finditer(words, verb.end())):
                yield Span(verb.end(), end.end() if end[0] in ("？", "?") else end.start())
                if number + 1 == _ENDS:
                    break


def _by_marks(document: Document, line: Line, span: Span) -> Iterator[tuple[str, Span]]:
    words, form = document.words(span), "sentence" if line.speaks else form_of(line)
    for colon in list(_COLON.finditer(words))[:_MOST_COLONS]:
        yield form, Span(span.start, span.start + colon.start())
        yield form, Span(span.start + colon.end(), span.end)
    bracket = _ENDS_BRACKETED.search(words)
    if bracket and bracket.start() > 3:
        yield form, Span(span.start, span.start + bracket.start())
    for pattern in (_BEGINS_BRACKETED, _MARK):
        if mark := pattern.match(words):
            yield form, Span(span.start + mark.end(), span.end)
            if bracket and mark.end() < bracket.start():
                yield form, Span(span.start + mark.end(), span.start + bracket.start())
    if line.speaks or ENDS_ASKING.search(words) or line.block.kind is BlockKind.PARAGRAPH:
        clauses = list(_cut_at(document, _COMMA, span))[:_CLAUSES]
        yield from (("sentence", Span(one.start, other.end)) for at, one in enumerate(clauses) for other in clauses[at:])
        if clauses:
            yield from (("sentence", Span(one.start, span.end)) for one in clauses)


def _cut_at(document: Document, pattern: re.Pattern[str], span: Span) -> Iterator[Span]:
    """What stands between the marks; nothing where there is none."""
    at = span.start
    marks = list(pattern.finditer(document.text, span.start, span.end))
    for mark in marks:
        yield Span(at, mark.start())
        at = mark.end()
    if marks:
        yield Span(at, span.end)
