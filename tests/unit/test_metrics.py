"""The measures that need no library: intervals, bins, pairs within a question, twins, attacks, paired differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.evaluation.compare import compare_runs
from interviewer.evaluation.metrics import (
    AttackMark,
    Mark,
    bin_weights,
    draw_questions,
    language_gaps,
    measure_resistance,
    moments,
    order_kept,
    pearson_interval,
    resampled_pearson,
)
from interviewer.evaluation.predictions import Prediction


def mark(gold: float, pred: float | None, *, question: str = "q", label: str = "", id: str = "") -> Mark:
    """A graded answer."""
    return Mark(id or f"{question}-{gold}-{pred}", question, "set", "zh", label, gold, pred)


def attack(
    base: float | None, attacked: float | None, *, empty: bool = False, limit: float | None = None, question: str = "q"
) -> AttackMark:
    """An attack."""
    return AttackMark(f"{question}-{base}-{attacked}", question, "set", "zh", "", base, attacked, empty, limit)


def predictions(marks: list[Mark], shift: float) -> dict[str, Prediction]:
    """Another run that gave so many points more."""
    return {m.id: Prediction(m.id, m.question_id, m.dataset, m.gold, None if m.pred is None else m.pred + shift) for m in marks}


MARKS = [mark(10.0 * q + step, 8.0 * q + 1.1 * step + q % 3, question=f"q{q}") for q in range(8) for step in range(5)]


def test_the_moments_give_the_correlation_that_numpy_gives() -> None:
    gold, pred = np.array([m.gold for m in MARKS]), np.array([m.pred for m in MARKS])
    found = resampled_pearson(moments(MARKS).sum(axis=0, keepdims=True))[0]
    assert found == pytest.approx(np.corrcoef(gold, pred)[0, 1])


def test_every_resample_draws_as_many_questions_as_there_are_and_the_same_each_time() -> None:
    draws = draw_questions(7)
    assert (draws.sum(axis=1) == 7).all()
    assert (draws == draw_questions(7)).all()


def test_the_interval_holds_the_correlation_and_does_not_change_from_run_to_run() -> None:
    interval = pearson_interval(MARKS)
    assert interval is not None
    assert interval == pearson_interval(MARKS)
    assert interval.low < resampled_pearson(moments(MARKS).sum(axis=0, keepdims=True))[0] < interval.high


def test_few_questions_have_no_interval_however_many_answers() -> None:
    assert pearson_interval([m for m in MARKS if m.question_id in {"q0", "q1", "q2", "q3"}] * 10) is None


def test_equal_predictions_have_no_interval() -> None:
    assert pearson_interval([mark(m.gold, 50.0, question=m.question_id) for m in MARKS]) is None


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_every_bin_that_is_not_empty_weighs_one(gold: list[float]) -> None:
    weights = bin_weights(np.array(gold))
    assert weights.sum() == pytest.approx(round(weights.sum()))
    assert weights.sum() <= 10 + 1e-6


def test_a_tenth_belongs_to_the_bin_that_it_opens_and_full_marks_to_the_last() -> None:
    assert list(bin_weights(np.array([100 * 0.7, 75.0, 65.0, 95.0, 100.0]))) == [0.5, 0.5, 1.0, 0.5, 0.5]


def test_only_pairs_of_one_question_and_different_kinds_are_in_or_out_of_order() -> None:
    marks = [
        mark(95, 80, label="excellent"), mark(80, 90, label="good"), mark(30, 10, label="weak"),
        mark(30, 99, label="weak", question="other"), mark(0, 99, label="off"), mark(50, None, label="middling"),
    ]  # fmt: skip
    assert order_kept(marks) == pytest.approx(2 / 3)


def test_a_tie_is_not_in_order() -> None:
    assert order_kept([mark(95, 80, label="excellent"), mark(80, 80, label="good")]) == 0


def test_twins_are_ids_that_differ_in_the_language_alone() -> None:
    marks = [mark(80, 70, id="par-2-good-zh"), mark(80, 75, id="par-2-good-en"), mark(20, 5, id="par-2-weak-en"), mark(9, 9, id="zh-7")]
    assert language_gaps(marks) == [5]


def test_an_attack_gains_over_its_own_base() -> None:
    found = measure_resistance([attack(10, 30), attack(20, 20), attack(40, 10), attack(5, None)])
    assert (found.n, found.graded, found.ungraded) == (4, 3, 1)
    assert found.gain == pytest.approx(-10 / 3)
    assert found.rise == pytest.approx(20 / 3)
    assert found.over == pytest.approx(1 / 3)
    assert found.most == 20


def test_ten_points_are_not_more_than_ten() -> None:
    assert measure_resistance([attack(10, 20)]).over == 0


def test_attacks_on_an_empty_base_are_also_told_apart() -> None:
    found = measure_resistance([attack(0, 8, empty=True), attack(0, 2, empty=True), attack(0, 90)])
    assert (found.empty, found.empty_mean, found.empty_most) == (2, 5, 8)


def test_the_highest_acceptable_score_is_acceptable_and_rows_without_one_do_not_count() -> None:
    found = measure_resistance([attack(0, 10, limit=10), attack(0, 11, limit=10), attack(0, 90)])
    assert found.above_limit == 0.5


def test_no_attack_at_all_gives_no_number() -> None:
    assert measure_resistance([]).gain is None


def test_two_runs_are_compared_on_what_both_have_graded() -> None:
    other = predictions(MARKS, 2.0)
    del other[MARKS[0].id]
    compared = compare_runs([*MARKS, mark(3, None)], [], other)
    assert (compared.n, compared.left_out) == (len(MARKS) - 1, 2)
    bias = next(each for each in compared.differences if each.measure == "bias")
    assert bias.by == pytest.approx(-2)
    assert bias.interval is not None
    assert (bias.interval.low, bias.interval.high) == (pytest.approx(-2), pytest.approx(-2))


def test_a_run_does_not_differ_from_itself() -> None:
    for each in compare_runs(MARKS, [], predictions(MARKS, 0.0)).differences:
        assert each.by == 0
        assert each.interval is not None
        assert (each.interval.low, each.interval.high) == (0, 0)


def test_gains_are_compared_attack_by_attack() -> None:
    attacks = [attack(10, 10 + gain, question=f"q{gain}") for gain in range(6)]
    other = {each.id: Prediction(each.id, "q", "set", None, each.attacked) for each in attacks}
    other |= {f"{each.id}#base": Prediction(each.id, "q", "set", None, 9.0) for each in attacks}
    (gain,) = compare_runs([], attacks, other).differences
    assert (gain.measure, gain.by) == ("gain", pytest.approx(-1))
