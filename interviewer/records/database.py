"""Opening the database: the engine with its safety settings, and the schema brought up to date.

SQLite in the data folder unless a PostgreSQL address is given. What the two do differently is here, in `dialects` and in `search`.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError

from interviewer.errors import ConfigError, RecordsMoved, StoreError, StoreTrouble
from interviewer.paths import how_to_install
from interviewer.private_files import make_private_file, make_private_folder, narrow_records
from interviewer.records.base import Database
from interviewer.records.fence import is_fenced, refuse_moved
from interviewer.sqlite_version import too_old

# The newest migration. Compared before Alembic is imported, so that an ordinary start does not pay for it.
SCHEMA = "0015"
FILE = "interviews.db"
BUSY_MILLISECONDS = 30_000
"""How long a writer waits for another one before it is told that the database is locked."""
ASK_AGAIN = (0.001, 0.004)
"""Seconds after which a waiting writer asks for its turn again: a random time between these two."""
CONNECT_SECONDS = 5
POOL = 20
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x1A7E
"""Key of the advisory lock that lets one replica migrate while the others wait."""


def open_database(folder: Path, url: str | None = None) -> Database:
    """The database, created and migrated as needed; StoreError if that cannot be.

    Without `url` it is the SQLite file `interviews.db` in `folder`; `postgresql+psycopg://…` needs the extra `postgres`.
    """
    return _open_postgres(url) if url else _open_sqlite(folder)


def _open_sqlite(folder: Path) -> Database:
    if problem := too_old():
        raise StoreError(problem)
    file = (folder / FILE).resolve()
    # rw: once the file was moved or deleted, no empty one takes its place.
    engine = create_engine(f"sqlite:///{file.as_uri()}?mode=rw&uri=true", pool_size=POOL, hide_parameters=True)
    database = Database(engine, file)
    make_durable(engine)
    try:
        make_private_folder(folder)
        # SQLite gives its log and its journal the rights of the file that it finds.
        make_private_file(folder / FILE)
        narrow_records(folder)
        _refuse_moved_file(engine)
        if schema_of(engine) != SCHEMA:
            migrate(engine)
    except RecordsMoved:
        engine.dispose()
        raise
    except (OSError, SQLAlchemyError) as error:
        engine.dispose()
        if (readable := _open_unwritable(folder)) is not None:
            return readable
        if (told := database.explain(error)).trouble is StoreTrouble.BUSY:
            raise told from None
        raise StoreError(
            f"the database in {folder} cannot be opened ({type(error).__name__}) → check that the folder may be written "
            "and that the disk is not full, or set INTERVIEWER_DATA to another folder; a damaged file can be replaced by a backup "
            "(interviewer restore FILE)"
        ) from error
    return database


def was_moved(connection: Connection) -> bool:
    """Whether these records were moved to another database; see `fence`."""
    return is_sqlite(connection) and is_fenced(connection.connection.driver_connection)  # type: ignore[arg-type]


def _refuse_moved_file(engine: Engine) -> None:
    """A server that was restarted without the new address must not go on with the old records, not even to show them."""
    with engine.connect().execution_options(reading=True) as connection:
        refuse_moved(connection.connection.driver_connection)  # type: ignore[arg-type]


def _open_unwritable(folder: Path) -> Database | None:
    """What is in a folder that may not be written can still be read; None if that is not what is wrong. Every write is refused."""
    file = folder / FILE
    try:
        left_over = file.with_name(f"{FILE}-wal").stat().st_size
    except OSError:
        left_over = 0
    # SQLite cannot take up what a killed process left in the log without writing.
    if os.access(folder, os.W_OK) or not file.exists() or left_over:
        return None
    engine = create_engine(f"sqlite:///{file.resolve().as_uri()}?mode=ro&immutable=1&uri=true", pool_size=POOL, hide_parameters=True)
    make_durable(engine)
    try:
        if schema_of(engine) == SCHEMA:
            return Database(engine, file)
    except SQLAlchemyError:
        pass
    engine.dispose()
    return None


def connect_postgres(url: str, *, named: str = "DATABASE_URL") -> Engine:
    """An engine on a PostgreSQL database, with nothing asked of it yet; ConfigError if the address is none or the driver is missing.

    `named`: what the address is called where it was set.
    """
    try:
        address = make_url(url)
        if address.get_backend_name() != "postgresql":
            raise ConfigError(f"{named} is no PostgreSQL address → write postgresql+psycopg://USER@HOST/NAME, or leave it out for SQLite")
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_size=POOL,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )
        event.listen(engine, "set_connection_execution_options", _read_as_of_one_moment)
    except ArgumentError:
        raise ConfigError(f"{named} cannot be read → write postgresql+psycopg://USER@HOST/NAME") from None
    except ImportError:
        raise ConfigError(f"the PostgreSQL driver is not installed → {how_to_install('postgres')}") from None
    return engine


def _open_postgres(url: str) -> Database:
    engine = connect_postgres(url)
    try:
        if schema_of(engine) != SCHEMA:
            migrate(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        # The driver's own text names the address, and with it perhaps a password.
        raise StoreError(
            f"the PostgreSQL database cannot be opened ({type(error).__name__}) → check DATABASE_URL, that the server runs and lets us in"
        ) from None
    return Database(engine)


def _read_as_of_one_moment(_connection: Connection, options: dict[str, Any]) -> None:
    """Let whoever only reads see the records as they were at the first statement, as SQLite does: an interview takes several."""
    if options.get("reading"):
        options.update(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def make_durable(engine: Engine) -> None:
    """WAL with synchronous=FULL, and every transaction that writes takes its lock at the start instead of failing half-way.

    A file that was replaced (a restore over a damaged one) is noticed: what is written to the old one would be lost.
    """

    @event.listens_for(engine, "connect")
    def set_up_connection(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON",
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        record.info["file"] = path, _identify(path)

    @event.listens_for(engine, "checkout")
    def leave_replaced_file(_connection: object, record: Any, _proxy: object) -> None:
        path, identity = record.info["file"]
        if _identify(path) != identity:
            raise DisconnectionError("the file of the database was replaced")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if connection.get_execution_options().get("reading"):
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_to_write(connection)
            refuse_moved(connection.connection.driver_connection)


def _identify(path: str) -> tuple[int, int] | None:
    """Which file is under this name now, None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _begin_to_write(connection: Any) -> None:
    """Take the lock of the one writer, waiting for it as long as BUSY_MILLISECONDS.

    SQLite's own waiting asks ever more seldom, in the end ten times a second, so that whoever has waited longest is passed by all who
    come later. Here everybody asks equally often, for a lock that is held a few milliseconds at a time.
    """
    driver: sqlite3.Connection = connection.connection.driver_connection
    give_up = time.monotonic() + BUSY_MILLISECONDS / 1000
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < give_up:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.Error as error:
                if (error.sqlite_errorcode or 0) & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            _pause(random.uniform(*ASK_AGAIN))  # noqa: S311 - no secret
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # says as SQLAlchemy's error what is wrong
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def _pause(seconds: float) -> None:
    time.sleep(seconds)


def is_sqlite(connection: Connection | Engine) -> bool:
    """Which of the two databases this is."""
    return connection.dialect.name == "sqlite"


def schema_of(engine: Engine) -> str | None:
    """The migration that the database stands at, None for an empty one."""
    with engine.connect().execution_options(reading=True) as connection:
        return read_schema(connection)


def read_schema(connection: Connection) -> str | None:
    """The same, within a transaction."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def migrate(engine: Engine) -> None:
    """Bring the schema up to date with Alembic; StoreError if it is newer than this program."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    with engine.begin() as connection:
        if not is_sqlite(connection):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            raise StoreError("the database was written by a newer version of this program → install that version again") from None
