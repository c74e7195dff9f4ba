"""A deletion leaves no byte behind, and a restored backup does not bring it back."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from interviewer.housekeeping import Housekeeper
from interviewer.models import CardKey, CardMark, Interview, MarkKind, Role, TrainingSettings
from interviewer.records.database import open_database
from interviewer.records.erasure import LIST, Eraser, erase_person
from interviewer.records.people import PeopleStore
from interviewer.records.search import terms_of
from interviewer.records.training import TrainingStore
from tests import databases
from tests.databases import ON_BOTH, PostgresDatabases, files_of, url_for
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

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
    return [f"{path.name}: {piece}" for path in files_of(folder) for piece in pieces if piece.encode() in read(path)]


def read(path: Path) -> bytes:
    """The bytes of a file; none if PostgreSQL removed it meanwhile, as it does with what it can make anew."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_no_byte_of_a_deleted_interview_is_left_in_any_file(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone, kept = answer(room, SECRET), answer(room, KEPT)
        eraser = Eraser(room.store.database, tmp_path)
        assert traces(tmp_path, SECRET)
        room.service.delete(gone.id, owner=gone.owner)
        assert eraser.sweep() == 1
        assert traces(tmp_path, SECRET) == []
        assert traces(tmp_path, KEPT)
        assert room.read(kept).turns[0].reply is not None
        assert eraser.sweep() == 0


def test_a_restored_backup_deletes_again_what_was_deleted_since(tmp_path: Path) -> None:
    if databases.current:
        pytest.skip("SQLite's backup is a file; what is restored into PostgreSQL is the next test")
    data, backup = tmp_path / "data", tmp_path / "backup.db"
    with open_room(data, ScriptedExaminer(grade())) as room:
        gone, kept = answer(room, SECRET), answer(room, KEPT)
    shutil.copy(data / "interviews.db", backup)
    with open_room(data, ScriptedExaminer(grade())) as room:
        room.service.delete(gone.id, owner=gone.owner)
        Eraser(room.store.database, data).sweep()
    shutil.copy(backup, data / "interviews.db")
    assert traces(data, SECRET)
    with open_room(data, ScriptedExaminer(grade()), started=False) as room:
        keeper = Housekeeper(
            Eraser(room.store.database, data), prune=lambda _now: None, retention=None, postings=timedelta(days=30), now=room.clock
        )
        keeper.start()
        keeper.tidy()
        keeper.stop()
        assert [line.id for line in room.service.history(owner="local")] == [kept.id]
    assert traces(data, SECRET) == []


def test_what_comes_back_into_the_database_is_deleted_again(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone, kept = answer(room, SECRET), answer(room, KEPT)
        (tmp_path / LIST).write_text(f"interview {gone.id} 2026-01-02T03:04:05+00:00\n")
        eraser = Eraser(room.store.database, tmp_path)
        assert eraser.repeat(room.clock()) == 1
        assert eraser.sweep() == 1
        assert [line.id for line in room.service.history(owner="local")] == [kept.id]
    assert traces(tmp_path, SECRET) == []


def test_the_list_of_erasures_holds_no_name_and_no_text(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone = answer(room, SECRET)
        room.service.delete(gone.id, owner=gone.owner)
        Eraser(room.store.database, tmp_path).sweep()
    assert (tmp_path / LIST).read_text().split()[:2] == ["interview", gone.id]


def test_a_deleted_person_takes_their_interviews_along_and_leaves_no_name(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        people = PeopleStore(room.store.database)
        person = people.add("Xanthippe-9137", role=Role.CANDIDATE, now=room.clock())
        room.owner = person.id
        answer(room, SECRET)
        with room.store.database.writing() as connection:
            assert erase_person(connection, person.id, room.clock())
        Eraser(room.store.database, tmp_path).sweep()
        assert room.service.history(owner=person.id) == ()
        assert people.get(person.id) is None
    assert traces(tmp_path, SECRET) == []
    assert traces(tmp_path, "Xanthippe-9137") == []


def test_nothing_of_a_deleted_persons_training_is_left_in_any_file(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        store, chosen = TrainingStore(room.store.database), TrainingSettings(zone="Antarctica/Troll")
        person = PeopleStore(room.store.database).add("An", role=Role.CANDIDATE, now=room.clock())
        store.save_settings(person.id, chosen)
        store.add_mark(person.id, CardMark(CardKey("zebra-7731", "quixotic"), MarkKind.KNOWN, "bassoonist", room.clock()))
        with room.store.database.writing() as connection:
            connection.exec_driver_sql("ANALYZE")
        assert traces(tmp_path, chosen.zone)
        assert traces(tmp_path, "bassoonist")
        with room.store.database.writing() as connection:
            assert erase_person(connection, person.id, room.clock())
        assert Eraser(room.store.database, tmp_path).sweep() == 1
    for trace in (chosen.zone, "zebra-7731", "bassoonist"):
        assert traces(tmp_path, trace) == []


def test_interviews_expire_after_the_retention_period(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        answer(room, SECRET)
        room.clock.forward(days=31)
        young = answer(room, KEPT)
        keeper = Housekeeper(
            Eraser(room.store.database, tmp_path),
            prune=lambda _now: None,
            retention=timedelta(days=30),
            postings=timedelta(days=30),
            now=room.clock,
        )
        keeper.tidy()
        assert [line.id for line in room.service.history(owner="local")] == [young.id]
        assert traces(tmp_path, SECRET) == []


def test_an_open_reader_only_delays_the_sweep(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone = answer(room, SECRET)
        eraser = Eraser(room.store.database, tmp_path, patience=0.0)
        database = open_database(tmp_path, url_for(tmp_path))
        with database.reading() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ") if databases.current else None
            connection.exec_driver_sql("SELECT count(*) FROM turns").scalar()
            room.service.delete(gone.id, owner=gone.owner)
            assert eraser.sweep() == 0
        assert eraser.sweep() == 1
        database.dispose()
    assert (tmp_path / LIST).read_text().count(gone.id) == 1
    assert traces(tmp_path, SECRET) == []


def test_what_is_deleted_leaves_the_samples_that_the_planner_keeps(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone = answer(room, SECRET)
        with room.store.database.writing() as connection:
            connection.exec_driver_sql("ANALYZE")
        room.service.delete(gone.id, owner=gone.owner)
        assert Eraser(room.store.database, tmp_path).sweep() == 1
    assert traces(tmp_path, SECRET) == []


def test_a_log_that_is_not_recycled_forgets_as_the_server_moves_on(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not databases.current:
        pytest.skip("SQLite's log is emptied by the sweep itself")
    postgres: PostgresDatabases = request.getfixturevalue("postgres")
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone = answer(room, SECRET)
        room.service.delete(gone.id, owner=gone.owner)
        assert Eraser(room.store.database, tmp_path).sweep() == 1
    assert [path.name for path in postgres.log_files() if b"zebra7731" in path.read_bytes()] == []


def test_replicas_may_sweep_at_once(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        gone = answer(room, SECRET)
        room.service.delete(gone.id, owner=gone.owner)
        eraser = Eraser(room.store.database, tmp_path)
        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(lambda _: eraser.sweep(), range(2)))
        assert 1 in done
        assert eraser.sweep() == 0
    assert traces(tmp_path, SECRET) == []
