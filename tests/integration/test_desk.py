"""The coach's desk: who sees what, reading, and the last word. The list has its own file (test_inbox)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from interviewer.errors import NotFound
from interviewer.insight.agreement import pairs_of
from interviewer.insight.group import left_out
from interviewer.insight.second_readings import coach_pairs_of, coach_scores_of
from interviewer.interview.editing import EditRefused, Refusal
from interviewer.interview.last_word import comments_of, review_of
from interviewer.interview.results import result_of, score_by
from interviewer.models import LOCAL_PERSON, EditKind, ExaminerName, Interview, Person, Purpose, Reason, VerdictStatus
from interviewer.models.group import Credit, Selection
from interviewer.records.group import GroupRecords
from interviewer.records.groups import GroupStore
from tests.databases import ON_BOTH
from tests.examples import ScriptedExaminer, grade, ungraded
from tests.integration.coaching import Desk, open_desk

pytestmark = ON_BOTH

COVERED, PARTIAL, MISSING = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.MISSING
EVERY_POINT = dict.fromkeys("abc", PARTIAL)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


@pytest.fixture
def held(desk: Desk) -> Interview:
    """Ann's interview; the examiner found b and c, not a."""
    return desk.held(desk.ann)


def refused(action: Callable[[], object]) -> Refusal:
    """Why the desk would not do it."""
    with pytest.raises(EditRefused) as caught:
        action()
    return caught.value.why


def actions(desk: Desk, viewer: Person, interview: Interview) -> list[Callable[[], object]]:
    """Everything that can be done with one interview."""
    service, id = desk.service, interview.id
    return [
        lambda: service.open(id, viewer),
        lambda: service.open(id, viewer, blind=True),
        lambda: service.change_verdict(viewer, id, seq=1, point_id="a", status=COVERED, reason="r"),
        lambda: service.set_score(viewer, id, question_id="q1", score=10, reason="r"),
        lambda: service.comment(viewer, id, seq=1, text="c"),
        lambda: service.withdraw(viewer, id, 1),
        lambda: service.mark_reviewed(viewer, id),
        lambda: service.reopen(viewer, id),
        lambda: service.blind_review(viewer, id, seq=1, statuses=EVERY_POINT),
        lambda: service.grade_again(viewer, id, 1, ExaminerName.RUBRIC),
        lambda: service.hand_over(viewer, id, desk.coach.id),
    ]


# ---------------------------------------------------------------- who sees what


def test_nobody_but_the_assigned_coach_gets_at_an_interview(desk: Desk, held: Interview) -> None:
    admin = replace(desk.other, id="admin-without-coaching")
    for stranger in (desk.other, desk.ann, desk.bob, admin, replace(desk.coach, active=False)):
        for action in actions(desk, stranger, held):
            with pytest.raises(NotFound):
                action()
    assert desk.service.open(held.id, desk.coach).edits == ()
    assert [entry.actor_id for entry in desk.people.audit.search(100)] == [desk.coach.id]


def test_an_interview_is_lost_from_sight_when_the_coaching_ends(desk: Desk, held: Interview) -> None:
    desk.people.unassign(desk.coach.id, desk.ann.id)
    with pytest.raises(NotFound):
        desk.service.open(held.id, desk.coach)


def test_a_guessed_id_is_told_like_a_forbidden_one(desk: Desk, held: Interview) -> None:
    told = []
    for id in ("guessed", held.id):
        with pytest.raises(NotFound) as caught:
            desk.service.open(id, desk.other)
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_reading_is_noted_unless_the_grades_are_hidden(desk: Desk, held: Interview) -> None:
    desk.service.open(held.id, desk.coach, blind=True)
    assert not desk.people.audit.has_read(desk.coach.id, held.id)
    desk.service.open(held.id, desk.coach)
    assert desk.people.audit.has_read(desk.coach.id, held.id)
    assert not desk.people.audit.has_read(desk.other.id, held.id)


