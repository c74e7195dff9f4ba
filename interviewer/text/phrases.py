"""A short piece of somebody's own words, fit to be said back to them: one clause, without marks of layout."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewer.text.answer import flatten_layout, parse_answer
from interviewer.text.normalize import Span, strip_hidden
from interviewer.text.segment import split_clauses
from interviewer.text.words import count_han, measure_length

LONGEST: tuple[float, float] = (24.0, 19.5)
"""Of a piece with Chinese in it, and of one without (twelve words), in units of `words.measure_length`."""
LEAST = 4.0
"""Of a piece that says something, in the same units."""
_JOINT = re.compile(
    r"、|(?=因为|所以|然后|从而|以便|并且|同时|再(?=[把由用从对给让])|而不是)"
    r"|\s(?=(?:because|so that|so|which|when|if|then|until|before|after|and|while|unless)\s)"
)
"""Where a clause that is too long may be cut."""
_LEAD = re.compile(
    r"^(?:但是|但|不过|而且|并且|所以|因此|然后|于是|同时|另外|还有|比如|例如|即|(?:and|but|so|then|because|which|also|or|while|that)\b)[\s,，]*",
    re.IGNORECASE,
)
_HANGS = re.compile(
    r"^(?:如果|要是|假如|当|因为|由于|虽然|除非|只要|为了|还是|(?:if|when|where|whereas|while|because|since|although|unless|as|to|for)\b)",
    re.IGNORECASE,
)
"""How a clause begins that says little without the next one."""
_EDGE = " \t\n,，.。:：;；!！?？…、·-—~～|*_#>=+/\\()（）[]【】{}<>《》"
_QUOTES = str.maketrans("", "", '“”„"「」『』`*')


def pick_phrase(text: str, *, least: float = LEAST, asks: bool = False) -> str:
    """The longest clause of a text that is short enough to be said back, empty if none is. `least`: in units of `measure_length`.

    Never one that hangs on the next ("if the queue is full"), nor a question, unless `asks`.
    """
    pieces = [piece for piece in _pieces_of(text, asks=asks) if least <= measure_length(piece) <= _longest(piece)]
    return max((piece for piece in pieces if not _HANGS.match(piece)), key=measure_length, default="")


def _pieces_of(text: str, *, asks: bool) -> Iterator[str]:
    parsed, flat = parse_answer(text), flatten_layout(text)
    for sentence in parsed.sentences:
        if not asks and "?" in parsed.words(sentence):
            continue
        for clause in split_clauses(parsed.text.text, sentence):
            words = _clean(flat, parsed.text.to_raw(clause.start, clause.end))
            yield from (words,) if measure_length(words) <= _longest(words) else (_trim(part) for part in _JOINT.split(words))


def _clean(flat: str, place: Span) -> str:
    return _trim(" ".join(strip_hidden(flat[place.start : place.end]).translate(_QUOTES).split()))


def _trim(words: str) -> str:
    return _LEAD.sub("", words.strip(_EDGE)).strip(_EDGE)


def _longest(words: str) -> float:
    return LONGEST[0] if count_han(words) else LONGEST[1]
