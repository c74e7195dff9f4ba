"""The page that is built at its first request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import Message

from interviewer.lazy_app import Divert, LazyApp


def build(log: list[str]) -> LazyApp:
    """A late application that notes when it is built, begins and ends."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        log.append("begins")
        yield
        log.append("ends")

    def make() -> FastAPI:
        log.append("built")
        app = FastAPI(lifespan=life, openapi_url=None)
        app.get("/en/{rest:path}")(lambda rest: rest)
        return app

    return LazyApp(make)


async def ask(app: Divert, path: str) -> int:
    """The status of a GET."""
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [], "root_path": ""}
    await app(scope, receive, send)
    return statuses[0]


def test_it_is_built_once_at_the_first_request_and_its_life_is_ended() -> None:
    log: list[str] = []
    late = build(log)
    divert = Divert(FastAPI(openapi_url=None), path="/en", to=late)

    async def visit() -> list[int]:
        elsewhere = [await ask(divert, "/english"), await ask(divert, "/")]
        assert log == []
        there = list(await asyncio.gather(*(ask(divert, "/en/page") for _ in range(3))))
        await late.close()
        return elsewhere + there

    # In a thread of its own: the browser tests keep an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, visit()).result() == [404, 404, 200, 200, 200]
    assert log == ["built", "begins", "ends"]
