"""From verdicts to numbers, bands and follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.grading.scoring import SCALES, answer_score, band, is_worse, power_to_knee, question_score
from interviewer.models import SCALE, Bilingual, FalseStatement, Findings, Question, Quote, RubricPoint, Verdict, VerdictStatus

COVERED, PARTIAL, NAMED, MISSING, WRONG = (
    VerdictStatus.COVERED,
    VerdictStatus.PARTIAL,
    VerdictStatus.NAMED,
    VerdictStatus.MISSING,
    VerdictStatus.WRONG,
)
NOTHING = Bilingual("", "")


def point(name: str, weight: float, *, essential: bool = True, asks: int = 1) -> RubricPoint:
    follow_ups = tuple(Bilingual(f"{name}问{number}", f"{name} ask {number}") for number in range(asks))
    return RubricPoint(name, weight, essential, Bilingual(name, name), follow_ups=follow_ups)


POINTS = (point("a", 40, asks=2), point("b", 30), point("c", 20, essential=False), point("d", 10, essential=False))
QUESTION = Question("q", 1, NOTHING, NOTHING, NOTHING, (), 2, POINTS)
statuses = st.sampled_from(list(VerdictStatus))


def verdicts(*given_statuses: VerdictStatus) -> list[Verdict]:
    return [Verdict(each.id, status) for each, status in zip(POINTS, given_statuses, strict=False)]


def turn(*given_statuses: VerdictStatus, errors: Sequence[str | None] = (), scale: int = SCALE) -> Findings:
    """An answer's findings; `errors`: the points that false statements are about, None for no point."""
    return Findings(tuple(verdicts(*given_statuses)), tuple(error(each) for each in errors), scale)


def error(point_id: str | None) -> FalseStatement:
    return FalseStatement(Quote("false", 0, 5), point_id=point_id)


def only(point_id: str, status: VerdictStatus, scale: int = SCALE) -> Findings:
    return Findings((Verdict(point_id, status),), scale=scale)


@given(st.lists(statuses, min_size=4, max_size=4))
def test_score_stays_between_0_and_100_and_is_the_same_twice(given_statuses: list[VerdictStatus]) -> None:
    score = answer_score(POINTS, verdicts(*given_statuses))
    assert 0 <= score <= 100
    assert score == answer_score(POINTS, reversed(verdicts(*given_statuses)))


@given(st.lists(statuses, min_size=4, max_size=4), st.integers(0, 3), st.sampled_from(sorted(SCALES)))
def test_a_better_verdict_never_costs(given_statuses: list[VerdictStatus], index: int, scale: int) -> None:
    order = [WRONG, MISSING, NAMED, PARTIAL, COVERED]
    better = list(given_statuses)
    better[index] = order[min(4, order.index(better[index]) + 1)]
    assert answer_score(POINTS, verdicts(*better), scale=scale) >= answer_score(POINTS, verdicts(*given_statuses), scale=scale)


# The points weigh 40, 30 (essential), 20 and 10 (extra); the literal numbers pin every constant of the three scales.
@pytest.mark.parametrize(
    ("given_statuses", "errors", "second", "third"),
    [
        ((COVERED, COVERED, COVERED, COVERED), (), 100.0, 100.0),
        ((COVERED, COVERED, COVERED, PARTIAL), (), 95.7, 93.0),
        ((COVERED, COVERED, COVERED), (), 91.4, 86.0),
        ((COVERED, COVERED), (), 73.8, 69.5),
        ((COVERED,), (), 45.9, 43.2),
        ((COVERED, PARTIAL), (), 60.2, 56.6),
        ((COVERED, NAMED), (), 48.8, 45.9),
        ((NAMED, NAMED, NAMED, NAMED), (), 14.1, 13.3),
        ((PARTIAL, PARTIAL, PARTIAL, PARTIAL), (), 40.0, 40.0),
        ((PARTIAL, PARTIAL, COVERED, COVERED), (), 40.0, 40.0),
        ((COVERED, WRONG), (), 40.0, 37.6),
        ((COVERED, MISSING), ("b",), 40.0, 37.6),
        ((COVERED, MISSING), ("b", "b"), 40.0, 37.6),
        ((COVERED, COVERED), ("a",), 66.6, 62.7),
        ((COVERED, COVERED), (None,), 69.3, 65.2),
        ((COVERED, COVERED), (None, None), 64.8, 60.9),
        ((WRONG, WRONG, WRONG, WRONG), (), 0.0, 0.0),
    ],
)
def test_the_scale_in_numbers(
    given_statuses: tuple[VerdictStatus, ...], errors: tuple[str | None, ...], second: float, third: float
) -> None:
    found = turn(*given_statuses, errors=errors)
    assert answer_score(POINTS, found.verdicts, found.errors) == third
    assert answer_score(POINTS, found.verdicts, found.errors, scale=2) == second
    assert [question_score(QUESTION, [turn(*given_statuses, errors=errors, scale=each)]).score for each in (2, 3)] == [second, third]


