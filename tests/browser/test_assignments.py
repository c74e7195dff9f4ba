"""An assignment in Chromium: first on the page, told what is noted, begun, and what is pasted and when the page is away noted as counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models import Role
from interviewer.models.assignments import Task
from interviewer.records.store import utc_now
from tests.browser.conftest import PATIENCE_MS
from tests.serving import Served

PASTED = "a text from elsewhere"
PASTE = """text => { const data = new DataTransfer(); data.setData("text/plain", text);
  document.querySelector("#answer textarea").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true})); }"""
LEAVE = """away => { const turn = hidden => { Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
    document.dispatchEvent(new Event("visibilitychange")); };
  const now = Date.now; turn(true); Date.now = () => now() + away * 1000; turn(false); Date.now = now; }"""
NOTED = """async id => { for (let left = 300; left; left--) {
    const told = await (await fetch(`/export/${id}.json`)).json(), noted = told.assignment.conduct["1"];
    if (noted && noted.pastes && noted.absences) return noted;
    await new Promise(done => setTimeout(done, 100)); } return null; }"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Application]]:
    folder: Path = tmp_path_factory.mktemp("class")
    with Served(folder) as server:
        application = Application(Settings(data=folder / "data", _env_file=None))  # type: ignore[call-arg]
        yield server, application
        application.database.dispose()


def test_a_candidate_finds_it_is_told_begins_and_what_the_page_saw_is_counted(browser: Browser, house: tuple[Served, Application]) -> None:
    server, application = house
    people = application.people
    coach, ann = (people.add(name, role=role, now=utc_now()) for name, role in (("Cleo", Role.COACH), ("Ann", Role.CANDIDATE)))
    people.assign(coach.id, ann.id)
    for person in (coach, ann):
        people.set_password_hash(person.id, "x")
    task = Task("Week 1", ("data-pipeline",), chosen=(ann.id,), due_at=utc_now() + timedelta(days=2), lang="en", observed=True)
    application.assignments.give(coach, task)
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en")
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "session", "value": people.open_session(ann.id, utc_now()), "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/en/")
    first = page.locator("#today section").first
    expect(first.get_by_role("heading")).to_have_text("Assigned to me", timeout=PATIENCE_MS)
    first.get_by_role("link", name="Begin · Week 1").click()
    expect(page.get_by_text("how often something was pasted")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_selector('.bar[data-view="room"][data-noted]')
    page.evaluate(PASTE, PASTED)
    page.evaluate(LEAVE, 95)
    interview_id = page.url.rpartition("=")[2]
    noted = page.evaluate(NOTED, interview_id)
    assert noted, "nothing was put down"
    assert (noted["pastes"], noted["pasted"], noted["absences"]) == (1, len(PASTED), 1)
    assert 94 <= noted["away"] <= 200
    context.close()
