"""Loopback servers that speak what OpenAI does not: Anthropic's Messages API, Gemini's generateContent, Ollama's /api/chat.

Scripted like `tests.endpoint`, whose replies they take:

    with Anthropic(denies(429, retry_after="1"), says("…")) as server:            # then faithful replies for ever
        LangchainModel(settings(ANTHROPIC_BASE_URL=server.base_url, INTERVIEWER_MODEL=server.model))

`python -m tests.providers anthropic --port 9000` serves faithful replies until it is stopped, for benchmarks.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.endpoint import Reply, Request, Script, ScriptedEndpoint, _Handler, faithful, faithful_reply

_PIECE = 24
_TOOL_END = {"stop": "tool_use"}


@dataclass(frozen=True, slots=True)
class Denial:
    """An error as each provider words it. `kind`: the key of one of its `ERRORS`."""

    kind: str
    retry_after: str | None = None


def says(text: str = "", **options: Any) -> Reply:
    """A successful reply with this text, with thinking before it where the provider knows that."""
    return Reply(text, **options)


class ProviderRequest(Request):
    """A request in the protocol of one of them, read as if it were OpenAI's."""

    __slots__ = ()

    @property
    def mode(self) -> str:
        if self.body.get("tools"):
            return "function_calling"
        if self.body.get("format") == "json":
            return "json_object"
        return "json_schema" if self.schema else ""

    @property
    def schema(self) -> dict[str, Any]:
        body = self.body
        if body.get("tools"):
            tool = body["tools"][0]
            tool = (tool.get("functionDeclarations") or [tool.get("function") or tool])[0]
            found = (
                tool.get("input_schema") or tool.get("parameters") or tool.get("parametersJsonSchema") or tool.get("parameters_json_schema")
            )
            return dict(found)
        if isinstance(body.get("format"), dict):
            return dict(body["format"])
        written = (body.get("output_config") or {}).get("format") or {}
        config = body.get("generationConfig") or {}
        return dict(written.get("schema") or config.get("responseJsonSchema") or config.get("response_json_schema") or {})

    @property
    def prompt(self) -> str:
        body = self.body
        parts = [body.get("system"), *body.get("messages", []), body.get("systemInstruction"), *body.get("contents", [])]
        return "\n".join(_text_of(part) for part in parts if part)


def _text_of(part: Any) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, list):
        return "\n".join(map(_text_of, part))
    return _text_of(part.get("text") or part.get("content") or part.get("parts") or "")


class ScriptedProvider(ScriptedEndpoint):
    """A server of one provider. In its class: `MODEL`, the setting of its address, its errors."""

    MODEL: ClassVar[str]
    ADDRESS: ClassVar[str]
    KEY: ClassVar[str]
    CONTENT_TYPE: ClassVar[str] = "text/event-stream"
    ERRORS: ClassVar[dict[str, tuple[int, Any]]]

    def __init__(self, *replies: Reply | Script | Denial, then: Script | Denial = faithful, **options: Any) -> None:
        def made(wanted: Reply | Script | Denial) -> Reply | Script:
            return self.deny(wanted) if isinstance(wanted, Denial) else wanted

        last = made(then)
        super().__init__(*map(made, replies), then=last if callable(last) else lambda _request: last, **options)
        self._server.RequestHandlerClass = type("Handler", (_ProviderHandler,), {"owner": self})

    @property
    def base_url(self) -> str:
        """The server's address; the libraries add their paths."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def deny(self, denial: Denial) -> Reply:
        """The error in this provider's words."""
        status, body = self.ERRORS[denial.kind]
        headers = {"Retry-After": denial.retry_after} if denial.retry_after else {}
        return Reply(status=status, raw=json.dumps(body).encode(), headers=headers)

    def whole(self, request: Request, reply: Reply, text: str) -> dict[str, Any]:
        """The body of a whole reply."""
        raise NotImplementedError

    def events(self, request: Request, reply: Reply, text: str) -> Iterator[bytes]:
        """The pieces of a streamed reply."""
        raise NotImplementedError

    def is_streamed(self, request: Request) -> bool:
        """Whether the request asks for a stream."""
        return bool(request.body.get("stream"))


