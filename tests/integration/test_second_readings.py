"""A share of the reviews goes to a second coach, blind: who is drawn, what they see, and what it does and does not change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.insight.second_readings import coach_pairs_of, coach_scores_of
from interviewer.interview.results import result_of
from interviewer.interview.second_reader import is_drawn, reader_of
from interviewer.models import Interview, Purpose, Utterance
from interviewer.models.assignments import Task
from interviewer.records.second_readings import Readers
from interviewer.records.store import utc_now
from tests.databases import ON_BOTH
from tests.integration.classroom import COVERED, MISSING, PARTIAL, Classroom, open_classroom

pytestmark = ON_BOTH


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with open_classroom(tmp_path) as made:
        yield made


@pytest.fixture
def reviewed(room: Classroom) -> Interview:
    """Ann's interview, which Cleo stands for as the examiner graded it; every review of the group is read twice."""
    held = room.hold(room.ann)
    room.application.desk.mark_reviewed(room.cleo, held.id)
    room.application.second_readings.set_share(room.ada, "red", 100)
    return held


def waiting(room: Classroom, coach: object) -> list[str]:
    """What is in a coach's queue."""
    return [each.interview_id for each in room.application.second_readings.waiting(coach)]  # type: ignore[arg-type]


def test_the_draw_goes_by_the_id_and_a_larger_share_takes_nothing_away() -> None:
    ids = [f"{number:032x}" for number in range(2000)]
    drawn = {share: {id for id in ids if is_drawn(id, share)} for share in (0, 20, 30, 100)}
    assert drawn[0] == set()
    assert drawn[100] == set(ids)
    assert drawn[20] < drawn[30]
    assert 340 < len(drawn[20]) < 460


def test_the_reader_is_a_coach_who_neither_graded_nor_saw_it_and_who_has_begun_stays() -> None:
    readers = Readers({"a", "b", "c"}, graded={"a"}, answers=2)
    chosen = reader_of("an interview", readers)
    assert chosen in {"b", "c"}
    assert {reader_of(f"interview {number}", readers) for number in range(40)} == {"b", "c"}
    assert reader_of("an interview", Readers({"a", "b", "c"}, {"a"}, seen={str(chosen)}, answers=2)) == ({"b", "c"} - {chosen}).pop()
    for begun in ("b", "c"):
        assert reader_of("an interview", Readers({"a", "b", "c"}, {"a"}, begun={begun: 1}, answers=2)) == begun
    for nobody in (Readers({"a"}, {"a"}, answers=2), Readers({"a", "b"}, {"a"}, begun={"b": 2}, answers=2), Readers({"a", "b"}, {"a"})):
        assert reader_of("an interview", nobody) is None


def test_a_second_reading_is_blind_changes_no_grade_and_feeds_the_agreement(room: Classroom, reviewed: Interview) -> None:
    carl, desk = room.browser(room.carl), room.application.desk
    final = result_of(reviewed, "q1").score
    assert waiting(room, room.carl) == [reviewed.id]
    assert waiting(room, room.cleo) == waiting(room, room.ada) == []
    queue = carl.page("/coach/queue")
    assert f"/coach/interviews/{reviewed.id}" in queue
    assert f"/coach/interviews/{reviewed.id}" not in room.browser(room.cleo).page("/coach/queue")
    listed = carl.page("/coach?state=all")
    assert "stroke-dasharray" not in listed
    page = carl.page(f"/coach/interviews/{reviewed.id}")
    assert 'id="second-reader"' in page
    assert 'class="judging"' in page
    assert 'class="final"' not in page
    carl.page(f"/coach/export/{reviewed.id}.json", 409)
    points = {f"v.{point}": COVERED.value for point in "abc"}
    carl.post(f"/coach/interviews/{reviewed.id}/judge?q=1", seq="1", **points)
    assert waiting(room, room.carl) == [reviewed.id]
    assert 'class="judging"' in carl.page(f"/coach/interviews/{reviewed.id}?q=2")
    carl.post(f"/coach/interviews/{reviewed.id}/judge?q=2", seq="2", **points)
    assert waiting(room, room.carl) == []
    after = desk.open(reviewed.id, room.carl)
    assert result_of(after, "q1").score == final
    assert {edit.purpose for edit in after.edits if edit.author_id == room.carl.id} == {Purpose.CALIBRATION}
    pairs = coach_pairs_of(after)
    assert {(pair.examiner, pair.blind) for pair in pairs} == {("Carl / Cleo", True)}
    assert [(pair.point_id, pair.coach, pair.machine) for pair in pairs if pair.question_id == "q1"] == [
        ("a", COVERED, PARTIAL), ("b", COVERED, COVERED), ("c", COVERED, MISSING),
    ]  # fmt: skip
    assert [(each.coach, each.machine) for each in coach_scores_of(after) if each.question_id == "q1"] == [(100.0, final)]
    assert "Carl / Cleo" in room.browser(room.cleo).page("/coach/agreement")


