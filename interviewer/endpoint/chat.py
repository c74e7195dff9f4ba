"""The contract of a chat model, and the values that go in and come out. `client.Endpoint` fulfils it; tests bring fakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from interviewer.endpoint.adapting import Adaptation
from interviewer.endpoint.failures import Failure
from interviewer.errors import EndpointError
from interviewer.models import Reason

OnText = Callable[[str], None]


def ignore_text(text: str) -> None:
    """Hear the text so far and do nothing."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model. The first one, from "system", is the same for every answer, so that providers can cache it."""

    role: Literal["system", "user"]
    content: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What a call took: tokens as the endpoint reports them (0 if it does not), and the HTTP requests made."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    calls: int = 0

    @property
    def read_tokens(self) -> int:
        """The length of the prompt as the endpoint has read it, 0 if it does not say; of one call.

        By OpenAI's specification `prompt_tokens` holds what came from a cache. Where it is the smaller of the two, it does not.
        """
        apart = self.cached_tokens if self.cached_tokens > self.prompt_tokens else 0
        return self.prompt_tokens + apart if self.prompt_tokens else 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached_tokens + other.cached_tokens,
            self.calls + other.calls,
        )


@dataclass(frozen=True, slots=True)
class Completion:
    """A complete reply: `text` holds a JSON object with the keys that are needed. Tokens: all attempts together.

    `last`: what the attempt took that succeeded, None if the others are not known apart.
    """

    text: str
    finish_reason: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    calls: int = 1
    last: Spent | None = None

    @property
    def read_tokens(self) -> int:
        """The length of the prompt as the endpoint has read it, 0 if that is not known."""
        return _read_once(self.last, self.spent)

    @property
    def spent(self) -> Spent:
        """What the call took."""
        return Spent(self.prompt_tokens, self.completion_tokens, self.cached_tokens, self.calls)


@dataclass(frozen=True, slots=True)
class Tried:
    """One request to a model, for logs and metrics; holds nothing of prompt or reply.

    `number`: from 1, of its call; `mode`: the kind of structured output; `seconds`: from sending it to its end; `failure`: None if it
    succeeded.
    """

    model: str
    number: int
    mode: str
    seconds: float
    spent: Spent
    failure: Failure | None = None

    @property
    def reason(self) -> Reason | None:
        """Why it failed, None if it did not."""
        return self.failure.reason if self.failure else None

    @property
    def status(self) -> int | None:
        """The HTTP status of an error, None if there was none."""
        return (self.failure.status if self.failure else 0) or None


Watcher = Callable[[Tried], None]
"""Hears of each request once it is over, in the thread of its call. It must not raise."""


class CallFailed(EndpointError):
    """The endpoint gave no usable reply, all attempts included; `spent`: what they took, `last`: what the last of them did."""

    def __init__(self, failure: Failure, spent: Spent, last: Spent | None = None) -> None:
        super().__init__(failure.reason, failure.detail, retry_after=failure.retry_after)
        self.spent = spent
        self.read_tokens = _read_once(last, spent)


def _read_once(last: Spent | None, spent: Spent) -> int:
    if last is None and spent.calls != 1:
        return 0
    return (last or spent).read_tokens


class ChatModel(Protocol):
    """Something that answers messages with JSON of a given shape."""

    @property
    def model(self) -> str:
        """The model's name, empty if none is configured."""
        ...

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, deadline: float, on_text: OnText = ignore_text,
        needed: tuple[str, ...] | None = None,
    ) -> Completion:  # fmt: skip
        """A reply within `deadline` seconds, or EndpointError. `needed`: it is none without one of these keys, None for all that the schema requires.

        `on_text` hears the text so far, again and again: "" once the request is out and the model is thinking. A text that
        does not continue the last one means that an attempt began anew.
        """
        ...


class ModelClient(ChatModel, Protocol):
    """A chat model behind a connection: it can be loaded ahead and closed, and tells what it has learned of the other side.

    `watcher` hears of each request to the model, failed or not.
    """

    watcher: Watcher | None

    @property
    def base_url(self) -> str:
        """Where requests go."""
        ...

    @property
    def mode(self) -> str | None:
        """The kind of structured output in use, None if not yet known."""
        ...

    @property
    def adaptations(self) -> tuple[Adaptation, ...]:
        """The fields of a request that the other side does not take, and what is sent otherwise."""
        ...

    def open(self) -> object:
        """Load the libraries and make the client; done by the first call if not before."""
        ...

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        ...
