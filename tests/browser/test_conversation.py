"""The room as a conversation, on a desk and on a phone: what is new is in view, nothing is behind anything, and nothing wastes the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from interviewer.models import Lang
from tests.browser import room
from tests.browser.conftest import OpenPage
from tests.browser.test_interview import BANK, first_half
from tests.serving import Served

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
LOOKS: list[tuple[Lang, dict[str, Any]]] = [("zh", DESK), ("en", PHONE), ("en", DESK), ("zh", PHONE)]
in_both = pytest.mark.parametrize(("lang", "look"), LOOKS, ids=lambda value: value if isinstance(value, str) else str(value["width"]))
HOME: dict[Lang, str] = {"zh": "/", "en": "/en/"}


@dataclass(frozen=True)
class Box:
    """Where something is in the window, in pixels from its top."""

    top: float
    bottom: float


def box(page: Page, selector: str) -> Box:
    """The last of what matches."""
    found = page.locator(f"{selector}:visible").last.bounding_box()
    assert found, selector
    return Box(found["y"], found["y"] + found["height"])


def come_to_rest(page: Page) -> None:
    """Wait until the page has stopped scrolling."""
    page.evaluate(
        """async () => { let last = -1, still = 0; while (still < 12) {
          await new Promise(requestAnimationFrame); still = scrollY === last ? still + 1 : 0; last = scrollY; } }"""
    )


def space(page: Page) -> Box:
    """What of the window is neither behind the bar nor behind what stands below."""
    below = page.locator("#compose:visible, #onward:visible").first.bounding_box()
    assert below
    return Box(box(page, "#bar").bottom, below["y"])


def in_view(page: Page, *selectors: str) -> bool:
    """Whether all of it can be seen whole, without scrolling."""
    come_to_rest(page)
    free = space(page)
    return all(free.top <= each.top and each.bottom <= free.bottom for each in (box(page, selector) for selector in selectors))


def enter(served: Served, open_page: OpenPage, lang: Lang, look: dict[str, Any]) -> Page:
    return open_page(served.url + HOME[lang], locale={"zh": "zh-CN", "en": "en"}[lang], **look)


def newest_message(page: Page) -> str:
    return str(page.evaluate("'[data-msg=\"' + [...document.querySelectorAll('#stage [data-msg]')].pop().dataset.msg + '\"]'"))


@in_both
def test_reply_score_and_follow_up_are_in_view_together(served: Served, open_page: OpenPage, lang: Lang, look: dict[str, Any]) -> None:
    page = enter(served, open_page, lang, look)
    room.begin(page, follow_ups=2)
    assert in_view(page, "#stage h1")
    room.send(page, first_half(1, lang) * 2)
    spoken = ["#stage [data-msg$=-reply]"] if page.locator("#stage [data-msg$=-reply]").count() else []
    assert in_view(page, "#stage .card", *spoken, "#stage .follow")
    page.fill(room.ANSWER, first_half(2, lang))
    assert in_view(page, "#stage .follow")
    page.click("#submit")
    page.wait_for_selector('#stage [data-msg="2-grade"]')
    room.settle(page)
    assert in_view(page, "#stage .card", newest_message(page))
    assert room.fits(page)


@in_both
def test_the_end_of_a_question_leaves_no_strip_and_the_reference_begins_in_view(
    served: Served, open_page: OpenPage, lang: Lang, look: dict[str, Any]
) -> None:
    page = enter(served, open_page, lang, look)
    room.begin(page, follow_ups=1)
    room.send(page, first_half(1, lang))
    while room.state(page) == "reply":
        room.send(page, first_half(1, lang)[-60:])
    assert in_view(page, "#stage .card", newest_message(page))
    assert space(page).bottom - box(page, newest_message(page)).bottom < 60
    page.click("#reference")
    page.wait_for_selector("#stage .reference")
    come_to_rest(page)
    free, reference = space(page), box(page, "#stage .reference h2")
    assert free.top <= reference.top < free.top + 80
    assert reference.bottom < free.bottom
    assert BANK.questions[0].reference[lang][:20] in page.inner_text("#stage .reference")
    if look is DESK:
        assert abs(box(page, "#stage .own").top - box(page, "#stage .reference").top) < 2
    assert room.fits(page)


@in_both
def test_a_hint_is_seen_when_it_comes(served: Served, open_page: OpenPage, lang: Lang, look: dict[str, Any]) -> None:
    page = enter(served, open_page, lang, look)
    room.begin(page)
    page.click("#hint")
    page.wait_for_selector("#stage .hint")
    assert in_view(page, "#stage .hint")


def test_a_card_opens_to_what_was_found_and_says_its_scale(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    room.send(page, first_half(1, "zh"))
    card = page.locator("#stage .card").first
    assert "/100" in card.inner_text()
    assert "毫秒" not in card.inner_text()
    assert not card.locator(".points").is_visible()
    card.locator("summary").click()
    assert card.locator(".points li").first.is_visible()
    assert "毫秒" in card.inner_text()


def test_a_phone_has_one_row_of_bar_and_one_line_of_composer_until_it_is_touched(served: Served, open_page: OpenPage) -> None:
    for lang in ("zh", "en"):
        page = enter(served, open_page, lang, PHONE)
        assert box(page, "#bar .bar").bottom <= 56
        wide = page.add_style_tag(content='#bar, #bar * { font-family: "DejaVu Sans", monospace !important }')
        assert box(page, "#bar .bar").bottom <= 56  # a machine whose letters are wide keeps the row
        wide.evaluate("tag => tag.remove()")
        room.begin(page)
        assert box(page, "#bar .bar").bottom <= 56
        untouched, submit = box(page, room.ANSWER), box(page, "#submit")
        assert untouched.bottom - untouched.top < 40
        assert submit.top < untouched.bottom
        assert untouched.top < submit.bottom
        assert not page.locator("#keys").is_visible()
        assert "Enter" not in (page.get_attribute(room.ANSWER, "placeholder") or "")
        page.tap(room.ANSWER)
        assert box(page, room.ANSWER).bottom - box(page, room.ANSWER).top > 60
        assert room.fits(page)


def test_a_desk_says_which_keys_send(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url)
    room.begin(page)
    assert "Ctrl" in page.inner_text("#keys")


def test_a_refresh_comes_back_to_the_newest_message(served: Served, open_page: OpenPage) -> None:
    page = open_page(served.url, **DESK)
    room.begin(page)
    room.send(page, first_half(1, "zh"))
    page.reload()
    page.wait_for_selector("#stage .follow")
    assert in_view(page, "#stage .card", "#stage .follow")
