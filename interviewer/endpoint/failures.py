"""What an endpoint's error means: from a status, a code and a message to one of `models.Reason`, and whether to try again.

Pure. Messages are only looked into, never kept: they may quote the prompt or the key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from interviewer.models import Reason

_TOO_LONG = re.compile(r"context[ _]?(?:length|window|size)|prompt is too long|too many tokens|string_above_max_length")
_QUOTA = re.compile(r"insufficient_quota|insufficient (?:balance|credits?|funds)|exceeded your current quota|billing|payment required")
_NO_MODEL = re.compile(r"model_not_found|model.{0,80}(?:not found|does not exist|not exist)|(?:no such|unknown|invalid) model")
_WRONG_KEY = re.compile(r"invalid_api_key|incorrect api key|api key not valid|invalid api key")
_FILTER = re.compile(r"content_filter|content_policy|content management policy|responsibleaipolicy")
_CODE = re.compile(r"^[A-Za-z][\w.-]{0,39}$")
_UNSETTLING = frozenset({400, 404, 405, 415, 422, 500, 501})
"""Statuses with which servers turn down a kind of structured output that they do not know."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed attempt. `retry`: the same request may do better; `retry_after`: seconds the endpoint asked to wait.

    `rejects`: the endpoint may merely not know the kind of structured output, so another kind is worth a try.
    """

    reason: Reason
    detail: str
    retry: bool = False
    rejects: bool = False
    retry_after: float | None = None


def classify_status(status: int, code: str, message: str, retry_after: float | None = None) -> Failure:
    """The meaning of an HTTP error answer. `code` and `message` as in OpenAI's error body, empty if there were none."""
    detail = f"HTTP {status}" + (f" ({code})" if _CODE.match(code) else "")
    reason = _reason_of(status, f"{code} {message}".lower())
    rejects = status in _UNSETTLING and reason in (Reason.SERVER_ERROR, Reason.NO_SUCH_MODEL) and not _names_model(code, message)
    retry = reason in (Reason.RATE_LIMIT, Reason.TIMEOUT) or (reason is Reason.SERVER_ERROR and (status >= 500 or status == 409))
    return Failure(reason, detail, retry=retry, rejects=rejects, retry_after=retry_after)


def _names_model(code: str, message: str) -> bool:
    return _NO_MODEL.search(f"{code} {message}".lower()) is not None


def _reason_of(status: int, said: str) -> Reason:
    if status == 402 or (_QUOTA.search(said) and status in (400, 403, 429)):
        return Reason.QUOTA
    if status == 429:
        return Reason.RATE_LIMIT
    if status == 413 or (_TOO_LONG.search(said) and status < 500):
        return Reason.TOO_LONG
    if _FILTER.search(said) and status < 500:
        return Reason.REFUSAL
    if status in (401, 403) or _WRONG_KEY.search(said):
        return Reason.WRONG_KEY
    if status == 404 or _NO_MODEL.search(said):
        return Reason.NO_SUCH_MODEL
    return Reason.TIMEOUT if status == 408 else Reason.SERVER_ERROR


def parse_retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `Retry-After` (seconds or a date); None if absent or senseless."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * scale
        except ValueError:
            seconds = _until(value, now or datetime.now(UTC))
        if 0 <= seconds < 86_400:
            return seconds
    return None


def _until(date: str, now: datetime) -> float:
    try:
        return max(0.0, (parsedate_to_datetime(date) - now).total_seconds())
    except (ValueError, TypeError):
        return -1.0
