"""Part 3: headless Chromium. At each state of an interview something happens to page, network or server; the interview must be as it was."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.browser import room
from tests.browser.conftest import PATIENCE_MS
from tests.chromium import FLAGS, MISSING, find_chromium
from tests.endpoint import Reply, Request, ScriptedEndpoint, faithful
from tests.faults.table import Form, Missing, Row, percentile
from tests.serving import Served

ANSWER = "生成器从噪声生成样本，判别器判断真假，两者交替训练。线上只部署生成器。"
DRAFT = "写到一半的草稿 half a draft"
MEANWHILE = " meanwhile 继续写"
SAVED = ("草稿已保存", "Draft saved")
STATES = ("set-up", "typing", "grading", "follow-up", "report")
KILLED = "server killed and restarted"
HOMES = {"zh": "/", "en": "/en/"}
LONGEST_RETURN = 3.0
"""Seconds after which a page that waits for a grade must have found the server that is back."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What has to be the same afterwards."""

    view: str
    place: str
    transcript: str
    draft: str


def run(form: Form, folder: Path) -> Iterator[Row]:
    """Every event at every state, again and again, in random order; the quick form every event and every state at least twice."""
    path = find_chromium()
    if path is None:
        raise Missing(MISSING)
    chance = form.chance("browser")
    pairs = list(product(EVENTS, STATES))
    chance.shuffle(pairs)
    if form.quick:
        states = list(STATES * 2)
        chance.shuffle(states)
        others = [event for event in EVENTS if event != KILLED]
        pairs = [(KILLED, "grading"), (KILLED, "typing"), *zip(others * 2, states, strict=True)]
    else:
        pairs = (pairs * 7)[:200]
    endpoint = _GatedEndpoint()
    with endpoint.server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        settings = {"OPENAI_BASE_URL": endpoint.server.base_url, "OPENAI_API_KEY": "k", "INTERVIEWER_MODEL": "scripted"}
        with Served(folder, **settings) as server:
            bench = _Bench(browser, server, endpoint)
            for event, state in pairs:
                bench.run(event, state, lang=chance.choice(["zh", "en"]), width=chance.choice([390, 1280]))
        browser.close()
    yield Row(
        f"Chromium: {len(pairs)} runs of {len(EVENTS)} events ({', '.join(EVENTS)}) at {len(STATES)} states ({', '.join(STATES)})",
        "each comes back to the same question, transcript and draft; what is typed while the server is away too; a page finds the server again within 3 s",
        f"{len(pairs) - len(bench.broken)} of {len(pairs)}; found again in {percentile(bench.returns, 0.5):.1f} s (median), {max(bench.returns, default=0.0):.1f} s at most",
        not bench.broken,
        tuple(bench.broken)[:12],
    )


