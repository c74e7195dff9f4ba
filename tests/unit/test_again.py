"""Answering again: what changed point by point, and what to practise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from interviewer.insight.again import Change, compare, compare_with_earlier, plan_practice, weakest
from interviewer.interview.results import QuestionResult, result_of, results_of
from interviewer.models import ExaminerName, FalseStatement, Grade, Interview, Mode, Quote, ReplyKind
from tests.examples import START, grade, interview, turn, ungraded

TEXT = ReplyKind.TEXT
RUBRIC = (ExaminerName.RUBRIC,)
KNOWN = tuple(f"q{number}" for number in range(1, 6))


def held(*grades: Grade, days: int = 0) -> Interview:
    turns = [turn(number, question_id=f"q{number}", reply=TEXT, outcomes=[each]) for number, each in enumerate(grades, start=1)]
    return replace(interview(*turns, questions=[each.question_id for each in turns]), created_at=START + timedelta(days=days))


def result(found: Grade) -> QuestionResult:
    return result_of(held(found), "q1")


def changes(before: Grade, after: Grade) -> dict[str, Change]:
    return {each.point.id: each.change for each in compare(result(before), result(after), START).points}


def test_points_are_gained_kept_lost_and_open() -> None:
    assert changes(grade("named", "covered", "covered"), grade("covered", "covered", "partial")) == {
        "a": Change.GAINED, "b": Change.KEPT, "c": Change.LOST,
    }  # fmt: skip
    assert changes(grade(c="missing"), grade(c="wrong"))["c"] is Change.OPEN


def test_an_error_beside_right_words_is_a_loss() -> None:
    erring = replace(grade(), errors=(FalseStatement(Quote("an", 0, 2), point_id="a"),))
    assert changes(grade(), erring) == {"a": Change.LOST, "b": Change.KEPT, "c": Change.KEPT}


def test_what_changed_comes_first_with_both_verdicts() -> None:
    found = compare(result(grade(c="missing")), result(grade(a="missing")), START)
    assert [(each.point.id, each.before.status, each.after.status) for each in found.points] == [
        ("c", "missing", "covered"), ("a", "covered", "missing"), ("b", "covered", "covered"),
    ]  # fmt: skip
    assert [found.count(change) for change in Change] == [1, 1, 1, 0]
    assert [each.changed for each in found.points] == [True, True, False]


def test_a_point_that_the_question_did_not_have_is_left_out() -> None:
    earlier = replace(result(grade()), verdicts=grade().verdicts[:2])
    assert {each.point.id for each in compare(earlier, result(grade()), START).points} == {"a", "b"}


def test_the_latest_earlier_answer_with_a_grade_counts() -> None:
    now = held(grade(), grade(), days=9)
    skipped = replace(interview(turn(1, reply=ReplyKind.SKIPPED), questions=["q1"]), created_at=START + timedelta(days=3))
    failed = replace(interview(turn(1, reply=TEXT, outcomes=[ungraded()]), questions=["q1"]), created_at=START + timedelta(days=2))
    found = compare_with_earlier(now, [skipped, failed, held(grade(a="missing"), days=1), held(grade(b="missing"), grade())])
    assert {id: (each.at, each.count(Change.GAINED)) for id, each in found.items()} == {
        "q1": (START + timedelta(days=1), 1), "q2": (START, 0),
    }  # fmt: skip


def test_what_has_no_grade_now_is_compared_with_nothing() -> None:
    assert compare_with_earlier(interview(turn(1, reply=ReplyKind.SKIPPED)), [held(grade())]) == {}


def test_the_weakest_questions_are_practised_at_most_three_and_no_good_one() -> None:
    found = held(grade(a="missing"), grade(), grade(c="missing"), grade("missing", "missing"), grade("missing", "missing", "missing"))
    assert weakest(results_of(found)) == ("q5", "q4", "q1", "q3")
    setup = plan_practice(found, None, KNOWN, RUBRIC)
    assert setup is not None
    assert setup.question_ids == ("q5", "q4", "q1")
    assert weakest(results_of(held(grade()))) == ()


def test_practice_keeps_the_set_up_and_shows_each_grade_at_once() -> None:
    found = held(grade(a="missing"), grade())
    found = replace(found, setup=replace(found.setup, mode=Mode.EXAM, minutes=5, examiner=ExaminerName.LLM))
    setup = plan_practice(found, None, KNOWN, RUBRIC)
    assert setup is not None
    assert (setup.question_ids, setup.mode, setup.minutes, setup.examiner) == (("q1",), Mode.COACHING, 5, ExaminerName.RUBRIC)
    assert plan_practice(found, "q2", KNOWN, RUBRIC) == replace(setup, question_ids=("q2",))


def test_a_question_of_another_interview_and_no_weak_point_begin_nothing() -> None:
    assert plan_practice(held(grade()), "q9", KNOWN, RUBRIC) is None
    assert plan_practice(held(grade()), None, KNOWN, RUBRIC) is None


def test_what_left_the_bank_is_not_practised() -> None:
    less = KNOWN[1:]
    assert plan_practice(held(grade("missing")), "q1", less, RUBRIC) is None
    setup = plan_practice(held(grade("missing"), grade(a="missing")), None, less, RUBRIC)
    assert setup is not None
    assert setup.question_ids == ("q2",)
