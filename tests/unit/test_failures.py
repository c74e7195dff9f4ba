"""What an endpoint's error means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from interviewer.endpoint.error_body import read_error, tells_error
from interviewer.endpoint.failures import classify_inside, classify_status, parse_retry_after
from interviewer.messages import explain
from interviewer.models import LANGS, Reason


@pytest.mark.parametrize(
    ("status", "code", "message", "reason", "retry"),
    [
        (401, "invalid_api_key", "", Reason.WRONG_KEY, False),
        (403, "", "", Reason.WRONG_KEY, False),
        (400, "", "API key not valid. Please pass a valid API key.", Reason.WRONG_KEY, False),
        (404, "model_not_found", "", Reason.NO_SUCH_MODEL, False),
        (400, "", "The model `x` does not exist", Reason.NO_SUCH_MODEL, False),
        (429, "insufficient_quota", "", Reason.QUOTA, False),
        (402, "", "", Reason.QUOTA, False),
        (403, "", "Insufficient balance", Reason.QUOTA, False),
        (429, "rate_limit_exceeded", "", Reason.RATE_LIMIT, True),
        (429, "", "", Reason.RATE_LIMIT, True),
        (408, "", "", Reason.TIMEOUT, True),
        (500, "", "", Reason.SERVER_ERROR, True),
        (502, "", "", Reason.SERVER_ERROR, True),
        (503, "", "context window", Reason.SERVER_ERROR, True),
        (400, "context_length_exceeded", "", Reason.TOO_LONG, False),
        (413, "", "", Reason.TOO_LONG, False),
        (400, "content_filter", "", Reason.REFUSAL, False),
        (400, "", "unsupported response_format", Reason.SERVER_ERROR, False),
    ],
)
def test_an_error_answer_is_told_by_its_status_code_and_message(status: int, code: str, message: str, reason: Reason, retry: bool) -> None:
    failure = classify_status(status, code, message)

    assert (failure.reason, failure.retry) == (reason, retry)


def openai(code: object, message: str, **more: object) -> dict[str, object]:
    return {"error": {"code": code, "message": message, **more}}


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        # refused for what it says
        (400, openai("data_inspection_failed", "Input data may contain inappropriate content."), Reason.REFUSAL),
        (400, {"code": "DataInspectionFailed", "message": "Output data may contain inappropriate content.", "request_id": "x"}, Reason.REFUSAL),
        (400, openai("1301", "系统检测到输入或生成内容可能包含不安全或敏感内容，请您避免输入易产生敏感内容的提示语，感谢您的配合。"), Reason.REFUSAL),
        (400, openai(1301, "contentFilter"), Reason.REFUSAL),
        (400, openai("invalid_request_error", "Content Exists Risk"), Reason.REFUSAL),
        (400, openai("content_filter", "The request was rejected because it was considered high risk"), Reason.REFUSAL),
        (400, openai("SensitiveContentDetected", "the input text may contain sensitive information"), Reason.REFUSAL),
        (403, openai(403, "Input was flagged by moderation"), Reason.REFUSAL),
        (451, openai("censorship_blocked", "内容审核未通过"), Reason.REFUSAL),
        (400, openai("", "内容违反相关法律法规"), Reason.REFUSAL),
        (500, openai("", "输出内容不合规"), Reason.REFUSAL),
        (400, {"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}}, Reason.REFUSAL),
        # no money, however it is told
        (400, openai("Arrearage", "Access denied, please make sure your account is in good standing."), Reason.QUOTA),
        (403, {"code": 30001, "message": "Sorry, your account balance is insufficient", "data": None}, Reason.QUOTA),
        (403, openai("AccountOverdueError", "The request failed because your account has an overdue balance."), Reason.QUOTA),
        (403, openai("AllocationQuota.FreeTierOnly", "The free tier of the model has been exhausted."), Reason.QUOTA),
        (429, openai("1113", "您的账户已欠费，请充值后重试。"), Reason.QUOTA),
        (429, {"error": {"message": "账户余额不足"}}, Reason.QUOTA),
        (429, openai("exceeded_current_quota_error", "Your account is suspended, please check your plan and billing details"), Reason.QUOTA),
        (400, {"type": "error", "error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}}, Reason.QUOTA),
        (403, {"code": "permission-denied", "error": "Your newly created team doesn't have any credits yet."}, Reason.QUOTA),
        (401, openai("", "额度已用尽"), Reason.QUOTA),
        (500, openai("", "资源包余量已用尽"), Reason.QUOTA),
        (429, openai("1304", "该API已达今日调用次数限额"), Reason.QUOTA),
        # too much at a time
        (429, openai("1302", "您当前使用该API的并发数过高，请降低并发，或联系客服增加限额。"), Reason.RATE_LIMIT),
        (429, openai("Throttling.AllocationQuota", "Allocated quota exceeded, please increase your quota limit."), Reason.RATE_LIMIT),
        (429, [{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "You exceeded your current quota. Please retry in 36.5s."}}], Reason.RATE_LIMIT),
        (400, openai("ThrottlingException", "Too many requests, please wait."), Reason.RATE_LIMIT),
        (403, openai("", "请求过于频繁"), Reason.RATE_LIMIT),
        # the key
        (400, [{"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "API key not valid. Please pass a valid API key."}}], Reason.WRONG_KEY),
        (400, openai("", "密钥无效"), Reason.WRONG_KEY),
        (403, openai("", "身份验证失败"), Reason.WRONG_KEY),
        (500, {"message": "Incorrect API key provided"}, Reason.WRONG_KEY),
        # the model
        (400, {"code": 20012, "message": "Model does not exist. Please check it carefully.", "data": None}, Reason.NO_SUCH_MODEL),
        (400, openai("1211", "模型不存在，请检查模型代码。"), Reason.NO_SUCH_MODEL),
        (404, openai("DeploymentNotFound", "The API deployment for this resource does not exist."), Reason.NO_SUCH_MODEL),
        (403, openai("Model.AccessDenied", "Model access denied."), Reason.NO_SUCH_MODEL),
        (404, openai("ModelNotOpen", "Your account has not activated the model"), Reason.NO_SUCH_MODEL),
        # the length
        (400, openai("1261", "Prompt 超长"), Reason.TOO_LONG),
        (400, openai("InvalidParameter", "Range of input length should be [1, 30720]"), Reason.TOO_LONG),
        (422, {"detail": "输入内容超过模型上下文长度"}, Reason.TOO_LONG),
        # nothing of all that
        (404, openai("", "model names are case-sensitive"), Reason.NO_SUCH_MODEL),
        (400, openai("", "unknown field"), Reason.SERVER_ERROR),
        (400, "<html>balance insufficient</html>", Reason.SERVER_ERROR),
    ],
)  # fmt: skip
def test_the_words_of_a_body_decide_together_with_the_status(status: int, body: object, reason: Reason) -> None:
    said = read_error(body)

    assert classify_status(status, said.code, said.message).reason is reason


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (400, "您的输入包含敏感信息", Reason.REFUSAL),
        (400, "sensitive_words_detected", Reason.REFUSAL),
        (400, "content violates our usage policies", Reason.REFUSAL),
        (400, "Your request was rejected by our safety system", Reason.REFUSAL),
        (400, "命中风控策略", Reason.REFUSAL),
        (400, "涉及违禁内容", Reason.REFUSAL),
        (403, "blocked by content filter", Reason.REFUSAL),
        (400, "harmful content detected", Reason.REFUSAL),
        (400, "unsafe content", Reason.REFUSAL),
        (400, "触发安全策略", Reason.REFUSAL),
        (400, "risk_control", Reason.REFUSAL),
        (422, "内容被拦截", Reason.REFUSAL),
        (400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy", Reason.REFUSAL),
        (403, "用户额度不足, 剩余额度: ＄0.00", Reason.QUOTA),
        (403, "insufficient_user_quota", Reason.QUOTA),
        (403, "预扣费额度失败", Reason.QUOTA),
        (401, "该令牌额度已用尽", Reason.QUOTA),
        (400, "Budget has been exceeded! Current cost: 1.2, Max budget: 1.0", Reason.QUOTA),
        (403, "You have run out of credits", Reason.QUOTA),
        (429, "You have reached your monthly usage limit", Reason.QUOTA),
        (403, "trial has expired", Reason.QUOTA),
        (403, "Your subscription has expired", Reason.QUOTA),
        (400, "account balance not enough", Reason.QUOTA),
        (403, "账户已欠费", Reason.QUOTA),
        (400, "余额不足", Reason.QUOTA),
        (429, "tokens 包已用完", Reason.QUOTA),
        (403, "insufficient balance", Reason.QUOTA),
        (400, "欠费停机", Reason.QUOTA),
        (429, "Your credit balance is exhausted", Reason.QUOTA),
        (403, "quota exhausted", Reason.QUOTA),
        (403, "no quota left", Reason.QUOTA),
        (429, "免费试用额度已用完", Reason.QUOTA),
        (429, "当前分组上游负载已饱和，请稍后再试", Reason.RATE_LIMIT),
        (403, "rate limited", Reason.RATE_LIMIT),
        (400, "requests are too frequent", Reason.RATE_LIMIT),
        (403, "QPS 超限", Reason.RATE_LIMIT),
        (400, "触发限速", Reason.RATE_LIMIT),
        (400, "无效的令牌", Reason.WRONG_KEY),
        (400, "Invalid API-key provided.", Reason.WRONG_KEY),
        (400, "invalid x-api-key", Reason.WRONG_KEY),
        (400, "InvalidApiKey", Reason.WRONG_KEY),
        (500, "Invalid Authentication", Reason.WRONG_KEY),
        (400, "鉴权失败", Reason.WRONG_KEY),
        (400, "apikey 不存在", Reason.WRONG_KEY),
        (400, "未提供令牌", Reason.WRONG_KEY),
        (400, "model gpt-9 is not supported", Reason.NO_SUCH_MODEL),
        (503, "当前分组 default 下对于模型 gpt-9 无可用渠道", Reason.SERVER_ERROR),
        (400, "Model Not Exist", Reason.NO_SUCH_MODEL),
        (404, "The model `x` does not exist or you do not have access to it.", Reason.NO_SUCH_MODEL),
        (400, "模型 x 不存在", Reason.NO_SUCH_MODEL),
        (400, "没有权限访问模型 x", Reason.NO_SUCH_MODEL),
        (400, "Your request exceeded model token limit: 8192", Reason.TOO_LONG),
        (400, "This model's maximum context length is 8192 tokens", Reason.TOO_LONG),
        (400, "the request exceeds the available context size. try increasing the context size", Reason.TOO_LONG),
        (400, "Input is too long for requested model", Reason.TOO_LONG),
        (400, "prompt tokens exceed the limit", Reason.TOO_LONG),
        (400, "输入超长", Reason.TOO_LONG),
        (400, "tokens 总数超过模型上限", Reason.TOO_LONG),
        (400, "Requested token count exceeds the model's maximum context length", Reason.TOO_LONG),
        (400, "input length exceeds", Reason.TOO_LONG),
        (429, "quota exhausted: 10 requests per minute", Reason.RATE_LIMIT),
    ],
)  # fmt: skip
def test_the_same_is_told_in_many_words(status: int, message: str, reason: Reason) -> None:
    assert classify_status(status, "", message).reason is reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": {"code": 401, "message": "No auth credentials found"}}, Reason.WRONG_KEY),
        ({"error": {"code": "429", "message": "slow down"}}, Reason.RATE_LIMIT),
        ([{"error": {"code": 402, "message": "no"}}], Reason.QUOTA),
        ({"error": {"message": "too many", "code": "rate_limit_exceeded"}}, Reason.RATE_LIMIT),
        ({"error": "账户余额不足"}, Reason.QUOTA),
        ({"code": 500, "msg": "404 NOT_FOUND", "success": False}, Reason.SERVER_ERROR),
        ({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, Reason.QUOTA),
        ({"choices": None, "base_resp": {"status_code": 2049, "status_msg": ""}}, Reason.WRONG_KEY),
        ({"error": {"message": "something", "code": "1301"}}, Reason.REFUSAL),
        ({"error": {"message": "upstream", "code": 502}}, Reason.SERVER_ERROR),
    ],
)
def test_an_error_that_came_with_200_is_told_by_its_own_number_and_words(body: object, reason: Reason) -> None:
    assert tells_error(body)
    assert classify_inside(read_error(body)).reason is reason


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [{"message": {"content": "error"}}], "base_resp": {"status_code": 0}}, {"choices": [], "usage": {}}, {"error": None, "choices": []},
        {"choices": [], "base_resp": {"status_code": 0, "status_msg": ""}}, [], [1], "text", None,
    ],
)  # fmt: skip
def test_what_is_no_error_is_none(body: object) -> None:
    assert not tells_error(body)


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (400, "json_validate_failed", "Failed to generate JSON. Please adjust your prompt."),
        (400, "tool_use_failed", "Failed to call a function."),
        (500, "", "error parsing tool call: raw='{', err=unexpected end of JSON input"),
        (422, "", "The model produced invalid content"),
    ],
)
def test_a_bad_generation_that_the_server_noticed_is_no_word_against_the_kind_of_output(status: int, code: str, message: str) -> None:
    failure = classify_status(status, code, message)

    assert (failure.reason, failure.retry, failure.clearly) == (Reason.UNPARSABLE, True, False)


@pytest.mark.parametrize(("status", "code", "rejects"), [
    (400, "", True), (404, "", True), (422, "", True), (500, "", True), (501, "", True),
    (502, "", False), (401, "", False), (429, "", False), (404, "model_not_found", False), (400, "context_length_exceeded", False),
])  # fmt: skip
def test_only_errors_that_may_mean_an_unknown_kind_of_structured_output_reject_it(status: int, code: str, rejects: bool) -> None:
    assert classify_status(status, code, "").rejects is rejects


def test_the_detail_holds_no_message_and_no_odd_code() -> None:
    assert classify_status(401, "bad_key", "key sk-secret is wrong").detail == "HTTP 401 (bad_key)"
    assert classify_status(401, "sk secret!", "").detail == "HTTP 401"
    assert classify_status(400, "1301", "").detail == "HTTP 400 (1301)"


@pytest.mark.parametrize(("headers", "seconds"), [
    ({"retry-after": "3"}, 3.0), ({"retry-after-ms": "250", "retry-after": "1"}, 0.25), ({}, None), ({"retry-after": "soon"}, None),
    ({"retry-after": "-4"}, None), ({"retry-after": "Fri, 02 Jan 2026 00:00:30 GMT"}, 30.0),
])  # fmt: skip
def test_the_wish_to_wait_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert parse_retry_after(headers, now=datetime(2026, 1, 2, tzinfo=UTC)) == seconds


def test_every_reason_is_explained_in_both_languages() -> None:
    assert all(explain(reason, lang) for reason in Reason for lang in LANGS)
