"""The page about oneself: password, sessions, the file of everything, deletion; with accounts and without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from interviewer.models import Edit, EditKind, Interview, Person, Role
from interviewer.records.edits import add_edit
from interviewer.records.people_tables import spending
from interviewer.records.store import utc_now
from tests.integration.folk import PAGE, did, follow, held, notice, running, send
from tests.integration.intruders import write_questions
from tests.integration.test_access import PASSWORD, House, log_in
from tests.integration.test_erasure import SECRET, traces

pytestmark = pytest.mark.filterwarnings("ignore")

NEW = "a wholly new horse"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def house(folder: Path) -> Iterator[House]:
    with running(folder, daily_tokens=5000, retention_days=90) as house:
        house.add("Ada", Role.ADMIN), house.add("Cleo", Role.COACH)
        yield house


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("local")) as house:
        yield house


def enter(house: House, name: str, role: Role = Role.CANDIDATE) -> tuple[Person, TestClient]:
    """Somebody new, and their browser, in English."""
    person = house.add(name, role)
    browser = house.enter(name)
    browser.get("/own?lang=en", headers=PAGE)
    return person, browser


def exported(browser: TestClient) -> dict[str, Any]:
    answer = browser.get("/own/data.json")
    assert answer.headers["content-disposition"].startswith('attachment; filename="interviewer-own-data-')
    data: dict[str, Any] = json.loads(answer.text)
    return data


def comment(house: House, interview: Interview, author: Person, text: str) -> None:
    edit = Edit(0, interview.id, EditKind.COMMENT, author.id, author.name, utc_now(), question_id="data-pipeline", turn_seq=1, text=text)
    with house.application.database.writing() as connection:
        add_edit(connection, edit)


# ---------------------------------------------------------------- what it tells


def test_it_tells_role_group_coaches_use_and_the_retention_period(house: House) -> None:
    me, browser = enter(house, "Teller")
    coach, former = house.people.find("Cleo"), house.add("Former coach", Role.COACH)
    assert coach
    house.people.set_group(me.id, "Class 5", now=utc_now())
    for each in (coach, former):
        house.people.assign(each.id, me.id)
    house.people.set_role(former.id, Role.CANDIDATE)
    with house.application.database.writing() as connection:
        connection.execute(insert(spending).values(owner=me.id, day=utc_now().date().isoformat(), tokens=1234, cost=0.0))
    page = browser.get("/own", headers=PAGE).text
    for told in ("Teller", "Candidate", "Class 5", "Cleo", "1,234 of 5,000", "90 days after"):
        assert told in page
    assert "Former coach" not in page


def test_names_are_shown_as_text(house: House) -> None:
    assert "<b>Own" not in enter(house, "<b>Own</b>")[1].get("/own", headers=PAGE).text


# ---------------------------------------------------------------- password and sessions


def test_the_password_is_changed_with_the_old_one_and_other_sessions_end(house: House) -> None:
    me, browser = enter(house, "Changer")
    elsewhere = house.enter("Changer")
    said = follow(browser, send(browser, "/own/password", old=PASSWORD, password=NEW, again=NEW))
    assert "password is changed" in notice(said)
    assert elsewhere.get("/own", headers=PAGE).status_code == 303
    assert log_in(house.browser(), "Changer").status_code == 401
    assert log_in(house.browser(), "Changer", NEW).status_code == 303
    assert (me.id, "password_changed", "") in did(house, me.id)


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong one", NEW, NEW, "the password is wrong"),
        (PASSWORD, "short", "short", "too short"),
        (PASSWORD, "password123", "password123", "among the first"),
        (PASSWORD, NEW, NEW + "x", "not the same"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(house: House, old: str, new: str, again: str, says: str) -> None:
    if not house.people.find("Stayer"):
        house.add("Stayer")
    browser = house.enter("Stayer")
    browser.get("/own?lang=en", headers=PAGE)
    assert says in notice(follow(browser, send(browser, "/own/password", old=old, password=new, again=again)))
    assert log_in(house.browser(), "Stayer").status_code == 303


def test_guesses_of_the_old_password_are_throttled_like_those_at_the_door(house: House) -> None:
    me, browser = enter(house, "Guessed")
    for number in range(5):
        follow(browser, send(browser, "/own/password", old=f"guess {number}", password=NEW, again=NEW))
    said = notice(follow(browser, send(browser, "/own/password", old=PASSWORD, password=NEW, again=NEW)))
    assert "too many wrong passwords" in said
    assert "too many wrong passwords" in notice(follow(browser, send(browser, "/own/delete", name="Guessed", password=PASSWORD)))
    assert house.people.get(me.id)


def test_logging_out_everywhere_ends_every_session(house: House) -> None:
    me, browser = enter(house, "Leaver")
    elsewhere = house.enter("Leaver")
    assert "at 2 places" in browser.get("/own", headers=PAGE).text
    assert send(browser, "/own/logout-everywhere").headers["location"] == "/login?left=yes"
    assert [each.get("/own", headers=PAGE).status_code for each in (browser, elsewhere)] == [303, 303]
    assert did(house, me.id)[-1] == (me.id, "logout_everywhere", "")


# ---------------------------------------------------------------- the file of everything


def test_the_file_holds_everything_of_mine_and_nothing_of_others(house: House) -> None:
    coach = house.people.find("Cleo")
    assert coach
    (me, browser), (other, _) = enter(house, "Mine"), enter(house, "Not-mine-2718")
    first, second = held(house, me, "Kafka\u200b keeps events", draft="half a thought"), held(house, me, "second answer")
    theirs = held(house, other, "secret of another 3141")
    house.people.assign(coach.id, me.id)
    comment(house, first, coach, "well said")
    comment(house, theirs, coach, "comment for another 1618")
    write_questions(house.application, me), write_questions(house.application, other)
    house.people.audit.write(coach.id, "read_transcript", first.id, now=utc_now())
    house.people.audit.write(coach.id, "read_transcript", theirs.id, now=utc_now())
    data = exported(browser)
    assert {name: data["person"][name] for name in ("id", "name", "role", "coaches")} == {
        "id": me.id, "name": "Mine", "role": "candidate", "coaches": ["Cleo"],
    }  # fmt: skip
    assert [interview["id"] for interview in data["interviews"]] == [first.id, second.id]
    turns = data["interviews"][0]["turns"]
    assert (turns[0]["reply"]["text"], turns[1]["draft"]) == ("Kafka\u200b keeps events", "half a thought")
    assert turns[0]["grades"][0]["kind"] == "grade"
    assert [(edit["author"], edit["text"]) for edit in data["interviews"][0]["edits"]] == [("Cleo", "well said")]
    assert data["questions"][data["interviews"][0]["questions"]["data-pipeline"]]["id"] == "data-pipeline"
    assert len(data["questions"]) == 2
    assert [entry["actor"] for entry in data["audit"] if entry["subject"] == first.id] == ["Cleo"]
    assert {"login", "export"} <= {entry["action"] for entry in data["audit"]}
    assert len(data["sessions"]) == 1
    assert data["written_questions"][0]["versions"][0]["content"]["prompt"]["zh"] == "Mine-wrote"
    assert [data[kind][0]["owner"] for kind in ("question_sets", "bank_drafts")] == [me.id, me.id]
    assert [answer["text"] for answer in data["labelled_answers"]] == ["Mine-wrote"]
    text = json.dumps(data, ensure_ascii=False)
    for foreign in (other.id, theirs.id, "Not-mine-2718", "3141", "1618"):
        assert foreign not in text


def test_no_secret_is_in_the_file(house: House) -> None:
    _, browser = enter(house, "Secretive")
    text = browser.get("/own/data.json").text
    assert "argon2" not in text
    assert browser.cookies["session"] not in text


def test_the_file_of_somebody_without_interviews_is_whole(house: House) -> None:
    assert exported(enter(house, "Newcomer")[1])["interviews"] == []


# ---------------------------------------------------------------- deletion


def test_my_account_is_deleted_with_everything_and_i_am_out(house: House, folder: Path) -> None:
    me, browser = enter(house, "Xanthippe-4711")
    held(house, me, SECRET)
    elsewhere = house.enter("Xanthippe-4711")
    done = send(browser, "/own/delete", name="xanthippe-4711", password=PASSWORD)
    assert (done.status_code, "Your account is deleted" in done.text, "Xanthippe" in done.text) == (200, True, False)
    assert [each.get("/own", headers=PAGE).status_code for each in (browser, elsewhere)] == [303, 303]
    assert log_in(house.browser(), "Xanthippe-4711").status_code == 401
    house.application.eraser.sweep()
    assert traces(folder, SECRET) + traces(folder, "Xanthippe-4711") == []
    assert (me.id, "deleted_person", "") in did(house, me.id)


@pytest.mark.parametrize(("name", "password"), [("Somebody else", PASSWORD), ("Hesitant", "wrong one"), ("Hesitant", "")])
def test_without_name_and_password_nothing_is_deleted(house: House, name: str, password: str) -> None:
    if not house.people.find("Hesitant"):
        house.add("Hesitant")
    browser = house.enter("Hesitant")
    browser.get("/own?lang=en", headers=PAGE)
    assert "Nothing was" in notice(follow(browser, send(browser, "/own/delete", name=name, password=password)))
    assert house.people.find("Hesitant")


def test_the_last_admin_stays(house: House) -> None:
    browser = house.enter("Ada")
    browser.get("/own?lang=en", headers=PAGE)
    assert "last admin" in notice(follow(browser, send(browser, "/own/delete", name="Ada", password=PASSWORD)))
    assert house.people.find("Ada")


def test_all_my_interviews_are_deleted_once_i_am_sure_and_only_mine(house: House) -> None:
    (me, browser), (other, _) = enter(house, "Sweeper"), enter(house, "Keeper")
    mine, theirs = held(house, me, "one"), held(house, other, "two")
    assert "tick the box" in notice(follow(browser, send(browser, "/own/delete-interviews")))
    assert "1 interview deleted" in notice(follow(browser, send(browser, "/own/delete-interviews", sure="1")))
    assert house.application.accounts.interview_ids(me.id) == ()
    assert house.application.accounts.interview_ids(other.id) == (theirs.id,)
    assert did(house, mine.id) == [(me.id, "deleted_interview", "")]


@pytest.mark.parametrize("act", ["password", "logout-everywhere", "delete-interviews", "delete"])
def test_a_form_without_the_token_of_our_page_changes_nothing(house: House, act: str) -> None:
    me = house.people.find("Forged") or house.add("Forged")
    browser = house.enter("Forged")
    interview = held(house, me, "stays")
    fields = {"old": PASSWORD, "password": NEW, "again": NEW, "sure": "1", "name": "Forged"}
    assert browser.post(f"/own/{act}", data=fields, headers=PAGE).status_code == 403
    assert browser.get("/own", headers=PAGE).status_code == 200
    assert interview.id in house.application.accounts.interview_ids(me.id)
    assert log_in(house.browser(), "Forged").status_code == 303


# ---------------------------------------------------------------- without accounts


def test_the_local_person_exports_and_deletes_their_interviews(local: House) -> None:
    browser, me = local.browser(), Person("local", "")
    held(local, me, SECRET)
    page = browser.get("/own?lang=en", headers=PAGE).text
    assert "There are no accounts" in page
    assert "Change the password" not in page
    data = exported(browser)
    assert data["interviews"][0]["turns"][0]["reply"]["text"] == SECRET
    assert "1 interview deleted" in notice(follow(browser, send(browser, "/own/delete-interviews", sure="1")))
    local.application.eraser.sweep()
    assert traces(local.application.settings.data, SECRET) == []


@pytest.mark.parametrize("act", ["password", "logout-everywhere", "delete"])
def test_the_local_person_has_no_account_to_change(local: House, act: str) -> None:
    assert send(local.browser(), f"/own/{act}", name="", password=NEW, again=NEW).status_code == 404
