"""From verdicts to numbers, bands and follow-ups."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.grading.scoring import (
    CURVE,
    FOLLOW_UP_CREDIT,
    HINT_COST,
    answer_score,
    band,
    choose_follow_up,
    coverage,
    curve,
    heaviest_gap,
    question_score,
)
from interviewer.models import Bilingual, Question, RubricPoint, Verdict, VerdictStatus

COVERED, PARTIAL, MISSING, WRONG = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.MISSING, VerdictStatus.WRONG
NOTHING = Bilingual("", "")


def point(name: str, weight: float, *, essential: bool = True, asks: int = 1) -> RubricPoint:
    follow_ups = tuple(Bilingual(f"{name}问{number}", f"{name} ask {number}") for number in range(asks))
    return RubricPoint(name, weight, essential, Bilingual(name, name), follow_ups=follow_ups)


POINTS = (point("a", 40, asks=2), point("b", 30), point("c", 20, essential=False), point("d", 10, essential=False))
QUESTION = Question("q", 1, NOTHING, NOTHING, NOTHING, (), 2, POINTS)
statuses = st.sampled_from(list(VerdictStatus))


def verdicts(*given_statuses: VerdictStatus) -> list[Verdict]:
    return [Verdict(each.id, status) for each, status in zip(POINTS, given_statuses, strict=False)]


@given(st.lists(statuses, min_size=4, max_size=4))
def test_score_stays_between_0_and_100_and_is_the_same_twice(given_statuses: list[VerdictStatus]) -> None:
    score = answer_score(POINTS, verdicts(*given_statuses))
    assert 0 <= score <= 100
    assert score == answer_score(POINTS, reversed(verdicts(*given_statuses)))


@given(st.lists(statuses, min_size=4, max_size=4), st.integers(0, 3))
def test_a_better_verdict_never_costs(given_statuses: list[VerdictStatus], index: int) -> None:
    order = [WRONG, MISSING, PARTIAL, COVERED]
    better = list(given_statuses)
    better[index] = order[min(3, order.index(better[index]) + 1)]
    assert answer_score(POINTS, verdicts(*better)) >= answer_score(POINTS, verdicts(*given_statuses))


@given(st.floats(0, 1), st.floats(0, 1))
def test_curve_never_falls(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert curve(low) <= curve(high)


def test_curve_runs_from_0_to_100() -> None:
    assert (curve(0), curve(1)) == (0, 100)
    assert [x for x, _ in CURVE] == sorted({x for x, _ in CURVE})


def test_full_marks_do_not_need_every_extra() -> None:
    assert answer_score(POINTS, verdicts(COVERED, COVERED, COVERED)) == 100
    assert answer_score(POINTS, verdicts(COVERED, COVERED)) < 100


def test_a_wrong_point_costs_in_proportion_to_its_weight() -> None:
    good = {"a": 1.0}
    assert coverage(POINTS, good | {"b": -0.6}) < coverage(POINTS, good | {"d": -0.6}) < coverage(POINTS, good)


def test_of_two_verdicts_on_a_point_the_worse_counts() -> None:
    assert answer_score(POINTS, [Verdict("a", COVERED), Verdict("a", MISSING)]) == answer_score(POINTS, [Verdict("a", MISSING)])


def test_verdicts_on_unknown_points_earn_nothing() -> None:
    assert answer_score(POINTS, [Verdict("zz", COVERED)]) == 0


def test_follow_up_credit_is_discounted() -> None:
    result = question_score(QUESTION, [verdicts(COVERED, MISSING), [Verdict("b", COVERED)]])
    assert result.coverage == pytest.approx(coverage(POINTS, {"a": 1.0, "b": FOLLOW_UP_CREDIT}))
    assert result.discounted == {"b"}
    assert result.verdicts[1].status is COVERED


def test_what_was_touched_at_first_keeps_its_worth() -> None:
    result = question_score(QUESTION, [verdicts(PARTIAL), [Verdict("a", COVERED)]])
    assert result.coverage == pytest.approx(coverage(POINTS, {"a": 0.5 + 0.5 * FOLLOW_UP_CREDIT}))


def test_a_corrected_error_counts_as_earned_late() -> None:
    result = question_score(QUESTION, [verdicts(WRONG), [Verdict("a", COVERED)]])
    assert result.coverage == pytest.approx(coverage(POINTS, {"a": FOLLOW_UP_CREDIT}))


def test_an_error_stands_until_something_better_is_said() -> None:
    erred = question_score(QUESTION, [verdicts(WRONG, COVERED)])
    silent = question_score(QUESTION, [verdicts(WRONG, COVERED), verdicts(MISSING, MISSING)])
    assert (silent.verdicts, silent.score) == (erred.verdicts, erred.score)
    half = question_score(QUESTION, [verdicts(WRONG, COVERED), verdicts(PARTIAL)])
    assert half.verdicts[0].status is PARTIAL
    assert half.score > erred.score


def test_a_wrong_follow_up_makes_the_point_wrong() -> None:
    result = question_score(QUESTION, [verdicts(COVERED), [Verdict("a", WRONG)]])
    assert result.verdicts[0].status is WRONG
    assert result.score < question_score(QUESTION, [verdicts(COVERED)]).score


def test_a_poorer_follow_up_takes_nothing_away() -> None:
    assert (
        question_score(QUESTION, [verdicts(COVERED), [Verdict("a", MISSING)]]).score == question_score(QUESTION, [verdicts(COVERED)]).score
    )


def test_each_hint_costs_but_never_below_zero() -> None:
    plain = question_score(QUESTION, [verdicts(COVERED)])
    hinted = question_score(QUESTION, [verdicts(COVERED)], hints=2)
    assert hinted.score == pytest.approx(plain.score - 2 * HINT_COST)
    assert hinted.before_hints == plain.score
    assert question_score(QUESTION, [], hints=2).score == 0


@given(st.lists(st.lists(statuses, min_size=4, max_size=4), min_size=1, max_size=3))
def test_question_score_is_bounded_and_complete(turns: list[list[VerdictStatus]]) -> None:
    result = question_score(QUESTION, [verdicts(*turn) for turn in turns])
    assert 0 <= result.score <= 100
    assert [verdict.point_id for verdict in result.verdicts] == [each.id for each in POINTS]


def test_a_wrong_point_is_probed_first_then_the_heaviest_missing_essential() -> None:
    assert heaviest_gap(QUESTION, verdicts(MISSING, MISSING, WRONG, MISSING)) == POINTS[2]
    assert heaviest_gap(QUESTION, verdicts(PARTIAL, MISSING, MISSING)) == POINTS[1]
    assert heaviest_gap(QUESTION, verdicts(PARTIAL, COVERED, COVERED, COVERED)) == POINTS[0]
    assert heaviest_gap(QUESTION, verdicts(COVERED, COVERED, COVERED, COVERED)) is None


def test_a_follow_up_is_never_put_twice_in_either_language() -> None:
    first = choose_follow_up(QUESTION, [], (), "zh")
    assert first is not None
    assert first.text == "a问0"
    second = choose_follow_up(QUESTION, [], ("a ask 0",), "zh")
    assert second is not None
    assert second.text == "a问1"
    third = choose_follow_up(QUESTION, [], ("a问0", "a问1"), "en")
    assert third is not None
    assert third.point_id == "b"


def test_no_follow_up_when_all_were_asked() -> None:
    bare = replace(QUESTION, points=(point("a", 100, asks=0),))
    assert choose_follow_up(bare, [], (), "en") is None


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
