"""What has to be done again and again: remove the traces of deleted records, let old ones expire, drop what has run out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from interviewer.errors import told
from interviewer.records.erasure import Eraser

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 15.0
"""How often deletions are swept; a deleted interview has no byte left within a minute."""


class Housekeeper:
    """A thread that keeps the records tidy. `retention`: how long interviews are kept, None for ever; `postings`: how long postings and CVs are.

    `prune`: drops expired sessions, drafts and the like.
    """

    def __init__(
        self,
        eraser: Eraser,
        *,
        prune: Callable[[datetime], None],
        retention: timedelta | None,
        postings: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._eraser, self._prune, self._retention, self._postings, self._now = eraser, prune, retention, postings, now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin in the background; what a restored backup brought back is deleted before this returns."""
        self._eraser.repeat(self._now())
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def tidy(self) -> None:
        """One round of everything."""
        now = self._now()
        self._prune(now)
        if self._retention:
            self._eraser.expire(now - self._retention, now)
        self._eraser.expire_postings(now - self._postings, now)
        self._eraser.sweep()

    def _run(self) -> None:
        while not self._stopping.wait(SWEEP_SECONDS):
            try:
                self.tidy()
            except Exception as error:  # noqa: BLE001 - a locked database or a full disk must not end the housekeeping
                logger.warning("the records could not be tidied (%s); trying again", told(error))
