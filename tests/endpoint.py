"""A loopback server that speaks OpenAI's protocol and says what a test tells it to, faults included.

    with ScriptedEndpoint(broken(429, retry_after="1"), says("…")) as endpoint:   # then faithful replies for ever
        Endpoint(settings(base_url=endpoint.base_url))

`python -m tests.endpoint --port 9000 --latency 0.8` serves faithful replies until it is stopped, for benchmarks.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

Fault = Literal["reset", "reset_midway", "hang", "hang_midway", "drip", "empty_choices", "null_content", "no_json"]
_ANSWER = re.compile(r"<<ANSWER (\w+)>>\n(.*?)\n<<END \1>>", re.DOTALL)
_SCHEMA = re.compile(r"JSON schema:\n(.*)\Z", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？；.!?;\n]+[。！？；.!?;]?")
_PIECE = 24


@dataclass(frozen=True, slots=True)
class Request:
    """A chat request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def mode(self) -> str:
        """The kind of structured output that it asks for, "" for none."""
        if self.body.get("tools"):
            return "function_calling"
        return str((self.body.get("response_format") or {}).get("type", ""))

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema that it carries, in a field or in its text; {} for none."""
        if self.body.get("tools"):
            return dict(self.body["tools"][0]["function"]["parameters"])
        asked = self.body.get("response_format") or {}
        told = _SCHEMA.search(self.prompt)
        return dict(asked.get("schema") or (asked.get("json_schema") or {}).get("schema") or (json.loads(told[1]) if told else {}))

    @property
    def prompt(self) -> str:
        """All messages, one after the other."""
        return "\n".join(str(message["content"]) for message in self.body.get("messages", []))

    @property
    def answer(self) -> str:
        """The candidate's answer as the prompt marks it, "" if there is none."""
        found = _ANSWER.search(self.prompt)
        return found[2] if found else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. `text` goes into the content, or into the tool call where one was asked for and `as_tool` allows it.

    `counted`: what of the usage it says otherwise than is true.
    `before`: bytes that are sent first, one by one, `drip` seconds apart. `message`: what the message has in place of the text.
    """

    text: str = ""
    finish_reason: str | None = "stop"
    refusal: str | None = None
    status: int = 200
    raw: bytes | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    fault: Fault | None = None
    as_tool: bool = True
    usage: bool = True
    counted: dict[str, Any] = field(default_factory=dict)
    before: tuple[bytes, ...] = ()
    message: dict[str, Any] | None = None


Script = Callable[[Request], Reply]


def says(text: str, **options: Any) -> Reply:
    """A successful reply with this text."""
    return Reply(text, **options)


def broken(status: int, *, code: str = "", message: str = "", retry_after: str | None = None, param: str | None = None) -> Reply:
    """An error answer with OpenAI's error body."""
    error = {"message": message or f"scripted {status}", "type": "scripted", "code": code or None, "param": param}
    return replies(status, {"error": error}, headers={"Retry-After": retry_after} if retry_after else {})


def replies(status: int, body: object, **options: Any) -> Reply:
    """An answer with this JSON as its body."""
    return Reply(status=status, raw=json.dumps(body, ensure_ascii=False).encode(), **options)


def html(status: int) -> Reply:
    """What a proxy in front of a dead server says."""
    return Reply(status=status, raw=b"<html><body><h1>Bad Gateway</h1></body></html>", content_type="text/html")


def fails(fault: Fault, text: str = "", **options: Any) -> Reply:
    """A reply that goes wrong on the wire; with the text of a faithful reply where none is given."""
    return Reply(text, fault=fault, **options)


def rejects(*modes: str, status: int = 400, then: Script | None = None) -> Script:
    """A server that turns down these kinds of structured output and is faithful otherwise."""

    def script(request: Request) -> Reply:
        if request.mode in modes:
            return broken(status, message=f"{request.mode} is not supported")
        return (then or faithful)(request)

    return script


def faithful(request: Request) -> Reply:
    """The script that always gives `faithful_reply`."""
    return Reply(faithful_reply(request))


