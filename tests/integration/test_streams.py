"""A stream that is open when its session ends delivers nothing more, and is closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from interviewer.models import Person, Role
from interviewer.records.accounts import Accounts
from interviewer.records.database import open_database
from interviewer.records.decoded import Decoded
from interviewer.records.people import PeopleStore
from interviewer.web.gate import Gate, SessionLimits
from tests.databases import ON_BOTH, url_for
from tests.examples import START

pytestmark = ON_BOTH

PATIENCE = 20


class House:
    """A gate before one stream that says whatever the test puts into `said`."""

    def __init__(self, people: PeopleStore) -> None:
        self.people, self.now = people, START
        self.ann = people.add("Ann", role=Role.COACH, now=START)
        people.set_password_hash(self.ann.id, "hash")
        self.token = people.open_session(self.ann.id, START)
        self.said: asyncio.Queue[str] = asyncio.Queue()
        self.left = asyncio.Event()
        limits = SessionLimits(timedelta(hours=1), timedelta(days=1))
        self.gate = Gate(self.stream, people=lambda: people, now=lambda: self.now, limits=limits, always_closed=True)

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def say() -> AsyncIterator[str]:
            try:
                while True:
                    yield f"data: {await self.said.get()}\n\n"
            finally:
                self.left.set()

        await StreamingResponse(say(), media_type="text/event-stream")(scope, receive, send)

    @asynccontextmanager
    async def listening(self, token: str = "") -> AsyncIterator[Callable[[], Any]]:
        """A browser on the stream; the function waits for the next piece, which is empty at the end."""
        heard: asyncio.Queue[Message] = asyncio.Queue()
        forever = asyncio.Event()

        async def receive() -> Message:
            await forever.wait()
            return {"type": "http.disconnect"}

        headers = [(b"host", b"127.0.0.1"), (b"cookie", f"session={token or self.token}".encode())]
        scope = {
            "type": "http", "method": "GET", "path": "/gradio_api/queue/data", "query_string": b"", "headers": headers,
            "scheme": "http", "server": ("127.0.0.1", 80), "asgi": {"spec_version": "2.3"},
        }  # fmt: skip
        serving = asyncio.create_task(self.gate(scope, receive, heard.put))

        async def hear() -> bytes:
            message = await asyncio.wait_for(heard.get(), PATIENCE)
            return message["body"] if message["type"] == "http.response.body" else await hear()

        yield hear
        forever.set()
        await asyncio.wait_for(serving, PATIENCE)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleStore]:
    engine = open_database(tmp_path, url_for(tmp_path))
    yield PeopleStore(engine)
    engine.dispose()


def play(scene: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: a browser of other tests may have a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, scene).result()


def accounts_of(house: House) -> Accounts:
    return Accounts(house.people._engine, Decoded())


ENDS: dict[str, Callable[[House], object]] = {
    "log-out": lambda house: house.people.close_session(house.token),
    "log-out everywhere": lambda house: house.people.close_sessions(house.ann.id),
    "a new password": lambda house: house.people.set_password_hash(house.ann.id, "other"),
    "shut out": lambda house: accounts_of(house).shut_out(house.ann.id),
    "disabled": lambda house: house.people.set_active(house.ann.id, False),
    "deleted": lambda house: accounts_of(house).erase(house.ann.id, actor_id="", now=START),
    "another role": lambda house: house.people.set_role(house.ann.id, Role.CANDIDATE),
    "unused": lambda house: setattr(house, "now", START + timedelta(hours=1)),
    "too old": lambda house: setattr(house, "now", START + timedelta(days=1)),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_nothing_is_delivered_once_the_session_has_ended(people: PeopleStore, end: Callable[[House], object]) -> None:
    async def scene() -> None:
        house = House(people)
        async with house.listening() as hear:
            await house.said.put("before")
            assert await hear() == b"data: before\n\n"
            end(house)
            await house.said.put("after")
            assert await hear() == b""
            await asyncio.wait_for(house.left.wait(), PATIENCE)

    play(scene())


def test_another_session_and_another_persons_end_nothing_here(people: PeopleStore) -> None:
    async def scene() -> None:
        house = House(people)
        elsewhere = people.open_session(house.ann.id, START)
        async with house.listening() as hear, house.listening(elsewhere):
            people.close_session(elsewhere)
            bob: Person = people.add("Bob", role=Role.CANDIDATE, now=START)
            accounts_of(house).erase(bob.id, actor_id="", now=START)
            for _ in range(2):
                await house.said.put("still here")
            assert await hear() == b"data: still here\n\n"

    play(scene())


def test_an_open_stream_is_no_use_of_the_session(people: PeopleStore) -> None:
    def seen() -> datetime:
        return accounts_of(house).sessions_of(house.ann.id, START, idle=timedelta(days=9), absolute=timedelta(days=9))[0].seen_at

    async def scene() -> None:
        async with house.listening() as hear:
            for minutes in (0, 30):
                house.now = START + timedelta(minutes=minutes)
                await house.said.put("here")
                assert await hear() == b"data: here\n\n"
        assert seen() == START

    house = House(people)
    play(scene())


def test_what_is_no_stream_of_events_goes_out_whole(people: PeopleStore) -> None:
    async def scene() -> None:
        house = House(people)

        async def leave(scope: Scope, receive: Receive, send: Send) -> None:
            people.close_session(house.token)
            await PlainTextResponse("you are logged out")(scope, receive, send)

        house.gate._app = leave
        async with house.listening() as hear:
            assert await hear() == b"you are logged out"

    play(scene())
