"""Deleting so that nothing is left: not in the database's free pages or log, not in the full text, not in a backup put back later.

An erasure is put down in the transaction that deletes. `Eraser.sweep` then rewrites what still holds the bytes and notes the erasure in
`erased.txt` beside the database, which a restored backup does not bring along: `Eraser.repeat` deletes again what comes back with it.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, insert, select, update

from interviewer.records.database import BUSY_MILLISECONDS
from interviewer.records.people_tables import erasures, people, spending
from interviewer.records.review_tables import edits
from interviewer.records.search import compact_search, forget_answers
from interviewer.records.tables import interviews

LIST = "erased.txt"


def erase_interview(connection: Connection, interview_id: str, now: datetime) -> bool:
    """Delete an interview with all that belongs to it, in the caller's transaction; False if there is none."""
    forget_answers(connection, interview_id)
    gone = connection.execute(delete(interviews).where(interviews.c.id == interview_id)).rowcount == 1
    if gone:
        _put_down(connection, interview_id, "interview", now)
    return gone


def erase_person(connection: Connection, person_id: str, now: datetime) -> bool:
    """Delete somebody with all their interviews, in the caller's transaction; what they wrote as a coach stays, without their name."""
    for interview_id in connection.scalars(select(interviews.c.id).where(interviews.c.owner == person_id)).all():
        erase_interview(connection, interview_id, now)
    connection.execute(update(edits).where(edits.c.author_id == person_id).values(author=""))
    connection.execute(delete(spending).where(spending.c.owner == person_id))
    gone = connection.execute(delete(people).where(people.c.id == person_id)).rowcount == 1
    if gone:
        _put_down(connection, person_id, "person", now)
    return gone


class Eraser:
    """Looks after the erasures of one database. `folder`: where the list of them is kept, beside the database."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._list = engine, folder / LIST

    def sweep(self) -> int:
        """Remove the last traces of what was deleted since the last sweep; returns how many erasures that were."""
        with self._engine.connect().execution_options(reading=True) as connection:
            fresh = connection.execute(select(erasures).where(erasures.c.swept.is_(False))).all()
        if not fresh:
            return 0
        with self._list.open("a", encoding="ascii") as listed:
            listed.writelines(f"{row.kind} {row.subject} {row.at.isoformat()}\n" for row in fresh)
            listed.flush()
            os.fsync(listed.fileno())
        with self._engine.begin() as connection:
            compact_search(connection)
        if not self._truncate_log():
            return 0
        with self._engine.begin() as connection:
            subjects = [row.subject for row in fresh]
            connection.execute(update(erasures).where(erasures.c.subject.in_(subjects)).values(swept=True))
        return len(fresh)

    def repeat(self, now: datetime) -> int:
        """Delete again whatever is on the list and nevertheless there, as after a backup was put back; returns how many."""
        again = 0
        with self._engine.begin() as connection:
            for kind, subject in self._read_list():
                erase = erase_person if kind == "person" else erase_interview
                again += erase(connection, subject, now)
        return again

    def expire(self, before: datetime, now: datetime) -> int:
        """Delete the interviews that were begun before that moment; returns how many."""
        with self._engine.begin() as connection:
            old = connection.scalars(select(interviews.c.id).where(interviews.c.created_at < before).limit(1000)).all()
            return sum(erase_interview(connection, interview_id, now) for interview_id in old)

    def _read_list(self) -> set[tuple[str, str]]:
        if not self._list.exists():
            return set()
        lines = (line.split() for line in self._list.read_text(encoding="ascii", errors="replace").splitlines())
        return {(parts[0], parts[1]) for parts in lines if len(parts) >= 2}

    def _truncate_log(self) -> bool:
        """Move the write-ahead log into the database and empty it; False while somebody still reads from it."""
        pooled = self._engine.raw_connection()
        cursor = pooled.cursor()
        try:
            # Writers wait while the checkpoint waits for a reader: rather try again in a while.
            cursor.execute("PRAGMA busy_timeout=100")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        finally:
            pooled.close()
        return not busy


def _put_down(connection: Connection, subject: str, kind: str, now: datetime) -> None:
    connection.execute(delete(erasures).where(erasures.c.subject == subject))
    connection.execute(insert(erasures).values(subject=subject, kind=kind, at=now, swept=False))
