"""Which curve is nearest to the experts: the comparison of scales, on made-up answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.fit_scale import FOLDS, Scored, choose_left_out, curves, draw_table, errors_of, findings_of, fold_of
from interviewer.grading.rubric.answers import Labelled
from interviewer.grading.scoring import KNEE_MARKS, SCALES, answer_score
from interviewer.models import SCALE, Findings, VerdictStatus
from tests.examples import question, verdicts

COVERED, PARTIAL, WRONG = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.WRONG
POINTS = question().points


def labelled(*errors: str, **found: tuple[VerdictStatus, str]) -> Labelled:
    return Labelled("i", "q1", "en", "good", "an answer", 50.0, found, errors, "first")


def answers(gold_by: int | None = None) -> list[Scored]:
    """Forty answers of which the expert says what a scale would, or 50 where none is given."""
    found = [verdicts("covered", b, c) for b in ("covered", "partial", "named", "missing") for c in ("covered", "partial")]
    return [
        Scored(f"{place}", "first" if place % 2 else "second", POINTS, Findings(each), answer_score(POINTS, each, scale=gold_by or SCALE))
        for place, each in enumerate(found * 5)
    ]


@pytest.mark.parametrize("error", ["a myth about it", "myth"])
def test_an_error_is_about_the_wrong_point_that_has_its_words(error: str) -> None:
    told = findings_of(labelled(error, "something else", a=(COVERED, "right"), b=(WRONG, "a myth")))
    assert [each.point_id for each in told.errors] == ["b", None]
    assert [(each.point_id, each.status) for each in told.verdicts] == [("a", COVERED), ("b", WRONG)]


def test_a_point_without_words_takes_no_error_to_itself() -> None:
    told = findings_of(labelled("a myth", a=(WRONG, ""), b=(PARTIAL, "a myth")))
    assert [each.point_id for each in told.errors] == [None]


def test_the_scale_in_force_is_among_the_compared_and_marked() -> None:
    compared = curves()
    (marked,) = [name for name in compared if "in force" in name]
    shares = np.linspace(0, 1, 21)
    assert [compared[marked].curve(share) for share in shares] == [SCALES[SCALE].curve(share) for share in shares]
    assert compared["scale 2"] is SCALES[2]
    assert marked.startswith(f"{KNEE_MARKS:g} at 90%")
    assert compared["80 at 90%"].curve(0.9) == 80


@pytest.mark.parametrize(("scale", "name"), [(2, "scale 2"), (SCALE, "86 at 90% (in force)")])
def test_the_scale_that_the_expert_follows_is_chosen_for_every_fold(scale: int, name: str) -> None:
    rows = answers(scale)
    left_out, chosen = choose_left_out(rows, errors_of(rows, curves()))
    assert chosen == [name] * FOLDS
    assert np.abs(left_out).max() == 0


def test_a_fold_is_scored_by_what_the_others_chose() -> None:
    rows = answers()
    alone = fold_of(rows[0])
    errors = {
        "low": np.array([0.0 if fold_of(row) == alone else 10.0 for row in rows]),
        "high": np.array([30.0 if fold_of(row) == alone else 4.0 for row in rows]),
    }
    left_out, chosen = choose_left_out(rows, errors)
    assert chosen[alone] == "high"
    assert left_out[0] == 30.0


def test_the_table_has_error_and_bias_by_curve_batch_and_rater() -> None:
    rows = [replace(row, gold=row.gold - 10) for row in answers()]
    table = draw_table(rows, [replace(row, gold=row.gold + 2) for row in answers()], curves())
    told = {line[0]: dict(zip(table.headings, line, strict=True)) for line in table.rows}
    mine = told["86 at 90% (in force)"]
    assert [mine[name] for name in ("MAE", "bias", "bias of 50 and more", "MAE by fold")] == ["10.0", "10.0", "10.0", "10.0 … 10.0"]
    assert [mine[f"batch {name}"] for name in ("first", "second")] == ["10.0", "10.0"]
    assert [mine[f"other rater, {name}"] for name in ("MAE", "bias")] == ["2.0", "−2.0"]
    assert table.rows[-1][0] == "best on the other folds: 80 at 90%"


def test_without_another_rater_its_cells_are_empty() -> None:
    assert {line[-2:] for line in draw_table(answers(), [], curves()).rows} == {("–", "–")}
