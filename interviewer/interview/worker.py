"""Grading in the background, from the durable queue: it outlives the page that asked for it and survives a kill.

One thread per running grade, one that keeps the leases alive and looks for work that nobody holds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from interviewer.errors import InterviewerError
from interviewer.grading.examiner import Progress
from interviewer.models import Outcome, Provenance, Reason, Ungraded, Verdict
from interviewer.records.grading_queue import GradingQueue, GradingRequest

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 1.5
# A request that was claimed this often without ending has taken its worker along each time.
MAX_CLAIMS = 5

Grader = Callable[[GradingRequest, Progress], Outcome]


class Worker:
    """Works off the grading queue. `grade` judges one request, `graded` is told when an outcome has been put down."""

    def __init__(
        self,
        queue: GradingQueue,
        *,
        grade: Grader,
        graded: Callable[[GradingRequest], None],
        now: Callable[[], datetime],
        threads: int = 4,
    ) -> None:
        self._queue, self._grade, self._graded, self._now = queue, grade, graded, now
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._running: dict[str, int] = {}
        self._heard: dict[int, list[Verdict]] = {}
        self._heart: threading.Thread | None = None

    @property
    def id(self) -> str:
        """The name of this worker in its leases."""
        return self._queue.worker

    def start(self) -> None:
        """Begin to work, first on what an earlier process left behind."""
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="grading")
        self._heart = threading.Thread(target=self._beat, name="grading-heart", daemon=True)
        self._heart.start()

    def stop(self) -> None:
        """Give back what is unfinished and stop; running grades are not waited for."""
        self._stopping.set()
        if self._heart:
            self._heart.join()
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
        unfinished = frozenset(self._running)
        if unfinished:
            self._queue.release(unfinished)

    def work_on(self, request_id: str, turn_id: int) -> None:
        """Grade a request that this worker has claimed."""
        with self._changed:
            if request_id in self._running or self._pool is None:
                return
            self._running[request_id] = turn_id
            self._heard[turn_id] = []
        self._pool.submit(self._run, request_id, turn_id)

    def wait(self, turn_id: int, *, seen: int, timeout: float) -> tuple[Verdict, ...] | None:
        """Wait until more than `seen` verdicts of a turn are known or its grade is in.

        Returns the verdicts so far, None when that turn is not being graded in this process.
        """
        with self._changed:
            self._changed.wait_for(lambda: turn_id not in self._heard or len(self._heard[turn_id]) > seen, timeout)
            return tuple(self._heard[turn_id]) if turn_id in self._heard else None

    # ------------------------------------------------------------

    def _beat(self) -> None:
        while True:
            try:
                if self._running:
                    self._queue.renew(frozenset(self._running), self._now())
                while len(self._running) < self._threads and (claimed := self._queue.claim(self._now())):
                    self.work_on(*claimed)
            except Exception as error:  # noqa: BLE001 - the heart must outlive a locked database or a full disk
                logger.warning("the grading queue cannot be read (%s); trying again", type(error).__name__)
            if self._stopping.wait(HEARTBEAT_SECONDS):
                return

    def _run(self, request_id: str, turn_id: int) -> None:
        try:
            request = self._queue.read(request_id)
            if request is not None:
                outcome = self._judge(request, self._heard[turn_id])
                if self._queue.complete(request_id, outcome, self._now()):
                    self._graded(request)
        except Exception as error:  # noqa: BLE001 - the lease runs out and the request is tried again
            logger.warning("a grade could not be put down (%s); it will be tried again", type(error).__name__)
        finally:
            with self._changed:
                self._running.pop(request_id, None)
                self._heard.pop(turn_id, None)
                self._changed.notify_all()

    def _judge(self, request: GradingRequest, heard: list[Verdict]) -> Outcome:
        def hear(verdict: Verdict) -> None:
            with self._changed:
                heard.append(verdict)
                self._changed.notify_all()

        if request.attempts > MAX_CLAIMS:
            return Ungraded(Reason.INTERNAL, Provenance(examiner=request.examiner.value))
        try:
            return self._grade(request, hear)
        except InterviewerError as error:
            logger.warning("an answer could not be graded (%s)", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a fault of ours is an ungraded answer, never a lost one
            logger.error("an examiner failed (%s)", type(error).__name__)
        return Ungraded(Reason.INTERNAL, Provenance(examiner=request.examiner.value))
