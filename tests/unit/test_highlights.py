"""Which words of an answer are marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interviewer.insight.false_statements import key_of
from interviewer.insight.highlights import Piece, cut_pieces, cut_stretches
from interviewer.models import FalseStatement, Quote, Verdict, VerdictStatus
from interviewer.text.normalize import strip_hidden

C, P, N, W = (VerdictStatus(name) for name in ("covered", "partial", "named", "wrong"))


def verdict(point: str, status: VerdictStatus, start: int, end: int) -> Verdict:
    return Verdict(point, status, Quote("", start, end))


def test_quotes_are_marked_and_the_rest_is_not() -> None:
    assert cut_pieces("abcdef", [verdict("p", C, 1, 3)]) == (Piece("a"), Piece("bc", C, "p"), Piece("def"))


def test_an_error_shows_over_a_credit() -> None:
    pieces = cut_pieces("abcd", [verdict("w", W, 1, 3), verdict("c", C, 0, 4), verdict("h", P, 0, 4)])
    assert [(piece.text, piece.key) for piece in pieces] == [("a", "c"), ("bc", "w"), ("d", "c")]


def test_any_credit_shows_over_a_bare_name() -> None:
    pieces = cut_pieces("abc", [verdict("n", N, 0, 3), verdict("h", P, 1, 2)])
    assert pieces == (Piece("a", N, "n"), Piece("b", P, "h"), Piece("c", N, "n"))


def test_a_false_statement_is_marked_over_every_verdict_under_a_key_of_its_own() -> None:
    about, loose = FalseStatement(Quote("", 1, 2), point_id="c"), FalseStatement(Quote("", 4, 6))
    verdicts = [verdict("c", C, 0, 4), verdict("w", W, 1, 3)]
    expected = [("a", C, "c"), ("b", W, key_of(about)), ("c", W, "w"), ("d", C, "c"), ("ef", W, key_of(loose))]
    assert [(piece.text, piece.status, piece.key) for piece in cut_pieces("abcdef", verdicts, [about, loose])] == expected
    assert [(piece.text, piece.status, piece.key) for piece in cut_stretches("abcdef", verdicts, [about, loose])] == expected


def test_an_empty_answer_has_no_pieces() -> None:
    assert cut_pieces("", []) == ()


spans = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)


@given(st.text(max_size=25), st.lists(st.tuples(st.sampled_from([C, P, W]), spans), max_size=4))
def test_nothing_of_the_answer_is_lost(answer: str, marks: list[tuple[VerdictStatus, list[int]]]) -> None:
    pieces = cut_pieces(answer, [verdict(str(n), status, *span) for n, (status, span) in enumerate(marks)])
    assert "".join(piece.text for piece in pieces) == strip_hidden(answer)


def test_a_hidden_character_ends_a_stretch_and_is_counted_before_the_next() -> None:
    stretches = cut_stretches("ab\u200b\u200b\u202ecd\r\ne", [verdict("p", C, 1, 6)])
    assert [(piece.start, piece.text, piece.key, piece.hidden) for piece in stretches] == [
        (0, "a", None, 0),
        (1, "b", "p", 0),
        (5, "c", "p", 3),
        (6, "d", None, 0),
        (8, "\ne", None, 0),
    ]


@given(
    st.text(st.sampled_from("ab数😀\u200b\u202e\r\n\ufe0f"), max_size=25),
    st.lists(st.tuples(st.sampled_from([C, P, W]), spans), max_size=4),
)
def test_a_place_in_a_stretch_is_a_place_in_the_answer(answer: str, marks: list[tuple[VerdictStatus, list[int]]]) -> None:
    stretches = cut_stretches(answer, [verdict(str(n), status, *span) for n, (status, span) in enumerate(marks)])
    assert all(answer[piece.start : piece.start + len(piece.text)] == piece.text for piece in stretches)
    assert "".join(piece.text for piece in stretches) == strip_hidden(answer.replace("\r\n", "\n"))
