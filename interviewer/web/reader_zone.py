"""The reader's time zone, as their browser has put it into a cookie, for the time of a request."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.ui.zones import read_in, zone_named

COOKIE = "zone"


class ReaderZone:
    """Middleware: whatever draws the answer shows moments in the reader's zone (ui/zones). It holds in threads that are started for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with read_in(zone_named(unquote(HTTPConnection(scope).cookies.get(COOKIE, "")))):
            await self._app(scope, receive, send)
