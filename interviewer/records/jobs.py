"""Background work as durable rows: asked for once, claimed under a lease, ended once. As `grading_queue`, for work of any kind.

Who dies over a job leaves it to another when the lease runs out. A job that asks for the same as one that nobody has begun is that one;
once it is begun, asking again makes another, for what it works on may have changed since.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select, update

from interviewer.errors import NotFound
from interviewer.models import Bilingual, Job, JobState
from interviewer.records.base import Database
from interviewer.records.dialects import insert_if_absent
from interviewer.records.grading_queue import SKEW
from interviewer.records.job_tables import jobs

LEASE = timedelta(seconds=15)
KEPT = timedelta(days=30)
"""How long a job that has ended is kept."""
LONGEST_PAUSE = timedelta(hours=2)
"""Before a job that failed is tried again. What is due later than that from now was put down by a clock that is wrong."""
_columns = jobs.c


class JobQueue:
    """The jobs of one database. `worker` names this process in its leases."""

    def __init__(self, database: Database, *, worker: str) -> None:
        self._database, self.worker = database, worker

    # ------------------------------------------------------------ asking

    def ask(self, kind: str, subject: str, *, now: datetime, owner: str = "", wanted: Mapping[str, Any] | None = None) -> str:
        """Ask for a job; returns its id, or that of the one which waits for the same already."""
        id, key = secrets.token_hex(16), _key(kind, owner, subject, wanted or {})
        with self._database.writing() as connection:
            while not insert_job(connection, id, kind, subject, now=now, owner=owner, wanted=wanted, waiting_for=key):
                waiting = connection.scalar(select(_columns.id).where(_columns.waiting_for == key))
                if waiting is not None:  # else it was begun in this very moment
                    return str(waiting)
        return id

    def read(self, job_id: str, owner: str) -> Job:
        """How a job stands; NotFound if there is none of this id that is the owner's."""
        with self._database.reading() as connection:
            row = connection.execute(select(jobs).where(_columns.id == job_id, _columns.owner == owner)).one_or_none()
        if row is None:
            raise NotFound("there is no such job → ask for it again")
        return _job(row)

    def latest(self, kind: str, subject: str) -> Job | None:
        """The job of this kind about this that was asked for last, None if there was none."""
        query = select(jobs).where(_columns.kind == kind, _columns.subject == subject).order_by(_columns.created_at.desc(), _columns.id)
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).one_or_none()
        return _job(row) if row else None

    # ------------------------------------------------------------ working

    def claim(self, now: datetime, kinds: Collection[str]) -> Job | None:
        """Take over the oldest job of these kinds that is due and that nobody works on; None if there is none."""
        due = and_(_columns.state == JobState.OPEN.value, _columns.kind.in_(kinds), _is_free(now), _is_due(now))
        with self._database.reading() as connection:
            if connection.execute(select(_columns.id).where(due).limit(1)).first() is None:
                return None
        oldest = select(_columns.id).where(due).order_by(_columns.created_at, _columns.id).limit(1).with_for_update(skip_locked=True)
        with self._database.writing() as connection:
            found = connection.scalar(oldest)
            if found is None:
                return None
            values = {"lease_owner": self.worker, "lease_until": now + LEASE, "attempts": _columns.attempts + 1, "waiting_for": None}
            row = connection.execute(update(jobs).where(_columns.id == found).values(**values).returning(jobs)).one()
        return _job(row)

    def renew(self, job_ids: Collection[str], now: datetime) -> None:
        """Keep the leases of what this worker is still working on."""
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(_columns.id.in_(job_ids), self._mine()).values(lease_until=now + LEASE))

    def release(self, job_ids: Collection[str]) -> None:
        """Give unfinished work back at once, when this worker shuts down; that it was begun is forgotten."""
        values = {"lease_owner": None, "lease_until": None, "attempts": 0}
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(_columns.id.in_(job_ids), self._mine()).values(**values))

    def note_progress(self, job_id: str, progress: float) -> bool:
        """Put down how far it is, 0–1; False if the job is not this worker's any more."""
        return self._change(job_id, {"progress": min(1.0, max(0.0, progress))})

    def complete(self, job_id: str, result: Mapping[str, Any], now: datetime) -> bool:
        """Put down what came of it; False if the job is not this worker's any more."""
        return self._end(job_id, JobState.DONE, now, {"result": dict(result), "progress": 1.0})

    def fail(self, job_id: str, failure: Bilingual, now: datetime) -> bool:
        """Put down that it came to nothing and why; False as for `complete`."""
        return self._end(job_id, JobState.FAILED, now, {"failure": {"zh": failure.zh, "en": failure.en}})

    def postpone(self, job_id: str, now: datetime, *, pause: float) -> bool:
        """Put down that this try failed and that it is due again in `pause` seconds; False as for `complete`."""
        values = {"lease_owner": None, "lease_until": None, "attempts": 0, "tries": _columns.tries + 1}
        return self._change(job_id, {**values, "not_before": now + min(LONGEST_PAUSE, timedelta(seconds=pause))})

    def prune(self, now: datetime) -> None:
        """Delete what ended long ago."""
        old = and_(_columns.state != JobState.OPEN.value, _columns.ended_at < now - KEPT)
        with self._database.reading() as connection:
            if connection.execute(select(_columns.id).where(old).limit(1)).first() is None:
                return
        with self._database.writing() as connection:
            connection.execute(delete(jobs).where(old))

    # ------------------------------------------------------------

    def _end(self, job_id: str, state: JobState, now: datetime, values: Mapping[str, Any]) -> bool:
        return self._change(job_id, {**values, "state": state.value, "ended_at": now, "lease_owner": None, "lease_until": None})

    def _change(self, job_id: str, values: Mapping[str, Any]) -> bool:
        with self._database.writing() as connection:
            this = and_(_columns.id == job_id, _columns.state == JobState.OPEN.value, self._mine())
            return connection.execute(update(jobs).where(this).values(**values)).rowcount == 1

    def _mine(self) -> ColumnElement[bool]:
        return _columns.lease_owner == self.worker


