"""One question across the candidates, over HTTP: the row, what a coach has been through, and that a blind review stays blind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from interviewer.interview.last_word import review_of
from interviewer.records.store import utc_now
from tests.databases import ON_BOTH
from tests.integration.classroom import COVERED, WRONG, Classroom, open_classroom

pytestmark = ON_BOTH


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with open_classroom(tmp_path) as made:
        yield made


def row_of(page: str) -> str:
    """What the strip says of the place."""
    found = re.search(r'<p class="row-place"[^>]*>(.*?)</p>', page)
    assert found, page
    return re.sub(r"<[^>]+>", "", found[1])


def test_a_coach_goes_through_a_question_of_everybody_and_the_interview_is_reviewed_with_its_last(room: Classroom) -> None:
    held = {room.hold(person).id: person for person in (room.ann, room.abe, room.bob)}
    room.hold(room.ann, "", "only the second question")
    first = sorted(held)[0]
    cleo = room.browser(room.cleo)
    start = f"/coach/interviews/{first}?question=q1&same=todo"
    assert start.replace("&", "&amp;") in cleo.page(f"/coach/interviews/{first}")
    assert re.search(r'href="/coach/interviews/\w+\?question=q1&amp;state=all&amp;same=todo"', cleo.page("/coach?question=q1"))
    assert row_of(cleo.page(start)) == "1 of 3 3 not reviewed yet"
    seen = [first]
    for left in (2, 1):
        led = cleo.post(f"/coach/interviews/{seen[-1]}/through?q=1&question=q1&same=todo", question="q1")
        seen.append(urlsplit(led).path.rpartition("/")[2])
        assert parse_qs(urlsplit(led).query) == {"question": ["q1"], "state": ["all"], "same": ["todo"]}
        assert f"{left} not reviewed yet" in row_of(cleo.page(led))
    assert seen == sorted(held)
    led = cleo.post(f"/coach/interviews/{seen[-1]}/through?q=1&question=q1&same=todo", question="q1")
    assert "You have been through the whole row." in cleo.page(led)
    assert review_of(room.application.desk.open(first, room.cleo)) is None
    cleo.post(f"/coach/interviews/{first}/through?q=2&question=q2&same=todo", question="q2")
    assert review_of(room.application.desk.open(first, room.cleo)) is not None
    carl = room.browser(room.carl)
    assert "3 not reviewed yet" in row_of(carl.page(start))
    cleo.post(f"/coach/interviews/{seen[1]}/again?q=1&question=q1&same=all", question="q1")
    assert "1 not reviewed yet" in row_of(cleo.page(start))


def test_a_review_of_the_whole_interview_is_one_of_each_question_until_it_is_reopened(room: Classroom) -> None:
    one, _other = room.hold(room.ann), room.hold(room.abe)
    cleo, address = room.browser(room.cleo), f"/coach/interviews/{one.id}"
    cleo.post(f"{address}/reviewed")
    assert "1 not reviewed yet" in row_of(cleo.page(f"{address}?question=q1&same=all"))
    cleo.post(f"{address}/reopen")
    assert "2 not reviewed yet" in row_of(cleo.page(f"{address}?question=q1&same=all"))


def test_the_row_is_narrowed_to_a_group_and_tells_nothing_of_others(room: Classroom) -> None:
    ann, bob = room.hold(room.ann), room.hold(room.bob)
    room.application.people.unassign(room.cleo.id, room.bob.id)
    cleo, address = room.browser(room.cleo), f"/coach/interviews/{ann.id}"
    assert "1 of 1" in row_of(cleo.page(f"{address}?question=q1&same=all"))
    assert "blue" not in cleo.page(f"{address}?question=q1&same=all")
    carl = room.browser(room.carl)
    assert "of 2" in row_of(carl.page(f"{address}?question=q1&same=all"))
    assert "1 of 1" in row_of(carl.page(f"{address}?question=q1&same=all&group=red"))
    assert "– of 0" in row_of(carl.page(f"{address}?question=q1&same=all&group=nobody"))
    for act in ("through", "again"):
        cleo.post(f"/coach/interviews/{bob.id}/{act}?q=1", 404, question="q1")
    for person in (room.ann, room.ada):
        room.browser(person).post(f"{address}/through", 404, question="q1")


def test_a_group_whose_term_is_over_leaves_the_row_the_queue_and_the_second_readings(room: Classroom) -> None:
    application, now = room.application, utc_now()
    ann, bob = room.hold(room.ann), room.hold(room.bob)
    application.desk.change_verdict(room.cleo, ann.id, seq=1, point_id="a", status=WRONG)
    application.desk.mark_reviewed(room.cleo, ann.id)
    application.second_readings.set_share(room.ada, "red", 100)
    assert {each.interview_id for each in application.same_question.row(room.carl, "q1")} == {ann.id, bob.id}
    assert application.review_queue.count(room.carl).errors == len(application.second_readings.waiting(room.carl)) == 1
    assert application.groups.archive("red", True, actor_id=room.ada.id, now=now)
    assert [each.interview_id for each in application.same_question.row(room.carl, "q1")] == [bob.id]
    assert ann.id in {each.interview_id for each in application.same_question.row(room.carl, "q1", "red")}
    assert application.review_queue.count(room.carl).errors == len(application.second_readings.waiting(room.carl)) == 0


def test_a_blind_row_shows_no_grade_and_keeps_an_order_that_tells_none(room: Classroom) -> None:
    held = sorted(room.hold(person).id for person in (room.ann, room.abe, room.bob))
    cleo = room.browser(room.cleo, blind=True)
    place = f"/coach/interviews/{held[0]}?question=q1&same=todo&sort=score_up&min=3"
    page = cleo.page(place)
    assert not [
        link
        for link in re.findall(r'(?:href|action)="([^"]*)"', page)
        if link.startswith("/coach") and ("score_up" in link or "min=" in link)
    ]
    assert 'class="judging"' in page
    assert 'class="final"' not in page
    assert "data-reviewed" not in page
    interview = room.application.desk.open(held[0], room.cleo, blind=True)
    led = cleo.post(
        f"/coach/interviews/{held[0]}/judge?q=1&question=q1&same=todo", seq="1", **{f"v.{each}": COVERED.value for each in "abc"}
    )
    page = cleo.page(led.partition("#")[0])
    assert 'class="final"' in page
    assert "data-reviewed" in page
    led = cleo.post(f"/coach/interviews/{held[0]}/through?q=1&question=q1&same=todo", question="q1")
    assert led.startswith(f"/coach/interviews/{held[1]}?")
    assert 'class="judging"' in cleo.page(led)
    assert interview.id == held[0]


def test_the_queries_of_the_page_do_not_grow_with_the_row(room: Classroom) -> None:
    first = room.hold(room.ann)
    cleo = room.browser(room.cleo)
    place = f"/coach/interviews/{first.id}?question=q1&same=todo"
    cleo.page(place)
    cleo.page(place)
    few = cleo.asked
    for _ in range(3):
        room.hold(room.abe)
    cleo.page(place)
    cleo.page(place)
    assert "of 4" in row_of(cleo.page(place))
    assert cleo.asked <= few
    assert few <= 40