def test_the_local_person_coaches_their_own_interviews_and_is_noted_too(desk: Desk) -> None:
    held = desk.held(LOCAL_PERSON)
    assert desk.service.open(held.id, LOCAL_PERSON).id == held.id
    after = desk.service.change_verdict(LOCAL_PERSON, held.id, seq=1, point_id="a", status=COVERED)
    assert result_of(after, "q1").score == 100
    assert desk.people.audit.has_read(LOCAL_PERSON.id, held.id)


# ---------------------------------------------------------------- the last word


def test_a_changed_verdict_keeps_what_the_examiner_had_found(desk: Desk, held: Interview) -> None:
    desk.room.clock.forward(minutes=5)
    before = result_of(held, "q1").score
    after = desk.service.change_verdict(desk.coach, held.id, seq=1, point_id="a", status=COVERED, reason=" in passing ", start=0, end=3)
    (edit,) = after.edits
    assert (edit.kind, edit.question_id, edit.turn_seq, edit.point_id, edit.status) == (EditKind.VERDICT, "q1", 1, "a", COVERED)
    assert (edit.author_id, edit.author, edit.at) == (desk.coach.id, "Coach A", desk.room.clock())
    assert (edit.was_status, edit.was_score, edit.examiner, edit.reason, edit.blind) == (MISSING, before, "rubric", "in passing", False)
    assert result_of(after, "q1").score == 100


def test_a_second_coachs_blind_review_leaves_the_first_ones_final_grade(desk: Desk, held: Interview) -> None:
    desk.people.assign(desk.other.id, desk.ann.id)
    first = desk.service.blind_review(desk.coach, held.id, seq=1, statuses=dict.fromkeys("abc", COVERED))
    final = result_of(first, "q1").score
    assert final == 100
    desk.service.mark_reviewed(desk.coach, held.id)
    second = desk.service.blind_review(desk.other, held.id, seq=1, statuses=dict.fromkeys("abc", PARTIAL))
    assert result_of(second, "q1").score == final
    assert {edit.purpose for edit in second.edits if edit.author_id == desk.other.id} == {Purpose.CALIBRATION}
    assert desk.service.mark_reviewed(desk.other, held.id).edits == second.edits
    (scores,) = [(score.coach, score.machine, score.blind) for score in coach_scores_of(second)]
    assert scores == (final, score_by(second, "q1", desk.other.id), True)
    assert len(coach_pairs_of(second)) == 3
    assert {(pair.examiner, pair.coach, pair.machine) for pair in coach_pairs_of(second)} == {("Coach A / Coach B", COVERED, PARTIAL)}
    against_examiner = {(pair.blind, pair.coach) for pair in pairs_of(second) if pair.question_id == "q1"}
    assert against_examiner == {(True, COVERED), (True, PARTIAL)}
    decided = desk.service.change_verdict(desk.other, held.id, seq=1, point_id="a", status=PARTIAL)
    assert decided.edits[-1].purpose is Purpose.ADJUDICATION
    assert (result_of(decided, "q1").score or 0) < final
    assert len(coach_pairs_of(decided)) == 3


def test_a_blind_review_after_a_coach_who_changed_nothing_is_compared_and_leaves_the_grade(desk: Desk, held: Interview) -> None:
    desk.people.assign(desk.other.id, desk.ann.id)
    first = desk.service.mark_reviewed(desk.coach, held.id)
    second = desk.service.blind_review(desk.other, held.id, seq=1, statuses=dict.fromkeys("abc", PARTIAL))
    assert result_of(second, "q1").score == result_of(first, "q1").score
    assert {edit.purpose for edit in second.edits if edit.author_id == desk.other.id} == {Purpose.CALIBRATION}
    assert [(pair.coach, pair.machine, pair.blind) for pair in coach_pairs_of(second)] == [
        (MISSING, PARTIAL, True), (COVERED, PARTIAL, True), (COVERED, PARTIAL, True),
    ]  # fmt: skip
    (score,) = coach_scores_of(second)
    assert (score.coach, score.machine) == (result_of(first, "q1").score, score_by(second, "q1", desk.other.id))


