"""What there is in a database, found out without creating, migrating or changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, select, text

from interviewer.errors import StoreError, StoreTrouble
from interviewer.records import (  # noqa: F401 - known to the metadata once imported
    authored_tables,
    desk_tables,
    job_tables,
    people_tables,
    posting_tables,
    report_tables,
    review_tables,
    tables,
    telling_tables,
    training_tables,
)
from interviewer.records.base import Database, metadata
from interviewer.records.database import FILE, MIGRATIONS, SCHEMA, connect_postgres, read_schema, was_moved
from interviewer.records.people import PeopleStore
from interviewer.records.tables import interviews

LOCKED_SECONDS = 2.0


class DatabaseStatus(StrEnum):
    """How a database stands to this program. NONE: there is none yet, or an empty one. MOVED: fenced, see `fence`."""

    NONE = "none"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    MOVED = "moved"
    LOCKED = "locked"
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Look:
    """`schema`: the migration it stands at. The rest is known of a current one: rows in all tables, interviews, and who could log in."""

    status: DatabaseStatus
    schema: str = ""
    rows: int = 0
    interviews: int = 0
    accounts: int = 0
    can_log_in: bool = False
    may_create: bool = True


def look_at(folder: Path, url: str | None, now: datetime, *, named: str = "DATABASE_URL") -> Look:
    """Look at the SQLite file in the folder, or at the PostgreSQL database of the address. ConfigError if that cannot be spoken to at all.

    `named`: what the address is called where it was set.
    """
    if url:
        engine = connect_postgres(url, named=named)
    elif (folder / FILE).exists():
        address = f"sqlite:///{(folder / FILE).resolve().as_uri()}?mode=ro&uri=true"
        engine = create_engine(address, hide_parameters=True, connect_args={"timeout": LOCKED_SECONDS})
    else:
        return Look(DatabaseStatus.NONE)
    database = Database(engine)
    try:
        return _look(database, now)
    except StoreError as error:
        locked = error.trouble is StoreTrouble.BUSY
        return Look(DatabaseStatus.UNREACHABLE if url else DatabaseStatus.LOCKED if locked else DatabaseStatus.DAMAGED)
    finally:
        database.dispose()


def _look(database: Database, now: datetime) -> Look:
    with database.reading() as connection:
        schema = read_schema(connection)
        if schema is None:
            return Look(DatabaseStatus.NONE, may_create=_may_create(connection))
        if was_moved(connection):
            return Look(DatabaseStatus.MOVED, schema)
        if schema != SCHEMA:
            return Look(DatabaseStatus.OLDER if schema in _known_schemas() else DatabaseStatus.NEWER, schema)
        counts = {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables}
    can_log_in = PeopleStore(database).can_log_in(now)
    return Look(DatabaseStatus.CURRENT, schema, sum(counts.values()), counts[interviews.name], counts["people"], can_log_in)


def _known_schemas() -> frozenset[str]:
    return frozenset(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))


def _may_create(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return True
    return bool(connection.scalar(text("SELECT has_schema_privilege(current_user, current_schema(), 'CREATE')")))