class _ProviderHandler(_Handler):
    owner: ScriptedProvider

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.owner.connections.add(self.client_address)
        request = ProviderRequest(self.path, {key.lower(): value for key, value in self.headers.items()}, body)
        reply = self.owner.next_reply(request)
        self._wait(self.owner.latency)
        if reply.fault in ("reset", "hang"):
            self._break(reply.fault)
        elif reply.raw is not None:
            self._send_whole(reply)
        else:
            text = reply.text or (faithful_reply(request) if reply.fault in ("reset_midway", "hang_midway", "drip") else "")
            if self.owner.is_streamed(request):
                self._send_stream(reply, list(self.owner.events(request, reply, text)))
            else:
                raw = json.dumps(self.owner.whole(request, reply, text), ensure_ascii=False).encode()
                middle = len(raw) // 3
                parts = [raw[:middle], raw[middle : 2 * middle], raw[2 * middle :]] if reply.fault else [raw]
                self._send_parts(reply, parts, streamed=False)

    def _send_stream(self, reply: Reply, parts: list[bytes]) -> None:
        self.owner_content_type = self.owner.CONTENT_TYPE
        self._send_parts(reply, parts, streamed=True)

    def send_header(self, keyword: str, value: str) -> None:
        """Ollama streams lines, not events."""
        super().send_header(keyword, self.owner.CONTENT_TYPE if value == "text/event-stream" else value)


def _pieces(text: str) -> list[str]:
    size = max(_PIECE, len(text) // 400)
    return [text[at : at + size] for at in range(0, len(text), size)]


def _counts(request: Request, reply: Reply, text: str) -> tuple[int, int]:
    return reply.counted.get("prompt_tokens", len(request.prompt) // 3), len(text) // 3


def _event(name: str, **data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **data}, ensure_ascii=False)}\n\n".encode()


