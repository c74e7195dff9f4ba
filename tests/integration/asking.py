"""Asking a scripted endpoint as the examiner does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from interviewer.config import Settings
from interviewer.endpoint.chat import CallFailed, Message
from interviewer.endpoint.client import Endpoint
from interviewer.endpoint.retry import Patience
from tests.endpoint import Reply, Script

SCHEMA = {"title": "x", "type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
MESSAGES = (Message("system", "the rules"), Message("user", "the secret answer"))


def settings(folder: Path, base_url: str, **more: object) -> Settings:
    wanted = {"INTERVIEWER_MODEL": "scripted", "INTERVIEWER_DATA": folder, "INTERVIEWER_TIMEOUT": 5.0, "INTERVIEWER_DEADLINE": 10.0}
    return Settings.model_validate({"OPENAI_BASE_URL": base_url, **wanted, **more})


@contextmanager
def opened(configured: Settings) -> Iterator[Endpoint]:
    """An endpoint with its libraries loaded, that waits a hundredth of the usual time between attempts."""
    patience = Patience(configured.attempts, pause=lambda seconds: time.sleep(seconds / 100), jitter=lambda: 0.0)
    endpoint = Endpoint(configured, patience=patience)
    endpoint.open()
    try:
        yield endpoint
    finally:
        endpoint.close()


def ask(endpoint: Endpoint, *, deadline: float = 10.0, on_text: Callable[[str], None] = lambda _text: None) -> str:
    return endpoint.complete(MESSAGES, SCHEMA, deadline=deadline, on_text=on_text).text


def failure(endpoint: Endpoint, *, deadline: float = 10.0) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        ask(endpoint, deadline=deadline)
    return caught.value


def always(reply: Reply) -> Script:
    return lambda _request: reply
