"""Which words of an answer are marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interviewer.grading.text import strip_hidden
from interviewer.insight.highlights import Piece, cut_pieces
from interviewer.models import Quote, Verdict, VerdictStatus

C, P, W = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.WRONG


def verdict(point: str, status: VerdictStatus, start: int, end: int) -> Verdict:
    return Verdict(point, status, Quote("", start, end))


def test_quotes_are_marked_and_the_rest_is_not() -> None:
    assert cut_pieces("abcdef", [verdict("p", C, 1, 3)]) == (Piece("a"), Piece("bc", C, "p"), Piece("def"))


def test_an_error_shows_over_a_credit() -> None:
    pieces = cut_pieces("abcd", [verdict("w", W, 1, 3), verdict("c", C, 0, 4), verdict("h", P, 0, 4)])
    assert [(piece.text, piece.point_id) for piece in pieces] == [("a", "c"), ("bc", "w"), ("d", "c")]


def test_an_empty_answer_has_no_pieces() -> None:
    assert cut_pieces("", []) == ()


spans = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)


@given(st.text(max_size=25), st.lists(st.tuples(st.sampled_from([C, P, W]), spans), max_size=4))
def test_nothing_of_the_answer_is_lost(answer: str, marks: list[tuple[VerdictStatus, list[int]]]) -> None:
    pieces = cut_pieces(answer, [verdict(str(n), status, *span) for n, (status, span) in enumerate(marks)])
    assert "".join(piece.text for piece in pieces) == strip_hidden(answer)
