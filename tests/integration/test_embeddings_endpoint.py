"""The endpoint's embedder against a server on this machine that speaks the real protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from interviewer.errors import EndpointError
from interviewer.models import Reason
from interviewer.questions.embeddings import EndpointEmbedder


class Server(ThreadingHTTPServer):
    """Answers every request with `status` and `reply`, or with vectors; keeps what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.reply, self.headers, self.stalls = 200, None, {}, False
        self.seen: list[dict[str, Any]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append(body)
        if self.server.stalls:
            self.server.released.wait(30)
        reply = self.server.reply
        if reply is None:
            data = [{"object": "embedding", "index": at, "embedding": [float(len(text)), 1.0]} for at, text in enumerate(body["input"])]
            reply = {"object": "list", "model": body["model"], "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        content = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


def embedder(server: Server, **options: Any) -> EndpointEmbedder:
    return EndpointEmbedder("embed-small", base_url=server.url, attempts=1, **options)


def test_texts_travel_as_text_and_in_batches(server: Server):
    vectors = embedder(server, batch=2).embed(["a", "延迟", "ccc"])
    assert [round(float(row[0] / row[1])) for row in vectors] == [1, 2, 3]
    assert [request["input"] for request in server.seen] == [["a", "延迟"], ["ccc"]]
    assert {request["model"] for request in server.seen} == {"embed-small"}


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (401, "invalid_api_key", Reason.WRONG_KEY),
        (403, None, Reason.WRONG_KEY),
        (404, "model_not_found", Reason.NO_SUCH_MODEL),
        (400, "model_not_found", Reason.NO_SUCH_MODEL),
        (400, "context_length_exceeded", Reason.TOO_LONG),
        (429, "insufficient_quota", Reason.QUOTA),
        (429, "rate_limit_exceeded", Reason.RATE_LIMIT),
        (500, None, Reason.SERVER_ERROR),
        (503, None, Reason.SERVER_ERROR),
    ],
)
def test_failures_are_told_by_their_reason_and_quote_nothing(server: Server, status: int, code: str | None, reason: Reason):
    server.status, server.reply = status, {"error": {"message": "you sent: my secret answer", "code": code}}
    server.headers = {"Retry-After": "7"} if status == 429 else {}
    with pytest.raises(EndpointError) as caught:
        embedder(server, api_key=SecretStr("sk-secret")).embed(["my secret answer"])
    assert caught.value.reason is reason
    assert "secret" not in str(caught.value)
    assert caught.value.retry_after == (7.0 if status == 429 else None)


@pytest.mark.parametrize("reply", [b"<html>", b"{}", b'{"data": []}', b'{"data": [{"embedding": "x"}]}', b"null", b"[1]"])
def test_a_reply_that_is_no_embeddings_reply_is_unparsable(server: Server, reply: bytes):
    server.reply = reply
    with pytest.raises(EndpointError) as caught:
        embedder(server).embed(["a"])
    assert caught.value.reason is Reason.UNPARSABLE


def test_a_silent_endpoint_times_out(server: Server):
    server.stalls = True
    with pytest.raises(EndpointError) as caught:
        embedder(server, timeout=0.2).embed(["a"])
    assert caught.value.reason is Reason.TIMEOUT


def test_an_endpoint_that_is_not_there_is_unreachable():
    with pytest.raises(EndpointError) as caught:
        EndpointEmbedder("m", base_url="http://127.0.0.1:9/v1", attempts=1).embed(["a"])
    assert caught.value.reason is Reason.UNREACHABLE
