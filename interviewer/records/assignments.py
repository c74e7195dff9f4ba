"""Assignments in the database. Whoever may read or change one is decided by the conditions in `visibility`; every method is one transaction.

The board over the interviews that are made for them is in `assignment_board`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from interviewer.errors import NotFound, StaleMove
from interviewer.models import ExaminerName, Mode, Person, Question
from interviewer.models.assigned_work import is_late
from interviewer.models.assignments import Assignment, Attempt, OwnAssignment, Task, later
from interviewer.questions.encoding import decode_question
from interviewer.records.assigned_work import bind, last_reply
from interviewer.records.assignment_tables import assignment_people, assignment_questions, assignments
from interviewer.records.audit_log import note
from interviewer.records.base import Database, Transaction
from interviewer.records.dialects import insert_if_absent, take_turns
from interviewer.records.groups import archived_groups
from interviewer.records.people_tables import people
from interviewer.records.store import keep_snapshot
from interviewer.records.tables import interviews, question_snapshots, turns
from interviewer.records.visibility import assignment_editable_by, assignment_visible_to, given_to, visible_to

_a, _p = assignments.c, assignment_people.c
GONE = "there is no such assignment → go back to the list of assignments"


class AssignmentStore:
    """The assignments of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ------------------------------------------------------------ the coach's

    def listed(self, viewer: Person, *, limit: int, offset: int = 0) -> tuple[Assignment, ...]:
        """Those that the viewer may see as a coach, the newest first."""
        wanted = select(assignments).where(assignment_visible_to(viewer)).order_by(_a.created_at.desc(), _a.id).limit(limit).offset(offset)
        with self._database.reading() as connection:
            return read_assignments(connection, connection.execute(wanted).all())

    def read(self, viewer: Person, assignment_id: str) -> Assignment:
        """One of them; NotFound if there is none that the viewer may see."""
        with self._database.reading() as connection:
            return _one(connection, and_(_a.id == assignment_id, assignment_visible_to(viewer)))

    def may_edit(self, viewer: Person, assignment_id: str) -> bool:
        """Whether the viewer may change and withdraw it."""
        with self._database.reading() as connection:
            return connection.scalar(select(_a.id).where(_a.id == assignment_id, assignment_editable_by(viewer))) is not None

    def add(self, viewer: Person, task: Task, questions: Sequence[Question], *, now: datetime) -> str:
        """Give a task; returns the assignment's id. `questions` are kept as they are now: everybody is asked the same."""
        assignment_id = secrets.token_hex(16)
        with self._database.writing() as connection:
            values = {"id": assignment_id, "owner": viewer.id, "version": 1, "created_at": now, **_values(task)}
            connection.execute(insert(assignments).values(**values))
            _put_down(connection, assignment_id, task, questions)
            note(connection, viewer.id, "gave_assignment", assignment_id, now=now)
        return assignment_id

    def change(self, viewer: Person, seen: Assignment, task: Task, questions: Sequence[Question], *, now: datetime) -> None:
        """Another task in its place, as long as nobody has begun it; StaleMove if somebody has, or changed it meanwhile."""
        with self._database.writing() as connection:
            if _one(connection, and_(_a.id == seen.id, assignment_editable_by(viewer))).begun:
                raise StaleMove("somebody has begun it meanwhile → only the deadline can still be changed")
            _replace(connection, viewer, seen, **_values(task))
            _put_down(connection, seen.id, task, questions)
            note(connection, viewer.id, "changed_assignment", seen.id, now=now)

    def postpone(self, viewer: Person, seen: Assignment, due_at: datetime | None, *, now: datetime) -> None:
        """Another deadline for all; None for none. StaleMove if somebody changed the assignment meanwhile."""
        with self._database.writing() as connection:
            _replace(connection, viewer, seen, due_at=due_at)
            note(connection, viewer.id, "changed_deadline", seen.id, now=now)

    def extend(
        self, viewer: Person, assignment_id: str, person_id: str, until: datetime | None, more_attempts: int, *, now: datetime
    ) -> None:
        """A later deadline for one, and how many attempts they have beside everybody's. NotFound if the viewer does not look after them, or it
        was not given to them."""
        with self._database.writing() as connection:
            assignment = _one(connection, and_(_a.id == assignment_id, assignment_visible_to(viewer)))
            theirs = and_(people.c.id == person_id, visible_to(viewer, people.c.id), given_to(assignments, people))
            joined = select(people.c.id).select_from(people.join(assignments, _a.id == assignment.id))
            if connection.scalar(joined.where(theirs)) is None:
                raise NotFound("there is no such candidate of yours → go back to the assignment")
            insert_if_absent(connection, assignment_people, {"assignment_id": assignment_id, "person_id": person_id})
            row = and_(_p.assignment_id == assignment_id, _p.person_id == person_id)
            connection.execute(update(assignment_people).where(row).values(extended_to=until, more_attempts=more_attempts))
            note(connection, viewer.id, "extended_deadline", person_id, assignment_id, now=now)

    def withdraw(self, viewer: Person, assignment_id: str, *, now: datetime) -> None:
        """Take it back: nobody can begin it any more. NotFound if the viewer may not."""
        with self._database.writing() as connection:
            mine = update(assignments).where(_a.id == assignment_id, _a.withdrawn_at.is_(None), assignment_editable_by(viewer))
            if connection.execute(mine.values(withdrawn_at=now, version=_a.version + 1)).rowcount == 0:
                raise NotFound(GONE)
            note(connection, viewer.id, "withdrew_assignment", assignment_id, now=now)

    # ------------------------------------------------------------ the candidate's

    def own(self, person_id: str) -> tuple[OwnAssignment, ...]:
        """What was given to somebody, the next deadline first; what was withdrawn only if they have begun it."""
        with self._database.reading() as connection:
            return _own(connection, person_id)

    def own_one(self, person_id: str, assignment_id: str) -> OwnAssignment:
        """One of them; NotFound if it was not given to them."""
        with self._database.reading() as connection:
            found = _own(connection, person_id, _a.id == assignment_id)
        if not found:
            raise NotFound(GONE)
        return found[0]

    def questions(self, assignment_id: str) -> tuple[Question, ...]:
        """What is asked, as it was when the assignment was given; who may see it was asked before."""
        asked = assignment_questions
        wanted = (
            select(question_snapshots.c.content)
            .join(asked, asked.c.digest == question_snapshots.c.digest)
            .where(asked.c.assignment_id == assignment_id)
            .order_by(asked.c.position)
        )
        with self._database.reading() as connection:
            return tuple(decode_question(content) for content in connection.scalars(wanted))


