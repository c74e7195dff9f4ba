"""Attempts at the model as an operator sees them: how each ended and how long it took, never what was said in it."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from interviewer.endpoint.retry import Attempt, Attempted
from interviewer.endpoint.structured import Mode
from interviewer.models import Reason
from interviewer.observability.logs import with_facts

logger = logging.getLogger("interviewer.endpoint")

_STATUS = re.compile(r"HTTP (\d{3})\b")


@dataclass(frozen=True, slots=True)
class AttemptSeen:
    """One attempt. `number`: from 1, of this request; `reason`: None for a usable reply; `status`: of HTTP, None where there was none."""

    number: int
    mode: str
    reason: Reason | None
    status: int | None
    seconds: float


Watcher = Callable[[AttemptSeen], None]


def watched(attempt: Attempt, tell: Watcher | None, clock: Callable[[], float] = time.monotonic) -> Attempt:
    """The same attempt, of which `tell` hears each time."""
    if tell is None:
        return attempt
    numbers = count(1)

    def attempt_watched(mode: Mode, left: float) -> Attempted:
        began = clock()
        attempted = attempt(mode, left)
        failure = attempted.failure
        # Of a failure's words only the status is taken: a code is what the server chose to write.
        status = _STATUS.match(failure.detail) if failure else None
        tell(AttemptSeen(next(numbers), mode, failure.reason if failure else None, int(status[1]) if status else None, clock() - began))
        return attempted

    return attempt_watched


def log_attempt(seen: AttemptSeen) -> None:
    """A line for an attempt that failed; one that succeeded is worth a line to whoever looks for details."""
    facts = with_facts(attempt=seen.number, mode=seen.mode, status=seen.status, seconds=round(seen.seconds, 3))
    if seen.reason is None:
        logger.debug("attempt %d at the model succeeded in %.1f s (%s)", seen.number, seen.seconds, seen.mode, extra=facts)
        return
    facts["facts"]["reason"] = seen.reason.value
    why = seen.reason.value + (f", HTTP {seen.status}" if seen.status else "")
    logger.warning("attempt %d at the model failed after %.1f s (%s; %s)", seen.number, seen.seconds, why, seen.mode, extra=facts)
