"""What the practice room's Gradio may be asked: the few routes that its page uses, and only for a page of one's own.

Gradio brings routes for files, uploads, proxying, an API with its description, monitoring and more; none of them is needed, so none is
reachable. The page chooses its `session_hash` itself, and Gradio keeps how a page's components stand by it: each is bound to whoever uses
it first.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.models import Lang
from interviewer.web.bodies import EVENTS, LARGEST_EVENT, hand_on, read_body
from interviewer.web.pages import turn_to_language
from interviewer.web.refusal import refuse
from interviewer.web.sessions import session_token

PAGES = ("", "/")
FILES = ("/assets/", "/static/")
FILES_EXACT = ("/theme.css",)
# To tell after a lost connection whether the server was started anew.
QUESTIONS = ("/gradio_api/app_id", "/gradio_api/startup-events")
# What an event of the page says; anything else, such as another event's id, is no event of our page.
FIELDS = frozenset({"data", "event_data", "fn_index", "trigger_id", "session_hash"})
LARGE_EVENT = 100_000
"""Bytes from which an event is read in a thread: it is small objects that take long, and nobody else should wait."""
LONGEST_HASH = 64
REMEMBERED = 7 * 24 * 3600.0
PAGES_PER_SESSION = 500


class PracticeDoor:
    """Middleware around Gradio, below `prefix` ("" or "/en"). `events`: the numbers of those that the server has a function for."""

    def __init__(self, app: ASGIApp, *, events: Collection[int], prefix: str = "") -> None:
        self.app, self._events, self._prefix = app, events, prefix
        self._lang: Lang = "en" if prefix else "zh"
        self._bound = Bindings()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request if it is one that our page makes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        asked, method = scope["path"].removeprefix(self._prefix), scope["method"]
        if method == "POST" and asked == EVENTS:
            body = await read_body(receive, LARGEST_EVENT)
            page = await self._page_of(body or b"")
            status = 413 if body is None else 200 if page and self._is_own(page, connection) else 404
            if status == 200:
                await self.app(scope, hand_on(body or b"", receive), send)
                return
        else:
            status = 200 if method in ("GET", "HEAD") and _may_get(asked) else 404
            if status == 200:
                turned = turn_to_language(connection, self._lang) if asked in PAGES else None
                await (turned or self.app)(scope, receive, send)
                return
        await refuse(connection, status)(scope, receive, send)

    async def _page_of(self, body: bytes) -> str | None:
        return page_of(body, self._events) if len(body) < LARGE_EVENT else await asyncio.to_thread(page_of, body, self._events)

    def _is_own(self, page: str, connection: HTTPConnection) -> bool:
        person = connection.scope["state"]["person"]
        return 0 < len(page) <= LONGEST_HASH and self._bound.claim(page, f"{person.id} {session_token(connection) or ''}")


def _may_get(asked: str) -> bool:
    return asked in PAGES or asked in FILES_EXACT or asked in QUESTIONS or asked.startswith(FILES)


class Bindings:
    """Which session a page's `session_hash` belongs to. In memory, like what Gradio keeps by it; the oldest are forgotten."""

    def __init__(self) -> None:
        self._holders: dict[str, tuple[str, float]] = {}
        self._pages: dict[str, OrderedDict[str, None]] = {}
        self._swept = time.monotonic()

    def claim(self, page: str, holder: str) -> bool:
        """Whether the page is this session's; it is from now on if it was nobody's."""
        now = time.monotonic()
        if now - self._swept > REMEMBERED / 24:
            self._sweep(now)
        known = self._holders.get(page)
        if known is not None and known[0] != holder:
            return False
        self._holders[page] = (holder, now)
        pages = self._pages.setdefault(holder, OrderedDict())
        pages[page] = None
        pages.move_to_end(page)
        if len(pages) > PAGES_PER_SESSION:
            self._holders.pop(pages.popitem(last=False)[0], None)
        return True

    def _sweep(self, now: float) -> None:
        self._swept = now
        for page in [page for page, (_, seen) in self._holders.items() if now - seen > REMEMBERED]:
            holder = self._holders.pop(page)[0]
            self._pages[holder].pop(page, None)
            if not self._pages[holder]:
                del self._pages[holder]


def page_of(body: bytes, events: Collection[int]) -> str | None:
    """The session_hash of one of these events, None if this is none that our page would send."""
    try:
        event = json.loads(body, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not event.keys() <= FIELDS or not isinstance(event.get("data"), list):
        return None
    number, page = event.get("fn_index"), event.get("session_hash")
    known = isinstance(number, int) and not isinstance(number, bool) and number in events
    return page if known and isinstance(page, str) else None


def _no_twins(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object without a name given twice: two readers might each take another one."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError("a name is given twice")
        found[name] = value
    return found
