"""The files of one's training over the address: what they hold, of whom, and nothing of a key before its question is over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import icalendar
import pytest
from starlette.testclient import TestClient

from interviewer.models import CardKey, Interview, MarkKind, Mode, Person, Setup, Utterance
from interviewer.records.store import utc_now
from tests.integration.folk import did, running
from tests.integration.test_access import House

pytestmark = pytest.mark.filterwarnings("ignore")

FILES = ("cards.json", "anki.apkg", "plan.ics")
ANSWER = "Kafka carries the events of every client; canary-4711"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("files")) as house:
        house.add("First")
        yield house


def answered(house: House, person: Person, *, mode: Mode = Mode.COACHING, finish: bool = True) -> Interview:
    """An interview of theirs, its first question answered and graded; an exam of one question would be over with it."""
    service = house.application.service
    begun = service.begin(Setup(question_ids=("data-pipeline", "gan-basics"), follow_ups=0, mode=mode), owner=person.id)
    after = service.submit(begun, ANSWER, meant=Utterance.ANSWER)
    while service.watch(after.turns[0].id, seen=10**6, timeout=10) is not None:
        pass
    loaded = service.load(begun.id, owner=person.id)
    assert loaded.finished_at is None
    return service.finish(loaded) if finish else loaded


def enter(house: House, name: str) -> tuple[Person, TestClient]:
    return house.add(name), house.enter(name)


def download(browser: TestClient, name: str, lang: str = "en") -> bytes:
    answer = browser.get(f"/training/{name}?lang={lang}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="interviewer-')
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    return answer.content


def notes(content: bytes) -> tuple[dict[str, list[str]], str]:
    """Fields by note id, and the deck's description."""
    with ZipFile(BytesIO(content)) as package, closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(package.read("collection.anki2"))
        found = {guid: flds.split("\x1f") for guid, flds in connection.execute("SELECT guid, flds FROM notes")}
        decks = json.loads(connection.execute("SELECT decks FROM col").fetchone()[0])
    return found, next(deck["desc"] for id, deck in decks.items() if id != "1")


def cards(browser: TestClient) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(download(browser, "cards.json"))
    return values


def test_the_files_hold_the_points_that_were_asked(house: House) -> None:
    me, browser = enter(house, "Asked")
    interview = answered(house, me)
    values = cards(browser)
    points = {point.id for point in interview.questions["data-pipeline"].points}
    assert {(card["question"], card["point"] in points) for card in values["cards"]} == {("data-pipeline", True)}
    assert values["cards"][0]["history"][0]["interview"] == interview.id
    found, about = notes(download(browser, "anki.apkg"))
    assert len(found) == len(values["cards"])
    says = {card["says"]["en"] for card in values["cards"]}
    assert {fields[2] for fields in found.values()} <= {text.replace("'", "&#x27;") for text in says}
    assert all(all(fields[:4]) for fields in found.values())
    assert "not asked yet" in about
    assert {(me.id, "export", name) for name in ("cards.json", "anki.apkg")} <= set(did(house, me.id))


def test_both_languages_give_the_same_notes_in_other_words(house: House) -> None:
    me, browser = enter(house, "Bilingual")
    answered(house, me)
    (zh, _), (en, _) = (notes(download(browser, "anki.apkg", lang)) for lang in ("zh", "en"))
    assert zh.keys() == en.keys()
    assert all(zh[guid] != en[guid] for guid in zh)


def test_what_was_never_asked_is_in_no_file(house: House) -> None:
    me, browser = enter(house, "Newcomer")
    house.application.training.choose(me.id, replace(house.application.training.settings(me.id), interview_on=utc_now().date()))
    assert cards(browser)["cards"] == []
    assert notes(download(browser, "anki.apkg"))[0] == {}
    assert [str(event["summary"]) for event in icalendar.Calendar.from_ical(download(browser, "plan.ics")).walk("VEVENT")] == ["Interview"]


