"""The audit log in the database: who did what, and to whom. Entries are added, never changed; they go with `erasure` and after a time.

Every method is one transaction. An entry never holds a name, an answer or a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, exists, insert, or_, select

from interviewer.records.base import Database
from interviewer.records.people_tables import audit
from interviewer.records.tables import interviews

READ_TRANSCRIPT = "read_transcript"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done: by whom, to which interview or person."""

    id: int
    at: datetime
    actor_id: str
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; "" for any. `actor`, `subject`: ids; a person as subject stands for their interviews as well."""

    actor: str = ""
    subject: str = ""
    action: str = ""


ANY = AuditFilter()


class AuditLog:
    """The log of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, actor_id: str, action: str, subject: str, detail: str = "", *, now: datetime) -> None:
        """Note what was done: `action` in snake_case, `subject` the id of an interview or person."""
        with self._database.writing() as connection:
            note(connection, actor_id, action, subject, detail, now=now)

    def search(self, limit: int, wanted: AuditFilter = ANY, *, before_id: int | None = None) -> tuple[AuditEntry, ...]:
        """The latest entries first; `before_id` for the next page."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(audit.c.id < before_id)
        if wanted.actor:
            query = query.where(audit.c.actor_id == wanted.actor)
        if wanted.subject:
            query = query.where(or_(audit.c.subject == wanted.subject, audit.c.subject.in_(_interviews_of(wanted.subject))))
        if wanted.action:
            query = query.where(audit.c.action == wanted.action)
        with self._database.reading() as connection:
            return tuple(AuditEntry(*row) for row in connection.execute(query))

    def actions(self) -> tuple[str, ...]:
        """Every kind of action in the log."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(audit.c.action).distinct().order_by(audit.c.action)))

    def concerning(self, person_id: str) -> Iterator[AuditEntry]:
        """What they did, and what was done to them or to their interviews, oldest first."""
        last = 0
        concerns = or_(audit.c.actor_id == person_id, audit.c.subject == person_id, audit.c.subject.in_(_interviews_of(person_id)))
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(select(audit).where(audit.c.id > last, concerns).order_by(audit.c.id).limit(_PAGE)).all()
            for row in rows:
                yield AuditEntry(*row)
            if len(rows) < _PAGE:
                return
            last = rows[-1].id

    def has_read(self, actor_id: str, interview_id: str) -> bool:
        """Whether it is noted already that they read this transcript."""
        noted = exists().where(audit.c.subject == interview_id, audit.c.actor_id == actor_id, audit.c.action == READ_TRANSCRIPT)
        with self._database.reading() as connection:
            return bool(connection.scalar(select(noted)))


def note(connection: Connection, actor_id: str, action: str, subject: str, detail: str = "", *, now: datetime) -> None:
    """`AuditLog.write` as part of the transaction that does what is noted."""
    connection.execute(insert(audit).values(at=now, actor_id=actor_id, action=action[:40], subject=subject[:64], detail=detail[:200]))


def _interviews_of(person_id: str) -> Select[tuple[Any]]:
    return select(interviews.c.id).where(interviews.c.owner == person_id)
