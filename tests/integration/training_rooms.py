"""A desk with the training on its records: ann and abe answer, a drill asks for point a of q1 alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from interviewer.grading.examiner import Examiner
from interviewer.models import Interview, MemoryState, Mode, Person, Review
from interviewer.questions.bank import Bank
from interviewer.records.training import TrainingStore
from interviewer.training.service import Training
from tests.examples import ScriptedExaminer, grade, question
from tests.integration.coaching import Desk, open_desk

ASKED = (question("q1"), question("q2"))
DRILL = replace(question("q1"), id="q1:a", parent="q1", points=question("q1").points[:1])
THE_BANK = Bank(ASKED, (), (), "0" * 16)


@dataclass
class Gym:
    """The training beside the desk on whose records it is."""

    training: Training
    desk: Desk

    @property
    def store(self) -> TrainingStore:
        """Its rows."""
        return self.training.store

    def drilled(self, person: Person, answer: str = "one point") -> Interview:
        """A finished drill of theirs."""
        return self.desk.held(person, answer, mode=Mode.DRILL, question_ids=("q1:a",))

    def reviews(self, person: Person) -> set[Review]:
        """What is known of their memory, brought up to date."""
        self.training.cards(person.id)
        return set(self.store.reviews(person.id))

    def states(self, person: Person) -> dict[object, MemoryState]:
        """Their cards that were asked, brought up to date."""
        return {card.key: card.state for card in self.training.cards(person.id) if card.state}


@contextmanager
def open_gym(folder: Path, examiner: Examiner | None = None) -> Iterator[Gym]:
    """The training on `folder`; every answer is graded as `examiner` says: point a is missing, the others are covered."""
    with open_desk(folder, examiner or ScriptedExaminer(grade(a="missing")), questions=(*ASKED, DRILL)) as desk:
        room = desk.room
        yield Gym(Training(store=TrainingStore(room.store.database), bank=THE_BANK, now=room.clock, service=room.service), desk)
