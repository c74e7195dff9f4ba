"""When a failed grade is tried again, and when an endpoint is left alone. Pure; what a try is, and its own attempts, is in `endpoint.retry`.

Pauses are added up instead of being compared with a deadline, so that a clock that jumps neither ends the trying nor keeps it up.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from interviewer.models import Reason, Ungraded

PAUSES = (15.0, 60.0, 300.0, 900.0)
"""Seconds before the first, second … try; the last one for ever."""
JITTER = 0.2
"""Share by which a pause may be longer, so that what failed together does not come back together."""

COSTLY = frozenset({Reason.UNPARSABLE, Reason.CUT_OFF, Reason.INTERRUPTED})
COSTLY_TRIES = 4
"""A reply that cannot be used has been paid for, and what takes the process along does so each time: not to be tried a hundred times."""

ENDPOINT_DOWN = frozenset({Reason.UNREACHABLE, Reason.TIMEOUT, Reason.SERVER_ERROR})
"""The endpoint as a whole is not there; when it is back, all who wait for it can go on."""
_SHUT_OUT = frozenset({Reason.WRONG_KEY, Reason.NO_SUCH_MODEL, Reason.QUOTA})
OF_ALL = ENDPOINT_DOWN | _SHUT_OUT | {Reason.RATE_LIMIT}
"""Failures that the next answer would meet as well."""

_SAYS_NOTHING = frozenset(
    {Reason.BUDGET, Reason.TOO_LONG, Reason.NOT_CONFIGURED, Reason.NOT_RECOGNISED, Reason.INTERRUPTED, Reason.INTERNAL}
)
"""The endpoint was not asked."""

LAST_STRAW = 3
FIRST_REST, LONGEST_REST = 15.0, 300.0


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """How long to go on: `hours` of pauses in all; 0 means that the first failure is final. `jitter`: 0–1, a seam for tests."""

    hours: float = 24.0
    jitter: Callable[[], float] = field(default=random.random)

    def pause_after(self, outcome: Ungraded, *, tries: int, waited: float) -> float | None:
        """Seconds until the next try when `tries` have failed before this one, None if there is to be none.

        Never shorter than the endpoint asked for.
        """
        if not outcome.reason.retryable or (outcome.reason in COSTLY and tries + 1 >= COSTLY_TRIES):
            return None
        pause = PAUSES[min(tries, len(PAUSES) - 1)] * (1 + JITTER * self.jitter())
        pause = max(pause, outcome.retry_after or 0.0)
        return pause if waited + pause <= self.hours * 3600 else None


DEFAULT_PLAN = RetryPlan()


class Breaker:
    """Remembers how an endpoint has just behaved. After `LAST_STRAW` failures in a row it is left alone, then probed by one request at a time.

    Safe to use from several threads. `clock`: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failures, self._rest, self._until = 0, 0.0, 0.0
        self._reason: Reason | None = None
        self._probing = False

    def refusal(self) -> tuple[Reason, float] | None:
        """Why the endpoint is not to be asked now, and for how many seconds; None if it may be asked. The asker after a rest is the probe."""
        with self._lock:
            if self._reason is None or self._failures < LAST_STRAW:
                return None
            left = self._until - self._clock()
            if left > 0:
                return self._reason, left
            # Until the probe is back nobody else goes; if it never comes back, the next one goes after another rest.
            self._until, self._probing = self._clock() + self._rest, True
            return None

    def hear(self, reason: Reason | None) -> bool:
        """Take note of an outcome, None for a success; True if the endpoint has come back after being left alone."""
        with self._lock:
            if reason in _SAYS_NOTHING:
                return False
            if reason not in OF_ALL:
                came_back = self._failures >= LAST_STRAW
                self._failures, self._rest, self._reason, self._probing = 0, 0.0, None, False
                return came_back
            self._failures, self._reason = self._failures + 1, reason
            # Those that were under way when the rest began do not make it longer.
            if self._failures >= LAST_STRAW and (self._probing or not self._rest):
                longest = FIRST_REST if reason in _SHUT_OUT else LONGEST_REST
                self._rest, self._probing = min(longest, max(FIRST_REST, self._rest * 2)), False
                self._until = self._clock() + self._rest
            return False
