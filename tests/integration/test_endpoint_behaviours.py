"""Behaviours of real endpoints and gateways, played by a loopback server that speaks the real protocol."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from interviewer.doctor import diagnose
from interviewer.endpoint.chat import Message, Tried
from interviewer.endpoint.client import Endpoint
from interviewer.endpoint.connection import connect
from interviewer.endpoint.retry import Patience
from interviewer.errors import EndpointError
from interviewer.models import Reason
from tests.endpoint import Reply, Request, Script, ScriptedEndpoint, broken, fails, faithful, rejects, replies, says
from tests.integration.asking import MESSAGES, SCHEMA, always, ask, failure, opened, settings

GOOD = '{"a": "b"}'


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


# ---------------------------------------------------------------- fields that are not taken


Picky = Callable[[dict[str, Any]], Reply | None]


def picky(*complaints: Picky) -> Script:
    """A server that looks at the fields of a request before it answers."""

    def script(request: Request) -> Reply:
        return next((reply for complain in complaints if (reply := complain(request.body))), None) or faithful(request)

    return script


def no_old_limit(body: dict[str, Any]) -> Reply | None:
    text = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    return broken(400, code="unsupported_parameter", message=text, param="max_tokens") if "max_tokens" in body else None


def no_new_limit(body: dict[str, Any]) -> Reply | None:
    detail = [{"loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted"}]
    return replies(422, {"detail": detail}) if "max_completion_tokens" in body else None


def low_limit(body: dict[str, Any]) -> Reply | None:
    asked = body.get("max_tokens") or body.get("max_completion_tokens") or 0
    return broken(400, message="max_tokens 不能超过 1024") if asked > 1024 else None


def only_heat_one(body: dict[str, Any]) -> Reply | None:
    return broken(400, message="invalid temperature: only 1 is allowed for this model") if body.get("temperature", 1) != 1 else None


def no_usage(body: dict[str, Any]) -> Reply | None:
    return replies(400, {"message": "Unrecognized request argument supplied: stream_options"}) if "stream_options" in body else None


def no_system(body: dict[str, Any]) -> Reply | None:
    return broken(500, message="System role not supported") if body["messages"][0]["role"] == "system" else None


def no_keyword(body: dict[str, Any]) -> Reply | None:
    return (
        broken(400, message='Unknown name "additionalProperties": Cannot find field.')
        if "additionalProperties" in json.dumps(body)
        else None
    )


@pytest.mark.parametrize(
    ("complaints", "told"),
    [
        ([no_old_limit], ["max_tokens → max_completion_tokens"]),
        ([only_heat_one], ["temperature left out"]),
        ([low_limit], ["max_tokens → 1024"]),
        ([no_system], ["the system text joins the user's message"]),
        ([no_keyword], ["additionalProperties left out"]),
        ([no_old_limit, no_new_limit], ["max_tokens → max_completion_tokens", "max_completion_tokens left out"]),
        (
            [no_old_limit, low_limit, only_heat_one, no_system],
            [
                "max_tokens → max_completion_tokens",
                "max_completion_tokens → 1024",
                "temperature left out",
                "the system text joins the user's message",
            ],
        ),
    ],
)
def test_a_field_that_is_named_is_sent_otherwise_remembered_and_told(
    complaints: list[Picky], told: list[str], stream: bool, tmp_path: Path
) -> None:
    with ScriptedEndpoint(then=picky(*complaints)) as server:
        configured = settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream, INTERVIEWER_TEMPERATURE=0.2)
        with opened(configured) as endpoint:
            assert json.loads(ask(endpoint)) == {"a": "ok"}
            assert [each.told.en for each in endpoint.adaptations] == told
            assert endpoint.mode == "json_schema"
        negotiation = len(server.requests)
        with opened(configured) as restarted:
            ask(restarted)
        checks = diagnose(configured)

    assert negotiation == 1 + len(told)
    assert all(request.mode == "json_schema" for request in server.requests)
    assert len(server.requests) == negotiation + 3  # doctor asks for a few words, and for a grade
    (shown,) = (check for check in checks if check.name.en == "Structured output")
    assert shown.found.en == f"json_schema; adapted to the endpoint: {', '.join(told)}"
    assert shown.found.zh.startswith("json_schema；已适应端点：")


def test_the_usage_of_a_stream_is_left_out_where_it_is_not_taken(tmp_path: Path) -> None:
    with ScriptedEndpoint(then=picky(no_usage)) as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        ask(endpoint)

        assert [each.told.en for each in endpoint.adaptations] == ["stream_options left out"]
        assert server.requests[-1].body["stream"] is True


def test_a_joined_system_text_comes_first_and_is_whole(tmp_path: Path) -> None:
    with ScriptedEndpoint(then=picky(no_system)) as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        ask(endpoint)

    assert server.requests[-1].body["messages"] == [{"role": "user", "content": "the rules\n\nthe secret answer"}]


def test_a_field_that_is_turned_down_again_and_again_ends_in_a_failure(tmp_path: Path) -> None:
    stubborn = broken(400, message="max_tokens is not supported")
    with ScriptedEndpoint(then=always(stubborn)) as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        assert failure(endpoint).reason is Reason.SERVER_ERROR
        assert endpoint.adaptations == ()

    assert len(server.requests) < 10


def test_a_prompt_beyond_the_window_is_no_matter_of_the_limit_of_a_reply(tmp_path: Path) -> None:
    text = (
        "'max_tokens' or 'max_completion_tokens' is too large: 2000. This model's maximum context length is 1024 tokens and your request"
        " has 500 input tokens (2000 > 1024 - 500)."
    )
    with ScriptedEndpoint(then=always(broken(400, message=text))) as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        assert failure(endpoint).reason is Reason.TOO_LONG

    assert len(server.requests) == 1


# ---------------------------------------------------------------- kinds of structured output


def thinking(request: Request) -> Reply:
    """A model whose thinking is on: no field for JSON, no forced tool."""
    if request.body.get("response_format"):
        return broken(400, message="Json mode response is not supported when enable_thinking is true")
    if isinstance(request.body.get("tool_choice"), dict):
        return broken(400, message="The tool_choice parameter does not support being set to required or object in thinking mode")
    return faithful(request)


def strict(request: Request) -> Reply:
    """A server that knows json_object, but nothing in it."""
    asked = request.body.get("response_format") or {}
    if request.body.get("tools") or asked.get("type") == "json_schema" or "schema" in asked:
        return broken(422, message="extra fields not permitted")
    return faithful(request)


@pytest.mark.parametrize(
    ("script", "mode", "calls"),
    [
        (thinking, "tool_choice_auto", 5),
        (strict, "json_object_plain", 4),
        (rejects("json_schema", "function_calling", "json_object"), "prompt", 6),
        (rejects("json_schema", "function_calling", "json_object", status=500), "prompt", 6),
    ],
)
def test_further_kinds_of_output_are_found_and_remembered(script: Script, mode: str, calls: int, stream: bool, tmp_path: Path) -> None:
    with ScriptedEndpoint(then=script) as server:
        configured = settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)
        with opened(configured) as endpoint:
            assert json.loads(ask(endpoint)) == {"a": "ok"}
            assert (endpoint.mode, len(server.requests)) == (mode, calls)
        with opened(configured) as restarted:
            ask(restarted)

    assert len(server.requests) == calls + 1


@pytest.mark.parametrize("mode", ["json_object_plain", "prompt"])
def test_a_kind_without_a_schema_tells_it_in_the_last_message(mode: str, tmp_path: Path) -> None:
    server = ScriptedEndpoint()
    with server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STRUCTURED_OUTPUT=mode)) as endpoint:
        ask(endpoint)

    (request,) = server.requests
    assert request.body["messages"][0]["content"] == "the rules"
    assert request.schema == SCHEMA
    assert request.body.get("response_format") == ({"type": "json_object"} if mode == "json_object_plain" else None)


def test_a_model_that_may_choose_is_heard_whether_it_calls_or_answers(stream: bool, tmp_path: Path) -> None:
    server = ScriptedEndpoint(says(GOOD), says(GOOD, as_tool=False))
    fixed = {"INTERVIEWER_STRUCTURED_OUTPUT": "tool_choice_auto", "INTERVIEWER_STREAM": stream}
    with server, opened(settings(tmp_path, server.base_url, **fixed)) as endpoint:
        assert [json.loads(ask(endpoint)) for _ in range(2)] == [{"a": "b"}] * 2

    assert server.requests[0].body["tool_choice"] == "auto"


@pytest.mark.parametrize(
    "bad",
    [
        says("I would rather talk about the weather.", as_tool=False),
        says("{}"),
        says("", finish_reason="length"),
        fails("null_content"),
        broken(500),
        broken(400, code="json_validate_failed", message="Failed to generate JSON. Please adjust your prompt."),
        broken(429),
    ],
)
def test_a_bad_generation_in_a_kind_that_works_changes_nothing_that_is_remembered(bad: Reply, stream: bool, tmp_path: Path) -> None:
    with ScriptedEndpoint(faithful) as server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as endpoint:
        ask(endpoint)
        before = (tmp_path / "endpoint.json").read_text()
        server.replace(always(bad))
        failure(endpoint)
        server.replace(faithful)
        ask(endpoint)

        assert endpoint.mode == "json_schema"
        assert set(server.modes) == {"json_schema"}
        assert (tmp_path / "endpoint.json").read_text() == before


def test_kinds_that_failed_in_the_last_call_go_last_in_the_next(tmp_path: Path) -> None:
    """A server that dies of every field for JSON, and says no more than 500."""

    def script(request: Request) -> Reply:
        return broken(500) if request.mode else faithful(request)

    with ScriptedEndpoint(then=script) as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        assert failure(endpoint).reason is Reason.SERVER_ERROR
        assert len(server.requests) == 3
        assert json.loads(ask(endpoint)) == {"a": "ok"}
        assert endpoint.mode == "prompt"


# ---------------------------------------------------------------- time


def test_until_the_first_byte_the_whole_deadline_counts(stream: bool, tmp_path: Path) -> None:
    server = ScriptedEndpoint(latency=0.6)
    with server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream, INTERVIEWER_TIMEOUT=0.2)) as endpoint:
        ask(endpoint)

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("fault", "setting"), [("hang", "INTERVIEWER_DEADLINE"), ("hang_midway", "INTERVIEWER_TIMEOUT"), ("drip", "INTERVIEWER_DEADLINE")]
)
def test_who_was_waited_for_in_vain_is_told_with_the_setting(fault: Any, setting: str, stream: bool, tmp_path: Path) -> None:
    long = '{"a": "' + "x" * 5000 + '"}'
    server = ScriptedEndpoint(then=always(fails(fault, long)))
    limits = {"INTERVIEWER_TIMEOUT": 0.4, "INTERVIEWER_ATTEMPTS": 1, "INTERVIEWER_STREAM": stream}
    with server, opened(settings(tmp_path, server.base_url, **limits)) as endpoint:
        error = failure(endpoint, deadline=1.0)

    assert (error.reason, setting in error.detail) == (Reason.TIMEOUT, True)


@pytest.mark.parametrize("sign", [b": keep-alive\n\n", b"\n", b" ", b"\r\n"])
def test_every_byte_is_a_sign_of_life(sign: bytes, stream: bool, tmp_path: Path) -> None:
    slow = says(GOOD, before=(sign,) * 8)
    server = ScriptedEndpoint(then=always(slow), drip=0.15)
    with server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream, INTERVIEWER_TIMEOUT=0.6)) as endpoint:
        assert ask(endpoint) == GOOD

    assert len(server.requests) == 1


def test_signs_of_life_do_not_outlast_the_deadline(stream: bool, tmp_path: Path) -> None:
    server = ScriptedEndpoint(then=always(says(GOOD, before=(b": keep-alive\n\n",) * 200)), drip=0.05)
    with server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream, INTERVIEWER_TIMEOUT=0.5)) as endpoint:
        started = time.monotonic()
        assert failure(endpoint, deadline=1.0).reason is Reason.TIMEOUT
        assert time.monotonic() - started < 1.5


# ---------------------------------------------------------------- shapes of errors and replies


SSE = "text/event-stream"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (replies(429, [{"error": {"code": 429, "message": "Quota exceeded for requests per minute", "status": "RESOURCE_EXHAUSTED"}}]), Reason.RATE_LIMIT),
        (replies(400, [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}]), Reason.WRONG_KEY),
        (replies(200, {"error": {"code": 401, "message": "No auth credentials found"}}), Reason.WRONG_KEY),
        (replies(200, {"error": {"code": 402, "message": "Insufficient credits"}}), Reason.QUOTA),
        (replies(200, [{"error": {"code": 429, "message": "slow down"}}]), Reason.RATE_LIMIT),
        (replies(200, {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}), Reason.QUOTA),
        (Reply(raw=b'data: {"error": {"code": 402, "message": "no"}}\n\n', content_type=SSE), Reason.QUOTA),
        (Reply(raw=b': hi\n\ndata: {"choices": [{"delta": {"content": "{"}}]}\n\ndata: {"error": {"code": "429", "message": "no"}, "choices": []}\n\n', content_type=SSE), Reason.RATE_LIMIT),
        (Reply(raw='event: error\ndata: {"code": "1113", "message": "您的账户已欠费"}\n\n'.encode(), content_type=SSE), Reason.QUOTA),
        (broken(400, code="data_inspection_failed"), Reason.REFUSAL),
        (broken(400, code="1301"), Reason.REFUSAL),
        (broken(403, message="账户余额不足"), Reason.QUOTA),
        (broken(400, code="Arrearage"), Reason.QUOTA),
        (broken(429, message="已欠费"), Reason.QUOTA),
    ],
)  # fmt: skip
def test_an_error_is_told_by_its_body_whatever_its_shape(reply: Reply, reason: Reason, stream: bool, tmp_path: Path) -> None:
    with ScriptedEndpoint(then=always(reply)) as server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as endpoint:
        assert failure(endpoint).reason is reason

    assert len(server.requests) == (3 if reason is Reason.RATE_LIMIT else 1)


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning"])
def test_a_reply_that_stands_in_the_reasoning_is_used_when_the_content_stays_empty(key: str, stream: bool, tmp_path: Path) -> None:
    thought = says("", message={key: GOOD, "content": None})
    with ScriptedEndpoint(thought) as server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as endpoint:
        assert ask(endpoint) == GOOD

    assert len(server.requests) == 1


def chunk(**delta: object) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": None if delta else "stop"}]})


@pytest.mark.parametrize(
    "raw",
    [
        f"\ufeffdata: {chunk(content=GOOD)}\n\ndata: {chunk()}\n\ndata: [DONE]\n\n",
        f"data: {chunk(content=GOOD)}\r\rdata: {chunk()}\r\rdata: [DONE]\r\r",
        f"data: {chunk(content=GOOD)}\r\n\r\ndata: {chunk()}\r\n\r\n",
        f"data: {chunk(content=GOOD[:4])}\n\ndata: {chunk(content=GOOD[4:])}",
        f"\n\n: note\ndata: {chunk(content=GOOD)}\n\nevent: done\ndata: {chunk()}",
    ],
    ids=["byte order mark", "CR", "CRLF without [DONE]", "no blank line", "comments and names"],
)
@pytest.mark.parametrize("content_type", [SSE, "application/json"])
def test_an_event_stream_is_read_as_its_specification_says(raw: str, content_type: str, stream: bool, tmp_path: Path) -> None:
    reply = Reply(raw=raw.encode(), content_type=content_type)
    with ScriptedEndpoint(reply) as server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as endpoint:
        assert ask(endpoint) == GOOD

    assert len(server.requests) == 1


def test_a_stream_that_is_left_open_behind_a_complete_reply_is_waited_for_no_longer(tmp_path: Path) -> None:
    end = json.dumps({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 7, "completion_tokens": 5}})
    events = tuple(f"data: {each}\n\n".encode() for each in (chunk(content=GOOD), end))
    with ScriptedEndpoint(fails("hang_midway", before=events)) as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        completion = endpoint.complete(MESSAGES, SCHEMA, deadline=10.0)

    assert (completion.text, completion.completion_tokens, completion.calls) == (GOOD, 5, 1)


def test_a_whole_body_where_a_stream_was_asked_for_is_read(tmp_path: Path) -> None:
    whole = replies(200, {"choices": [{"message": {"content": GOOD}, "finish_reason": "stop"}]}, content_type=SSE)
    with ScriptedEndpoint(whole) as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        assert ask(endpoint) == GOOD

    assert len(server.requests) == 1


# ---------------------------------------------------------------- addresses, proxies, keys


@pytest.mark.parametrize(
    ("tail", "path"),
    [
        ("?api-version=2024-10-21", "/v1/chat/completions?api-version=2024-10-21"),
        ("/?a=1&b=%20x", "/v1/chat/completions?a=1&b=+x"),
        ("/", "/v1/chat/completions"),
    ],
)
def test_the_query_of_an_address_is_kept(tail: str, path: str, tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, opened(settings(tmp_path, server.base_url + tail)) as endpoint:
        ask(endpoint)

    assert server.requests[0].path.replace("%20", "+") == path


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_endpoint_on_this_machine_is_asked_directly(name: str, host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedEndpoint() as proxy, ScriptedEndpoint() as server:
        monkeypatch.setenv(name, proxy.base_url.removesuffix("/v1"))
        with opened(settings(tmp_path, server.base_url.replace("127.0.0.1", host))) as endpoint:
            ask(endpoint)

    assert (len(server.requests), len(proxy.requests)) == (1, 0)


def test_a_proxy_that_cannot_be_used_is_no_matter_for_an_endpoint_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with ScriptedEndpoint() as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        assert json.loads(ask(endpoint)) == {"a": "ok"}


def test_an_endpoint_on_this_machine_is_asked_directly_under_tls_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server speaks no TLS, so the call fails; what counts is that the proxy hears nothing of it."""
    with socket.create_server(("127.0.0.1", 0)) as proxy, ScriptedEndpoint() as server:
        proxy.setblocking(False)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        with opened(settings(tmp_path, server.base_url.replace("http:", "https:"), INTERVIEWER_ATTEMPTS=1)) as endpoint:
            assert failure(endpoint, deadline=5).reason is Reason.UNREACHABLE
        with pytest.raises(BlockingIOError):
            proxy.accept()


