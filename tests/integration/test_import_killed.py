"""kill -9 in the middle of an import: nothing is half done, of people or of interviews; and a large one lets others write meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from interviewer.interview.import_rows import read_rows
from interviewer.models import ExaminerName, Person, Role
from interviewer.records import imports
from interviewer.records.database import open_database
from interviewer.records.imports import forget_staged
from interviewer.records.people import PeopleStore
from interviewer.records.people_tables import coachings, people
from interviewer.records.tables import grading_requests, interviews, turns
from tests.databases import ON_BOTH, url_for
from tests.examples import START
from tests.integration.coaching import open_desk

LINES = "candidate,question,answer\n" + "".join(f"Pupil {number},q1,an answer in words {number}\n" for number in range(250))
PEOPLE = "name,group,coach\n" + "".join(f"Pupil {number},Class 1,Boss\n" for number in range(250))

CHILD = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from tests.integration.test_import_killed import bring_interviews, bring_people
what, folder, url, statement, number = sys.argv[1:]
seen = [0]
def die(engine):
    @event.listens_for(engine, "before_cursor_execute")
    def count(_connection, _cursor, sql, *_rest):
        seen[0] += statement in sql
        if seen[0] == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
{"people": bring_people, "interviews": bring_interviews}[what](Path(folder), url or None, die)
"""


def bring_people(folder: Path, url: str | None, prepare: Any = lambda _engine: None) -> None:
    """The whole list, as an admin brings it."""
    from interviewer.access.group_admin import GroupAdmin
    from interviewer.access.people_admin import PeopleAdmin
    from interviewer.access.people_import import PeopleImport, read_people
    from interviewer.records.accounts import Accounts
    from interviewer.records.groups import GroupStore
    from interviewer.records.joining import JoinStore
    from interviewer.records.row_cache import RowCache

    database = open_database(folder, url)
    store = PeopleStore(database)
    boss = store.find("Boss") or store.add("Boss", role=Role.ADMIN, now=START)
    office = PeopleAdmin(store, Accounts(database, RowCache()), GroupStore(database), lambda: START)
    bringing = PeopleImport(GroupAdmin(office, office.groups, JoinStore(database)), database)
    prepare(database.engine)
    bringing.add(boss, bringing.plan(boss, list(read_people(PEOPLE))))
    database.dispose()


def bring_interviews(folder: Path, url: str | None, prepare: Any = lambda _engine: None) -> None:
    """The whole file, as a coach imports it."""
    from interviewer.interview.importing import import_transcripts
    from interviewer.questions.bank import Bank
    from tests.integration.rooms import BANK

    database = open_database(folder, url)
    store = PeopleStore(database)
    coach = store.find("Cleo") or store.add("Cleo", role=Role.COACH, now=START)
    bank = Bank(BANK.questions, (), (), "0" * 16)
    prepare(database.engine)
    import_transcripts(
        coach, read_rows(LINES), examiner=ExaminerName.RUBRIC, lang=None, database=database, people=store, bank=bank, now=START
    )
    database.dispose()


