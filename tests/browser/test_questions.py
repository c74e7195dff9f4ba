"""From a pasted text to a question that is asked, in a browser, offline: found, taken, completed, tried, published, put into a set, chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from interviewer.models import Lang
from interviewer.ui.labels import words
from tests.browser import room
from tests.browser.conftest import OpenPage
from tests.serving import Served

TEXT: dict[Lang, str] = {
    "zh": "后端一面\n\n1. 什么是缓存雪崩？\n2. Kafka 怎么保证消息不丢？\n3. MySQL 索引为什么用 B+ 树？\n",
    "en": "Back-end round\n\n1. What is a cache avalanche?\n2. How does Kafka keep messages from getting lost?\n3. Why does MySQL use B+ trees?\n",
}
REFERENCE: dict[Lang, str] = {
    "zh": "缓存雪崩是大量键同时过期，请求全部打到数据库。给过期时间加随机抖动，让它们错开。热点数据可以不过期，由后台刷新。",
    "en": "A cache avalanche is when many keys expire together and all requests hit the database. Jitter spreads the expiry times. Hot keys never "
    "expire and are refreshed in the background.",
}
ANSWER: dict[Lang, str] = {
    "zh": "大量键同时过期，请求全部打到数据库。过期时间加随机抖动，让它们错开。",
    "en": "Many keys expire together and all requests hit the database. Jitter spreads the expiry times.",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("questions")) as server:
        yield server


def go(page: Page, address: str) -> None:
    page.goto(address)
    assert room.fits(page)


@pytest.mark.parametrize(("lang", "width"), [("zh", 1280), ("en", 390)])
def test_from_a_text_to_a_question_that_is_asked(served: Served, open_page: OpenPage, lang: Lang, width: int) -> None:
    t, other = words(lang), "en" if lang == "zh" else "zh"
    page = open_page(served.url + ("/" if lang == "zh" else "/en/"), width=width)
    go(page, f"{served.url}/coach/questions/draft?lang={lang}")
    page.fill("#text", TEXT[lang])
    page.click(".questions .btn.go")
    expect(page.locator(".found")).to_have_count(3)
    assert room.fits(page)
    # What may be the question that was published in the other language is not ticked by itself.
    for number, box in enumerate(page.locator(".found input").all()):
        box.set_checked(number == 0)
    page.click("button[value=take]")
    page.click(".found a.state")
    # completed: what is wrong stands at its field until it is right
    page.fill(f'[name="topic.{lang}"]', "Avalanche")
    page.click("button[value=save]")
    expect(page.locator(f'[name="reference.{lang}"]')).to_have_attribute("aria-invalid", "true")
    page.fill(f'[name="reference.{lang}"]', REFERENCE[lang])
    page.check('[name="competencies.communication"]')
    page.fill('[name="source.licence"]', "CC-BY-4.0")
    if page.locator(f'[name="languages.{other}"]').is_checked():
        page.uncheck(f'[name="languages.{other}"]')
    page.click("button[value=save]")
    expect(page.locator(".questions")).to_contain_text(t["question_complete"])
    assert room.fits(page)
    here = page.url
    # tried
    go(page, f"{here}/try")
    page.fill("#answer", ANSWER[lang])
    page.click("form .btn.go")
    expect(page.locator("#tried mark").first).to_be_in_viewport()
    assert room.fits(page)
    # published, and put into a set
    go(page, here)
    page.select_option("#audience", "1")
    page.click("form[action$=publish] .btn.go")
    expect(page.locator(".note").first).to_have_text(t["question_published"])
    go(page, f"{served.url}/coach/questions/sets")
    page.fill('[name="name.zh"]', f"题集 {lang}")
    page.fill('[name="name.en"]', f"Set {lang}")
    page.fill(f'[name="place.{here.rpartition("/")[2]}"]', "1")
    page.click("form .btn.go")
    expect(page.locator(".note").first).to_have_text(t["set_saved"])
    assert room.fits(page)
    # and asked: a candidate chooses the set, and sees that nobody has tested the question
    page.goto(served.url + ("/" if lang == "zh" else "/en/"))
    page.wait_for_selector('.bar[data-view="home"]')
    page.click("#question-set input")
    page.get_by_role("option", name=f"题集 {lang}" if lang == "zh" else f"Set {lang}").click()
    page.click("#begin")
    page.wait_for_selector('.bar[data-view="room"]')
    room.settle(page)
    expect(page.locator("#stage .chip.warn")).to_have_text(t["question_untested"])
    room.send(page, ANSWER[lang])
    assert "/100" in page.locator("#stage .card").first.inner_text()