@pytest.mark.parametrize("mode", [Mode.COACHING, Mode.EXAM])
def test_a_question_is_told_of_again_once_the_interview_that_asks_it_is_over(house: House, mode: Mode) -> None:
    me, browser = enter(house, f"Examined {mode}")
    answered(house, me)
    before = len(cards(browser)["cards"])
    service = house.application.service
    again = service.begin(Setup(question_ids=("data-pipeline",), follow_ups=0, mode=mode), owner=me.id)
    values, (found, about) = cards(browser), notes(download(browser, "anki.apkg"))
    assert (values["cards"], values["left_out"]["question_open"], found) == ([], before, {})
    assert f"{before} points whose question is open" in about
    service.finish(service.load(again.id, owner=me.id))
    assert len(cards(browser)["cards"]) == before


def test_an_exam_that_runs_is_in_no_file(house: House) -> None:
    me, browser = enter(house, "In an exam")
    exam = answered(house, me, mode=Mode.EXAM, finish=False)
    assert cards(browser)["cards"] == []
    assert notes(download(browser, "anki.apkg"))[0] == {}
    house.application.service.finish(exam)
    assert cards(browser)["cards"]


def test_what_is_set_aside_is_not_in_the_deck_and_told_in_the_file(house: House) -> None:
    me, browser = enter(house, "Sorter")
    answered(house, me)
    first = cards(browser)["cards"][0]
    house.application.training.mark(me.id, CardKey(first["question"], first["point"]), MarkKind.KNOWN, actor=me.id)
    values = cards(browser)
    assert values["cards"][0]["mark"]["kind"] == "known"
    found, about = notes(download(browser, "anki.apkg"))
    assert len(found) == len(values["cards"]) - 1
    assert "1 point that you set aside" in about


def test_the_plan_holds_no_word_of_an_answer_or_of_a_point(house: House) -> None:
    me, browser = enter(house, "Planner")
    interview = answered(house, me)
    settings = house.application.training.settings(me.id)
    house.application.training.choose(me.id, replace(settings, interview_on=utc_now().date() + timedelta(days=9)))
    for lang in ("zh", "en"):
        text = download(browser, "plan.ics", lang).decode().replace("\r\n ", "")
        assert len(icalendar.Calendar.from_ical(text).walk("VEVENT")) >= 2
        assert not [word for word in ("canary", me.id, me.name, interview.id) if word in text]
        assert not [point.id for point in interview.questions["data-pipeline"].points if point.intent[lang] in text]  # type: ignore[index]


def test_nobody_gets_another_persons(house: House) -> None:
    me, _ = enter(house, "Owner-2718")
    interview = answered(house, me)
    _, other = enter(house, "Other")
    for name in FILES:
        content = download(other, name)
        assert not [canary for canary in (me.id, interview.id, "Owner-2718", "canary") if canary.encode() in content]
        assert house.browser().get(f"/training/{name}").status_code in (303, 401)
    assert (cards(other)["cards"], notes(download(other, "anki.apkg"))[0]) == ([], {})


def test_the_file_of_everything_holds_the_training(house: House) -> None:
    me, browser = enter(house, "Everything")
    coach = house.add("A stranger")
    interview = answered(house, me)
    training = house.application.training
    training.choose(me.id, replace(training.settings(me.id), minutes=20))
    key = CardKey("data-pipeline", interview.questions["data-pipeline"].points[0].id)
    training.mark(me.id, key, MarkKind.SET_ASIDE, actor=me.id)
    training.mark(me.id, key, MarkKind.BACK, actor=coach.id)
    data = json.loads(browser.get("/own/data.json").text)
    assert data["training"]["minutes"] == 20
    assert {review["interview"] for review in data["reviews"]} == {interview.id}
    assert len(data["cards"]) == len(data["reviews"])
    assert [(mark["kind"], mark["actor"]) for mark in data["marks"]] == [("set_aside", "Everything"), ("back", "")]
    assert coach.id not in json.dumps(data)


def test_no_file_is_left_in_the_folder_for_temporary_ones(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    me, browser = enter(house, "Traceless")
    answered(house, me)
    download(browser, "anki.apkg")
    assert list(tmp_path.iterdir()) == []
