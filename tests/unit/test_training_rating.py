"""Which reviews an interview gives: each line of the rating table by a literal case, and what gives none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.models import (
    CardKey,
    Edit,
    EditKind,
    FalseStatement,
    Grade,
    Interview,
    Outcome,
    Provenance,
    Quote,
    Rating,
    ReplyKind,
    Review,
    Turn,
    TurnKind,
    Verdict,
    VerdictStatus,
)
from interviewer.training.rating import reviews_of
from tests.examples import START, grade, interview, question, turn, ungraded

TEXT = ReplyKind.TEXT
AGAIN, HARD, GOOD = Rating.AGAIN, Rating.HARD, Rating.GOOD


def erring(given: Grade, point_id: str) -> Grade:
    """The grade with a false statement about a point."""
    return replace(given, errors=(FalseStatement(Quote("an", 0, 2), "no", None, point_id),))


def follow_up(given: Outcome | None, aimed: str) -> Turn:
    return turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, aimed=aimed, outcomes=[given] if given else [])


def ratings(of: Interview) -> dict[str, Rating]:
    return {review.key.point_id: review.rating for review in reviews_of(of)}


def edit(id: int, point_id: str, status: VerdictStatus, seq: int = 1) -> Edit:
    return Edit(id, "i1", EditKind.VERDICT, "c", "C", START, "q1", seq, point_id, status)


@pytest.mark.parametrize(
    ("status", "essential", "other"),
    [("missing", AGAIN, AGAIN), ("named", AGAIN, AGAIN), ("wrong", AGAIN, AGAIN), ("partial", AGAIN, HARD), ("covered", GOOD, GOOD)],
)
def test_a_verdict_has_a_rating(status: str, essential: Rating, other: Rating) -> None:
    found = ratings(interview(turn(reply=TEXT, outcomes=[grade(status, status, status)])))
    assert found == {"a": essential, "b": essential, "c": other}


def test_covered_after_a_hint_of_that_question_is_hard() -> None:
    first = turn(reply=TEXT, outcomes=[grade(c="partial")], hints=1)
    other = turn(2, question_id="q2", reply=TEXT, outcomes=[grade()])
    found = {review.key: review.rating for review in reviews_of(interview(first, other))}
    assert [found[CardKey("q1", each)] for each in "abc"] == [HARD, HARD, HARD]
    assert [found[CardKey("q2", each)] for each in "abc"] == [GOOD, GOOD, GOOD]


def test_covered_first_in_a_follow_up_is_hard_and_dated_by_it() -> None:
    first = turn(reply=TEXT, outcomes=[grade(a="missing")])
    found = {review.key.point_id: review for review in reviews_of(interview(first, follow_up(grade("covered", "missing", "missing"), "a")))}
    assert (found["a"].rating, found["a"].seq, found["a"].at) == (HARD, 2, START + timedelta(minutes=2, seconds=30))
    assert (found["b"].rating, found["b"].seq, found["b"].at) == (GOOD, 1, START + timedelta(minutes=1, seconds=30))


def test_what_a_follow_up_adds_to_an_essential_half_is_hard_and_a_half_of_it_stays_missed() -> None:
    first = turn(reply=TEXT, outcomes=[grade(a="partial", b="missing")])
    assert ratings(interview(first, follow_up(grade("covered", "missing", "missing"), "a")))["a"] is HARD
    assert ratings(interview(first, follow_up(grade("missing", "partial", "missing"), "b")))["b"] is AGAIN


def test_a_follow_up_that_repeats_or_leaves_out_changes_nothing() -> None:
    first = turn(reply=TEXT, outcomes=[grade()])
    for again in (grade(), grade("missing", "missing", "missing"), ungraded()):
        found = reviews_of(interview(first, follow_up(again, "a")))
        assert {(review.rating, review.seq) for review in found} == {(GOOD, 1)}


@pytest.mark.parametrize(
    ("status", "point_id", "rating"), [("covered", "a", HARD), ("covered", "c", HARD), ("partial", "a", AGAIN), ("partial", "c", AGAIN)]
)
def test_a_false_statement_on_the_same_point_costs_a_step(status: str, point_id: str, rating: Rating) -> None:
    given = erring(replace(grade(), verdicts=grade(**{point_id: status}).verdicts), point_id)
    found = {review.key.point_id: review for review in reviews_of(interview(turn(reply=TEXT, outcomes=[given])))}
    assert (found[point_id].rating, found[point_id].erred) == (rating, True)
    assert (found["b"].rating, found["b"].erred) == (GOOD, False)


def test_a_false_statement_counts_although_a_follow_up_mends_it() -> None:
    found = reviews_of(interview(turn(reply=TEXT, outcomes=[erring(grade(), "a")]), follow_up(grade(), "a")))
    assert (found[0].rating, found[0].erred) == (HARD, True)


def test_wrong_has_erred_and_missing_has_not() -> None:
    found = reviews_of(interview(turn(reply=TEXT, outcomes=[grade("wrong", "missing")])))
    assert [review.erred for review in found] == [True, False, False]


@pytest.mark.parametrize(
    "turns",
    [
        [],
        [turn()],
        [turn(reply=TEXT, pending=True)],
        [turn(reply=TEXT, outcomes=[ungraded()])],
        [turn(reply=ReplyKind.SKIPPED)],
        [turn(reply=ReplyKind.RAN_OUT)],
    ],
    ids=["not asked", "open", "pending", "ungraded", "skipped", "ran out"],
)
def test_without_a_judgement_there_is_no_review(turns: list[Turn]) -> None:
    assert reviews_of(interview(*turns)) == ()


def test_a_score_that_a_coach_gave_alone_judges_no_point() -> None:
    scored = Edit(1, "i1", EditKind.SCORE, "c", "C", START, "q1", 1, score=55.0)
    for closed in (turn(reply=TEXT, outcomes=[ungraded()]), turn(reply=ReplyKind.SKIPPED)):
        assert reviews_of(replace(interview(closed), edits=(scored,))) == ()


def test_an_unsure_verdict_gives_no_review() -> None:
    given = replace(grade(), verdicts=(Verdict("a", VerdictStatus.MISSING, unsure=True), *grade().verdicts[1:]))
    assert ratings(interview(turn(reply=TEXT, outcomes=[given]))) == {"b": GOOD, "c": GOOD}


def test_not_knowing_misses_what_is_essential() -> None:
    found = reviews_of(interview(turn(reply=ReplyKind.UNKNOWN)))
    key = CardKey("q1", "a")
    assert found[0] == Review(key, START + timedelta(minutes=1, seconds=30), AGAIN, VerdictStatus.MISSING, False, "i1", 1)
    assert ratings(interview(turn(reply=ReplyKind.UNKNOWN))) == {"a": AGAIN, "b": AGAIN}


def drill(*points: str) -> Interview:
    """A drill of these points of q1, answered with "I don't know"."""
    asked = question()
    asked = replace(asked, id="q1:" + ("together" if len(points) > 1 else points[0]), parent="q1", points=tuple(map(asked.point, points)))
    given = interview(turn(question_id=asked.id, reply=ReplyKind.UNKNOWN), questions=[asked.id])
    return replace(given, questions={asked.id: asked})


@pytest.mark.parametrize("points", [("c",), ("a", "b", "c")])
def test_not_knowing_misses_all_that_a_drill_asks_under_the_key_of_the_bank(points: tuple[str, ...]) -> None:
    assert [(review.key, review.rating) for review in reviews_of(drill(*points))] == [(CardKey("q1", each), AGAIN) for each in points]


def test_the_points_of_a_derived_question_count_as_well() -> None:
    given = interview(turn(reply=TEXT, outcomes=[grade()]))
    assert len(reviews_of(replace(given, questions={id: replace(each, derived=True) for id, each in given.questions.items()}))) == 3


def test_a_stand_ins_grade_counts_only_until_the_chosen_one_comes() -> None:
    stand_in = replace(grade(), provenance=Provenance("rubric", stand_in=True, scale=2))
    own = replace(grade(a="missing"), provenance=Provenance("llm", "m", scale=2))
    assert ratings(interview(turn(reply=TEXT, outcomes=[stand_in])))["a"] is GOOD
    for order in ([stand_in, own], [own, stand_in]):
        assert ratings(interview(turn(reply=TEXT, outcomes=order)))["a"] is AGAIN


def test_the_coach_has_the_last_word_of_a_review() -> None:
    given = interview(turn(reply=TEXT, outcomes=[erring(grade(b="missing"), "a")]))
    edited = replace(given, edits=(edit(1, "a", VerdictStatus.COVERED), edit(2, "b", VerdictStatus.COVERED)))
    assert ratings(given) == {"a": HARD, "b": AGAIN, "c": GOOD}
    assert ratings(edited) == {"a": GOOD, "b": GOOD, "c": GOOD}


def test_a_coach_who_is_sure_where_the_examiner_was_not_makes_a_review() -> None:
    unsure = replace(grade(), verdicts=(Verdict("a", VerdictStatus.MISSING, unsure=True), *grade().verdicts[1:]))
    given = interview(turn(reply=TEXT, outcomes=[unsure]))
    assert ratings(replace(given, edits=(edit(1, "a", VerdictStatus.PARTIAL),)))["a"] is AGAIN


def test_where_there_is_no_grade_only_what_the_coach_judged_is_reviewed() -> None:
    given = replace(interview(turn(reply=TEXT, outcomes=[ungraded()])), edits=(edit(1, "b", VerdictStatus.COVERED),))
    assert ratings(given) == {"b": GOOD}


STATUSES = st.sampled_from(list(VerdictStatus))


@st.composite
def grades(draw: st.DrawFn) -> Outcome:
    if draw(st.integers(0, 5)) == 0:
        return ungraded()
    status = {each: draw(STATUSES) for each in "abc"}
    found = tuple(
        Verdict(key, each, unsure=each is VerdictStatus.MISSING and draw(st.booleans()))
        for key, each in status.items()
        if draw(st.booleans())
    )
    return replace(grade(), verdicts=found, errors=erring(grade(), draw(st.sampled_from("abc"))).errors if draw(st.booleans()) else ())


@settings(max_examples=40, deadline=None)
@given(opening=grades(), probed=st.none() | grades(), hints=st.integers(0, 2))
def test_never_easy_never_twice_and_never_of_what_nobody_is_sure_of(opening: Outcome, probed: Outcome | None, hints: int) -> None:
    turns = [turn(reply=TEXT, outcomes=[opening], hints=hints), *([follow_up(probed, "a")] if probed else [])]
    found = reviews_of(interview(*turns))
    assert all(review.rating in (AGAIN, HARD, GOOD) for review in found)
    assert len({review.key for review in found}) == len(found)
    graded = [each for each in (opening, probed) if isinstance(each, Grade)]
    sure = {verdict.point_id for each in graded for verdict in each.verdicts if not verdict.unsure}
    told = {error.point_id for each in graded for error in each.errors}
    assert {review.key.point_id for review in found} <= (sure | told if isinstance(opening, Grade) else set())
    assert all(review.rating is AGAIN for review in found if review.status not in (VerdictStatus.COVERED, VerdictStatus.PARTIAL))
