"""The fence around records that were moved to another database: whoever wants to write to the old ones is refused.

It is a mark in the head of the SQLite file (`PRAGMA user_version`, sqlite.org/pragma.html), set in the transaction that copied the
last row, so that every process sees it at its next write: the server that still runs, and commands. What is there can still be read,
and a backup of before the move that is put back is without it.
"""

from __future__ import annotations

import sqlite3

from interviewer.errors import RecordsMoved

_MOVED = 0x4D4F5645  # "MOVE"; nothing else uses this number of ours

SET_FENCE = f"PRAGMA user_version={_MOVED}"
LIFT_FENCE = "PRAGMA user_version=0"


def is_fenced(driver: sqlite3.Connection) -> bool:
    """Whether the records of this file were moved."""
    return bool(driver.execute("PRAGMA user_version").fetchone()[0] == _MOVED)


def refuse_moved(driver: sqlite3.Connection) -> None:
    """RecordsMoved if the fence stands, with the transaction that the caller has begun taken back."""
    if is_fenced(driver):
        if driver.in_transaction:
            driver.execute("ROLLBACK")
        raise RecordsMoved(
            "the records were moved to another database, and nothing is written to these any more → set DATABASE_URL to the address they "
            "were moved to and restart; to go back to these, put a backup of before the move back (interviewer restore FILE)"
        )
