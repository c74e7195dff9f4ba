"""How far everybody has come with assignments: one row a candidate, in a few statements however many there are. Every read asks who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, select

from interviewer.models import Person
from interviewer.models.assigned_work import is_late
from interviewer.models.assignments import BoardAttempt, BoardRow, later
from interviewer.records.assigned_work import last_reply
from interviewer.records.assignment_tables import assignment_people, assignments
from interviewer.records.base import Database
from interviewer.records.people_tables import people
from interviewer.records.review_tables import summaries
from interviewer.records.tables import interviews, turns
from interviewer.records.visibility import given_to, visible_to

_a, _p = assignments.c, assignment_people.c


class AssignmentBoard:
    """The boards of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, viewer: Person, assignment_ids: Sequence[str]) -> Mapping[str, tuple[BoardRow, ...]]:
        """By assignment, those of its candidates whose interviews the viewer may read, by name."""
        theirs = and_(_p.assignment_id == _a.id, _p.person_id == people.c.id)
        given = (
            select(
                _a.id.label("assignment_id"), _a.due_at, _a.attempts, people.c.id, people.c.name, people.c.group_name,
                _p.extended_to, _p.more_attempts, _p.begun,
            )
            .select_from(assignments.join(people, given_to(assignments, people)).outerjoin(assignment_people, theirs))
            .where(_a.id.in_(assignment_ids), visible_to(viewer, people.c.id))
            .order_by(people.c.key)
        )  # fmt: skip
        boards: dict[str, list[BoardRow]] = {assignment_id: [] for assignment_id in assignment_ids}
        with self._database.reading() as connection:
            held = _held(connection, viewer, assignment_ids)
            for row in connection.execute(given):
                boards[row.assignment_id].append(_board_row(row, held.get((row.assignment_id, row.id), ())))
        return {assignment_id: tuple(rows) for assignment_id, rows in boards.items()}

    def strangers(self, viewer: Person, assignment_id: str) -> int:
        """How many have it whose interviews the viewer may not read."""
        given = select(func.count()).select_from(assignments.join(people, given_to(assignments, people)))
        with self._database.reading() as connection:
            return connection.scalar(given.where(_a.id == assignment_id, ~visible_to(viewer, people.c.id))) or 0


def _held(connection: Connection, viewer: Person, ids: Sequence[str]) -> Mapping[tuple[str, str], list[Any]]:
    last = (
        select(turns.c.interview_id, last_reply.label("last"))
        .join(interviews, interviews.c.id == turns.c.interview_id)
        .where(interviews.c.assignment_id.in_(ids))
        .group_by(turns.c.interview_id)
        .subquery()
    )
    wanted = (
        select(
            interviews.c.id, interviews.c.assignment_id, interviews.c.owner, interviews.c.created_at, interviews.c.finished_at,
            summaries.c.reviewed_at, summaries.c.total, last.c.last,
        )
        .select_from(
            interviews.outerjoin(summaries, summaries.c.interview_id == interviews.c.id).outerjoin(last, last.c.interview_id == interviews.c.id)
        )
        .where(interviews.c.assignment_id.in_(ids), visible_to(viewer, interviews.c.owner))
        .order_by(interviews.c.created_at, interviews.c.id)
    )  # fmt: skip
    held: dict[tuple[str, str], list[Any]] = {}
    for row in connection.execute(wanted):
        held.setdefault((row.assignment_id, row.owner), []).append(row)
    return held


def _board_row(row: Any, held: Sequence[Any]) -> BoardRow:
    due_at = later(row.due_at, row.extended_to)
    attempts = tuple(
        BoardAttempt(
            each.id, each.created_at, each.finished_at, each.reviewed_at, each.total, each.last is not None and is_late(each.last, due_at)
        )
        for each in held
    )
    more = row.more_attempts or 0
    return BoardRow(row.id, row.name, row.group_name, due_at, row.attempts + more, row.begun or 0, bool(row.extended_to or more), attempts)
