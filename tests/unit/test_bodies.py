"""How much of a body is read, on which route, and that none is parsed that is too large or does not come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message, Receive, Scope, Send

from interviewer.web.bodies import LARGEST_EVENT, LARGEST_FORM, LARGEST_IMPORT, LARGEST_PUBLIC, LARGEST_SMALL, BodyLimits, largest_body
from tests.loops import run_apart


@pytest.mark.parametrize(
    ("path", "largest"),
    [
        ("/login", LARGEST_PUBLIC),
        ("/invitation/secret", LARGEST_PUBLIC),
        ("/openid/link", LARGEST_PUBLIC),
        ("/own/password", LARGEST_SMALL),
        ("/people", LARGEST_SMALL),
        ("/coach/blind", LARGEST_FORM),
        ("/coach/interviews/a/save", LARGEST_FORM),
        ("/coach/import", LARGEST_IMPORT),
        ("/gradio_api/run/predict", LARGEST_EVENT),
        ("/en/gradio_api/run/predict", LARGEST_EVENT),
        ("/login/gradio_api/run/predict", LARGEST_PUBLIC),
        ("/nothing/here", LARGEST_SMALL),
    ],
)
def test_each_route_takes_no_more_than_it_needs(path: str, largest: int) -> None:
    assert largest_body(path) == largest


class Sender:
    """Sends parts of a body, one for each time it is asked, and then keeps silent; counts how often it was asked."""

    def __init__(self, parts: Sequence[bytes], *, ends: bool = True) -> None:
        self.parts, self.ends, self.asked, self.heard = list(parts), ends, 0, list[Message]()

    async def receive(self) -> Message:
        self.asked += 1
        if not self.parts:
            await asyncio.Event().wait()
        part = self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts) or not self.ends}

    async def send(self, message: Message) -> None:
        self.heard.append(message)


def ask(sender: Sender, path: str = "/login", *, declared: int | None = None, seconds: float = 10.0) -> tuple[int, bytes | None]:
    """The status of the answer, and the body that reached the application, None if none did."""
    reached: list[bytes] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        assert not message["more_body"]
        reached.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    headers = [(b"content-length", str(declared).encode())] if declared is not None else []
    scope: Scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    run_apart(BodyLimits(app, seconds=seconds)(scope, sender.receive, sender.send))
    return sender.heard[0]["status"], reached[0] if reached else None


def test_a_body_arrives_whole_however_it_was_cut() -> None:
    assert ask(Sender([b"name=", b"", b"Ann"])) == (200, b"name=Ann")
    assert ask(Sender([b"a" * LARGEST_PUBLIC])) == (200, b"a" * LARGEST_PUBLIC)


def test_of_a_body_that_says_it_is_too_large_nothing_is_read() -> None:
    sender = Sender([b"&" * 1_000_000])
    assert ask(sender, declared=1_000_000) == (413, None)
    assert sender.asked == 0


def test_of_one_that_does_not_say_it_no_more_is_read_than_is_allowed() -> None:
    sender = Sender([b"&" * 10_000] * 100)
    assert ask(sender) == (413, None)
    assert sender.asked == 2


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interviewer.web.bodies.SLOWEST", 1e12)
    for parts in ([], [b"half"]):
        sender = Sender(parts, ends=False)
        assert ask(sender, seconds=0.0) == (408, None)
        assert (b"connection", b"close") in sender.heard[0]["headers"]
