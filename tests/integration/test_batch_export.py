"""Many interviews as one file: whole or not at all, for whoever asked alone, and gone with whoever is in it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select

from interviewer.errors import NotFound
from interviewer.interview.batch_export import KEPT, Busy
from interviewer.jobs import JobFailed, JobLost
from interviewer.models import Competency, Job, JobState, Person, Role
from interviewer.models.group import Selection
from interviewer.questions.bank import Bank
from interviewer.records.batch_exports import EXPORT
from interviewer.records.jobs import LEASE, JobQueue
from interviewer.records.report_tables import batch_export_parts
from interviewer.records.store import utc_now
from interviewer.ui.batch_files import folder_name
from interviewer.web import batch_export
from interviewer.web.refusal import refuse
from tests.databases import ON_BOTH, url_for
from tests.examples import START, both, question
from tests.integration.authors import Author, open_application

pytestmark = ON_BOTH
QUESTIONS = (question("q1"), question("q2"))
BANK = Bank(questions=QUESTIONS, competencies=(Competency("ml-foundations", both("ml"), both("ml short")),), problems=(), digest="0" * 16)
HOSTILE = "../../etc/<b>"
CSRF = {"csrf": "token"}


class Term:
    """A coach with two candidates of a group, their interviews, and two workers."""

    def __init__(self, folder: Path) -> None:
        self.application, self.folder = open_application(folder, BANK), folder
        self.author, people = Author(self.application), self.application.people
        self.coach, self.other = (people.add(name, role=Role.COACH, now=START) for name in ("Cleo", "Uma"))
        self.ann, self.bob = (people.add(name, role=Role.CANDIDATE, group="A", now=START) for name in ("Ann", HOSTILE))
        for each in (self.ann, self.bob):
            people.assign(self.coach.id, each.id)
            self.author.interview(each.id, QUESTIONS, statuses=["covered"])
        self.exports = self.application.batch_exports
        self.queues = {name: JobQueue(self.application.database, worker=name) for name in ("one", "other")}

    def ask(self, viewer: Person | None = None, formats: tuple[str, ...] = ("html", "json")) -> str:
        return self.exports.ask(viewer or self.coach, Selection(group="A"), formats=formats, lang="en").id

    def claim(self, worker: str = "one", at: datetime | None = None) -> Job:
        job = self.queues[worker].claim(at or utc_now(), [EXPORT])
        assert job
        return job

    def make(self, viewer: Person | None = None) -> str:
        export_id = self.ask(viewer)
        job = self.claim()
        self.queues["one"].complete(job.id, self.exports.work(job, lambda _progress: None), utc_now())
        return export_id

    def kept(self) -> int:
        """How many pieces of files there are; none lies in the data folder."""
        assert not [file.name for file in self.folder.iterdir() if not file.name.startswith("interviews.db")]
        with self.application.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(batch_export_parts)) or 0

    def fetch(self, export_id: str, viewer: Person | None = None) -> bytes:
        size, parts = self.exports.file(viewer or self.coach, export_id)
        content = b"".join(parts)
        assert len(content) == size
        return content


@pytest.fixture
def term(tmp_path: Path) -> Iterator[Term]:
    term = Term(tmp_path)
    yield term
    term.application.database.dispose()


def test_the_file_holds_the_reports_of_the_group_and_is_nobody_elses(term: Term) -> None:
    seen: list[float] = []
    export_id = term.ask()
    job = term.claim()
    assert term.exports.status(term.coach).under_way  # type: ignore[union-attr]
    assert term.exports.work(job, seen.append) == {"interviews": 2}
    assert seen == [0.0, 0.5]
    with zipfile.ZipFile(io.BytesIO(term.fetch(export_id))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == 4
        assert not [name for name in names if name.startswith(("/", ".")) or ".." in name or "<" in name or name.count("/") != 1]
        assert "Ann" in archive.read(next(name for name in names if name.startswith("Ann-") and name.endswith(".html"))).decode()
    with pytest.raises(NotFound):
        term.exports.file(term.other, export_id)
    noted = [(entry.action, entry.detail) for entry in term.application.people.audit.search(10)]
    assert noted.count(("read_transcript", "zip")) == 2  # they have seen the grades now, so no review of theirs is blind
    assert ("export", "2") in noted


def test_one_at_a_time_and_a_new_one_takes_the_place_of_the_last(term: Term) -> None:
    first = term.ask()
    with pytest.raises(Busy):
        term.ask()
    term.queues["one"].complete(term.claim().id, {}, utc_now())
    second = term.make()
    assert first != second
    assert term.kept() == 1
    third = term.ask()
    assert term.kept() == 0
    term.exports.give_up(term.coach, third)
    assert term.queues["one"].claim(utc_now(), [EXPORT]) is None
    assert term.exports.status(term.coach) is None


def test_whoever_dies_over_it_leaves_nothing_half_done(term: Term) -> None:
    export_id = term.ask()
    job = term.claim("one")

    def die(progress: float) -> None:
        if progress:
            raise JobLost

    with pytest.raises(JobLost):
        term.exports.work(job, die)
    assert term.kept() == 0
    with pytest.raises(NotFound):
        term.exports.file(term.coach, export_id)
    again = term.claim("other", utc_now() + LEASE + timedelta(seconds=1))
    assert again.id == job.id
    term.exports.work(again, lambda _progress: None)
    assert zipfile.ZipFile(io.BytesIO(term.fetch(export_id))).testzip() is None


CHILD = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from tests.integration import authors
from tests.integration.test_batch_export import BANK, EXPORT
from interviewer.records.jobs import JobQueue
from interviewer.records.store import utc_now
folder, url, statement = sys.argv[1:]
authors.url_for = lambda _folder: url or None
application = authors.open_application(Path(folder), BANK)
job = JobQueue(application.database, worker="killed").claim(utc_now(), [EXPORT])
@event.listens_for(application.database.engine, "before_cursor_execute")
def die(_connection, _cursor, sql, *_rest):
    if sql.startswith(statement):
        os.kill(os.getpid(), signal.SIGKILL)
application.batch_exports.work(job, lambda _progress: None)
"""


