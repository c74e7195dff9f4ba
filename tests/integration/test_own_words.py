"""Saved comments are their coach's alone; private notes are their coaches', and never the candidate's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from interviewer.errors import NotFound
from interviewer.interview.editing import EditRefused, Refusal
from interviewer.interview.last_word import comments_of
from interviewer.interview.own_words import MOST_COMMENTS
from interviewer.models import LOCAL_PERSON
from interviewer.records.desk_tables import private_notes, saved_comments
from interviewer.records.erasure import erase_interview, erase_person
from interviewer.records.store import utc_now
from tests.databases import ON_BOTH
from tests.integration.classroom import Classroom, open_classroom

# What is kept of a person is read with what SQLAlchemy calls deprecated.
pytestmark = [*ON_BOTH, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with open_classroom(tmp_path) as made:
        yield made


def rows(room: Classroom, table: object) -> int:
    """How many there are in a table."""
    with room.application.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


# ---------------------------------------------------------------- saved comments


def test_a_comment_is_saved_used_again_changed_and_deleted_by_its_coach_alone(room: Classroom) -> None:
    held, cleo = room.hold(room.ann), room.browser(room.cleo)
    address = f"/coach/interviews/{held.id}"
    cleo.post(f"{address}/comment?q=1", question="q1", text="Say what it costs. 说出代价", keep="question")
    cleo.post("/coach/comments", act="add", text="Good figures", question="")
    (special, general) = room.application.saved_comments.all(room.cleo)
    assert (special.question_id, general.question_id, special.text) == ("q1", "", "Say what it costs. 说出代价")
    page = cleo.page(f"{address}?q=1")
    assert page.count("data-saved") == 2
    assert cleo.page(f"{address}?q=2").count("data-saved") == 1
    cleo.post(f"{address}/comment?q=2", question="q2", text="And:", saved=general.id)
    told = [edit.text for id in ("q1", "q2") for edit in comments_of(room.application.desk.open(held.id, room.cleo), id)]
    assert told == ["Say what it costs. 说出代价", "And:\nGood figures"]
    cleo.post("/coach/comments", act="change", id=general.id, text="Good <b>figures</b>", question="q2")
    assert "Good &lt;b&gt;figures" in cleo.page("/coach/comments")
    carl = room.browser(room.carl)
    assert "figures" not in carl.page("/coach/comments")
    assert "data-saved" not in carl.page(f"{address}?q=1")
    for act in ("change", "delete"):
        carl.post("/coach/comments", 404, act=act, id=general.id, text="mine now")
    cleo.post("/coach/comments", act="delete", id=general.id)
    assert room.application.saved_comments.all(room.cleo) == (special,)
    room.browser(room.ann).post("/coach/comments", 404, act="add", text="a candidate's")


def test_a_comment_that_cannot_be_saved_is_told_and_its_words_stay(room: Classroom) -> None:
    cleo, saved = room.browser(room.cleo), room.application.saved_comments
    assert "x" * 4001 in cleo.post("/coach/comments", 422, act="add", text="x" * 4001)
    assert 'role="alert"' in cleo.post("/coach/comments", 422, act="add", text="  ")
    cleo.post("/coach/comments", 400, act="steal")
    for number in range(MOST_COMMENTS):
        saved.add(room.cleo, f"comment {number}")
    assert saved.add(room.cleo, "comment 3") in saved.all(room.cleo)
    with pytest.raises(EditRefused) as refused:
        saved.add(room.cleo, "one too many")
    assert refused.value.why is Refusal.TOO_MANY


# ---------------------------------------------------------------- private notes

SECRET, SHARED, ON_ANN = "ask her about the gap in 2021", "carl should look at this", "tires quickly"


@pytest.fixture
def noted(room: Classroom) -> str:
    """Ann's interview, with two notes on its first answer, of which one is shared, and one on herself."""
    held, cleo = room.hold(room.ann), room.browser(room.cleo)
    place = f"/coach/interviews/{held.id}?q=1"
    where = {"act": "add", "back": place, "interview": held.id, "question": "q1", "about": "answer", "candidate": room.ann.id}
    assert cleo.post("/coach/notes", **where, text=SECRET) == f"{place}#notes"
    cleo.post("/coach/notes", **where, text=SHARED, shared="1")
    cleo.post("/coach/notes", act="add", back="/coach", candidate=room.ann.id, text=ON_ANN)
    return held.id


def test_notes_are_shown_to_their_coach_and_if_shared_to_the_candidates_other_coaches(room: Classroom, noted: str) -> None:
    place, course = f"/coach/interviews/{noted}?q=1", f"/coach/candidates/{room.ann.id}"
    cleo, carl = room.browser(room.cleo), room.browser(room.carl)
    page = cleo.page(place)
    assert all(words in page for words in (SECRET, SHARED, ON_ANN))
    assert ON_ANN in cleo.page(course)
    assert SECRET not in cleo.page(course)
    seen = carl.page(place)
    assert SHARED in seen
    assert SECRET not in seen
    assert ON_ANN not in seen + carl.page(course)
    room.application.people.unassign(room.carl.id, room.ann.id)
    assert room.application.private_notes.on(room.carl, room.ann.id, noted) == ()
    carl.post("/coach/notes", 404, act="add", back="/", candidate=room.ann.id, text="still here")