def test_a_grade_is_withdrawn_by_whoever_gave_it(desk: Desk, held: Interview) -> None:
    desk.people.assign(desk.other.id, desk.ann.id)
    edit = desk.service.change_verdict(desk.coach, held.id, seq=1, point_id="a", status=COVERED).edits[-1]
    assert refused(lambda: desk.service.withdraw(desk.other, held.id, edit.id)) is Refusal.NOT_YOURS
    assert desk.service.withdraw(desk.coach, held.id, edit.id).edits[-1].kind is EditKind.WITHDRAWN


def test_nobody_grades_their_own_answers(desk: Desk) -> None:
    own = desk.held(desk.coach)
    for action in [*actions(desk, desk.coach, own)[2:4], lambda: desk.service.mark_reviewed(desk.coach, own.id)]:
        assert refused(action) is Refusal.OWN_ANSWERS
    assert desk.service.open(own.id, desk.coach).edits == ()


def test_edits_are_a_history_in_which_nothing_is_overwritten(desk: Desk, held: Interview) -> None:
    for status in (COVERED, PARTIAL):
        desk.service.change_verdict(desk.coach, held.id, seq=1, point_id="a", status=status)
    last = desk.service.open(held.id, desk.coach).edits[-1]
    after = desk.service.withdraw(desk.coach, held.id, last.id)
    assert [edit.kind.value for edit in after.edits] == ["verdict", "verdict", "withdrawn"]
    assert [edit.was_status for edit in after.edits[:2]] == [MISSING, MISSING]
    assert result_of(after, "q1").score == 100
    assert after.turns[0].grades == held.turns[0].grades


def test_the_candidate_sees_the_coachs_comment_and_score(desk: Desk, held: Interview) -> None:
    desk.service.comment(desk.coach, held.id, seq=1, text="say how much", start=0, end=3)
    desk.service.comment(desk.coach, held.id, question_id="q2", text="as a whole")
    desk.service.set_score(desk.coach, held.id, question_id="q1", score=12.5, reason="read aloud")
    seen = desk.room.service.read(held.id, owner=desk.ann.id)
    assert [(edit.text, edit.turn_seq, edit.start, edit.end) for edit in comments_of(seen, "q1")] == [("say how much", 1, 0, 3)]
    assert [edit.text for edit in comments_of(seen, "q2")] == ["as a whole"]
    result = result_of(seen, "q1")
    assert result.score == 12.5
    assert result.overruled is not None
    assert (result.overruled.was_score, result.overruled.examiner) == (result.machine_score, "rubric")


def test_another_coach_of_the_candidate_may_take_an_edit_back(desk: Desk, held: Interview) -> None:
    edited = desk.service.comment(desk.coach, held.id, seq=1, text="no")
    desk.people.assign(desk.other.id, desk.ann.id)
    after = desk.service.withdraw(desk.other, held.id, edited.edits[0].id)
    assert comments_of(after, "q1") == ()
    assert refused(lambda: desk.service.withdraw(desk.coach, held.id, edited.edits[0].id)) is Refusal.NO_SUCH_EDIT


def test_reviewed_and_open_again(desk: Desk, held: Interview) -> None:
    for _ in range(2):
        reviewed = desk.service.mark_reviewed(desk.coach, held.id)
    assert [edit.kind for edit in reviewed.edits] == [EditKind.REVIEWED]
    assert review_of(desk.service.reopen(desk.coach, held.id)) is None
    assert len(desk.service.reopen(desk.coach, held.id).edits) == 2
    assert refused(lambda: desk.service.withdraw(desk.coach, held.id, reviewed.edits[0].id)) is Refusal.NO_SUCH_EDIT


def test_every_edit_is_in_the_audit_log_without_its_words(desk: Desk, held: Interview) -> None:
    desk.service.comment(desk.coach, held.id, seq=1, text="private words")
    (entry,) = desk.people.audit.search(10)
    assert (entry.action, entry.subject, entry.detail) == ("edit", held.id, "comment")