@pytest.mark.parametrize(("statement", "left"), [("INSERT INTO batch_export_parts", 0), ("UPDATE batch_exports", 1)])
def test_a_server_that_is_killed_over_it_leaves_no_half_file_and_another_makes_it(term: Term, statement: str, left: int) -> None:
    export_id = term.ask()
    arguments = [sys.executable, "-c", CHILD, str(term.folder), url_for(term.folder) or "", statement]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    ended = subprocess.run(arguments, env=environment, timeout=300, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert term.kept() == left  # nobody's: of a file that is not ready
    with pytest.raises(NotFound):
        term.exports.file(term.coach, export_id)
    again = term.claim("other", utc_now() + LEASE + timedelta(seconds=1))
    term.exports.work(again, lambda _progress: None)
    assert term.kept() == 1
    assert zipfile.ZipFile(io.BytesIO(term.fetch(export_id))).testzip() is None


def test_nobody_waits_for_the_whole_file_to_be_kept(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interviewer.interview.batch_export.PIECE", 1000)
    export_id, job, most, now = term.ask(), term.claim(), 0, 0

    @event.listens_for(term.application.database.engine, "before_cursor_execute")
    def count(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        nonlocal most, now
        now = now + 1 if sql.startswith("INSERT INTO batch_export_parts") else now
        most = max(most, now)

    @event.listens_for(term.application.database.engine, "commit")
    def begin_again(_connection: object) -> None:
        nonlocal now
        now = 0

    term.exports.work(job, lambda _progress: None)
    assert (term.kept() > 2, most) == (True, 1)
    assert zipfile.ZipFile(io.BytesIO(term.fetch(export_id))).testzip() is None


def test_two_workers_over_one_file_do_not_mix_their_pieces(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interviewer.interview.batch_export.PIECE", 1000)
    export_id, late = term.ask(), term.claim("one")
    store, now = term.exports.store, utc_now()
    before = store.keep(export_id, late.attempts, [b"of the late one"] * 9)
    again = term.claim("other", now + LEASE + timedelta(seconds=1))
    assert (late.attempts, again.attempts) == (1, 2)
    term.exports.work(again, lambda _progress: None)
    made = term.fetch(export_id)
    assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None
    # The late one goes on, and is too late.
    assert before
    assert store.keep(export_id, late.attempts, [b"of the late one"] * 9) is None
    assert not store.ready(export_id, store.interview_ids(term.coach, Selection(group="A"), 9), before, now=now, expires_at=now)
    assert term.fetch(export_id) == made


def test_a_file_of_an_export_that_was_given_up_is_kept_no_further(term: Term) -> None:
    export_id = term.ask()

    def pieces() -> Iterator[bytes]:
        yield b"one"
        term.exports.give_up(term.coach, export_id)
        yield b"two"

    assert term.exports.store.keep(export_id, 1, pieces()) is None
    assert term.kept() == 0


def test_it_goes_with_whoever_is_in_it(term: Term) -> None:
    export_id = term.make()
    term.application.accounts.erase(term.bob.id, actor_id="operator", now=utc_now())
    with pytest.raises(NotFound):
        term.exports.file(term.coach, export_id)
    assert term.kept() == 0


def test_a_file_of_many_pieces_is_handed_out_whole_or_not_at_all(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interviewer.interview.batch_export.PIECE", 1000)
    export_id = term.make()
    assert term.kept() > 2
    assert zipfile.ZipFile(io.BytesIO(term.fetch(export_id))).testzip() is None
    _size, parts = term.exports.file(term.coach, export_id)
    next(parts)
    term.exports.give_up(term.coach, export_id)
    with pytest.raises(NotFound):
        next(parts)


def test_another_replica_hands_it_out(term: Term) -> None:
    export_id = term.make()
    other = open_application(term.folder, BANK)
    size, parts = other.batch_exports.file(term.coach, export_id)
    assert len(b"".join(parts)) == size
    other.database.dispose()


def test_who_is_erased_while_it_is_made_is_in_no_file(term: Term) -> None:
    export_id = term.ask()
    job = term.claim()

    def erase(progress: float) -> None:
        if progress:
            term.application.accounts.erase_interviews(term.ann.id, now=utc_now())

    with pytest.raises(JobFailed):
        term.exports.work(job, erase)
    assert term.kept() == 0
    assert term.exports.store.find(export_id) is None


def test_what_the_coach_may_not_see_any_more_is_not_handed_out(term: Term) -> None:
    export_id = term.make()
    term.application.people.unassign(term.coach.id, term.bob.id)
    with pytest.raises(NotFound):
        term.exports.file(term.coach, export_id)
    assert term.kept() == 0


def test_it_runs_out(term: Term) -> None:
    export_id = term.make()
    term.exports.sweep(utc_now() + KEPT - timedelta(minutes=1))
    assert term.fetch(export_id)
    term.exports.sweep(utc_now() + KEPT)
    assert term.kept() == 0
    assert term.exports.status(term.coach) is None


def test_an_empty_selection_is_told(term: Term) -> None:
    term.exports.ask(term.other, Selection(), formats=("json",), lang="zh")
    with pytest.raises(JobFailed, match="widen the filters"):
        term.exports.work(term.claim(), lambda _progress: None)
    assert term.kept() == 0


def test_folders_have_names_that_unpack_everywhere() -> None:
    for name in (HOSTILE, "con", "..", "a/b\\c", "x" * 500, "王小明", "\u202egnp.exe"):
        made = folder_name(name, "0123456789")
        assert made.endswith("-012345")
        assert not set(made) & set('/\\<>:"|?*\u202e')
        assert len(made) < 100
    assert folder_name("王小明", "0123456789") == "王小明-012345"


def test_the_pages_ask_tell_and_hand_out(term: Term) -> None:
    app, viewers = FastAPI(), [term.coach]
    app.include_router(batch_export.routes(term.application))
    app.add_exception_handler(NotFound, lambda request, _error: refuse(request, 404))

    @app.middleware("http")
    async def recognise(request: Request, call_next):  # type: ignore[no-untyped-def]
        request.state.person = viewers[0]
        return await call_next(request)

    client = TestClient(app, cookies={"csrf": "token"})
    assert client.post("/coach/exports", data={"format.json": "1"}).status_code == 403
    assert "Choose at least one format" in _follow(client, CSRF)
    client.post("/coach/exports", data={**CSRF, "group": "A", "format.json": "1"})
    assert "data-waiting" in client.get("/coach/exports?lang=en").text
    assert "being made already" in _follow(client, {**CSRF, "format.json": "1"})
    job = term.claim()
    term.queues["one"].complete(job.id, term.exports.work(job, lambda _progress: None), utc_now())
    page = client.get("/coach/exports?lang=en").text
    assert "2 interviews" in page
    address = f"/coach/exports/{job.subject}.zip"
    assert address in page
    answer = client.get(address)
    assert answer.headers["cache-control"] == "no-store"
    assert len(zipfile.ZipFile(io.BytesIO(answer.content)).namelist()) == 2
    viewers[0] = term.other
    assert client.get(address).status_code == 404
    viewers[0] = term.coach
    client.cookies["blind"] = "1"
    assert client.get(address).status_code == 409
    del client.cookies["blind"]
    client.post(f"/coach/exports/{job.subject}/delete", data=CSRF)
    assert client.get(address).status_code == 404
    assert term.kept() == 0


def _follow(client: TestClient, fields: dict[str, str]) -> str:
    client.cookies["lang"] = "en"
    return client.post("/coach/exports", data=fields).text


def test_a_server_makes_it_by_itself_and_serves_meanwhile(term: Term) -> None:
    ready = threading.Event()
    work = term.exports.work

    def tell(job: Job, report):  # type: ignore[no-untyped-def]
        try:
            return work(job, report)
        finally:
            ready.set()

    term.exports.work = tell  # type: ignore[method-assign]
    term.application.jobs.start()
    try:
        export_id = term.ask()
        assert ready.wait(60)
        assert term.fetch(export_id)
    finally:
        term.application.jobs.stop()
    assert term.application.job_queue.latest(EXPORT, export_id).state in (JobState.DONE, JobState.OPEN)  # type: ignore[union-attr]