def test_the_third_scale_gives_what_is_asked_at_its_knee_and_100_only_to_a_whole_answer() -> None:
    curve = SCALES[3].curve
    assert [round(curve(share), 2) for share in (0.0, 0.45, 0.9, 0.95, 0.99, 1.0)] == [0.0, 47.71, 86.0, 93.0, 98.6, 100.0]
    assert [round(power_to_knee(share, 80.0), 2) for share in (0.45, 0.9, 0.95, 1.0)] == [44.38, 80.0, 90.0, 100.0]


def test_rules_that_are_no_version_yet_can_be_tried() -> None:
    tried = replace(SCALES[3], curve=lambda covered: 50.0 * covered)
    assert answer_score(POINTS, verdicts(COVERED, COVERED), scale=tried) == 35.0


@pytest.mark.parametrize(
    ("given_statuses", "score"),
    [
        ((COVERED, COVERED, COVERED), 100.0),
        ((COVERED, COVERED), 83.9),
        ((COVERED, WRONG), 20.1),
        ((PARTIAL, PARTIAL), 45.2),
        ((NAMED, NAMED, NAMED, NAMED), 0.0),
        ((WRONG, COVERED), 0.0),
    ],
)
def test_the_first_scale_stays_as_it_was(given_statuses: tuple[VerdictStatus, ...], score: float) -> None:
    assert answer_score(POINTS, verdicts(*given_statuses), scale=1) == score
    assert question_score(QUESTION, [turn(*given_statuses, scale=1)]).score == score


def test_the_ceiling_holds_until_an_essential_point_is_covered() -> None:
    assert answer_score(POINTS, verdicts(PARTIAL, PARTIAL, COVERED, COVERED)) == 40.0
    assert answer_score(POINTS, verdicts(PARTIAL, COVERED, COVERED, COVERED)) == 77.8


def test_of_two_verdicts_on_a_point_the_worse_counts() -> None:
    assert answer_score(POINTS, [Verdict("a", COVERED), Verdict("a", MISSING)]) == answer_score(POINTS, [Verdict("a", MISSING)])


def test_the_fewer_words_a_verdict_stands_on_the_worse_it_is() -> None:
    order = [WRONG, MISSING, NAMED, PARTIAL, COVERED]
    for worse, better in pairwise(order):
        assert is_worse(Verdict("a", worse), Verdict("a", better))
        assert not is_worse(Verdict("a", better), Verdict("a", worse))
        assert not is_worse(Verdict("a", worse), Verdict("a", worse))
        assert is_worse(verdicts(worse)[0], verdicts(better)[0])


def test_a_question_without_essential_points_is_full_with_all_of_its_extra_ones() -> None:
    extras = (point("c", 20, essential=False), point("d", 10, essential=False))
    assert answer_score(extras, [Verdict("c", COVERED), Verdict("d", COVERED)]) == 100.0
    assert answer_score(extras, [Verdict("c", COVERED)]) == 66.6
    assert answer_score(extras, [Verdict("c", COVERED)], scale=2) == 70.8
    assert answer_score(extras, [Verdict("c", COVERED)], scale=1) == 74.6
    assert answer_score((), [Verdict("c", COVERED)]) == 0.0


def test_more_than_full_marks_need_is_full() -> None:
    result = question_score(QUESTION, [turn(COVERED, COVERED, COVERED, COVERED, scale=1)])
    assert (result.score, result.coverage) == (100.0, 1.0)


def test_verdicts_on_unknown_points_earn_nothing() -> None:
    assert answer_score(POINTS, [Verdict("zz", COVERED)]) == 0


def test_what_a_follow_up_adds_counts_four_fifths() -> None:
    result = question_score(QUESTION, [turn(COVERED, MISSING), only("b", COVERED)])
    assert result.coverage == pytest.approx(0.4 + 0.8 * 0.3)
    assert result.score == 64.4
    assert result.discounted == {"b"}
    assert result.verdicts[1].status is COVERED


def test_a_follow_up_counts_on_the_scale_of_the_answer() -> None:
    result = question_score(QUESTION, [turn(COVERED, MISSING, scale=2), only("b", COVERED)])
    assert (result.scale, result.score) == (2, 68.4)


def test_what_was_touched_at_first_keeps_its_worth() -> None:
    result = question_score(QUESTION, [turn(PARTIAL), only("a", COVERED)])
    assert result.coverage == pytest.approx(0.4 * 0.9)