@pytest.mark.parametrize(
    ("why", "change"),
    [
        (Refusal.NO_SUCH_POINT, {"point_id": "z"}),
        (Refusal.SPAN_OUTSIDE, {"start": 0, "end": 1000}),
        (Refusal.SPAN_OUTSIDE, {"start": 3, "end": 3}),
        (Refusal.SPAN_OUTSIDE, {"start": 3}),
        (Refusal.TOO_LONG, {"reason": "x" * 4001}),
    ],
)
def test_a_verdict_that_cannot_be_is_refused(desk: Desk, held: Interview, why: Refusal, change: dict[str, Any]) -> None:
    values = {"seq": 1, "point_id": "a", "status": COVERED, "reason": "r", **change}
    assert refused(lambda: desk.service.change_verdict(desk.coach, held.id, **values)) is why
    assert desk.service.open(held.id, desk.coach).edits == ()


@pytest.mark.parametrize(
    ("why", "change"),
    [
        (Refusal.SCORE_OUT_OF_RANGE, {"score": 100.5}),
        (Refusal.SCORE_OUT_OF_RANGE, {"score": -1}),
        (Refusal.SCORE_OUT_OF_RANGE, {"score": float("nan")}),
        (Refusal.NO_REASON, {"reason": "  "}),
    ],
)
def test_a_score_that_cannot_be_is_refused(desk: Desk, held: Interview, why: Refusal, change: dict[str, Any]) -> None:
    values = {"question_id": "q1", "score": 50, "reason": "r", **change}
    assert refused(lambda: desk.service.set_score(desk.coach, held.id, **values)) is why


def test_what_is_not_there_cannot_be_edited(desk: Desk) -> None:
    held = desk.held(desk.ann, "an answer", "")
    coach, id = desk.coach, held.id
    several: tuple[Callable[[], object], ...] = (
        lambda: desk.service.change_verdict(coach, id, seq=9, point_id="a", status=COVERED),
        lambda: desk.service.change_verdict(coach, id, seq=2, point_id="a", status=COVERED),
        lambda: desk.service.set_score(coach, id, question_id="q9", score=1, reason="r"),
        lambda: desk.service.comment(coach, id, question_id="q9", text="c"),
        lambda: desk.service.comment(coach, id, text="c"),
        lambda: desk.service.grade_again(coach, id, 2, ExaminerName.RUBRIC),
    )
    for action in several:
        with pytest.raises(NotFound):
            action()
    assert refused(lambda: desk.service.comment(coach, id, seq=1, text=" ")) is Refusal.NO_TEXT
    assert refused(lambda: desk.service.comment(coach, id, question_id="q1", text="c", start=0, end=1)) is Refusal.SPAN_OUTSIDE


# ---------------------------------------------------------------- blind


def test_a_blind_review_puts_down_every_point_with_what_the_examiner_found(desk: Desk, held: Interview) -> None:
    desk.service.open(held.id, desk.coach, blind=True)
    after = desk.service.blind_review(desk.coach, held.id, seq=1, statuses=EVERY_POINT, reasons={"a": "half of it"})
    assert all(edit.blind and edit.status is PARTIAL for edit in after.edits)
    assert [(edit.point_id, edit.was_status, edit.examiner) for edit in after.edits] == [
        ("a", MISSING, "rubric"), ("b", COVERED, "rubric"), ("c", COVERED, "rubric"),
    ]  # fmt: skip


def test_who_has_seen_the_grades_cannot_review_blind_but_another_can(desk: Desk, held: Interview) -> None:
    desk.service.open(held.id, desk.coach)
    assert not desk.service.may_review_blind(held.id, desk.coach)
    assert refused(lambda: desk.service.blind_review(desk.coach, held.id, seq=1, statuses=EVERY_POINT)) is Refusal.ALREADY_READ
    desk.people.assign(desk.other.id, desk.ann.id)
    assert desk.service.blind_review(desk.other, held.id, seq=1, statuses=EVERY_POINT).edits


