"""The client of the model endpoint: one chat request, bounded in time and size. The only door to langchain and openai for chat.

langchain knows the endpoint's settings and words the request, and its client sends it. The reply is read here from the plain
JSON: made into langchain's messages, chunk by chunk, it would take 0.2 ms a chunk, and each stream would cost its connection.

How often a request is tried is decided in `retry`, what a failure means in `failures`; what is asked and how the reply
is read, in `grading.llm`. Nothing here keeps, logs or raises a prompt, a reply or a key.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interviewer.config import Settings
from interviewer.endpoint.chat import CallFailed, Completion, Message, OnText, Spent, ignore_text
from interviewer.endpoint.failures import Failure, classify_status, parse_retry_after
from interviewer.endpoint.retry import Attempted, Patience, Trial, check_object, persist
from interviewer.endpoint.structured import MODES, Mode, ModeMemory, request_parts
from interviewer.endpoint.watching import Watcher, watched
from interviewer.endpoint.wire import Heard, read_events
from interviewer.garbage import loading_later
from interviewer.models import Reason

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

OPENAI = "https://api.openai.com/v1"
LARGEST_REPLY = 1_000_000
"""Characters of text; a whole body may be four times that in bytes."""
TELL_SECONDS = 0.01
"""A burst is told at once: waking the listener for each of its events would take longer than reading them."""
_NEW_LIMIT_HOSTS = ("openai.com", "openai.azure.com")
"""Hosts that take `max_completion_tokens`; everybody else knows `max_tokens`."""
_PLACEHOLDER_KEY = "none"
_SENT = "send_request_body.complete"
"""How httpcore's trace says that a request is on its way: https://www.encode.io/httpcore/extensions/#trace"""
_PATH = "/chat/completions"


