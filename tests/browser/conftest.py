"""Headless Chromium. Where CI=true a missing browser fails; elsewhere it is skipped by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.chromium import FLAGS, MISSING, find_chromium
from tests.conftest import ON_CI
from tests.serving import Served

PATIENCE_MS = 45_000

SERVER_GONE = r"net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|SOCKET_NOT_CONNECTED)"
"""What the console says of a request whose server was killed."""

OpenPage = Callable[..., Page]
FAILED = pytest.StashKey[bool]()
WHAT_IT_SHOWS = """() => ({
  bar: {...document.querySelector('.bar')?.dataset}, stage: {...document.querySelector('.stage-inner')?.dataset},
  notice: document.querySelector('#notice')?.innerText, draft: document.querySelector('#draft')?.innerText,
  typed: document.querySelector('#answer textarea')?.value.length, offline: !document.querySelector('.offline')?.hidden,
  disabled: [...document.querySelectorAll('button[disabled]')].map(button => button.id),
})"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember a failure, so that its pages can be told before they are closed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    path = find_chromium()
    if path is None:
        if ON_CI:
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server with the embedded default, for tests that leave it alone."""
    with Served(tmp_path_factory.mktemp("served")) as server:
        yield server


class Faults:
    """What went wrong in the pages of a test: answers of 500 and more, errors in the console, errors of scripts."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._expected: list[str] = []

    def expect(self, *patterns: str) -> None:
        """Name what the test provokes on purpose, as regular expressions."""
        self._expected += patterns

    def watch(self, context: BrowserContext) -> BrowserContext:
        """Hear of all faults of the context's pages, of those also that it opens later."""
        context.on("response", self._hear_answer)
        context.on("console", self._hear_console)
        context.on("weberror", lambda error: self._found.append(f"script: {error.error}"))
        return context

    def unexpected(self) -> list[str]:
        """The faults that nobody has named."""
        return [fault for fault in self._found if not any(re.search(pattern, fault) for pattern in self._expected)]

    def _hear_answer(self, answer: Response) -> None:
        if answer.status >= 500:
            self._found.append(f"answer: {answer.status} {answer.url}")

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._found.append(f"console: {message.text} {message.location.get('url', '')}")


@pytest.fixture(autouse=True)
def faults(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """Fails every test in whose pages something went wrong that it did not name."""
    found = Faults()
    if "browser" in request.fixturenames:
        browser = request.getfixturevalue("browser")
        new_context = browser.new_context
        monkeypatch.setattr(browser, "new_context", lambda **options: found.watch(new_context(**{"locale": "zh-CN", **options})))
        monkeypatch.setattr(browser, "new_page", lambda **options: browser.new_context(**options).new_page())
    yield found
    assert found.unexpected() == []


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Opens a page on an address and waits until it is drawn."""
    contexts = []

    def open_on(url: str, *, width: int = 1280, height: int = 860, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(url)
        page.wait_for_selector('.bar:not([data-view="boot"])')
        return page

    yield open_on
    if request.node.stash.get(FAILED, False):
        for context in contexts:
            for page in context.pages:
                print(page.url, page.evaluate(WHAT_IT_SHOWS))
    for context in contexts:
        context.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a server of the test's own."""
    return tmp_path
