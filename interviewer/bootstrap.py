"""From settings to the wired application: the only place that builds real parts, floor by floor in `wiring`."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.errors import InterviewerError
from interviewer.models import ExaminerName, GradingTask
from interviewer.wiring.cohort import CohortParts

if TYPE_CHECKING:
    from interviewer.endpoint.chat import Tried
    from interviewer.housekeeping import Housekeeper

logger = logging.getLogger(__name__)

WARM_UP_SECONDS = 1.0
"""How long the index and the model's libraries wait after the start: the first page comes first."""

MOST_PREPARED = 30
"""Questions that the model's examiner takes apart after the start, some 50 ms each; the others when they are first answered."""


@dataclass(frozen=True)
class Application(CohortParts):
    """The parts, each built when it is first asked for, so that a light command pays only for what it uses."""

    @cached_property
    def housekeeper(self) -> Housekeeper:
        """What has to be done again and again."""
        from interviewer.housekeeping import Housekeeper
        from interviewer.records.bank_drafts import BankDraftStore
        from interviewer.records.imports import forget_staged
        from interviewer.records.store import utc_now

        days = self.settings.retention_days
        idle, absolute = timedelta(hours=self.settings.session_idle_hours), timedelta(days=self.settings.session_days)
        kept, postings = timedelta(days=days) if days else None, timedelta(days=self.settings.posting_days)

        def prune(now: datetime) -> None:
            self.people.prune(now, idle=idle, absolute=absolute)
            BankDraftStore(self.database).expire(now)
            self.batch_exports.sweep(now)
            self.report_links.store.prune(now)
            forget_staged(self.database, now)
            self.announce()

        return Housekeeper(self.eraser, prune=prune, retention=kept, postings=postings, now=utc_now)

    def start(self) -> None:
        """Begin background work: grading, and opening the index (and the model's libraries) while questions can already be asked."""
        if ExaminerName.LLM in self.examiners:
            self.endpoint.watcher = self.sampling_endpoint.watcher = self._hear_attempt
        self.housekeeper.start()
        self.service.worker.start()
        self.jobs.start()
        self.start_webhook()
        later = threading.Timer(WARM_UP_SECONDS, self._warm_up)
        later.daemon = True
        later.start()

    def stop(self) -> None:
        """End background work; what is unfinished goes back to the queue."""
        self.housekeeper.stop()
        self.jobs.stop()
        self.stop_webhook()
        self.service.worker.stop()
        if ExaminerName.LLM in self.examiners:
            self.endpoint.close()
            self.sampling_endpoint.close()
        self.index_keeper.stop()
        self.index.close()
        self.database.dispose()

    def _hear_attempt(self, tried: Tried) -> None:
        from interviewer.endpoint.watching import log_attempt

        log_attempt(tried)
        self.metrics.hear_attempt(tried.reason, tried.seconds)

    def _warm_up(self) -> None:
        from interviewer.dialogue.utterances import hear

        tasks = [GradingTask(question, "zh", question.prompt.zh, question.reference.zh) for question in self.bank.questions]
        for task in tasks:
            self.rubric_examiner.grade(task)
        hear(tasks[0].prompt, tasks[0].question, tasks[0].prompt, "zh")
        try:
            self.index_keeper.look()
            self.index_keeper.start()
        except InterviewerError as error:
            logger.warning("answers are graded without passages: %s", error)
        if ExaminerName.LLM in self.examiners:
            self._prepare_model(tasks[:MOST_PREPARED])

    def _prepare_model(self, tasks: list[GradingTask]) -> None:
        from interviewer.grading.llm.examiner import PROMPT

        try:
            self.endpoint.open()
            if self.settings.samples > 1:
                self.sampling_endpoint.open()
            _ = self.llm_examiner  # reads its prompts
            examiner = self._ask_model(self.endpoint, PROMPT)
            for task in tasks:
                examiner.prepare(task)
        except InterviewerError as error:
            logger.warning("the model cannot be asked: %s", error)
