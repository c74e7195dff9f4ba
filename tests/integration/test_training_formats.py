"""The deck and the calendar of the training, read again as Anki and calendars read them; hostile text is shown as text and does nothing."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import BytesIO
from itertools import pairwise
from zipfile import ZipFile

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.models import (
    LANGS,
    CardKey,
    Lang,
    MarkKind,
    TrainingSettings,
)
from interviewer.training.anki import FIELDS, AnkiNote, write_apkg
from interviewer.training.calendar import LONGEST_PLAN, write_ics
from interviewer.training.cards import Card
from interviewer.training.deck import describe_deck
from interviewer.training.export import Told
from interviewer.training.plain import plain_text
from interviewer.ui.labels import words
from tests.examples import START
from tests.examples import held_card as card
from tests.hostile import SAMPLES

ANYTHING = st.one_of(st.sampled_from(list(SAMPLES.values())), st.text(max_size=60), st.text(st.characters(categories=["Cs", "Cc", "Cf"])))


@pytest.mark.parametrize("lang", LANGS)
def test_the_deck_says_how_many_are_left_out_and_why(lang: Lang) -> None:
    told = Told((card(), card(point="b", mark=MarkKind.SET_ASIDE)), unasked=7, open=5)
    said = describe_deck(told, words(lang))
    assert [re.findall(r"\d+", line) for line in said.splitlines()] == [["1"], ["7"], ["5"], ["1"]]
    assert len(describe_deck(Told(()), words(lang)).splitlines()) == 1


# ---------------------------------------------------------------- Anki


def read_apkg(content: bytes) -> tuple[list[tuple[str, str, list[str]]], dict[str, object], dict[str, object]]:
    """Notes (guid, tags, fields), decks and models of a package."""
    with ZipFile(BytesIO(content)) as package, closing(sqlite3.connect(":memory:")) as connection:
        assert package.testzip() is None
        assert json.loads(package.read("media")) == {}
        connection.deserialize(package.read("collection.anki2"))
        notes = [
            (guid, tags, flds.split("\x1f")) for guid, tags, flds in connection.execute("SELECT guid, tags, flds FROM notes ORDER BY id")
        ]
        assert connection.execute("SELECT count(*) FROM cards").fetchone()[0] == len(notes)
        decks, models = connection.execute("SELECT decks, models FROM col").fetchone()
    return notes, json.loads(decks), json.loads(models)


KEY = CardKey("q1", "a")


def note(text: str = "text", *, key: CardKey = KEY, tags: tuple[str, ...] = ("question::q1",)) -> AnkiNote:
    return AnkiNote(key, f"p{text}", text, f"i{text}", text, text, tags)


def test_a_package_has_a_note_a_point_and_is_read_again() -> None:
    made = write_apkg([note(), note("other", key=CardKey("q1", "b"))], words("en"), "about <it>", START)
    notes, decks, models = read_apkg(made)
    assert [fields for _, _, fields in notes] == [
        ["ptext", "text", "itext", "text", "text"],
        ["pother", "other", "iother", "other", "other"],
    ]
    assert [tags.split() for _, tags, _ in notes] == [["question::q1"]] * 2
    deck = next(each for id, each in decks.items() if id != "1")
    assert (deck["name"], deck["desc"]) == ("Mock interview points", "about &lt;it&gt;")  # type: ignore[index]
    (model,) = models.values()
    assert [field["name"] for field in model["flds"]] == list(FIELDS)  # type: ignore[index]


def test_importing_again_in_either_language_updates_the_same_notes() -> None:
    ids = []
    for lang, text, at in (("zh", "先", START), ("en", "later", START + timedelta(days=9))):
        notes, decks, models = read_apkg(write_apkg([note(text)], words(lang), "", at))  # type: ignore[arg-type]
        ids.append(([guid for guid, _, _ in notes], sorted(decks), sorted(models)))
    assert ids[0] == ids[1]
    keys = [CardKey("a", "b-c"), CardKey("a-b", "c"), CardKey("a", "c"), CardKey("c", "a")]
    guids = [guid for guid, _, _ in read_apkg(write_apkg([note(key=key) for key in keys], words("zh"), "", START))[0]]
    assert len(set(guids)) == len(keys)


def test_the_same_package_is_made_twice() -> None:
    assert read_apkg(write_apkg([note()], words("zh"), "d", START)) == read_apkg(write_apkg([note()], words("zh"), "d", START))


@settings(max_examples=40, deadline=None)
@given(text=ANYTHING)
def test_hostile_text_is_shown_in_a_note_and_does_nothing(text: str) -> None:
    notes, decks, _ = read_apkg(write_apkg([note(text, tags=(f"question::{text}",))], words("zh"), text, START))
    (_, tags, fields), desc = notes[0], next(each for id, each in decks.items() if id != "1")["desc"]  # type: ignore[index]
    assert len(tags.split()) == 1
    for shown in (*fields, desc):
        bare = shown.replace("<br>", "\n")
        assert not re.search(r"[<>\"'\[\]{}\\\x00-\x08\x0b-\x1f]", bare)
        assert plain_text(unescape(bare)) in (plain_text(text), plain_text(f"p{text}"), plain_text(f"i{text}"))


# ---------------------------------------------------------------- the calendar


def events_of(content: bytes) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(content)
    assert calendar["version"] == "2.0"
    return list(calendar.walk("VEVENT"))


def ics(*cards: Card, on: date | None = None, zone: str = "UTC", now: datetime = START, lang: Lang = "en", owner: str = "me") -> bytes:
    return write_ics(owner, cards, TrainingSettings(interview_on=on, zone=zone), 90.0, now, words(lang), lang)


def test_each_day_on_which_points_come_back_is_an_event_and_so_is_the_interview() -> None:
    cards = (
        card(due=-5),
        card(point="b", due=0),
        card("q2", due=3),
        card("q2", "b", due=None),
        card("q2", "c", due=1, mark=MarkKind.KNOWN),
    )
    found = events_of(ics(*cards, on=START.date() + timedelta(days=10)))
    days = [each["dtstart"].dt for each in found]
    assert days == [START.date() + timedelta(days=n) for n in (0, 3, 10)]
    assert [str(each["summary"]) for each in found] == [
        "Training: 2 points, about 3 minutes", "Training: 1 point, about 2 minutes", "Interview",
    ]  # fmt: skip
    for each in found:
        assert each["dtend"].dt - each["dtstart"].dt == timedelta(days=1)
        assert each["dtstamp"].dt == START
    assert "topic: 2" in found[0]["description"]


def test_nothing_comes_after_the_interview_or_sixty_days() -> None:
    late = tuple(card(f"q{n}", due=n) for n in (4, LONGEST_PLAN - 1, LONGEST_PLAN))
    assert len(events_of(ics(*late))) == 2
    assert [str(each["summary"])[:8] for each in events_of(ics(*late, on=START.date() + timedelta(days=4)))] == ["Training", "Intervie"]
    assert len(events_of(ics(*late, on=START.date() - timedelta(days=1)))) == 2
    assert len(events_of(ics(on=START.date() + timedelta(days=400)))) == 1


def test_days_are_the_persons() -> None:
    evening = card(due=0)  # 03:04 UTC
    (event,) = events_of(ics(evening, zone="America/Los_Angeles", now=START - timedelta(days=2)))
    assert event["dtstart"].dt == START.date() - timedelta(days=1)
    assert b"X-WR-TIMEZONE:America/Los_Angeles" in ics(evening, zone="America/Los_Angeles")


def test_a_later_file_replaces_the_events_of_the_same_person_and_nobody_elses() -> None:
    first = events_of(ics(card(), on=START.date() + timedelta(days=3)))
    again = events_of(ics(card(), on=START.date() + timedelta(days=5), lang="zh", now=START + timedelta(hours=1)))
    assert [each["uid"] for each in first] == [each["uid"] for each in again]
    other = events_of(ics(card(), on=START.date() + timedelta(days=3), owner="somebody"))
    assert not {str(each["uid"]) for each in first} & {str(each["uid"]) for each in other}


@settings(max_examples=40, deadline=None)
@given(topic=ANYTHING)
def test_hostile_text_ends_no_line_and_adds_no_event(topic: str) -> None:
    for injected in (topic, f"{topic}\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:x"):
        content = ics(card(topic=injected), on=START.date() + timedelta(days=2), lang="zh")
        assert len(events_of(content)) == 2
        assert str(events_of(content)[0]["description"]) == plain_text(f"{injected}: 1")
        lines = content.split(b"\r\n")
        assert all(len(line) <= 75 for line in lines)
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", content.replace(b"\r\n", b""))


def test_days_are_in_order() -> None:
    found = [each["dtstart"].dt for each in events_of(ics(*(card(f"q{n}", due=n) for n in (9, 2, 5))))]
    assert all(one < other for one, other in pairwise(found))


def test_times_are_utc() -> None:
    assert b"DTSTAMP:20260102T030405Z" in ics(card(), now=START.astimezone(UTC))
