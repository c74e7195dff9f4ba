"""A point is contested in a real browser: won with a model, kept for the coach without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import room
from tests.browser.conftest import OpenPage
from tests.endpoint import Reply, Request, ScriptedEndpoint, faithful_reply
from tests.serving import Served

ANSWER = "生成器从噪声生成样本，判别器判断真假，两者交替训练。线上只部署生成器。<b>动态批处理</b>提高 GPU 利用率。"


def finding_nothing(request: Request) -> Reply:
    """A grade in which no point is met."""
    reply = json.loads(faithful_reply(request))
    missing = {"reason": "没有提到。", "verdict": "missing", "quote": ""}
    return Reply(json.dumps(reply | {"points": dict.fromkeys(reply["points"], missing), "follow_up": None}, ensure_ascii=False))


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    """A model that finds nothing at first, and whatever it is asked about the second time."""
    with ScriptedEndpoint(finding_nothing) as made:
        yield made


def contest(page: Page, place: int, *sentences: int) -> None:
    """Press the button beside one of the points, and mark sentences of the answer by their numbers."""
    page.locator("#stage .whole > summary").click()
    page.locator("[data-claim]:visible").nth(place).click()
    for number in sentences:
        page.locator(".claim-form:visible input").nth(number).check()
    page.click(".claim-form [data-act=contest]")


def test_a_dispute_is_won_by_a_new_verdict(folder: Path, endpoint: ScriptedEndpoint, open_page: OpenPage) -> None:
    settings = {"OPENAI_BASE_URL": endpoint.base_url, "OPENAI_API_KEY": "k", "INTERVIEWER_MODEL": "scripted"}
    with Served(folder, **settings) as server:
        page = open_page(server.url)
        room.begin(page, follow_ups=0)
        room.send(page, ANSWER)
        before = page.locator("#stage .whole .v.c").count()
        assert before == 0
        contest(page, 0)
        expect(page.locator("[data-unmarked]")).to_be_visible()
        assert len(endpoint.requests) == 1
        page.locator(".claim-form:visible input").nth(0).check()
        page.click(".claim-form [data-act=contest]")
        expect(page.locator("#stage .claim")).to_contain_text("已改判")
        assert page.locator("#stage .whole .v.c").count() == 1
        assert "两者交替训练" in page.inner_text("#stage .claim q")
        assert len(endpoint.requests) == 2
        assert room.state(page) == "next"


def test_offline_a_claim_is_kept_and_found_by_the_coach(folder: Path, open_page: OpenPage) -> None:
    with Served(folder) as server:
        page = open_page(f"{server.url}/en/", width=390)
        room.begin(page, follow_ups=0)
        room.send(page, ANSWER)
        score = page.inner_text("#stage .card .score")
        contest(page, 0, 1, 2)
        expect(page.locator("#stage .claim")).to_contain_text("Kept for a coach")
        told = page.inner_text("#stage .claim q")
        assert "线上只部署生成器" in told
        assert "<b>动态批处理</b>" in told
        assert page.inner_text("#stage .card .score") == score
        assert room.fits(page)
        page.reload()
        expect(page.locator("#stage .claim")).to_contain_text("Kept for a coach")
        page.click("[data-act=finish]")
        expect(page.locator("#report .claim").first).to_be_attached()
        page.goto(f"{server.url}/coach?contested=1&lang=en")
        expect(page.locator(".item .chips")).to_contain_text("1 contested")
        page.click(".item a.open")
        expect(page.locator(".point .claim")).to_contain_text("nobody has looked yet")