class _GatedEndpoint:
    """A model that answers only while its gate is open."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.server = ScriptedEndpoint(then=self._reply)

    def _reply(self, request: Request) -> Reply:
        self.gate.wait(25)
        return faithful(request)


class _Bench:
    def __init__(self, browser: Browser, server: Served, endpoint: _GatedEndpoint) -> None:
        self.browser, self.server, self.endpoint = browser, server, endpoint
        self.broken: list[str] = []
        self.returns: list[float] = []

    def run(self, event: str, state: str, *, lang: str, width: int) -> None:
        """One run; what is not as it was goes into `broken`."""
        context = self._open_context(width)
        self.endpoint.gate.set()
        try:
            page = self._reach(context, state, lang)
            before = _look(page)
            page = EVENTS[event](self, page)
            self._compare(page, before, state)
        except (BrowserError, AssertionError) as error:
            self.broken.append(f"{event} at {state} ({lang}): {type(error).__name__} {str(error).splitlines()[0][:160]}")
        finally:
            self.endpoint.gate.set()
            if not self.server.alive:
                self.server.start()
            for opened in self.browser.contexts:
                opened.close()

    def _open_context(self, width: int) -> BrowserContext:
        context = self.browser.new_context(viewport={"width": width, "height": 860}, locale="zh-CN")
        context.set_default_timeout(PATIENCE_MS)
        return context

    def _open(self, context: BrowserContext, url: str) -> Page:
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(url)
        page.wait_for_selector('.bar:not([data-view="boot"])')
        return page

    def _reach(self, context: BrowserContext, state: str, lang: str) -> Page:
        page = self._open(context, self.server.url + HOMES[lang])
        if state == "set-up":
            return page
        room.begin(page, follow_ups=1 if state == "follow-up" else 0)
        if state == "grading":
            self.endpoint.gate.clear()
            page.fill(room.ANSWER, ANSWER)
            page.click("#submit")
            page.wait_for_selector('[data-state="grading"]')
            return page
        if state != "typing":
            room.send(page, ANSWER)
        if state == "report":
            page.click("[data-act=finish]")
            page.wait_for_selector('[data-view="report"]')
            return page
        assert room.state(page) == "reply", f"the page is at {room.state(page)}"
        type_draft(page, DRAFT)
        return page

    def _compare(self, page: Page, before: Seen, state: str) -> None:
        if state == "grading":
            assert ANSWER[:20] in page.inner_text("#stage .said .text"), "the answer is not in the transcript"
            self.endpoint.gate.set()
            # A killed server's grade is taken over when its lease has run out.
            page.wait_for_selector("#stage .card", timeout=40_000)
            after, graded = _look(page), page.locator("#stage .card").count()
            assert (after.view, after.place, graded) == (before.view, before.place, 1), "not the same place with one grade"
            return
        after = _look(page)
        for name in ("view", "place", "transcript", "draft"):
            was, now = getattr(before, name), getattr(after, name)
            assert was == now, f"{name} was {was[-60:]!r}, is {now[-60:]!r}"


def type_draft(page: Page, text: str) -> None:
    """Type, and wait until the page says that it is saved."""
    page.fill(room.ANSWER, text)
    page.wait_for_function(
        "words => words.some(word => document.querySelector('#draft:not(.stale)')?.innerText.includes(word))", arg=list(SAVED)
    )


def _look(page: Page) -> Seen:
    view = room.view(page)
    transcript = page.inner_text({"home": "#history", "room": "#stage", "report": "#report"}[view]) if view != "home" else ""
    draft = page.input_value(room.ANSWER) if view == "room" else ""
    return Seen(view, room.place(page), " ".join(transcript.split()), draft)


def _wait_until_drawn(page: Page) -> None:
    page.wait_for_selector('.bar:not([data-view="boot"])')
    page.wait_for_function(
        "document.querySelector('.bar').dataset.view === 'home' || [...document.querySelectorAll('[data-state]')].some(e => e.offsetParent)"
    )


def _refresh(_bench: _Bench, page: Page) -> Page:
    page.reload()
    _wait_until_drawn(page)
    return page


def _back(_bench: _Bench, page: Page) -> Page:
    place = room.place(page)
    page.go_back()
    if not place:
        page.go_forward()
        _wait_until_drawn(page)
        return page
    page.wait_for_selector('[data-view="home"]')
    page.locator(f'#history a[href*="interview={place.split("/")[0]}"]').first.click()
    page.wait_for_selector('[data-view="room"], [data-view="report"]')
    _wait_until_drawn(page)
    return page


def _reopen(bench: _Bench, page: Page) -> Page:
    """As on another device: nothing of the first browser is left."""
    url, width = page.url, (page.viewport_size or {"width": 1280})["width"]
    page.context.pages[0].close()
    return bench._open(bench._open_context(width), url)


def _second_tab(bench: _Bench, page: Page) -> Page:
    before = _look(page)
    second = bench._open(page.context, page.url)
    _wait_until_drawn(second)
    after = _look(second)
    assert (after.view, after.place, after.draft) == (before.view, before.place, before.draft), "the second tab shows something else"
    return page if room.place(page) else second


def _offline(_bench: _Bench, page: Page) -> Page:
    page.context.set_offline(True)
    page.wait_for_selector(".offline:not([hidden])")
    page.context.set_offline(False)
    page.wait_for_selector(".offline", state="hidden")
    return _refresh(_bench, page) if room.view(page) == "home" else page


def _kill(bench: _Bench, page: Page) -> Page:
    """Where there is a box, somebody types on while the server is away. Elsewhere the page has nothing to lose and asks for nothing."""
    state = room.state(page) if room.view(page) == "room" else ""
    bench.server.kill()
    if state == "reply":
        page.locator(room.ANSWER).press_sequentially(MEANWHILE)
    if state:
        page.wait_for_selector(".offline:not([hidden])")
    bench.server.start()
    if state:
        began = time.monotonic()
        page.wait_for_selector(".offline", state="hidden")
        bench.returns.append(time.monotonic() - began)
        assert bench.returns[-1] <= LONGEST_RETURN, f"found the server again only after {bench.returns[-1]:.1f} s"
    if state == "grading":
        return page
    if state == "reply":
        page.wait_for_function("!sessionStorage.getItem('interviewer-typed')")
    page = _refresh(bench, page)
    if state == "reply":
        assert page.input_value(room.ANSWER) == DRAFT + MEANWHILE, "what was typed while the server was away is gone"
        type_draft(page, DRAFT)
    return page


EVENTS: dict[str, Callable[[_Bench, Page], Page]] = {
    "refresh": _refresh,
    "back": _back,
    "close and reopen": _reopen,
    "second tab": _second_tab,
    "network off and on": _offline,
    KILLED: _kill,
}
