"""Question sets in the database. Whoever may read or change one is decided by the conditions in `visibility`; every method is one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from interviewer.errors import NotFound
from interviewer.models import Audience, Bilingual, Mode, Person, QuestionSet, Reach
from interviewer.records.audit_log import note
from interviewer.records.authored_tables import question_sets
from interviewer.records.base import Database
from interviewer.records.visibility import set_editable_by, set_usable_by

_sets = question_sets.c


class SetStore:
    """The sets of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def listed(self, viewer: Person) -> tuple[QuestionSet, ...]:
        """Every set that the viewer may use, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(question_sets).where(set_usable_by(viewer)).order_by(_sets.name_zh, _sets.id))
            return tuple(_set(row) for row in rows)

    def read(self, viewer: Person, set_id: str) -> QuestionSet:
        """One of them; NotFound if there is none that the viewer may use."""
        with self._database.reading() as connection:
            row = connection.execute(select(question_sets).where(_sets.id == set_id, set_usable_by(viewer))).one_or_none()
        if row is None:
            raise NotFound("there is no such question set → go back to the list of sets")
        return _set(row)

    def may_edit(self, viewer: Person, set_id: str) -> bool:
        """Whether the viewer may change it."""
        with self._database.reading() as connection:
            return connection.scalar(select(_sets.id).where(_sets.id == set_id, set_editable_by(viewer))) is not None

    def add(self, viewer: Person, wanted: QuestionSet, *, now: datetime) -> None:
        """A new set."""
        with self._database.writing() as connection:
            connection.execute(insert(question_sets).values(id=wanted.id, owner=wanted.owner, **_values(wanted)))
            _note(connection, viewer, wanted, now)

    def change(self, viewer: Person, wanted: QuestionSet, *, now: datetime) -> None:
        """Put this in the place of the set of its id; its owner stays. NotFound if the viewer may not."""
        with self._database.writing() as connection:
            mine = update(question_sets).where(_sets.id == wanted.id, set_editable_by(viewer))
            if connection.execute(mine.values(**_values(wanted))).rowcount == 0:
                raise NotFound("there is no such question set that you may change → go back to the list of sets")
            _note(connection, viewer, wanted, now)

    def delete(self, viewer: Person, set_id: str, *, now: datetime) -> None:
        """Delete it; NotFound if the viewer may not."""
        with self._database.writing() as connection:
            row = connection.execute(select(question_sets).where(_sets.id == set_id, set_editable_by(viewer))).one_or_none()
            if row is None:
                raise NotFound("there is no such question set that you may delete → go back to the list of sets")
            connection.execute(delete(question_sets).where(_sets.id == set_id))
            if row.reach != Reach.OWNER.value:
                note(connection, viewer.id, "deleted_set", set_id, now=now)


def _note(connection: Connection, viewer: Person, wanted: QuestionSet, now: datetime) -> None:
    """What is for others is put down in the audit log; what somebody makes for themselves is nobody's business."""
    if wanted.audience.reach is not Reach.OWNER:
        note(connection, viewer.id, "saved_set", wanted.id, now=now)


def _values(wanted: QuestionSet) -> dict[str, Any]:
    return {
        "name_zh": wanted.name.zh, "name_en": wanted.name.en, "mode": wanted.mode.value, "question_ids": list(wanted.question_ids),
        "reach": wanted.audience.reach.value, "group_name": wanted.audience.group, "changed_at": wanted.changed_at,
    }  # fmt: skip


def _set(row: Row[Any]) -> QuestionSet:
    return QuestionSet(
        row.id, row.owner, Bilingual(row.name_zh, row.name_en), Mode(row.mode), tuple(row.question_ids),
        Audience(Reach(row.reach), row.group_name), row.changed_at,
    )  # fmt: skip
