"""What the language model writes because a candidate asks for it: an answer, improved, and the summary of an interview. It comes later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from interviewer.errors import StaleMove
from interviewer.grading.llm.improving import Draft, Improved, Improver
from interviewer.grading.llm.summary import Course, Summarizer, SummedUp
from interviewer.interview.improving import draft_of, may_improve
from interviewer.interview.judging import Judging, W
from interviewer.interview.summing_up import course_of, may_sum_up
from interviewer.interview.worker import Worker
from interviewer.models import ExaminerName, Interview, Provenance, Reason, Ungraded
from interviewer.records.store import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Writers:
    """Who writes; made when first asked."""

    improver: Callable[[], Improver]
    summarizer: Callable[[], Summarizer]


class Writing:
    """Has texts written, each once, and puts down what came of it. Without `writers` nothing can be asked for."""

    def __init__(self, store: Store, worker: Worker, judging: Judging, now: Callable[[], datetime], writers: Writers | None) -> None:
        self._store, self._worker, self._judging, self._now, self._writers = store, worker, judging, now, writers

    def improve(self, seen: Interview, question_id: str) -> Interview:
        """Have the candidate's answer to a question that is over improved.

        Changes nothing where that cannot be, is under way, or was done.
        """
        draft = draft_of(seen, question_id) if self.may_improve(seen, question_id) else None
        if self._writers is None or draft is None:
            return seen
        with suppress(StaleMove):  # the second half of a double click, or another tab
            with self._store.move(seen.id, owner=seen.owner, version=seen.version) as move:
                move.begin_improvement(question_id, self._now())
            self._worker.work_beside(
                partial(self._ask_to_improve, seen, draft, self._writers), partial(self._end_improvement, seen.id, question_id)
            )
        return self._store.load(seen.id, owner=seen.owner)

    def may_improve(self, interview: Interview, question_id: str) -> bool:
        """Whether `improve` would do anything now."""
        return self._writers is not None and may_improve(interview, question_id, self._now())

    def is_improving(self, interview: Interview, question_id: str) -> bool:
        """Whether an improved answer is on its way."""
        known = interview.improvement_of(question_id)
        return known is not None and known.is_running(self._now())

    def sum_up(self, seen: Interview) -> Interview:
        """Have an interview that is over summed up. Changes nothing where that cannot be, is under way, or was done."""
        course = course_of(seen) if self.may_sum_up(seen) else None
        if self._writers is None or course is None:
            return seen
        with suppress(StaleMove):
            with self._store.move(seen.id, owner=seen.owner, version=seen.version) as move:
                move.begin_summary(self._now())
            self._worker.work_beside(partial(self._ask_to_sum_up, seen, course, self._writers), partial(self._end_summary, seen.id))
        return self._store.load(seen.id, owner=seen.owner)

    def may_sum_up(self, interview: Interview) -> bool:
        """Whether `sum_up` would do anything now."""
        return self._writers is not None and may_sum_up(interview, self._now())

    def is_summing_up(self, interview: Interview) -> bool:
        """Whether a summary is on its way."""
        return interview.summary is not None and interview.summary.is_running(self._now())

    def write_beside(self, seen: Interview, ask: Callable[[int | None], W], put_down: Callable[[W], None]) -> None:
        """Have something written that nobody waits for, within what is left of the interview's budget and of its owner's day.

        `ask` is told how many tokens it may take at most. Not while the endpoint is left alone; returns at once, and a failure is silent.
        """
        if not self._judging.is_resting():
            self._worker.work_beside(lambda: self._judging.write(seen, ask), put_down)

    def write_for(self, owner: str, ask: Callable[[int | None], W | Ungraded], put_down: Callable[[W | Ungraded], None]) -> None:
        """Have something written that somebody asks for outside of an interview, within what is left of their day; returns at once.

        `ask` is told how many tokens it may take at most; a fault of ours is an `Ungraded` like any other failure.
        """

        def work() -> W | Ungraded:
            try:
                return self._judging.write_for(owner, ask)
            except Exception as error:  # noqa: BLE001 - an edge: whoever waits is told
                return _defect("what was asked of the model could not be written", error)

        self._worker.work_beside(work, put_down)

    def write_now(self, owner: str, ask: Callable[[int | None], W]) -> W:
        """Have something written and wait for it, within what is left of somebody's day: for a job that they asked for."""
        return self._judging.write_for(owner, ask)

    def _ask_to_improve(self, seen: Interview, draft: Draft, writers: Writers) -> Improved | Ungraded:
        try:
            improver = writers.improver()
            return self._judging.write(seen, lambda budget: improver.improve(replace(draft, token_budget=budget)))
        except Exception as error:  # noqa: BLE001 - an edge: whoever waits is told
            return _defect("an answer could not be improved", error)

    def _ask_to_sum_up(self, seen: Interview, course: Course, writers: Writers) -> SummedUp | Ungraded:
        try:
            summarizer = writers.summarizer()
            return self._judging.write(seen, lambda budget: summarizer.sum_up(replace(course, token_budget=budget)))
        except Exception as error:  # noqa: BLE001 - an edge: whoever waits is told
            return _defect("an interview could not be summed up", error)

    def _end_improvement(self, interview_id: str, question_id: str, outcome: Improved | Ungraded) -> None:
        came = outcome.reason if isinstance(outcome, Ungraded) else outcome.sentences
        self._store.end_improvement(interview_id, question_id, came, outcome.usage)

    def _end_summary(self, interview_id: str, outcome: SummedUp | Ungraded) -> None:
        came = outcome.reason if isinstance(outcome, Ungraded) else outcome.text
        self._store.end_summary(interview_id, came, outcome.usage)


def _defect(what: str, error: Exception) -> Ungraded:
    logger.warning("%s (%s)", what, type(error).__name__)
    return Ungraded(Reason.INTERNAL, Provenance(ExaminerName.LLM.value))
