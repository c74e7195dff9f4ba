"""What labelled answers show of a question: figures by hand, and what makes it untested."""

from __future__ import annotations

import json

import pytest

from interviewer.authoring.selftest import (
    Apart,
    Scored,
    Shown,
    Tried,
    Trouble,
    decode_shown,
    discrimination,
    encode_shown,
    is_tested,
    rank_correlation,
    show,
    swapped_pairs,
    weighted_kappa,
)
from interviewer.models import LabelledAnswer, Level, PointLabel, VerdictStatus

LEVELS = ["excellent", "good", "partial", "weak", "wrong", "hollow"]


def tried(level: str, score: float | None, label: str = "missing", verdict: str = "missing", id: str = "") -> Tried:
    answer = LabelledAnswer(id or level, "q", "zh", "…", Level(level), {"p": PointLabel(label)})
    return Tried(answer, score, {"p": VerdictStatus(verdict)} if score is not None else {})


def judged(*scores: float | None) -> Shown:
    return show("rubric", "v", Apart.UNSEEN, [tried(level, score) for level, score in zip(LEVELS, scores, strict=True)])


def test_answers_that_come_out_in_order_and_apart_pass() -> None:
    shown = judged(90, 75, 50, 20, 5, 10)
    assert (shown.passed, shown.swapped, shown.pairs, shown.order) == (True, (), 14, pytest.approx(14 / (14 * 15) ** 0.5))
    assert shown.discrimination == (90 + 75) / 2 - (10 + 5) / 2 == 75.0
    assert is_tested([shown])
    assert not is_tested([])


def test_a_neighbour_may_change_places_but_nobody_two_steps_away() -> None:
    near, far = judged(75, 90, 50, 20, 5, 10), judged(90, 45, 50, 46, 5, 10)
    assert (near.passed, near.swapped) == (True, (("excellent", "good"),))
    assert (far.troubles, far.swapped) == ((Trouble.OUT_OF_ORDER,), (("good", "partial"), ("good", "weak")))
    assert not is_tested([near, far])


def test_order_without_distance_is_not_enough_nor_a_score_for_all() -> None:
    assert judged(60, 55, 50, 45, 40, 39).troubles == (Trouble.TOO_CLOSE,)
    assert judged(50, 50, 50, 50, 50, 50).troubles == (Trouble.OUT_OF_ORDER, Trouble.TOO_CLOSE)


def test_what_is_good_must_be_graded_and_what_is_bad_need_not() -> None:
    assert judged(90, None, 50, 20, 5, 10).troubles == (Trouble.UNGRADED,)
    assert judged(90, 75, 50, 20, 5, None).passed


def test_too_few_or_too_like_answers_show_nothing() -> None:
    few = show("rubric", "v", Apart.UNSEEN, [tried(level, 50) for level in LEVELS[:5]])
    alike = show("rubric", "v", Apart.UNSEEN, [tried("good", 50 + n, id=str(n)) for n in range(6)])
    no_bad = show("rubric", "v", Apart.UNSEEN, [tried(level, 50, id=f"{level}{n}") for level in LEVELS[:3] for n in range(2)])
    assert [each.troubles for each in (few, alike, no_bad)] == [(Trouble.TOO_FEW,), (Trouble.ALL_ALIKE,), (Trouble.ALL_ALIKE,)]


def test_the_verdicts_are_compared_with_the_labels_point_by_point() -> None:
    rows = [tried("good", 80, "covered", "covered"), tried("partial", 40, "partial", "covered"), tried("weak", 5), tried("hollow", None)]
    shown = show("rubric", "v", Apart.LEFT_OUT, rows)
    # steps (2,2) (1,2) (0,0): apart 1; by chance (0+0+4 + 1+1+1 + 4+4+0)/3 = 5
    assert shown.by_point == {"p": pytest.approx(0.8)}
    assert shown.agreement == pytest.approx(0.8)


def test_figures_by_hand() -> None:
    graded = [(4, 60.0, "a"), (4, 90.0, "b"), (1, 70.0, "c"), (0, 10.0, "d"), (0, 30.0, "e"), (2, 50.0, "f")]
    assert swapped_pairs(graded) == ([(("a", "c"), 3), (("f", "c"), 1)], 13)
    assert discrimination(graded) == (60 + 90) / 2 - (30 + 10) / 2 == 55.0
    assert discrimination(graded[:2]) is None
    assert rank_correlation([(1, 10), (2, 20), (3, 15)]) == pytest.approx(1 / 3)
    assert rank_correlation([(1, 10), (1, 20)]) is None
    assert weighted_kappa([(0, 0), (2, 2), (1, 1)]) == 1.0
    assert weighted_kappa([(0, 0), (0, 0)]) is None


def test_the_result_is_kept_as_it_is() -> None:
    shown = show("rubric", "rubric-v6", Apart.LEFT_OUT, [tried("good", 80, "covered", "covered"), tried("hollow", None)])
    assert decode_shown(json.loads(json.dumps(encode_shown([shown])))) == (shown,)
    assert shown.scored == (Scored("good", Level.GOOD, 80), Scored("hollow", Level.HOLLOW, None))