def killed(what: str, folder: Path, statement: str, number: int) -> None:
    """The import in a process that is killed at the n-th statement of that kind."""
    arguments = [sys.executable, "-c", CHILD, what, str(folder), url_for(folder) or "", statement, str(number)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    ended = subprocess.run(arguments, env=environment, timeout=300, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def counts(folder: Path) -> Counter[str]:
    """How much there is of everything that an import brings."""
    database = open_database(folder, url_for(folder))
    with database.reading() as connection:
        found = Counter({table.name: connection.scalar(select(func.count()).select_from(table)) or 0
                         for table in (people, coachings, interviews, turns, grading_requests)})  # fmt: skip
    database.dispose()
    return found


@pytest.mark.parametrize(("statement", "number"), [("INTO people", 1), ("INTO tickets", 1), ("INTO audit", 1)])
def test_a_list_of_people_that_is_killed_leaves_nobody(tmp_path: Path, statement: str, number: int) -> None:
    open_database(tmp_path).dispose()
    PeopleStore(database := open_database(tmp_path)).add("Boss", role=Role.ADMIN, now=START)
    database.dispose()
    killed("people", tmp_path, statement, number)
    assert counts(tmp_path) == Counter(people=1)
    bring_people(tmp_path, None)
    assert counts(tmp_path) == Counter(people=251, coachings=250)


@pytest.mark.parametrize(("statement", "number"), [("INTO turns", 130), ("UPDATE interviews SET owner", 1), ("INTO audit", 1)])
def test_an_import_of_interviews_that_is_killed_leaves_nothing_that_anybody_sees(tmp_path: Path, statement: str, number: int) -> None:
    PeopleStore(database := open_database(tmp_path)).add("Cleo", role=Role.COACH, now=START)
    database.dispose()
    killed("interviews", tmp_path, statement, number)
    database = open_database(tmp_path)
    store, coach = PeopleStore(database), PeopleStore(database).find("Cleo")
    assert coach
    assert (store.candidates_of(coach.id), len(store.list_people()), store.audit.search(5)) == ((), 1, ())
    assert seen_by(database, coach) == 0
    assert counts(tmp_path)["interviews"] > 0
    assert forget_staged(database, START + timedelta(minutes=5)) == 0
    assert forget_staged(database, START + timedelta(hours=7)) > 0
    database.dispose()
    assert counts(tmp_path) == Counter(people=1)
    bring_interviews(tmp_path, None)
    assert counts(tmp_path) == Counter(people=251, coachings=250, interviews=250, turns=250, grading_requests=250)


def seen_by(database: Any, coach: Person) -> int:
    """How many interviews the coach may read, and the grading can take up."""
    from interviewer.records.grading_queue import GradingQueue
    from interviewer.records.visibility import visible_to

    assert GradingQueue(database, worker="w").claim(START + timedelta(days=1)) is None
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(interviews).where(visible_to(coach, interviews.c.owner))) or 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_a_large_import_lets_others_write_and_is_there_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_desk(tmp_path, started=False) as desk:
        database = desk.room.store.database
        written, most, between = [0], [0], list[int]()

        @event.listens_for(database.engine, "before_cursor_execute")
        def count(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
            written[0] += "INTO turns" in sql

        @event.listens_for(database.engine, "commit")
        def commit(_connection: Any) -> None:
            most[0], written[0] = max(most[0], written[0]), 0

        def look(_seconds: float) -> None:
            desk.people.audit.write("somebody", "login", "else", now=START)
            between.append(len(desk.service.inbox(desk.coach, size=500).rows) + len(desk.people.candidates_of(desk.coach.id)))

        monkeypatch.setattr(imports.time, "sleep", look)
        told = desk.service.import_transcripts(desk.coach, read_rows(LINES), examiner=ExaminerName.RUBRIC)
        assert len(told.interviews) == 250
        assert set(between) == {2}
        assert len(between) == 3
        assert most[0] <= imports.BATCH
        assert desk.service.inbox(desk.coach, size=500).total == 250
        assert desk.room.queue.claim(desk.room.clock()) is not None


@ON_BOTH[0]
@ON_BOTH[1]
def test_two_who_import_the_same_at_once_bring_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_desk(tmp_path, started=False) as desk:
        first = iter([True])

        def meanwhile(_seconds: float) -> None:
            if next(first, False):
                desk.service.import_transcripts(desk.coach, read_rows(LINES), examiner=ExaminerName.RUBRIC)

        monkeypatch.setattr(imports.time, "sleep", meanwhile)
        told = desk.service.import_transcripts(desk.coach, read_rows(LINES), examiner=ExaminerName.RUBRIC)
        assert (told.interviews, told.known) == ((), 250)
        assert desk.service.inbox(desk.coach, size=500).total == 250
