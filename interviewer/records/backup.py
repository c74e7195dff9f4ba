"""A copy of the SQLite database while it is in use, and putting one back while it is in use.

Both go through SQLite's online backup (sqlite.org/backup.html): a consistent copy page by page, whatever else reads or writes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from interviewer.errors import StoreError
from interviewer.private_files import make_private_file, make_private_folder
from interviewer.records.base import Database
from interviewer.records.database import BUSY_MILLISECONDS, FILE, SCHEMA, make_durable, migrate, schema_of
from interviewer.records.fence import LIFT_FENCE

# What must not come back with a backup: whoever was logged out since would be logged in again.
_NOT_RESTORED = ("sessions", "tickets")


def back_up(folder: Path, file: Path) -> int:
    """Copy the database of a data folder into `file`, checked; returns its size in bytes. StoreError if it cannot be, or `file` exists."""
    if file.exists():
        raise StoreError(f"{file} is there already → choose another name, or remove it first")
    if not (folder / FILE).exists():
        raise StoreError(f"there is no database in {folder} → set INTERVIEWER_DATA to the folder that has one")
    part = file.with_name(file.name + ".part")
    try:
        part.unlink(missing_ok=True)
        make_private_file(part)
        with closing(_open(folder / FILE)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            _check(target, part)
        part.replace(file)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"the backup cannot be written ({type(error).__name__}) → check the disk and the folder of {file}") from error
    return file.stat().st_size


def put_back(folder: Path, file: Path, *, now: datetime) -> Path | None:
    """Make the database what it was in a backup; a server on the folder goes on with it at once.

    Returns where the database as it was before is kept, None if there was none. Nobody stays logged in. StoreError, and nothing
    changed, if `file` is no sound backup or comes from a newer version. Erasures are repeated by the caller.
    """
    if not file.exists():
        raise StoreError(f"{file} is not there → name a file that `interviewer backup` has written")
    make_private_folder(folder)
    ready = folder / f"{FILE}.restoring"
    ready.unlink(missing_ok=True)
    try:
        make_private_file(ready)
        with closing(_open(file, read_only=True)) as source, closing(sqlite3.connect(ready)) as copy:
            _check(source, file)
            source.backup(copy)
        _bring_up_to_date(ready)
        kept = _keep_present(folder, now)
        make_private_file(folder / FILE)
        with closing(_open(ready)) as source, closing(_open(folder / FILE)) as target:
            source.backup(target)
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        raise StoreError(
            f"{file} cannot be put back ({type(error).__name__}) → check that it is a backup and that the disk is not full"
        ) from error
    finally:
        for leftover in (ready, *(folder.glob(f"{ready.name}-*"))):
            leftover.unlink(missing_ok=True)
    return kept


def _open(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_MILLISECONDS / 1000)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        raise StoreError(f"{path} is damaged → use another backup")
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'interviews'").fetchone():
        raise StoreError(f"{path} is no database of interviews → name a file that `interviewer backup` has written")


def _bring_up_to_date(path: Path) -> None:
    # A backup of records that had been moved: whoever puts it back wants to go on with these.
    with closing(_open(path)) as connection:
        connection.execute(LIFT_FENCE)
    engine = create_engine(f"sqlite:///{path.as_posix()}")
    make_durable(engine)
    try:
        if schema_of(engine) != SCHEMA:
            migrate(engine)
        with Database(engine).writing() as connection:
            for table in _NOT_RESTORED:
                connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    finally:
        engine.dispose()


def _keep_present(folder: Path, now: datetime) -> Path | None:
    if not (folder / FILE).exists():
        return None
    kept = folder / f"interviews-before-{now:%Y%m%dT%H%M%S}.db"
    try:
        make_private_file(kept)
        with closing(_open(folder / FILE)) as present, closing(sqlite3.connect(kept)) as copy:
            present.backup(copy)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        # Too damaged to be copied or written over page by page: out of the way with it, as it is. The log goes first: SQLite would
        # apply what is left of it to the new file. Whoever has the old one open notices (`make_durable`).
        for suffix in ("-wal", "-shm", ""):
            if (part := folder / f"{FILE}{suffix}").exists():
                part.replace(kept.with_name(kept.name + suffix))
    return kept
