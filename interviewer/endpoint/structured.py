"""The ways of asking an endpoint for JSON of a given shape.

Which way to try, and when one counts as turned down, is decided in `retry` and `client`; which one worked is kept in `memory`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, get_args

Mode = Literal["json_schema", "function_calling", "json_object", "json_object_plain", "tool_choice_auto", "prompt"]
"""`json_object` carries the schema, as llama.cpp and others take it; `json_object_plain` and `prompt` tell it in the prompt's text.
`function_calling` forces the call; `tool_choice_auto` leaves it to the model, as thinking models want it."""
MODES: tuple[Mode, ...] = get_args(Mode)
"""In the order in which they are tried: the strictest first."""


def request_parts(mode: Mode, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a chat request that ask for JSON of this shape; `schema["title"]` names it."""
    name = str(schema.get("title", "reply"))
    if mode == "json_schema":
        return {"response_format": {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": dict(schema)}}}
    if mode in ("function_calling", "tool_choice_auto"):
        function = {"name": name, "description": str(schema.get("description", "")), "parameters": dict(schema)}
        chosen = {"type": "function", "function": {"name": name}} if mode == "function_calling" else "auto"
        return {"tools": [{"type": "function", "function": function}], "tool_choice": chosen}
    if mode == "json_object":
        return {"response_format": {"type": "json_object", "schema": dict(schema)}}
    return {"response_format": {"type": "json_object"}} if mode == "json_object_plain" else {}


def instruction(mode: Mode, schema: Mapping[str, Any]) -> str:
    """What the last message has to say in addition, because no field says it; empty where the fields do."""
    if mode == "tool_choice_auto":
        return f"Reply by calling the function `{schema.get('title', 'reply')}`, or with its arguments as one JSON object and nothing else."
    if mode in ("json_object_plain", "prompt"):
        shape = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
        return f"Reply with one JSON object and nothing else, no code fence. It has to fit this JSON schema:\n{shape}"
    return ""
