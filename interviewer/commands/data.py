"""`interviewer backup`, `restore` and `move`: the operator's care for the records."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interviewer.bootstrap import Application


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The three commands."""
    backup = commands.add_parser("backup", help="copy the database into a file, also while serving")
    backup.add_argument("file", type=Path, help="a file that is not there yet")
    backup.set_defaults(run=_back_up)
    restore = commands.add_parser("restore", help="put a backup back, also while serving; what was deleted since stays deleted")
    restore.add_argument("file", type=Path, help="a file that `backup` has written")
    restore.set_defaults(run=_restore)
    move = commands.add_parser("move", help="copy all records from SQLite into an empty PostgreSQL database and verify them")
    move.add_argument("--to", required=True, metavar="URL", help="postgresql+psycopg://USER@HOST/NAME")
    move.set_defaults(run=_move)


def _back_up(options: argparse.Namespace) -> int:
    from interviewer.records.backup import back_up

    application = _on_sqlite("pg_dump copies a PostgreSQL database")
    size = back_up(application.settings.data, options.file)
    print(f"{options.file}: {size:,} bytes")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from interviewer.records.backup import put_back
    from interviewer.records.store import utc_now

    application = _on_sqlite("pg_restore puts a PostgreSQL database back")
    kept = put_back(application.settings.data, options.file, now=utc_now())
    again = application.eraser.repeat(utc_now())
    application.eraser.sweep()
    application.database.dispose()
    print(f"restored from {options.file}" + (f"; as it was before: {kept}" if kept else ""))
    if again:
        print(f"deleted again what had been deleted since: {again}")
    return 0


def _move(options: argparse.Namespace) -> int:
    from interviewer.records.database import open_database
    from interviewer.records.moving import move_records

    application = _on_sqlite("the records are in PostgreSQL already")
    _check_source(application.settings.data)
    _check_target(application.settings.data, options.to)
    target = open_database(application.settings.data, options.to)
    try:
        moved = move_records(
            application.database, target, lambda table: print(f"{table.name:22} {table.rows:8} rows  sha256 {table.digest[:16]}")
        )
    finally:
        target.dispose()
        application.database.dispose()
    print(
        f"moved and verified: {sum(table.rows for table in moved)} rows; nothing is written to the old database any more → set DATABASE_URL "
        "to the new address and restart the server"
    )
    return 0


def _check_source(folder: Path) -> None:
    """ConfigError, before anything is done, if there is nothing to move."""
    from interviewer.errors import ConfigError
    from interviewer.records.looking import DatabaseStatus, look_at
    from interviewer.records.store import utc_now

    standing = look_at(folder, None, utc_now()).status
    if standing is DatabaseStatus.NONE:
        raise ConfigError(f"there is no database in {folder} → set INTERVIEWER_DATA to the folder that has one")
    if standing is DatabaseStatus.MOVED:
        raise ConfigError("the records were moved to another database already → set DATABASE_URL to its address")


def _check_target(folder: Path, address: str) -> None:
    """ConfigError or StoreError, before anything is done, if the records cannot be moved there."""
    from interviewer.errors import ConfigError, StoreError
    from interviewer.records.looking import DatabaseStatus, look_at
    from interviewer.records.store import utc_now

    look = look_at(folder, address, utc_now(), named="--to")
    if look.status is DatabaseStatus.UNREACHABLE:
        raise StoreError("the database of --to cannot be opened → check the address, that the server runs and lets us in")
    if look.status is DatabaseStatus.NEWER:
        raise StoreError("the database of --to was written by a newer version of this program → name an empty one")
    if look.rows:
        raise StoreError("the database of --to has records already → name an empty one")
    if not look.may_create:
        raise ConfigError("the user of --to may not create tables there → GRANT CREATE ON SCHEMA public, or make them the owner")


def _on_sqlite(otherwise: str) -> Application:
    from interviewer.bootstrap import Application
    from interviewer.config import load_settings
    from interviewer.errors import ConfigError

    settings = load_settings()
    if settings.database_url:
        raise ConfigError(f"DATABASE_URL is set: {otherwise} → unset it to work on the SQLite database in {settings.data}")
    return Application(settings)
