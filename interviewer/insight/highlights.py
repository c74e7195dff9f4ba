"""An answer cut into pieces, so that a page can mark which words each verdict rests on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interviewer.grading.text import strip_hidden
from interviewer.models import Verdict, VerdictStatus

# Where quotes overlap, an error shows over a credit, and a credit over half a credit.
_ORDER = (VerdictStatus.PARTIAL, VerdictStatus.COVERED, VerdictStatus.WRONG)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the answer, hidden characters left out. `status` and `point_id` are None where no verdict rests on it."""

    text: str
    status: VerdictStatus | None = None
    point_id: str | None = None


def cut_pieces(answer: str, verdicts: Sequence[Verdict]) -> tuple[Piece, ...]:
    """The whole answer in order, marked where it is quoted; the pieces' texts joined are the answer without hidden characters."""
    marks: list[Verdict | None] = [None] * len(answer)
    for status in _ORDER:
        for verdict in verdicts:
            if verdict.status is status and verdict.quote:
                for position in range(verdict.quote.start, min(verdict.quote.end, len(answer))):
                    marks[position] = verdict
    pieces = []
    start = 0
    for position in range(1, len(answer) + 1):
        if position == len(answer) or marks[position] is not marks[start]:
            mark = marks[start]
            text = strip_hidden(answer[start:position])
            if text:
                pieces.append(Piece(text, mark.status if mark else None, mark.point_id if mark else None))
            start = position
    return tuple(pieces)
