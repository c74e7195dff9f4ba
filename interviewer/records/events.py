"""What happened, as the records tell it, for the webhook. Ids and moments only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, and_, case, exists, or_, select

from interviewer.models import EditKind, Mode
from interviewer.models.assignments import later
from interviewer.records.assignment_tables import assignment_people, assignments
from interviewer.records.people_tables import people
from interviewer.records.review_tables import edits
from interviewer.records.tables import interviews, turns
from interviewer.records.visibility import given_to
from interviewer.records.webhooks import Event

ENDED, REVIEWED, OPENED, LATE, TEST = "interview.ended", "review.done", "assignment.opened", "assignment.late", "webhook.test"


def ended_interviews(connection: Connection, since: datetime, until: datetime) -> Iterator[Event]:
    """Interviews that ended in between; no drills, and none that was held elsewhere and imported."""
    imported = exists().where(turns.c.interview_id == interviews.c.id, turns.c.origin.is_not(None))
    ended = select(interviews.c.id, interviews.c.owner, interviews.c.finished_at).where(
        interviews.c.finished_at > since, interviews.c.finished_at <= until, interviews.c.mode != Mode.DRILL.value, ~imported
    )
    for row in connection.execute(ended):
        yield Event(ENDED, row.id, row.finished_at, {"interview": row.id, "person": row.owner}, row.owner)


def done_reviews(connection: Connection, since: datetime, until: datetime) -> Iterator[Event]:
    """Interviews for whose grades a coach began to stand in between."""
    done = (
        select(edits.c.id, edits.c.interview_id, edits.c.author_id, edits.c.at, interviews.c.owner)
        .select_from(edits.join(interviews, interviews.c.id == edits.c.interview_id))
        .where(edits.c.kind == EditKind.REVIEWED.value, edits.c.at > since, edits.c.at <= until)
    )
    for row in connection.execute(done):
        subject = {"interview": row.interview_id, "person": row.owner, "coach": row.author_id}
        yield Event(REVIEWED, f"{row.interview_id}\n{row.id}", row.at, subject, row.owner)


def opened_assignments(connection: Connection, since: datetime, until: datetime) -> Iterator[Event]:
    """Assignments that can be begun since then, each told once."""
    given, table = assignments.c.created_at, assignments.c
    opened = case((table.opens_at > given, table.opens_at), else_=given)
    wanted = select(table.id, table.owner, opened.label("at")).where(table.withdrawn_at.is_(None), opened > since, opened <= until)
    for row in connection.execute(wanted):
        yield Event(OPENED, row.id, row.at, {"assignment": row.id, "coach": row.owner}, row.owner)


def late_assignments(connection: Connection, since: datetime, until: datetime) -> Iterator[Event]:
    """People whose deadline passed before they had handed anything in; told again if one that they were given later passes as well."""
    table, theirs = assignments.c, assignment_people.c
    done = exists().where(interviews.c.assignment_id == table.id, interviews.c.owner == people.c.id, interviews.c.finished_at.is_not(None))
    passed = or_(*(and_(column > since, column <= until) for column in (table.due_at, theirs.extended_to)))
    joined = assignments.join(people, people.c.active).outerjoin(
        assignment_people, and_(theirs.assignment_id == table.id, theirs.person_id == people.c.id)
    )
    wanted = (
        select(table.id, people.c.id.label("person_id"), table.due_at, theirs.extended_to)
        .select_from(joined)
        .where(given_to(assignments, people), table.withdrawn_at.is_(None), passed, ~done)
    )
    for row in connection.execute(wanted):
        due_at = later(row.due_at, row.extended_to)
        if due_at and since < due_at <= until:
            key = f"{row.id}\n{row.person_id}\n{due_at.isoformat()}"
            yield Event(LATE, key, due_at, {"assignment": row.id, "person": row.person_id}, row.person_id)
