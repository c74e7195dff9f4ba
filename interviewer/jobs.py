"""Does what is asked for in the background: claims jobs, keeps their leases alive, puts down how far they are and what came of them.

Who does which kind is told where it is wired. What a job is made of is read when it is begun, so that it may be begun again anywhere:
doing it twice must come to the same as doing it once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from interviewer.errors import told
from interviewer.models import Bilingual, Job
from interviewer.observability.context import CarryingPool
from interviewer.records.jobs import JobQueue

logger = logging.getLogger(__name__)

LOOK_SECONDS = 4.0
"""Between two looks for work that nobody here asked for, and between two renewals of the leases."""
GRACE_SECONDS = 1.0
PROGRESS_SECONDS = 0.5
"""The least between two notes of how far a job is."""
PAUSES = (5.0, 60.0)
"""Seconds before a job that failed for no told reason is tried again; after these it has failed."""
MAX_CLAIMS = 5
"""A job that was begun this often without ending may have taken its worker along each time."""
PRUNE_SECONDS = 3600.0

BROKEN = Bilingual("出了意外的错误，没有做成；请稍后再试", "it failed unexpectedly and nothing came of it → try again later")


class JobFailed(Exception):
    """Raised by whoever does a job: nothing comes of it, however often it is tried. `failure`: why, and what to do."""

    def __init__(self, failure: Bilingual) -> None:
        super().__init__(failure.en)
        self.failure = failure


class JobPostponed(Exception):
    """Raised by whoever does a job: it is to be tried again, in `pause` seconds. How often is for them to bound, by `Job.tries`."""

    def __init__(self, pause: float) -> None:
        super().__init__(f"to be tried again in {pause:g} s")
        self.pause = pause


class JobLost(Exception):
    """The job is not this worker's any more: its lease ran out, its owner is gone, or the process ends. Let it pass."""


Report = Callable[[float], None]
"""To be told how far a job is, 0–1, as often as one likes; raises JobLost when there is no use in going on."""
Work = Callable[[Job, Report], Mapping[str, Any]]
"""Does a job; returns what came of it, as JSON. JobFailed if nothing can, JobPostponed to be tried again later; anything else that it raises is tried again a few times."""


class JobRunner:
    """A thread that looks for work and a few that do it. `work`: by kind of job; other kinds are left to other processes."""

    def __init__(self, queue: JobQueue, work: Mapping[str, Work], *, now: Callable[[], datetime], threads: int = 2) -> None:
        self._queue, self._work, self._now, self._threads = queue, work, now, threads
        self._running = set[str]()
        self._changed = threading.Condition()
        self._stopping, self._look = threading.Event(), threading.Event()
        self._pool: CarryingPool | None = None
        self._heart = threading.Thread(target=self._beat, name="jobs-heart", daemon=True)
        self._pruned = float("-inf")

    def start(self) -> None:
        """Begin to work, first on what an earlier process left behind."""
        self._pool = CarryingPool(self._threads, thread_name_prefix="jobs")
        self._heart.start()

    def stop(self) -> None:
        """Stop: what ends within `GRACE_SECONDS` is put down, the rest is given back."""
        self._stopping.set()
        self._look.set()
        if self._pool is None:
            return
        self._heart.join()
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._changed:
            self._changed.wait_for(lambda: not self._running, GRACE_SECONDS)
            unfinished = frozenset(self._running)
        if unfinished:
            self._queue.release(unfinished)

    def ask(self, kind: str, subject: str, *, owner: str = "", wanted: Mapping[str, Any] | None = None) -> str:
        """Ask for a job, see `JobQueue.ask`; it begins at once if this process has time."""
        job_id = self._queue.ask(kind, subject, now=self._now(), owner=owner, wanted=wanted)
        self._look.set()
        return job_id

    # ------------------------------------------------------------

    def _beat(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._running:
                    self._queue.renew(frozenset(self._running), self._now())
                while len(self._running) < self._threads and (job := self._queue.claim(self._now(), tuple(self._work))):
                    self._begin(job)
                if time.monotonic() - self._pruned > PRUNE_SECONDS:
                    self._queue.prune(self._now())
                    self._pruned = time.monotonic()
            except Exception as error:  # noqa: BLE001 - the heart must outlive a locked database or a full disk
                logger.warning("the jobs cannot be read (%s); trying again", told(error))
            self._look.wait(LOOK_SECONDS)
            self._look.clear()

    def _begin(self, job: Job) -> None:
        assert self._pool is not None
        with self._changed:
            self._running.add(job.id)
        self._pool.submit(self._run, job)

    def _run(self, job: Job) -> None:
        try:
            self._do(job)
        except Exception as error:  # noqa: BLE001 - what came of it cannot be put down: the lease runs out and the job is done again
            logger.warning("a %s job cannot be put down (%s); it will be done again", job.kind, told(error))
        finally:
            with self._changed:
                self._running.discard(job.id)
                self._changed.notify_all()
            self._look.set()  # where one was there may be more

    def _do(self, job: Job) -> None:
        if job.attempts > MAX_CLAIMS:
            self._queue.fail(job.id, BROKEN, self._now())
            return
        try:
            result = self._work[job.kind](job, self._reporter(job))
        except JobLost:
            self._queue.release({job.id})
        except JobPostponed as error:
            self._queue.postpone(job.id, self._now(), pause=error.pause)
        except JobFailed as error:
            self._queue.fail(job.id, error.failure, self._now())
        except Exception as error:  # noqa: BLE001 - a fault of ours, or records in trouble: it may pass
            logger.warning("a %s job failed (%s), try %d", job.kind, told(error), job.tries + 1)
            if job.tries < len(PAUSES):
                self._queue.postpone(job.id, self._now(), pause=PAUSES[job.tries])
            else:
                self._queue.fail(job.id, BROKEN, self._now())
        else:
            self._queue.complete(job.id, result, self._now())

    def _reporter(self, job: Job) -> Report:
        last = time.monotonic()

        def report(progress: float) -> None:
            nonlocal last
            if self._stopping.is_set():
                raise JobLost
            if time.monotonic() - last >= PROGRESS_SECONDS:
                last = time.monotonic()
                if not self._queue.note_progress(job.id, progress):
                    raise JobLost

        return report
