"""Postings and CVs in the database: whose they are, what refuses a change, and that nothing of them is left once they go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from interviewer.errors import NotFound, StaleMove
from interviewer.housekeeping import Housekeeper
from interviewer.models import LOCAL_PERSON, Interview, Role, Setup, TurnKind
from interviewer.models.postings import (
    AskingReason,
    DraftPoint,
    Need,
    Posting,
    PostingContent,
    Project,
    ProjectQuestion,
    ReasonKind,
    Requirement,
    Resume,
    Unused,
)
from interviewer.records.accounts import Accounts
from interviewer.records.erasure import Eraser
from interviewer.records.people import PeopleStore
from interviewer.records.postings import MOST_POSTINGS, PostingStore, TooManyPostings, link_interview
from interviewer.records.row_cache import RowCache
from interviewer.records.store import NewTurn
from tests.databases import ON_BOTH
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room
from tests.integration.test_erasure import traces

pytestmark = ON_BOTH

WORDS = ("gnomonic7719", "quillwort8820", "zugzwang9931", "isthmus4410")
CONTENT = PostingContent(
    title=WORDS[0],
    lang="zh",
    requirements=(Requirement(f"熟悉 {WORDS[1]}", Need.MUST, ("queues",), ("data-streaming",), ("q1",)),),
    resume=Resume((Project("推荐", WORDS[2]),), ("python",), 3.5, WORDS[2], {"name": 1}),
    drafts=(ProjectQuestion("为什么？", WORDS[2], "因为", (DraftPoint("原因", 100.0),), "zh", "m", "projects-v1", chosen=True),),
    unused=(Unused("cv", "white", "score 100"),),
)
REASONS = {"q1": (AskingReason(ReasonKind.REQUIREMENT, WORDS[3], Need.MUST),), "q2": (AskingReason(ReasonKind.DEEP_DIVE, WORDS[2]),)}


def begin(room: Room, posting: Posting) -> Interview:
    setup = Setup(question_ids=("q1", "q2"))
    questions = [room.service.bank.find(id) for id in setup.question_ids]
    first = NewTurn("q1", TurnKind.QUESTION, "?")
    interview_id = room.store.create(
        owner=posting.owner, setup=setup, questions=questions, first=first, now=room.clock(),
        beside=lambda connection, id: link_interview(connection, id, posting, REASONS),
    )  # fmt: skip
    return room.service.read(interview_id, owner=posting.owner)


def kept(room: Room, owner: str = "local") -> tuple[PostingStore, Posting]:
    store = PostingStore(room.store.database)
    return store, store.load(store.add(owner, CONTENT, room.clock()), owner=owner)


def test_a_posting_is_read_as_it_was_kept_by_its_owner_alone(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        store, posting = kept(room)
        assert posting.content == CONTENT
        assert [each.id for each in store.list_of("local")] == [posting.id]
        assert store.list_of("else") == ()
        for act in (lambda: store.load(posting.id, owner="else"), lambda: store.delete(posting.id, owner="else", now=room.clock())):
            with pytest.raises(NotFound):
                act()


def test_a_change_made_on_an_older_page_is_refused(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        store, posting = kept(room)
        store.save(posting, PostingContent("other", "en"))
        with pytest.raises(StaleMove):
            store.save(posting, CONTENT)
        assert store.load(posting.id, owner="local").content == PostingContent("other", "en")


def test_one_keeps_only_so_many(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        store = PostingStore(room.store.database)
        for _ in range(MOST_POSTINGS):
            store.add("local", PostingContent("", "zh"), room.clock())
        with pytest.raises(TooManyPostings):
            store.add("local", PostingContent("", "zh"), room.clock())
        assert store.add("else", PostingContent("", "zh"), room.clock())


def test_an_interview_knows_its_posting_and_why_each_question_is_asked(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        store, posting = kept(room)
        interview = begin(room, posting)
        behind = store.behind(interview.id)
        assert behind is not None
        assert (behind.id, behind.interviews) == (posting.id, {interview.id: REASONS})
        assert store.behind(room.begin().id) is None


def test_no_interview_begins_for_a_posting_that_is_gone(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        store, posting = kept(room)
        store.delete(posting.id, owner="local", now=room.clock())
        with pytest.raises(StaleMove):
            begin(room, posting)
        assert room.service.history(owner="local") == ()


def test_it_goes_with_the_last_of_its_interviews_and_leaves_no_byte(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        store, posting = kept(room)
        one, two = begin(room, posting), begin(room, posting)
        room.service.delete(one.id, owner="local")
        assert store.load(posting.id, owner="local").interviews.keys() == {two.id}
        assert all(traces(tmp_path, word) for word in WORDS)
        room.service.delete(two.id, owner="local")
        assert store.list_of("local") == ()
        Eraser(room.store.database, tmp_path).sweep()
    assert [word for word in WORDS if traces(tmp_path, word)] == []


def test_it_can_go_alone_and_its_interview_stays(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        store, posting = kept(room)
        interview = begin(room, posting)
        store.delete(posting.id, owner="local", now=room.clock())
        assert store.behind(interview.id) is None
        assert room.read(interview).id == interview.id
        assert Eraser(room.store.database, tmp_path).sweep() == 1
    assert [word for word in WORDS if traces(tmp_path, word)] == []


def test_it_goes_after_its_time_and_comes_back_with_no_backup(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        store, posting = kept(room)
        eraser = Eraser(room.store.database, tmp_path)
        keeper = Housekeeper(eraser, prune=lambda _now: None, retention=None, postings=timedelta(days=30), now=room.clock)
        room.clock.forward(days=29)
        keeper.tidy()
        assert store.list_of("local")
        _store, young = kept(room)
        room.clock.forward(days=2)
        keeper.tidy()
        assert [each.id for each in store.list_of("local")] == [young.id]
        assert f"posting {posting.id}" in (tmp_path / "erased.txt").read_text()
        (tmp_path / "erased.txt").write_text(f"posting {young.id} 2026-01-02T03:04:05+00:00\n")
        assert eraser.repeat(room.clock()) == 1
        assert store.list_of("local") == ()


def test_it_goes_with_the_account_and_with_all_interviews_and_follows_its_owner(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        people, accounts = PeopleStore(room.store.database), Accounts(room.store.database, RowCache())
        store, _posting = kept(room, LOCAL_PERSON.id)
        person = people.add("An", role=Role.CANDIDATE, now=room.clock())
        people.adopt_local(person.id)
        assert len(store.list_of(person.id)) == 1
        accounts.erase_interviews(person.id, now=room.clock())
        assert store.list_of(person.id) == ()
        kept(room, person.id)
        accounts.erase(person.id, actor_id=person.id, now=room.clock())
        assert store.list_of(person.id) == ()
        Eraser(room.store.database, tmp_path).sweep()
    assert [word for word in WORDS if traces(tmp_path, word)] == []
