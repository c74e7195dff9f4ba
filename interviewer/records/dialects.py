"""The few statements that SQLite and PostgreSQL want written differently."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, select

from interviewer.records.database import is_sqlite


def insert_if_absent(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is there already; whether it was inserted. A race with somebody else's same row is no error."""
    statement = _insert_of(connection)(table).values(**values).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return connection.execute(statement).rowcount == 1


def _insert_of(connection: Connection) -> Callable[[Table], Any]:
    # Only the one that is needed: PostgreSQL's brings three drivers along.
    if is_sqlite(connection):
        from sqlalchemy.dialects.sqlite import insert

        return insert
    from sqlalchemy.dialects.postgresql import insert as insert_into_postgres

    return insert_into_postgres


def take_turns(connection: Connection, *names: str) -> None:
    """Hold the transaction back until every other one that took turns under one of these names has ended.

    For what is read and then written by rule, such as "no more than five": SQLite lets one writer in at a time anyway.
    """
    if is_sqlite(connection):
        return
    for key in sorted(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in names):
        connection.execute(select(func.pg_advisory_xact_lock(key)))