def test_no_map_course_table_or_file_tells_the_second_reader_what_is_still_to_be_judged_blind(room: Classroom, reviewed: Interview) -> None:
    way, candidate = f"/coach/interviews/{reviewed.id}", f"/coach/candidates/{room.ann.id}"
    carl, cleo = room.browser(room.carl), room.browser(room.cleo)
    for address in ("/coach/group", "/coach/gradebook", candidate):
        assert way in cleo.page(address), address
        assert way not in carl.page(address)
    assert reviewed.id not in carl.page("/coach/group.json")
    carl.post("/coach/exports", **{"format.json": "1"})
    kept = room.application.batch_exports.status(room.carl)
    assert kept
    assert kept.export.wanted["kept_back"] == [reviewed.id]
    points = {f"v.{point}": COVERED.value for point in "abc"}
    for number in "12":
        carl.post(f"{way}/judge?q={number}", seq=number, **points)
    assert all(way in carl.page(address) for address in ("/coach/group", "/coach/gradebook", candidate))


def test_no_order_or_filter_of_the_list_tells_the_second_reader_how_it_was_graded(room: Classroom, reviewed: Interview) -> None:
    way, hidden = f"/coach/interviews/{reviewed.id}", "are left out here until you have"
    carl, cleo = room.browser(room.carl), room.browser(room.cleo)
    for telling in (
        "sort=score_up",
        "sort=score_down",
        "min=0",
        "max=100",
        "examiner=coach",
        "low=1",
        "flagged=1",
        "contested=1",
        "ungraded=1",
    ):
        assert way not in carl.page(f"/coach?state=all&{telling}"), telling
        assert hidden in carl.page(f"/coach?state=all&{telling}")
    for telling in ("sort=score_up", "sort=score_down", "min=0", "max=100"):
        assert way in cleo.page(f"/coach?state=all&{telling}"), telling
    for innocent in ("sort=oldest", "sort=candidate", "text=answer", "group=red"):
        listed = carl.page(f"/coach?state=all&{innocent}")
        assert way in listed, innocent
        assert hidden not in listed


def test_the_board_of_an_assignment_tells_the_second_reader_no_score(room: Classroom) -> None:
    use = room.application.assignments
    given = use.give(room.cleo, Task(title="Once", question_ids=("q1",), group="red", follow_ups=0))
    held = room.application.service.submit(use.begin(room.ann, given, "en"), "an answer of mine", meant=Utterance.ANSWER)
    while room.application.service.watch(held.turns[0].id, seen=10**6, timeout=10) is not None:
        pass
    held = room.application.service.finish(room.application.service.load(held.id, owner=room.ann.id))
    room.application.desk.mark_reviewed(room.cleo, held.id)
    scored = re.compile(r'class="attempt"[^>]*>[^<]* · \d+')
    carl = room.browser(room.carl)
    assert scored.search(carl.page(f"/coach/assignments/{given}"))
    room.application.second_readings.set_share(room.ada, "red", 100)
    board = carl.page(f"/coach/assignments/{given}")
    assert f"/coach/interviews/{held.id}" in board
    assert not scored.search(board)
    assert scored.search(room.browser(room.cleo).page(f"/coach/assignments/{given}"))


def test_whoever_saw_the_grades_is_no_second_reader_and_a_lack_of_one_is_told(room: Classroom, reviewed: Interview) -> None:
    room.application.desk.open(reviewed.id, room.carl)
    assert waiting(room, room.carl) == []
    (red,) = (share for share in room.application.second_readings.shares(room.cleo) if share.group == "red")
    assert (red.percent, red.lacking) == (100, 1)
    assert "1 without a second coach" in room.browser(room.cleo).page("/coach/queue")


def test_whoever_leads_it_is_no_second_reader_for_theirs_is_the_final_grade(room: Classroom, reviewed: Interview) -> None:
    assert waiting(room, room.carl) == [reviewed.id]
    room.application.desk.store.set_lead(room.cleo, reviewed.id, room.carl.id, now=utc_now())
    assert waiting(room, room.carl) == []


def test_nothing_is_drawn_before_a_coach_stands_for_it_nor_of_a_group_without_a_share(room: Classroom) -> None:
    room.hold(room.ann)
    blue = room.hold(room.bob)
    room.application.desk.mark_reviewed(room.cleo, blue.id)
    room.application.second_readings.set_share(room.ada, "red", 100)
    room.application.desk.refresh()
    assert waiting(room, room.carl) == []
    room.application.second_readings.set_share(room.ada, "blue", 100)
    assert waiting(room, room.carl) == [blue.id]
    room.application.second_readings.set_share(room.ada, "blue", 0)
    assert waiting(room, room.carl) == []


def test_a_share_is_set_by_an_admin_or_a_coach_of_the_group(room: Classroom) -> None:
    people, readings = room.application.people, room.application.second_readings
    people.unassign(room.cleo.id, room.bob.id)
    cleo = room.browser(room.cleo)
    assert "blue" not in cleo.page("/coach/queue")
    cleo.post("/coach/queue/share", 404, group="blue", percent="20")
    for percent in ("101", "-1", "x", "1e2"):
        cleo.post("/coach/queue/share", 400, group="red", percent=percent)
    assert cleo.post("/coach/queue/share", group="red", percent="20") == "/coach/queue"
    room.browser(room.ada).post("/coach/queue/share", group="blue", percent="30")
    assert [(share.group, share.percent) for share in readings.all_shares()] == [("blue", 30), ("red", 20)]
    assert readings.shares(room.ada) == ()
    room.browser(room.ann).post("/coach/queue/share", 404, group="red", percent="0")
