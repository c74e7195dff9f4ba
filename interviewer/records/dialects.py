"""The few statements that SQLite and PostgreSQL want written differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from interviewer.records.database import is_sqlite


def insert_if_absent(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row unless its key is there already; a race with somebody else's same row is no error."""
    make = sqlite.insert if is_sqlite(connection) else postgresql.insert
    connection.execute(make(table).values(**values).on_conflict_do_nothing())