def test_another_coachs_notes_wait_until_a_blind_review_is_given(room: Classroom, noted: str) -> None:
    place = f"/coach/interviews/{noted}?q=1"
    carl = room.browser(room.carl, blind=True)
    assert SHARED not in carl.page(place)
    room.judge(room.carl, room.application.desk.open(noted, room.carl, blind=True))
    assert SHARED in carl.page(place)


def test_only_its_coach_changes_a_note(room: Classroom, noted: str) -> None:
    notes = room.application.private_notes
    (secret, shared, on_ann) = notes.on(room.cleo, room.ann.id, noted)
    carl, cleo = room.browser(room.carl), room.browser(room.cleo)
    for note in (secret, shared):
        for act in ("change", "delete"):
            carl.post("/coach/notes", 404, act=act, id=note.id, text="other words", back="/coach")
    cleo.post("/coach/notes", act="change", id=on_ann.id, text="rests now", shared="1", back="/coach")
    assert [note.text for note in notes.on(room.carl, room.ann.id)] == ["rests now"]
    cleo.post("/coach/notes", act="delete", id=secret.id, back="/coach")
    assert secret not in notes.on(room.cleo, room.ann.id, noted)
    assert "y" * 4001 in cleo.post("/coach/notes", 422, act="add", candidate=room.ann.id, back="/coach", text="y" * 4001)
    assert cleo.post("/coach/notes", act="add", candidate=room.ann.id, back="//elsewhere.example", text="z").startswith("/")


def test_no_page_file_or_record_of_the_candidates_holds_a_note(room: Classroom, noted: str) -> None:
    ann, cleo = room.browser(room.ann), room.browser(room.cleo)
    told = [ann.page("/own"), ann.page("/own/data.json")]
    interview = room.application.service.read(noted, owner=room.ann.id)
    told += [repr(interview), *(cleo.page(f"/coach/export/{noted}.{ending}") for ending in ("md", "csv", "json", "html"))]
    told += [cleo.page("/coach/reviewed.jsonl"), cleo.page("/coach/group"), cleo.page("/coach/group.json"), cleo.page("/coach/group.csv")]
    assert not [words for words in (SECRET, SHARED, ON_ANN) for text in told if words in text or json.dumps(words)[1:-1] in text]
    with pytest.raises(NotFound):
        room.application.private_notes.on(room.ann, room.ann.id, noted)
    assert noted not in [entry.subject for entry in room.application.people.audit.search(50) if "note" in entry.action]


def test_a_coach_reads_no_notes_on_themselves(room: Classroom) -> None:
    room.application.people.assign(room.carl.id, room.cleo.id)
    room.application.private_notes.add_on_candidate(room.carl, room.cleo.id, SHARED, shared=True)
    assert room.application.private_notes.on(room.cleo, room.cleo.id) == ()
    with pytest.raises(NotFound):
        room.application.private_notes.add_on_candidate(room.cleo, room.cleo.id, "mine", shared=False)


def test_notes_and_comments_go_with_whom_they_are_about_and_with_whose_they_are(room: Classroom, noted: str) -> None:
    database, notes = room.application.database, room.application.private_notes
    room.application.saved_comments.add(room.cleo, "again and again")
    with database.writing() as connection:
        erase_interview(connection, noted, utc_now())
    assert [note.text for note in notes.on(room.cleo, room.ann.id)] == [ON_ANN]
    room.application.private_notes.add_on_candidate(room.cleo, room.bob.id, SHARED, shared=True)
    room.application.private_notes.add_on_candidate(room.cleo, room.bob.id, SECRET, shared=False)
    with database.writing() as connection:
        erase_person(connection, room.ann.id, utc_now())
    assert rows(room, private_notes) == 2
    with database.writing() as connection:
        erase_person(connection, room.cleo.id, utc_now())
    assert [(note.text, note.author) for note in notes.on(room.carl, room.bob.id)] == [(SHARED, "")]
    assert (rows(room, private_notes), rows(room, saved_comments)) == (1, 0)


def test_who_had_no_account_takes_their_words_along(room: Classroom) -> None:
    room.application.saved_comments.add(LOCAL_PERSON, "from before")
    room.application.private_notes.add_on_candidate(LOCAL_PERSON, LOCAL_PERSON.id, "on my own practice", shared=False)
    room.application.people.adopt_local(room.carl.id)
    assert [each.text for each in room.application.saved_comments.all(room.carl)] == ["from before"]
    assert rows(room, private_notes) == 1
