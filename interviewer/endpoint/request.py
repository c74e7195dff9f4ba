"""One chat request under way, in a thread of its own, so that neither silence, a slow drip nor a name look-up outlasts the time left."""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from interviewer.endpoint.adapting import Adaptation, propose
from interviewer.endpoint.chat import OnText
from interviewer.endpoint.connection import WATCH, EmptyStream, ErrorInside, TooLarge, explain
from interviewer.endpoint.error_body import Said, tells_error
from interviewer.endpoint.failures import Failure
from interviewer.endpoint.retry import Attempted
from interviewer.endpoint.wire import Heard, read_reply
from interviewer.models import Reason

if TYPE_CHECKING:
    from openai import OpenAI

LARGEST_REPLY = 1_000_000
"""Characters of text; a whole body may be four times that in bytes."""
TELL_SECONDS = 0.01
"""A burst is told at once: waking the listener for each of its events would take longer than reading them."""
LARGEST_STREAM = 64_000_000
"""Bytes of a stream, whose frames are many times longer than the text in them."""

DRAIN_SECONDS = 1.0
"""For how long the end of an answer that is complete is waited for."""


@dataclass(slots=True)
class Request:
    """`silence`: seconds between two bytes after which it is given up; until the first byte, all of `left` counts.

    `body`: the request's JSON; `made`: the adaptations that are already in it.
    """

    body: Mapping[str, Any]
    made: tuple[Adaptation, ...]
    silence: float
    left: float
    clock: Callable[[], float] = time.monotonic
    _events: queue.SimpleQueue[str | Attempted] = field(default_factory=queue.SimpleQueue)
    _stop: threading.Event = field(default_factory=threading.Event)
    _started: float = 0.0
    _sent: bool = False
    _last_byte: float | None = None

    def await_end(self, client: OpenAI, on_text: OnText) -> Attempted:
        """Send it and tell the text as it comes; a failure once it is silent for too long or the time is over."""
        self._started = self.clock()
        threading.Thread(target=self._run, args=(client,), daemon=True, name="model-request").start()
        text = heard = ""
        try:
            while True:
                try:
                    event = self._events.get(timeout=max(0.0, self._due - self.clock()))
                except queue.Empty:
                    if self.clock() < self._due:
                        continue  # bytes without text came
                    self._stop.set()
                    return Attempted(text, failure=self._late())
                text += event if isinstance(event, str) else ""
                if (text != heard or not text) and (self._events.empty() or isinstance(event, Attempted)):
                    heard = text
                    on_text(text)
                if isinstance(event, Attempted):
                    self._stop_after(DRAIN_SECONDS)
                    return event
        except BaseException:
            self._stop.set()
            raise

    def _stop_after(self, seconds: float) -> None:
        """What little is left of an answer is still read, so that its connection serves the next request."""
        timer = threading.Timer(seconds, self._stop.set)
        timer.daemon = True
        timer.start()

    @property
    def _due(self) -> float:
        """When it is given up unless something happens. A model that loads, or a queue before it, may need long for the first byte."""
        end = self._started + self.left
        if self._last_byte is not None:
            return min(end, self._last_byte + self.silence)
        return end if self._sent else min(end, self._started + self.silence)

    def _late(self) -> Failure:
        waited = self.clock() - self._started
        if not self._sent:
            return Failure(Reason.UNREACHABLE, "no connection in time", retry=True)
        if self._last_byte is None:
            return Failure(Reason.TIMEOUT, f"no answer within {waited:.3g} s (INTERVIEWER_DEADLINE)", retry=True)
        if waited >= self.left:
            return Failure(Reason.TIMEOUT, f"no whole answer within {waited:.3g} s (INTERVIEWER_DEADLINE)", retry=True)
        return Failure(Reason.TIMEOUT, f"silent for {self.silence:g} s within the answer (INTERVIEWER_TIMEOUT)", retry=True)

    def _tell_sent(self) -> None:
        self._sent = True
        self._events.put("")

    def _tell_heard(self) -> None:
        """From the first byte on, silence counts; who waits has to be told so, but not of each byte."""
        first, self._last_byte = self._last_byte is None, self.clock()
        if first:
            self._events.put("")

    def _run(self, client: OpenAI) -> None:
        """Follow the request to its end, whatever that is."""
        WATCH.stop, WATCH.sent, WATCH.heard = self._stop, self._tell_sent, self._tell_heard
        try:
            for event in self._follow(client):
                self._events.put(event)
        except Exception as error:  # noqa: BLE001 - the edge of two libraries: whatever comes out becomes a typed failure
            failure, said = explain(error)
            self._events.put(Attempted(failure=failure, adaptation=self._read_adaptation(failure, said)))

    def _read_adaptation(self, failure: Failure, said: Said) -> Adaptation | None:
        """A prompt that does not fit is no matter of a field, unless the error is about the length of the reply alone."""
        if not failure.rejects and failure.reason is not Reason.TOO_LONG:
            return None
        adaptation = propose(said, self.body, self.made) if failure.reason is not Reason.UNPARSABLE else None
        if failure.reason is Reason.TOO_LONG and adaptation is not None:
            lowers = isinstance(adaptation.instead, int) and not re.search(r"\binput|messages|prompt", said.message)
            return adaptation if lowers else None
        return adaptation

    def _follow(self, client: OpenAI) -> Iterator[str | Attempted]:
        import openai

        heard = Heard()
        with client.chat.completions.with_streaming_response.create(
            model=self.body["model"],
            messages=(),  # what is in `extra_body` goes as it is; here the client would look into every message for keys to rename: 2 ms
            extra_body=self.body,
            timeout=openai.Timeout(self.left, connect=self.silence),
        ) as response:
            pieces = response.iter_bytes()
            fresh, told = "", 0.0
            for event in read_reply(_bounded(pieces)):
                if event.error or tells_error(event.data):
                    raise ErrorInside(event.data)
                fresh += heard.add_whole(event.data) if event.whole else heard.add_chunk(event.data)
                if heard.size > LARGEST_REPLY:
                    raise TooLarge
                if heard.over:
                    break  # some servers send no end mark and leave the stream open
                if (now := time.monotonic()) - told >= TELL_SECONDS:
                    yield fresh
                    fresh, told = "", now
            if not heard.begun:
                raise EmptyStream
            yield fresh
            yield heard.conclude()
            # A body that is read to its end leaves its connection to the next request.
            for _ in pieces:
                pass


def _bounded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The connection bounds what comes over it; this bounds what it unpacks to."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST_STREAM:
            raise TooLarge
        yield piece
