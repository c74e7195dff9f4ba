"""From SQLite to PostgreSQL: every row copied in one transaction, then counted and hashed on both sides.

Until the last row is copied nobody else writes to the old records, and afterwards nobody can: see `fence`. So no answer is left behind
that a server acknowledged meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Integer, Table, func, insert, select

from interviewer.errors import StoreError
from interviewer.records import (  # noqa: F401 - known to the metadata once imported
    assignment_tables,
    authored_tables,
    desk_tables,
    job_tables,
    people_tables,
    posting_tables,
    report_tables,
    review_tables,
    telling_tables,
    training_tables,
)
from interviewer.records.base import Database, metadata
from interviewer.records.fence import SET_FENCE
from interviewer.records.search import index_answer
from interviewer.records.tables import turns

BATCH = 500


@dataclass(frozen=True, slots=True)
class MovedTable:
    """A table after the copy: how many rows it has, and a SHA-256 over the SHA-256 of each, sorted: the same on both sides."""

    name: str
    rows: int
    digest: str


def move_records(source: Database, target: Database, told: Callable[[MovedTable], None] = lambda _table: None) -> tuple[MovedTable, ...]:
    """Copy all records into an empty, migrated database, and close the old ones to writers; StoreError, and both as before, if anything
    differs afterwards.

    Writers wait as long as they wait for any other (`BUSY_MILLISECONDS`) and are then told that they cannot write.
    """
    moved = []
    # The target commits first: should the machine die between the two, there are two whole copies and the old one still serves.
    with source.writing() as old, target.writing() as new:
        if any(new.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables):
            raise StoreError("the database to move to has records already → name an empty one")
        for table in metadata.sorted_tables:
            _copy(old, new, table)
            ours, theirs = _fingerprint(old, table), _fingerprint(new, table)
            if ours != theirs:
                raise StoreError(f"the table {table.name} differs after the copy → nothing was moved; report this")
            moved.append(ours)
            told(ours)
        for turn_id, answer in old.execute(select(turns.c.id, turns.c.reply_text).where(turns.c.reply_text.is_not(None))):
            index_answer(new, turn_id, answer)
        old.exec_driver_sql(SET_FENCE)
    return tuple(moved)


def _copy(old: Connection, new: Connection, table: Table) -> None:
    rows = old.execute(select(table).execution_options(yield_per=BATCH)).mappings()
    for batch in rows.partitions(BATCH):
        new.execute(insert(table), [dict(row) for row in batch])
    numbered = [column for column in table.primary_key.columns if isinstance(column.type, Integer)]
    if len(table.primary_key.columns) == 1 and numbered and new.dialect.name == "postgresql":
        column = numbered[0]
        following = func.coalesce(select(func.max(column)).scalar_subquery(), 0) + 1
        new.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), following, False)))


def _fingerprint(connection: Connection, table: Table) -> MovedTable:
    rows = connection.execute(select(table).execution_options(yield_per=BATCH))
    lines = (json.dumps(list(row), default=_plain, sort_keys=True, ensure_ascii=False) for row in rows)
    digests = sorted(hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest() for line in lines)
    return MovedTable(table.name, len(digests), hashlib.sha256(b"".join(digests)).hexdigest())


def _plain(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
