"""What the engine of SQLite adds to it: writers that wait their turn, and a file that is replaced under a running server."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from interviewer.errors import StoreError
from interviewer.records import database as records
from interviewer.records.backup import back_up, put_back
from interviewer.records.database import ASK_AGAIN, FILE, open_database
from tests.examples import START, ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room


def answered(room: Room, text: str) -> None:
    begun = room.begin(follow_ups=0)
    room.service.submit(begun, text)
    room.settle(begun)


def answers(room: Room) -> set[str]:
    told = [room.service.read(line.id, owner="local") for line in room.service.history(owner="local")]
    return {turn.reply.text for one in told for turn in one.turns if turn.reply}


def test_a_writer_that_has_waited_long_asks_as_often_as_one_that_has_just_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database, pauses = open_database(tmp_path), list[float]()
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 300:
                holder.execute("ROLLBACK")

        monkeypatch.setattr(records, "_pause", pause)
        with database.writing() as connection:
            assert connection.connection.driver_connection.in_transaction  # type: ignore[union-attr]
    database.dispose()
    assert len(pauses) == 300
    assert ASK_AGAIN[0] <= min(pauses) <= max(pauses) <= ASK_AGAIN[1]


def test_a_writer_that_never_gets_its_turn_is_told_so_and_can_write_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(tmp_path)
    monkeypatch.setattr(records, "BUSY_MILLISECONDS", 20)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process holds the database"), database.writing():
            pass
        holder.execute("ROLLBACK")
    with database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 20
    database.dispose()


@pytest.mark.parametrize("broken", [slice(0, 100), slice(0, 4096), slice(100, 40_000)], ids=["header", "first page", "behind it"])
def test_a_server_goes_on_at_once_with_a_backup_put_back_over_a_file_that_is_no_database_any_more(tmp_path: Path, broken: slice) -> None:
    data, file = tmp_path / "data", tmp_path / "backup.db"
    with open_room(data, ScriptedExaminer(grade())) as room:
        answered(room, "before")
        back_up(data, file)
        with closing(sqlite3.connect(data / FILE)) as connection:  # or the log would still hold what is overwritten
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with (data / FILE).open("r+b") as opened:
            opened.seek(broken.start)
            opened.write(b"\xa5" * (broken.stop - broken.start))
        kept = put_back(data, file, now=START)
        assert answers(room) == {"before"}
        answered(room, "later")
        assert answers(room) == {"before", "later"}
    # What the server acknowledged is in the file that a new start opens, not in the one that was moved away.
    with open_room(data, ScriptedExaminer(grade()), started=False) as room:
        assert answers(room) == {"before", "later"}
        with room.store.database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert kept is not None
    assert kept.exists()
