"""What is told when the records cannot be read or written: the reason and the remedy, everywhere, and nothing is made up instead."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import OperationalError

from interviewer import cli
from interviewer.errors import Conflict, StoreError, StoreTrouble
from interviewer.interview import worker
from interviewer.models import Role
from interviewer.readiness import readiness
from interviewer.records import database as records
from interviewer.records.backup import back_up, put_back
from interviewer.records.base import Database
from interviewer.records.database import FILE, open_database
from interviewer.records.people_tables import sessions
from interviewer.ui.labels import words
from tests.databases import ON_BOTH, url_for
from tests.examples import START, ScriptedExaminer, grade
from tests.integration.rooms import open_room
from tests.integration.test_access import PAGE, House

pytestmark = pytest.mark.filterwarnings("ignore")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Another process has begun to write and does not end."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


def test_a_command_says_in_one_sentence_that_another_process_holds_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_database(tmp_path).dispose()
    monkeypatch.setenv("INTERVIEWER_DATA", str(tmp_path))
    monkeypatch.setattr(records, "BUSY_MILLISECONDS", 20)
    with held(tmp_path):
        for command in (["user", "add", "Ann", "--role", "coach"], ["restore", str(tmp_path / "none.db")]):
            assert cli.main(command) == 1
            told = capsys.readouterr().err
            assert told.count("\n") == 1
            assert told.startswith("interviewer: ")
            assert "→" in told
            assert ("another process holds the database" in told) == (command[0] == "user")
    assert cli.main(["user", "add", "Ann", "--role", "coach"]) == 0


@pytest.mark.parametrize(
    ("statement", "trouble"),
    [
        ("PRAGMA max_page_count=1; CREATE TABLE more AS SELECT randomblob(100000)", StoreTrouble.FULL),
        ("PRAGMA query_only=1; DELETE FROM sessions", StoreTrouble.READ_ONLY),
        ("SELECT * FROM nonesuch", StoreTrouble.OTHER),
    ],
)
def test_what_is_wrong_has_a_name_and_a_remedy(tmp_path: Path, statement: str, trouble: StoreTrouble) -> None:
    def run(database: Database) -> None:
        with database.writing() as connection:
            for part in statement.split("; "):
                connection.exec_driver_sql(part)

    opened = open_database(tmp_path)
    with pytest.raises(StoreError, match="→") as raised:
        run(opened)
    opened.dispose()
    assert raised.value.trouble is trouble
    assert raised.value.__cause__ is None
    assert set(words("zh")) >= {f"trouble_store_{each}" for each in StoreTrouble}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(*ON_BOTH[1].args, **ON_BOTH[1].kwargs)
def test_what_contradicts_a_constraint_is_a_conflict_and_takes_all_back(tmp_path: Path) -> None:
    opened = open_database(tmp_path, url_for(tmp_path))
    values = {"token_hash": "h", "person_id": "nobody", "created_at": START, "seen_at": START}
    with pytest.raises(Conflict), opened.writing() as connection:
        connection.execute(insert(sessions).values(**values))
    with opened.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sessions")) == 0
    opened.dispose()


def test_a_lost_server_of_postgresql_is_told_apart() -> None:
    class Lost(Exception):
        sqlstate = None

    database = Database(None)  # type: ignore[arg-type]
    assert database.explain(OperationalError("SELECT 1", {}, Lost("password=secret"))).trouble is StoreTrouble.UNREACHABLE
    assert "secret" not in str(database.explain(OperationalError("SELECT 1", {}, Lost("password=secret"))))


# ---------------------------------------------------------------- the data folder moved, the database deleted


def lose(data: Path, how: str) -> Path:
    """Move the folder or the file away; where it is now."""
    away = data.with_name("away")
    if how == "folder":
        data.rename(away)
        return away
    away.mkdir()
    for part in data.glob(f"{FILE}*"):
        part.rename(away / part.name)
    return away


def find_again(data: Path, away: Path) -> None:
    data.mkdir(exist_ok=True)
    for part in away.iterdir():
        part.rename(data / part.name)


@pytest.mark.parametrize("how", ["folder", "file"])
def test_no_empty_database_takes_the_place_of_a_lost_one_and_what_comes_back_is_used(
    tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 0.01)
    data = tmp_path / "data"
    with open_room(data, ScriptedExaminer(grade())) as room:
        begun = room.begin(follow_ups=0)
        away = lose(data, how)
        for attempt in (lambda: room.read(begun), lambda: room.service.submit(begun, "kept?"), lambda: room.begin()):
            with pytest.raises(StoreError, match=r"was moved or deleted → put it back .*interviewer restore") as raised:
                attempt()
            assert raised.value.trouble is StoreTrouble.GONE
        with caplog.at_level(logging.WARNING):
            room.service.worker.beaten.clear()
            while "was moved or deleted → put it back" not in caplog.text:
                room.service.worker._look_again.set()
        assert not (data / FILE).exists()
        find_again(data, away)
        room.service.submit(begun, "an answer")
        assert room.settle(begun).turns[0].grade is not None


def test_a_backup_put_back_over_a_lost_database_is_used_at_once(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup.db"
    with open_room(data, ScriptedExaminer(grade())) as room:
        begun = room.begin(follow_ups=0)
        back_up(data, backup)
        lose(data, "folder")
        put_back(data, backup, now=START)
        assert room.read(begun).id == begun.id


@pytest.mark.provokes(503)
def test_pages_scripts_and_the_health_check_say_it_in_both_languages(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with House(data) as house:
        house.add("Ann", Role.COACH)
        browser = house.enter("Ann")
        assert browser.get("/healthz").json() == {"status": "alive"}
        away = lose(data, "folder")
        health = browser.get("/healthz")
        assert (health.status_code, health.json()["status"], health.json()["trouble"]) == (503, "failing", "gone")
        assert browser.get("/readyz").json()["database"] == "gone"
        for path in ("/coach", "/own", "/"):
            for lang, sentence in (("zh", "数据库不见了"), ("en", "The database is gone")):
                page = browser.get(f"{path}?lang={lang}", headers=PAGE)
                assert (page.status_code, sentence in page.text) == (503, True)
        for answer in (
            browser.get("/own"), browser.post("/gradio_api/run/predict", json={}),
            house.browser().post("/login", data={"csrf": "t", "name": "Ann"}, headers={"cookie": "csrf=t"}),
        ):  # fmt: skip
            assert (answer.status_code, answer.json()["trouble"]) == (503, "gone")
            assert "数据库不见了" in answer.json()["message"]["zh"]
        find_again(data, away)
        assert browser.get("/own", headers=PAGE).status_code == 200
        assert browser.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("trouble", "told"),
    [("gone", "gone"), ("damaged", "damaged"), ("moved", "moved: "), ("unreachable", "unreachable"), ("busy", "unreachable")],
)
def test_readiness_tells_what_is_wrong_with_the_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str, told: str) -> None:
    def fail() -> None:
        raise StoreError("canary", StoreTrouble(trouble))

    with House(tmp_path) as house:
        assert readiness(house.application)["database"] == "ok"
        with monkeypatch.context() as patched:
            patched.setattr(house.application.database, "reading", fail)
            found = readiness(house.application)
    assert (found["ready"], found["database"].startswith(told)) == (False, True)
