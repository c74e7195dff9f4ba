"""A coach's edits over an examiner's verdicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from interviewer.interview.last_word import comments_of, findings_of, review_of, verdicts_of
from interviewer.interview.results import Standing, result_of
from interviewer.models import Edit, EditKind, Interview, Reason, ReplyKind, VerdictStatus
from tests.examples import START, grade, interview, rich_grade, turn, ungraded

TEXT = ReplyKind.TEXT


def edited(told: Interview, *changes: dict[str, Any]) -> Interview:
    """The interview with these edits, in order, by one coach."""
    edits = tuple(
        Edit(number, told.id, **{"kind": EditKind.VERDICT, "question_id": "q1", "turn_seq": 1, **change}, author_id="c", author="Coach", at=START + timedelta(hours=number))
        for number, change in enumerate(changes, start=1)
    )  # fmt: skip
    return replace(told, edits=edits)


def change(point: str, status: str, **more: Any) -> dict[str, Any]:
    return {"point_id": point, "status": VerdictStatus(status), "reason": "because", **more}


GRADED = interview(turn(reply=TEXT, outcomes=[grade(a="missing")]))


def test_a_changed_verdict_changes_the_score_by_code_and_the_examiners_score_stays_known() -> None:
    before, after = result_of(GRADED, "q1"), result_of(edited(GRADED, change("a", "covered")), "q1")
    assert before.score is not None
    assert after.score == 100 > before.score == after.machine_score


def test_the_reason_of_a_changed_verdict_is_the_coachs() -> None:
    after = edited(GRADED, change("a", "partial"))
    assert [verdict.reason for verdict in verdicts_of(after, after.turns[0]) or () if verdict.point_id == "a"] == ["because"]


def test_the_last_of_several_changes_counts() -> None:
    after = edited(GRADED, change("a", "covered"), change("a", "wrong"))
    assert result_of(after, "q1").verdicts[0].status is VerdictStatus.WRONG


def test_a_withdrawn_change_is_as_if_it_had_not_been() -> None:
    after = edited(GRADED, change("a", "covered"), {"kind": EditKind.WITHDRAWN, "withdraws": 1})
    assert result_of(after, "q1") == result_of(GRADED, "q1")


def test_a_changed_verdict_stands_over_a_later_grade() -> None:
    graded_again = interview(turn(reply=TEXT, outcomes=[grade(a="missing"), grade(a="wrong")]))
    assert result_of(edited(graded_again, change("a", "covered")), "q1").score == 100


def test_a_coach_can_grade_what_no_examiner_could() -> None:
    lost = interview(turn(reply=TEXT, outcomes=[ungraded(Reason.QUOTA)]))
    result = result_of(edited(lost, change("a", "covered")), "q1")
    assert (result.standing, result.machine_score) == (Standing.GRADED, None)
    assert [verdict.status.value for verdict in result.verdicts] == ["covered", "missing", "missing"]


def test_a_score_by_the_coach_stands_whatever_the_verdicts_say() -> None:
    score = {"kind": EditKind.SCORE, "score": 42.0, "reason": "because", "turn_seq": None}
    result = result_of(edited(GRADED, change("a", "covered"), score), "q1")
    assert result.score == 42
    assert result.overruled is not None


def test_a_span_that_the_coach_marked_is_the_quote_of_the_verdict() -> None:
    after = edited(GRADED, change("a", "covered", start=3, end=9))
    quotes = {verdict.point_id: verdict.quote for verdict in verdicts_of(after, after.turns[0]) or ()}
    assert quotes["a"] is not None
    assert quotes["a"].text == "answer"


def test_an_edit_of_one_question_leaves_the_others_alone() -> None:
    assert result_of(edited(GRADED, change("a", "covered")), "q2") == result_of(GRADED, "q2")


def test_comments_are_told_until_they_are_withdrawn() -> None:
    comment = {"kind": EditKind.COMMENT, "text": "say how much", "start": 0, "end": 2}
    assert [edit.text for edit in comments_of(edited(GRADED, comment), "q1")] == ["say how much"]
    assert comments_of(edited(GRADED, comment, {"kind": EditKind.WITHDRAWN, "withdraws": 1}), "q1") == ()


def test_reviewed_until_it_is_opened_again() -> None:
    reviewed, reopened = {"kind": EditKind.REVIEWED, "question_id": None}, {"kind": EditKind.REOPENED, "question_id": None}
    assert review_of(GRADED) is None
    assert review_of(edited(GRADED, reviewed)) is not None
    assert review_of(edited(GRADED, reviewed, reopened)) is None


RICH = interview(turn(reply=TEXT, outcomes=[rich_grade()]))


def errors_after(told: Interview) -> list[str | None]:
    found = findings_of(told, told.turns[0])
    assert found
    return [error.point_id for error in found.errors]


def test_a_point_that_the_coach_does_not_call_wrong_loses_its_error_and_the_others_stay() -> None:
    assert errors_after(RICH) == ["a", None]
    assert errors_after(edited(RICH, change("a", "covered"))) == [None]
    assert errors_after(edited(RICH, change("a", "wrong"))) == ["a", None]
    assert errors_after(edited(RICH, change("b", "covered"))) == ["a", None]


def test_what_was_not_recognised_is_certain_once_the_coach_has_judged_it() -> None:
    before, after = (verdicts_of(told, told.turns[0])[2] for told in (RICH, edited(RICH, change("c", "missing"))))
    assert (before.unsure, after.unsure, after.status) == (True, False, VerdictStatus.MISSING)
