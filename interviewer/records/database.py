"""Opening the database: the engine with its safety settings, and the schema brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from interviewer.errors import StoreError

# The newest migration. Compared before Alembic is imported, so that an ordinary start does not pay for it.
SCHEMA = "0002"
MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(folder: Path) -> Engine:
    """The SQLite database `interviews.db` in `folder`, created and migrated as needed; StoreError if that cannot be."""
    engine = create_engine(f"sqlite:///{(folder / 'interviews.db').as_posix()}", pool_size=20)
    make_durable(engine)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if schema_of(engine) != SCHEMA:
            migrate(engine)
    except (OSError, SQLAlchemyError) as error:
        engine.dispose()
        raise StoreError(
            f"the database in {folder} cannot be opened ({type(error).__name__}) → check that the folder may be written "
            "and that the disk is not full, or set INTERVIEWER_DATA to another folder"
        ) from error
    return engine


def make_durable(engine: Engine) -> None:
    """WAL with synchronous=FULL, and every transaction that writes takes its lock at the start instead of failing half-way."""

    @event.listens_for(engine, "connect")
    def set_up_connection(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")


def schema_of(engine: Engine) -> str | None:
    """The migration that the database stands at, None for an empty one."""
    with engine.connect().execution_options(reading=True) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version


def migrate(engine: Engine) -> None:
    """Bring the schema up to date with Alembic."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
