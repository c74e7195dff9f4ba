"""What was learnt about each endpoint and model: the kind of structured output that works, and the fields that it does not take."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from interviewer.endpoint.adapting import Adaptation, is_known
from interviewer.endpoint.structured import MODES, Mode


@dataclass(frozen=True, slots=True)
class Learnt:
    """About one endpoint and model. `mode`: None if not yet known; `adaptations`: in the order in which they apply."""

    mode: Mode | None = None
    adaptations: tuple[Adaptation, ...] = ()


class EndpointMemory:
    """Kept in memory and in a small JSON file, which several processes may write.

    The file is a cache: lost or unreadable, everything is negotiated again. It holds hashes, no addresses and no keys.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, Learnt] | None = None
        self._lock = Lock()

    def recall(self, base_url: str, model: str) -> Learnt:
        """What worked before."""
        with self._lock:
            if self._known is None:
                self._known = self._read()
            return self._known.get(_key(base_url, model), Learnt())

    def keep_mode(self, base_url: str, model: str, mode: Mode) -> None:
        """Remember a kind of structured output that worked."""
        self._keep(base_url, model, mode=mode)

    def keep_adaptations(self, base_url: str, model: str, adaptations: Sequence[Adaptation]) -> None:
        """Remember the adaptations with which a request was taken."""
        self._keep(base_url, model, adaptations=tuple(adaptations))

    def _keep(self, base_url: str, model: str, **what: Any) -> None:
        before = self.recall(base_url, model)
        after = replace(before, **what)
        if after == before:
            return
        with self._lock:
            self._known = {**self._read(), **(self._known or {}), _key(base_url, model): after}
            self._write(self._known)

    def _read(self) -> dict[str, Learnt]:
        try:
            read = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(key): _learnt(value) for key, value in read.items()} if isinstance(read, dict) else {}

    def _write(self, known: dict[str, Learnt]) -> None:
        beside = self._file.with_suffix(f".{os.getpid()}.tmp")
        rows = {
            key: {"mode": each.mode, "adaptations": [[one.field, one.instead] for one in each.adaptations]} for key, each in known.items()
        }
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(rows, indent=1), encoding="utf-8")
            beside.replace(self._file)


def _learnt(value: Any) -> Learnt:
    """A row of the file; what is not understood in it is left out."""
    if not isinstance(value, dict):
        return Learnt()
    rows = value.get("adaptations")
    pairs = [each for each in rows if isinstance(each, list) and len(each) == 2] if isinstance(rows, list) else []
    adaptations = tuple(Adaptation(field, instead) for field, instead in pairs if isinstance(field, str) and is_known(field, instead))
    return Learnt(value["mode"] if value.get("mode") in MODES else None, adaptations)


def _key(base_url: str, model: str) -> str:
    return hashlib.sha256(f"{base_url}\n{model}".encode()).hexdigest()[:32]
