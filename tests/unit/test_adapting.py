"""Which field of a request an endpoint does not take, as many servers word it, and what is sent instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interviewer.endpoint.adapting import Adaptation, adapt, is_known, propose
from interviewer.endpoint.error_body import read_error

SCHEMA = {
    "title": "x", "type": "object", "additionalProperties": False, "required": ["title"],
    "properties": {"title": {"type": "array", "maxItems": 3, "items": {"type": "string"}}},
}  # fmt: skip
SENT: dict[str, Any] = {
    "model": "m", "messages": [{"role": "system", "content": "rules"}, {"role": "user", "content": "answer"}],
    "max_tokens": 20_000, "temperature": 0.2, "stream": True, "stream_options": {"include_usage": True},
    "response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": SCHEMA}},
}  # fmt: skip
NEWER = {**{key: value for key, value in SENT.items() if key != "max_tokens"}, "max_completion_tokens": 20_000}


def openai(message: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


def said(message: str) -> dict[str, Any]:
    return openai(message)


RENAMED, ROLE = Adaptation("max_tokens", "max_completion_tokens"), Adaptation("system", "user")
NO_USAGE, NO_HEAT = Adaptation("stream_options"), Adaptation("temperature")


@pytest.mark.parametrize(
    ("body", "adaptation"),
    [
        # another name
        (openai("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter"), RENAMED),
        (said("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."), RENAMED),
        (openai("This field is not supported.", "max_tokens"), RENAMED),
        (said("不支持参数 max_tokens，请使用 max_completion_tokens"), RENAMED),
        (said("`max_tokens` is deprecated, please set `max_completion_tokens` to the maximum number of tokens"), RENAMED),
        ({"detail": [{"type": "extra_forbidden", "loc": ["body", "max_tokens"], "msg": "Extra inputs are not permitted", "input": 20000}]}, RENAMED),
        ({"detail": "Unsupported parameter: max_tokens"}, RENAMED),
        ({"message": "unknown field \"max_tokens\"", "code": 400}, RENAMED),
        ([openai("Unknown name \"max_tokens\": Cannot find field.")], RENAMED),
        (said("litellm.BadRequestError: OpenAIException - Error code: 400 - {'error': {'message': \"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.\"}}"), RENAMED),
        ({"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": json.dumps(openai("Unsupported parameter", "max_tokens"))}}}, RENAMED),
        ({"object": "error", "message": {"detail": [{"loc": ["body", "max_tokens"], "msg": "Extra inputs are not permitted"}]}, "raw_status_code": 422}, RENAMED),
        # too high
        (openai("max_tokens is too large: 20000. This model supports at most 16384 completion tokens, whereas you provided 20000.", "max_tokens"), Adaptation("max_tokens", 16384)),
        (said("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"), Adaptation("max_tokens", 8192)),
        (said("<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]"), Adaptation("max_tokens", 8192)),
        (said("max_tokens: 20000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-sonnet-20241022"), Adaptation("max_tokens", 8192)),
        (openai("`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model", "max_tokens"), Adaptation("max_tokens", 8192)),
        ({"detail": [{"loc": ["body", "max_tokens"], "msg": "Input should be less than or equal to 1024", "ctx": {"le": 1024}}]}, Adaptation("max_tokens", 1024)),
        (said("it has a maxOutputTokens value of 20000 but the supported range is from 1 (inclusive) to 8193 (exclusive)."), Adaptation("max_tokens", 8192)),
        (said("The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096."), Adaptation("max_tokens", 4096)),
        (said("max_tokens must be less than 4097"), Adaptation("max_tokens", 4096)),
        (said("max_tokens 不能超过 4,096"), Adaptation("max_tokens", 4096)),
        ({"error": {"code": "1210", "message": "API 调用参数有误：max_tokens 取值范围为 [1, 4095]"}}, Adaptation("max_tokens", 4095)),
        (said("最大输出 token 数上限为 2048"), Adaptation("max_tokens", 2048)),
        (said("max_tokens exceeds the limit of this model"), Adaptation("max_tokens")),
        # temperature
        (openai("Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.", "temperature", "unsupported_value"), NO_HEAT),
        (said("invalid temperature: only 1 is allowed for this model"), NO_HEAT),
        (said("`temperature` 只能为 1"), NO_HEAT),
        (said("参数 temperature 取值非法"), NO_HEAT),
        ({"code": "Client specified an invalid argument", "error": "Argument not supported on this model: temperature"}, NO_HEAT),
        # the usage of a stream
        (said("Unrecognized request argument supplied: stream_options"), NO_USAGE),
        (said("create() got an unexpected keyword argument 'stream_options'"), NO_USAGE),
        (said("property 'stream_options' is unsupported"), NO_USAGE),
        (said("Additional properties are not allowed ('stream_options' was unexpected)"), NO_USAGE),
        ({"detail": [{"loc": ["body", "stream_options", "include_usage"], "msg": "extra fields not permitted"}]}, NO_USAGE),
        (said("Unknown parameter: 'stream_options'. Allowed parameters are model, messages, temperature, max_tokens."), NO_USAGE),
        (said("Supported fields: model, messages, max_tokens. stream_options is not one of them"), NO_USAGE),
        (said("不支持 stream_options 参数"), NO_USAGE),
        # the stream itself
        (openai("Your organization must be verified to stream this model.", "stream", "unsupported_value"), Adaptation("stream")),
        (said("stream is not supported"), Adaptation("stream")),
        # the role of the system text
        (openai("Unsupported value: 'messages[0].role' does not support 'system' with this model.", "messages[0].role"), ROLE),
        (said("System role not supported"), ROLE),
        (said("Jinja Exception: Conversation roles must alternate user/assistant/user/assistant/..."), ROLE),
        (said("Only user and assistant roles are supported!"), ROLE),
        (said("Developer instruction is not enabled for models/gemma-3-27b-it"), ROLE),
        (said("Invalid role: system"), ROLE),
        (said("messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter"), ROLE),
        ({"detail": [{"loc": ["body", "messages", 0, "role"], "msg": "Input should be 'user' or 'assistant'"}]}, ROLE),
        (said("该模型不支持 system 角色"), ROLE),
        ({"error": {"code": "1214", "message": "角色信息不正确"}}, ROLE),
        # keywords of the schema
        (said("Invalid JSON payload received. Unknown name \"additionalProperties\" at 'generation_config.response_schema': Cannot find field."), Adaptation("additionalProperties")),
        (openai("Unknown parameter: 'response_format.json_schema.strict'.", "response_format.json_schema.strict"), Adaptation("strict")),
        (said("Unsupported keyword 'maxItems'"), Adaptation("maxItems")),
        # the same in other words
        (said("参数 `max_tokens` 不受支持，请改用 `max_completion_tokens`"), RENAMED),
        (said("不支持的参数: max_tokens"), RENAMED),
        (said("max_tokens is not permitted for reasoning models; use max_completion_tokens"), RENAMED),
        (said('Extra inputs are not permitted, field: \'stream_options\', value: {\'include_usage\': True}'), NO_USAGE),
        (said('json: unknown field "stream_options"'), NO_USAGE),
        (said('The parameter stream_options is only allowed when stream is true'), NO_USAGE),
        (said("Role 'system' is not supported"), ROLE),
        (said("messages[0].role must be one of user, assistant"), ROLE),
        (said("role must be user or assistant"), ROLE),
        (said("Invalid value: 'system'. Supported values are: 'assistant' and 'user'."), ROLE),
        (said("'system' is not a valid role"), ROLE),
        (said("'system' is not one of ['user', 'assistant'] - 'messages.0.role'"), ROLE),
        (said("Unsupported role 'system'"), ROLE),
        (said("System messages are not supported"), ROLE),
        (said("This model doesn't support system instructions"), ROLE),
        (said("messages 中不允许 system"), ROLE),
        (said("首条消息的 role 必须为 user"), ROLE),
        (said("role 只能为 user 或 assistant"), ROLE),
        (said("第一条消息必须是 user"), ROLE),
        (said("The first message must have role user"), ROLE),
        (said("invalid message role: system"), ROLE),
        (said("the role of messages[0] is illegal"), ROLE),
        (said("不支持系统消息"), ROLE),
        (said("系统角色不受支持"), ROLE),
        (said("`system` is not allowed as a role"), ROLE),
        (said("temperature is not supported for reasoning models"), NO_HEAT),
        (said("The parameter `temperature` must be 1 when thinking is enabled"), NO_HEAT),
        (said("`temperature` may only be set to 1 when thinking is enabled"), NO_HEAT),
        (said("温度只能为1"), NO_HEAT),
        (said("temperature should be 1.0"), NO_HEAT),
        (said("max_tokens (20000) must be ≤ 8192"), Adaptation("max_tokens", 8192)),
        (said("The value of max_tokens should be in the range [1,8192]"), Adaptation("max_tokens", 8192)),
        (said("max_tokens超出模型最大输出长度8192"), Adaptation("max_tokens", 8192)),
        (said("max_tokens 20000 is greater than the maximum of 8192"), Adaptation("max_tokens", 8192)),
        (said("Requested max_tokens 20000 exceeds model's maximum output of 4,096 tokens"), Adaptation("max_tokens", 4096)),
        (said("max_tokens too large (max: 4096)"), Adaptation("max_tokens", 4096)),
        (said("max_tokens: must be <= 4096"), Adaptation("max_tokens", 4096)),
        (said("max_tokens 必须小于等于 4096"), Adaptation("max_tokens", 4096)),
        (said("max_tokens 必须小于 4097"), Adaptation("max_tokens", 4096)),
        (said("max_tokens取值范围：1~4096"), Adaptation("max_tokens", 4096)),
        (said("max_tokens 参数过大，该模型最大支持 4096"), Adaptation("max_tokens", 4096)),
        (said("输出长度不能超过4096"), Adaptation("max_tokens", 4096)),
        (said("Maximum output tokens is 4096"), Adaptation("max_tokens", 4096)),
        (said("completion tokens limit is 4096"), Adaptation("max_tokens", 4096)),
        (said("max_tokens too big"), Adaptation("max_tokens")),
        (said("Streaming is not supported for this model"), Adaptation("stream")),
        (said("stream=true is not supported"), Adaptation("stream")),
        (said("This model does not support streaming"), Adaptation("stream")),
        (said("该模型不支持流式输出"), Adaptation("stream")),
        # and in other shapes
        ({"issues":[{"code":"too_big","maximum":4096,"path":["max_tokens"],"message":"Number must be less than or equal to 4096"}]},Adaptation("max_tokens",4096)),
        ({"error":{"code":"BadRequest","target":"max_tokens","message":"not supported"}},RENAMED),
        ({"type":"about:blank","title":"Bad Request","status":400,"detail":"unknown field","invalid-params":[{"name":"stream_options","reason":"unknown"}]},NO_USAGE),
        ({"errors":[{"field":"temperature","message":"must be 1"}]},NO_HEAT),
        ({"error":{"message":"bad","details":[{"@type":"x","fieldViolations":[{"field":"max_tokens","description":"unknown"}]}]}},RENAMED),
        ({"detail":[{"loc":["body","messages",0,"ChatCompletionSystemMessageParam","role"],"msg":"bad"}]},ROLE),
        ({"detail":{"message":"Unsupported parameter: max_tokens"}},RENAMED),
        ({"msg":"temperature 只能为 1","code":400},NO_HEAT),
        ({"error_msg":"不支持 stream_options","error_code":336003},NO_USAGE),
        ({"Response":{"Error":{"Code":"InvalidParameter","Message":"max_tokens 不支持"}}},RENAMED),
        ("Unsupported parameter: max_tokens",RENAMED),
        ('"Unsupported parameter: max_tokens"',RENAMED),
        ({"error":"Unsupported parameter: max_tokens"},RENAMED),
        ({"error":["Unsupported parameter: max_tokens"]},RENAMED),
        ({"error":{"message":["Unsupported parameter: max_tokens"]}},RENAMED),
        ({"status":"error","data":{"message":"Unsupported parameter: max_tokens"}},RENAMED),
        # another kind of structured output is the remedy, or nobody knows one
        (openai("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", "response_format"), None),
        (said("json_schema is not supported; use json_object with a lower temperature"), None),
        (said("The tool_choice parameter does not support being set to required or object in thinking mode"), None),
        (said("Invalid schema for response_format 'x': 'additionalProperties' is required to be supplied and to be false."), None),
        (said("response_format is not supported"), None),
        (said("tools is not supported"), None),
        (said("tool_choice: Input should be 'auto', 'none' or 'required'"), None),
        (said("Something else"), None),
        ("<html>max_tokens</html>", None),
        (None, None),
        ({"detail": [{"loc": ["body", "user"], "msg": "bad", "input": "temperature and max_tokens in a candidate's answer"}]}, None),
    ],
)  # fmt: skip
def test_the_field_that_an_error_names_is_sent_otherwise(body: Any, adaptation: Adaptation | None) -> None:
    assert propose(read_error(body), SENT, ()) == adaptation
    assert isinstance(body, str) or propose(read_error(json.dumps(body)), SENT, ()) == adaptation
    assert adaptation is None or is_known(adaptation.field, adaptation.instead)


def test_the_newer_name_is_swapped_for_the_older_one() -> None:
    body = said("Unrecognized request argument supplied: max_completion_tokens")
    assert propose(read_error(body), NEWER, ()) == Adaptation("max_completion_tokens", "max_tokens")


def test_a_name_that_was_swapped_in_vain_is_left_out() -> None:
    body = said("Unknown parameter: max_completion_tokens")
    assert propose(read_error(body), NEWER, (RENAMED,)) == Adaptation("max_completion_tokens")


def test_a_field_that_was_not_sent_is_not_adapted_to() -> None:
    bare = {"model": "m", "messages": [{"role": "user", "content": "a"}]}
    assert [
        propose(read_error(said(text)), bare, ()) for text in ("bad temperature", "max_tokens too large", "system role not supported")
    ] == [None] * 3


def test_what_is_adapted_is_sent_so() -> None:
    sent = adapt(
        SENT,
        [
            RENAMED,
            Adaptation("max_completion_tokens", 4096),
            NO_HEAT,
            NO_USAGE,
            ROLE,
            Adaptation("additionalProperties"),
            Adaptation("title"),
        ],
    )

    assert sent["max_completion_tokens"] == 4096
    assert not {"max_tokens", "temperature", "stream_options"} & set(sent)
    assert sent["messages"] == [{"role": "user", "content": "rules\n\nanswer"}]
    shape = sent["response_format"]["json_schema"]["schema"]
    assert (set(shape), list(shape["properties"])) == ({"type", "required", "properties"}, ["title"])
    assert "additionalProperties" in SENT["response_format"]["json_schema"]["schema"]


def test_a_lower_limit_raises_nothing_and_a_stream_that_is_left_out_takes_its_options_along() -> None:
    sent = adapt({**SENT, "max_tokens": 100}, [Adaptation("max_tokens", 4096), Adaptation("stream")])

    assert (sent["max_tokens"], "stream_options" in sent) == (100, False)


@pytest.mark.parametrize("each", [RENAMED, ROLE, NO_USAGE, Adaptation("max_tokens", 4096)])
def test_an_adaptation_is_told_in_both_languages(each: Adaptation) -> None:
    assert each.told.zh
    assert each.told.en
    assert each.field.split("_")[0] in each.told.en


@pytest.mark.parametrize(
    ("field", "instead"), [("model", None), ("max_tokens", "n"), ("max_tokens", -1), ("temperature", 1), ("system", None)]
)
def test_what_could_not_have_been_proposed_is_not_known(field: str, instead: object) -> None:
    assert not is_known(field, instead)
