"""`interviewer due`: whose training is shown, what is refused, and what the table and the JSON hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from interviewer.bootstrap import Application
from interviewer.models import Mode, Person, Role, Setup, Utterance
from interviewer.operator_access import OPERATOR
from interviewer.records.audit_log import AuditFilter
from interviewer.records.store import utc_now
from tests.integration.test_access import settings_of
from tests.integration.test_command_line import run

KEYS = {
    "format", "person", "today", "zone", "due", "new", "done_today", "next_due", "minutes", "seconds_each", "questions", "interview",
}  # fmt: skip


@pytest.fixture
def application(tmp_path: Path) -> Application:
    """On the data folder of `run`."""
    return Application(settings_of(tmp_path / "data"))


def answer(application: Application, owner: str, *, mode: Mode = Mode.COACHING) -> None:
    """An answer to a question, judged; a day of the interview a week ahead."""
    service, training = application.service, application.training
    service.worker.start()
    begun = service.begin(Setup(question_ids=("data-pipeline",), follow_ups=0, mode=mode), owner=owner)
    after = service.submit(begun, "Kafka carries the events, canary-4711", meant=Utterance.ANSWER)
    while service.watch(after.turns[0].id, seen=10**6, timeout=10) is not None:
        pass
    if (held := service.load(begun.id, owner=owner)).finished_at is None:
        service.finish(held)
    training.choose(owner, replace(training.settings(owner), interview_on=utc_now().date() + timedelta(days=7)))
    service.worker.stop()
    application.database.dispose()


def enrol(application: Application, name: str) -> Person:
    """Somebody who can log in."""
    person = application.people.add(name, role=Role.CANDIDATE, now=utc_now())
    application.people.set_password_hash(person.id, "a hash")
    return person


def test_without_accounts_it_is_the_local_persons_and_new_without_interviews(tmp_path: Path) -> None:
    done = run(tmp_path, "due", "--json")
    shown = json.loads(done.stdout)
    assert (done.returncode, set(shown)) == (0, KEYS)
    assert (shown["person"], shown["due"], shown["next_due"], shown["interview"]) == ("", 0, None, None)
    assert shown["new"] == sum(row["new"] for row in shown["questions"]) > 0


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ("题目", "合计", "离面试还有 7 天", "下一次到期")), ("en", ("question", "7 days to the interview", "due next"))],
)
def test_the_table_counts_by_question_and_says_no_word_of_a_point(
    tmp_path: Path, application: Application, lang: str, words: tuple[str, ...]
) -> None:
    answer(application, "local")
    done = run(tmp_path, "due", "--lang", lang)
    assert (done.returncode, done.stderr) == (0, "")
    assert [word for word in words if word not in done.stdout] == []
    points = [point.intent[lang] for question in application.bank.questions for point in question.points]  # type: ignore[index]
    assert not [point for point in (*points, "canary") if point in done.stdout]
    shown = json.loads(run(tmp_path, "due", "--json").stdout)
    rows = {line.split("\t")[0]: line.split("\t")[2:] for line in done.stdout.splitlines() if "\t" in line}
    assert {row["id"]: [str(row["due"]), str(row["new"])] for row in shown["questions"]}.items() <= rows.items()
    assert 0 < shown["interview"]["kept"] <= 1


def test_with_accounts_a_name_is_needed_and_it_is_noted(tmp_path: Path, application: Application) -> None:
    ann = enrol(application, "Ann")
    enrol(application, "Bob")
    answer(application, ann.id)
    ours, others = (json.loads(run(tmp_path, "due", "--person", name, "--json").stdout) for name in ("ann", "Bob"))
    assert (ours["person"], others["person"]) == ("Ann", "Bob")
    assert ours["next_due"]
    assert (others["next_due"], others["interview"], others["done_today"]) == (None, None, 0)
    noted = [(entry.actor_id, entry.action) for entry in application.people.audit.search(10, AuditFilter(subject=ann.id))]
    assert noted == [(OPERATOR, "due")]


@pytest.mark.parametrize(
    ("accounts", "arguments", "remedy"),
    [
        (False, ("--person", "Ann"), "leave out --person"),
        (True, (), "say whose training by --person NAME"),
        (True, ("--person", "Nobody"), "see `interviewer user list`"),
        (True, ("--person", ""), "see `interviewer user list`"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(
    tmp_path: Path, application: Application, accounts: bool, arguments: tuple[str, ...], remedy: str
) -> None:
    if accounts:
        enrol(application, "Ann")
    done = run(tmp_path, "due", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr
