"""An answer cut into pieces, so that a page can mark which words each verdict and each error rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from interviewer.insight.false_statements import key_of
from interviewer.models import Edit, FalseStatement, Verdict, VerdictStatus
from interviewer.text.normalize import has_hidden_text, is_hidden, strip_hidden

# Where quotes overlap, an error shows over a credit, and a credit over half a credit; false statements come over all of them.
_ORDER = (VerdictStatus.NAMED, VerdictStatus.PARTIAL, VerdictStatus.COVERED, VerdictStatus.WRONG)

Mark = Verdict | FalseStatement | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the answer, hidden characters left out. `status` and `key` are None where nothing rests on it.

    `key`: the point's id, or that of a false statement (`false_statements.key_of`).
    """

    text: str
    status: VerdictStatus | None = None
    key: str | None = None


def cut_pieces(answer: str, verdicts: Sequence[Verdict], errors: Sequence[FalseStatement] = ()) -> tuple[Piece, ...]:
    """The whole answer in order, marked where it is quoted; the pieces' texts joined are the answer without hidden characters."""
    pieces = []
    start = 0
    for _, run in groupby(_mark_positions(answer, verdicts, errors), id):
        mark, *more = run
        end = start + 1 + len(more)
        if text := strip_hidden(answer[start:end]):
            pieces.append(Piece(text, *_meaning(mark)))
        start = end
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of the answer of which every code point is shown, from `start` on: a place in it is a place in the answer.

    `status` and `key`: as of a `Piece`. `comment`: id of the edit that speaks of it. `hidden`: this many
    characters that show nothing stood before it, 0 where they are harmless.
    """

    start: int
    text: str
    status: VerdictStatus | None = None
    key: str | None = None
    comment: int | None = None
    hidden: int = 0


def cut_stretches(
    answer: str, verdicts: Sequence[Verdict], errors: Sequence[FalseStatement] = (), comments: Sequence[Edit] = ()
) -> tuple[Stretch, ...]:
    """The whole answer in order, cut where a mark, a comment or a hidden character begins or ends."""
    return tuple(_stretches(answer, _mark_positions(answer, verdicts, errors), _comment_positions(answer, comments)))


def count_hidden(answer: str) -> int:
    """How many characters show nothing, 0 if they are there for emoji or word breaking only."""
    return sum(map(is_hidden, answer)) if has_hidden_text(answer) else 0


def _mark_positions(answer: str, verdicts: Sequence[Verdict], errors: Sequence[FalseStatement]) -> list[Mark]:
    marks: list[Mark] = [None] * len(answer)
    ordered: list[Verdict | FalseStatement] = [verdict for status in _ORDER for verdict in verdicts if verdict.status is status]
    for mark in [*ordered, *errors]:
        if mark.quote:
            start, end = max(0, mark.quote.start), min(mark.quote.end, len(answer))
            marks[start:end] = [mark] * (end - start)
    return marks


def _meaning(mark: Mark) -> tuple[VerdictStatus | None, str | None]:
    if isinstance(mark, FalseStatement):
        return VerdictStatus.WRONG, key_of(mark)
    return (mark.status, mark.point_id) if mark else (None, None)


def _comment_positions(answer: str, comments: Sequence[Edit]) -> list[int | None]:
    noted: list[int | None] = [None] * len(answer)
    for comment in comments:
        for position in range(max(0, comment.start or 0), min(comment.end or 0, len(answer))):
            noted[position] = comment.id
    return noted


def _stretches(answer: str, marks: list[Mark], noted: list[int | None]) -> Iterator[Stretch]:
    tell = has_hidden_text(answer)
    start = hidden = 0
    for position in range(len(answer) + 1):
        # A browser reads CR LF as one character, so the CR is left out like a hidden one.
        unseen = position < len(answer) and (is_hidden(answer[position]) or answer[position : position + 2] == "\r\n")
        same = position < len(answer) and not unseen and marks[position] is marks[start] and noted[position] == noted[start]
        if position > start and not same:
            yield Stretch(start, answer[start:position], *_meaning(marks[start]), noted[start], hidden if tell else 0)
            start, hidden = position, 0
        if unseen:
            start, hidden = position + 1, hidden + is_hidden(answer[position])
    if tell and hidden:
        yield Stretch(len(answer), "", hidden=hidden)