class Anthropic(ScriptedProvider):
    """https://platform.claude.com/docs/en/api/messages and …/build-with-claude/streaming"""

    MODEL, ADDRESS, KEY = "anthropic:claude-scripted", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"
    ERRORS: ClassVar[dict[str, tuple[int, Any]]] = {
        name: (status, {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"})
        for name, status, kind, message in (
            ("key", 401, "authentication_error", "invalid x-api-key"),
            ("model", 404, "not_found_error", "model: claude-scripted"),
            ("rate", 429, "rate_limit_error", "This request would exceed your organization's rate limit of 50 requests per minute"),
            ("quota", 400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade."),
            ("spent", 400, "invalid_request_error", "You have reached your specified API usage limits. You will regain access on 2026-12-01."),
            ("overload", 529, "overloaded_error", "Overloaded"),
            ("server", 500, "api_error", "Internal server error"),
            ("window", 400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
            ("window2", 400, "invalid_request_error", "input length and `max_tokens` exceed context limit: 199000 + 2000 > 200000"),
            ("large", 413, "request_too_large", "Request exceeds the maximum size"),
            ("filter", 400, "invalid_request_error", "Output blocked by content filtering policy"),
            ("mode", 400, "invalid_request_error", "output_config.format: this model does not support structured outputs"),
            ("temperature", 400, "invalid_request_error", "`temperature` is deprecated for this model."),
        )
    }  # fmt: skip
    ENDINGS: ClassVar[dict[str, str]] = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}

    def _ending(self, request: Request, reply: Reply) -> str | None:
        if reply.refusal:
            return "refusal"
        if request.mode == "function_calling" and reply.as_tool and reply.finish_reason == "stop":
            return "tool_use"
        return self.ENDINGS.get(reply.finish_reason or "", reply.finish_reason)

    def _usage(self, request: Request, reply: Reply, text: str) -> dict[str, Any]:
        prompt, completion = _counts(request, reply, text)
        cached = prompt // 2
        return {
            "input_tokens": prompt - cached, "cache_read_input_tokens": cached, "cache_creation_input_tokens": 0, "output_tokens": completion,
        }  # fmt: skip

    def _message(self, content: list[dict[str, Any]], ending: str | None, usage: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-scripted", "content": content, "stop_reason": ending,
            "stop_sequence": None, "usage": usage,
        }  # fmt: skip

    def whole(self, request: Request, reply: Reply, text: str) -> dict[str, Any]:
        """A thinking block, then the text, or the tool's input."""
        thinking = {"type": "thinking", "thinking": 'a draft: {"a": "draft"}', "signature": "c2ln"}
        if reply.refusal or reply.fault == "null_content":
            content = []
        elif request.mode == "function_calling" and reply.as_tool:
            content = [thinking, {"type": "tool_use", "id": "toolu_1", "name": request.body["tools"][0]["name"], "input": json.loads(text)}]
        else:
            content = [thinking, {"type": "text", "text": text}]
        return self._message(content, self._ending(request, reply), self._usage(request, reply, text))

    def events(self, request: Request, reply: Reply, text: str) -> Iterator[bytes]:
        """As documented: message_start, a ping, blocks with their deltas, message_delta, message_stop."""
        usage = self._usage(request, reply, text)
        yield _event("message_start", message=self._message([], None, {**usage, "output_tokens": 1}))
        yield _event("ping")
        if not (reply.refusal or reply.fault == "null_content"):
            yield _event("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""})
            yield _event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": 'a draft: {"a": "draft"}'})
            yield _event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "c2ln"})
            yield _event("content_block_stop", index=0)
            as_tool = request.mode == "function_calling" and reply.as_tool
            block: dict[str, Any] = {"type": "text", "text": ""}
            if as_tool:
                block = {"type": "tool_use", "id": "toolu_1", "name": request.body["tools"][0]["name"], "input": {}}
            yield _event("content_block_start", index=1, content_block=block)
            for piece in _pieces(text):
                delta = {"type": "input_json_delta", "partial_json": piece} if as_tool else {"type": "text_delta", "text": piece}
                yield _event("content_block_delta", index=1, delta=delta)
            yield _event("content_block_stop", index=1)
        if reply.finish_reason:
            yield _event("message_delta", delta={"stop_reason": self._ending(request, reply), "stop_sequence": None}, usage=usage)
            yield _event("message_stop")


class Gemini(ScriptedProvider):
    """https://ai.google.dev/api/generate-content"""

    MODEL, ADDRESS, KEY = "google_genai:gemini-scripted", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_API_KEY"
    ERRORS: ClassVar[dict[str, tuple[int, Any]]] = {
        name: (status, {"error": {"code": status, "message": message, "status": kind, "details": details}})
        for name, status, kind, message, details in (
            ("key", 400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]),
            ("expired", 400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", [{"reason": "API_KEY_INVALID"}]),
            ("leaked", 403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key.", []),
            ("model", 404, "NOT_FOUND", "models/gemini-scripted is not found for API version v1beta, or is not supported for generateContent.", []),
            ("rate", 429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", [
                {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.02s"},
            ]),
            ("quota", 429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", [
                {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "33s"},
            ]),
            ("overload", 503, "UNAVAILABLE", "The model is overloaded. Please try again later.", []),
            ("server", 500, "INTERNAL", "An internal error has occurred.", []),
            ("window", 400, "INVALID_ARGUMENT", "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", []),
            ("mode", 400, "INVALID_ARGUMENT", "JSON mode is not enabled for models/gemini-scripted", []),
            ("temperature", 400, "INVALID_ARGUMENT", "temperature is not supported by this model", []),
        )
    }  # fmt: skip
    ENDINGS: ClassVar[dict[str, str]] = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}

    version = "gemini-scripted"
    """The model that it says it is; langchain reads newer ones differently."""

    def is_streamed(self, request: Request) -> bool:
        """The path says so."""
        return ":streamGenerateContent" in request.path

    def _chunk(self, parts: list[dict[str, Any]], ending: str | None, counts: tuple[int, int]) -> dict[str, Any]:
        prompt, completion = counts
        candidate = {"content": {"role": "model", "parts": parts}, "index": 0, **({"finishReason": ending} if ending else {})}
        usage = {
            "promptTokenCount": prompt, "candidatesTokenCount": completion, "totalTokenCount": prompt + completion,
            "cachedContentTokenCount": prompt // 2,
        }  # fmt: skip
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": self.version}

    def _parts(self, request: Request, reply: Reply, text: str) -> list[dict[str, Any]]:
        if request.mode == "function_calling" and reply.as_tool and text:
            name = request.body["tools"][0]["functionDeclarations"][0]["name"]
            return [{"functionCall": {"name": name, "args": json.loads(text)}}]
        return [{"text": piece} for piece in _pieces(text)]

    def _ending(self, reply: Reply) -> str | None:
        return self.ENDINGS.get(reply.finish_reason or "", reply.finish_reason)

    def whole(self, request: Request, reply: Reply, text: str) -> dict[str, Any]:
        """One candidate with a thought and the text, or the prompt's refusal."""
        if reply.refusal:
            return {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}}
        thought = [{"text": 'a draft: {"a": "draft"}', "thought": True}]
        content = [] if reply.fault == "null_content" else [*thought, *self._parts(request, reply, text)]
        return self._chunk(content, self._ending(reply), _counts(request, reply, text))

    def events(self, request: Request, reply: Reply, text: str) -> Iterator[bytes]:
        """The same in pieces; counts are running totals."""
        if reply.refusal or reply.fault == "null_content":
            yield _data(self.whole(request, reply, text))
            return
        prompt, completion = _counts(request, reply, text)
        yield _data(self._chunk([{"text": 'a draft: {"a": "draft"}', "thought": True}], None, (prompt, 1)))
        parts = self._parts(request, reply, text)
        for place, part in enumerate(parts):
            last = place == len(parts) - 1
            yield _data(self._chunk([part], self._ending(reply) if last else None, (prompt, completion if last else 1)))


