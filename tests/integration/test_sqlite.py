"""What the engine of SQLite adds to it: writers that wait their turn."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from interviewer.records import database
from interviewer.records.database import ASK_AGAIN, FILE, open_database


def test_a_writer_that_has_waited_long_asks_as_often_as_one_that_has_just_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, pauses = open_database(tmp_path), list[float]()
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 300:
                holder.execute("ROLLBACK")

        monkeypatch.setattr(database, "_pause", pause)
        with engine.begin() as connection:
            assert connection.connection.driver_connection.in_transaction  # type: ignore[union-attr]
    engine.dispose()
    assert len(pauses) == 300
    assert ASK_AGAIN[0] <= min(pauses) <= max(pauses) <= ASK_AGAIN[1]


def test_a_writer_that_never_gets_its_turn_is_told_so_and_can_write_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_database(tmp_path)
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 20)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), engine.begin():
            pass
        holder.execute("ROLLBACK")
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 20
    engine.dispose()