def faithful_reply(request: Request) -> str:
    """A plausible reply to a grading prompt: the first points covered, each with another sentence of the answer."""
    properties = request.schema.get("properties", {})
    ids = point_ids(request)
    if not ids:
        return json.dumps(dict.fromkeys(properties, "ok") or {"ok": True})
    chinese = bool(re.search(r"[\u4e00-\u9fff]", request.answer))
    sentences = [found.strip() for found in _SENTENCE.findall(request.answer) if len(found.strip()) > (7 if chinese else 15)]
    points = {point_id: _finding(sentences[place] if place < len(sentences) else "", chinese) for place, point_id in enumerate(ids)}
    gap = next((point_id for point_id, found in points.items() if found["verdict"] == "missing"), None)
    ask = "这一点你会怎么做，为什么？" if chinese else "How would you handle that part, and why?"
    feedback = "思路清楚，主要步骤都有。下一步补上遗漏的部分。" if chinese else "A clear line of thought. Now add what is missing"
    follow_up = {"point_id": gap, "text": ask} if gap else None
    said = "你把主要的几步讲了，我们接着往下看。" if chinese else "You have walked me through the main steps; let us go on from there."
    reply = {
        "utterance": "answer", "points": points, "errors": [], "beyond": [], "feedback": feedback, "follow_up": follow_up,
        "given": None, "assumed": "", "reply": said,
    }  # fmt: skip
    return json.dumps({name: value for name, value in reply.items() if name in properties}, ensure_ascii=False)


def point_ids(request: Request) -> list[str]:
    """The points that a grading prompt asks about, [] for any other prompt."""
    points = request.schema.get("properties", {}).get("points", {})
    return list(points.get("anyOf", [points])[0].get("properties", {}))


def _finding(quote: str, chinese: bool) -> dict[str, Any]:
    found, lacking = ("回答里说到了。", "没有提到。") if chinese else ("The answer says so.", "Not mentioned.")
    verdict, reason = ("covered", found) if quote else ("missing", lacking)
    return {"reason": reason, "verdict": verdict, "quote": quote}


