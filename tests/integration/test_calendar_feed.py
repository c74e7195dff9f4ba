"""The calendar's address: fetched without logging in, of one person alone, shown once, ended at will, and titles are all that it tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from sqlalchemy import select

from interviewer.models import Role, TrainingSettings
from interviewer.records.store import utc_now
from interviewer.records.telling_tables import calendar_feeds
from interviewer.training.calendar import Deadline, write_feed
from interviewer.ui.labels import words
from tests.integration.folk import PAGE, did, follow, running, send
from tests.integration.test_access import House, leftovers

__all__ = ["leftovers"]
pytestmark = pytest.mark.filterwarnings("ignore")

DUE = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house"), webhook_url="http://127.0.0.1:9/hook?key=receivers-secret", webhook_secret="whsec_" + "A" * 40) as house:  # fmt: skip
        house.add("Ann"), house.add("Bob"), house.add("Ada", Role.ADMIN)
        yield house


def address_in(page: str) -> str:
    found = re.search(r'id="calendar-address" value="http://testserver(/calendar/[^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_an_address_is_made_followed_replaced_and_ended(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = house.people.find("Ann")
    assert ann
    deadlines = lambda _self, person: (Deadline("a1", f"Essay of {person == ann.id}", DUE),)  # noqa: E731
    monkeypatch.setattr(type(house.application), "deadlines_of", deadlines)
    browser, program = house.enter("Ann"), house.browser()
    first = address_in(follow(browser, send(browser, "/own/calendar")))
    assert "calendar-address" not in browser.get("/own", headers=PAGE).text
    answer = program.get(first)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "Essay of True" in answer.text
    assert "no calendar program" not in browser.get("/own?lang=en", headers=PAGE).text
    second = address_in(follow(browser, send(browser, "/own/calendar")))
    assert [program.get(each).status_code for each in (first, second)] == [404, 200]
    house.people.set_active(ann.id, False)
    assert program.get(second).status_code == 404
    house.people.set_active(ann.id, True)
    browser = house.enter("Ann")
    send(browser, "/own/calendar/withdraw")
    assert program.get(second).status_code == 404
    made, ended = (ann.id, "calendar_made", ""), (ann.id, "calendar_ended", "")
    assert [entry for entry in did(house, ann.id) if "calendar" in entry[1]] == [made, made, ended]


def test_only_a_hash_of_the_secret_is_kept_and_it_goes_with_the_person(house: House) -> None:
    zoe = house.add("Zoe")
    secret = house.application.calendar_feeds.make(zoe.id, utc_now())
    with house.application.database.reading() as connection:
        kept = connection.execute(select(calendar_feeds)).all()
    assert secret not in str(kept)
    house.application.accounts.erase(zoe.id, actor_id=zoe.id, now=utc_now())
    assert house.application.calendar_feeds.owner_of(secret, utc_now()) is None


@pytest.mark.parametrize("secret", ["guessed", "%", "a" * 5000, "..%2F..%2Fetc", "%00"])
def test_a_guess_gets_nothing(house: House, secret: str) -> None:
    assert house.browser().get(f"/calendar/{secret}.ics").status_code == 404


def test_a_moment_and_the_interviews_day_stand_in_the_feed_with_ids_that_stay() -> None:
    settings = TrainingSettings(interview_on=DUE.date() + timedelta(days=7), zone="Asia/Shanghai")

    def events(title: str) -> list[icalendar.Event]:
        content = write_feed("ann", [Deadline("a1", title, DUE)], settings, DUE - timedelta(days=1), words("en"), "en")
        return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))

    essay, interview = events("Essay\r\nX-EVIL:1;2")
    assert essay["dtstart"].dt == essay["dtend"].dt == DUE
    assert str(essay["summary"]).startswith("Due: Essay")
    assert {"X-EVIL", "DESCRIPTION", "ATTENDEE", "ORGANIZER"}.isdisjoint(essay)
    assert interview["dtstart"].dt == settings.interview_on
    assert [str(each["uid"]) for each in events("Another title")] == [str(essay["uid"]), str(interview["uid"])]


# ---------------------------------------------------------------- the webhook's page, in the same house


def test_an_admin_sees_deliveries_tests_and_sends_again(house: House) -> None:
    browser, store = house.enter("Ada"), house.application.webhook_messages
    house.application.webhook_jobs.stop()
    answer = send(browser, "/webhook/test")
    assert "测试已排队" in follow(browser, answer)
    (message,) = store.latest(9)
    page = browser.get("/webhook?lang=en", headers=PAGE).text
    assert "Told to 127.0.0.1:9" in page
    assert "receivers-secret" not in page
    assert "being tried" in page
    assert "1 being tried" in browser.get("/audit?lang=en", headers=PAGE).text
    house.application.webhook_messages.note_try(message.id, "unreachable", delivered=False, now=utc_now())
    page = browser.get("/webhook?lang=en", headers=PAGE).text
    assert "cannot be reached" in page
    assert "Nothing was changed" in follow(browser, send(browser, f"/webhook/{message.id}/again"))
    assert send(browser, "/webhook/nonesuch/again").status_code == 404


def test_nobody_else_sees_that_there_is_such_a_page(house: House) -> None:
    browser = house.enter("Bob")
    assert browser.get("/webhook", headers=PAGE).status_code == 404
    assert send(browser, "/webhook/test").status_code == 404
