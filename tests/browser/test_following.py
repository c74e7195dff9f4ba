"""Pages that show what the model is doing follow it to its end, without a click and without losing what somebody types meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models import LOCAL_PERSON, Lang, Level, PointLabel
from interviewer.ui.labels import words
from tests import draft_replies
from tests.browser import room
from tests.browser.conftest import PATIENCE_MS, OpenPage
from tests.browser.test_accessibility import axe as axe
from tests.browser.test_accessibility import violations
from tests.browser.test_model import settings
from tests.endpoint import Reply, Request, ScriptedEndpoint, faithful, says
from tests.integration.authoring_house import content
from tests.serving import Served

POSTING: dict[Lang, str] = {
    "zh": "AI 后端工程师\n我们的同事都写得一手好 Rust，你来了也得会一点。\n任职要求：\n- 熟悉 Kafka 等消息队列\n- 英语流利\n",
    "en": "AI back-end engineer\nOur people write good Rust and you will learn some.\nRequirements\n- Knows Kafka well\n- Fluent English\n",
}
OVERLOOKED: dict[Lang, str] = {"zh": "你来了也得会一点", "en": "you will learn some"}
TEXT: dict[Lang, str] = {
    "zh": "后端一面\n\n1. 什么是缓存穿透？\n2. Kafka 怎么保证消息不丢？\n",
    "en": "Back-end round\n\n1. What is cache penetration?\n2. How does Kafka keep messages from getting lost?\n",
}


@dataclass
class Gate:
    """A model that answers by what it is asked for, and while it is shut not at all."""

    replies: dict[str, Any] = field(default_factory=dict)
    opened: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Reply:
        assert self.opened.wait(40)
        title = str(request.schema.get("title", ""))
        return says(json.dumps(self.replies[title], ensure_ascii=False)) if title in self.replies else faithful(request)


@dataclass
class House:
    """A server whose model waits at a gate."""

    server: Served
    gate: Gate
    data: Path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder, gate = tmp_path_factory.mktemp("following"), Gate()
    with ScriptedEndpoint(then=gate) as endpoint, Served(folder, **settings(endpoint)) as server:
        yield House(server, gate, folder / "data")
        gate.opened.set()


@pytest.fixture(autouse=True)
def gate(house: House) -> Gate:
    """Shut at first."""
    house.gate.opened.clear()
    house.gate.replies = {
        "submit_question": draft_replies.ANSWER, "submit_points": draft_replies.POINTS, "submit_asking": draft_replies.ASKING,
        "submit_questions": {"questions": []},
    }  # fmt: skip
    return house.gate


def hear(page: Page, selector: str) -> None:
    """Note what a live region says from now on."""
    page.evaluate(
        """selector => { window.said = []; const part = document.querySelector(selector);
        new MutationObserver(() => window.said.push(part.isConnected ? part.textContent.trim() : "gone")).observe(
            part, {childList: true, characterData: true, subtree: true}); }""",
        selector,
    )


@pytest.mark.parametrize(("lang", "width"), [("zh", 1280), ("en", 390)])
def test_what_the_model_finds_in_a_posting_comes_in_beside_what_is_being_typed(
    house: House, gate: Gate, open_page: OpenPage, lang: Lang, width: int
) -> None:
    t = words(lang)
    gate.replies["submit_requirements"] = {"requirements": [{"quote": OVERLOOKED[lang], "need": "nice", "competencies": []}]}
    page = open_page(f"{house.server.url}/posting?lang={lang}", width=width)
    page.fill("#posting", POSTING[lang])
    page.click(".posting .btn.go")
    page.click("button[formaction$=requirements]")
    status = page.locator("#requirements [role=status]")
    expect(status).to_have_text(t["posting_model_running"])
    assert room.fits(page)
    hear(page, "#requirements [role=status]")
    page.fill("[name=text-0]", f"Kafka {lang}")
    page.select_option("[name=need-1]", "nice")
    page.fill("[name=text-2]", "Flink")
    page.evaluate("document.querySelector('[name=text-2]').setSelectionRange(1, 3)")
    gate.opened.set()
    found = t["posting_model_found_requirements"].format(n=1)
    expect(status).to_have_text(found, timeout=PATIENCE_MS)
    assert page.evaluate("window.said") == [found]
    assert page.locator(".requirements textarea").evaluate_all("all => all.map(one => one.value)") == [
        f"Kafka {lang}", page.locator("[name=text-1]").input_value(), OVERLOOKED[lang], "Flink", "", "",
    ]  # fmt: skip
    assert page.evaluate("(at => [at.name, at.selectionStart, at.selectionEnd])(document.activeElement)") == ["text-3", 1, 3]
    assert page.locator("[name=need-1]").input_value() == "nice"
    assert room.fits(page)
    page.click(".posting .corrections .btn:not(.go):not([formaction])")
    expect(page.locator(".note").first).to_have_text(t["posting_saved"])
    kept = page.locator(".requirements textarea").evaluate_all("all => all.map(one => one.value).filter(Boolean)")
    assert {f"Kafka {lang}", OVERLOOKED[lang], "Flink"} < set(kept)


@pytest.mark.parametrize(("lang", "width"), [("zh", 390), ("en", 1280)])
def test_a_draft_is_completed_before_the_readers_eyes(house: House, gate: Gate, open_page: OpenPage, lang: Lang, width: int) -> None:
    t = words(lang)
    page = open_page(f"{house.server.url}/coach/questions/draft?lang={lang}", width=width)
    page.fill("#text", TEXT[lang])
    page.click(".questions .btn.go")
    page.click("button[value=complete]")
    expect(page.locator("#completing")).to_have_text(t["draft_complete_running"])
    assert room.fits(page)
    hear(page, "#completing")
    for ticked in (False, True):
        page.locator(".found input").nth(0).set_checked(ticked)
    page.locator(".found input").nth(1).set_checked(False)
    page.locator(".found details summary").first.click()
    page.locator(".found input").nth(1).focus()
    gate.opened.set()
    done = t["draft_complete_done"].format(n=2)
    expect(page.locator("#completing")).to_have_text(done, timeout=PATIENCE_MS)
    assert page.evaluate("window.said") == [done]
    expect(page.locator(".found").first).to_contain_text(t["draft_from_added"])
    assert page.locator(".found input").evaluate_all("all => all.map(one => one.checked)") == [True, False]
    assert page.locator(".found details").first.get_attribute("open") is not None
    assert page.evaluate("document.activeElement === document.querySelectorAll('.found input')[1]")
    expect(page.locator("[data-follow]")).to_have_count(0)
    assert room.fits(page)


def test_what_a_test_of_a_question_shows_appears_beside_an_answer_that_is_being_written(
    house: House, gate: Gate, open_page: OpenPage
) -> None:
    t = words("zh")
    question_id = write_question(house.data)
    page = open_page(f"{house.server.url}/coach/questions/{question_id}/answers?lang=zh")
    page.click("button[value=test]")
    expect(page.locator("#test-said")).to_have_text(t["test_running"])
    page.fill("form.stack textarea", "还没写完的一份回答")
    gate.opened.set()
    expect(page.locator("#test-said")).to_have_text(t["question_untested"], timeout=PATIENCE_MS)
    expect(page.locator("#test h3")).to_have_count(2)
    assert page.locator("form.stack textarea").input_value() == "还没写完的一份回答"


def write_question(data: Path) -> str:
    """A question with as many labelled answers as a test needs, which the offline examiner has judged."""
    application = Application(Settings(data=data, _env_file=None))  # type: ignore[call-arg]
    try:
        made = application.authoring.create(LOCAL_PERSON, content()).version.question_id
        question = application.authoring.check(content(), made).question
        assert question
        for number, level in enumerate(Level):
            labels = dict.fromkeys((point.id for point in question.points), PointLabel.PARTIAL)
            application.labelled_answers.add(LOCAL_PERSON, made, lang="zh", text=f"第 {number} 份回答", level=level, labels=labels)
        return made
    finally:
        application.database.dispose()


def test_without_scripts_there_is_a_link(house: House, open_page: OpenPage) -> None:
    page = open_page(f"{house.server.url}/coach/questions/draft?lang=zh", java_script_enabled=False)
    page.fill("#text", TEXT["zh"])
    page.click(".questions .btn.go")
    page.click("button[value=complete]")
    assert page.locator("#completing").inner_text() == words("zh")["draft_complete_running"]
    assert (
        page.get_by_role("link", name=words("zh")["look_again"]).get_attribute("href")
        == page.url.removeprefix(house.server.url).partition("#")[0]
    )


@pytest.mark.parametrize(("lang", "width"), [("zh", 390), ("en", 1280)])
def test_work_in_progress_has_no_violation(house: House, open_page: OpenPage, axe: str, lang: Lang, width: int) -> None:
    # Our policy allows no script but ours; axe is brought in from outside.
    page = open_page(f"{house.server.url}/coach/questions/draft?lang={lang}", width=width, bypass_csp=True)
    page.fill("#text", TEXT[lang])
    page.click(".questions .btn.go")
    page.click("button[value=complete]")
    expect(page.locator("[data-follow]")).to_have_count(1)
    assert violations(page, axe) == []
    page.goto(f"{house.server.url}/posting?lang={lang}")
    page.fill("#posting", POSTING[lang])
    page.click(".posting .btn.go")
    page.click("button[formaction$=requirements]")
    expect(page.locator("[data-follow]")).to_have_count(1)
    assert violations(page, axe) == []
