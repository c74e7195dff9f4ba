"""Whoever sends much, or half of something, holds up nobody else: told by what is answered while the flood still waits, not by seconds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from interviewer import connections
from interviewer.access.passwords import AT_ONCE
from interviewer.models import LANGS, Lang
from interviewer.ui.labels import words
from interviewer.web import pages
from interviewer.web.bodies import BodyLimits
from tests.integration.test_access import PAGE, PASSWORD, House
from tests.loops import run_apart

pytestmark = pytest.mark.filterwarnings("ignore")

FLOOD = 60
"""More than there are threads."""
GIVEN_UP = 60.0
"""Seconds after which a test that hangs is given up; no verdict depends on it."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path / "data") as house:
        house.add("Ann")
        yield house


class SlowHasher:
    """Hashes wait until they are let go; tells how many have begun, and how many were under way at once."""

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Semaphore(0), threading.Event()
        self._lock, self._now, self.most = threading.Lock(), 0, 0

    def verify(self, _hash: str, _password: str) -> bool:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.begun.release()
        assert self.let_go.wait(GIVEN_UP)
        with self._lock:
            self._now -= 1
        return True

    def hash(self, _password: str) -> str:
        return "$argon2id$none"

    def check_needs_rehash(self, _hash: str) -> bool:
        return False


def as_browser(house: House, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(house.app, client=(address, 1))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=PAGE, timeout=None)


def test_health_is_answered_while_more_log_ins_wait_than_there_are_threads(house: House) -> None:
    hasher = SlowHasher()
    house.application.passwords.__dict__["_hasher"] = hasher

    async def flood() -> None:
        async with as_browser(house, "192.0.2.1") as watcher:
            senders = [as_browser(house, f"203.0.113.{number}") for number in range(FLOOD)]
            forms = [{"csrf": "t", "name": "Ann" if number == 0 else f"name {number}", "password": PASSWORD} for number in range(FLOOD)]
            log_ins = [
                asyncio.create_task(sender.post("/login", data=form, cookies={"csrf": "t"}))
                for sender, form in zip(senders, forms, strict=True)
            ]
            for _ in range(AT_ONCE):
                await asyncio.wait_for(asyncio.to_thread(hasher.begun.acquire), GIVEN_UP)
            for address in ("/healthz", "/readyz", "/login"):
                answer = await asyncio.wait_for(watcher.get(address), GIVEN_UP)
                assert answer.status_code in (200, 503), address  # readyz: nothing is graded here
            assert not any(log_in.done() for log_in in log_ins)
            hasher.let_go.set()
            answers = await asyncio.wait_for(asyncio.gather(*log_ins), GIVEN_UP)
            assert [answer.status_code for answer in answers] == [303] + [401] * (FLOOD - 1)
            assert hasher.most == AT_ONCE
            for sender in senders:
                await sender.aclose()

    assert house.root.portal is not None
    house.root.portal.call(flood)


@pytest.mark.provokes(503)
def test_when_too_many_wait_the_next_is_told_to_come_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_WAITING", 0)
    browser = house.browser()
    page = browser.get("/login", headers=PAGE)
    token = browser.cookies["csrf"]
    assert page.status_code == 200
    assert browser.post("/login", data={"csrf": token, "name": "Ann", "password": PASSWORD}, headers=PAGE).status_code == 503


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_million_of_ampersands_is_refused_before_it_is_parsed(house: House, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_read_fields", pytest.fail)
    answer = house.browser().post("/login", content=b"&" * 1_000_000, headers={"content-type": kind, **PAGE})
    assert answer.status_code == 413


def test_a_form_of_more_fields_than_any_page_has_is_refused(house: House) -> None:
    browser = house.browser()
    answer = browser.post("/login", content=b"&" * 15_000, headers={"content-type": "application/x-www-form-urlencoded", **PAGE})
    assert answer.status_code == 400


@pytest.mark.parametrize("lang", LANGS)
def test_of_half_a_form_people_are_told_that_it_did_not_arrive(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Message] = []

    async def silence() -> Message:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    async def hear(message: Message) -> None:
        heard.append(message)

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError

    monkeypatch.setattr("interviewer.web.bodies.SLOWEST", 1e12)
    headers = [(b"accept", b"text/html"), (b"accept-language", lang.encode())]
    scope: Scope = {"type": "http", "method": "POST", "path": "/login", "query_string": b"", "headers": headers}
    run_apart(BodyLimits(app, seconds=0.0)(scope, silence, hear))

    page = b"".join(message.get("body", b"") for message in heard).decode()
    assert heard[0]["status"] == 408
    assert all(words(lang)[name] in page for name in ("refused_408", "refused_408_remedy"))


def test_connections_on_which_no_request_comes_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.05)
    let_go = asyncio.Event()

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            await let_go.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def play() -> None:
        config = uvicorn.Config(app, port=0, http=connections.ImpatientProtocol, lifespan="off", log_config=None, timeout_keep_alive=600)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]

        async def talk(*sent: bytes) -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            heard = b""
            for part in sent:
                writer.write(part)
                if part.endswith(b"\r\n\r\n"):
                    heard += await reader.readuntil(b"\r\n\r\n")
            heard += await reader.read()
            writer.close()
            return heard

        slow = asyncio.create_task(talk(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n", b"GET "))
        assert await talk() == b""
        assert await talk(b"GET / HTTP/1.1\r\nhost:") == b""
        assert b"204" in await talk(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n", b"GET / HT")
        assert b"204" in await talk(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n", b"half")
        assert not slow.done()  # a request that is being answered is let be, however long it takes
        let_go.set()
        assert b"204" in await slow
        server.should_exit = True
        await serving

    run_apart(asyncio.wait_for(play(), GIVEN_UP))
