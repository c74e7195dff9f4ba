"""New SQLite files are copied from one that was migrated: all migrations take half a second, and some thousand tests begin with an empty folder.

What is tested of the migrations themselves runs them, see `real_migrations` in the conftest.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from interviewer.private_files import make_private_file, make_private_folder
from interviewer.records import database

run_migrations: Callable[[Engine], None] = database.migrate
_made: list[Path] = []
_one_at_a_time = threading.Lock()


def migrated_file() -> Path:
    """A SQLite file with the newest schema and nothing in it, made once in a process."""
    with _one_at_a_time:
        if not _made:
            folder = Path(tempfile.mkdtemp(prefix="migrated-"))
            file = folder / database.FILE
            file.touch(mode=0o600)
            engine = database.create_engine(f"sqlite:///{file}")
            database.make_durable(engine)
            run_migrations(engine)
            engine.dispose()
            _made.append(file)
            atexit.register(forget)  # in a process that is no session of pytest
    return _made[0]


def copy_migrated(engine: Engine) -> None:
    """In place of `interviewer.records.database.migrate`: the same, but that an empty SQLite file takes over the migrated one."""
    if engine.dialect.name == "sqlite":
        template = migrated_file()
        with _one_at_a_time:
            if database.schema_of(engine) is None:
                with sqlite3.connect(template) as source, engine.connect() as connection:
                    source.backup(connection.connection.driver_connection)
                source.close()
                return
    run_migrations(engine)


def seed(folder: Path) -> None:
    """Lay the migrated file into a folder that has none, for a server that is to be started there."""
    if not (folder / database.FILE).exists():
        make_private_folder(folder)
        make_private_file(folder / database.FILE)
        shutil.copyfile(migrated_file(), folder / database.FILE)


def forget() -> None:
    """Remove the migrated file."""
    while _made:
        shutil.rmtree(_made.pop().parent, ignore_errors=True)
