"""A class over a desk: what coaches give their candidates, without pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from interviewer.authoring.sets import QuestionSets
from interviewer.cohort.assignments import Assignments
from interviewer.cohort.checks import Checks
from interviewer.models import OWNER_ONLY, ExaminerName, Interview, Person, Role
from interviewer.models.assignments import Task
from interviewer.records.assigned_work import ConductStore
from interviewer.records.assignment_board import AssignmentBoard
from interviewer.records.assignments import AssignmentStore
from interviewer.records.groups import GroupStore
from interviewer.records.question_sets import SetStore
from tests.integration.coaching import Desk, open_desk
from tests.integration.rooms import BANK


@dataclass
class Class:
    """A desk with assignments; of the group "red" ann is the coach's, bob is not; `admin` looks after people and coaches nobody."""

    desk: Desk
    assignments: Assignments
    admin: Person

    def in_days(self, days: float) -> datetime:
        """A moment from now on."""
        return self.desk.room.clock() + timedelta(days=days)

    def give(self, by: Person | None = None, **task: Any) -> str:
        """An assignment for the group "red", due in two days."""
        wanted = {"title": "Week 1", "question_ids": ("q1", "q2"), "group": "red", "due_at": self.in_days(2), "follow_ups": 0, **task}
        return self.assignments.give(by or self.desk.coach, Task(**wanted))

    def hand_in(self, assignment_id: str, candidate: Person, *, finish: bool = True) -> Interview:
        """Begin it or go on with it, answer what is open, and end it."""
        service, room = self.desk.room.service, self.desk.room
        room.owner = candidate.id
        interview = self.assignments.begin(candidate, assignment_id, "zh")
        while interview.current and interview.current.reply is None:
            interview = room.settle(service.submit(interview, "an answer"))
            interview = service.go_on(interview) if finish else interview
        return interview


@contextmanager
def open_class(folder: Path) -> Iterator[Class]:
    """The class on `folder`."""
    with open_desk(folder) as desk:
        database, clock = desk.room.store.database, desk.room.clock
        sets = QuestionSets(store=SetStore(database), banks=BANK, audiences=lambda _viewer: (OWNER_ONLY,), now=clock)
        assignments = Assignments(
            store=AssignmentStore(database), board_store=AssignmentBoard(database), conduct=ConductStore(database),
            checks=Checks(desk.people, sets, BANK, (ExaminerName.RUBRIC,), GroupStore(database).archived_names), service=desk.room.service, refresh=desk.service.refresh,
            now=clock,
        )  # fmt: skip
        yield Class(desk, assignments, desk.people.add("Ada", role=Role.ADMIN, now=clock()))
