"""The provider as a process of its own, and a browser's way through its pages, by plain HTTP."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2

from tests.npm import node, npm_package
from tests.serving import free_port

CLIENT_ID, CLIENT_SECRET = "interviewer-of-the-tests", "client-secret-c4n4ry"


class RunningProvider:
    """A context manager. `restart` starts it again at the same address with other keys, as if they had been rotated."""

    def __init__(self, callbacks: Sequence[str]) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._callbacks = callbacks
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> RunningProvider:
        npm_package("oidc-provider")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it listens."""
        script = Path(__file__).with_name("provider.mjs")
        command = [node(), str(script), str(self.port), ",".join(self._callbacks), CLIENT_ID, CLIENT_SECRET]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout
        assert self._process.stdout.readline() == "listening\n", "the provider did not start"

    def stop(self) -> None:
        """End it and wait until it is gone."""
        if self._process:
            self._process.communicate(timeout=30)
            self._process = None

    def restart(self) -> None:
        """The same provider with new keys."""
        self.stop()
        self.start()


def at_provider() -> httpx2.Client:
    """A browser with the provider's cookies."""
    return httpx2.Client(timeout=30)


def authorize(url: str, name: str, browser: httpx2.Client | None = None) -> str:
    """Go through the provider's pages as `name`: log in, agree; returns the address it sends the browser back to."""
    if browser is None:
        with at_provider() as made:
            return authorize(url, name, made)
    return _go_through(browser, url, name, until="/openid/callback")


def end_session(browser: httpx2.Client, url: str) -> str:
    """Log out at the provider and say yes to its question; returns the address it sends the browser back to."""
    return _go_through(browser, url, "", until="/login")


def _go_through(browser: httpx2.Client, url: str, name: str, *, until: str) -> str:
    answer = browser.get(url)
    for _ in range(20):
        if answer.is_redirect:
            onward = urljoin(str(answer.request.url), answer.headers["location"])
            if urlsplit(onward).path == until:
                return onward
            answer = browser.get(onward)
        else:
            answer = _fill_in(browser, answer, name)
    raise AssertionError("the provider sent nobody back")


def _fill_in(browser: httpx2.Client, answer: httpx2.Response, name: str) -> httpx2.Response:
    form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
    assert form, f"the provider showed no form ({answer.status_code})"
    fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', answer.text))
    if 'name="login"' in answer.text:
        fields |= {"login": name, "password": "any"}
    return browser.post(urljoin(str(answer.request.url), unescape(form[1])), data=fields)
