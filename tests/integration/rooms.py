"""A wired service on a database in a temporary folder, with an examiner of the test's choice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from interviewer.errors import VectorIndexError
from interviewer.grading.examiner import Examiner
from interviewer.grading.llm.improving import Improver
from interviewer.grading.llm.summary import Summarizer
from interviewer.interview.judging import Limits, LookUp
from interviewer.interview.retrying import RetryPlan
from interviewer.interview.service import InterviewService
from interviewer.interview.writing import Writers
from interviewer.models import ExaminerName, Interview, Lang, Passage, Question, Setup
from interviewer.questions.bank import Bank
from interviewer.records.database import open_database
from interviewer.records.grading_queue import GradingQueue
from interviewer.records.store import Store
from tests.databases import url_for
from tests.examples import Clock, question

BANK = Bank(questions=(question("q1"), question("q2")), competencies=(), problems=(), digest="0" * 16)


@dataclass
class Room:
    """A service with its clock and store."""

    service: InterviewService
    store: Store
    queue: GradingQueue
    clock: Clock
    owner: str = "local"
    _settled: threading.Event = field(default_factory=threading.Event)

    def begin(self, **changes: object) -> Interview:
        """Start an interview over both questions."""
        setup = Setup(**{"question_ids": ("q1", "q2"), **changes})  # type: ignore[arg-type]
        return self.service.begin(setup, owner=self.owner)

    def read(self, interview: Interview) -> Interview:
        """As the records have it."""
        return self.service.read(interview.id, owner=interview.owner)

    def settle(self, interview: Interview) -> Interview:
        """Wait until no grade of the interview is running in this process."""
        for turn in self.read(interview).turns:
            while turn.pending and self.service.watch(turn.id, seen=10**6, timeout=10) is not None:
                pass
        return self.service.load(interview.id, owner=interview.owner)


def no_index(_text: str, _question_ids: Collection[str], _lang: Lang, _limit: int) -> tuple[Passage, ...]:
    """The look-up while there is no index."""
    raise VectorIndexError("no index")


@contextmanager
def open_room(
    folder: Path,
    examiner: Examiner,
    *,
    worker: str = "w1",
    clock: Clock | None = None,
    limits: Limits | None = None,
    started: bool = True,
    questions: tuple[Question, ...] = BANK.questions,
    examiner_name: ExaminerName = ExaminerName.RUBRIC,
    offline: Examiner | None = None,
    plan: RetryPlan | None = None,
    look_up: LookUp = no_index,
    improver: object = None,
    summarizer: object = None,
    model: str = "",
) -> Iterator[Room]:
    """The service on `folder`; with `started=False` nobody works off the queue. `offline`: an offline examiner beside the model.

    `improver`, `summarizer`: what improves answers and sums interviews up, by their one method."""
    database = open_database(folder, url_for(folder))
    clock = clock or Clock()
    store, queue = Store(database), GradingQueue(database, worker=worker)
    examiners: dict[ExaminerName, Callable[[], Examiner]] = {examiner_name: lambda: examiner}
    if offline:
        examiners[ExaminerName.RUBRIC] = lambda: offline
    service = InterviewService(
        bank=Bank(questions, (), (), "0" * 16), store=store, queue=queue, examiners=examiners, look_up=look_up,
        now=clock, limits=limits, plan=plan or RetryPlan(jitter=lambda: 0.0), steady=clock.steady,
        writers=Writers(lambda: cast(Improver, improver), lambda: cast(Summarizer, summarizer)) if improver or summarizer else None,
        model=model,
    )  # fmt: skip
    if started:
        service.worker.start()
    try:
        yield Room(service, store, queue, clock)
    finally:
        if started:
            service.worker.stop()
        database.dispose()
