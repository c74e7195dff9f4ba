"""What a request may send before anybody reads it: how much on which route, and within how long.

Behind the gate, before every route: a body is read whole here, so that nothing is parsed of one that is too large, and so that whoever sends
half of one and waits holds up no thread. Heads that never end are in `connections`.
"""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interviewer.web.refusal import refuse

LARGEST_FILE = 20_000_000
"""A file of transcripts, as its page says."""
LARGEST_IMPORT = LARGEST_FILE + 1_000_000
"""The same with the form around it. A proxy must let as much through (docs/nginx.conf)."""
LARGEST_DOCUMENT = 12_000_000
"""A file of 10 MB (drafting/extract) with the form around it."""
LARGEST_EVENT = 1_000_000
LARGEST_FORM = 1_000_000
"""A coach's form: comments and corrections to a whole interview."""
LARGEST_SMALL = 64_000
LARGEST_PUBLIC = 16_000
"""What somebody who is not logged in may send: a name, a password, and where to go on."""

EVENTS = "/gradio_api/run/predict"
IMPORT = "/coach/import"
LARGEST_POSTING = 21_000_000
"""A posting and a CV, each a file of 10 MB at most."""
DRAFT = "/coach/questions/draft"
LIMITS = (
    (IMPORT, LARGEST_IMPORT),
    (DRAFT, LARGEST_DOCUMENT),
    ("/coach/questions/files", LARGEST_DOCUMENT),
    ("/coach/", LARGEST_FORM),
    ("/posting/", LARGEST_FORM),
    ("/posting", LARGEST_POSTING),
    ("/login", LARGEST_PUBLIC),
    ("/invitation/", LARGEST_PUBLIC),
    ("/join/", LARGEST_PUBLIC),
    ("/openid/", LARGEST_PUBLIC),
)
"""Bytes by the beginning of the path, the first that fits; LARGEST_SMALL for all others."""
FIRST_SECONDS = 10.0
SLOWEST = 50_000
"""Bytes a second that a sender must manage beyond the first seconds."""


def largest_body(path: str) -> int:
    """How many bytes may be sent to this path."""
    if path in (EVENTS, f"/en{EVENTS}"):
        return LARGEST_EVENT
    return next((largest for begin, largest in LIMITS if path.startswith(begin)), LARGEST_SMALL)


class BodyLimits:
    """Middleware that hands on requests with their body at hand; 413 for a larger one, 408 for one that does not come.

    `seconds`: how long the first bytes may take; more are allowed in proportion to what the route takes.
    """

    def __init__(self, app: ASGIApp, *, seconds: float = FIRST_SECONDS) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it. A GET has no body that anybody reads."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        largest = largest_body(scope["path"])
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > largest:
            await refuse(HTTPConnection(scope), 413)(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds + largest / SLOWEST):
                body = await read_body(receive, largest)
        except TimeoutError:
            late = refuse(HTTPConnection(scope), 408)
            late.headers["Connection"] = "close"
            await late(scope, receive, send)
            return
        if body is None:
            await refuse(HTTPConnection(scope), 413)(scope, receive, send)
            return
        await self._app(scope, hand_on(body, receive), send)


async def read_body(receive: Receive, largest: int) -> bytes | None:
    """The whole body, None if it is larger than that or its sender has gone."""
    parts = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts += message.get("body", b"")
        if len(parts) > largest:
            return None
        if not message.get("more_body"):
            return bytes(parts)


def hand_on(body: bytes, receive: Receive) -> Receive:
    """The body as if it had not been read yet."""
    unread = True

    async def receive_again() -> Message:
        nonlocal unread
        if unread:
            unread = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return receive_again
