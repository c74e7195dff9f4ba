"""The chat model of a provider that does not speak OpenAI's protocol, reached through langchain's `init_chat_model`.

Same contract, limits and failures as `client.Endpoint`: one layer of retries (`retry`), one table of reasons (`failures`), the same
reader (`json_reply`). langchain words the request and speaks the protocol; how it is bounded in time is decided here. Its tracing is off
whatever the environment says, its libraries' logs are silent: an answer goes to the provider and nowhere else.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from interviewer.config import Settings
from interviewer.endpoint.adapting import TEMPERATURE, Adaptation
from interviewer.endpoint.chat import CallFailed, Completion, Message, OnText, Spent, Tried, Watcher, ignore_text
from interviewer.endpoint.connection import EmptyStream, TooLarge
from interviewer.endpoint.failures import Failure
from interviewer.endpoint.memory import EndpointMemory
from interviewer.endpoint.provider_errors import blames_temperature, explain
from interviewer.endpoint.provider_reply import Spoken
from interviewer.endpoint.providers import SPECS, ProviderSpec, is_here, provider_address
from interviewer.endpoint.retry import Attempted, Patience, Trial, check_object, persist
from interviewer.endpoint.structured import MODES, Mode
from interviewer.errors import ConfigError
from interviewer.garbage import loading_later
from interviewer.models import Reason
from interviewer.paths import how_to_install

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

LARGEST_REPLY = 1_000_000
"""Characters."""
TELL_SECONDS = 0.01
"""A burst is told at once, as in `client`."""
_LOGGERS = (
    "anthropic", "google_genai", "httpcore", "httpcore2", "httpx", "httpx2", "langchain_anthropic", "langchain_core",
    "langchain_google_genai", "langchain_ollama", "langsmith", "ollama",
)  # fmt: skip
"""What they log may hold a request or what the provider said of it; what matters of it is in the reason."""
_MISLEADING = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE")
"""langchain refuses every call while one of the first two is set and its tracing is off; the others send answers to another service."""


class LangchainModel:
    """A model of a provider in `providers.SPECS`. Safe to use from several threads; nothing is imported or opened before the first call.

    `watcher` hears of each request to the model, failed or not.
    """

    def __init__(self, settings: Settings, *, patience: Patience | None = None) -> None:
        if settings.provider is None:
            raise ValueError("no provider")
        self._settings = settings
        self._spec: ProviderSpec = SPECS[settings.provider]
        self._patience = patience or Patience(settings.attempts)
        self.watcher: Watcher | None = None
        self._memory = EndpointMemory(Path(settings.data) / "endpoint.json")
        self._lock = threading.Lock()
        self._chat: BaseChatModel | None = None

    @property
    def model(self) -> str:
        """The model's name as configured, with its provider."""
        return self._settings.model or ""

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return provider_address(self._settings)

    @property
    def mode(self) -> Mode | None:
        """The kind of structured output in use: fixed by a setting, or found to work; None if not yet known."""
        fixed = self._settings.structured_output
        return self._memory.recall(self.base_url, self.model).mode if fixed == "auto" else fixed

    @property
    def adaptations(self) -> tuple[Adaptation, ...]:
        """The fields of a request that this model does not take: here only the temperature."""
        return self._memory.recall(self.base_url, self.model).adaptations

    @property
    def _temperature(self) -> float | None:
        return None if any(each.field == TEMPERATURE for each in self.adaptations) else self._settings.temperature

    def open(self) -> BaseChatModel:
        """Load the libraries, which takes up to three seconds, and make the client. ConfigError if they refuse the settings."""
        with self._lock:
            if self._chat is None:
                with loading_later():
                    self._chat = self._build()
            return self._chat

    def close(self) -> None:
        """Let go of the client; its connections are closed with it. A later call makes a new one."""
        with self._lock:
            client: Any = getattr(self._chat, "client", None)
            self._chat = None
        if hasattr(client, "close"):
            client.close()

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, deadline: float, on_text: OnText = ignore_text,
        needed: tuple[str, ...] | None = None,
    ) -> Completion:  # fmt: skip
        """See `ChatModel`. Every failure is a `CallFailed` with its reason."""
        if not self._settings.has_model:
            raise CallFailed(Failure(Reason.NOT_CONFIGURED, "no model is configured"), Spent())
        try:
            self.open()
        except ConfigError:
            raise CallFailed(Failure(Reason.UNREACHABLE, "the libraries refuse the settings, doctor says which"), Spent()) from None

        stream = self._settings.stream or self._spec.only_streams
        wanted = [tuple(schema.get("required", ()))] if needed is None else [(key,) for key in needed]
        words, clock, numbers = self._words(messages), self._patience.clock, count(1)

        def request(mode: Mode, until: float) -> tuple[Attempted, bool]:
            """One request, of which the watcher hears, and whether it failed because of the temperature."""
            started = clock()
            call = _Call(words, dict(schema), mode, stream)
            asked = self._follow(call, until, on_text)
            asked = asked if asked.failure else check_object(asked, *wanted)
            if self.watcher:
                self.watcher(Tried(self.model, next(numbers), mode, clock() - started, asked.spent, asked.failure))
            return asked, call.blames_temperature

        def attempt(mode: Mode, left: float) -> Attempted:
            """After a stream that broke the next attempt is a plain one, as in `client`."""
            nonlocal stream
            until = clock() + left
            asked, blames_temperature = request(mode, until)
            if blames_temperature and self._drop_temperature():
                again, _ = request(mode, until)
                asked = replace(again, spent=asked.spent + again.spent)
            if asked.failure and asked.failure.reason is Reason.UNREACHABLE:
                stream = self._spec.only_streams
            return asked

        ending = persist(attempt, self._trials(), self._patience, deadline=deadline)
        if self._settings.structured_output == "auto" and (ending.attempted.failure is None or ending.attempted.speaks_json):
            self._memory.keep_mode(self.base_url, self.model, ending.mode)
        if ending.attempted.failure:
            raise CallFailed(ending.attempted.failure, ending.spent, ending.attempted.spent)
        spent = ending.spent
        return Completion(
            ending.attempted.text, ending.attempted.finish_reason, spent.prompt_tokens, spent.completion_tokens, spent.cached_tokens,
            spent.calls, ending.attempted.spent,
        )  # fmt: skip

    def _build(self) -> BaseChatModel:
        address = self.base_url
        for name in _MISLEADING:
            os.environ.pop(name, None)
        if is_here(address):
            _keep_from_proxies(address)
        try:
            from langchain.chat_models import init_chat_model

            if not is_here(address):
                _try_environment()
            # A temperature of none is said, too: for Gemini langchain has one of its own.
            options = {"temperature": self._temperature, **self._spec.options(self._settings, address)}
            chat: BaseChatModel = init_chat_model(self._settings.model_name, model_provider=self._settings.provider, **options)
        except (ImportError, OSError, ValueError) as error:  # without their text, which may hold the key
            raise ConfigError(
                f"INTERVIEWER_MODEL={self.model} cannot be opened ({type(error).__name__}) → check INTERVIEWER_TEMPERATURE and, in the "
                f"environment, HTTP_PROXY, ALL_PROXY and SSL_CERT_FILE, or install again, {how_to_install(self._spec.extra)}"
            ) from None
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        # Where a model is asked otherwise, and langchain has already done so, it says so each time.
        warnings.filterwarnings("ignore", module=self._spec.package)
        return chat

    def _drop_temperature(self) -> bool:
        """Leave the temperature out from now on; False if none is sent anyway."""
        if self._temperature is None:
            return False
        self._memory.keep_adaptations(self.base_url, self.model, (Adaptation(TEMPERATURE),))
        with self._lock:
            self._chat = None  # not closed: others may be using it
        return True

    def _words(self, messages: Sequence[Message]) -> list[BaseMessage]:
        from langchain_core.messages import HumanMessage, SystemMessage

        kept = {"cache_control": {"type": "ephemeral"}} if self._spec.marks_cache else {}
        return [
            HumanMessage(message.content)
            if message.role == "user"
            else SystemMessage([{"type": "text", "text": message.content, **kept}] if kept else message.content)
            for message in messages
        ]

    def _trials(self) -> list[Trial]:
        """A kind that is known goes first, but not alone: providers change."""
        fixed = self._settings.structured_output
        if fixed != "auto":
            return [Trial(fixed, settled=True)]
        known = self.mode
        others = [mode for mode in MODES if mode in self._spec.methods and mode != known]
        return [*([Trial(known, settled=True)] if known else []), *(Trial(mode, settled=False) for mode in others)]

    def _follow(self, call: _Call, until: float, on_text: OnText) -> Attempted:
        """One request in a thread of its own. Until its text begins it has all the time left: providers think, load and queue unseen."""
        threading.Thread(target=call.run, args=(self.open(), self._spec), daemon=True, name="model-request").start()
        text = heard = ""
        on_text("")
        try:
            while True:
                wait = until - self._patience.clock()
                event = call.events.get(timeout=max(0.0, min(wait, self._settings.request_timeout) if text else wait))
                text += event if isinstance(event, str) else ""
                if text != heard and (call.events.empty() or isinstance(event, Attempted)):
                    heard = text
                    on_text(text)
                if isinstance(event, Attempted):
                    return event
        except queue.Empty:
            return Attempted(text, failure=Failure(Reason.TIMEOUT, "no answer in time", retry=True))
        finally:
            call.stop.set()


