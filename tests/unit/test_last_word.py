"""A coach's edits over an examiner's verdicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from interviewer.interview.last_word import (
    as_it_counts,
    comments_of,
    counting_edits,
    decision_on,
    feedback_of,
    findings_of,
    leads_of,
    purpose_of,
    review_of,
    stands_reviewed,
    verdicts_of,
)
from interviewer.interview.results import QuestionStatus, result_of, score_by
from interviewer.models import (
    Edit,
    EditKind,
    FalseStatement,
    Interview,
    Purpose,
    Quote,
    Reason,
    ReplyKind,
    Verdict,
    VerdictStatus,
)
from tests.examples import START, grade, interview, rich_grade, turn, ungraded

TEXT = ReplyKind.TEXT


def edited(told: Interview, *changes: dict[str, Any]) -> Interview:
    """The interview with these edits, in order, by one coach if they do not say whose."""
    given = {"kind": EditKind.VERDICT, "question_id": "q1", "turn_seq": 1, "author_id": "c", "author": "Coach"}
    edits = tuple(
        Edit(number, told.id, **{**given, **change}, at=START + timedelta(hours=number)) for number, change in enumerate(changes, start=1)
    )
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
    assert (result.status, result.machine_score) == (QuestionStatus.GRADED, None)
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


# ---------------------------------------------------------------- two coaches

SECOND = {"author_id": "d", "author": "Second"}
BLIND_SECOND = {**SECOND, "blind": True, "purpose": Purpose.CALIBRATION}
DECIDES = {**SECOND, "purpose": Purpose.ADJUDICATION}
SCORED = {"kind": EditKind.SCORE, "turn_seq": None, "reason": "because"}


def test_a_second_reading_leaves_the_grade_of_the_coach_who_leads() -> None:
    first = edited(GRADED, change("a", "covered"))
    both = edited(GRADED, change("a", "covered"), change("a", "wrong", **BLIND_SECOND), change("b", "missing", **BLIND_SECOND))
    assert result_of(both, "q1") == replace(result_of(first, "q1"))
    assert (score_by(both, "q1", "c"), score_by(both, "q1", "d")) == (100, score_by(both, "q1", "d"))
    assert (score_by(both, "q1", "d") or 0) < 70
    assert [edit.author for edit in counting_edits(both, "q1")] == ["Coach"]


def test_it_leaves_it_also_when_the_leading_coach_takes_everything_back() -> None:
    gone = edited(GRADED, change("a", "covered"), change("a", "wrong", **BLIND_SECOND), {"kind": EditKind.WITHDRAWN, "withdraws": 1})
    assert result_of(gone, "q1") == result_of(GRADED, "q1")
    assert purpose_of(gone, "q1", "d", blind=False) is Purpose.REVIEW


def test_two_who_begin_at_once_do_not_both_lead() -> None:
    both = edited(GRADED, change("a", "covered"), change("a", "wrong", **SECOND))
    assert result_of(both, "q1").score == 100


def test_an_adjudication_is_the_final_grade_and_known_as_one() -> None:
    decided = edited(GRADED, change("a", "covered"), change("a", "partial", **DECIDES), change("b", "covered"))
    assert result_of(decided, "q1").verdicts[0].status is VerdictStatus.PARTIAL
    decision = decision_on(decided, "q1")
    assert decision
    assert (decision.author, decision.purpose) == ("Second", Purpose.ADJUDICATION)


def test_what_a_grade_is_for_follows_from_whose_stands() -> None:
    first = edited(GRADED, change("a", "covered"))
    assert purpose_of(GRADED, "q1", "c", blind=True) is Purpose.REVIEW
    assert [purpose_of(first, "q1", author, blind=blind) for author, blind in (("c", False), ("d", True), ("d", False))] == [
        Purpose.REVIEW, Purpose.CALIBRATION, Purpose.ADJUDICATION,
    ]  # fmt: skip
    assert purpose_of(first, "q2", "d", blind=True) is Purpose.REVIEW
    decided = edited(GRADED, change("a", "covered"), change("a", "partial", **DECIDES))
    assert purpose_of(decided, "q1", "c", blind=False) is Purpose.ADJUDICATION


def test_a_score_falls_with_another_coachs_adjudication_and_stands_beside_ones_own_verdicts() -> None:
    own = edited(GRADED, {**SCORED, "score": 99.0}, change("a", "wrong"))
    assert result_of(own, "q1").score == 99
    decided = result_of(edited(GRADED, {**SCORED, "score": 99.0}, change("a", "covered", **DECIDES)), "q1")
    assert (decided.score, decided.overruled) == (100, None)


def test_an_interview_stays_reviewed_while_nothing_of_its_grade_changes() -> None:
    reviewed = {"kind": EditKind.REVIEWED, "question_id": None, "turn_seq": None}
    assert not stands_reviewed(GRADED)
    assert stands_reviewed(edited(GRADED, change("a", "covered"), reviewed, change("a", "wrong", **BLIND_SECOND)))
    assert not stands_reviewed(edited(GRADED, change("a", "covered"), reviewed, change("a", "wrong", **DECIDES)))


# ---------------------------------------------------------------- what is current


def test_the_examiners_words_go_with_the_grade_that_they_speak_of() -> None:
    told = interview(turn(reply=TEXT, outcomes=[replace(grade(a="missing"), feedback="a is missing")]))
    assert feedback_of(told, told.turns[0]) == "a is missing"
    after = edited(told, change("a", "covered"))
    assert feedback_of(after, after.turns[0]) == ""
    current = as_it_counts(after, after.turns[0]).grade
    assert current
    assert (current.score, current.feedback, current.interval) == (100, "", None)
    read = edited(told, change("a", "covered", purpose=Purpose.CALIBRATION))
    assert as_it_counts(read, read.turns[0]) == read.turns[0]


def test_false_words_are_no_evidence_for_what_the_coach_calls_right() -> None:
    words = Quote("one answer"[:3], 0, 3)
    for status, error in (("wrong", ()), ("partial", (FalseStatement(words, point_id="a"),))):
        verdict = Verdict("a", VerdictStatus(status), words)
        told = interview(turn(reply=TEXT, outcomes=[replace(grade(), verdicts=(verdict, *grade().verdicts[1:]), errors=error)]))
        quotes = [verdicts_of(edited(told, change("a", now)), told.turns[0])[0].quote for now in ("covered", "wrong")]
        assert quotes == [None, words]
    kept = interview(
        turn(reply=TEXT, outcomes=[replace(grade(), verdicts=(replace(verdict, status=VerdictStatus.PARTIAL), *grade().verdicts[1:]))])
    )
    assert verdicts_of(edited(kept, change("a", "covered")), kept.turns[0])[0].quote == words


# ---------------------------------------------------------------- a lead who is named


def led(lead: str, *changes: dict[str, Any]) -> Interview:
    return replace(edited(GRADED, *changes), lead_id=lead)


def score_led(lead: str, *changes: dict[str, Any]) -> float | None:
    return result_of(led(lead, *changes), "q1").score


def test_who_is_named_leads_as_soon_as_they_have_judged_by_themselves_whoever_was_first() -> None:
    first, second = change("a", "covered", author_id="c"), change("a", "wrong", author_id="d", purpose=Purpose.CALIBRATION, blind=True)
    assert score_led("", first, second) == 100
    assert score_led("d", first) == 100
    assert score_led("d", first, second) != 100
    decision = decision_on(led("d", first, second), "q1")
    assert decision
    assert decision.author_id == "d"
    assert leads_of(led("d", first)) == {"d"}
    assert leads_of(led("", first, second)) == {"c"}
    assert leads_of(GRADED) == frozenset()


def test_what_was_decided_before_the_lead_judged_is_over_and_what_is_decided_afterwards_holds() -> None:
    first, lead = change("a", "missing", author_id="c"), change("a", "covered", author_id="d", purpose=Purpose.REVIEW)
    adjudicated = change("a", "wrong", author_id="e", purpose=Purpose.ADJUDICATION)
    assert score_led("d", first, adjudicated, lead) == 100
    assert score_led("d", first, lead, adjudicated) != 100


def test_who_takes_over_and_has_only_decided_points_keeps_the_rest_of_what_the_first_gave() -> None:
    first = [change(point, "covered", author_id="c") for point in ("a", "b", "c")]
    one = change("a", "partial", author_id="d", purpose=Purpose.ADJUDICATION)
    assert score_led("d", *first, one) == score_led("", *first, one)


def test_what_the_named_lead_gives_blind_is_the_grade_and_in_sight_of_anothers_decides_against_it() -> None:
    first = change("a", "covered", author_id="c")
    assert purpose_of(led("d", first), "q1", "d", blind=True) is Purpose.REVIEW
    assert purpose_of(led("d", first), "q1", "d", blind=False) is Purpose.ADJUDICATION
    assert purpose_of(led("d", first), "q1", "e", blind=True) is Purpose.CALIBRATION
    assert purpose_of(led("d"), "q1", "e", blind=False) is Purpose.REVIEW
