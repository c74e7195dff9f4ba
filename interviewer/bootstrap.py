"""From settings to the wired application: the only place that builds real parts."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.config import Settings
from interviewer.errors import InterviewerError
from interviewer.grading.examiner import Examiner
from interviewer.grading.rubric import RubricExaminer
from interviewer.interview.service import InterviewService, Limits
from interviewer.models import ExaminerName, GradingTask
from interviewer.paths import knowledge_folder, prompts_folder
from interviewer.questions.bank import Bank, load_bank
from interviewer.questions.embeddings import Embedder, EndpointEmbedder, HashingEmbedder
from interviewer.questions.index import QuestionIndex

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from interviewer.grading.llm import Endpoint

logger = logging.getLogger(__name__)

LOCAL_OWNER = "local"
"""Who everybody is while there are no accounts."""

WARM_UP_SECONDS = 1.0
"""How long the index and the model's libraries wait after the start: the first page comes first."""


@dataclass(frozen=True)
class Application:
    """The parts, each built when it is first asked for, so that a light command pays only for what it uses."""

    settings: Settings

    @cached_property
    def bank(self) -> Bank:
        """The bank that travels with the code, and the operator's own folder."""
        folders = [knowledge_folder() / "questions"]
        if self.settings.questions:
            folders.append(self.settings.questions)
        return load_bank(folders, knowledge=knowledge_folder())

    @cached_property
    def embedder(self) -> Embedder:
        """The endpoint's embeddings if a model for them is set, else the offline ones."""
        settings = self.settings
        if settings.embeddings_model:
            return EndpointEmbedder(
                settings.embeddings_model, api_key=settings.api_key, base_url=settings.base_url, timeout=settings.request_timeout
            )
        return HashingEmbedder(concepts=self.bank.terms)

    @cached_property
    def index(self) -> QuestionIndex:
        """The vector index in the data folder; not opened yet."""
        return QuestionIndex(self.settings.data / "index", self.embedder)

    @cached_property
    def examiners(self) -> dict[ExaminerName, Callable[[], Examiner]]:
        """Who can judge here. The language model's part is built at its first grade: its libraries take seconds to load."""
        makers: dict[ExaminerName, Callable[[], Examiner]] = {ExaminerName.RUBRIC: lambda: self.rubric_examiner}
        if self.settings.has_model:
            makers[ExaminerName.LLM] = lambda: self.llm_examiner
        return makers

    @cached_property
    def rubric_examiner(self) -> Examiner:
        """The offline examiner."""
        return RubricExaminer()

    @cached_property
    def endpoint(self) -> Endpoint:
        """The model endpoint; nothing is asked of it yet."""
        from interviewer.grading.llm import Endpoint

        return Endpoint(self.settings)

    @cached_property
    def llm_examiner(self) -> Examiner:
        """The language model behind the configured endpoint, on the current prompt."""
        from interviewer.grading.llm_examiner import PROMPT

        return self.llm_examiner_on(PROMPT)

    def llm_examiner_on(self, prompt: str) -> Examiner:
        """The language model on a prompt of the reader's choice, e.g. "grade-v1"; PromptError if there is none of that name."""
        from interviewer.grading.llm_examiner import LlmExaminer
        from interviewer.grading.prompts import load_prompts
        from interviewer.grading.tokens import TokenCounter

        settings = self.settings
        return LlmExaminer(self.endpoint, load_prompts(prompts_folder()), TokenCounter(settings.model or ""), settings, prompt=prompt)

    @cached_property
    def engine(self) -> Engine:
        """The database in the data folder, created and migrated as needed."""
        from interviewer.records.database import open_database

        return open_database(self.settings.data)

    @cached_property
    def service(self) -> InterviewService:
        """The use cases on this data folder's database."""
        from interviewer.records.grading_queue import GradingQueue
        from interviewer.records.store import Store, utc_now

        return InterviewService(
            bank=self.bank,
            store=Store(self.engine),
            queue=GradingQueue(self.engine, worker=name_worker()),
            examiners=self.examiners,
            look_up=lambda text, question_id, limit: self.index.search(text, question_id=question_id, k=limit),
            now=utc_now,
            limits=Limits(tokens=self.settings.token_budget, cost=self.settings.cost_budget),
            threads=self.settings.workers,
        )

    def start(self) -> None:
        """Begin background work: grading, and opening the index (and the model's libraries) while questions can already be asked."""
        self.service.worker.start()
        later = threading.Timer(WARM_UP_SECONDS, self._warm_up)
        later.daemon = True
        later.start()

    def stop(self) -> None:
        """End background work; what is unfinished goes back to the queue."""
        self.service.worker.stop()
        if ExaminerName.LLM in self.examiners:
            self.endpoint.close()
        self.index.close()
        self.engine.dispose()

    def _warm_up(self) -> None:
        for question in self.bank.questions:
            self.rubric_examiner.grade(GradingTask(question, "zh", question.prompt.zh, question.reference.zh))
        try:
            self.index.open(self.bank)
        except InterviewerError as error:
            logger.warning("the index cannot be opened (%s); answers are graded without passages", type(error).__name__)
        if ExaminerName.LLM in self.examiners:
            self.endpoint.open()


def name_worker() -> str:
    """A name for this process in the leases, unique among replicas and restarts."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
