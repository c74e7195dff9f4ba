"""Coach against examiner: kappa, intervals, and which verdicts count as what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.insight.agreement import (
    LEAST_INTERVIEWS,
    ORDER,
    RANK,
    Comparison,
    Pair,
    ScorePair,
    compare,
    compare_points,
    compare_questions,
    differences,
    pairs_of,
    score_pairs_of,
    weighted_kappa,
)
from interviewer.models import Edit, EditKind, Grade, GradeRecord, Interview, Provenance, ReplyKind, Verdict, VerdictStatus
from tests.examples import START, grade, interview, turn, verdicts

C, P, N, M, W = (VerdictStatus(name) for name in ("covered", "partial", "named", "missing", "wrong"))
SPREAD = list(zip([C, P, M, W, C, C, P, M], [C, P, M, M, P, C, C, M], strict=True))


def pair(coach: VerdictStatus, machine: VerdictStatus, *, interview_id: str = "i1", point: str = "a", blind: bool = True) -> Pair:
    return Pair("rubric", interview_id, "q1", point, coach, machine, blind)


def kappa_of(judged: list[tuple[VerdictStatus, VerdictStatus]]) -> float:
    table = np.zeros((len(ORDER), len(ORDER)))
    for coach, machine in judged:
        table[RANK[coach], RANK[machine]] += 1
    return float(weighted_kappa(table))


def edited(*edits: dict[str, Any], outcomes: tuple[Grade, ...] = (grade("covered", "missing", "missing"),)) -> Interview:
    base = interview(turn(1, reply=ReplyKind.TEXT, outcomes=outcomes), questions=["q1"])
    made = [
        Edit(**{"id": number, "interview_id": "i1", "author_id": "c", "author": "c", "at": START + timedelta(days=number), **values})
        for number, values in enumerate(edits, start=1)
    ]
    return replace(base, edits=tuple(made))


def verdict(point: str, status: VerdictStatus, **more: Any) -> dict[str, Any]:
    return {"kind": EditKind.VERDICT, "turn_seq": 1, "question_id": "q1", "point_id": point, "status": status, "examiner": "rubric", **more}


REVIEWED: dict[str, Any] = {"kind": EditKind.REVIEWED}


def only(found: tuple[Comparison, ...]) -> Comparison:
    assert len(found) == 1
    return found[0]


# ---------------------------------------------------------------- kappa


def test_kappa_of_a_worked_example() -> None:
    # Three of the eight pairs are one step apart; the margins in the order wrong, missing, named, partial, covered.
    rows, columns = np.array([1.0, 2, 0, 2, 3]), np.array([0.0, 3, 0, 2, 3])
    expected = sum(rows[i] * columns[j] * (i - j) ** 2 for i in range(5) for j in range(5)) / 8
    assert kappa_of(SPREAD) == pytest.approx(1 - 3 / expected)


def test_kappa_is_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="needs scikit-learn (the extra eval)")
    draw = np.random.default_rng(5)
    for size in (5, 40, 300):
        judged = [
            (ORDER[one], ORDER[min(4, max(0, one + shift))])
            for one, shift in zip(draw.integers(0, 5, size), draw.integers(-1, 2, size), strict=True)
        ]
        by_rank = [[RANK[side] for side in sides] for sides in zip(*judged, strict=True)]
        assert kappa_of(judged) == pytest.approx(metrics.cohen_kappa_score(*by_rank, weights="quadratic", labels=range(5)))


judged_lists = st.lists(st.tuples(st.sampled_from(ORDER), st.sampled_from(ORDER)), min_size=1, max_size=40)


@given(judged_lists)
def test_kappa_lies_between_minus_one_and_one_or_is_not_defined(judged: list[tuple[VerdictStatus, VerdictStatus]]) -> None:
    value = kappa_of(judged)
    assert np.isnan(value) or -1 - 1e-9 <= value <= 1 + 1e-9


@given(st.lists(st.sampled_from(ORDER), min_size=2, max_size=40))
def test_the_same_verdicts_are_perfect_unless_they_are_all_one(given_: list[VerdictStatus]) -> None:
    value = kappa_of([(status, status) for status in given_])
    assert np.isnan(value) if len(set(given_)) == 1 else value == pytest.approx(1)


@given(judged_lists)
def test_kappa_does_not_depend_on_who_is_who(judged: list[tuple[VerdictStatus, VerdictStatus]]) -> None:
    one, other = kappa_of(judged), kappa_of([(machine, coach) for coach, machine in judged])
    assert (np.isnan(one) and np.isnan(other)) or one == pytest.approx(other)


def test_far_apart_is_worse_than_next_to_each_other() -> None:
    near = [(C, P), (M, M), (C, C), (W, W)]
    assert kappa_of([(C, W), *near[1:]]) < kappa_of(near)


def test_the_verdicts_are_five_steps_in_order() -> None:
    assert [pair(status, W).gap for status in (W, M, N, P, C)] == [0, 1, 2, 3, 4]
    beside = [(C, C), (M, M), (P, P)]
    assert kappa_of([(N, M), *beside]) == pytest.approx(kappa_of([(N, P), *beside]), abs=0.05)
    assert kappa_of([(N, C), *beside]) < kappa_of([(N, P), *beside])


# ---------------------------------------------------------------- comparing


def test_intervals_are_the_same_at_every_call_and_hold_the_figure() -> None:
    pairs = [pair(coach, machine, interview_id=f"i{n}") for n in range(20) for coach, machine in SPREAD[n % 5 : n % 5 + 3]]
    scores = [ScorePair("rubric", f"i{n}", "q1", 60 + n % 7, 60, True) for n in range(20)]
    first, again = only(compare(pairs, scores)), only(compare(pairs, scores))
    assert first == again
    for figure in (first.kappa, first.raw, first.bias):
        assert figure
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high


def test_more_interviews_make_the_interval_narrower() -> None:
    def width(count: int) -> float:
        raw = only(compare([pair(C, C if n % 3 else M, interview_id=f"i{n}") for n in range(count)], [])).raw
        assert raw
        assert raw.low is not None
        assert raw.high is not None
        return raw.high - raw.low

    assert width(200) < width(20)


def test_too_few_interviews_have_no_interval_however_many_verdicts() -> None:
    few = [pair(coach, machine, interview_id=f"i{n}") for n in range(LEAST_INTERVIEWS - 1) for coach, machine in SPREAD * 5]
    found = only(compare(few, []))
    assert found.kappa
    assert found.kappa.low is None
    assert (found.n, found.interviews) == (160, LEAST_INTERVIEWS - 1)


def test_bias_is_coach_minus_examiner_in_points() -> None:
    scores = [ScorePair("rubric", "i1", "q1", 50, 60, False), ScorePair("rubric", "i2", "q1", 55, 60, False)]
    bias = only(compare([], scores)).bias
    assert bias
    assert bias.value == pytest.approx(-7.5)


def test_what_is_not_defined_is_no_number() -> None:
    found = only(compare([pair(C, C)], []))
    assert found.kappa is None
    assert found.bias is None
    assert found.raw
    assert found.raw.value == 1


def test_examiners_and_blind_and_sighted_are_kept_apart() -> None:
    pairs = [pair(C, M), pair(C, C, blind=False), replace(pair(M, M), examiner="llm")]
    found = compare(pairs, [])
    assert [(item.examiner, item.blind, item.n) for item in found] == [("llm", True, 1), ("rubric", True, 1), ("rubric", False, 1)]
    assert [(item.question_id, item.n) for item in compare_questions(pairs, [])] == [("q1", 1)] * 3
    assert [item.point_id for item in compare_points(pairs)] == ["a"] * 3


def test_the_table_counts_coach_by_examiner() -> None:
    table = only(compare([pair(C, M), pair(C, M), pair(W, W)], [])).table
    assert table[RANK[C]][RANK[M]] == 2
    assert table[RANK[W]][RANK[W]] == 1
    assert sum(map(sum, table)) == 3


# ---------------------------------------------------------------- the worklist


def test_the_point_with_the_most_steps_between_them_comes_first() -> None:
    pairs = [pair(C, P, point="near"), pair(C, W, point="far", interview_id="i2"), pair(M, P, point="far"), pair(C, C, point="same")]
    first, second = differences(pairs)
    assert (first.point_id, first.steps, first.higher, first.lower, first.n) == ("far", 6, 1, 1, 2)
    assert [each.interview_id for each in first.answers] == ["i2", "i1"]
    assert second.point_id == "near"


def test_where_nobody_differs_there_is_nothing_to_mend() -> None:
    assert differences([pair(C, C), pair(M, M)]) == ()


# ---------------------------------------------------------------- what counts as what


def test_an_edit_is_a_sighted_pair_with_what_stood_before() -> None:
    found = pairs_of(edited(verdict("b", P, was_status=M)))
    assert [(each.point_id, each.coach, each.machine, each.blind) for each in found] == [("b", P, M, False)]


def test_what_a_coach_left_alone_counts_only_once_the_interview_is_reviewed() -> None:
    found = pairs_of(edited(verdict("b", P), REVIEWED))
    assert [(each.point_id, each.gap) for each in found] == [("a", 0), ("b", 2), ("c", 0)]
    assert pairs_of(edited(REVIEWED, {"kind": EditKind.REOPENED})) == ()


def test_blind_verdicts_are_blind_pairs_and_review_adds_nothing_to_that_answer() -> None:
    found = pairs_of(edited(verdict("a", C, blind=True), verdict("b", C, blind=True), verdict("c", M, blind=True), REVIEWED))
    assert [(each.point_id, each.gap, each.blind) for each in found] == [("a", 0, True), ("b", 3, True), ("c", 0, True)]


def test_a_verdict_changed_after_the_blind_one_leaves_the_blind_one() -> None:
    found = pairs_of(edited(verdict("b", C, blind=True), verdict("b", M)))
    assert [(each.coach, each.blind) for each in found] == [(C, True)]


def test_blind_verdicts_are_compared_with_every_examiner() -> None:
    other = Grade(verdicts("missing", "covered", "missing"), 40, "f", Provenance("llm"))
    found = pairs_of(edited(verdict("b", C, blind=True), outcomes=(grade("covered", "missing", "missing"), other)))
    assert {(each.examiner, each.machine) for each in found} == {("rubric", M), ("llm", C)}


def test_a_sighted_verdict_is_compared_with_the_grade_that_was_in_sight() -> None:
    later = GradeRecord(9, "r9", Grade(verdicts("covered", "covered", "covered"), 100, "f", Provenance("llm")), START + timedelta(days=9))
    seen = edited(verdict("b", P))
    seen = replace(seen, turns=(replace(seen.turns[0], grades=(*seen.turns[0].grades, later)),))
    assert [(each.examiner, each.machine) for each in pairs_of(seen)] == [("rubric", M)]


def test_a_grade_that_came_after_the_review_was_not_agreed_to() -> None:
    later = GradeRecord(9, "r9", Grade(verdicts("wrong", "wrong", "wrong"), 0, "f", Provenance("llm")), START + timedelta(days=9))
    seen = edited(REVIEWED)
    seen = replace(seen, turns=(replace(seen.turns[0], grades=(*seen.turns[0].grades, later)),))
    assert {(each.examiner, each.machine) for each in pairs_of(seen)} == {("rubric", C), ("rubric", M)}


def test_a_withdrawn_verdict_counts_for_nothing() -> None:
    assert pairs_of(edited(verdict("b", P), {"kind": EditKind.WITHDRAWN, "withdraws": 1})) == ()


def test_without_a_grade_there_is_nothing_to_compare() -> None:
    assert pairs_of(edited(verdict("b", P), REVIEWED, outcomes=())) == ()
    assert score_pairs_of(edited(verdict("b", P), REVIEWED, outcomes=())) == ()


def test_the_score_that_follows_from_verdicts_is_compared_with_the_examiners() -> None:
    (found,) = score_pairs_of(edited(verdict("a", M)))
    assert found.coach == 0 < found.machine
    assert not found.blind


def test_a_score_is_blind_only_if_nothing_sighted_had_a_part_in_it() -> None:
    blind = verdict("a", M, blind=True)
    overruled = {"kind": EditKind.SCORE, "question_id": "q1", "score": 80.0}
    assert [each.blind for each in score_pairs_of(edited(blind))] == [True]
    assert [(each.blind, each.coach) for each in score_pairs_of(edited(blind, overruled))] == [(False, 80.0)]


def test_a_comment_is_no_judgement() -> None:
    comment = {"kind": EditKind.COMMENT, "question_id": "q1", "turn_seq": 1, "text": "hm"}
    assert pairs_of(edited(comment)) == ()
    assert score_pairs_of(edited(comment)) == ()


def test_a_point_that_the_grade_does_not_know_is_left_out() -> None:
    lacking = Grade((Verdict("a", C),), 50, "f", Provenance("rubric"))
    assert pairs_of(edited(verdict("b", C, blind=True), outcomes=(lacking,))) == ()