@dataclass(slots=True)
class _Call:
    """One request under way. `events`: pieces of the text as they come, last what came of it; `stop`: nobody listens any more.

    `blames_temperature`: it failed because the model takes none.
    """

    messages: list[BaseMessage]
    schema: dict[str, Any]
    mode: Mode
    stream: bool
    blames_temperature: bool = False
    events: queue.SimpleQueue[str | Attempted] = field(default_factory=queue.SimpleQueue)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, chat: BaseChatModel, spec: ProviderSpec) -> None:
        """Follow the request to its end, whatever that is; runs in a thread of its own."""
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):
                # The first step of what langchain composes is the model told to answer so, the second a parser that repairs JSON.
                told: Any = chat.with_structured_output(self.schema, method=spec.methods[self.mode])
                for event in self._follow(told.first):
                    self.events.put(event)
        except Exception as error:  # noqa: BLE001 - the edge of many libraries: whatever comes out becomes a typed failure
            self.blames_temperature = blames_temperature(error)
            self.events.put(Attempted(failure=explain(error)))

    def _follow(self, model: Runnable[Any, BaseMessage]) -> Iterator[str | Attempted]:
        spoken, fresh, told = Spoken(), "", 0.0
        pieces: Any = model.stream(self.messages) if self.stream else iter([model.invoke(self.messages)])
        with closing(pieces) if self.stream else nullcontext():
            for piece in pieces:
                fresh += spoken.add(piece)
                if spoken.size > LARGEST_REPLY or self.stop.is_set():
                    raise TooLarge
                if (now := time.monotonic()) - told >= TELL_SECONDS:
                    yield fresh
                    fresh, told = "", now
        if not spoken.texts:
            raise EmptyStream
        yield fresh
        yield spoken.conclude()


def _try_environment() -> None:
    """Fail now, not at the first answer, where proxies or certificates are set that no HTTP client can use."""
    import httpx2

    httpx2.Client().close()


def _keep_from_proxies(address: str) -> None:
    """What goes to this machine goes there directly. Anthropic's client can be told so only here."""
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    host = urlsplit(address).hostname or ""
    if host not in spared.split(","):
        os.environ["no_proxy"] = ",".join(filter(None, (spared, host)))
