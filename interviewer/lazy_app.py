"""An ASGI application that is built when somebody first asks for it, so that the start does not pay for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.garbage import loading_later


class LazyApp:
    """Builds an application in a thread at its first request and runs its life from then on. `close` ends it."""

    def __init__(self, build: Callable[[], FastAPI]) -> None:
        self._build = build
        self._app: FastAPI | None = None
        self._lock, self._life = asyncio.Lock(), AsyncExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        app = self._app
        if app is None:
            async with self._lock:
                app = self._app = self._app or await self._begin()
        await app(scope, receive, send)

    async def close(self) -> None:
        """End the application's life, if it ever began."""
        await self._life.aclose()

    async def _begin(self) -> FastAPI:
        with loading_later():
            app = await asyncio.to_thread(self._build)
        await self._life.enter_async_context(app.router.lifespan_context(app))
        return app


class Divert:
    """Middleware that hands a path and all below it to another application, with the path as it came."""

    def __init__(self, app: ASGIApp, *, path: str, to: ASGIApp) -> None:
        self._app, self._path, self._to = app, path, to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, here or there."""
        asked = scope.get("path", "") if scope["type"] == "http" else ""
        there = asked == self._path or asked.startswith(f"{self._path}/")
        await (self._to if there else self._app)(scope, receive, send)
