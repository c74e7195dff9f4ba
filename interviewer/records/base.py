"""What all tables share: the naming of constraints, moments in UTC, rows that go with their owner, transactions, and what
a failure of one is called."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, ForeignKey, MetaData, TypeDecorator
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from interviewer.errors import Conflict, StoreError, StoreTrouble

Transaction = Connection
"""A transaction under way, for those who pass it on and know nothing of SQL."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so the zone is put back when it is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def owned_by(target: str) -> ForeignKey:
    """A reference whose row is deleted with what it points to."""
    return ForeignKey(target, ondelete="CASCADE")


class Database:
    """The one way to open a transaction. `file`: SQLite's database file, None for PostgreSQL.

    Whatever fails within a transaction is a StoreError, and a Conflict where a constraint stands against it; all of it is taken back.
    """

    def __init__(self, engine: Engine, file: Path | None = None) -> None:
        self.engine, self.file = engine, file

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees the records as they are at one moment, and writes nothing."""
        with self.translated(), self.engine.connect().execution_options(reading=True) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that writes: all of it, or nothing."""
        with self.translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turns the driver's errors into ours."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self.explain(error) from None

    def explain(self, error: Exception) -> StoreError:
        """The error as one of ours. The driver's text can hold the parameters, and with them an answer: only its kind goes on."""
        if isinstance(error, IntegrityError | sqlite3.IntegrityError):
            return Conflict("this contradicts what is there already → look at what is there now, then try again")
        trouble = StoreTrouble.GONE if self.gone else _trouble_of(error)
        return StoreError(_TOLD[trouble].format(kind=type(error).__name__, file=self.file), trouble)

    @property
    def gone(self) -> bool:
        """Whether the file of the database was moved or deleted."""
        return self.file is not None and not self.file.exists()

    def dispose(self) -> None:
        """Close all connections; the next transaction opens a new one."""
        self.engine.dispose()


_TOLD = {
    StoreTrouble.BUSY: "another process holds the database (a backup put back, a move, another command) → wait until it has ended, "
    "then try again",
    StoreTrouble.FULL: "the disk is full → make room, then try again",
    StoreTrouble.READ_ONLY: "the database may not be written → check the rights of {file} and of its folder",
    StoreTrouble.DAMAGED: "the database is damaged → put a backup back: interviewer restore FILE",
    StoreTrouble.GONE: "the database {file} was moved or deleted → put it back where it was, or put a backup back: interviewer restore FILE; "
    "until then nothing is read or written",
    StoreTrouble.UNREACHABLE: "the PostgreSQL server cannot be reached ({kind}) → check that it runs and lets us in",
    StoreTrouble.OTHER: "the records cannot be read or written ({kind}) → check the disk and the data folder, then try again",
}
_SQLITE = {
    sqlite3.SQLITE_BUSY: StoreTrouble.BUSY,
    sqlite3.SQLITE_LOCKED: StoreTrouble.BUSY,
    sqlite3.SQLITE_FULL: StoreTrouble.FULL,
    sqlite3.SQLITE_READONLY: StoreTrouble.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: StoreTrouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: StoreTrouble.DAMAGED,
}
_POSTGRES = {"55P03": StoreTrouble.BUSY, "53100": StoreTrouble.FULL, "25006": StoreTrouble.READ_ONLY}
"""SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html): lock_not_available, disk_full, read_only_sql_transaction."""


def _trouble_of(error: Exception) -> StoreTrouble:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get((getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF, StoreTrouble.OTHER)
    known = _POSTGRES.get(getattr(cause, "sqlstate", None) or "")
    return known or (StoreTrouble.UNREACHABLE if isinstance(error, OperationalError) else StoreTrouble.OTHER)
