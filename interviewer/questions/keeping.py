"""Keeping the index at the bank as it stands: whenever this has changed it is built again aside, while the old one goes on answering."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from interviewer.errors import VectorIndexError
from interviewer.questions.bank import Bank
from interviewer.questions.index import QuestionIndex

logger = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
"""How often it is looked whether the bank has changed."""
AGAIN_SECONDS = 60.0
"""After how long an index that could not be built is tried again."""


class IndexKeeper:
    """A thread that opens the index of the bank, and again after each change of it. `bank`: as it stands now, cheap to ask for."""

    def __init__(self, index: QuestionIndex, bank: Callable[[], Bank], steady: Callable[[], float] = time.monotonic) -> None:
        self._index, self._bank, self._steady = index, bank, steady
        self._tried, self._again = "", 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index", daemon=True)

    def look(self) -> None:
        """Open the index if it is not that of the bank; where this fails, what is asked meanwhile is graded without passages."""
        bank = self._bank()
        if bank.digest == self._tried and self._steady() < self._again:
            return
        self._tried, self._again = bank.digest, float("inf")
        try:
            self._index.open(bank)
        except VectorIndexError as error:
            self._again = self._steady() + AGAIN_SECONDS
            logger.warning("answers are graded without passages: %s", error)

    def start(self) -> None:
        """Go on looking in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            self.look()
