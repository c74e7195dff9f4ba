"""The client of the chat endpoint: a question to a model, asked in the way that the endpoint understands, bounded in time and size.

How often a request is tried is decided in `retry`, what a failure means in `failures`, what is sent otherwise after one in `adapting`;
one request is followed in `request`, over the `connection`. What is asked and how the reply is read: `grading.llm`. Nothing here
keeps, logs or raises a prompt, a reply or a key.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from interviewer.config import Settings
from interviewer.endpoint.adapting import LIMITS, MOST, Adaptation, adapt
from interviewer.endpoint.chat import CallFailed, Completion, Message, OnText, Spent, Tried, Watcher, ignore_text
from interviewer.endpoint.connection import OPENAI, connect, explain
from interviewer.endpoint.failures import Failure
from interviewer.endpoint.memory import EndpointMemory
from interviewer.endpoint.request import LARGEST_REPLY, Request
from interviewer.endpoint.retry import Attempted, Patience, Trial, check_object, persist
from interviewer.endpoint.structured import MODES, Mode, instruction, request_parts
from interviewer.errors import EndpointError
from interviewer.garbage import loading_later
from interviewer.models import Reason

if TYPE_CHECKING:
    from openai import OpenAI

_NEW_LIMIT_HOSTS = ("openai.com", "openai.azure.com")
"""Hosts that are known to take `max_completion_tokens`; others are asked with `max_tokens`, and adapted to if need be."""


class Endpoint:
    """An OpenAI-compatible endpoint. Safe to use from several threads; nothing is imported or opened before the first call.

    `watcher` hears of each request to the model, failed or not.
    """

    def __init__(self, settings: Settings, *, patience: Patience | None = None) -> None:
        self._settings = settings
        self._patience = patience or Patience(settings.attempts)
        self.watcher: Watcher | None = None
        self._memory = EndpointMemory(Path(settings.data) / "endpoint.json")
        self._put_off: frozenset[Mode] = frozenset()
        self._lock = threading.Lock()
        self._client: OpenAI | None = None

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
        return self._memory.recall(self.base_url, self.model).mode if fixed == "auto" else fixed

    @property
    def adaptations(self) -> tuple[Adaptation, ...]:
        """The fields of a request that this endpoint does not take, and what is sent otherwise."""
        return self._memory.recall(self.base_url, self.model).adaptations

    def open(self) -> None:
        """Load the libraries, which takes a second, and make the client; done by the first call if not before. EndpointError if it cannot be."""
        self._opened()

    def _opened(self) -> OpenAI:
        with self._lock:
            if self._client is None:
                settings = self._settings
                with loading_later():
                    self._client = connect(settings.api_key, self.base_url, timeout=settings.request_timeout, largest=4 * LARGEST_REPLY)
            return self._client

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, deadline: float, on_text: OnText = ignore_text,
        needed: tuple[str, ...] | None = None,
    ) -> Completion:  # fmt: skip
        """See `ChatModel`. Every failure of the endpoint is a `CallFailed` with its reason."""
        if not self._settings.has_model:
            raise CallFailed(Failure(Reason.NOT_CONFIGURED, "no model is configured"), Spent())
        try:
            client = self._opened()
        except EndpointError as error:
            raise CallFailed(explain(error)[0], Spent()) from None

        wanted = [tuple(schema.get("required", ()))] if needed is None else [(key,) for key in needed]
        call = _Call(self._settings, self._patience, self.watcher, client, on_text, wanted, self._settings.stream, self.adaptations)

        def attempt(mode: Mode, left: float) -> Attempted:
            attempted = call.attempt(mode, self._body(mode, messages, schema), left)
            if call.is_taken:
                self._memory.keep_adaptations(self.base_url, self.model, call.made)
            return attempted

        ending = persist(attempt, self._trials(), self._patience, deadline=deadline)
        failure, spent = ending.attempted.failure, ending.spent
        if failure is None or ending.attempted.speaks_json:
            self._learn(ending.mode)
        if failure:
            self._put_off = frozenset((*ending.refused,)) if failure.rejects else self._put_off
            raise CallFailed(failure, spent, ending.attempted.spent)
        self._put_off = frozenset()
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
        """A kind that is known goes first, but not alone: servers change. Those that failed in the last call, if all did, go last."""
        fixed = self._settings.structured_output
        if fixed != "auto":
            return [Trial(fixed, settled=True)]
        known = self.mode
        others = sorted((mode for mode in MODES if mode != known), key=lambda mode: mode in self._put_off)
        return [*([Trial(known, settled=True)] if known else []), *(Trial(mode, settled=False) for mode in others)]

    def _learn(self, mode: Mode) -> None:
        """Only a kind that worked is ever remembered, so that a bad generation or a bad day changes nothing."""
        if self._settings.structured_output == "auto":
            self._memory.keep_mode(self.base_url, self.model, mode)

    def _body(self, mode: Mode, messages: Sequence[Message], schema: Mapping[str, Any]) -> dict[str, Any]:
        """The request as OpenAI's protocol has it, before any adaptation."""
        texts = [{"role": message.role, "content": message.content} for message in messages]
        told = instruction(mode, schema)
        if told:
            texts[-1]["content"] += f"\n\n{told}"
        host = urlsplit(self.base_url).hostname or ""
        limit = LIMITS[1] if host.endswith(_NEW_LIMIT_HOSTS) else LIMITS[0]
        heat = {} if self._settings.temperature is None else {"temperature": self._settings.temperature}
        return {"model": self.model, "messages": texts, limit: self._settings.max_output, **heat, **request_parts(mode, schema)}


@dataclass(slots=True)
class _Call:
    """One call to a model. What its attempts show is held for the next ones: that a stream breaks, and what the endpoint does not take.

    `wanted`: sets of keys of which the reply must have one; `is_taken`: the endpoint has taken a request as it was adapted by then.
    """

    settings: Settings
    patience: Patience
    watcher: Watcher | None
    client: OpenAI
    on_text: OnText
    wanted: Sequence[tuple[str, ...]]
    stream: bool
    made: tuple[Adaptation, ...]
    is_taken: bool = False
    number: int = 0

    def attempt(self, mode: Mode, body: Mapping[str, Any], left: float) -> Attempted:
        """Ask once, and once more for each field that is turned down and can be sent otherwise; those requests are not counted as tries."""
        until, spent = self.patience.clock() + left, Spent()
        most = len(self.made) + MOST
        while True:
            asked = self._request(mode, body, until - self.patience.clock())
            spent += asked.spent
            adaptation = asked.adaptation
            if adaptation is None or len(self.made) >= most or self.patience.clock() >= until:
                return replace(asked, spent=spent)
            self.made = (*self.made, adaptation)

    def _request(self, mode: Mode, body: Mapping[str, Any], left: float) -> Attempted:
        """After a stream that broke the next request is a plain one: some servers only then tell the error."""
        clock, started = self.patience.clock, self.patience.clock()
        streaming = {"stream": True, "stream_options": {"include_usage": True}} if self.stream else {}
        request = Request(adapt({**body, **streaming}, self.made), self.made, min(self.settings.request_timeout, left), left, clock)
        asked = request.await_end(self.client, self.on_text)
        if asked.failure is None:
            self.is_taken = True
            asked = check_object(asked, *self.wanted)
        else:
            self.is_taken = self.is_taken or asked.failure.reason is Reason.CUT_OFF
            self.stream = self.stream and asked.failure.reason is not Reason.UNREACHABLE
        self.number += 1
        if self.watcher:
            self.watcher(Tried(self.settings.model or "", self.number, mode, clock() - started, asked.spent, asked.failure))
        return asked
