"""Messages to the operator's webhook as durable rows, and the jobs that send them, put down together.

What happened is read out of the records themselves, so that no act has to remember to tell it and nothing is lost between the two: an
event that has no message yet gets one. Its id is made of what happened; two replicas that look at once make one message.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, delete, func, select, update

from interviewer.errors import NotFound
from interviewer.models import JobState
from interviewer.records.base import Database
from interviewer.records.dialects import insert_if_absent
from interviewer.records.hidden import hide
from interviewer.records.job_tables import jobs
from interviewer.records.jobs import KEPT, insert_job
from interviewer.records.telling_tables import webhook_marks, webhook_messages

DELIVER = "webhook"
"""The kind of job that sends a message; its subject is the message's id."""
OVERLAP = timedelta(minutes=10)
"""How far back is looked again: a transaction may end after one that began later, and clocks differ."""
MARK_AT_LEAST = timedelta(minutes=5)
MOST_AT_ONCE = 500
_messages = webhook_messages.c


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `kind`: as receivers read it; `key`: what tells it from others of its kind; `at`: UTC.

    `subject`: ids by name, and nothing but ids; `owner`: the person whose it is, "" for nobody's.
    """

    kind: str
    key: str
    at: datetime
    subject: Mapping[str, str]
    owner: str = ""

    @property
    def id(self) -> str:
        """The id of its message, the same wherever it is worked out."""
        return "msg_" + hashlib.sha256(f"{self.kind}\n{self.key}".encode()).hexdigest()[:32]


Source = Callable[[Connection, datetime, datetime], Iterable[Event]]
"""What happened after the first moment and up to the second, as the records tell it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message and how it stands. `state`: open while it is tried, done once it was taken, failed if nobody tries any more.

    `next_at`: when it is tried next, None for at once or never; `last_result`: how the last try ended, "" before the first.
    """

    id: str
    kind: str
    at: datetime
    subject: Mapping[str, str]
    tries: int
    last_at: datetime | None
    last_result: str
    delivered_at: datetime | None
    state: JobState
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the messages that are kept: how many were taken, are still tried, and failed."""

    done: int = 0
    open: int = 0
    failed: int = 0


