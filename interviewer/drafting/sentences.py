"""Where a document's words are cut: sentences, with quoted speech kept whole. Pure; positions are those of the text given."""

from __future__ import annotations

import re

from interviewer.drafting.document import Span

_QUOTED = re.compile(
    r"“[^“”\n]{2,400}”|「[^「」\n]{2,400}」|『[^『』\n]{2,400}』|(?<![\w\"])\"[^\"\n]{2,400}\"(?!\w)|(?<![\w'‘])‘[^‘’\n]{2,400}’(?!\w)"
)
_END = re.compile(r"[。！？!?…]+[’”\"'）)」』】]*|(?<![A-Z.])\.(?=[\s”\"')]*\s|[”\"')]*$)|\n|(?<=\w)\.(?=[\u4e00-\u9fff])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|etc|approx|cf|resp|no|fig|Mr|Ms|Dr|a\.k\.a)|(?:^|\s)\w)$")
_FILLER = "\u3000"


def quotations(text: str) -> tuple[Span, ...]:
    """What stands between quotation marks, without them."""
    return tuple(Span(match.start() + 1, match.end() - 1) for match in _QUOTED.finditer(text))


def without_quotations(text: str) -> str:
    """The text with what is quoted blanked, of the same length: its marks end no sentence, its words ask nothing."""
    return _QUOTED.sub(lambda match: match[0][0] + _FILLER * (len(match[0]) - 2) + match[0][-1], text)


def sentences(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """The sentences of a stretch of a text, without white space around them; each has its end mark."""
    end = len(text) if end is None else end
    shown = without_quotations(text[start:end])
    spans, at = [], 0
    for match in _END.finditer(shown):
        if match[0] == "." and _ABBREVIATION.search(shown[max(at, match.start() - 8) : match.start()]):
            continue
        spans.append(Span(start + at, start + match.end()))
        at = match.end()
    spans.append(Span(start + at, start + len(shown)))
    return tuple(stripped for span in spans if (stripped := strip_span(text, span)).start < stripped.end)


def strip_span(text: str, span: Span, besides: str = "") -> Span:
    """A span without the white space, and the characters given, at its edges."""
    start, end = span.start, span.end
    while start < end and (text[start].isspace() or text[start] in besides):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in besides):
        end -= 1
    return Span(start, end)
