"""Backups while serving, and putting them back."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from interviewer.bootstrap import Application
from interviewer.commands.data import _restore
from interviewer.config import Settings
from interviewer.errors import StoreError
from interviewer.models import Interview, Role
from interviewer.records.backup import back_up, put_back
from interviewer.records.database import FILE, open_database
from interviewer.records.people import PeopleStore
from tests.examples import START, ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room


def answered(room: Room, text: str) -> Interview:
    begun = room.begin(follow_ups=0)
    room.service.submit(begun, text)
    return room.settle(begun)


def answers(room: Room) -> set[str]:
    told = [room.service.read(line.id, owner="local") for line in room.service.history(owner="local")]
    return {turn.reply.text for one in told for turn in one.turns if turn.reply}


def test_a_backup_is_put_back_under_a_running_server(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "backup.db"
    with open_room(data, ScriptedExaminer(grade())) as room:
        answered(room, "before")
        assert back_up(data, file) == file.stat().st_size
        answered(room, "after")
        kept = put_back(data, file, now=START)
        assert answers(room) == {"before"}
        answered(room, "later")
        assert answers(room) == {"before", "later"}
    assert kept is not None
    with sqlite3.connect(kept) as connection:
        assert {row[0] for row in connection.execute("SELECT reply_text FROM turns WHERE reply_text IS NOT NULL")} == {"before", "after"}
    connection.close()


def test_a_backup_taken_while_answers_come_in_is_sound_and_holds_what_was_acknowledged_before(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "backup.db"
    with open_room(data, ScriptedExaminer(grade())) as room:
        answered(room, "acknowledged")
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                room.service.submit(room.begin(), "more")

        writer = threading.Thread(target=write)
        writer.start()
        back_up(data, file)
        stop.set()
        writer.join()
    put_back(tmp_path / "other", file, now=START)
    with open_room(tmp_path / "other", ScriptedExaminer(grade()), started=False) as room:
        assert "acknowledged" in answers(room)


def test_nobody_is_logged_in_after_a_restore(tmp_path: Path) -> None:
    database = open_database(tmp_path / "data")
    people = PeopleStore(database)
    person = people.add("An", role=Role.COACH, now=START)
    people.open_session(person.id, START)
    people.make_ticket(person.id, "invite", START, START - START.replace(year=2025))
    back_up(tmp_path / "data", tmp_path / "backup.db")
    put_back(tmp_path / "data", tmp_path / "backup.db", now=START)
    with database.reading() as connection:
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in ("people", "sessions", "tickets")]
    database.dispose()
    assert counts == [1, 0, 0]


@pytest.mark.parametrize("content", [b"", b"this is no database" * 100])
def test_what_is_no_backup_is_refused_and_changes_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "backup.db"
    file.write_bytes(content)
    with open_room(tmp_path / "data", ScriptedExaminer(grade())) as room:
        answered(room, "kept")
        with pytest.raises(StoreError, match="→"):
            put_back(tmp_path / "data", file, now=START)
        assert answers(room) == {"kept"}
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [FILE]


def test_a_backup_does_not_overwrite_a_file(tmp_path: Path) -> None:
    open_database(tmp_path / "data").dispose()
    (tmp_path / "there").write_text("mine")
    with pytest.raises(StoreError, match="already"):
        back_up(tmp_path / "data", tmp_path / "there")
    assert (tmp_path / "there").read_text() == "mine"


def test_the_restore_command_deletes_again_what_was_deleted_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, file = tmp_path / "data", tmp_path / "backup.db"
    with open_room(data, ScriptedExaminer(grade())) as room:
        gone, _ = answered(room, "deleted since"), answered(room, "kept")
        back_up(data, file)
        room.service.delete(gone.id, owner="local")
        application = Application(Settings(data=data))
        application.eraser.sweep()
        application.database.dispose()
        monkeypatch.setenv("INTERVIEWER_DATA", str(data))
        options = type("Options", (), {"file": file})()
        assert _restore(options) == 0
        assert answers(room) == {"kept"}
    assert "deleted again" in capsys.readouterr().out
