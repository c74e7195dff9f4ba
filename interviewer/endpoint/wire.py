"""What an OpenAI-compatible endpoint says, read from its bytes: a whole reply, or the events of a stream. Pure.

The connection is in `connection`, what the text of a reply means in `grading.llm.reply`. Strange shapes raise ValueError, TypeError,
KeyError, IndexError or AttributeError: `connection` tells each as a reply that is none.
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

_CUT = frozenset({"length", "max_tokens", "model_length", "max_output_tokens"})
_FILTERED = frozenset({"content_filter", "refusal", "safety", "sensitive", "prohibited_content", "blocklist", "spii", "recitation"})
_BROKEN = frozenset({"error", "network_error", "insufficient_system_resource", "abort"})
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Event:
    """One object from an endpoint. `whole`: it is the body, not one of a stream; `error`: the stream says by its event's name that it is one."""

    data: Any
    whole: bool = False
    error: bool = False


def read_reply(pieces: Iterator[bytes]) -> Iterator[Event]:
    """The objects in a body up to `[DONE]` or the end, whether it is a whole one or a stream; ValueError for anything else.

    Told apart by what comes, not by what was asked for or by the content type: some servers stream never, some always. Server-sent
    events as in https://html.spec.whatwg.org/multipage/server-sent-events.html, but for one thing: a last event without its blank line
    counts if it is complete JSON, because servers leave the line out.
    """
    lines = _lines(pieces)
    kind, data = b"", list[bytes]()
    begun = False
    for line in lines:
        if not begun and line.lstrip()[:1] in (b"{", b"["):
            yield Event(json.loads(b"\n".join([line, *lines])), whole=True)
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
        elif name == b"event":
            kind = value.strip()
        elif not line:
            if data:
                begun = True
                text = b"\n".join(data)
                if text.lstrip().startswith(b"[DONE]"):
                    return
                yield Event(json.loads(text), error=kind == b"error")
            kind, data = b"", []
        elif not begun and line.lstrip().startswith(b"<"):
            raise ValueError("a page, not a reply")
    last = b"\n".join(data)
    if last and not last.lstrip().startswith(b"[DONE]"):
        try:
            rest = json.loads(last)
        except ValueError:
            return  # cut off: the specification has it discarded
        yield Event(rest, error=kind == b"error")


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Lines without their ends, which are LF, CR or both, and without a byte order mark; the last may have no end."""
    held, first, after_return = list[bytes](), True, False
    for piece in pieces:
        fresh = piece[1:] if after_return and piece.startswith(b"\n") else piece
        after_return = fresh.endswith(b"\r") or (after_return and not piece)
        if b"\n" not in fresh and b"\r" not in fresh:
            held.append(fresh)
            continue
        lines = b"".join([*held, fresh]).splitlines(keepends=True)
        held = [lines.pop()] if not lines[-1].endswith((b"\n", b"\r")) else []
        for line in lines:
            yield (line.removeprefix(_BOM) if first else line).rstrip(b"\r\n")
            first = False
    rest = b"".join(held)
    if rest:
        yield rest.removeprefix(_BOM) if first else rest


@dataclass(slots=True)
class Heard:
    """What has come in: the arguments of the first tool call if there is one, else the content, else the reasoning.

    `size`: in characters; `over`: the reply has told why it ended and what it took, so that nothing more can come.
    """

    content: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    begun: bool = False
    refused: bool = False
    finish_reason: str = ""
    size: int = 0
    over: bool = False
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
        return self._add(choice.get("delta") or choice.get("message") or {}, choice.get("finish_reason"), chunk.get("usage"))

    def _add(self, message: dict[str, Any], finish_reason: str | None, usage: dict[str, Any] | None) -> str:
        self.begun = True
        content, thought = _split(message.get("content"))
        reasoning = message.get("reasoning_content") or message.get("reasoning") or thought
        reasoning = reasoning if isinstance(reasoning, str) else ""
        arguments = _first_arguments(message)
        self.content.append(content)
        self.arguments.append(arguments)
        self.reasoning.append(reasoning)
        self.size += len(content) + len(arguments) + len(reasoning)
        self.refused = self.refused or bool(message.get("refusal"))
        self.finish_reason = str(finish_reason or self.finish_reason)
        if usage:  # a running total where it comes often
            cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
            self.over = bool(self.finish_reason)
            self.spent = Spent(usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0, cached or 0, calls=1)
        return arguments or content

    def conclude(self) -> Attempted:
        """The end of the reply: why it ended is looked at before what it says.

        Some servers put a thinking model's whole reply into its reasoning: that counts where nothing else was said.
        """
        failure, ended = None, self.finish_reason.lower()
        if ended in _FILTERED:
            failure = Failure(Reason.REFUSAL, "stopped by the content filter")
        elif self.refused:
            failure = Failure(Reason.REFUSAL, "the model refused")
        elif ended in _CUT:
            failure = Failure(Reason.CUT_OFF, "the reply reached the longest allowed")
        elif ended in _BROKEN:
            failure = Failure(Reason.SERVER_ERROR, "the endpoint gave up within the reply", retry=True)
        text = "".join(self.arguments) or "".join(self.content)
        return Attempted(text if text.strip() else "".join(self.reasoning), self.finish_reason, self.spent, failure)


def _split(content: Any) -> tuple[str, str]:
    """The text and the thinking of a content, which is a text or a list of parts."""
    if isinstance(content, str):
        return content, ""
    if not isinstance(content, list):
        return "", ""
    parts = [part for part in content if isinstance(part, dict)]
    said = "".join(str(part.get("text") or "") for part in parts if part.get("type") in ("text", "output_text"))
    thought = [part.get("thinking") or "" for part in parts if part.get("type") == "thinking"]
    return said, "".join(_split(each)[0] for each in thought)


def _first_arguments(message: dict[str, Any]) -> str:
    """The arguments of the first tool call, or the next piece of them; of the older single call if there is no list."""
    calls = message.get("tool_calls") or ([{"function": message["function_call"]}] if message.get("function_call") else [])
    found = [(call.get("function") or {}).get("arguments") or "" for call in calls if not call.get("index")]
    return "".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in found)
