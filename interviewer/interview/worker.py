"""Grading in the background, from the durable queue: it outlives the page that asked for it and survives a kill.

One thread per running grade, one that keeps the leases alive and looks for work that nobody holds. What fails for a reason that
passes goes back into the queue and is due again later; see `retrying`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from interviewer.errors import InterviewerError, StoreError, told
from interviewer.grading.examiner import Progress
from interviewer.interview.retrying import DEFAULT_PLAN, RetryPlan
from interviewer.models import ExaminerName, Grade, Outcome, Provenance, Reason, Ungraded, Verdict
from interviewer.observability.context import CarryingPool, turn_to
from interviewer.observability.logs import with_facts
from interviewer.records.grading_queue import Also, GradingQueue, GradingRequest

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 1.5
GRACE_SECONDS = 1.0
# A request that was claimed this often without ending may have taken its worker along each time: it is put off, so that others go on.
MAX_CLAIMS = 5

# A grade that was paid for is not thrown away because the disk is full at this moment.
PUT_DOWN_PAUSES = (0.2, 1.0, 3.0)

Grader = Callable[[GradingRequest, Progress], Outcome]
Came = TypeVar("Came")
CarryOn = Callable[[GradingRequest, Outcome], Also]
"""What an outcome leads to in the dialogue; it is written together with the outcome."""

Hear = Callable[[ExaminerName, Outcome, float], None]
"""Who was to judge, what came of it, and the seconds that it took."""


def hear_nothing(_examiner: ExaminerName, _outcome: Outcome, _seconds: float) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Job:
    """A request whose answer is at hand, so that nothing need be read: how to judge it, and what follows."""

    request: GradingRequest
    grade: Grader
    carry_on: CarryOn


class Worker:
    """Works off the grading queue. `grade` judges one request, `carry_on` says what else is to be put down with what came of it.

    `stand_in`: another examiner's grade for a request that failed, None if there is to be none. `able`: the examiners there are.
    `hear` is told of what came of each judgement.
    """

    def __init__(
        self,
        queue: GradingQueue,
        *,
        grade: Grader,
        carry_on: CarryOn,
        now: Callable[[], datetime],
        threads: int = 32,
        plan: RetryPlan = DEFAULT_PLAN,
        stand_in: Callable[[GradingRequest], Grade | None] = lambda _request: None,
        able: Collection[ExaminerName] = tuple(ExaminerName),
        hear: Hear = hear_nothing,
    ) -> None:
        self._queue, self._grade, self._carry_on, self._now = queue, grade, carry_on, now
        self._threads, self._plan, self._stand_in, self._able, self._hear = threads, plan, stand_in, able, hear
        self.beaten = threading.Event()  # set once the queue has been read
        self._heard_beat: float | None = None
        self._pool: CarryingPool | None = None
        self._stopping = threading.Event()
        self._look_again = threading.Event()
        self._changed = threading.Condition()
        self._running: dict[str, int] = {}
        self._heard: dict[int, list[Verdict]] = {}
        self._listeners: dict[int, list[Callable[[], object]]] = {}
        self._heart: threading.Thread | None = None

    @property
    def id(self) -> str:
        """The name of this worker in its leases."""
        return self._queue.worker

    def start(self) -> None:
        """Begin to work, first on what an earlier process left behind."""
        self._pool = CarryingPool(self._threads, thread_name_prefix="grading")
        self._heart = threading.Thread(target=self._beat, name="grading-heart", daemon=True)
        self._heart.start()

    def stop(self) -> None:
        """Stop: what ends within `GRACE_SECONDS` is put down, the rest is given back to the queue."""
        self._stopping.set()
        self._look_again.set()
        if self._heart:
            self._heart.join()
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
        with self._changed:
            self._changed.wait_for(lambda: not self._running, GRACE_SECONDS)
        unfinished = frozenset(self._running)
        if unfinished:
            self._queue.release(unfinished)

    def work_on(self, request_id: str, turn_id: int, *, known: Job | None = None) -> None:
        """Grade a request that this worker has claimed."""
        with self._changed:
            if request_id in self._running or self._pool is None:
                return
            self._running[request_id] = turn_id
            self._heard[turn_id] = []
        self._pool.submit(self._run, request_id, turn_id, known)

    def work_beside(self, work: Callable[[], Came], put_down: Callable[[Came], None]) -> None:
        """Do something of no queue among the grades, and write down what came of it; it is lost if the process ends before."""
        if self._pool is not None:
            self._pool.submit(self._run_beside, work, put_down)

    def wait(self, turn_id: int, *, seen: int, timeout: float) -> tuple[Verdict, ...] | None:
        """Wait until more than `seen` verdicts of a turn are known or its grade is in.

        Returns the verdicts so far, None when that turn is not being graded in this process.
        """
        with self._changed:
            self._changed.wait_for(lambda: turn_id not in self._heard or len(self._heard[turn_id]) > seen, timeout)
            return tuple(self._heard[turn_id]) if turn_id in self._heard else None

    @contextmanager
    def listening(self, turn_id: int, tell: Callable[[], object]) -> Iterator[None]:
        """Within the block `tell` is called, from another thread and in no time, whenever `wait` for this turn has something new."""
        with self._changed:
            self._listeners.setdefault(turn_id, []).append(tell)
        try:
            yield
        finally:
            with self._changed:
                self._listeners[turn_id].remove(tell)
                if not self._listeners[turn_id]:
                    del self._listeners[turn_id]

    @property
    def silence(self) -> float | None:
        """Seconds since the worker last looked for work and could read the queue, None before the first time."""
        return None if self._heard_beat is None else time.monotonic() - self._heard_beat

    # ------------------------------------------------------------

    def _beat(self) -> None:
        while True:
            try:
                if self._running:
                    self._queue.renew(frozenset(self._running), self._now())
                while len(self._running) < self._threads and (claimed := self._queue.claim(self._now(), self._able)):
                    self.work_on(*claimed)
                self._heard_beat = time.monotonic()
                self.beaten.set()
            except Exception as error:  # noqa: BLE001 - the heart must outlive a locked database or a full disk
                logger.warning("the grading queue cannot be read (%s); trying again", told(error))
            self._look_again.wait(HEARTBEAT_SECONDS)
            self._look_again.clear()
            if self._stopping.is_set():
                return

    def _run(self, request_id: str, turn_id: int, known: Job | None) -> None:
        try:
            job = known or self._read_job(request_id)
            if job is not None:
                turn_to(job.request.interview_id)
                began = time.perf_counter()
                outcome = self._judge(job, turn_id)
                with suppress(Exception):  # whoever counts must not cost a grade
                    self._hear(job.request.examiner, outcome, time.perf_counter() - began)
                self._put_down(lambda: self._write(job, outcome))
        except Exception as error:  # noqa: BLE001 - the lease runs out and the request is tried again
            logger.warning("a grade could not be put down (%s); it will be tried again", told(error))
        finally:
            with self._changed:
                self._running.pop(request_id, None)
                self._heard.pop(turn_id, None)
                self._tell(turn_id)
            if known is None:
                self._look_again.set()  # where one was left behind there may be more

    def _run_beside(self, work: Callable[[], Came], put_down: Callable[[Came], None]) -> None:
        try:
            came = work()
            self._put_down(lambda: put_down(came))
        except Exception as error:  # noqa: BLE001 - nobody waits for it here
            logger.warning("what the model was asked for cannot be put down (%s)", told(error))

    def _read_job(self, request_id: str) -> Job | None:
        request = self._queue.read(request_id)
        return Job(request, self._grade, self._carry_on) if request else None

    def _put_down(self, write: Callable[[], None]) -> None:
        """Write down what came of it, also if the database is in trouble for a moment; nothing if somebody else was first."""
        for pause in (*PUT_DOWN_PAUSES, None):
            try:
                return write()
            except Exception as error:
                if pause is None:
                    raise
                logger.warning("a grade cannot be put down (%s); trying again", told(error))
                self._stopping.wait(pause)
        raise AssertionError

    def _write(self, job: Job, outcome: Outcome) -> None:
        request, also = job.request, job.carry_on(job.request, outcome)
        if not isinstance(outcome, Ungraded):
            self._queue.complete(request.id, outcome, self._now(), also=also)
            return
        # Who has a grade is not waiting for one: another that fails says so at once.
        pause = None if request.graded else self._plan.pause_after(outcome, tries=request.tries, waited=request.waited)
        _log_failure(request, outcome, pause)
        stand_in = self._stand_in(request)
        if pause is None:
            self._queue.complete(request.id, outcome, self._now(), stand_in=stand_in, also=also)
        else:
            self._queue.postpone(request.id, outcome, self._now(), pause=pause, stand_in=stand_in, also=also)

    def _tell(self, turn_id: int) -> None:
        """Something is new about a turn; the lock is held."""
        self._changed.notify_all()
        for tell in self._listeners.get(turn_id, ()):
            with suppress(Exception):  # whoever listens may be gone; the grade goes on
                tell()

    def _judge(self, job: Job, turn_id: int) -> Outcome:
        request, heard = job.request, self._heard[turn_id]

        def hear(verdict: Verdict) -> None:
            with self._changed:
                heard.append(verdict)
                self._tell(turn_id)

        if request.attempts > MAX_CLAIMS:
            return Ungraded(Reason.INTERRUPTED, Provenance(examiner=request.examiner.value))
        try:
            return job.grade(request, hear)
        except StoreError:
            raise  # the records are in trouble, not the answer
        except InterviewerError as error:
            logger.warning("an answer could not be graded (%s)", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a fault of ours is an ungraded answer, never a lost one
            logger.error("an examiner failed (%s)", type(error).__name__)
        return Ungraded(Reason.INTERNAL, Provenance(examiner=request.examiner.value))


def _log_failure(request: GradingRequest, outcome: Ungraded, pause: float | None) -> None:
    facts = with_facts(examiner=request.examiner.value, reason=outcome.reason.value, tries=request.tries + 1, pause=pause)
    goes_on = "tried again by hand only" if pause is None else f"tried again in {pause:.0f} s"
    logger.warning("no grade by %s (%s), try %d; %s", request.examiner.value, outcome.reason.value, request.tries + 1, goes_on, extra=facts)
