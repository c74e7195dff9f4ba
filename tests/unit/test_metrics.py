"""The measures that need no library: intervals, bins, pairs within a question, twins, attacks, paired differences, points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.evaluation.compare import compare_runs
from interviewer.evaluation.journal import Judgement, Place, PointJudgement
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
from interviewer.evaluation.points import LabelledMark, PointMark, mark_labelled, measure_points, weighted_kappa
from interviewer.evaluation.predictions import Prediction
from interviewer.evaluation.rows import Labels, PointLabel, Row, RowKind
from interviewer.evaluation.run import JudgedRow
from interviewer.evaluation.verdicts import describe_judgement
from interviewer.models import VerdictStatus
from tests.examples import question as example

COVERED, PARTIAL, NAMED, MISSING, WRONG = VerdictStatus
ANSWER = "The cache is free. It is never stale, I think."
FREE, STALE = (0, 17), (19, 36)


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


# ---------------------------------------------------------------- points


def labelled(
    *points: PointLabel, errors: tuple[str, ...] = (), found: tuple[PointJudgement, ...] = (), reported: tuple[Place, ...] = ()
) -> LabelledMark:
    """An answer with these labels, in which this was found."""
    row = Row("r", RowKind.BANK, "set", "good", "en", "q", example("q"), ANSWER, gold=0.5, labels=Labels(points, errors))
    return mark_labelled(JudgedRow(row, Judgement(50.0, points=found, errors=reported)), row.labels or Labels(()))


def told(*pairs: tuple[VerdictStatus, VerdictStatus | None]) -> LabelledMark:
    """An answer with these labels and verdicts."""
    return LabelledMark("r", "q", "set", "en", "", tuple(PointMark(str(n), one, other) for n, (one, other) in enumerate(pairs)))


def test_kappa_per_point_counts_two_for_covered_one_for_partial_and_nothing_else() -> None:
    assert measure_points(
        [told((COVERED, COVERED), (PARTIAL, PARTIAL), (NAMED, WRONG), (MISSING, NAMED), (WRONG, MISSING))]
    ).kappa == pytest.approx(1)
    assert measure_points([told((COVERED, MISSING), (MISSING, COVERED))]).kappa == pytest.approx(-1)
    # By hand: the mean squared distance is 1.25, that of chance 0.6875 + 0.25 + 0.75² = 1.5.
    assert measure_points([told((COVERED, MISSING), (PARTIAL, PARTIAL), (MISSING, MISSING), (COVERED, PARTIAL))]).kappa == pytest.approx(
        1 - 1.25 / 1.5
    )


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=40))
def test_kappa_is_the_one_from_the_table_of_pairs(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs).T
    seen, chance = ((one - other) ** 2).mean(), np.subtract.outer(one, other).astype(float) ** 2
    found = weighted_kappa(one, other)
    assert found is None if chance.mean() == 0 else found == pytest.approx(1 - seen / chance.mean())


def test_covered_points_are_found_or_missed_and_what_is_judged_covered_has_a_precision() -> None:
    found = measure_points(
        [told((COVERED, COVERED), (COVERED, PARTIAL), (COVERED, NAMED), (COVERED, WRONG), (COVERED, MISSING), (PARTIAL, COVERED))]
    )
    assert (found.points, found.covered, found.hit, found.missed, found.precision) == (6, 5, 0.2, 0.6, 0.5)


def test_ungraded_answers_count_in_no_share() -> None:
    found = measure_points([told((COVERED, None), (WRONG, None)), told((COVERED, COVERED))])
    assert (found.answers, found.points, found.hit, found.wrong) == (2, 1, 1.0, 0)


def test_a_wrong_point_is_found_by_its_verdict_or_by_an_error_on_its_words() -> None:
    wrong = PointLabel("a", WRONG, "It is never stale")
    judged_wrong = labelled(wrong, found=(PointJudgement("a", WRONG, FREE),))
    overlapped = labelled(wrong, found=(PointJudgement("a", MISSING),), reported=((17, 30),))
    elsewhere = labelled(wrong, found=(PointJudgement("a", MISSING),), reported=(FREE,))
    assert [measure_points([mark]).wrong_found for mark in (judged_wrong, overlapped, elsewhere)] == [1.0, 1.0, 0.0]


def test_what_is_called_wrong_is_right_where_the_label_is_wrong_or_a_false_statement_stands_there() -> None:
    on_label = labelled(PointLabel("a", WRONG, "never stale"), found=(PointJudgement("a", WRONG, FREE),))
    on_error = labelled(PointLabel("a", MISSING), errors=("The cache is free",), reported=(FREE,))
    on_mixed = labelled(PointLabel("a", COVERED, "The cache is free", mixed=True), reported=(FREE,))
    on_nothing = labelled(PointLabel("a", COVERED, "The cache is free"), found=(PointJudgement("a", WRONG, FREE),))
    assert [measure_points([mark]).wrong_precision for mark in (on_label, on_error, on_mixed, on_nothing)] == [1.0, 1.0, 1.0, 0.0]


def test_an_error_and_the_wrong_point_that_it_is_about_are_one_statement() -> None:
    mark = labelled(PointLabel("a", WRONG, "The cache is free"), found=(PointJudgement("a", WRONG, FREE),), reported=(FREE, STALE))
    assert (mark.reported, mark.rightly) == (2, 1)


def test_false_statements_that_no_point_covers_are_found_by_the_errors() -> None:
    mark = labelled(PointLabel("a", MISSING), errors=("The cache is free", "It is never stale"), reported=(STALE,))
    found = measure_points([mark])
    assert (found.wrong, found.false, found.false_found) == (0, 2, 0.5)


def test_a_raters_quote_is_found_whatever_its_width_and_spacing() -> None:
    mark = labelled(PointLabel("a", WRONG, "it  is NEVER stale"), reported=(STALE,))
    assert mark.points[0].caught


def test_a_line_of_verdicts_quotes_the_answer() -> None:
    judged = Judgement(50.0, points=(PointJudgement("a", COVERED, FREE), PointJudgement("b", MISSING)), errors=(STALE,))
    assert describe_judgement("r", ANSWER, judged) == {
        "id": "r",
        "points": [{"id": "a", "verdict": "covered", "quote": "The cache is free"}, {"id": "b", "verdict": "missing", "quote": ""}],
        "errors": ["It is never stale"],
        "score": 50.0,
    }
    lost = describe_judgement("r", ANSWER, Judgement(None, "timeout"))
    assert (lost["score"], lost["points"], lost["ungraded"]) == (None, [], "timeout")
