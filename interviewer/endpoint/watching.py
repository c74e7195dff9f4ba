"""Attempts at the model as an operator sees them: how each ended and how long it took, never what was said in it."""

from __future__ import annotations

import logging
import re

from interviewer.endpoint.chat import Tried
from interviewer.observability.logs import with_facts

logger = logging.getLogger("interviewer.endpoint")

_STATUS = re.compile(r"HTTP (\d{3})\b")


def log_attempt(tried: Tried) -> None:
    """A line for an attempt that failed; one that succeeded is worth a line to whoever looks for details."""
    failure = tried.failure
    # Of a failure's words only the status is taken: a code is what the server chose to write.
    found = _STATUS.match(failure.detail) if failure else None
    status = int(found[1]) if found else None
    facts = with_facts(mode=tried.mode, status=status, seconds=round(tried.seconds, 3))
    if failure is None:
        logger.debug("an attempt at the model succeeded in %.1f s (%s)", tried.seconds, tried.mode, extra=facts)
        return
    facts["facts"]["reason"] = failure.reason.value
    why = failure.reason.value + (f", HTTP {status}" if status else "")
    logger.warning("an attempt at the model failed after %.1f s (%s; %s)", tried.seconds, why, tried.mode, extra=facts)