def refused_url() -> str:
    """An address at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


class ScriptedEndpoint:
    """The server. Replies are used in order, then `then` answers.

    In seconds: `latency` before the first byte of each, `drip` between the parts of one that drips, `hang` until one that hangs ends.
    """

    def __init__(
        self, *replies: Reply | Script, then: Script = faithful, latency: float = 0.0, drip: float = 0.02, hang: float = 30.0, port: int = 0
    ) -> None:
        self.requests: list[Request] = []
        self.connections: set[tuple[str, int]] = set()
        self.latency, self.drip, self.hang = latency, drip, hang
        self.closing = threading.Event()
        self._replies, self._then, self._lock = list(replies), then, threading.Condition()
        self._server = _Server(("127.0.0.1", port), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base_url(self) -> str:
        """The address for OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def modes(self) -> list[str]:
        """The kind of structured output of each chat request so far."""
        return [request.mode for request in self.requests]

    def next_reply(self, request: Request) -> Reply:
        """Record a request and decide what to answer."""
        with self._lock:
            self.requests.append(request)
            self._lock.notify_all()
            chosen = self._replies.pop(0) if self._replies else self._then
        return chosen if isinstance(chosen, Reply) else chosen(request)

    def await_request(self, seconds: float = 45.0) -> None:
        """Wait until it has been asked something."""
        with self._lock:
            assert self._lock.wait_for(lambda: self.requests, seconds), f"nothing was asked within {seconds:.0f} s"

    def queue(self, *replies: Reply | Script) -> None:
        """Add replies behind those that wait."""
        with self._lock:
            self._replies.extend(replies)

    def replace(self, then: Script) -> None:
        """Answer so from now on."""
        with self._lock:
            self._replies, self._then = [], then

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what these tests are about."""


def _handler_for(endpoint: ScriptedEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        owner = endpoint

    return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    owner: ScriptedEndpoint

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        self._send_whole(Reply(raw=json.dumps({"object": "list", "data": [{"id": "scripted", "object": "model"}]}).encode()))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        if self.path.endswith("/embeddings"):
            self._send_whole(Reply(raw=json.dumps(_embeddings(body)).encode()))
            return
        self.owner.connections.add(self.client_address)
        request = Request(self.path, {key.lower(): value for key, value in self.headers.items()}, body)
        reply = self.owner.next_reply(request)
        self._wait(self.owner.latency)
        if reply.fault in ("reset", "hang"):
            self._break(reply.fault)
        elif reply.raw is not None:
            self._send_whole(reply)
        else:
            text = reply.text or (faithful_reply(request) if reply.fault in ("reset_midway", "hang_midway", "drip") else "")
            streamed = bool(body.get("stream"))
            self._send_parts(reply, _stream_events(request, reply, text) if streamed else _whole(request, reply, text), streamed=streamed)

    def _send_before(self, reply: Reply) -> None:
        for part in reply.before:
            self._wait(self.owner.drip)
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.flush()

    def _send_whole(self, reply: Reply) -> None:
        raw = reply.raw or b""
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def _send_parts(self, reply: Reply, parts: Iterable[bytes], *, streamed: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._send_before(reply)
        midway = None
        if reply.fault in ("reset_midway", "hang_midway"):
            parts = list(parts)
            midway = len(parts) // 3
        for number, part in enumerate(parts):
            if number == midway:
                self._break("reset" if reply.fault == "reset_midway" else "hang")
                return
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            if reply.fault == "drip":
                self._wait(self.owner.drip)
        self.wfile.write(b"0\r\n\r\n")

    def _break(self, how: str) -> None:
        self.close_connection = True
        if how == "hang":
            self._wait(self.owner.hang)
            return
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _wait(self, seconds: float) -> None:
        if seconds:
            self.owner.closing.wait(seconds)


def _usage(request: Request, reply: Reply, text: str) -> dict[str, Any] | None:
    if not reply.usage:
        return None
    prompt, completion = _count(request.prompt), _count(text)
    return {
        "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": prompt // 2},
    } | reply.counted  # fmt: skip


def _count(text: str) -> int:
    """About as many tokens as a real vocabulary makes of it: a quarter of its bytes."""
    return len(text.encode()) // 4


def _completion(request: Request, reply: Reply, text: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None if reply.fault == "null_content" else text, "refusal": reply.refusal}
    if request.mode == "function_calling" and reply.as_tool and text:
        function = {"name": request.body["tools"][0]["function"]["name"], "arguments": text}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
    message |= reply.message or {}
    choices = [] if reply.fault == "empty_choices" else [{"index": 0, "message": message, "finish_reason": reply.finish_reason}]
    return _envelope("chat.completion", choices) | {"usage": _usage(request, reply, text)}


def _whole(request: Request, reply: Reply, text: str) -> Iterator[bytes]:
    """The reply as one JSON body, in small pieces where something is to go wrong between them."""
    body = json.dumps(_completion(request, reply, text), ensure_ascii=False).encode()
    size = _PIECE if reply.fault else max(1, len(body))
    return (body[at : at + size] for at in range(0, len(body), size))


def _envelope(kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "scripted", "object": kind, "created": 0, "model": "scripted", "choices": choices}


def _stream_events(request: Request, reply: Reply, text: str) -> Iterator[bytes]:
    """The reply as server-sent events: a role, pieces of text or of a tool call, the reason for the end, usage, [DONE]."""

    def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choices = [] if reply.fault == "empty_choices" else [{"index": 0, "delta": delta, "finish_reason": finish}]
        return _sse(_envelope("chat.completion.chunk", choices))

    as_tool = request.mode == "function_calling" and reply.as_tool and text
    if reply.message is not None:
        yield event({"role": "assistant", **reply.message})
    yield event({"role": "assistant", "content": None if as_tool or reply.fault == "null_content" else ""})
    if reply.refusal:
        yield event({"refusal": reply.refusal})
    size = max(_PIECE, len(text) // 2000)
    for place in range(0, len(text), size):
        piece = text[place : place + size]
        if not as_tool:
            yield event({"content": piece})
            continue
        opening = {"id": "call_1", "type": "function"} if place == 0 else {}
        name = {"name": request.body["tools"][0]["function"]["name"]} if place == 0 else {}
        yield event({"tool_calls": [{"index": 0, **opening, "function": {**name, "arguments": piece}}]})
    yield event({}, reply.finish_reason)
    usage = _usage(request, reply, text)
    if usage and (request.body.get("stream_options") or {}).get("include_usage"):
        yield _sse(_envelope("chat.completion.chunk", []) | {"usage": usage})
    yield b"data: [DONE]\n\n"


def _sse(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _embeddings(body: dict[str, Any]) -> dict[str, Any]:
    """Vectors of 64 numbers from the character pairs of each text: alike texts are near."""
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = []
    for index, text in enumerate(texts):
        vector = [0.0] * 64
        for place in range(max(1, len(str(text)) - 1)):
            vector[hashlib.md5(str(text)[place : place + 2].encode(), usedforsecurity=False).digest()[0] % 64] += 1.0
        packed = base64.b64encode(struct.pack(f"{len(vector)}f", *vector)).decode()
        data.append({"object": "embedding", "index": index, "embedding": packed if body.get("encoding_format") == "base64" else vector})
    return {"object": "list", "model": "scripted", "data": data, "usage": {"prompt_tokens": len(texts), "total_tokens": len(texts)}}


def main() -> None:
    """Serve faithful replies until interrupted."""
    parser = argparse.ArgumentParser(description="a model endpoint with scripted replies")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before the first byte")
    options = parser.parse_args()
    with ScriptedEndpoint(port=options.port, latency=options.latency) as endpoint:
        print(endpoint.base_url, flush=True)
        endpoint.closing.wait()


if __name__ == "__main__":
    main()
