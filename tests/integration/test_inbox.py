"""The list of interviews: every filter, the search in both languages, order, pages, and rows that follow every change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from interviewer.errors import NotFound
from interviewer.interview.summarizing import summarize
from interviewer.models import LOCAL_PERSON, ExaminerName, Flag, Interview, Person, Reason, VerdictStatus
from interviewer.records import summaries
from interviewer.records.desk import cut_snippet
from interviewer.records.inbox import InboxFilters
from tests.databases import ON_BOTH
from tests.examples import RICH_ANSWER, ScriptedExaminer, grade, question, rich_grade, ungraded
from tests.integration.coaching import Desk, open_desk

pytestmark = ON_BOTH

HIGH, LOW = grade(), grade("missing", "missing", "missing")
FLAGGED = replace(HIGH, flags=(Flag.MANIPULATION,))
DOUBTFUL = replace(HIGH, flags=(Flag.LOW_CONFIDENCE,))
UNPROVEN = replace(LOW, verdicts=tuple(replace(verdict, unproven=True) for verdict in LOW.verdicts))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Each answer is graded a little differently: 100, then 0, then as the tests say."""
    with open_desk(tmp_path, ScriptedExaminer(HIGH, LOW, FLAGGED, DOUBTFUL, UNPROVEN, ungraded(Reason.QUOTA), HIGH)) as made:
        yield made


def listed(desk: Desk, viewer: Person | None = None, *, sort: str = "newest", **filters: Any) -> list[str]:
    """The ids in the list."""
    return [row.interview_id for row in desk.service.inbox(viewer or desk.coach, InboxFilters(**filters), sort).rows]


def held_one_by_one(desk: Desk) -> list[Interview]:
    """Six interviews of one answer each by Ann and Abe in turn, an hour apart, graded in the order of the fixture."""
    return [desk.held((desk.ann, desk.abe)[number % 2], f"answer {number}", question_ids=("q1",)) for number in range(6)]


# ---------------------------------------------------------------- who


def test_a_coach_sees_their_candidates_only_and_the_local_person_all(desk: Desk) -> None:
    ann, bob, local = desk.held(desk.ann), desk.held(desk.bob), desk.held(LOCAL_PERSON)
    assert listed(desk) == [ann.id]
    assert listed(desk, desk.other) == [bob.id]
    assert listed(desk, LOCAL_PERSON) == [local.id, bob.id, ann.id]
    assert listed(desk, replace(desk.coach, id="unassigned")) == []


def test_a_candidate_has_no_list(desk: Desk) -> None:
    for action in (desk.service.inbox, desk.service.choices):
        with pytest.raises(NotFound):
            action(desk.ann)
    with pytest.raises(NotFound):
        desk.service.neighbours(desk.ann, InboxFilters(), "newest", "x")


def test_no_filter_shows_what_the_viewer_may_not_see(desk: Desk) -> None:
    bob = desk.held(desk.bob, "secret word", "again")
    everything: list[dict[str, Any]] = [
        {"candidate": desk.bob.id}, {"group": "red"}, {"text": "secret"}, {"question": "q1"}, {"unreviewed": True}, {"min_score": 0},
    ]  # fmt: skip
    for filters in everything:
        assert listed(desk, **filters) == []
        assert listed(desk, desk.other, **filters) == [bob.id]
    assert desk.service.neighbours(desk.coach, InboxFilters(), "newest", bob.id) == (None, None)
    assert [candidate.id for candidate in desk.service.choices(desk.coach).candidates] == []


def test_the_choices_are_the_viewers_own(desk: Desk) -> None:
    desk.held(desk.ann)
    desk.held(desk.abe)
    desk.held(desk.bob)
    choices = desk.service.choices(desk.coach)
    assert [(candidate.name, candidate.interviews) for candidate in choices.candidates] == [("Abe", 1), ("Ann", 1)]
    assert choices.groups == ("blue", "red")
    assert [each.id for each in choices.questions] == ["q1", "q2"]