def claim_attempt(connection: Transaction, own: OwnAssignment, person_id: str, interview_id: str, now: datetime) -> None:
    """Count an interview that is begun, in the transaction that begins it; StaleMove if the person may not any more: of two clicks one does."""
    take_turns(connection, f"assignment {own.assignment.id} {person_id}")
    found = _own(connection, person_id, _a.id == own.assignment.id)
    if not found or found[0].closed(now) or found[0].running or found[0].assignment.version != own.assignment.version:
        raise StaleMove("it cannot be begun any more, or not as it was shown → look at how it stands now")
    bind(connection, interview_id, own.assignment.id, person_id)


def read_assignments(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Assignment, ...]:
    """The assignments behind rows of their table, in three statements however many there are."""
    ids = [row.id for row in rows]
    asked = assignment_questions.c
    questions, chosen = dict[str, tuple[str, ...]](), dict[str, tuple[str, ...]]()
    plan = select(asked.assignment_id, asked.question_id).where(asked.assignment_id.in_(ids)).order_by(asked.assignment_id, asked.position)
    for assignment_id, question_id in connection.execute(plan):
        questions[assignment_id] = (*questions.get(assignment_id, ()), question_id)
    known, begun = select(_p.assignment_id, _p.person_id, _p.chosen, _p.begun).where(_p.assignment_id.in_(ids)), set()
    for each in connection.execute(known.order_by(_p.assignment_id, _p.person_id)):
        if each.chosen:
            chosen[each.assignment_id] = (*chosen.get(each.assignment_id, ()), each.person_id)
        if each.begun:
            begun.add(each.assignment_id)
    return tuple(
        Assignment(
            row.id, row.owner, _task(row, questions.get(row.id, ()), chosen.get(row.id, ())), row.version, row.created_at, row.withdrawn_at,
            row.id in begun,
        )
        for row in rows
    )  # fmt: skip


def _one(connection: Connection, condition: ColumnElement[bool]) -> Assignment:
    found = read_assignments(connection, connection.execute(select(assignments).where(condition)).all())
    if not found:
        raise NotFound(GONE)
    return found[0]


