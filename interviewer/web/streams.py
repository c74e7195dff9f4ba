"""An open stream of events ends with the session that opened it: what is sent later is sent to nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

EVENT_STREAM = "text/event-stream"
_FAREWELL = b'data: {"msg":"close_stream"'
"""The last message of a stream tells nobody anything. It must follow at once: what is clicked before it comes is not heard of again."""


async def serve_while(holds: Callable[[], Awaitable[bool]], app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one request; before each message of an event stream `holds` is asked, and at its first no the stream is over.

    To the application that is as if the browser had gone. Other responses are a matter of a moment, and go out whole.
    """
    streaming, over = False, asyncio.Event()

    async def send_while(message: Message) -> None:
        nonlocal streaming
        if message["type"] == "http.response.start":
            streaming = Headers(raw=message["headers"]).get("content-type", "").startswith(EVENT_STREAM)
        elif streaming and not over.is_set() and not message.get("body", b"").startswith(_FAREWELL) and not await holds():
            over.set()
        if not over.is_set():
            await send(message)

    serving, watching = asyncio.ensure_future(app(scope, receive, send_while)), asyncio.ensure_future(over.wait())
    try:
        await asyncio.wait({serving, watching}, return_when=asyncio.FIRST_COMPLETED)
        if over.is_set():
            await send({"type": "http.response.body", "body": b""})
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
        else:
            await serving
    finally:
        for task in (serving, watching):
            task.cancel()
