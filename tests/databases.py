"""The database that a test's records are in: SQLite in its folder, or a database of its own on the tests' PostgreSQL server.

A module whose tests hold on both says `pytestmark = ON_BOTH`.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from interviewer.records.database import open_database

ON_BOTH = [pytest.mark.usefixtures("database"), pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)]
TEMPLATE = "migrated"


class PostgresDatabases:
    """Databases on a server, one for each folder, copied from a migrated one."""

    def __init__(self, address: str) -> None:
        self._address, self._made = make_url(address), set[str]()
        self._admin = create_engine(self._address, isolation_level="AUTOCOMMIT")
        self._create(TEMPLATE, "template0")
        open_database(Path(), self._url(TEMPLATE)).dispose()

    def url_for(self, folder: Path) -> str:
        """The address of the folder's database, which is made when it is first asked for."""
        name = _name_of(folder)
        if name not in self._made:
            self._create(name, TEMPLATE)
            self._made.add(name)
        return self._url(name)

    def files_of(self, folder: Path) -> list[Path]:
        """The files that the folder's database is in, with all that the server has in memory written down; the log is none of them."""
        with self._admin.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            oid = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = :name"), {"name": _name_of(folder)})
            data = Path(str(connection.scalar(text("SHOW data_directory"))))
        return [path for part in (f"base/{oid}", "global") for path in (data / part).iterdir() if path.is_file()]

    def log_files(self) -> list[Path]:
        """The write-ahead log, as it is once the server has moved on: what was written before lies in segments that it does not keep."""
        with self._admin.connect() as connection:
            for _ in range(2):
                connection.execute(text("SELECT pg_switch_wal()"))
                connection.execute(text("CHECKPOINT"))
            data = Path(str(connection.scalar(text("SHOW data_directory"))))
        return [path for path in (data / "pg_wal").iterdir() if path.is_file()]

    def close(self) -> None:
        """Let go of the server."""
        self._admin.dispose()

    def _create(self, name: str, template: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))

    def _url(self, name: str) -> str:
        return self._address.set(database=name).render_as_string(hide_password=False)


def _name_of(folder: Path) -> str:
    return "t" + hashlib.sha256(str(folder).encode()).hexdigest()[:20]


current: PostgresDatabases | None = None
"""Where the running test keeps its records; None is SQLite. Set by the fixture `database` only."""


def url_for(folder: Path) -> str | None:
    """The address for `open_database`, None for SQLite in the folder."""
    return current.url_for(folder) if current else None


def files_of(folder: Path) -> list[Path]:
    """Where the records of a folder are: the files below it, and those of its database on the server."""
    return [path for path in folder.rglob("*") if path.is_file()] + (current.files_of(folder) if current else [])


_IN_THE_BACKGROUND = ("grading", "jobs", "housekeeping")  # how the names of the house's own threads begin


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is asked of a database within the block, but for what the house's own threads ask whenever they please."""
    asked: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not threading.current_thread().name.startswith(_IN_THE_BACKGROUND):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", hear)
