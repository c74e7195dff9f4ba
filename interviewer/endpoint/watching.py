"""Requests to the model as an operator sees them: how each ended and how long it took, never what was said in it."""

from __future__ import annotations

import logging

from interviewer.endpoint.chat import Tried
from interviewer.observability.logs import with_facts

logger = logging.getLogger("interviewer.endpoint")


def log_attempt(tried: Tried) -> None:
    """A line for a request that failed; one that succeeded is worth a line to whoever looks for details.

    Of a failure's words only the status is told: a code is what the server chose to write.
    """
    facts = with_facts(attempt=tried.number, mode=tried.mode, status=tried.status, seconds=round(tried.seconds, 3))
    if tried.reason is None:
        logger.debug("attempt %d at the model succeeded in %.1f s (%s)", tried.number, tried.seconds, tried.mode, extra=facts)
        return
    facts["facts"]["reason"] = tried.reason.value
    why = tried.reason.value + (f", HTTP {tried.status}" if tried.status else "")
    logger.warning("attempt %d at the model failed after %.1f s (%s; %s)", tried.number, tried.seconds, why, tried.mode, extra=facts)