# ---------------------------------------------------------------- every filter


def test_every_filter_narrows_the_list(desk: Desk) -> None:
    high, low, flagged, doubtful, unproven, failed = (each.id for each in held_one_by_one(desk))
    assert listed(desk, candidate=desk.ann.id) == [unproven, flagged, high]
    assert listed(desk, group="blue") == [failed, doubtful, low]
    assert listed(desk, flagged=True) == [flagged]
    assert listed(desk, low_confidence=True) == [unproven, doubtful]
    assert listed(desk, ungraded=True) == [failed]
    assert listed(desk, min_score=50) == [doubtful, flagged, high]
    assert listed(desk, max_score=50) == [unproven, low]
    assert listed(desk, examiner="rubric") == [unproven, doubtful, flagged, low, high]
    assert listed(desk, examiner="coach") == []
    assert listed(desk, candidate=desk.abe.id, min_score=50) == [doubtful]


def test_by_day(desk: Desk) -> None:
    first = desk.held(desk.ann)
    desk.room.clock.forward(days=2)
    second = desk.held(desk.ann)
    day = date(2026, 1, 2)
    assert listed(desk, since=day, until=day) == [first.id]
    assert listed(desk, since=day + timedelta(days=1)) == [second.id]
    assert listed(desk, until=day + timedelta(days=1)) == [first.id]
    assert listed(desk, until=date.max) == [second.id, first.id]


def test_by_question_and_its_score(desk: Desk) -> None:
    both = desk.held(desk.ann)
    one = desk.held(desk.ann, "an answer", question_ids=("q2",))
    assert listed(desk, question="q1") == [both.id]
    assert listed(desk, question="q2") == [one.id, both.id]
    assert listed(desk, question="q1", min_score=90) == [both.id]
    assert listed(desk, question="q2", max_score=10) == [both.id]
    assert listed(desk, question="q2", min_score=90) == [one.id]


def test_by_competency(tmp_path: Path) -> None:
    vision = replace(question("q2"), competencies=("vision",))
    with open_desk(tmp_path, questions=(question("q1"), vision)) as desk:
        desk.held(desk.ann, "an answer", question_ids=("q1",))
        seen = desk.held(desk.ann, "an answer", question_ids=("q2",))
        assert listed(desk, competency="vision") == [seen.id]
        assert listed(desk, competency="no such thing") == []
        assert listed(desk, competency="vision", question="q1") == []


def test_by_whether_it_is_finished_and_reviewed(desk: Desk) -> None:
    done = desk.held(desk.ann)
    desk.room.owner = desk.abe.id
    begun = desk.room.begin()
    assert listed(desk, finished=True) == [done.id]
    assert listed(desk, finished=False) == [begun.id]
    desk.service.mark_reviewed(desk.coach, done.id)
    assert listed(desk, unreviewed=True) == [begun.id]
    assert desk.service.inbox(desk.coach, InboxFilters(finished=True)).rows[0].reviewed_at == desk.room.clock()


# ---------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("过拟合", True), ("过", True), ("拟合 正则", True), ("DROPOUT", True), ("dropout layer", True), ("regular", True), ("L2", True),
        ("欠拟合", False), ("layer 过拟合说", False), ("droplayer", False), ("拟合过", False), ("!!", False), ('"', False),
        ("NEAR(", False), ("l2 OR nothing", False),
    ],
)  # fmt: skip
def test_answers_are_searched_in_both_languages(desk: Desk, wanted: str, found: bool) -> None:
    held = desk.held(desk.ann, "模型过拟合时，可以加正则化。", "A dropout layer, or L2 regularisation.")
    one = desk.held(desk.ann, "防止过拟合：dropout layer 与正则，regularisation 用 L2。", "nothing")
    assert (one.id in listed(desk, text=wanted)) is found
    assert held.id not in listed(desk, text="过拟合 dropout")


