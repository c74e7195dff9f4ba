"""Headless Chromium. Where CI=true a missing browser fails; elsewhere it is skipped by name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ON_CI
from tests.serving import Served

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 45_000

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
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if ON_CI:
            pytest.fail("needs Chromium: apt-get install chromium fonts-noto-cjk")
        pytest.skip("needs Chromium, which is not installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server with the embedded default, for tests that leave it alone."""
    with Served(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Opens a page on an address, waits until it is drawn, and fails the test on any error of its scripts."""
    contexts, faults = [], []

    def open_on(url: str, *, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 860}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
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
    assert not faults


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a server of the test's own."""
    return tmp_path
