"""The interviews in which a coach has put something down, whole, for the comparison of coach and examiner (insight/agreement)."""

from __future__ import annotations

from sqlalchemy import select

from interviewer.models import Interview, Mode, Person
from interviewer.records.base import Database
from interviewer.records.row_cache import RowCache
from interviewer.records.store import read_interview
from interviewer.records.tables import interviews
from interviewer.records.visibility import on_desk

MOST_COMPARED = 300
"""Interviews, newest first, that are compared."""


def read_edited(database: Database, viewer: Person | None, known: RowCache, *, limit: int = MOST_COMPARED) -> tuple[Interview, ...]:
    """The newest interviews with edits that the viewer may see, oldest first; no drills, whose scores are of single points. `viewer`: None for figures of all that name nobody."""
    seen = [] if viewer is None else [on_desk(viewer, interviews.c.owner, interviews.c.finished_at)]
    whole = interviews.c.mode != Mode.DRILL.value
    query = select(interviews).where(interviews.c.edited.is_(True), whole, *seen).order_by(interviews.c.created_at.desc()).limit(limit)
    with database.reading() as connection:
        rows = connection.execute(query).mappings().all()
        return tuple(read_interview(connection, known, row) for row in reversed(rows))