def test_another_endpoint_is_asked_through_the_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedEndpoint() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
        with opened(settings(tmp_path, "http://models.example/v1")) as endpoint:
            ask(endpoint)

    assert proxy.requests[0].path == "http://models.example/v1/chat/completions"


@pytest.mark.parametrize(
    "variables",
    [{"ALL_PROXY": "socks5://127.0.0.1:9"}, {"NO_PROXY": "[::1]", "HTTP_PROXY": "http://127.0.0.1:9"}, {"SSL_CERT_FILE": "/not/there"}],
)
def test_a_proxy_or_certificates_that_cannot_be_used_are_named(
    variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    endpoint = Endpoint(settings(tmp_path, "https://models.example/v1"), patience=Patience(1))

    error = failure(endpoint, deadline=0.5)

    assert error.reason in (Reason.UNREACHABLE, Reason.TIMEOUT)
    if "NO_PROXY" not in variables:
        assert next(iter(variables)) in error.detail


@pytest.mark.parametrize("key", ["sk-real\n", "  sk-real\r\n", '"sk-real"', "\tsk-real "])
def test_what_a_paste_brings_along_is_stripped_from_the_key(key: str, tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, opened(settings(tmp_path, server.base_url, OPENAI_API_KEY=key)) as endpoint:
        ask(endpoint)

    assert server.requests[0].headers["authorization"] == "Bearer sk-real"


@pytest.mark.parametrize("key", ["sk-…", "sk-\u200breal", "sk-a\nsk-b", "sk a", "密钥"])
def test_a_key_that_cannot_be_one_is_named_before_it_is_sent(key: str) -> None:
    with pytest.raises(EndpointError) as caught:
        connect(SecretStr(key), "http://127.0.0.1:9/v1", timeout=1, largest=1)

    assert (caught.value.reason, "OPENAI_API_KEY" in caught.value.detail) == (Reason.WRONG_KEY, True)
    assert key not in str(caught.value)


def test_azure_is_sent_its_key_in_its_own_header_and_with_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    azure = "http://house.openai.azure.com/openai/deployments/judge?api-version=2024-10-21"
    with ScriptedEndpoint() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
        with opened(settings(tmp_path, azure, OPENAI_API_KEY="k-azure")) as endpoint:
            ask(endpoint)

    (request,) = proxy.requests
    assert request.path == azure.replace("judge?", "judge/chat/completions?")
    assert request.headers["api-key"] == "k-azure"
    assert "max_completion_tokens" in request.body


def test_a_redirect_is_followed_and_takes_no_key_to_another_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def script(request: Request) -> Reply:
        moved = Reply(status=307, raw=b"", headers={"Location": "http://elsewhere.example/v1/chat/completions"})
        return moved if "azure" in request.path else faithful(request)

    with ScriptedEndpoint(then=script) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
        with opened(settings(tmp_path, "http://house.openai.azure.com/v1", OPENAI_API_KEY="k-azure")) as endpoint:
            ask(endpoint)

    assert "k-azure" in proxy.requests[0].headers["authorization"]
    assert "k-azure" not in repr(proxy.requests[1].headers)


# ---------------------------------------------------------------- being seen


def test_each_attempt_is_told_once_with_what_came_of_it(stream: bool, tmp_path: Path) -> None:
    heard: list[Tried] = []
    script = picky(no_old_limit)
    with ScriptedEndpoint(broken(429, retry_after="0.01"), then=script) as server:
        endpoint = Endpoint(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream))
        endpoint.watcher = heard.append
        endpoint.complete((*MESSAGES, Message("user", "more")), SCHEMA, deadline=10.0)
        endpoint.close()

    assert [(each.reason, each.status) for each in heard] == [(Reason.RATE_LIMIT, 429), (Reason.SERVER_ERROR, 400), (None, None)]
    assert [(each.model, each.number, each.mode, each.spent.calls) for each in heard] == [
        ("scripted", number, "json_schema", 1) for number in (1, 2, 3)
    ]
    assert heard[-1].spent.completion_tokens > 0
    assert all(each.seconds >= 0 for each in heard)
    assert not any("secret" in repr(each) for each in heard)