def test_a_blind_review_is_of_every_point(desk: Desk, held: Interview) -> None:
    some = {"a": COVERED}
    assert refused(lambda: desk.service.blind_review(desk.coach, held.id, seq=1, statuses=some)) is Refusal.NOT_EVERY_POINT
    many = {**EVERY_POINT, "z": COVERED}
    assert refused(lambda: desk.service.blind_review(desk.coach, held.id, seq=1, statuses=many)) is Refusal.NO_SUCH_POINT


# ---------------------------------------------------------------- another grade


def test_another_grade_is_kept_beside_the_first(tmp_path: Path) -> None:
    with open_desk(tmp_path, ScriptedExaminer(ungraded(Reason.QUOTA), grade())) as desk:
        held = desk.held(desk.ann, "an answer")
        asked = desk.service.grade_again(desk.coach, held.id, 1, ExaminerName.RUBRIC)
        assert asked.version == held.version
        after = desk.room.settle(held)
    assert [type(record.outcome).__name__ for record in after.turns[0].grades] == ["Ungraded", "Grade"]


def test_a_grade_under_way_is_not_asked_for_twice(tmp_path: Path) -> None:
    with open_desk(tmp_path, started=False) as desk:
        desk.room.owner = desk.ann.id
        begun = desk.room.begin()
        desk.room.service.submit(begun, "an answer")
        assert desk.service.grade_again(desk.coach, begun.id, 1, ExaminerName.RUBRIC).turns[0].pending
        assert desk.people.audit.search(10) == ()


def test_an_examiner_that_is_not_here_is_refused(desk: Desk, held: Interview) -> None:
    assert refused(lambda: desk.service.grade_again(desk.coach, held.id, 1, ExaminerName.LLM)) is Refusal.NO_SUCH_EXAMINER


def test_another_grade_does_not_disturb_a_candidate_at_work(desk: Desk) -> None:
    desk.room.owner = desk.ann.id
    begun = desk.room.begin(follow_ups=0)
    desk.room.service.submit(begun, "an answer")
    page = desk.room.service.go_on(desk.room.settle(begun))
    desk.service.grade_again(desk.coach, begun.id, 1, ExaminerName.RUBRIC)
    after = desk.room.service.submit(page, "the next answer")
    assert after.turns[1].reply is not None


# ---------------------------------------------------------------- rows for `interviewer eval`


def test_only_reviewed_answers_are_exported_with_the_coachs_score(desk: Desk, held: Interview) -> None:
    desk.held(desk.abe)
    desk.service.change_verdict(desk.coach, held.id, seq=1, point_id="a", status=COVERED)
    desk.service.set_score(desk.coach, held.id, question_id="q2", score=33, reason="r")
    assert desk.service.reviewed_rows(desk.coach) == ()
    desk.service.mark_reviewed(desk.coach, held.id)
    assert desk.service.reviewed_rows(desk.other) == ()
    assert desk.service.reviewed_rows(desk.coach) == (
        {"id": f"{held.id}:1", "question": "q1", "lang": "zh", "answer": "one answer", "score": 100.0},
        {"id": f"{held.id}:2", "question": "q2", "lang": "zh", "answer": "another answer", "score": 33.0},
    )
    assert desk.people.audit.search(1)[0].action == "export"


# ---------------------------------------------------------------- the group


def test_a_skip_is_no_missed_point_and_no_attempt(tmp_path: Path) -> None:
    """Of three interviews the first is strong, the second weak, and in the latest the question was skipped."""
    weak, strong = grade("missing", "missing", "missing"), grade("covered", "covered", "covered")
    with open_desk(tmp_path, ScriptedExaminer(strong, weak)) as desk:
        for answers in (("a strong one", "so so"), ("a weak one", "so so"), ("", "so so")):
            desk.held(desk.ann, *answers)
        _look_at_the_group(desk)


