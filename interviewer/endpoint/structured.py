"""The ways of asking an endpoint for JSON of a given shape, and the memory of which one an endpoint understands.

Which way to try, and when one counts as turned down, is decided in `client`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

Mode = Literal["json_schema", "function_calling", "json_object"]
MODES: tuple[Mode, ...] = get_args(Mode)
"""In the order in which they are tried: the strictest first."""


def request_parts(mode: Mode, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a chat request that ask for JSON of this shape; `schema["title"]` names it."""
    name = str(schema.get("title", "reply"))
    if mode == "json_schema":
        return {"response_format": {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": dict(schema)}}}
    if mode == "function_calling":
        function = {"name": name, "description": str(schema.get("description", "")), "parameters": dict(schema)}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": {"type": "function", "function": {"name": name}}}
    return {"response_format": {"type": "json_object", "schema": dict(schema)}}


class ModeMemory:
    """Which mode each endpoint and model understands, kept in memory and in a small JSON file.

    The file is a cache: lost or unreadable, the mode is negotiated again. It holds hashes, no addresses and no keys.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, Mode] | None = None
        self._lock = Lock()

    def recall(self, base_url: str, model: str) -> Mode | None:
        """The mode that worked before, if any."""
        with self._lock:
            return self._load().get(_key(base_url, model))

    def keep(self, base_url: str, model: str, mode: Mode) -> None:
        """Remember a mode that worked."""
        with self._lock:
            known = self._load()
            if known.get(_key(base_url, model)) != mode:
                known[_key(base_url, model)] = mode
                self._save(known)

    def forget(self, base_url: str, model: str) -> None:
        """Drop what was known: the endpoint no longer understands it."""
        with self._lock:
            known = self._load()
            if known.pop(_key(base_url, model), None):
                self._save(known)

    def _load(self) -> dict[str, Mode]:
        if self._known is None:
            try:
                read = json.loads(self._file.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                read = {}
            self._known = {str(key): mode for key, mode in read.items() if mode in MODES} if isinstance(read, dict) else {}
        return self._known

    def _save(self, known: dict[str, Mode]) -> None:
        beside = self._file.with_suffix(f".{os.getpid()}.tmp")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(known, indent=1), encoding="utf-8")
            beside.replace(self._file)


def _key(base_url: str, model: str) -> str:
    return hashlib.sha256(f"{base_url}\n{model}".encode()).hexdigest()[:32]
