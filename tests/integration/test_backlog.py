"""The desk's front page says that the model is down and what waits for it, to those who may know, at every replica."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.interview.backlog import LATE, Backlog
from interviewer.interview.desk import DeskService
from interviewer.models import ExaminerName, Person, Reason, Role, Setup, Utterance
from interviewer.records.desk import DeskStore
from interviewer.records.people import PeopleStore
from interviewer.records.store import utc_now
from interviewer.records.tables import grading_requests
from interviewer.server import create_app
from interviewer.training.summarizing import summarize
from tests.endpoint import refused_url
from tests.examples import START, ScriptedExaminer, grade
from tests.integration.coaching import open_desk
from tests.integration.rooms import Room
from tests.integration.test_access import PAGE, House, settings_of
from tests.integration.test_access import leftovers as leftovers
from tests.integration.test_late_grades import DOWN, again, begin, by_model, on_model

# Gradio and what it uses leave loops and sockets to the collector and call what is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

LOCAL = Person("local", "", Role.COACH)


def desk_of(room: Room, *examiners: ExaminerName) -> DeskService:
    """The desk over a room."""
    store, people = DeskStore(room.store.database), PeopleStore(room.store.database)
    return DeskService(
        store=store, people=people, bank=room.service.bank, worker=room.service.worker, examiners=examiners or tuple(ExaminerName), now=room.clock,
        work_out=summarize,
    )  # fmt: skip


# ---------------------------------------------------------------- what is told


def test_answers_are_told_as_waiting_once_they_wait_too_long(tmp_path: Path) -> None:
    with open_desk(tmp_path, ScriptedExaminer(grade()), started=False) as desk:
        desk.room.owner = desk.ann.id
        asked = desk.room.clock()
        desk.room.service.submit(desk.room.begin(), "an answer")
        desk.room.clock.forward(seconds=LATE.total_seconds() - 1)
        assert desk.service.backlog(desk.coach) == Backlog()
        desk.room.clock.forward(seconds=1)
        assert desk.service.backlog(desk.coach) == Backlog(1, asked)
        assert desk.service.backlog(desk.other) == Backlog()
        with pytest.raises(NotFound):
            desk.service.backlog(desk.ann)


def test_a_model_that_is_down_is_told_at_once_with_what_waits_and_no_longer_once_it_is_back(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, by_model()) as (room, _):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
        told = desk_of(room).backlog(LOCAL)
        assert told.trouble is not None
        assert (told.waiting, told.since, told.trouble.reason) == (1, START, Reason.UNREACHABLE)
        room.clock.forward(seconds=20)
        again(room, interview)
        assert desk_of(room).backlog(LOCAL) == Backlog()


def test_where_no_model_is_set_up_any_more_nothing_is_said_of_it(tmp_path: Path) -> None:
    with on_model(tmp_path, replace(DOWN, reason=Reason.WRONG_KEY)) as (room, _):
        room.settle(room.service.submit(begin(room), "an answer"))
        assert desk_of(room).backlog(LOCAL).trouble is not None
        assert desk_of(room, ExaminerName.RUBRIC).backlog(LOCAL) == Backlog()


# ---------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A dead model; an answer of Ann's, who is Cleo's, and two of Bob's, who is nobody's, wait for it since half an hour."""
    folder = tmp_path_factory.mktemp("house")
    with House(folder, base_url=refused_url(), model="scripted", attempts=1, structured_output="json_schema") as house:
        coach = house.add("Cleo", Role.COACH)
        house.add("Dora", Role.COACH), house.add("Ada", Role.ADMIN)
        ann, bob = house.add("Ann"), house.add("Bob")
        house.people.assign(coach.id, ann.id)
        service, question = house.application.service, house.application.bank.questions[0].id
        for person in (ann, bob, bob):
            begun = service.begin(Setup(question_ids=(question,), examiner=ExaminerName.LLM), owner=person.id)
            turn = service.submit(begun, "canary answer", meant=Utterance.ANSWER).turns[0]
            while service.watch(turn.id, seen=10**6, timeout=30) is not None:
                pass
        with house.application.database.writing() as connection:
            connection.execute(update(grading_requests).values(created_at=utc_now() - 30 * LATE))
        yield house


@pytest.mark.parametrize(
    ("name", "lang", "down", "waiting"),
    [
        (
            "Cleo",
            "zh",
            r"模型从 \d{4}-\d\d-\d\d \d\d:\d\d(?: UTC)? 起没有给出过评分.*连不上模型端点",
            r"有 1 条回答在等评分，最久的已等 3\d\s分钟",
        ),
        (
            "Cleo",
            "en",
            r"Model down since \d{4}-\d\d-\d\d \d\d:\d\d .*cannot be reached",
            r"Answers that wait for a grade: 1, the oldest for 3\d\smin",
        ),
        ("Ada", "en", "Model down since", r"Answers that wait for a grade: 3, the oldest for 3\d\smin"),
        ("Dora", "en", "Model down since", None),
    ],
)
def test_the_front_page_says_so_to_those_who_may_know(house: House, name: str, lang: str, down: str, waiting: str | None) -> None:
    page = house.enter(name).get(f"/coach?lang={lang}", headers=PAGE)
    assert page.status_code == 200
    assert re.search(down, page.text)
    assert bool(re.search(waiting or "id=.answers-wait", page.text)) is (waiting is not None)
    assert "canary answer" not in page.text or name == "Cleo"


def test_another_replica_says_the_same(house: House) -> None:
    settings = house.application.settings
    other = Application(settings_of(settings.data, base_url=settings.base_url, model="scripted"))
    token = house.enter("Cleo").cookies["session"]
    page = house.browser(app=create_app(other)).get("/coach?lang=en", headers={**PAGE, "cookie": f"session={token}"})
    other.database.dispose()
    assert "Model down since" in page.text
    assert "Answers that wait for a grade: 1" in page.text


@pytest.mark.parametrize("name", ["Ann", "Bob"])
def test_no_candidate_is_told(house: House, name: str) -> None:
    browser = house.enter(name)
    for path in ("/coach", "/", "/en/", "/account", "/own"):
        page = browser.get(path, headers=PAGE)
        assert "model-down" not in page.text
        assert "answers-wait" not in page.text
    assert browser.get("/coach", headers=PAGE).status_code == 404