def _look_at_the_group(desk: Desk) -> None:
    desk.service.refresh()
    records, chosen = GroupRecords(desk.service.store.database), Selection()
    counted = {(count.point_id, count.status): count.n for count in records.point_counts(desk.coach, chosen) if count.question_id == "q1"}
    assert counted == {(point, status): 1 for point in "abc" for status in (MISSING, COVERED)}
    assert [(item.question_id, item.skipped, item.asked) for item in left_out(records.answer_counts(desk.coach, chosen), {})] == [
        ("q1", 1, 3)
    ]
    for credit, expected in (
        (Credit.LATEST, {MISSING}),
        (Credit.FIRST, {COVERED}),
        (Credit.BEST, {COVERED}),
        (Credit.MEAN, {MISSING, COVERED}),
    ):
        rows = records.point_rows(desk.coach, chosen, [desk.ann.id], question_id="q1", credit=credit)
        assert {row.status for row in rows} == expected


def test_points_are_counted_alike_of_many_interviews_and_of_few(tmp_path: Path) -> None:
    """Where most interviews count, those that do not are taken off the whole."""
    with open_desk(tmp_path, ScriptedExaminer(grade("missing", "covered", "wrong"), grade("covered", "covered", "covered"))) as desk:
        for _ in range(3):
            desk.held(desk.ann, "one answer", "another")
        desk.held(desk.abe, "one answer", "another")
        desk.service.refresh()
        records = GroupRecords(desk.service.store.database)

        def counted(**chosen: str) -> Counter[tuple[str, str, VerdictStatus]]:
            counts = records.point_counts(desk.coach, Selection(**chosen))
            return Counter({(count.question_id, count.point_id, count.status): count.n for count in counts})

        many, few = counted(candidate=desk.ann.id), counted(candidate=desk.abe.id)
        assert (many.total(), few.total()) == (18, 6)
        assert many + few == counted()
        assert counted(candidate="nobody") == Counter()


# ---------------------------------------------------------------- who leads


def test_the_lead_hands_the_interview_over_and_it_is_noted_once(desk: Desk, held: Interview) -> None:
    desk.people.assign(desk.other.id, desk.ann.id)
    desk.service.blind_review(desk.coach, held.id, seq=1, statuses=EVERY_POINT)
    second = desk.service.blind_review(desk.other, held.id, seq=1, statuses=dict.fromkeys("abc", COVERED))
    before = result_of(second, "q1").score
    assert refused(lambda: desk.service.hand_over(desk.other, held.id, desk.other.id)) is Refusal.NOT_LEAD
    assert refused(lambda: desk.service.hand_over(desk.coach, held.id, desk.bob.id)) is Refusal.NO_SUCH_COACH
    for _ in range(2):
        after = desk.service.hand_over(desk.coach if _ == 0 else desk.other, held.id, desk.other.id)
    assert result_of(after, "q1").score == 100 != before
    assert [(entry.actor_id, entry.detail) for entry in desk.people.audit.search(50) if entry.action == "lead_changed"] == [
        (desk.coach.id, desk.other.id)
    ]
    assert next(row.total for row in desk.service.inbox(desk.coach).rows if row.interview_id == held.id) is not None


def test_the_groups_lead_leads_what_nobody_has_graded_yet_and_nothing_else(desk: Desk, held: Interview) -> None:
    groups = GroupStore(desk.room.store.database)
    desk.people.assign(desk.other.id, desk.ann.id)
    graded = desk.service.blind_review(desk.coach, held.id, seq=1, statuses=EVERY_POINT)
    groups.set_lead("red", desk.other.id, actor_id="boss", now=desk.room.clock())
    later = desk.held(desk.ann)
    first = desk.service.blind_review(desk.coach, later.id, seq=1, statuses=EVERY_POINT)
    assert (graded.lead_id, first.lead_id) == ("", desk.other.id)
    assert desk.service.open(held.id, desk.coach, blind=True).lead_id == ""
    second = desk.service.blind_review(desk.other, later.id, seq=1, statuses=dict.fromkeys("abc", COVERED))
    assert result_of(second, "q1").score == 100
    assert {edit.purpose for edit in second.edits} == {Purpose.REVIEW}