def test_a_blank_search_is_none(desk: Desk) -> None:
    held = desk.held(desk.ann)
    assert listed(desk, text="  ") == [held.id]


def test_a_hit_is_shown_with_the_words_around_it(desk: Desk) -> None:
    desk.held(desk.ann, "first " * 100, "before " * 40 + "<b>needle</b>\nin the   haystack " + "after " * 40)
    (row,) = desk.service.inbox(desk.coach, InboxFilters(text="needle")).rows
    assert "<b>needle</b> in the haystack" in row.snippet
    assert row.snippet.startswith("…")
    assert row.snippet.endswith("…")
    assert len(row.snippet) <= 122


def test_a_snippet_of_what_is_written_otherwise_is_the_beginning() -> None:
    assert cut_snippet("ＤＲＯＰＯＵＴ helps", "dropout") == "ＤＲＯＰＯＵＴ helps"
    assert cut_snippet("", "dropout") == ""


def test_a_deleted_interview_is_not_found(desk: Desk) -> None:
    held = desk.held(desk.ann, "needle", "x")
    assert listed(desk, text="needle") == [held.id]
    desk.room.store.delete(held.id, owner=desk.ann.id)
    assert listed(desk, text="needle") == []
    assert listed(desk) == []


# ---------------------------------------------------------------- order, pages, neighbours


def test_every_order(desk: Desk) -> None:
    high, low, flagged, doubtful, unproven, failed = (each.id for each in held_one_by_one(desk))
    assert listed(desk, sort="oldest") == [high, low, flagged, doubtful, unproven, failed]
    assert listed(desk, sort="score_up") == [unproven, low, doubtful, flagged, high, failed]
    assert listed(desk, sort="score_down") == [doubtful, flagged, high, unproven, low, failed]
    assert listed(desk, sort="candidate") == [failed, doubtful, low, unproven, flagged, high]
    assert listed(desk, sort="no such order") == listed(desk)


def test_pages_and_a_page_too_far(desk: Desk) -> None:
    ids = [each.id for each in held_one_by_one(desk)][::-1]
    pages = [desk.service.inbox(desk.coach, page=number, size=4) for number in (0, 1, 2, 9)]
    assert [[row.interview_id for row in page.rows] for page in pages] == [ids[:4], ids[:4], ids[4:], ids[4:]]
    assert [(page.total, page.page, page.pages) for page in pages] == [(6, 1, 2), (6, 1, 2), (6, 2, 2), (6, 2, 2)]
    empty = desk.service.inbox(desk.coach, InboxFilters(text="nothing"), page=5)
    assert (empty.rows, empty.total, empty.page, empty.pages) == ((), 0, 1, 1)


def test_the_next_to_review_after_one_that_was_just_reviewed(desk: Desk) -> None:
    first, second, third, *_ = held_one_by_one(desk)
    unreviewed = InboxFilters(unreviewed=True)
    assert desk.service.neighbours(desk.coach, unreviewed, "oldest", second.id) == (first.id, third.id)
    desk.service.mark_reviewed(desk.coach, second.id)
    assert desk.service.neighbours(desk.coach, unreviewed, "oldest", second.id) == (first.id, third.id)
    assert desk.service.neighbours(desk.coach, unreviewed, "oldest", first.id) == (None, third.id)
    assert desk.service.neighbours(desk.coach, unreviewed, "oldest", "no such") == (None, None)


# ---------------------------------------------------------------- rows follow every change


def test_the_row_tells_what_the_interview_came_to(desk: Desk) -> None:
    held = desk.held(desk.ann)
    (row,) = desk.service.inbox(desk.coach).rows
    assert (row.candidate, row.group, row.lang, row.owner) == ("Ann", "red", "zh", desk.ann.id)
    assert (row.total, row.questions, row.answered, row.examiner) == (50.0, 2, 2, "rubric")
    assert (row.created_at, row.finished_at) == (held.created_at, held.finished_at)


