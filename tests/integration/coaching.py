"""A desk over a room: coaches, candidates, and graded interviews of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewer.grading.examiner import Examiner
from interviewer.interview.desk import DeskService
from interviewer.models import ExaminerName, Interview, Person, Question, ReplyKind, Role
from interviewer.questions.bank import Bank
from interviewer.records.desk import DeskStore
from interviewer.records.people import PeopleStore
from interviewer.training.summarizing import summarize
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import BANK, Room, open_room


@dataclass
class Desk:
    """The desk with its room; ann and abe are assigned to `coach`, bob to `other`."""

    service: DeskService
    room: Room
    people: PeopleStore
    coach: Person
    other: Person
    ann: Person
    abe: Person
    bob: Person

    def held(self, candidate: Person, *answers: str, **setup: Any) -> Interview:
        """A finished interview of the candidate, graded as the examiner does; an empty answer is a question skipped."""
        self.room.owner = candidate.id
        self.room.clock.forward(hours=1)
        interview = self.room.begin(follow_ups=0, **setup)
        for text in answers or ("one answer", "another answer"):
            self.room.service.submit(interview, text, kind=ReplyKind.TEXT if text else ReplyKind.SKIPPED)
            interview = self.room.settle(interview)
            interview = self.room.service.go_on(interview)
        return self.room.service.finish(interview)


@contextmanager
def open_desk(
    folder: Path, examiner: Examiner | None = None, *, started: bool = True, questions: tuple[Question, ...] = BANK.questions
) -> Iterator[Desk]:
    """The desk on `folder`; every answer is graded as `examiner` says."""
    with open_room(folder, examiner or ScriptedExaminer(grade(a="missing")), started=started, questions=questions) as room:
        people = PeopleStore(room.store.database)
        made = [
            people.add(name, role=role, group=group, now=room.clock())
            for name, role, group in (
                ("Coach A", Role.COACH, ""), ("Coach B", Role.COACH, ""),
                ("Ann", Role.CANDIDATE, "red"), ("Abe", Role.CANDIDATE, "blue"), ("Bob", Role.CANDIDATE, "red"),
            )
        ]  # fmt: skip
        people.assign(made[0].id, made[2].id)
        people.assign(made[0].id, made[3].id)
        people.assign(made[1].id, made[4].id)
        service = DeskService(
            store=DeskStore(room.store.database), people=people, bank=Bank(questions, (), (), "0" * 16), worker=room.service.worker,
            examiners=(ExaminerName.RUBRIC,), now=room.clock, work_out=summarize,
        )  # fmt: skip
        yield Desk(service, room, people, *made)
