"""Moving from SQLite to PostgreSQL: every row, nothing left behind by a server that still runs, and nothing begun that cannot end."""

from __future__ import annotations

import json
import sqlite3
import threading
import urllib.error
import urllib.request
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from interviewer.errors import RecordsMoved, StoreError, StoreTrouble
from interviewer.models import CardKey, CardMark, MarkKind, Role, TrainingSettings
from interviewer.records import moving
from interviewer.records.backup import back_up, put_back
from interviewer.records.database import FILE, open_database
from interviewer.records.moving import MovedTable, move_records
from interviewer.records.people import PeopleStore
from interviewer.records.store import Store
from interviewer.records.summaries import refresh
from interviewer.records.training import TrainingStore
from interviewer.training.schedule import remember
from interviewer.training.summarizing import summarize
from interviewer.ui.labels import words
from tests.databases import PostgresDatabases
from tests.examples import START, ScriptedExaminer, grade
from tests.faults.page import Page
from tests.integration.rooms import open_room
from tests.integration.test_backup import answered, answers
from tests.integration.test_command_line import run
from tests.serving import Served


def test_every_row_is_copied_and_the_new_database_goes_on(tmp_path: Path, postgres: PostgresDatabases) -> None:
    data = tmp_path / "data"
    with open_room(data, ScriptedExaminer(grade())) as room:
        told = [answered(room, f"第 {number} 个回答 answer") for number in range(3)]
        PeopleStore(room.store.database).add("安", role=Role.COACH, now=START)
        training, chosen = TrainingStore(room.store.database), TrainingSettings(interview_on=date(2026, 3, 1), zone="Asia/Shanghai")
        training.save_settings("local", chosen)
        training.add_mark("local", CardMark(CardKey("q1", "a"), MarkKind.KNOWN, "local", START))
        refresh(room.store.database, summarize, known=training.known, limit=2)
        training.fill_cards("local", remember)
        refresh(room.store.database, summarize, known=training.known)  # which leaves cards that are not worked out
    source, target = open_database(data), open_database(data, postgres.url_for(tmp_path))
    moved = {table.name: table.rows for table in move_records(source, target)}
    assert (moved["interviews"], moved["grades"], moved["people"]) == (3, 3, 1)
    store, old = Store(target), Store(source)
    for interview in told:
        assert store.load(interview.id, owner="local") == old.load(interview.id, owner="local")
    assert (moved["reviews"], moved["cards"], moved["card_marks"], moved["training_settings"]) == (9, 3, 1, 1)
    assert TrainingStore(target).reviews("local") == TrainingStore(source).reviews("local")
    assert TrainingStore(target).fill_cards("local", remember) == 3
    assert TrainingStore(target).settings("local") == chosen
    TrainingStore(target).add_mark("local", CardMark(CardKey("q1", "a"), MarkKind.BACK, "local", START))
    PeopleStore(target).audit.write("a", "login", "b", now=START)
    source.dispose()
    target.dispose()


def test_what_was_moved_takes_nothing_more_and_opens_no_more(tmp_path: Path, postgres: PostgresDatabases) -> None:
    source, target = open_database(tmp_path), open_database(tmp_path, postgres.url_for(tmp_path))
    people = PeopleStore(source)
    person = people.add("An", role=Role.COACH, now=START)
    token = people.open_session(person.id, START)
    move_records(source, target)
    with pytest.raises(RecordsMoved, match="set DATABASE_URL"):
        people.add("Bo", role=Role.COACH, now=START)
    # Reading goes on, also that of a session whose last use would have been put down.
    later = START + timedelta(hours=1)
    assert people.session_person(token, later, timedelta(days=1), timedelta(days=1)) == person
    with pytest.raises(RecordsMoved):
        move_records(source, target)
    source.dispose()
    target.dispose()
    with pytest.raises(RecordsMoved, match="interviewer restore"):
        open_database(tmp_path)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_backup_put_back_takes_up_the_old_records_again(tmp_path: Path, postgres: PostgresDatabases, moment: str) -> None:
    file = tmp_path / "backup.db"
    source, target = open_database(tmp_path), open_database(tmp_path, postgres.url_for(tmp_path))
    PeopleStore(source).add("An", role=Role.COACH, now=START)
    if moment == "before":
        back_up(tmp_path, file)
    move_records(source, target)
    if moment == "after":
        back_up(tmp_path, file)
    put_back(tmp_path, file, now=START)
    PeopleStore(source).add("Bo", role=Role.COACH, now=START)
    source.dispose()
    target.dispose()
    again = open_database(tmp_path)
    assert sorted(person.name for person in PeopleStore(again).list_people()) == ["An", "Bo"]
    again.dispose()