class Endpoint:
    """An OpenAI-compatible endpoint. Safe to use from several threads; nothing is imported or opened before the first call."""

    def __init__(self, settings: Settings, *, patience: Patience | None = None) -> None:
        self._settings = settings
        self._patience = patience or Patience(settings.attempts)
        self._memory = ModeMemory(Path(settings.data) / "endpoint.json")
        self._lock = threading.Lock()
        self._chat: ChatOpenAI | None = None
        self.watcher: Watcher | None = None  # hears of every attempt

    @property
    def model(self) -> str:
        """The model's name as configured, empty if none is."""
        return self._settings.model or ""

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._settings.base_url or OPENAI

    @property
    def mode(self) -> Mode | None:
        """The kind of structured output in use: fixed by a setting, or found to work; None if not yet known."""
        fixed = self._settings.structured_output
        return self._memory.recall(self.base_url, self.model) if fixed == "auto" else fixed

    def open(self) -> ChatOpenAI:
        """Load the libraries, which takes a second or two, and make the client; done by the first call if not before."""
        with self._lock:
            if self._chat is None:
                with loading_later():
                    self._chat = _build_chat(self._settings, self.base_url)
            return self._chat

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        with self._lock:
            if self._chat is not None:
                self._chat.root_client.close()
                self._chat = None

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, deadline: float, on_text: OnText = ignore_text,
        needed: tuple[str, ...] | None = None,
    ) -> Completion:  # fmt: skip
        """See `ChatModel`. Every failure of the endpoint is a `CallFailed` with its reason."""
        if not self._settings.has_model:
            raise CallFailed(Failure(Reason.NOT_CONFIGURED, "no model is configured"), Spent())

        self.open()

        stream = self._settings.stream
        wanted = [tuple(schema.get("required", ()))] if needed is None else [(key,) for key in needed]

        def attempt(mode: Mode, left: float) -> Attempted:
            """After a stream that broke the next attempt is a plain one: some servers only then tell the error."""
            nonlocal stream
            request = _Request(tuple(messages), self._fields(mode, schema), stream=stream)
            attempted = self._attempt(request, left, on_text)
            stream = stream and not (attempted.failure and attempted.failure.reason is Reason.UNREACHABLE)
            return attempted if attempted.failure else check_object(attempted, *wanted)

        ending = persist(watched(attempt, self.watcher), self._trials(), self._patience, deadline=deadline)
        self._learn(ending.mode, ending.refused, understood=ending.attempted.speaks_json or ending.attempted.failure is None)
        if ending.attempted.failure:
            raise CallFailed(ending.attempted.failure, ending.spent, ending.attempted.spent)
        spent = ending.spent
        return Completion(
            ending.attempted.text,
            ending.attempted.finish_reason,
            spent.prompt_tokens,
            spent.completion_tokens,
            spent.cached_tokens,
            spent.calls,
            ending.attempted.spent,
        )

    def _trials(self) -> list[Trial]:
        """A kind that is known goes first, but not alone: servers change."""
        fixed = self._settings.structured_output
        if fixed != "auto":
            return [Trial(fixed, settled=True)]
        known = self._memory.recall(self.base_url, self.model)
        return [*([Trial(known, settled=True)] if known else []), *(Trial(mode, settled=False) for mode in MODES if mode != known)]

    def _learn(self, mode: Mode, refused: tuple[Mode, ...], *, understood: bool) -> None:
        if self._settings.structured_output != "auto":
            return
        if understood:
            self._memory.keep(self.base_url, self.model, mode)
        elif self.mode in refused:
            self._memory.forget(self.base_url, self.model)

    def _fields(self, mode: Mode, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Fields beyond langchain's own: they are added to its request as they are."""
        host = self.base_url.split("//")[-1].split("/")[0].split("@")[-1].split(":")[0]
        limit = "max_completion_tokens" if host.endswith(_NEW_LIMIT_HOSTS) else "max_tokens"
        return {limit: self._settings.max_output, **request_parts(mode, schema)}

    def _attempt(self, request: _Request, left: float, on_text: OnText) -> Attempted:
        """One request in a thread of its own, so that neither silence, a slow drip nor a name look-up outlasts the time left."""
        silence = request.silence = min(self._settings.request_timeout, left)
        until = self._patience.clock() + left
        threading.Thread(target=request.run, args=(self.open(),), daemon=True, name="model-request").start()
        text = heard = ""
        try:
            while True:
                event = request.events.get(timeout=max(0.0, min(silence, until - self._patience.clock())))
                text += event if isinstance(event, str) else ""
                if (text != heard or not text) and (request.events.empty() or isinstance(event, Attempted)):
                    heard = text
                    on_text(text)
                if isinstance(event, Attempted):
                    return event
        except queue.Empty:
            return Attempted(text, failure=Failure(Reason.TIMEOUT, "no answer in time", retry=True))
        finally:
            request.stop.set()


@dataclass(slots=True)
class _Request:
    """One request under way. `silence`: seconds without a byte after which it is given up; `stop`: nobody listens any more.

    `events`: pieces of the text as they come, "" for a sign of life, last what came of it.
    """

    messages: tuple[Message, ...]
    fields: dict[str, Any]
    stream: bool
    silence: float = 60.0
    events: queue.SimpleQueue[str | Attempted] = field(default_factory=queue.SimpleQueue)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, chat: ChatOpenAI) -> None:
        """Follow the request to its end, whatever that is; runs in a thread of its own."""
        _LIMITS.stop, _LIMITS.sent = self.stop, lambda: self.events.put("")
        try:
            for event in self._follow_stream(chat) if self.stream else self._follow_whole(chat):
                self.events.put(event)
        except Exception as error:  # noqa: BLE001 - the edge of three libraries: whatever comes out becomes a typed failure
            self.events.put(Attempted(failure=_explain(error)))

    def _body(self, chat: ChatOpenAI, **more: Any) -> dict[str, Any]:
        messages = [(message.role, message.content) for message in self.messages]
        return {**chat._get_request_payload(messages, **more), **self.fields}

    def _follow_whole(self, chat: ChatOpenAI) -> Iterator[str | Attempted]:
        heard = Heard()
        reply = chat.root_client.post(_PATH, cast_to=object, body=self._body(chat), options={"timeout": self.silence})
        yield heard.add_whole(reply)
        yield heard.conclude()

    def _follow_stream(self, chat: ChatOpenAI) -> Iterator[str | Attempted]:
        import openai

        heard = Heard()
        body = self._body(chat, stream=True, stream_options={"include_usage": True})
        response = chat.root_client.post(
            _PATH, cast_to=object, body=body, options={"timeout": self.silence}, stream=True, stream_cls=openai.Stream[object]
        ).response
        try:
            pieces = response.iter_bytes()
            fresh, told = "", 0.0
            for chunk in read_events(pieces):
                if isinstance(chunk, dict) and chunk.get("error"):
                    raise openai.APIError("an error within the stream", response.request, body=chunk["error"])
                fresh += heard.add_chunk(chunk)
                if heard.size > LARGEST_REPLY:
                    raise _TooLarge
                if (now := time.monotonic()) - told >= TELL_SECONDS:
                    yield fresh
                    fresh, told = "", now
            if not heard.begun:
                raise _EmptyStream
            yield fresh
            yield heard.conclude()
            # A body that is read to its end leaves its connection to the next request.
            for _ in pieces:
                pass
        except ValueError as error:
            raise error if heard.begun else _EmptyStream from None
        finally:
            response.close()


