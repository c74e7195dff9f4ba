"""The training's pages in a browser: the plan is made, mistakes are put away and practised, and the turn behind one opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from interviewer.models import LOCAL_PERSON
from interviewer.records.store import utc_now
from interviewer.ui.labels import words
from tests.browser.conftest import OpenPage
from tests.integration.authors import Author, open_application
from tests.serving import Served


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on whose records one point was missed again and again, the first one wrong."""
    folder: Path = tmp_path_factory.mktemp("trained")
    application = open_application(folder / "data")
    author = Author(application)
    for days in (3, 2, 1):
        at = utc_now() - timedelta(days=days)
        author.interview(LOCAL_PERSON.id, application.bank.questions[:2], at=at, statuses=("wrong", "missing", "covered"))
    application.database.dispose()
    with Served(folder) as server:
        yield server


@pytest.mark.parametrize(("lang", "width"), [("zh", 390), ("en", 1280)])
def test_from_the_plan_over_the_mistake_book_to_the_turn_and_the_round(trained: Served, open_page: OpenPage, lang: str, width: int) -> None:
    t, home = words("zh" if lang == "zh" else "en"), trained.url + ("/" if lang == "zh" else "/en/")
    page = open_page(home, width=width, timezone_id="Asia/Shanghai")
    page.locator('a[href^="/training"]:visible').first.click()  # a phone has it in the day's panel
    page.wait_for_selector("h1")
    page.goto(f"{trained.url}/training?lang={lang}")
    page.fill("#date", (utc_now() + timedelta(days=10)).date().isoformat())
    page.click(f'.pick:has-text("{t["training_minutes_n"].format(n=20)}")')
    page.click("#plan .btn.go")
    expect(page.locator(".note")).to_have_text(t["training_saved"])
    expect(page.locator("#forecast .figures dd").first).to_contain_text("%")
    assert page.evaluate("document.documentElement.scrollWidth") == width

    page.click('a[href="/training/mistakes"]')
    entries = page.locator(".entries > li:has([name=kind][value=known])")
    before = entries.count()
    entries.first.locator("form:has([value=known]) button").click()
    expect(page.locator(".note")).to_have_text(t["training_said_known"])
    page.locator("#put-away button").first.click()
    expect(page.locator(".note")).to_have_text(t["training_said_back"])
    expect(entries).to_have_count(before)
    assert page.evaluate("document.documentElement.scrollWidth") == width

    page.locator(".turns a").nth(1).click()
    page.wait_for_selector('.bar[data-view="report"]')
    turn = page.locator(page.evaluate("location.hash"))
    expect(turn.locator("xpath=ancestor::details[1]")).to_have_attribute("open", "")
    expect(turn.locator("xpath=following-sibling::div").first).to_be_in_viewport()

    page.goto(f"{trained.url}/training/mistakes?lang={lang}")
    page.click("#practise button")
    page.wait_for_selector('.bar[data-view="room"]')
