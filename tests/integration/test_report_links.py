"""A report by link: it shows no more than chosen, to whoever has it, as long as it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy import select

from interviewer.access.login import ADDRESS_MEMORY, FREE_FOR_MANY
from interviewer.errors import NotFound
from interviewer.interview.report_links import MOST, LinkRefused, MustWait, Refusal, ReportLinks, Shared
from interviewer.models import LOCAL_PERSON, Competency, EditKind, Person, Role
from interviewer.models.report_links import Shows
from interviewer.questions.bank import Bank
from interviewer.records.hidden import hide
from interviewer.records.report_tables import report_links as table
from interviewer.records.store import utc_now
from interviewer.ui.shared_report import shared_html
from interviewer.web import report_links
from interviewer.web.refusal import refuse
from tests.databases import ON_BOTH
from tests.examples import START, both, question
from tests.integration.authors import ANSWER, Author, open_application

pytestmark = ON_BOTH
QUESTIONS = (question("q1"), question("q2"))
BANK = Bank(questions=QUESTIONS, competencies=(Competency("ml-foundations", both("ml"), both("ml short")),), problems=(), digest="0" * 16)
HERE = "192.0.2.1"
CSRF = {"csrf": "token"}


class Linked:
    """A candidate with a finished interview, their coach, and somebody who has nothing to do with it."""

    def __init__(self, folder: Path) -> None:
        self.application = open_application(folder, BANK)
        people = self.application.people
        self.coach, self.stranger = (people.add(name, role=Role.COACH, now=START) for name in ("Cleo", "Uma"))
        self.ann = people.add("Ann<b>", role=Role.CANDIDATE, now=START)
        people.set_password_hash(self.coach.id, "x")
        people.assign(self.coach.id, self.ann.id)
        self.author = Author(self.application)
        self.interview = self.author.interview(self.ann.id, QUESTIONS, statuses=["covered", "wrong", "partial"])
        self.author.edit(self.interview, EditKind.COMMENT, text="coach-remark", question_id="q1", turn_seq=1)
        self.now = utc_now()
        links = self.application.report_links
        self.links = ReportLinks(links.store, links.desk, links.people, lambda: self.now)
        self.application.__dict__["report_links"] = self.links

    def make(self, viewer: Person | None = None, shows: Shows = Shows.REPORT, *, days: int = 14, named: bool = False) -> str:
        return self.links.make(viewer or self.ann, self.interview, shows=shows, days=days, named=named)

    def opened(self, secret: str) -> str:
        found = self.links.open(secret, address=HERE)
        assert isinstance(found, Shared)
        return shared_html(found, self.application.competencies, "en")


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    linked = Linked(tmp_path)
    yield linked
    linked.application.database.dispose()


def test_a_link_shows_no_more_than_chosen(linked: Linked) -> None:
    pages = {shows: linked.opened(linked.make(shows=shows)) for shows in Shows}
    told = {
        "intent a": {Shows.REPORT, Shows.ANSWERS}, "topic q1": {Shows.REPORT, Shows.ANSWERS}, ANSWER: {Shows.ANSWERS}, ANSWER[:4]: {Shows.ANSWERS},
        "coach-remark": {Shows.ANSWERS}, "feedback": {Shows.ANSWERS}, "reference q1": set(), "Ann": set(), "hint 1": set(), "Interview report": set(Shows),
    }  # fmt: skip
    for words, where in told.items():
        assert {
            shows for shows, page in pages.items() if words in re.sub(r"<style>.*?</style>|class=\"[^\"]*\"", "", page, flags=re.S)
        } == where, words
    named = linked.opened(linked.make(shows=Shows.SCORE, named=True))
    assert "Ann&lt;b&gt;" in named
    assert not re.search(r"<script|https?://|//", re.sub(r"<style>.*?</style>", "", named, flags=re.S))


def test_nothing_is_told_of_a_question_that_is_not_over(linked: Linked) -> None:
    service = linked.application.service
    begun = service.begin(linked.application.service.read(linked.interview, owner=linked.ann.id).setup, owner=linked.ann.id)
    with pytest.raises(NotFound):
        linked.links.make(linked.ann, begun.id, shows=Shows.ANSWERS)
    with pytest.raises(LinkRefused) as refused:
        linked.links.make(linked.coach, begun.id, shows=Shows.ANSWERS)
    assert refused.value.why is Refusal.UNFINISHED
    finished = service.finish(begun)
    linked.interview = finished.id
    page = linked.opened(linked.make(shows=Shows.ANSWERS))
    assert "intent a" not in page
    assert "reference q1" not in page


def test_it_ends_by_time_by_hand_and_with_its_maker_and_its_interview(linked: Linked) -> None:
    short, long, theirs = linked.make(days=1), linked.make(days=30), linked.make(linked.coach)
    assert linked.opened(theirs)
    linked.now += timedelta(days=1)
    _closed(linked, short)
    assert linked.opened(long)
    _, links = linked.links.links(linked.coach, linked.interview)
    assert linked.links.withdraw(linked.ann, linked.interview, next(link.id for link in links if link.made_by == linked.coach.id))
    _closed(linked, theirs)
    another = linked.make(linked.coach)
    linked.application.people.unassign(linked.coach.id, linked.ann.id)
    _closed(linked, another)
    assert linked.opened(long)
    linked.application.people.set_active(linked.ann.id, False)
    _closed(linked, long)
    linked.application.accounts.erase_interviews(linked.ann.id, now=linked.now)
    with linked.application.database.reading() as connection:
        assert connection.execute(select(table)).all() == []


def _closed(linked: Linked, secret: str) -> None:
    with pytest.raises(NotFound):
        linked.links.open(secret, address=HERE)


def test_its_secret_is_nowhere_and_every_view_is_counted(linked: Linked) -> None:
    secret = linked.make()
    for _ in range(3):
        linked.opened(secret)
    with linked.application.database.reading() as connection:
        (row,) = connection.execute(select(table)).mappings().all()
    assert row["token_hash"] == hide(secret)
    assert secret not in repr(dict(row))
    assert (row["views"], row["viewed_at"]) == (3, linked.now)
    assert [entry.action for entry in linked.application.people.audit.search(9)] == ["link_made"]


def test_guesses_are_held_up_and_who_has_the_link_is_not(linked: Linked) -> None:
    secret = linked.make()
    linked.opened(secret)  # and who has one is not counted
    for _ in range(FREE_FOR_MANY):
        linked.now += timedelta(seconds=1)
        _closed(linked, "guess")
    held = linked.links.open("guess", address=HERE)
    assert isinstance(held, MustWait)
    assert 0 < held.seconds <= ADDRESS_MEMORY.total_seconds()
    assert isinstance(linked.links.open(secret, address="192.0.2.2"), Shared)
    linked.now += ADDRESS_MEMORY
    assert linked.opened(secret)


def test_who_may_not_read_the_interview_makes_and_sees_no_link(linked: Linked) -> None:
    for act in (
        linked.links.links,
        lambda viewer, id: linked.links.make(viewer, id, shows=Shows.SCORE),
        lambda viewer, id: linked.links.withdraw(viewer, id, "x"),
    ):
        with pytest.raises(NotFound):
            act(linked.stranger, linked.interview)


def test_no_more_than_so_many_hold(linked: Linked) -> None:
    for _ in range(MOST):
        linked.make()
    with pytest.raises(LinkRefused) as refused:
        linked.make()
    assert refused.value.why is Refusal.TOO_MANY
    linked.now += timedelta(days=15)
    assert linked.make()


def test_without_accounts_it_says_why_not(tmp_path: Path) -> None:
    application = open_application(tmp_path, BANK)
    interview = Author(application).interview(LOCAL_PERSON.id, QUESTIONS)
    found, links = application.report_links.links(LOCAL_PERSON, interview)
    assert (application.report_links.refusal(found), links) == (Refusal.NO_ACCOUNTS, ())
    with pytest.raises(LinkRefused):
        application.report_links.make(LOCAL_PERSON, interview, shows=Shows.SCORE)
    application.database.dispose()


def test_the_pages_make_show_and_withdraw(linked: Linked) -> None:
    app, viewers = FastAPI(), [linked.ann]
    app.include_router(report_links.routes(linked.application))
    app.add_exception_handler(NotFound, lambda request, _error: refuse(request, 404))

    @app.middleware("http")
    async def recognise(request: Request, call_next):  # type: ignore[no-untyped-def]
        request.state.person = viewers[0]
        return await call_next(request)

    client, here = TestClient(app, cookies={"csrf": "token", "lang": "en"}), f"/links/{linked.interview}"
    assert client.post(here, data={"shows": "answers"}).status_code == 403
    page = client.post(here, data={**CSRF, "shows": "report", "days": "7"}).text
    secret = re.search(r"/shared/([\w-]{43})", page)
    assert secret
    assert secret[1] not in client.get(here).text
    address = f"/shared/{secret[1]}"
    viewers[0] = None  # type: ignore[call-overload]
    answer = client.get(address)
    assert answer.status_code == 200
    assert (answer.headers["x-robots-tag"], answer.headers["referrer-policy"]) == ("noindex, nofollow, noarchive", "no-referrer")
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src" not in answer.headers["content-security-policy"]
    gone = client.get("/shared/guessed")
    assert gone.status_code == 404
    assert "does not open" in gone.text
    viewers[0] = linked.coach
    page = client.get(here).text
    link = re.search(r'name="link" value="(\w+)"', page)
    assert link
    assert "Ann&lt;b&gt;" in page
    assert "is withdrawn" in client.post(f"{here}/withdraw", data={**CSRF, "link": link[1]}).text
    assert "has ended already" in client.post(f"{here}/withdraw", data={**CSRF, "link": link[1]}).text
    assert client.get(address).status_code == 404
    client.cookies["blind"] = "1"
    assert "while you review blind" in client.post(here, data={**CSRF, "shows": "answers"}).text
    viewers[0] = linked.stranger
    assert client.get(here).status_code == client.post(here, data=CSRF).status_code == 404
