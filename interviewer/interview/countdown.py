"""How much time is left for an answer, by a clock that only goes forward: setting the computer's clock takes nobody's time and gives none.

Where a turn is first seen by this process, the moment at which it was asked decides; from then on only time that has really passed.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from interviewer.models import Turn

MOST = 10_000
"""Turns that are remembered."""
AGREE = timedelta(seconds=2)


def steady_seconds() -> float:
    """Seconds that only go forward, and that also pass while the computer sleeps where that can be had."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class Countdown:
    """The deadlines of open turns. `now`: the computer's clock; `steady`: seconds that only go forward."""

    def __init__(self, *, now: Callable[[], datetime], steady: Callable[[], float] = steady_seconds) -> None:
        self._now, self._steady, self._lock = now, steady, threading.Lock()
        self._ends: OrderedDict[int, float] = OrderedDict()

    def deadline_of(self, turn: Turn, minutes: int) -> datetime:
        """When the time for the turn is over, by the computer's clock as it stands now."""
        whole, now = timedelta(minutes=minutes), self._now()
        written = turn.asked_at + whole
        with self._lock:
            end = self._ends.get(turn.id)
            if end is None:
                # A turn cannot have been asked in the future: then the clock was set back, and what is known is that there was a limit.
                end = self._ends[turn.id] = self._steady() + min(written - now, whole).total_seconds()
                while len(self._ends) > MOST:
                    self._ends.popitem(last=False)
        actual = now + timedelta(seconds=end - self._steady())
        return written if abs(actual - written) <= AGREE else actual