def _data(body: Any) -> bytes:
    return f"data: {json.dumps(body, ensure_ascii=False)}\r\n\r\n".encode()


class Ollama(ScriptedProvider):
    """https://docs.ollama.com/api/chat and …/api/errors"""

    MODEL, ADDRESS, KEY = "ollama:qwen3:8b", "OLLAMA_HOST", "OLLAMA_API_KEY"
    CONTENT_TYPE = "application/x-ndjson"
    ERRORS: ClassVar[dict[str, tuple[int, Any]]] = {
        name: (status, {"error": message})
        for name, status, message in (
            ("key", 401, "unauthorized"),
            ("model", 404, "model 'qwen3:8b' not found"),
            ("rate", 429, "too many requests"),
            ("quota", 429, "you have reached your weekly usage limit, upgrade for higher limits"),
            ("overload", 503, "server busy, please try again. maximum pending requests exceeded"),
            ("server", 500, "llama runner process has terminated: exit status 2"),
            ("window", 400, "the input length exceeds the context length"),
            ("mode", 400, "invalid format: grammar cannot be made of this schema"),
            ("tools", 400, "registry.ollama.ai/library/qwen3:8b does not support tools"),
            ("temperature", 400, "option temperature is not supported"),
        )
    }  # fmt: skip

    def _line(self, message: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "model": "qwen3:8b",
            "created_at": "2026-11-30T00:00:00Z",
            "message": {"role": "assistant", **message},
            "done": False,
            **more,
        }

    def _end(self, request: Request, reply: Reply, text: str) -> dict[str, Any]:
        prompt, completion = _counts(request, reply, text)
        return {
            "done": True, "done_reason": reply.finish_reason, "total_duration": 1, "load_duration": 1, "prompt_eval_count": prompt,
            "eval_count": completion,
        }  # fmt: skip

    def _calls(self, request: Request, text: str) -> list[dict[str, Any]]:
        return [{"function": {"name": request.body["tools"][0]["function"]["name"], "arguments": json.loads(text)}}]

    def whole(self, request: Request, reply: Reply, text: str) -> dict[str, Any]:
        """One object; langchain never asks for it."""
        return self._line({"content": text}, **self._end(request, reply, text))

    def events(self, request: Request, reply: Reply, text: str) -> Iterator[bytes]:
        """Lines of JSON: thinking, pieces of the content or a whole tool call, the end with the counts."""
        yield _line(self._line({"content": "", "thinking": 'a draft: {"a": "draft"}'}))
        if request.mode == "function_calling" and reply.as_tool and text:
            yield _line(self._line({"content": "", "tool_calls": self._calls(request, text)}))
        elif reply.fault != "null_content":
            for piece in _pieces(text):
                yield _line(self._line({"content": piece}))
        if reply.finish_reason:
            yield _line(self._line({"content": ""}, **self._end(request, reply, text)))


def _line(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode() + b"\n"


PROVIDERS: dict[str, type[ScriptedProvider]] = {"anthropic": Anthropic, "google_genai": Gemini, "ollama": Ollama}


def main() -> None:
    """Serve faithful replies until interrupted."""
    parser = argparse.ArgumentParser(description="a provider's server with scripted replies")
    parser.add_argument("provider", choices=PROVIDERS)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before the first byte")
    options = parser.parse_args()
    with PROVIDERS[options.provider](port=options.port, latency=options.latency) as server:
        print(server.base_url, flush=True)
        server.closing.wait()


if __name__ == "__main__":
    main()
