"""What a coach puts down is told to the candidate until they have opened it, to nobody else, and second readings never."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from interviewer.errors import StoreError
from interviewer.models import LOCAL_PERSON, ExaminerName, Interview, Person, VerdictStatus
from interviewer.records.review_news import ReviewNews
from interviewer.ui.components import build_page
from interviewer.ui.practice import PracticeRoom
from interviewer.ui.setup_form import Catalogue
from tests.databases import ON_BOTH
from tests.integration.coaching import Desk, open_desk
from tests.integration.rooms import BANK

pytestmark = ON_BOTH


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as desk:
        yield desk


def told(desk: Desk, person: Person) -> list[ReviewNews]:
    return list(desk.room.service.reviews.unseen(person.id))


def page_of(desk: Desk, person: Person, lang: Any = "en") -> PracticeRoom:
    catalogue = Catalogue(BANK, (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None, False)
    with gr.Blocks(analytics_enabled=False):
        page = build_page(catalogue, lang)
    return PracticeRoom(desk.room.service, catalogue, lang, lambda _request: person.id, page)


def reviewed(desk: Desk) -> Interview:
    """An interview of Ann's with a changed verdict, two comments and the coach's word for it."""
    held = desk.held(desk.ann)
    desk.service.change_verdict(desk.coach, held.id, seq=1, point_id="a", status=VerdictStatus.PARTIAL)
    desk.service.comment(desk.coach, held.id, seq=1, text="first")
    desk.service.comment(desk.coach, held.id, question_id="q1", text="second")
    return desk.service.mark_reviewed(desk.coach, held.id)


def test_a_review_is_told_until_the_candidate_opens_it(desk: Desk) -> None:
    held = reviewed(desk)
    (news,) = told(desk, desk.ann)
    assert (news.interview_id, news.reviewed, news.changed, news.comments) == (held.id, True, 1, 2)
    assert news.at == held.edits[-1].at
    room = page_of(desk, desk.ann)
    home = room.show_home(desk.ann.id)
    assert f'href="?interview={held.id}"' in home[room.page.today]
    assert "reviewed · grades changed on 1 question · 2 comments" in home[room.page.today]
    assert "Reviews 1" in home[room.page.bar]
    assert "New review" in home[room.page.history]
    room.show(room.service.load(held.id, owner=desk.ann.id))
    assert told(desk, desk.ann) == []
    after = room.show_home(desk.ann.id)
    assert all("eview" not in after[part] for part in (room.page.today, room.page.history))
    assert "Reviews" not in after[room.page.bar]


def test_what_comes_after_the_page_was_read_is_told_again(desk: Desk) -> None:
    held = reviewed(desk)
    read = desk.room.service.load(held.id, owner=desk.ann.id)
    desk.service.comment(desk.coach, held.id, seq=1, text="while the page was read")
    desk.room.service.reviews.mark_seen(read)
    assert [(each.reviewed, each.changed, each.comments) for each in told(desk, desk.ann)] == [(False, 0, 1)]
    desk.room.service.reviews.mark_seen(desk.room.service.load(held.id, owner=desk.ann.id))
    desk.room.service.reviews.mark_seen(read)  # an older page, reloaded later
    assert told(desk, desk.ann) == []


def test_only_what_stands_and_is_for_the_candidate_is_told(desk: Desk) -> None:
    held = reviewed(desk)
    assert (told(desk, desk.abe), told(desk, desk.coach), told(desk, LOCAL_PERSON)) == ([], [], [])
    for edit in held.edits[:3]:
        desk.service.withdraw(desk.coach, held.id, edit.id)
    desk.service.reopen(desk.coach, held.id)
    assert told(desk, desk.ann) == []
    desk.people.assign(desk.other.id, desk.ann.id)
    desk.service.change_verdict(desk.coach, held.id, seq=1, point_id="b", status=VerdictStatus.WRONG)
    desk.room.service.reviews.mark_seen(desk.room.service.load(held.id, owner=desk.ann.id))
    points = {"a": VerdictStatus.MISSING, "b": VerdictStatus.MISSING, "c": VerdictStatus.MISSING}
    desk.service.blind_review(desk.other, held.id, seq=1, statuses=points)
    assert told(desk, desk.ann) == []


def test_what_somebody_puts_down_on_their_own_interview_is_no_news_to_them(desk: Desk) -> None:
    held = desk.held(LOCAL_PERSON)
    desk.service.comment(LOCAL_PERSON, held.id, seq=1, text="a note of mine")
    assert told(desk, LOCAL_PERSON) == []


def test_an_interview_that_runs_is_told_once_it_has_ended(desk: Desk) -> None:
    desk.room.owner = desk.ann.id
    running = desk.room.settle(desk.room.service.submit(desk.room.begin(follow_ups=0), "an answer"))
    desk.service.comment(desk.coach, running.id, seq=1, text="in between")
    assert told(desk, desk.ann) == []
    desk.room.service.reviews.mark_seen(desk.room.service.load(running.id, owner=desk.ann.id))
    desk.room.service.finish(desk.room.service.load(running.id, owner=desk.ann.id))
    assert [each.comments for each in told(desk, desk.ann)] == [1]


def test_the_report_opens_where_nothing_can_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    held = reviewed(desk)

    def full() -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(desk.room.store.database, "writing", full)
    desk.room.service.reviews.mark_seen(replace(held))
    assert len(told(desk, desk.ann)) == 1