class _TooLarge(Exception):
    """The reply is larger than any honest one."""


class _EmptyStream(Exception):
    """A stream that ended before it began."""


class _Limits(threading.local):
    """The running request of this thread, for what happens deep inside the libraries. `sent`: to be called once it is on its way."""

    stop: threading.Event | None = None
    sent: Callable[[], None] = staticmethod(lambda: None)


_LIMITS = _Limits()


def _build_chat(settings: Settings, base_url: str) -> ChatOpenAI:
    import openai
    from langchain_openai import ChatOpenAI

    for name in ("openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)

    key = settings.api_key.get_secret_value() if settings.api_key else ""
    return ChatOpenAI(
        model=settings.model or "", base_url=base_url, api_key=key or _PLACEHOLDER_KEY, temperature=settings.temperature,  # type: ignore[arg-type]
        max_retries=0, timeout=settings.request_timeout, use_responses_api=False,
        http_client=openai.DefaultHttpxClient(event_hooks={"request": [_follow], "response": [_bound]}),
    )  # fmt: skip


def _follow(request: Any) -> None:
    """Tell when a request is on its way."""
    sent = _LIMITS.sent

    def hear(name: str, _about: object) -> None:
        if name.endswith(_SENT):
            sent()

    request.extensions = {**request.extensions, "trace": hear}


def _bound(response: Any) -> None:
    """Count the bytes of a response as they arrive, and stop reading when there are too many or nobody listens."""
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, stream: Any, stop: threading.Event | None) -> None:
            self._stream, self._stop = stream, stop

        def __iter__(self) -> Iterator[bytes]:
            size = 0
            largest = 4 * LARGEST_REPLY if "event-stream" not in response.headers.get("content-type", "") else None
            for piece in self._stream:
                size += len(piece)
                if (largest and size > largest) or (self._stop and self._stop.is_set()):
                    raise _TooLarge
                yield piece

        def close(self) -> None:
            self._stream.close()

    response.stream = Bounded(response.stream, _LIMITS.stop)


def _explain(error: BaseException) -> Failure:
    """The failure behind an exception of openai, its HTTP library or langchain. Its text is never passed on."""
    import httpx2
    import openai

    if _caused_by(error, _TooLarge):
        return Failure(Reason.UNPARSABLE, "the reply was larger than 1 MB")
    if isinstance(error, _EmptyStream):
        return Failure(Reason.UNREACHABLE, "an empty stream", retry=True)
    if isinstance(error, openai.APIStatusError):
        code, message = _body_of(error)
        return classify_status(error.status_code, code, message, parse_retry_after(error.response.headers))
    if isinstance(error, (openai.APITimeoutError, httpx2.TimeoutException)):
        return Failure(Reason.TIMEOUT, "no answer in time", retry=True)
    if isinstance(error, (openai.APIConnectionError, httpx2.RequestError)):
        return Failure(Reason.UNREACHABLE, "no connection, or it broke", retry=True)
    if isinstance(error, openai.APIError) and not isinstance(error, openai.APIResponseValidationError):
        code, message = _body_of(error)
        return classify_status(429 if "rate_limit" in code else 500, code, message)
    if isinstance(error, (ValueError, KeyError, TypeError, IndexError, AttributeError, openai.APIError)):
        return Failure(Reason.UNPARSABLE, "not the protocol of a chat endpoint", retry=True, rejects=True)
    return Failure(Reason.INTERNAL, type(error).__name__)


def _body_of(error: Any) -> tuple[str, str]:
    body: dict[str, Any] = error.body if isinstance(error.body, dict) else {}
    nested = body.get("error")
    inner: dict[str, Any] = nested if isinstance(nested, dict) else body
    return str(inner.get("code") or inner.get("type") or ""), str(inner.get("message") or "")[:2000]


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
