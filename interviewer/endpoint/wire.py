"""What an OpenAI-compatible endpoint says, read from its plain JSON: a whole reply, or the events of a stream. Pure.

The connection is in `client`, what the text of a reply means in `grading.llm.reply`. Strange shapes raise ValueError, TypeError,
KeyError, IndexError or AttributeError: `client` tells each as a reply that is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from interviewer.endpoint.chat import Spent
from interviewer.endpoint.failures import Failure
from interviewer.endpoint.retry import Attempted
from interviewer.models import Reason

_CUT = frozenset({"length", "max_tokens", "MAX_TOKENS"})
_FILTERED = frozenset({"content_filter", "refusal", "safety", "SAFETY"})


def read_events(pieces: Iterator[bytes]) -> Iterator[Any]:
    """The data of server-sent events up to `[DONE]` or the end, decoded from JSON; ValueError for anything else."""
    lines: list[bytes] = []
    rest = b""
    for piece in pieces:
        *complete, rest = (rest + piece).split(b"\n")
        for line in complete:
            line = line.rstrip(b"\r")
            if line.startswith(b"data:"):
                lines.append(line[5:])
            elif not line and lines:
                data = b"\n".join(lines)
                lines.clear()
                if data.lstrip().startswith(b"[DONE]"):
                    return
                yield json.loads(data)


@dataclass(slots=True)
class Heard:
    """What has come in: the arguments of the first tool call if there is one, else the content. `size`: in characters."""

    content: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    begun: bool = False
    refused: bool = False
    finish_reason: str = ""
    size: int = 0
    spent: Spent = field(default_factory=lambda: Spent(calls=1))

    def add_whole(self, reply: Any) -> str:
        """A whole reply; its text. ValueError, or whatever looking for a key raises, if it is none."""
        if not isinstance(reply, dict) or reply.get("error"):
            raise ValueError("not a reply")
        choice = reply["choices"][0]
        message = choice["message"]
        only = {"tool_calls": (message.get("tool_calls") or [])[:1]}
        return self._add({**message, **only}, choice.get("finish_reason"), reply.get("usage"))

    def add_chunk(self, chunk: Any) -> str:
        """The next piece of a stream; what it adds to the text. The piece with the usage may have no choice."""
        choice = (chunk.get("choices") or [{}])[0]
        return self._add(choice.get("delta") or {}, choice.get("finish_reason"), chunk.get("usage"))

    def _add(self, message: dict[str, Any], finish_reason: str | None, usage: dict[str, Any] | None) -> str:
        self.begun = True
        content = message.get("content")
        content = content if isinstance(content, str) else ""
        arguments = _first_arguments(message)
        self.content.append(content)
        self.arguments.append(arguments)
        self.size += len(content) + len(arguments)
        self.refused = self.refused or bool(message.get("refusal"))
        self.finish_reason = str(finish_reason or self.finish_reason)
        if usage:  # a running total where it comes often
            cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
            self.spent = Spent(usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0, cached or 0, calls=1)
        return arguments or content

    def conclude(self) -> Attempted:
        """The end of the reply: why it ended is looked at before what it says."""
        failure = None
        if self.finish_reason in _FILTERED:
            failure = Failure(Reason.REFUSAL, "stopped by the content filter")
        elif self.refused:
            failure = Failure(Reason.REFUSAL, "the model refused")
        elif self.finish_reason in _CUT:
            failure = Failure(Reason.CUT_OFF, "the reply reached the longest allowed")
        return Attempted("".join(self.arguments) or "".join(self.content), self.finish_reason, self.spent, failure)


def _first_arguments(message: dict[str, Any]) -> str:
    """The arguments of the first tool call, or the next piece of them."""
    calls = message.get("tool_calls") or []
    return "".join((call.get("function") or {}).get("arguments") or "" for call in calls if not call.get("index"))