def test_a_coachs_edit_and_its_withdrawal_are_in_the_next_list(desk: Desk) -> None:
    held = desk.held(desk.ann)
    desk.room.clock.forward(hours=1)
    edited = desk.service.set_score(desk.coach, held.id, question_id="q2", score=40, reason="r")
    assert [(row.total, row.examiner) for row in desk.service.inbox(desk.coach).rows] == [(70.0, "coach")]
    assert listed(desk, question="q2", max_score=45, min_score=35) == [held.id]
    desk.service.withdraw(desk.coach, held.id, edited.edits[0].id)
    assert [(row.total, row.examiner) for row in desk.service.inbox(desk.coach).rows] == [(50.0, "rubric")]


def test_a_coach_clears_up_what_no_examiner_could_grade_or_prove(desk: Desk) -> None:
    *_, unproven, failed = held_one_by_one(desk)
    desk.service.change_verdict(desk.coach, failed.id, seq=1, point_id="a", status=VerdictStatus.COVERED)
    assert listed(desk, ungraded=True) == []
    for point in "abc":
        desk.service.change_verdict(desk.coach, unproven.id, seq=1, point_id=point, status=VerdictStatus.MISSING)
    assert unproven.id not in listed(desk, low_confidence=True)


def test_what_was_not_recognised_is_of_low_confidence_and_no_result_of_its_point(tmp_path: Path) -> None:
    verdicts = (*rich_grade().verdicts[:2], replace(rich_grade().verdicts[2], unsure=False))
    with open_desk(tmp_path, ScriptedExaminer(rich_grade(), replace(rich_grade(), verdicts=verdicts))) as desk:
        unsure, certain = (desk.held(desk.ann, RICH_ANSWER, question_ids=("q1",)) for _ in range(2))
        assert listed(desk, low_confidence=True) == [unsure.id]
        results = [summarize(desk.room.read(each)).questions[0].points for each in (unsure, certain)]
        assert [[point.point_id for point in points] for points in results] == [["a", "b"], ["a", "b", "c"]]
        desk.service.change_verdict(desk.coach, unsure.id, seq=1, point_id="c", status=VerdictStatus.MISSING)
        assert listed(desk, low_confidence=True) == []
        assert len(summarize(desk.room.read(unsure)).questions[0].points) == 3


def test_a_grade_on_its_way_and_its_arrival_are_in_the_list(tmp_path: Path) -> None:
    with open_desk(tmp_path, started=False) as waiting:
        waiting.room.owner = waiting.ann.id
        waiting.room.service.submit(waiting.room.begin(), "an answer")
        (row,) = waiting.service.inbox(waiting.coach).rows
        assert (row.pending, row.ungraded, row.total, row.examiner) == (1, 0, None, "")
        request_id = waiting.room.store.load(row.interview_id, owner=row.owner).turns[0].id
        claimed = waiting.room.queue.claim(waiting.room.clock() + timedelta(hours=1))
        assert claimed is not None
        assert claimed[1] == request_id
        waiting.room.queue.complete(claimed[0], HIGH, waiting.room.clock())
        (row,) = waiting.service.inbox(waiting.coach).rows
        assert (row.pending, row.total, row.examiner) == (0, 100.0, ExaminerName.RUBRIC)


def test_what_changes_while_it_is_worked_out_is_worked_out_again(desk: Desk) -> None:
    held = desk.held(desk.ann)
    interrupted: list[Interview] = []

    def work_out(interview: Interview) -> summaries.InterviewSummary:
        found = summarize(interview)
        if not interrupted:
            interrupted.append(desk.service.set_score(desk.coach, held.id, question_id="q1", score=1, reason="r"))
        return found

    store = desk.service.store
    assert summaries.refresh(store.database, work_out, known=store.known, limit=1) == 0
    assert store.inbox(desk.coach, InboxFilters()).outdated == 1
    assert summaries.refresh(store.database, work_out, known=store.known) == 1
    assert [row.total for row in store.inbox(desk.coach, InboxFilters()).rows] == [0.5]


