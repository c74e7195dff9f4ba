"""Background work is done once, whoever dies over it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from interviewer import jobs as background
from interviewer.errors import NotFound
from interviewer.jobs import BROKEN, MAX_CLAIMS, JobFailed, JobRunner, Report, Work
from interviewer.models import Bilingual, Job, JobState
from interviewer.records.base import Database
from interviewer.records.database import open_database
from interviewer.records.erasure import erase_person
from interviewer.records.jobs import KEPT, LEASE, LONGEST_PAUSE, JobQueue
from tests.databases import ON_BOTH, url_for

pytestmark = ON_BOTH
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NO_LICENCE = Bilingual("没有许可", "no licence")


@dataclass
class Records:
    """One database and two processes that work on it."""

    database: Database

    def __post_init__(self) -> None:
        self.one, self.other = JobQueue(self.database, worker="one"), JobQueue(self.database, worker="other")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    database = open_database(tmp_path, url_for(tmp_path))
    yield Records(database)
    database.dispose()


def test_the_same_is_asked_for_once_until_somebody_begins(records: Records) -> None:
    first = records.one.ask("learn", "q1", now=NOW)
    assert records.other.ask("learn", "q1", now=NOW) == first
    later = NOW + timedelta(seconds=1)
    others = (("q2", "", {}), ("q1", "ada", {}), ("q1", "", {"with_model": True}))
    asked = {records.one.ask("learn", subject, now=later, owner=owner, wanted=wanted) for subject, owner, wanted in others}
    assert len(asked | {first}) == 4
    begun = records.one.claim(NOW, ["learn"])
    assert begun
    assert begun.id == first
    assert records.other.ask("learn", "q1", now=NOW) != first


def test_a_job_is_worked_on_by_one_and_taken_over_when_its_lease_runs_out(records: Records) -> None:
    id = records.one.ask("learn", "q1", now=NOW, wanted={"n": 6})
    job = records.one.claim(NOW, ["learn"])
    assert job == Job(id, "learn", "", "q1", JobState.OPEN, NOW, {"n": 6}, attempts=1)
    assert records.other.claim(NOW, ["learn"]) is None
    records.one.renew({id}, NOW + LEASE)
    later = NOW + 2 * LEASE + timedelta(seconds=1)
    assert records.other.claim(NOW + 2 * LEASE, ["learn"]) is None
    again = records.other.claim(later, ["learn"])
    assert again
    assert again.attempts == 2
    assert not records.one.note_progress(id, 0.5)
    assert not records.one.complete(id, {"by": "one"}, later)
    assert records.other.note_progress(id, 0.5)
    assert records.other.read(id, "").progress == 0.5
    assert records.other.complete(id, {"by": "other"}, later)
    assert not records.other.fail(id, NO_LICENCE, later)
    done = records.one.read(id, "")
    assert (done.state, done.result, done.progress, done.ended_at) == (JobState.DONE, {"by": "other"}, 1.0, later)


def test_other_kinds_are_left_to_others_and_the_oldest_comes_first(records: Records) -> None:
    for number, kind in enumerate(("export", "learn", "learn")):
        records.one.ask(kind, f"q{number}", now=NOW + timedelta(seconds=number))
    claimed = [records.one.claim(NOW, ["learn"]) for _ in range(3)]
    assert [job and job.subject for job in claimed] == ["q1", "q2", None]


def test_what_failed_is_due_again_after_its_pause_and_after_a_clock_was_set_back(records: Records) -> None:
    id = records.one.ask("learn", "q1", now=NOW)
    records.one.claim(NOW, ["learn"])
    assert records.one.postpone(id, NOW, pause=60)
    assert records.one.claim(NOW + timedelta(seconds=59), ["learn"]) is None
    again = records.one.claim(NOW + timedelta(seconds=60), ["learn"])
    assert again
    assert (again.tries, again.attempts) == (1, 1)
    assert records.one.postpone(id, NOW, pause=10**6)
    assert records.one.claim(NOW + LONGEST_PAUSE, ["learn"])
    long_ago = NOW - timedelta(days=400)
    assert records.other.claim(long_ago, ["learn"])  # under a lease that no right clock can have written


def test_a_job_is_its_owners(records: Records) -> None:
    id = records.one.ask("draft", "d1", now=NOW, owner="ada")
    assert records.one.read(id, "ada").owner == "ada"
    with pytest.raises(NotFound):
        records.one.read(id, "ben")
    with records.database.writing() as connection:
        erase_person(connection, "ada", NOW)
    with pytest.raises(NotFound):
        records.one.read(id, "ada")


def test_what_ended_long_ago_is_deleted(records: Records) -> None:
    ended, waits = records.one.ask("learn", "q1", now=NOW), records.one.ask("learn", "q2", now=NOW + timedelta(seconds=1))
    records.one.claim(NOW, ["learn"])
    records.one.complete(ended, {}, NOW)
    latest = records.one.latest("learn", "q1")
    assert latest
    assert latest.id == ended
    records.one.prune(NOW + KEPT)
    assert records.one.latest("learn", "q1")
    records.one.prune(NOW + KEPT + timedelta(seconds=1))
    assert records.one.latest("learn", "q1") is None
    assert records.one.read(waits, "").state is JobState.OPEN


# ---------------------------------------------------------------- the runner


@pytest.fixture
def run(records: Records, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Work], JobRunner]]:
    monkeypatch.setattr(background, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(background, "PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr(background, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(background, "GRACE_SECONDS", 0.2)
    runners = []

    def begin(work: Work, queue: JobQueue | None = None, at: datetime = NOW) -> JobRunner:
        runners.append(JobRunner(queue or records.one, {"learn": work}, now=lambda: at))
        runners[-1].start()
        return runners[-1]

    yield begin
    for runner in runners:
        runner.stop()


def settle(queue: JobQueue, id: str) -> Job:
    """The job once it has ended."""
    for _ in range(400):
        if (job := queue.read(id, "")).state is not JobState.OPEN:
            return job
        threading.Event().wait(0.02)
    raise AssertionError("the job did not end")


def test_a_job_is_done_with_its_progress(records: Records, run: Any) -> None:
    heard = []

    def learn(job: Job, report: Report) -> Mapping[str, Any]:
        report(0.25)
        heard.append(records.other.read(job.id, "").progress)
        return {"subject": job.subject}

    runner = run(learn)
    job = settle(records.other, runner.ask("learn", "q1"))
    assert (job.state, job.result, heard) == (JobState.DONE, {"subject": "q1"}, [0.25])


def test_a_failure_that_is_told_ends_it_and_any_other_is_tried_three_times(records: Records, run: Any) -> None:
    tried = []

    def learn(job: Job, _report: Report) -> Mapping[str, Any]:
        tried.append(job.subject)
        if job.subject == "told":
            raise JobFailed(NO_LICENCE)
        raise ValueError("text of a candidate")

    runner = run(learn)
    ended = [settle(records.one, runner.ask("learn", subject)) for subject in ("told", "broken")]
    assert [job.failure for job in ended] == [NO_LICENCE, BROKEN]
    assert tried == ["told", "broken", "broken", "broken"]


def test_a_job_that_takes_its_worker_along_is_given_up(records: Records, run: Any) -> None:
    id = records.one.ask("learn", "q1", now=NOW)
    for number in range(MAX_CLAIMS):
        assert records.other.claim(NOW - (MAX_CLAIMS - number) * 2 * LEASE, ["learn"])
    run(lambda _job, _report: pytest.fail("begun once more"))
    assert settle(records.one, id).failure == BROKEN


def test_a_worker_that_stops_gives_its_job_back(records: Records, run: Any) -> None:
    begun, stop = threading.Event(), threading.Event()

    def wait(_job: Job, report: Report) -> Mapping[str, Any]:
        begun.set()
        stop.wait(10)
        report(0.5)
        return {}

    runner = run(wait)
    id = runner.ask("learn", "q1")
    assert begun.wait(10)
    threading.Timer(0.05, stop.set).start()
    runner.stop()
    job = records.other.claim(NOW, ["learn"])
    assert job
    assert (job.id, job.attempts) == (id, 1)


KILLED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from interviewer.jobs import JobRunner
from interviewer.records.database import open_database
from interviewer.records.jobs import JobQueue

def work(job, report):
    print("begun", flush=True)
    time.sleep(60)

database = open_database(Path(sys.argv[1]), sys.argv[2] or None)
JobRunner(JobQueue(database, worker="killed"), {"learn": work}, now=lambda: datetime(2026, 3, 1, 9, 0, tzinfo=UTC)).start()
time.sleep(60)
"""


def test_a_kill_in_the_middle_leaves_the_job_to_another(tmp_path: Path, records: Records, run: Any) -> None:
    id = records.one.ask("learn", "q1", now=NOW)
    arguments = [sys.executable, "-c", KILLED, str(tmp_path), url_for(tmp_path) or ""]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout
        assert victim.stdout.readline() == "begun\n"
        os.kill(victim.pid, signal.SIGKILL)
    assert records.other.read(id, "").state is JobState.OPEN
    run(lambda job, _report: {"attempts": job.attempts}, queue=records.other, at=NOW + LEASE + timedelta(seconds=1))
    assert settle(records.other, id).result == {"attempts": 2}