def test_a_corrected_error_counts_as_earned_late() -> None:
    result = question_score(QUESTION, [turn(WRONG), only("a", COVERED)])
    assert result.coverage == pytest.approx(0.4 * 0.8)
    assert result.errors == ()


def test_an_error_stands_until_something_right_is_said() -> None:
    erred = question_score(QUESTION, [turn(WRONG, COVERED, errors=("a",))])
    silent = question_score(QUESTION, [turn(WRONG, COVERED, errors=("a",)), turn(MISSING, MISSING)])
    assert (silent.verdicts, silent.score, silent.errors) == (erred.verdicts, erred.score, (error("a"),))
    half = question_score(QUESTION, [turn(WRONG, COVERED, errors=("a",)), turn(PARTIAL)])
    assert half.verdicts[0].status is PARTIAL
    assert half.errors == ()
    assert half.score > erred.score


def test_an_error_beside_something_right_is_put_right_by_saying_as_much_without_it() -> None:
    result = question_score(QUESTION, [turn(PARTIAL, errors=("a",)), turn(PARTIAL)])
    assert result.errors == ()
    assert result.coverage == pytest.approx(0.4 * 0.5)


def test_an_error_in_a_follow_up_costs_but_leaves_what_was_right() -> None:
    result = question_score(QUESTION, [turn(COVERED), Findings((Verdict("a", WRONG),), (error("a"),))])
    assert result.verdicts[0].status is COVERED
    assert result.errors == (error("a"),)
    assert result.coverage == pytest.approx(0.8 * 0.4)


def test_on_the_first_scale_a_wrong_follow_up_makes_the_point_wrong() -> None:
    result = question_score(QUESTION, [turn(COVERED, COVERED, scale=1), only("a", WRONG, scale=1)])
    assert result.verdicts[0].status is WRONG
    assert (result.score, result.scale) == (0.0, 1)


def test_right_beside_wrong_in_a_follow_up_earns_and_costs() -> None:
    result = question_score(QUESTION, [turn(MISSING), Findings((Verdict("a", COVERED),), (error("a"),))])
    assert result.verdicts[0].status is COVERED
    assert result.coverage == pytest.approx(0.4 * (0.8 - 0.2))


def test_a_statement_that_no_point_covers_costs_in_any_turn() -> None:
    plain = question_score(QUESTION, [turn(COVERED, COVERED)])
    later = question_score(QUESTION, [turn(COVERED, COVERED), Findings((), (error(None),))])
    assert later.errors == (error(None),)
    assert (plain.score, later.score) == (69.5, 65.2)


def test_a_poorer_follow_up_takes_nothing_away() -> None:
    for poorer in (MISSING, NAMED, PARTIAL):
        result = question_score(QUESTION, [turn(COVERED), only("a", poorer)])
        assert (result.score, result.verdicts[0].status) == (43.2, COVERED)


def test_each_hint_costs_five_marks_but_never_below_zero() -> None:
    hinted = question_score(QUESTION, [turn(COVERED)], hints=2)
    assert (hinted.score, hinted.before_hints) == (33.2, 43.2)
    assert question_score(QUESTION, [], hints=2).score == 0


def test_an_error_on_a_point_without_a_verdict_costs_all_the_same() -> None:
    silent = Findings((Verdict("b", COVERED),), (error("a"),))
    assert question_score(QUESTION, [silent]).errors == (error("a"),)
    assert question_score(QUESTION, [silent]).score == question_score(QUESTION, [turn(MISSING, COVERED, errors=["a"])]).score
    later = question_score(QUESTION, [turn(COVERED, COVERED), silent])
    assert (later.errors, later.score) == ((error("a"),), question_score(QUESTION, [turn(COVERED, COVERED, errors=["a"])]).score)


@given(st.lists(st.lists(statuses, min_size=4, max_size=4), min_size=1, max_size=3))
def test_question_score_is_bounded_and_complete(turns: list[list[VerdictStatus]]) -> None:
    result = question_score(QUESTION, [turn(*each) for each in turns])
    assert 0 <= result.score <= 100
    assert [verdict.point_id for verdict in result.verdicts] == [each.id for each in POINTS]


@pytest.mark.parametrize(
    ("score", "key"),
    [
        (0, "none"),
        (19.9, "none"),
        (20, "weak"),
        (40, "shallow"),
        (60, "acceptable"),
        (75, "good"),
        (89.9, "good"),
        (90, "excellent"),
        (100, "excellent"),
    ],
)
def test_bands_follow_the_scale(score: float, key: str) -> None:
    assert band(score) == key
