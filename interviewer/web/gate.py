"""The gate before the whole application: who is asking, and whether they may ask this at all.

Closed by default: while there are accounts, every path but a short public list needs a session, and a new route need not think of it.
Whose records somebody may see is decided where they are read (records/visibility), not here. What Gradio may be asked is in
`practice_door`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.errors import StoreError
from interviewer.models import LOCAL_PERSON, Person
from interviewer.records.people import PeopleStore
from interviewer.web.refusal import refuse, wants_page
from interviewer.web.security import from_elsewhere
from interviewer.web.sessions import session_token

METRICS = "/metrics"
"""Asks for a token of its own; see `web.metrics`."""
# Nobody's, and the same for everybody: not even asked who they are.
STATIC = ("/look/",)
STATIC_EXACT = ("/favicon.ico", "/healthz", "/readyz", METRICS)
# Open to those who are about to log in.
PUBLIC = ("/calendar/", "/invitation/", "/join/", "/openid/", "/shared/")
PUBLIC_EXACT = ("/login",)
COACHES_ONLY = "/coach"
ADMINS_ONLY = ("/people", "/audit", "/webhook")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts unused, and at most."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=7)


class Gate:
    """Middleware that puts the person into `scope["state"]["person"]` (None for nobody, on public paths) or turns the request away.

    `always_closed`: others than this machine can reach the application, so that nobody is taken for the local person.
    """

    def __init__(
        self, app: ASGIApp, *, people: Callable[[], PeopleStore], now: Callable[[], datetime], limits: SessionLimits, always_closed: bool
    ) -> None:
        self._app, self._people, self._now, self._limits, self._always_closed = app, people, now, limits, always_closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it. There are no websockets here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        path: str = scope["path"]
        connection = HTTPConnection(scope)
        state = scope.setdefault("state", {})
        state["person"] = None
        if "\x00" in path or b"%00" in scope["query_string"]:
            # No page has such an address, and PostgreSQL would not be asked for it.
            await refuse(connection, 404)(scope, receive, send)
            return
        if scope["method"] not in SAFE_METHODS and from_elsewhere(connection.headers):
            await refuse(connection, 403)(scope, receive, send)
            return
        if not (path.startswith(STATIC) or path in STATIC_EXACT):
            try:
                person = state["person"] = await self._recognise(connection)
            except StoreError as error:
                await refuse(connection, 503, error.trouble)(scope, receive, send)
                return
            if person is None and not (path.startswith(PUBLIC) or path in PUBLIC_EXACT):
                await _to_login(connection)(scope, receive, send)
                return
            if person is not None and not may_enter(person, path):
                await refuse(connection, 404)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _recognise(self, connection: HTTPConnection) -> Person | None:
        # In a thread: a busy disk must not hold up everybody's requests.
        return await asyncio.to_thread(self._person_of, session_token(connection))

    def _person_of(self, token: str | None) -> Person | None:
        people = self._people()
        if not self._always_closed and not people.any_accounts():
            return LOCAL_PERSON
        return people.session_person(token, self._now(), self._limits.idle, self._limits.absolute) if token else None


def may_enter(person: Person, path: str) -> bool:
    """Whether this part of the application is open to them; to others it does not exist."""
    if _below(path, COACHES_ONLY):
        return person.may_coach
    return person.may_administer or not any(_below(path, part) for part in ADMINS_ONLY)


def _below(path: str, part: str) -> bool:
    return path == part or path.startswith(f"{part}/")


def _to_login(connection: HTTPConnection) -> ASGIApp:
    if not wants_page(connection):
        return refuse(connection, 401)
    url = connection.url
    here = url.path + (f"?{url.query}" if url.query else "")
    return RedirectResponse("/login" if here == "/" else f"/login?next={quote(here, safe='')}", 303, headers={"Cache-Control": "no-store"})