def _replace(connection: Connection, viewer: Person, seen: Assignment, **values: Any) -> None:
    mine = (_a.id == seen.id, _a.version == seen.version, _a.withdrawn_at.is_(None), assignment_editable_by(viewer))
    if connection.execute(update(assignments).where(*mine).values(version=seen.version + 1, **values)).rowcount != 1:
        raise StaleMove("the assignment was changed on another page → look at how it stands now")


def _put_down(connection: Connection, assignment_id: str, task: Task, questions: Sequence[Question]) -> None:
    connection.execute(delete(assignment_questions).where(assignment_questions.c.assignment_id == assignment_id))
    for position, question in enumerate(questions):
        values = {"assignment_id": assignment_id, "position": position, "question_id": question.id}
        connection.execute(insert(assignment_questions).values(**values, digest=keep_snapshot(connection, question)))
    # What somebody was granted stays with them.
    connection.execute(update(assignment_people).where(_p.assignment_id == assignment_id).values(chosen=False))
    for person_id in task.chosen:
        insert_if_absent(connection, assignment_people, {"assignment_id": assignment_id, "person_id": person_id})
    chosen = and_(_p.assignment_id == assignment_id, _p.person_id.in_(task.chosen))
    connection.execute(update(assignment_people).where(chosen).values(chosen=True))


def _own(connection: Connection, person_id: str, *conditions: ColumnElement[bool]) -> tuple[OwnAssignment, ...]:
    theirs = and_(_p.assignment_id == _a.id, _p.person_id == people.c.id)
    wanted = (
        select(assignments, _p.extended_to, _p.more_attempts, _p.begun, people.c.group_name.in_(archived_groups()).label("archived"))
        .select_from(assignments.join(people, people.c.id == person_id).outerjoin(assignment_people, theirs))
        .where(given_to(assignments, people), or_(_a.withdrawn_at.is_(None), _p.begun > 0), *conditions)
        .order_by(_a.created_at.desc(), _a.id)
    )
    rows = connection.execute(wanted).all()
    held = _held(connection, person_id, [row.id for row in rows]) if rows else {}
    found = []
    for row, assignment in zip(rows, read_assignments(connection, rows), strict=True):
        due_at = later(row.due_at, row.extended_to)
        attempts = tuple(
            Attempt(each.id, each.created_at, each.finished_at, each.last is not None and is_late(each.last, due_at))
            for each in held.get(row.id, ())
        )
        found.append(
            OwnAssignment(assignment, due_at, row.attempts + (row.more_attempts or 0), row.begun or 0, attempts, bool(row.archived))
        )
    return tuple(sorted(found, key=lambda own: (own.due_at is None, own.due_at.timestamp() if own.due_at else 0.0)))


def _held(connection: Connection, person_id: str, ids: Sequence[str]) -> Mapping[str, list[Any]]:
    wanted = (
        select(interviews.c.id, interviews.c.assignment_id, interviews.c.created_at, interviews.c.finished_at, last_reply.label("last"))
        .select_from(interviews.outerjoin(turns, turns.c.interview_id == interviews.c.id))
        .where(interviews.c.owner == person_id, interviews.c.assignment_id.in_(ids))
        .group_by(interviews.c.id, interviews.c.assignment_id, interviews.c.created_at, interviews.c.finished_at)
        .order_by(interviews.c.created_at, interviews.c.id)
    )
    held: dict[str, list[Any]] = {}
    for row in connection.execute(wanted):
        held.setdefault(row.assignment_id, []).append(row)
    return held


def _values(task: Task) -> dict[str, Any]:
    return {
        "title": task.title, "note": task.note, "set_id": task.set_id, "mode": task.mode.value, "examiner": task.examiner.value,
        "lang": task.lang or "", "follow_ups": task.follow_ups, "minutes": task.minutes, "opens_at": task.opens_at, "due_at": task.due_at,
        "attempts": task.attempts, "group_name": task.group, "whole_group": not task.chosen, "observed": task.observed,
    }  # fmt: skip


def _task(row: Row[Any], question_ids: tuple[str, ...], chosen: tuple[str, ...]) -> Task:
    return Task(
        title=row.title, question_ids=question_ids, note=row.note, set_id=row.set_id, mode=Mode(row.mode), examiner=ExaminerName(row.examiner),
        lang=row.lang or None, follow_ups=row.follow_ups, minutes=row.minutes, opens_at=row.opens_at, due_at=row.due_at, attempts=row.attempts,
        group=row.group_name, chosen=() if row.whole_group else chosen, observed=row.observed,
    )  # fmt: skip
