"""What a candidate does on the page, step by step."""

from __future__ import annotations

from playwright.sync_api import Page

ANSWER = "#answer textarea"


def begin(page: Page, *, mode: str = "coaching", follow_ups: int = 1) -> None:
    """Set up and start."""
    page.check(f'input[type=radio][value="{mode}"]')
    page.locator("#setup fieldset, #setup .block").get_by_label(str(follow_ups), exact=True).check()
    page.click("#begin")
    settle(page)


def place(page: Page) -> str:
    """ "interview/turn" where the page stands."""
    return page.get_attribute(".bar", "data-place") or ""


def view(page: Page) -> str:
    """home, room or report."""
    return page.get_attribute(".bar", "data-view") or ""


def state(page: Page) -> str:
    """reply, grading, next or report."""
    return page.locator("[data-state]:visible").first.get_attribute("data-state") or ""


def settle(page: Page) -> None:
    """Wait until the page waits for the candidate."""
    page.wait_for_function(
        "['reply', 'next', 'report'].includes([...document.querySelectorAll('[data-state]')].find(e => e.offsetParent)?.dataset.state)"
    )


def send(page: Page, text: str) -> None:
    """Type an answer, send it by keyboard, wait for what comes of it."""
    before = place(page)
    page.fill(ANSWER, text)
    page.press(ANSWER, "Control+Enter")
    moved(page, before)


def moved(page: Page, before: str) -> None:
    """Wait until the page has left `before`, or its question is done."""
    page.wait_for_function(
        "before => { const bar = document.querySelector('.bar'); const stage = document.querySelector('.stage-inner');"
        " return bar.dataset.place !== before || bar.dataset.view === 'report' || stage?.dataset.state === 'next'; }",
        arg=before,
    )
    settle(page)


def go_on(page: Page) -> None:
    """Press "next" and wait for the next question or the report."""
    before = place(page)
    page.click("#next")
    page.wait_for_function(
        "before => { const bar = document.querySelector('.bar'); return bar.dataset.place !== before || bar.dataset.view === 'report'; }",
        arg=before,
    )
    settle(page)


def question_number(page: Page) -> int:
    """Which question the page is at, from 1."""
    return int(page.inner_text(".bar .count").split("/")[0])


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the window sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
