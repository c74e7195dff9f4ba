"""The coach's edits in the database: added, read, never changed."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, RowMapping, insert, select, update

from interviewer.models import Edit, EditKind, Purpose, VerdictStatus
from interviewer.records.review_tables import edits
from interviewer.records.tables import interviews


def read_edits(connection: Connection, interview_id: str) -> tuple[Edit, ...]:
    """All edits of an interview, oldest first, the withdrawn included."""
    rows = connection.execute(select(edits).where(edits.c.interview_id == interview_id).order_by(edits.c.id)).mappings()
    return tuple(_read_edit(row) for row in rows)


def add_edit(connection: Connection, edit: Edit) -> None:
    """Append an edit; its `id` is given by the database, whatever it says."""
    values = {name: value for name, value in asdict(edit).items() if name != "id"}
    connection.execute(insert(edits).values(values))
    connection.execute(update(interviews).where(interviews.c.id == edit.interview_id).values(edited=True, stale=True))


def _read_edit(row: RowMapping) -> Edit:
    values = dict(row)
    values["kind"] = EditKind(values["kind"])
    for name in ("status", "was_status"):
        values[name] = VerdictStatus(values[name]) if values[name] else None
    values["purpose"] = Purpose(values["purpose"])
    return Edit(**values)