def test_another_replica_that_worked_it_out_meanwhile_is_no_error(desk: Desk) -> None:
    held, store = desk.held(desk.ann), desk.service.store

    def work_out(interview: Interview) -> summaries.InterviewSummary:
        assert summaries.refresh(store.database, summarize, known=store.known) == 1
        return summarize(interview)

    assert summaries.refresh(store.database, work_out, known=store.known, limit=1) == 0
    assert [row.interview_id for row in store.inbox(desk.coach, InboxFilters()).rows] == [held.id]


def test_no_more_than_the_limit_is_worked_out_at_once_and_the_newest_first(desk: Desk) -> None:
    *_, newest = held_one_by_one(desk)
    assert desk.service.refresh(limit=1) == 1
    page = desk.service.store.inbox(desk.coach, InboxFilters())
    assert ([row.interview_id for row in page.rows], page.outdated) == ([newest.id], 5)
    assert desk.service.refresh() == 5
    assert desk.service.refresh() == 0


# ---------------------------------------------------------------- what candidates contest


def contest(desk: Desk, held: Interview, point: str = "a") -> Interview:
    """The candidate says that their first answer has the point."""
    desk.room.clock.forward(minutes=1)
    seen = desk.room.service.load(held.id, owner=held.owner)
    return desk.room.service.contest(seen, 1, point, 0, 3)


@pytest.fixture
def missed(tmp_path: Path) -> Iterator[Desk]:
    """Every answer lacks a and b."""
    with open_desk(tmp_path, ScriptedExaminer(grade("missing", "missing"))) as made:
        yield made


def test_a_claim_is_listed_until_a_coach_judges_the_point(missed: Desk) -> None:
    held, other = missed.held(missed.ann), missed.held(missed.ann)
    assert listed(missed, contested=True) == []
    contest(missed, held)
    contest(missed, held, "b")
    assert listed(missed, contested=True) == [held.id]
    assert {row.interview_id: row.contested for row in missed.service.inbox(missed.coach).rows} == {held.id: 2, other.id: 0}
    for point, left in (("a", 1), ("b", 0)):
        missed.room.clock.forward(minutes=1)
        missed.service.change_verdict(missed.coach, held.id, seq=1, point_id=point, status=VerdictStatus.MISSING)
        assert sum(row.contested for row in missed.service.inbox(missed.coach).rows) == left
    assert listed(missed, contested=True) == []


def test_a_verdict_given_before_the_claim_does_not_answer_it_and_one_taken_back_no_longer(missed: Desk) -> None:
    held = missed.held(missed.ann)
    missed.service.change_verdict(missed.coach, held.id, seq=1, point_id="a", status=VerdictStatus.NAMED)
    contest(missed, held)
    assert listed(missed, contested=True) == [held.id]
    missed.room.clock.forward(minutes=1)
    judged = missed.service.change_verdict(missed.coach, held.id, seq=1, point_id="a", status=VerdictStatus.PARTIAL)
    assert listed(missed, contested=True) == []
    missed.service.withdraw(missed.coach, held.id, judged.edits[-1].id)
    assert listed(missed, contested=True) == [held.id]


def test_a_claim_brings_a_reviewed_interview_back(missed: Desk) -> None:
    held = missed.held(missed.ann)
    missed.service.mark_reviewed(missed.coach, held.id)
    assert listed(missed, unreviewed=True) == []
    contest(missed, held)
    assert listed(missed, unreviewed=True) == [held.id]
    missed.room.clock.forward(minutes=1)
    missed.service.change_verdict(missed.coach, held.id, seq=1, point_id="a", status=VerdictStatus.COVERED)
    assert listed(missed, unreviewed=True) == []
