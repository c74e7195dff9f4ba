"""What a failed call to a provider means, from the exceptions of langchain, four client libraries and two versions of httpx.

None of them is imported: an exception is known by the status and body that it carries, or by the names of its ancestors. In the end
every failure is one of `failures.classify_status`, whose words are OpenAI's; what the others say instead is in `_SAYS`. The text of
an exception is only looked into, never kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from interviewer.endpoint.connection import EmptyStream, TooLarge
from interviewer.endpoint.failures import Failure, classify_status, parse_retry_after
from interviewer.models import Reason

_STATUSES = {
    "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403, "not_found_error": 404,
    "request_too_large": 413, "rate_limit_error": 429, "api_error": 500, "timeout_error": 504, "overloaded_error": 529,
    "INVALID_ARGUMENT": 400, "FAILED_PRECONDITION": 400, "UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403, "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429, "INTERNAL": 500, "UNAVAILABLE": 503, "DEADLINE_EXCEEDED": 504,
}  # fmt: skip
"""The status that each kind of error comes with, for those told in the middle of a stream, whose status is 200.

https://platform.claude.com/docs/en/api/errors, https://cloud.google.com/apis/design/errors#error_codes
"""
_SAYS = (
    (
        re.compile(r"exceeds? (?:the )?(?:maximum )?context|input length exceeds|exceeds the maximum number of tokens"),
        413,
        "context_length",
    ),
    (re.compile(r"api_key_invalid|api key expired|invalid x-api-key"), 401, "invalid_api_key"),
    (re.compile(r"content filtering policy|prohibited content"), 400, "content_filter"),
    (re.compile(r"perday|credit balance is too low|reached your .{0,30}usage limit"), 429, "insufficient_quota"),
    (re.compile(r"not_found_error"), 404, "model_not_found"),
)
"""What these providers say where OpenAI would give this status and code."""
_TIMEOUTS = frozenset({"TimeoutException", "TimeoutError", "APITimeoutError", "ModelTimeoutError"})
_CONNECTIONS = frozenset({"TransportError", "ConnectionError", "APIConnectionError", "ModelConnectionError", "OSError"})
_STRANGE = frozenset({"ValueError", "KeyError", "TypeError", "IndexError", "AttributeError", "APIResponseValidationError"})
_EMPTY = re.compile(r"^No (?:generation chunks|data received)")
"""How langchain says that a stream ended before it began."""
_SECONDS = re.compile(r"^(\d+(?:\.\d+)?)s$")


def explain(error: BaseException) -> Failure:
    """The failure behind an exception."""
    chain = list(_chain(error))
    if any(isinstance(each, TooLarge) for each in chain):
        return Failure(Reason.UNPARSABLE, "the reply was larger than 1 MB")
    if isinstance(error, EmptyStream) or any(_EMPTY.search(str(each)) for each in chain if isinstance(each, ValueError)):
        return Failure(Reason.UNREACHABLE, "an empty stream", retry=True)
    for each in chain:
        told = _told(each)
        if told is not None:
            return told
    ancestors = {kind.__name__ for each in chain for kind in type(each).__mro__}
    if "ConnectTimeout" in ancestors:
        return Failure(Reason.UNREACHABLE, "no connection in time", retry=True)
    if ancestors & _TIMEOUTS:
        return Failure(Reason.TIMEOUT, "no answer in time", retry=True)
    if ancestors & _CONNECTIONS:
        return Failure(Reason.UNREACHABLE, "no connection, or it broke", retry=True)
    if ancestors & _STRANGE:
        return Failure(Reason.UNPARSABLE, "not the protocol of this provider", retry=True, rejects=True)
    return Failure(Reason.INTERNAL, type(error).__name__)


def blames_temperature(error: BaseException) -> bool:
    """Whether the provider, or its library before it asked, says that the model takes no temperature."""
    for each in _chain(error):
        status = _status_of(each)
        if (status == 400 or (status is None and isinstance(each, ValueError))) and "temperature" in str(each):
            return True
    return False


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what it came from, also where a library hides that."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status_of(error: BaseException) -> int | None:
    """The status that an exception carries, or the answer that it carries; -1 is Ollama's for none."""
    values = (
        getattr(error, "status_code", None),
        getattr(error, "code", None),
        getattr(getattr(error, "response", None), "status_code", None),
    )
    return next((value for value in values if isinstance(value, int)), None)


def _told(error: BaseException) -> Failure | None:
    """What the provider itself said, if this exception carries it."""
    status = _status_of(error)
    if status is None or "APIResponseValidationError" in {kind.__name__ for kind in type(error).__mro__}:
        return None
    body = next((value for name in ("body", "details") if isinstance(value := getattr(error, name, None), dict)), {})
    nested = body.get("error")
    inner: dict[str, Any] = nested if isinstance(nested, dict) else body
    kind = str(inner.get("status") or inner.get("type") or "")
    details = [each for each in inner.get("details") or () if isinstance(each, dict)]
    message = f"{inner.get('message') or getattr(error, 'error', '')}"[:2000]
    reasons = " ".join(str(each.get("reason", "")) + str(each.get("violations", "")) for each in details)
    if not 400 <= status < 600:
        # Told within a stream: the kind says which status it would have been, else the words have to.
        known = classify_status(400, kind, message).reason is not Reason.SERVER_ERROR
        status = _STATUSES.get(kind, 400 if known else 500)
    said = f"{kind} {message} {reasons}".lower()
    for pattern, meant, code in _SAYS:
        if pattern.search(said):
            return replace(classify_status(meant, code, message, _wait(error, details)), status=status)
    # Gemini words a limit by the minute like a used-up quota.
    return classify_status(status, kind, "" if status == 429 else message, _wait(error, details))


def _wait(error: BaseException, details: list[dict[str, Any]]) -> float | None:
    """Seconds to wait, from the headers, or from Google's RetryInfo in the body."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    for each in _chain(error):
        headers = headers or getattr(getattr(each, "response", None), "headers", None)
    told = parse_retry_after(headers) if headers else None
    delays = (_SECONDS.match(str(each.get("retryDelay", ""))) for each in details)
    return told if told is not None else next((float(found[1]) for found in delays if found), None)
