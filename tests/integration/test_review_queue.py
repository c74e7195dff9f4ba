"""Claims and errors that no rubric knew wait in the coach's queue, with a way to their place, until they are settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.interview import review_queue
from interviewer.interview.editing import EditRefused, Refusal
from interviewer.interview.results import result_of
from interviewer.models import EditKind, FalseStatement, Interview, Quote
from interviewer.records.review_queue import Waiting
from interviewer.web import review_queue as queue_page
from tests.databases import ON_BOTH
from tests.examples import grade
from tests.integration.classroom import WRONG, Classroom, open_classroom

pytestmark = ON_BOTH

ANSWER = "the moon is made of <b>cheese</b> and Kafka"


def said(words: str) -> Quote:
    """Where the answer says it."""
    return Quote(words, ANSWER.index(words), ANSWER.index(words) + len(words))


OF_ONE_INTERVIEW = 5
"""Queries by which one is read."""
ERROR = FalseStatement(said("made of <b>cheese</b>"), "it is rock", point_id="a")
FOUND = replace(grade("partial", "covered", "missing"), errors=(ERROR,))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with open_classroom(tmp_path, FOUND) as made:
        yield made


@pytest.fixture
def held(room: Classroom) -> Interview:
    """Ann's interview with one answer, in which the examiner found an error without a name; the other question is skipped."""
    return room.hold(room.ann, ANSWER, "")


def test_an_error_without_a_misconception_waits_until_it_is_settled(room: Classroom, held: Interview) -> None:
    cleo, queue = room.browser(room.cleo), room.application.review_queue
    assert queue.count(room.cleo) == Waiting(0, 1)
    page = cleo.page("/coach/queue")
    assert "made of &lt;b&gt;cheese" in page
    assert "it is rock" in page
    assert f"/coach/interviews/{held.id}?q=1#answer-1" in page
    fields = {"seq": "1", "point": "a", "start": str(ERROR.quote.start), "end": str(ERROR.quote.end)}
    before = result_of(held, "q1").score
    cleo.post(f"/coach/interviews/{held.id}/settle?q=1", **{**fields, "start": "0"})
    assert cleo.said == "no_such_edit"
    assert cleo.post(f"/coach/interviews/{held.id}/settle?q=1", **fields, back="queue") == "/coach/queue"
    after = room.application.desk.open(held.id, room.cleo)
    assert result_of(after, "q1").score == before
    assert queue.count(room.cleo) == queue.count(room.carl) == Waiting(0, 0)
    assert "cheese" not in cleo.page("/coach/queue")
    assert "settled an error" in cleo.page(f"/coach/interviews/{held.id}?q=1")
    room.application.desk.withdraw(room.cleo, held.id, after.edits[-1].id)
    assert queue.count(room.cleo) == Waiting(0, 1)


def test_a_coachs_wrong_without_a_misconception_waits_too_and_goes_with_the_verdict(room: Classroom, held: Interview) -> None:
    desk, queue = room.application.desk, room.application.review_queue
    edited = desk.change_verdict(room.cleo, held.id, seq=1, point_id="b", status=WRONG, reason="Kafka is no cheese", start=0, end=8)
    assert queue.count(room.cleo) == Waiting(0, 2)
    (one,) = (item for item in queue.errors(room.cleo) if item.point_id == "b")
    assert (one.by_coach, one.words, one.explanation, one.start, one.end) == (True, ANSWER[:8], "Kafka is no cheese", 0, 8)
    desk.withdraw(room.cleo, held.id, edited.edits[-1].id)
    assert queue.count(room.cleo) == Waiting(0, 1)


def test_a_claim_waits_until_a_verdict_or_its_standing_answers_it(room: Classroom, held: Interview) -> None:
    cleo, queue, service = room.browser(room.cleo), room.application.review_queue, room.application.service
    service.contest(service.load(held.id, owner=room.ann.id), seq=1, point_id="c", start=0, end=8)
    assert queue.count(room.cleo).claims == 1
    page = cleo.page("/coach/queue")
    assert f"/coach/interviews/{held.id}?q=1#point-c" in page
    cleo.post(f"/coach/interviews/{held.id}/stands?q=1", seq="1", point="c", reason="that is a moon", back="queue")
    assert queue.count(room.cleo).claims == 0
    (edit,) = room.application.desk.open(held.id, room.cleo).edits
    assert (edit.kind, edit.point_id, edit.status, edit.was_status, edit.reason) == (
        EditKind.VERDICT,
        "c",
        "missing",
        "missing",
        "that is a moon",
    )
    with pytest.raises(EditRefused) as refused:
        room.application.desk.settle_claim(room.cleo, held.id, seq=1, point_id="c")
    assert refused.value.why is Refusal.NO_SUCH_EDIT


def test_the_queue_holds_what_is_the_coachs_to_see_and_tells_nothing_while_blind(room: Classroom, held: Interview) -> None:
    people, queue = room.application.people, room.application.review_queue
    blind = room.browser(room.cleo, blind=True).page("/coach/queue")
    assert "cheese" not in blind
    assert "1 item" in blind
    assert queue.count(room.ada) == Waiting(0, 0)
    people.unassign(room.carl.id, room.ann.id)
    assert queue.errors(room.carl) == ()
    carl = room.browser(room.carl)
    assert "cheese" not in carl.page("/coach/queue")
    carl.post(f"/coach/interviews/{held.id}/settle?q=1", 404, seq="1", point="a", start="0", end="1")
    carl.post(f"/coach/interviews/{held.id}/stands?q=1", 404, seq="1", point="c")


def test_the_queries_of_the_queue_are_bounded_by_the_interviews_that_are_listed(
    room: Classroom, held: Interview, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleo = room.browser(room.cleo)
    room.application.second_readings.set_share(room.ada, "red", 100)
    room.application.desk.mark_reviewed(room.carl, held.id)
    cleo.page("/coach/queue")
    cleo.page("/coach/queue")
    few = cleo.asked
    assert few <= 60
    for person in (room.ann, room.abe, room.abe):
        room.application.desk.mark_reviewed(room.carl, room.hold(person, ANSWER, "").id)
    cleo.page("/coach/queue")
    assert cleo.page("/coach/queue").count("it is rock") == 0
    assert cleo.page("/coach/queue").count("/coach/interviews/") == 4
    assert cleo.asked <= few + 3 * OF_ONE_INTERVIEW
    room.application.second_readings.set_share(room.ada, "red", 0)
    assert cleo.page("/coach/queue").count("it is rock") == 4
    for module in (review_queue, queue_page):
        monkeypatch.setattr(module, "MOST", 2)
    assert cleo.page("/coach/queue").count("it is rock") == 2
    assert "latest" in cleo.page("/coach/queue")
