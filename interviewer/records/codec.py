"""Grades to and from JSON: what a stored outcome looks like inside its column."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from interviewer.models import AsideReply, Grade, Outcome, Ungraded

_GRADE = TypeAdapter(Grade)
_UNGRADED = TypeAdapter(Ungraded)
_ASIDE = TypeAdapter(AsideReply)


def encode_outcome(outcome: Outcome) -> dict[str, Any]:
    """A JSON object with a `kind` of "grade", "aside" or "ungraded"."""
    if isinstance(outcome, Grade):
        return {"kind": "grade", **_GRADE.dump_python(outcome, mode="json")}
    if isinstance(outcome, AsideReply):
        return {"kind": "aside", **_ASIDE.dump_python(outcome, mode="json")}
    return {"kind": "ungraded", **_UNGRADED.dump_python(outcome, mode="json")}


def decode_outcome(data: dict[str, Any]) -> Outcome:
    """The reverse of `encode_outcome`."""
    fields = {key: value for key, value in data.items() if key != "kind"}
    if data["kind"] == "grade":
        return _GRADE.validate_python(fields)
    return _ASIDE.validate_python(fields) if data["kind"] == "aside" else _UNGRADED.validate_python(fields)