def insert_job(
    connection: Connection,
    id: str,
    kind: str,
    subject: str,
    *,
    now: datetime,
    owner: str = "",
    wanted: Mapping[str, Any] | None = None,
    waiting_for: str | None = None,
) -> bool:
    """Put a job down in the caller's transaction, with what it is about; False if one waits for the same (`waiting_for`) already."""
    values = {
        "id": id, "kind": kind, "owner": owner, "subject": subject, "wanted": dict(wanted or {}), "state": JobState.OPEN.value,
        "created_at": now, "waiting_for": waiting_for, "attempts": 0, "tries": 0, "progress": 0.0,
    }  # fmt: skip
    return insert_if_absent(connection, jobs, values)


def forget_jobs(connection: Connection, owner: str) -> None:
    """Delete all of somebody's jobs, in the caller's transaction."""
    connection.execute(delete(jobs).where(_columns.owner == owner))


def _key(kind: str, owner: str, subject: str, wanted: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([kind, owner, subject, dict(wanted)], sort_keys=True).encode()).hexdigest()


def _is_free(now: datetime) -> ColumnElement[bool]:
    # A lease that no right clock can have written counts as over; see `grading_queue`.
    return or_(_columns.lease_until.is_(None), _columns.lease_until < now, _columns.lease_until > now + LEASE + SKEW)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(_columns.not_before.is_(None), _columns.not_before <= now, _columns.not_before > now + LONGEST_PAUSE + SKEW)


def _job(row: Row[Any]) -> Job:
    failure = Bilingual(row.failure["zh"], row.failure["en"]) if row.failure else None
    return Job(
        row.id, row.kind, row.owner, row.subject, JobState(row.state), row.created_at, row.wanted, row.progress, row.result, failure,
        row.attempts, row.tries, row.ended_at,
    )  # fmt: skip
