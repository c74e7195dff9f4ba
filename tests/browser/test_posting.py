"""Preparing for a posting in a browser, offline: from the start page over what was found to the room, the report and the readiness."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from interviewer.models import Lang
from interviewer.ui.labels import words
from tests.browser import room
from tests.browser.conftest import OpenPage
from tests.serving import Served

POSTING: dict[Lang, str] = {
    "zh": "AI 后端工程师\n任职要求：\n1、熟悉 Kafka、Flink 等流处理框架；\n2、英语流利；\n加分项：\n- 熟悉 Kubernetes\n",
    "en": "AI back-end engineer\nRequirements\n- Stream processing with Kafka and Flink\n- Fluent English\nNice to have\n- Kubernetes\n",
}
CV: dict[Lang, str] = {
    "zh": "王芳 | 13812345678\n项目经历\n实时推荐平台\n- 用 Flink 处理埋点，QPS 从 200 提升到 2000\n",
    "en": "Jane Doe | jane@example.org\nPROJECTS\nStreaming platform\n- Flink over Kafka; cut latency from 200 ms to 50 ms\n",
}
ANSWER: dict[Lang, str] = {
    "zh": "用 Kafka 接埋点，Flink 按事件时间开窗聚合再写存储。推荐平台的 QPS 从 200 提升到 20000。",
    "en": "Kafka takes the events and Flink aggregates them in event-time windows. On the streaming platform with Flink we cut latency from 200 ms to 5 ms.",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("posting")) as server:
        yield server


@pytest.mark.parametrize(("lang", "width"), [("zh", 390), ("en", 1280)])
def test_from_a_posting_and_a_cv_to_the_readiness(served: Served, open_page: OpenPage, lang: Lang, width: int) -> None:
    t = words(lang)
    page = open_page(served.url + ("/" if lang == "zh" else "/en/"), width=width)
    page.click(".prepare a")
    page.fill("#posting", POSTING[lang])
    page.fill("#cv", CV[lang])
    assert room.fits(page)
    page.click(".posting .btn.go")
    expect(page.locator(".requirements textarea").first).to_contain_text("Flink")
    expect(page.locator("#resume-title + p")).to_contain_text(t["posting_removed_name"])
    assert room.fits(page)
    page.select_option("[name=need-1]", "")
    page.fill("[name=text-3]", "A/B" if lang == "en" else "A/B 测试")
    page.select_option("#count", "3")
    page.select_option("#follow_ups", "0")
    page.click("button[formaction]")
    page.wait_for_selector('.bar[data-view="room"]')
    expect(page.locator(".why-asked")).to_contain_text("Flink")
    room.send(page, ANSWER[lang])
    expect(page.locator(".cv-differs q")).to_have_count(2)
    assert room.fits(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("[data-act=finish]")
    ready = page.locator(".ready")
    expect(ready).to_contain_text(t["ready_title"])
    ready.locator("summary").click()
    expect(ready.locator(".ready-list li")).to_have_count(3)
    expect(ready.locator(".ready-list li").first).not_to_contain_text(t["ready_left"])
    assert room.fits(page)
    ready.locator("a.btn").click()
    expect(page.locator(".requirements textarea")).to_have_count(6)
    page.click("#delete-title ~ details summary")
    page.click("#delete-title ~ details button")
    expect(page.locator(".note")).to_have_text(t["posting_deleted"])