class WebhookStore:
    """The messages of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ------------------------------------------------------------ announcing

    def announce(self, address: str, sources: Sequence[Source], now: datetime) -> int:
        """Make a message and its job of everything that happened since the last look and has none; returns how many.

        The first look at an address only marks the moment: what happened before is not told.
        """
        marked = webhook_marks.c.address == hide(address)
        with self._database.reading() as connection:
            mark = connection.execute(select(webhook_marks.c.since, webhook_marks.c.until).where(marked)).one_or_none()
            new = _new_events(connection, sources, max(mark.since, mark.until - OVERLAP), now) if mark else []
        if mark and not new and now - mark.until < MARK_AT_LEAST:
            return 0
        with self._database.writing() as connection:
            if not insert_if_absent(connection, webhook_marks, {"address": hide(address), "since": now, "until": now}):
                # Not beyond what was not told for being too much at once.
                reached = new[-1].at if len(new) == MOST_AT_ONCE else now
                connection.execute(update(webhook_marks).where(marked, webhook_marks.c.until < reached).values(until=reached))
            told = sum(_put_down(connection, event, now) for event in new)
            connection.execute(delete(webhook_messages).where(_messages.at < now - KEPT))
        return told

    def forget_address(self) -> None:
        """No webhook is set any more: one that is set later is told only what happens from then on."""
        with self._database.reading() as connection:
            if connection.execute(select(webhook_marks.c.address).limit(1)).first() is None:
                return
        with self._database.writing() as connection:
            connection.execute(delete(webhook_marks))

    def put_down(self, event: Event, now: datetime) -> bool:
        """Make one message and its job; False if there is one of this event."""
        with self._database.writing() as connection:
            return _put_down(connection, event, now)

    def send_again(self, message_id: str, now: datetime) -> bool:
        """Ask for a message that failed to be sent again, under the same id; False if it is still tried, or was taken. NotFound without it."""
        with self._database.writing() as connection:
            row = connection.execute(_read_all().where(_messages.id == message_id).with_for_update(of=webhook_messages)).one_or_none()
            if row is None:
                raise NotFound("there is no such message → load the page again")
            if row.delivered_at is not None or row.state == JobState.OPEN.value:
                return False
            job_id = secrets.token_hex(16)
            insert_job(connection, job_id, DELIVER, message_id, now=now)
            connection.execute(update(webhook_messages).where(_messages.id == message_id).values(job_id=job_id))
        return True

    # ------------------------------------------------------------ delivering

    def read(self, message_id: str) -> Message | None:
        """A message, None if it is gone."""
        with self._database.reading() as connection:
            row = connection.execute(_read_all().where(_messages.id == message_id)).one_or_none()
        return _message(row) if row else None

    def note_try(self, message_id: str, result: str, *, delivered: bool, now: datetime) -> None:
        """Put down how a try ended."""
        values = {"tries": _messages.tries + 1, "last_at": now, "last_result": result, "delivered_at": now if delivered else None}
        with self._database.writing() as connection:
            unsent = (_messages.id == message_id) & _messages.delivered_at.is_(None)
            connection.execute(update(webhook_messages).where(unsent).values(**values))

    # ------------------------------------------------------------ looking

    def latest(self, limit: int) -> tuple[Message, ...]:
        """The newest messages first."""
        with self._database.reading() as connection:
            rows = connection.execute(_read_all().order_by(_messages.at.desc(), _messages.id).limit(limit)).all()
        return tuple(_message(row) for row in rows)

    def counts(self) -> Counts:
        """How many stand how."""
        failed = func.count().filter(_messages.delivered_at.is_(None), func.coalesce(jobs.c.state, "failed") != JobState.OPEN.value)
        joined = webhook_messages.outerjoin(jobs, jobs.c.id == _messages.job_id)
        with self._database.reading() as connection:
            everything, done, gone = connection.execute(
                select(func.count(), func.count(_messages.delivered_at), failed).select_from(joined)
            ).one()
        return Counts(done, everything - done - gone, gone)


def forget_messages_of(connection: Connection, owner: str) -> None:
    """Delete what was told, or was to be, of somebody's doings, in the caller's transaction."""
    connection.execute(delete(webhook_messages).where(_messages.owner == owner))


def forget_messages_about(connection: Connection, interview_id: str) -> None:
    """The same of one interview."""
    connection.execute(delete(webhook_messages).where(_messages.interview_id == interview_id))


def _new_events(connection: Connection, sources: Sequence[Source], since: datetime, now: datetime) -> list[Event]:
    found = {event.id: event for source in sources for event in source(connection, since, now)}
    if not found:
        return []
    known = set(connection.scalars(select(_messages.id).where(_messages.at > since)))
    return sorted((event for id, event in found.items() if id not in known), key=lambda event: (event.at, event.id))[:MOST_AT_ONCE]


def _put_down(connection: Connection, event: Event, now: datetime) -> bool:
    job_id = secrets.token_hex(16)
    values = {
        "id": event.id, "kind": event.kind, "at": event.at, "subject": dict(event.subject), "owner": event.owner, "interview_id": event.subject.get("interview"), "job_id": job_id,
        "tries": 0, "last_result": "",
    }  # fmt: skip
    if not insert_if_absent(connection, webhook_messages, values):
        return False
    insert_job(connection, job_id, DELIVER, event.id, now=now)
    return True


def _read_all() -> Select[tuple[object, ...]]:
    joined = webhook_messages.outerjoin(jobs, jobs.c.id == _messages.job_id)
    return select(webhook_messages, jobs.c.state, jobs.c.not_before).select_from(joined)


def _message(row: object) -> Message:
    found = row._mapping  # type: ignore[attr-defined]
    state = JobState.DONE if found["delivered_at"] else JobState.OPEN if found["state"] == JobState.OPEN.value else JobState.FAILED
    told = {name: found[name] for name in ("id", "kind", "at", "subject", "tries", "last_at", "last_result", "delivered_at")}
    return Message(**told, state=state, next_at=found["not_before"] if state is JobState.OPEN else None)
