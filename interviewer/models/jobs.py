"""Work that is done in the background: asked for once, done by whichever process has time, and looked at meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from interviewer.models.questions import Bilingual


class JobState(StrEnum):
    """OPEN: waits, or is being worked on. DONE: has its result. FAILED: ended without one."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `kind`: names who does it; `owner`: whose it is, "" for nobody's; `subject`: id of what it is about.

    `wanted`: what else whoever does it must know; `progress`: 0–1; `result`: what came of it, once DONE; `failure`: why it FAILED and what
    to do, as its owner reads it. `attempts`: how often it was begun and not ended, this time included; `tries`: how often it failed for a
    reason that may pass.
    """

    id: str
    kind: str
    owner: str
    subject: str
    state: JobState
    created_at: datetime
    wanted: Mapping[str, Any] = field(default_factory=dict)
    progress: float = 0.0
    result: Mapping[str, Any] | None = None
    failure: Bilingual | None = None
    attempts: int = 0
    tries: int = 0
    ended_at: datetime | None = None
