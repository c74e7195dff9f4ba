"""A deletion leaves no byte behind, and a restored backup does not bring it back."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from interviewer.housekeeping import Housekeeper
from interviewer.models import Interview, Role
from interviewer.records.database import open_database
from interviewer.records.erasure import LIST, Eraser, erase_person
from interviewer.records.people import PeopleStore
from interviewer.records.search import terms_of
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room

SECRET = "斑马在紫色电梯里弹奏巴松管 zebra7731 quixotic"
KEPT = "这一句要留下来 staysput4242"


def answer(room: Room, text: str) -> Interview:
    """An interview with an answer and, for the second question, a draft of the same text."""
    begun = room.begin(follow_ups=0)
    room.service.submit(begun, text)
    second = room.service.go_on(room.settle(begun))
    room.service.save_draft(second.id, owner=second.owner, seq=2, text=text)
    return room.read(second)


def traces(folder: Path, text: str) -> list[str]:
    """Where any distinctive piece of the text is found in the files."""
    pieces = {text, *(term for term in terms_of(text) if len(term) > 4)} | {"紫 色 电 梯", "紫色 色电"}
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [f"{path.name}: {piece}" for path in files for piece in pieces if piece.encode() in path.read_bytes()]


def test_no_byte_of_a_deleted_interview_is_left_in_any_file(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone, kept = answer(room, SECRET), answer(room, KEPT)
        eraser = Eraser(room.store.engine, tmp_path)
        assert traces(tmp_path, SECRET)
        room.service.delete(gone.id, owner=gone.owner)
        assert eraser.sweep() == 1
        assert traces(tmp_path, SECRET) == []
        assert traces(tmp_path, KEPT)
        assert room.read(kept).turns[0].reply is not None
        assert eraser.sweep() == 0


def test_a_restored_backup_deletes_again_what_was_deleted_since(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup.db"
    with open_room(data, ScriptedExaminer(grade())) as room:
        gone, kept = answer(room, SECRET), answer(room, KEPT)
    shutil.copy(data / "interviews.db", backup)
    with open_room(data, ScriptedExaminer(grade())) as room:
        room.service.delete(gone.id, owner=gone.owner)
        Eraser(room.store.engine, data).sweep()
    shutil.copy(backup, data / "interviews.db")
    assert traces(data, SECRET)
    with open_room(data, ScriptedExaminer(grade()), started=False) as room:
        keeper = Housekeeper(Eraser(room.store.engine, data), prune=lambda _now: None, retention=None, now=room.clock)
        keeper.start()
        keeper.tidy()
        keeper.stop()
        assert [line.id for line in room.service.history(owner="local")] == [kept.id]
    assert traces(data, SECRET) == []


def test_the_list_of_erasures_holds_no_name_and_no_text(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone = answer(room, SECRET)
        room.service.delete(gone.id, owner=gone.owner)
        Eraser(room.store.engine, tmp_path).sweep()
    assert (tmp_path / LIST).read_text().split()[:2] == ["interview", gone.id]


def test_a_deleted_person_takes_their_interviews_along_and_leaves_no_name(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        people = PeopleStore(room.store.engine)
        person = people.add("Xanthippe-9137", role=Role.CANDIDATE, now=room.clock())
        room.owner = person.id
        answer(room, SECRET)
        with room.store.engine.begin() as connection:
            assert erase_person(connection, person.id, room.clock())
        Eraser(room.store.engine, tmp_path).sweep()
        assert room.service.history(owner=person.id) == ()
        assert people.get(person.id) is None
    assert traces(tmp_path, SECRET) == []
    assert traces(tmp_path, "Xanthippe-9137") == []


def test_interviews_expire_after_the_retention_period(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        answer(room, SECRET)
        room.clock.forward(days=31)
        young = answer(room, KEPT)
        keeper = Housekeeper(Eraser(room.store.engine, tmp_path), prune=lambda _now: None, retention=timedelta(days=30), now=room.clock)
        keeper.tidy()
        assert [line.id for line in room.service.history(owner="local")] == [young.id]
        assert traces(tmp_path, SECRET) == []


def test_an_open_reader_only_delays_the_sweep(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone = answer(room, SECRET)
        eraser = Eraser(room.store.engine, tmp_path)
        engine = open_database(tmp_path)
        with engine.connect().execution_options(reading=True) as connection:
            connection.exec_driver_sql("SELECT count(*) FROM turns").scalar()
            room.service.delete(gone.id, owner=gone.owner)
            assert eraser.sweep() == 0
        assert eraser.sweep() == 1
        engine.dispose()
    assert traces(tmp_path, SECRET) == []
