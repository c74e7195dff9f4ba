"""What is shown of a false statement, and when a verdict need not say it again."""

from __future__ import annotations

from dataclasses import replace

from interviewer.insight.false_statements import belief_of, errors_on, explanation_of, find_belief, key_of, says_no_more
from interviewer.models import Verdict, VerdictStatus
from tests.examples import MYTH, believing, quote, rich_grade

KNOWN, LOOSE = rich_grade().errors
WRONG = Verdict("a", VerdictStatus.WRONG, KNOWN.quote)


def test_each_error_has_a_key_of_its_own_that_is_no_points() -> None:
    assert key_of(KNOWN) != key_of(LOOSE)
    assert {key_of(KNOWN), key_of(LOOSE)}.isdisjoint("abc")


def test_a_known_belief_is_found_by_its_id_also_where_the_error_names_no_point() -> None:
    assert belief_of(believing(), KNOWN) is MYTH
    assert belief_of(believing(), replace(KNOWN, point_id=None)) is MYTH
    assert belief_of(believing(), LOOSE) is None
    assert find_belief(believing(), "unheard of") is None


def test_the_correction_is_not_told_twice() -> None:
    assert explanation_of(believing(), KNOWN) == ""
    assert explanation_of(believing(), replace(KNOWN, explanation="truth (en)")) == ""
    assert explanation_of(believing(), replace(KNOWN, explanation="it mixes up two things")) == "it mixes up two things"
    assert explanation_of(believing(), LOOSE) == "that is not so"


def test_the_errors_about_a_point() -> None:
    assert errors_on((KNOWN, LOOSE), "a") == (KNOWN,)
    assert errors_on((KNOWN, LOOSE), "b") == ()


def test_a_wrong_verdict_says_no_more_than_the_error_that_it_rests_on() -> None:
    assert says_no_more(WRONG, (KNOWN,))
    assert says_no_more(replace(WRONG, quote=None), (KNOWN,))
    assert not says_no_more(WRONG, (LOOSE,))
    assert not says_no_more(WRONG, ())


def test_other_words_and_right_ones_are_told_beside_the_point() -> None:
    assert not says_no_more(replace(WRONG, quote=quote("a term")), (KNOWN,))
    assert not says_no_more(replace(WRONG, status=VerdictStatus.COVERED), (KNOWN,))
