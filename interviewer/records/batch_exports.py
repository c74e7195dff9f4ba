"""Exports of many interviews as rows: who asked, for what, whose words are in the file, until when it is kept, and the file in pieces.

In the database every replica can hand it out, and it goes with its row: given up, run out, or with somebody in it who was erased.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, func, insert, not_, or_, select, update

from interviewer.errors import NotFound
from interviewer.models import JobState, Person
from interviewer.models.group import Selection
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.dialects import take_turns
from interviewer.records.group import conditions_of
from interviewer.records.job_tables import jobs
from interviewer.records.report_tables import batch_export_interviews, batch_export_parts, batch_exports
from interviewer.records.review_tables import summaries
from interviewer.records.tables import interviews
from interviewer.records.visibility import on_desk

EXPORT = "batch-export"
"""The kind of the job; its subject is the export's id."""
READ = "read_transcript"
LONGEST = timedelta(days=2)
"""What has not become a file by then never will."""
_MOST_PARTS = 100_000
"""More pieces than a file has: those of an attempt have numbers of their own."""
_exports, _held, _parts = batch_exports.c, batch_export_interviews.c, batch_export_parts.c


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept and not yet handed out. `numbers`: of its pieces; `size`: bytes."""

    numbers: range
    size: int


@dataclass(frozen=True, slots=True)
class BatchExport:
    """One export. `wanted`: as whoever asked put it; `ready_at`: None while there is no file; `size`: bytes, `interviews`: in it."""

    id: str
    owner: str
    created_at: datetime
    wanted: Mapping[str, Any] = field(default_factory=dict)
    ready_at: datetime | None = None
    expires_at: datetime | None = None
    interviews: int = 0
    size: int = 0


class BatchExportStore:
    """The exports of one database, one for each person at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, owner: str, wanted: Mapping[str, Any], now: datetime) -> BatchExport | None:
        """A new export in the place of the last one; None while that one is under way."""
        export = BatchExport(secrets.token_hex(16), owner, now, dict(wanted))
        with self._database.writing() as connection:
            take_turns(connection, "export", owner)
            last = select(_exports.id).where(_exports.owner == owner).scalar_subquery()
            if connection.scalar(
                select(exists().where(jobs.c.kind == EXPORT, jobs.c.subject == last, jobs.c.state == JobState.OPEN.value))
            ):
                return None
            connection.execute(delete(batch_exports).where(_exports.owner == owner))
            connection.execute(
                insert(batch_exports).values(id=export.id, owner=owner, wanted=export.wanted, created_at=now, interviews=0, size=0)
            )
        return export

    def of(self, owner: str) -> BatchExport | None:
        """Somebody's export."""
        return self._one(_exports.owner == owner)

    def find(self, export_id: str) -> BatchExport | None:
        """The export of that id."""
        return self._one(_exports.id == export_id)

    def interview_ids(self, viewer: Person, chosen: Selection, limit: int) -> tuple[str, ...]:
        """The finished interviews of the selection that the viewer may see, the newest first."""
        wanted = select(summaries.c.interview_id).where(*conditions_of(viewer, chosen), summaries.c.finished_at.is_not(None))
        with self._database.reading() as connection:
            return tuple(connection.scalars(wanted.order_by(summaries.c.created_at.desc(), summaries.c.interview_id).limit(limit)))

    def hold(self, export_id: str, interview_ids: Sequence[str]) -> bool:
        """Put down whose interviews will be in the file, before anything of them is written; False if the export is gone.

        Conflict if one of them is gone: make the list anew.
        """
        rows = [{"export_id": export_id, "interview_id": each} for each in interview_ids]
        with self._database.writing() as connection:
            if connection.scalar(select(_exports.id).where(_exports.id == export_id).with_for_update()) is None:
                return False
            connection.execute(delete(batch_export_interviews).where(_held.export_id == export_id))
            connection.execute(insert(batch_export_interviews), rows)
        return True

    def keep(self, export_id: str, attempt: int, pieces: Iterable[bytes]) -> Kept | None:
        """Keep the file piece by piece, each in a transaction of its own, so that nobody waits for all of it.

        None if the export is gone, or another's file is ready. Nobody sees it before it is `ready`. `attempt`: from 1; whoever else still works on an earlier one writes beside it.
        """
        first = count = attempt * _MOST_PARTS
        size = 0
        for piece in pieces:
            with self._database.writing() as connection:
                if connection.scalar(_unready(export_id)) is None:
                    return None
                connection.execute(delete(batch_export_parts).where(_parts.export_id == export_id, _parts.number == count))
                connection.execute(insert(batch_export_parts).values(export_id=export_id, number=count, content=piece))
            count, size = count + 1, size + len(piece)
        return Kept(range(first, count), size)

    def ready(self, export_id: str, interview_ids: Sequence[str], kept: Kept, *, now: datetime, expires_at: datetime) -> bool:
        """Make what was kept the file, and put down that whoever asked has read what is in it.

        False if the export or one in it is gone, or another's file is ready.
        """
        mine = _parts.number.between(kept.numbers.start, kept.numbers.stop - 1)
        with self._database.writing() as connection:
            owner = connection.scalar(_unready(export_id))
            if owner is None:
                return False
            if connection.scalar(_count(export_id)) != len(interview_ids):
                connection.execute(delete(batch_exports).where(_exports.id == export_id))
                return False
            connection.execute(delete(batch_export_parts).where(_parts.export_id == export_id, not_(mine)))
            values = {"ready_at": now, "expires_at": expires_at, "interviews": len(interview_ids), "size": kept.size}
            connection.execute(update(batch_exports).where(_exports.id == export_id).values(**values))
            for interview_id in interview_ids:
                note(connection, owner, READ, interview_id, "zip", now=now)
            note(connection, owner, "export", "batch", str(len(interview_ids)), now=now)
            return True

    def parts(self, export_id: str) -> Iterator[bytes]:
        """The file, piece by piece, each read when it is wanted; NotFound if it was deleted meanwhile: half a file is none."""
        with self._database.reading() as connection:
            numbers = connection.scalars(select(_parts.number).where(_parts.export_id == export_id).order_by(_parts.number)).all()
        for number in numbers:
            with self._database.reading() as connection:
                part = connection.scalar(select(_parts.content).where(_parts.export_id == export_id, _parts.number == number))
            if part is None:
                raise NotFound("the file was deleted while it was read → export once more")
            yield part

    def may_be_read(self, export: BatchExport, viewer: Person) -> bool:
        """Whether all that is in the file is still there, and the viewer may still see it."""
        seen = select(interviews.c.id).where(on_desk(viewer, interviews.c.owner, interviews.c.finished_at))
        with self._database.reading() as connection:
            return connection.scalar(_count(export.id).where(_held.interview_id.in_(seen))) == export.interviews

    def delete(self, export_id: str, owner: str) -> bool:
        """Delete somebody's export and give up making it; False if there is none of that id."""
        with self._database.writing() as connection:
            connection.execute(delete(jobs).where(jobs.c.kind == EXPORT, jobs.c.subject == export_id, jobs.c.owner == owner))
            return connection.execute(delete(batch_exports).where(_exports.id == export_id, _exports.owner == owner)).rowcount == 1

    def expire(self, now: datetime) -> None:
        """Delete what has run out."""
        old = or_(_exports.expires_at <= now, and_(_exports.ready_at.is_(None), _exports.created_at <= now - LONGEST))
        with self._database.reading() as connection:
            if connection.execute(select(_exports.id).where(old).limit(1)).first() is None:
                return
        with self._database.writing() as connection:
            connection.execute(delete(batch_exports).where(old))

    def _one(self, wanted: ColumnElement[bool]) -> BatchExport | None:
        with self._database.reading() as connection:
            row = connection.execute(select(batch_exports).where(wanted)).one_or_none()
        return _export(row) if row else None


def _unready(export_id: str) -> Select[str]:
    """Whose export it is, with its row held; nobody's once its file is ready: who is first is first."""
    return select(_exports.owner).where(_exports.id == export_id, _exports.ready_at.is_(None)).with_for_update()


def _count(export_id: str) -> Select[int]:
    return select(func.count()).select_from(batch_export_interviews).where(_held.export_id == export_id)


def forget_exports(connection: Connection, interview_id: str) -> None:
    """Delete the exports that an interview is in, in the transaction that deletes the interview."""
    held = select(_held.export_id).where(_held.interview_id == interview_id)
    connection.execute(delete(batch_exports).where(_exports.id.in_(held)))


def forget_exports_of(connection: Connection, owner: str) -> None:
    """Delete somebody's own exports, in the caller's transaction."""
    connection.execute(delete(batch_exports).where(_exports.owner == owner))


def _export(row: Row[Any]) -> BatchExport:
    return BatchExport(row.id, row.owner, row.created_at, row.wanted, row.ready_at, row.expires_at, row.interviews, row.size)
