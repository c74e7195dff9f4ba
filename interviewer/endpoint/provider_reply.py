"""What a provider's model says, read from langchain's messages: the pieces of a stream, or a whole reply. Pure, imports no library.

Only text and the arguments of the first tool call count; thinking is never content. langchain's own parsers are left out, because
they repair JSON that was cut, which then looks complete.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from interviewer.endpoint.chat import Spent
from interviewer.endpoint.failures import Failure
from interviewer.endpoint.retry import Attempted
from interviewer.models import Reason

_ENDINGS = ("stop_reason", "finish_reason", "done_reason")
"""Where Anthropic, Gemini and Ollama say why a reply ended."""
_CUT = frozenset({"max_tokens", "MAX_TOKENS", "length"})
_TOO_LONG = frozenset({"model_context_window_exceeded"})
_JUNK = frozenset({"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE"})
_BROKEN = frozenset({"OTHER", "FINISH_REASON_UNSPECIFIED"})
_REFUSED = frozenset({"refusal", "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"})
"""https://platform.claude.com/docs/en/api/handling-stop-reasons, https://ai.google.dev/api/generate-content#FinishReason"""


@dataclass(slots=True)
class Spoken:
    """What has come in of one reply. `blocked`: Gemini did not let the prompt through; `size`: in characters."""

    texts: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    finish_reason: str = ""
    blocked: bool = False
    size: int = 0
    spent: Spent = field(default_factory=lambda: Spent(calls=1))
    _call: Any = None
    """The place of the tool call that counts, in a tuple because a place may be None."""

    def add(self, message: Any) -> str:
        """The next piece of a stream, or a whole reply; what it adds to the text."""
        pieces = getattr(message, "tool_call_chunks", None)
        text = str(message.text)
        arguments = _whole_arguments(message) if pieces is None else "".join(map(self._piece_of_first_call, pieces))
        self.texts.append(text)
        self.arguments.append(arguments)
        self.size += len(text) + len(arguments)
        about = message.response_metadata or {}
        self.blocked = self.blocked or bool((about.get("prompt_feedback") or {}).get("block_reason"))
        self.finish_reason = next((str(about[name]) for name in _ENDINGS if about.get(name)), self.finish_reason)
        self.spent += _spent_of(message.usage_metadata or {})
        return arguments or text

    def _piece_of_first_call(self, piece: Any) -> str:
        """A piece that has a name begins a call; those that go on have its place."""
        begins, place = bool(piece.get("name")), (piece.get("index"),)
        counts = self._call is None if begins else self._call in (place, None)
        if counts:
            self._call = place
        return str(piece.get("args") or "") if counts else ""

    def conclude(self) -> Attempted:
        """The end of the reply: why it ended is looked at before what it says."""
        failure = Failure(Reason.REFUSAL, "the prompt was blocked") if self.blocked else _failure_of(self.finish_reason)
        return Attempted("".join(self.arguments) or "".join(self.texts), self.finish_reason, self.spent, failure)


def _failure_of(ending: str) -> Failure | None:
    if ending in _REFUSED:
        return Failure(Reason.REFUSAL, f"the model refused ({ending})")
    if ending in _CUT:
        return Failure(Reason.CUT_OFF, "the reply reached the longest allowed")
    if ending in _TOO_LONG:
        return Failure(Reason.TOO_LONG, "prompt and reply exceed the model's window")
    if ending in _BROKEN:
        return Failure(Reason.SERVER_ERROR, "the provider gave up within the reply", retry=True)
    if ending in _JUNK:
        return Failure(Reason.UNPARSABLE, "the model called its tool wrongly", retry=True, rejects=True)
    return None


def _whole_arguments(message: Any) -> str:
    """The arguments of the first tool call of a whole reply; as they came, where langchain could not read them."""
    calls = (*message.tool_calls, *message.invalid_tool_calls)
    arguments = calls[0]["args"] if calls else ""
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def _spent_of(usage: dict[str, Any]) -> Spent:
    """Each piece of a stream adds what it took: https://reference.langchain.com/python/langchain-core/messages/ai/UsageMetadata"""
    cached = (usage.get("input_token_details") or {}).get("cache_read")
    return Spent(usage.get("input_tokens") or 0, usage.get("output_tokens") or 0, cached or 0)
