"""A process to be killed: the real service on a data folder or a PostgreSQL database, spoken to over a socket.

It says "saved" only after `InterviewService.submit` has returned. A copy of one that has loaded everything (`processes`), so that it
starts in hundredths of a second.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, Listener
from pathlib import Path

from interviewer.grading.examiner import Progress, no_progress
from interviewer.interview.flow import AwaitGrade, AwaitNext, Finished, next_move
from interviewer.interview.service import InterviewService
from interviewer.models import ExaminerName, Grade, GradingTask, Interview, Mode, Outcome, Setup
from interviewer.questions.bank import Bank
from interviewer.records.database import open_database
from interviewer.records.grading_queue import GradingQueue
from interviewer.records.store import Store, utc_now
from interviewer.wiring.records import name_worker
from tests.examples import grade, question
from tests.integration.rooms import no_index

QUESTIONS = tuple(question(f"q{number}") for number in range(1, 11))
BANK = Bank(QUESTIONS, (), (), "0" * 16)
OWNER = "local"
LONGEST_GRADE = 0.05
PATIENCE = 0.3

Said = tuple[str, str, int | None]
"""What a client hears: "open", "saved" or "error"; the interview, or what is wrong; the turn that waits for an answer, None after the last."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records are."""

    folder: Path
    url: str | None


class RandomExaminer:
    """Takes 0–50 ms; now and then it leaves a gap, so that a follow-up is asked."""

    name, model = ExaminerName.RUBRIC, ""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:  # noqa: ARG002
        """A grade after a while."""
        time.sleep(self._chance.random() * LONGEST_GRADE)
        found: Grade = grade(c="missing" if self._chance.random() < 0.5 else "covered")
        return found


def open_service(place: Place, *, seed: int = 0) -> InterviewService:
    """The service as the application wires it, with the random examiner."""
    database = open_database(place.folder, place.url)
    return InterviewService(
        bank=BANK, store=Store(database), queue=GradingQueue(database, worker=name_worker()),
        examiners={ExaminerName.RUBRIC: lambda: RandomExaminer(seed)}, look_up=no_index, now=utc_now, threads=4,
    )  # fmt: skip


def serve(place: Place, socket: Path, seed: int, ready: Connection) -> None:
    """Answer clients for ever. Says "ready" once it can be spoken to."""
    logging.disable(logging.WARNING)
    service = open_service(place, seed=seed)
    service.worker.start()
    listener = Listener(str(socket), backlog=64)
    ready.send("ready")
    while True:
        threading.Thread(target=_converse, args=(service, listener.accept(), random.Random(seed)), daemon=True).start()


def _converse(service: InterviewService, client: Connection, chance: random.Random) -> None:
    while True:
        try:
            asked = client.recv()
        except (EOFError, OSError):
            return
        try:
            said = _MOVES[asked[0]](service, chance, *asked[1:])
        except Exception as error:  # whatever reaches a client counts as a broken promise
            said = ("error", f"{type(error).__name__}: {error}", None)
        try:
            client.send(said)
        except OSError:
            return


def _begin(service: InterviewService, chance: random.Random) -> Said:
    # No exam: while one runs, nothing else of its owner's asks the same questions, and all clients are one owner.
    setup = Setup(mode=Mode.COACHING, question_ids=tuple(each.id for each in QUESTIONS), follow_ups=chance.choice([0, 1]))
    return "open", service.begin(setup, owner=OWNER).id, 1


def _answer(service: InterviewService, chance: random.Random, interview_id: str, seq: int, text: str) -> Said:
    """As the page does it: an answer to a turn that has one already is compared with it, not sent again."""
    seen = service.load(interview_id, owner=OWNER)
    if seen.current and seen.current.seq == seq and seen.current.reply is None:
        seen = service.submit(seen, text)
    reply = seen.turns[seq - 1].reply
    if reply is None or reply.text != text:
        return "error", f"turn {seq} holds another answer", None
    return "saved", interview_id, _open_turn(service, chance, seen)


def _open_turn(service: InterviewService, chance: random.Random, seen: Interview) -> int | None:
    """The turn that waits for an answer, after going on where that is due; None after the last."""
    for _ in range(3):
        move = next_move(seen)
        if isinstance(move, AwaitGrade) and chance.random() < 0.5 and seen.current:
            service.watch(seen.current.id, seen=10**6, timeout=PATIENCE)
            seen = service.load(seen.id, owner=OWNER)
        elif isinstance(move, AwaitGrade | AwaitNext):
            seen = service.go_on(seen)
        if isinstance(move, Finished):
            return None
    current = seen.current
    return current.seq if current and current.reply is None else None


_MOVES: dict[str, Callable[..., Said]] = {"begin": _begin, "answer": _answer}
