"""Finding the JSON object in a model's reply: past thinking, code fences and prose, and whether it was ever closed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_THINKING = re.compile(r"\A\s*<(think|thinking|reasoning)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACES_TRIED = 20


def find_object(text: str, *, required: Sequence[str]) -> dict[str, Any] | None:
    """The first complete JSON object with these keys, past thinking, code fences and prose; nothing is ever repaired."""
    body = strip_thinking(text)
    decoder = json.JSONDecoder(strict=False)
    start = body.find("{")
    for _ in range(_BRACES_TRIED):
        if start < 0:
            return None
        try:
            found, end = decoder.raw_decode(body, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            if isinstance(found, dict) and all(key in found for key in required):
                return found
        start = body.find("{", end)
    return None


def is_unfinished(text: str) -> bool:
    """Whether a reply begins as a JSON object that is never closed. Some servers report a normal end for it."""
    body = strip_thinking(text).strip()
    bare = _STRING.sub("", body)
    return body.startswith("{") and (bare.count("{") > bare.count("}") or '"' in bare)


def strip_thinking(text: str) -> str:
    """The text after a leading <think> block; empty while the block is still open."""
    thought = _THINKING.match(text)
    return text[thought.end() :] if thought else text
