"""Whole interviews in a real browser, on the embedded default."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import APIResponse, Page, Route

from interviewer.models import Lang
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from tests.browser import room
from tests.browser.conftest import OpenPage
from tests.serving import Served

BANK = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
HOME: dict[Lang, str] = {"zh": "/", "en": "/en/"}


def first_half(number: int, lang: Lang) -> str:
    """An answer worth some marks: the first half of the reference."""
    reference = BANK.questions[number - 1].reference[lang]
    return reference[: len(reference) // 2]


@pytest.mark.parametrize(
    ("lang", "mode", "width"), [("zh", "coaching", 1280), ("en", "coaching", 390), ("zh", "exam", 390), ("en", "exam", 1280)]
)
def test_ten_questions_to_the_report(served: Served, open_page: OpenPage, lang: Lang, mode: str, width: int) -> None:
    page = open_page(served.url + HOME[lang], width=width)
    room.begin(page, mode=mode)
    asked = []
    while room.view(page) == "room":
        assert room.fits(page)
        if room.state(page) == "next":
            room.go_on(page)
            continue
        number = room.question_number(page)
        if number not in asked:
            asked.append(number)
            assert page.inner_text("#stage h1") == BANK.questions[number - 1].prompt[lang]
        if mode == "exam":
            assert not page.locator("#stage .card, #stage .points, mark").count()
        room.send(page, first_half(number, lang))
    assert asked == list(range(1, 11))
    assert 0 < int(page.inner_text(".big")) <= 100
    assert page.locator("#report .hbar").count() == 10
    assert page.locator("#report mark").count() > 10
    assert room.fits(page)


def test_every_covered_point_shows_words_of_the_answer(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    answer = first_half(1, "zh")
    room.send(page, answer)
    quotes = page.locator("#stage li.is-c q, #stage li.is-p q").all_inner_texts()
    assert quotes
    flat = "".join(answer.split())
    assert all("".join(quote.split()) in flat for quote in quotes)


def test_a_refresh_comes_back_to_question_draft_and_transcript(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    room.send(page, first_half(1, "zh"))
    page.fill(room.ANSWER, "写到一半的草稿")
    page.wait_for_function("document.querySelector('#draft:not(.stale)')?.innerText.includes('草稿已保存')")
    stage, place = page.inner_text("#stage"), room.place(page)
    page.reload()
    page.wait_for_selector('[data-state="reply"]')
    assert (room.place(page), page.inner_text("#stage")) == (place, stage)
    assert page.input_value(room.ANSWER) == "写到一半的草稿"


def test_a_draft_is_not_called_saved_before_it_is(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    page.fill(room.ANSWER, "写到一半")
    page.wait_for_function("document.querySelector('#draft:not(.stale)')?.innerText.includes('草稿已保存')")
    page.route("**/run/predict*", lambda _route: None)  # never arrives
    page.fill(room.ANSWER, "写到一半的草稿")
    assert "草稿已保存" not in page.inner_text("#draft")


def test_a_click_of_which_nothing_is_heard_is_looked_after(served: Served, open_page: OpenPage) -> None:
    lost: list[APIResponse] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())  # the server gets it, the page never hears of it

    page = open_page(served.url)
    room.begin(page)
    page.click("#unknown")
    page.wait_for_selector('[data-state="next"]')
    page.route("**/gradio_api/run/predict*", lose)
    room.go_on(page)
    assert lost
    assert room.place(page).endswith("/2")


def test_a_button_works_again_after_its_answer_was_lost(served: Served, open_page: OpenPage) -> None:
    lost: list[Route] = []
    page = open_page(served.url)
    room.begin(page)
    page.route("**/gradio_api/run/predict*", lambda route: route.continue_() if lost else lost.append(route))
    page.click("#hint")
    with page.expect_response("**/gradio_api/run/predict*"):
        pass  # the page looks after it
    page.click("#hint")
    page.wait_for_selector("#stage .hint")
    assert page.is_enabled("#hint")


def test_what_costs_marks_is_taken_once_for_a_double_click(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    page.click("#hint")
    page.wait_for_selector("#stage .hint")
    page.dispatch_event("#hint", "click", {"detail": 2})  # so fast is the answer
    page.wait_for_load_state("networkidle")
    assert page.locator("#stage .hint").count() == 1
    page.click("#hint")
    page.wait_for_selector("#hint:disabled")


def test_the_back_button_leaves_to_the_start_page_and_history_resumes(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    place = room.place(page)
    page.go_back()
    page.wait_for_selector('[data-view="home"]')
    page.locator(f'#history a[href="?interview={place.split("/")[0]}"]').click()
    page.wait_for_selector('[data-state="reply"]')
    assert room.place(page) == place


def test_two_tabs_are_one_interview(served: Served, open_page: OpenPage) -> None:
    first = open_page(served.url)
    room.begin(first)
    second = open_page(first.url)
    room.send(first, first_half(1, "zh"))
    second.fill(room.ANSWER, "另一个标签页里写的")
    second.press(room.ANSWER, "Control+Enter")
    second.wait_for_selector("#notice .note")
    assert "已在别处作答" in second.inner_text("#notice") or "在别处作答" in second.inner_text("#notice")
    assert second.input_value(room.ANSWER) == "另一个标签页里写的"
    assert room.place(second) == room.place(first)


def test_enter_is_a_new_line_and_an_empty_answer_is_not_sent(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    before = room.place(page)
    page.press(room.ANSWER, "Control+Enter")
    page.wait_for_selector("#notice .note")
    page.type(room.ANSWER, "一")
    page.press(room.ANSWER, "Enter")
    page.type(room.ANSWER, "二")
    assert page.input_value(room.ANSWER) == "一\n二"
    assert room.place(page) == before


def test_hints_skip_and_not_knowing_are_buttons(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    page.click("#hint")
    page.wait_for_selector("#stage .hint")
    assert BANK.questions[0].hints[0].zh in page.inner_text("#stage")
    page.click("#hint")
    page.wait_for_selector("#hint:disabled")
    assert BANK.questions[0].hints[1].zh in page.inner_text("#stage")
    page.click("#unknown")
    page.wait_for_selector('[data-state="next"]')
    assert page.locator("#stage .keys li").count() == 3
    page.click("#reference")
    page.wait_for_selector("#stage .reference")
    assert not page.is_visible("#reference")
    room.go_on(page)
    assert page.is_enabled("#hint")
    page.click("#skip")
    page.wait_for_selector('[data-state="next"]')
    assert not page.locator("#stage .follow").count()


@pytest.mark.parametrize(("path", "term", "han"), [("/", "模式崩溃", True), ("/en/", "Kafka", False)])
def test_the_bank_can_be_searched_only_between_questions_and_answers_in_the_pages_language(
    served: Served, open_page: OpenPage, path: str, term: str, han: bool
) -> None:
    served.await_index()
    page = open_page(served.url + path)
    room.begin(page)
    assert not page.is_visible("#look-up")
    page.click("#unknown")
    page.wait_for_selector('[data-state="next"]')
    page.fill("#term :is(input, textarea)", term)
    page.click("#search")
    page.wait_for_selector("#found .passages li")
    found = page.locator("#found .passages p").all_inner_texts()
    assert len(found) >= 4
    assert all(bool(re.search("[\u4e00-\u9fff]", text)) is han for text in found)


def test_the_language_is_switched_on_the_page_without_losing_the_place(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    place = room.place(page)
    page.click("[data-language]")
    page.wait_for_selector('[data-state="reply"]')
    assert room.place(page) == place
    assert page.inner_text("#submit") == "Submit"
    assert page.evaluate("document.documentElement.lang") == "en"


HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script> {{7*7}} ${7*7} =HYPERLINK("http://x") | a | b |\n```\n</div></textarea>\u202e隐\u200b藏'


def test_hostile_text_is_shown_whole_and_harmless(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    fired = []
    page.on("dialog", lambda dialog: fired.append(dialog.message))
    room.begin(page, follow_ups=0)
    room.send(page, HOSTILE)
    shown = page.inner_text("#stage .said .text")
    assert "<script>alert(2)</script>" in shown
    assert "{{7*7}} ${7*7}" in shown
    assert "\u202e" not in shown
    assert page.locator("#stage .said img, #stage .said script").count() == 0
    page.click("[data-act=finish]")
    page.wait_for_selector('[data-view="report"]')
    interview = room.place(page).split("/")[0]
    exported = page.request.get(f"{served.url}/export/{interview}.html").text()
    assert "<script>alert(2)" not in exported
    assert "&lt;script&gt;alert(2)" in exported
    assert json.loads(page.request.get(f"{served.url}/export/{interview}.json").text())["turns"][0]["reply"]["text"] == HOSTILE
    assert fired == ["现在结束并查看报告？没有回答的题不计分。"]


def test_an_unknown_address_is_explained_and_leads_to_the_start(served: Served, open_page: OpenPage) -> None:
    page = open_page(f"{served.url}/?interview=nothing-here")
    assert room.view(page) == "home"
    assert "找不到这场面试" in page.inner_text("#notice")


def test_an_interview_can_be_deleted(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    interview = room.place(page).split("/")[0]
    page.click(".brand")
    page.wait_for_selector('[data-view="home"]')
    page.click(f'[data-act="delete"][data-arg="{interview}"]')
    page.wait_for_selector(f'[data-arg="{interview}"]', state="detached")
    assert page.request.get(f"{served.url}/export/{interview}.md").status == 404


def unnamed(page: Page) -> list[str]:
    """The visible controls that a screen reader could not name."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, a, input, textarea, select, [role=button], summary')].filter((e) => {
          if (!e.offsetParent) return false;
          const labels = [...(e.labels || [])].map((l) => l.innerText).join('');
          return !(e.innerText || labels || e.getAttribute('aria-label') || e.title || e.closest('label')?.innerText || '').trim();
        }).map((e) => e.outerHTML.slice(0, 120))"""
    )
    return found


def test_every_control_has_a_name(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    page.click("#more button")
    page.wait_for_selector("#more fieldset >> visible=true")
    assert unnamed(page) == []
    room.begin(page, follow_ups=0)
    assert unnamed(page) == []
    room.send(page, "GAN 由生成器和判别器组成。")
    assert unnamed(page) == []


def test_the_clock_hands_in_what_was_typed(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    page.clock.install()
    page.click("#more button")
    page.click("#more input[role=listbox], #more input[aria-haspopup], #more .wrap input[autocomplete=off]")
    page.get_by_role("option", name="3 分钟").click()
    room.begin(page, follow_ups=0)
    page.wait_for_function("/^[23]:/.test(document.querySelector('.clock').innerText)")
    page.fill(room.ANSWER, "写到这里时间就到了")
    page.clock.fast_forward("03:10")
    page.wait_for_selector('[data-state="next"]')
    assert page.inner_text("#stage .said .text") == "写到这里时间就到了"
    assert "时间到" in page.inner_text("#stage")


def test_a_double_click_sends_one_answer_and_complains_of_nothing(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    before = room.place(page)
    page.fill(room.ANSWER, first_half(1, "zh"))
    page.dblclick("#submit")
    room.moved(page, before)
    page.wait_for_load_state("networkidle")
    assert page.locator("#stage .said").count() == 1
    assert not page.locator("#notice .note").count()
