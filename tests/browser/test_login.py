"""Logging in, practising and logging out on the real pages; nothing there is stopped by the policies of either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from interviewer.models import Role
from interviewer.records.database import open_database
from interviewer.records.people import PeopleStore
from interviewer.records.store import utc_now
from tests.browser import room
from tests.browser.conftest import PATIENCE_MS, Faults
from tests.serving import Served

PASSWORD = "correct horse"
QUESTION_BACK = "How many users do we have to serve?"
"""No answer: what it was sent to stays where it is."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, PeopleStore]]:
    folder = tmp_path_factory.mktemp("house")
    with Served(folder) as server:
        database = open_database(folder / "data")
        yield server, PeopleStore(database)
        database.dispose()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of one's own; that a policy stopped something would be an error in its console."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def invite(house: tuple[Served, PeopleStore], name: str, role: Role = Role.CANDIDATE) -> str:
    server, people = house
    person = people.add(name, role=role, now=utc_now())
    return f"{server.url}/invitation/{people.make_ticket(person.id, 'invite', utc_now(), timedelta(days=1))}"


def join(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Save and enter").click()
    page.wait_for_selector('.bar form[action="/logout"]')


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_title("Log in · Mock interview")


def test_invited_practise_log_out_and_in_again(house: tuple[Served, PeopleStore], context: BrowserContext, faults: Faults) -> None:
    faults.expect("status of 401 .*/login")
    page = context.new_page()
    join(page, invite(house, "Ann Example"))
    assert page.url.endswith("/en/")
    room.begin(page)
    room.send(page, "a generator and a discriminator that are trained against each other")
    assert "Ann Example" in page.inner_text(".bar")
    place = page.url
    log_out(page)
    page.goto(place)
    page.get_by_label("Name").fill("ann example")
    page.get_by_label("Password").fill("wrong horse")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("[data-account] form")
    assert page.url == place
    assert "generator" in page.inner_text("#stage")


def test_the_chinese_room_runs_under_its_policy_too(house: tuple[Served, PeopleStore], context: BrowserContext) -> None:
    page = context.new_page()
    join(page, invite(house, "Bob"))
    page.goto(house[0].url + "/?lang=zh")
    page.wait_for_selector("[data-account] form")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    room.begin(page)
    room.send(page, "生成器与判别器相互对抗训练")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=x>x</p>')")
    assert room.fits(page)


def test_a_session_that_ended_elsewhere_leads_to_the_login_page_and_back(
    house: tuple[Served, PeopleStore], context: BrowserContext, faults: Faults
) -> None:
    faults.expect("status of 401 .*/run/predict")
    page = context.new_page()
    join(page, invite(house, "Cleo"))
    room.begin(page)
    place = page.url
    person = house[1].find("Cleo")
    assert person
    house[1].close_sessions(person.id)
    page.fill(room.ANSWER, QUESTION_BACK)
    expect(page).to_have_title("Log in · Mock interview")
    expect(page.locator(".entrance .note")).to_contain_text("Your session has ended")
    page.get_by_label("Name").fill("Cleo")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("[data-account] form")
    assert page.url == place
    expect(page.locator(room.ANSWER)).to_have_value(QUESTION_BACK)
    expect(page.locator(".put-back")).to_contain_text("What you wrote is back in the box")
    page.press(room.ANSWER, "Control+Enter")
    page.wait_for_selector("#stage .msg.me")
    page.wait_for_function("!sessionStorage.getItem('interviewer-typed')")
    expect(page.locator(room.ANSWER)).to_have_value("")
    assert page.inner_text("#stage .msg.me .text") == QUESTION_BACK


def test_what_was_pasted_after_the_session_ended_is_for_nobody_else(
    house: tuple[Served, PeopleStore], context: BrowserContext, faults: Faults
) -> None:
    faults.expect("status of 401 .*/run/predict")
    page = context.new_page()
    join(page, invite(house, "Other"))
    log_out(page)
    page.context.clear_cookies()
    join(page, invite(house, "Dora"))
    room.begin(page)
    person = house[1].find("Dora")
    assert person
    house[1].close_sessions(person.id)
    page.fill(room.ANSWER, "pasted meanwhile")
    expect(page).to_have_title("Log in · Mock interview")
    page.get_by_label("Name").fill("Other")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("[data-account] form")
    page.wait_for_function("!sessionStorage.getItem('interviewer-typed')")
    assert "pasted" not in page.content()


@pytest.mark.parametrize(("role", "desk"), [(Role.CANDIDATE, 0), (Role.COACH, 1), (Role.ADMIN, 1)])
def test_who_may_coach_finds_the_desk_in_the_bar(house: tuple[Served, PeopleStore], context: BrowserContext, role: Role, desk: int) -> None:
    page = context.new_page()
    join(page, invite(house, f"Somebody {role}", role))
    assert page.url.endswith("/coach") is (role is Role.COACH)
    page.goto(f"{house[0].url}/en/")
    page.wait_for_selector("[data-account] form")
    assert page.locator('.bar a[href="/coach"]').count() == desk


def test_the_login_page_fits_a_phone_in_both_languages(house: tuple[Served, PeopleStore], context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    for lang in ("zh", "en"):
        page.goto(f"{house[0].url}/login?lang={lang}")
        assert room.fits(page)


def test_a_script_that_gets_into_the_page_does_not_run(house: tuple[Served, PeopleStore], browser: Browser, faults: Faults) -> None:
    faults.expect("Content Security Policy", "status of 404 .*/x$")
    context = browser.new_context()
    page = context.new_page()
    join_page(page, invite(house, "Eve"))
    page.evaluate(
        "() => { const part = document.createElement('div'); document.body.append(part);"
        " part.innerHTML = '<img src=x onerror=\"window.hit = 1\">';"
        " const script = document.createElement('script'); script.textContent = 'window.hit = 2'; document.body.append(script); }"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
    context.close()


def join_page(page: Page, link: str) -> None:
    page.goto(link + "?lang=en")
    join(page, link)
