"""What a person sees when the operator's limits are reached, on the real page; nothing that was typed is lost."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models import Role
from interviewer.records.store import utc_now
from tests.browser import room
from tests.browser.conftest import PATIENCE_MS
from tests.endpoint import ScriptedEndpoint
from tests.serving import Served

ANSWER = "生成器从噪声生成样本，判别器判断真假，两者交替训练。"


def invite(folder: Path, server: Served) -> str:
    """A candidate's one-time link."""
    from interviewer.access.login import INVITE, LIFETIMES

    application = Application(Settings(data=folder / "data", _env_file=None))  # type: ignore[call-arg]
    person = application.people.add("Ann", role=Role.CANDIDATE, now=utc_now())
    secret = application.people.make_ticket(person.id, INVITE, utc_now(), LIFETIMES[INVITE])
    application.database.dispose()
    return f"{server.url}/invitation/{secret}"


def enter(browser: Browser, link: str, locale: str) -> Page:
    """Their page, logged in."""
    page = browser.new_context(viewport={"width": 1280, "height": 860}, locale=locale).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(link)
    page.fill("[name=password]", "correct horse")
    page.fill("[name=again]", "correct horse")
    page.click(".entrance button.go")
    page.wait_for_selector("[data-account] form")
    return page


def test_answers_that_come_too_fast_stay_in_the_box_with_a_notice(folder: Path, browser: Browser) -> None:
    with Served(folder, INTERVIEWER_ANSWERS_A_MINUTE="1") as server:
        page = enter(browser, invite(folder, server), "en")
        room.begin(page, follow_ups=0)
        room.send(page, ANSWER)
        room.go_on(page)
        page.fill(room.ANSWER, f"{ANSWER} again")
        page.press(room.ANSWER, "Control+Enter")
        expect(page.locator("#notice")).to_contain_text("That was too fast. What you typed is kept")
        assert page.input_value(room.ANSWER) == f"{ANSWER} again"
        place = page.url
        page.goto(place)
        page.wait_for_selector(room.ANSWER)
        expect(page.locator(room.ANSWER)).to_have_value(f"{ANSWER} again")
        page.context.close()


def test_a_used_up_budget_leaves_the_answer_ungraded_and_says_what_to_do(folder: Path, browser: Browser) -> None:
    with ScriptedEndpoint(drip=0.0) as endpoint:
        settings = {
            "OPENAI_BASE_URL": endpoint.base_url,
            "OPENAI_API_KEY": "k",
            "INTERVIEWER_MODEL": "scripted",
            "INTERVIEWER_DAILY_TOKENS": "4500",  # enough to start with, and too little for this question
        }
        with Served(folder, **settings) as server:
            page = enter(browser, invite(folder, server), "zh-CN")
            room.begin(page, follow_ups=0)
            room.send(page, ANSWER)
            assert "额度用完了" in page.inner_text("#stage .note.bad")
            assert ANSWER in page.inner_text("#stage .said")
            assert page.locator("#stage [data-act=regrade]").count() == 1
            assert not [request for request in endpoint.requests if request.answer]
            page.context.close()
