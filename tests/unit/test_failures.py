"""What an endpoint's error means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from interviewer.endpoint.failures import classify_status, parse_retry_after
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


@pytest.mark.parametrize(("status", "code", "rejects"), [
    (400, "", True), (404, "", True), (422, "", True), (500, "", True), (501, "", True),
    (502, "", False), (401, "", False), (429, "", False), (404, "model_not_found", False), (400, "context_length_exceeded", False),
])  # fmt: skip
def test_only_errors_that_may_mean_an_unknown_kind_of_structured_output_reject_it(status: int, code: str, rejects: bool) -> None:
    assert classify_status(status, code, "").rejects is rejects


def test_the_detail_holds_no_message_and_no_odd_code() -> None:
    assert classify_status(401, "bad_key", "key sk-secret is wrong").detail == "HTTP 401 (bad_key)"
    assert classify_status(401, "sk secret!", "").detail == "HTTP 401"


@pytest.mark.parametrize(("headers", "seconds"), [
    ({"retry-after": "3"}, 3.0), ({"retry-after-ms": "250", "retry-after": "1"}, 0.25), ({}, None), ({"retry-after": "soon"}, None),
    ({"retry-after": "-4"}, None), ({"retry-after": "Fri, 02 Jan 2026 00:00:30 GMT"}, 30.0),
])  # fmt: skip
def test_the_wish_to_wait_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert parse_retry_after(headers, now=datetime(2026, 1, 2, tzinfo=UTC)) == seconds


def test_every_reason_is_explained_in_both_languages() -> None:
    assert all(explain(reason, lang) for reason in Reason for lang in LANGS)
