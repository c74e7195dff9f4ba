"""Frozen values to and from JSON: what a stored grade or question looks like inside its column."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import TypeAdapter

from interviewer.models import Grade, Outcome, Question, Ungraded

_GRADE = TypeAdapter(Grade)
_UNGRADED = TypeAdapter(Ungraded)
_QUESTION = TypeAdapter(Question)


def encode_outcome(outcome: Outcome) -> dict[str, Any]:
    """A JSON object with a `kind` of "grade" or "ungraded"."""
    if isinstance(outcome, Grade):
        return {"kind": "grade", **_GRADE.dump_python(outcome, mode="json")}
    return {"kind": "ungraded", **_UNGRADED.dump_python(outcome, mode="json")}


def decode_outcome(data: dict[str, Any]) -> Outcome:
    """The reverse of `encode_outcome`."""
    fields = {key: value for key, value in data.items() if key != "kind"}
    return _GRADE.validate_python(fields) if data["kind"] == "grade" else _UNGRADED.validate_python(fields)


def encode_question(question: Question) -> dict[str, Any]:
    """The whole question as a JSON object."""
    encoded: dict[str, Any] = _QUESTION.dump_python(question, mode="json")
    return encoded


def decode_question(data: dict[str, Any]) -> Question:
    """The reverse of `encode_question`."""
    return _QUESTION.validate_python(data)


def digest_question(question: Question) -> str:
    """SHA-256 in hex of everything in the question: two snapshots are one when nothing differs."""
    return hashlib.sha256(json.dumps(encode_question(question), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