def test_a_copy_that_differs_leaves_both_as_they_were(tmp_path: Path, postgres: PostgresDatabases, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = open_database(tmp_path), open_database(tmp_path, postgres.url_for(tmp_path))
    PeopleStore(source).add("An", role=Role.COACH, now=START)
    count = iter(range(1000))
    monkeypatch.setattr(moving, "_fingerprint", lambda _connection, table: MovedTable(table.name, next(count), ""))
    with pytest.raises(StoreError, match="differs after the copy"):
        move_records(source, target)
    assert not PeopleStore(target).list_people()
    PeopleStore(source).add("Bo", role=Role.COACH, now=START)
    source.dispose()
    target.dispose()


def test_no_answer_that_a_running_server_acknowledged_is_left_behind(tmp_path: Path, postgres: PostgresDatabases) -> None:
    url = postgres.url_for(tmp_path)
    acknowledged: list[str] = []
    some, refused = threading.Event(), threading.Event()
    said = ""

    with Served(tmp_path) as served:

        def is_refused(said: str) -> bool:
            return any(words("zh")[f"trouble_store_{trouble}"] in said for trouble in StoreTrouble)

        def answer_on() -> None:
            nonlocal said
            page = Page(served.port)
            for number in range(10_000):
                said = page.begin()  # the fence may stand before it, or between it and the answer
                if is_refused(said):
                    break
                reply = f"第 {number} 个回答：先清洗数据，再切块，算向量，建索引，最后评估召回率。"
                said = page.answer(reply)
                if is_refused(said):
                    break
                acknowledged.append(reply)
                if len(acknowledged) > 2:
                    some.set()
            refused.set()

        writer = threading.Thread(target=answer_on, daemon=True)
        writer.start()
        assert some.wait(60)
        done = run(tmp_path, "move", "--to", url)
        assert (done.returncode, done.stderr) == (0, "")
        assert refused.wait(60)
        assert words("zh")["trouble_store_moved"] in said
        with pytest.raises(urllib.error.HTTPError) as unready:
            urllib.request.urlopen(f"{served.url}/readyz")
        with unready.value as reply:
            assert json.load(reply)["database"].startswith("moved")
    engine = create_engine(url)
    with engine.connect() as connection:
        kept = set(connection.scalars(text("SELECT reply_text FROM turns WHERE reply_text IS NOT NULL")))
    engine.dispose()
    assert set(acknowledged) - kept == set()
    # Started again with the old address it refuses; with the new one it goes on.
    again = run(tmp_path, "serve")
    assert (again.returncode, again.stdout) == (1, "")
    assert "set DATABASE_URL" in again.stderr
    with Served(tmp_path, DATABASE_URL=url) as served:
        assert Page(served.port).begin()


@pytest.mark.parametrize(
    ("to", "remedy"),
    [
        ("sqlite:///x.db", "--to is no PostgreSQL address → write postgresql+psycopg://"),
        ("nonsense", "--to cannot be read → write postgresql+psycopg://"),
        ("postgresql+psycopg://secret@127.0.0.1:1/none", "the database of --to cannot be opened → check the address"),
    ],
)
def test_an_address_that_cannot_be_is_told_before_anything_is_done(tmp_path: Path, to: str, remedy: str) -> None:
    open_database(tmp_path / "data").dispose()
    done = run(tmp_path, "move", "--to", to)
    assert (done.returncode, done.stdout) == (1, "")
    assert remedy in done.stderr
    assert "secret" not in done.stderr
    open_database(tmp_path / "data").dispose()


def test_a_target_that_has_records_is_refused_also_if_they_are_only_people(tmp_path: Path, postgres: PostgresDatabases) -> None:
    url = postgres.url_for(tmp_path)
    target = open_database(tmp_path, url)
    PeopleStore(target).add("An", role=Role.COACH, now=START)
    target.dispose()
    open_database(tmp_path / "data").dispose()
    done = run(tmp_path, "move", "--to", url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "has records already → name an empty one" in done.stderr


def test_a_user_who_may_create_nothing_is_told_before_anything_is_done(tmp_path: Path, postgres: PostgresDatabases) -> None:
    url = postgres.url_for(tmp_path)
    admin = create_engine(url)
    with admin.begin() as connection:
        for statement in (
            "DROP SCHEMA public CASCADE",
            "CREATE SCHEMA public",
            "CREATE USER visitor",
            "GRANT USAGE ON SCHEMA public TO visitor",
        ):
            connection.execute(text(statement))
    admin.dispose()
    open_database(tmp_path / "data").dispose()
    done = run(tmp_path, "move", "--to", url.replace("postgres@", "visitor@"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "GRANT CREATE ON SCHEMA public" in done.stderr


def test_nothing_to_move_and_moving_what_was_moved_are_told(tmp_path: Path, postgres: PostgresDatabases) -> None:
    url = postgres.url_for(tmp_path)
    done = run(tmp_path, "move", "--to", url)
    assert "there is no database in" in done.stderr
    assert not (tmp_path / "data").exists()
    with open_room(tmp_path / "data", ScriptedExaminer(grade())) as room:
        answered(room, "kept")
        assert answers(room) == {"kept"}
    assert run(tmp_path, "move", "--to", url).returncode == 0
    again = run(tmp_path, "move", "--to", url)
    assert (again.returncode, again.stdout) == (1, "")
    assert "were moved to another database already → set DATABASE_URL" in again.stderr
    with closing(sqlite3.connect(tmp_path / "data" / FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM interviews").fetchone() == (1,)
