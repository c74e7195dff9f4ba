"""The pages of assignments over HTTP: giving one, doing one, the board, what is told, and who is turned away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from interviewer.models import Person, Role, Utterance
from interviewer.models.assignments import Task
from interviewer.records.store import utc_now
from tests.integration.folk import PAGE, follow, running, send
from tests.integration.test_access import House

pytestmark = pytest.mark.filterwarnings("ignore")

QUESTIONS = {"q.data-pipeline": "1", "q.gan-basics": "1"}
TYPED = {
    "title": "第一周 <b>", "note": "先看 <i>文章</i>", "group": "red", "mode": "exam", "examiner": "rubric", "lang": "", "minutes": "5",
    "follow_ups": "0", "attempts": "1", "opens_at": "", "due_at": "2090-01-02T11:04", "observed": "1", **QUESTIONS,
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house")) as house:
        cleo, ann = house.add("Cleo", Role.COACH), house.add("Ann")
        for person in (ann, house.add("Bob")):
            house.people.set_group(person.id, "red", now=utc_now())
        house.people.assign(cleo.id, ann.id)
        house.add("Uma", Role.COACH)
        house.add("Zoe", Role.ADMIN)
        yield house


@pytest.fixture(scope="module")
def cleo(house: House) -> TestClient:
    browser = house.enter("Cleo")
    browser.cookies["zone"] = "Asia%2FShanghai"
    return browser


@pytest.fixture(scope="module")
def ann(house: House) -> TestClient:
    return house.enter("Ann")


def person(house: House, name: str) -> Person:
    found = house.people.find(name)
    assert found
    return found


def give(house: House, **task: Any) -> str:
    wanted = {"title": "Given", "question_ids": ("data-pipeline",), "group": "red", "due_at": utc_now() + timedelta(days=2), **task}
    return house.application.assignments.give(person(house, "Cleo"), Task(**wanted))


def page(browser: TestClient, address: str) -> str:
    answer = browser.get(address, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_coach_types_the_deadline_in_their_zone_and_it_is_kept_in_utc_and_shown_to_each_in_theirs(
    house: House, cleo: TestClient, ann: TestClient
) -> None:
    assert "UTC+8" in page(cleo, "/coach/assignments/new?lang=en")
    answer = send(cleo, "/coach/assignments", **TYPED)
    board = follow(cleo, answer)
    assert "Assigned." in board
    assert "2090-01-02 11:04" in board
    assert "第一周 &lt;b&gt;" in board
    assignment_id = answer.headers["location"].rpartition("/")[2]
    seen = house.application.assignments.find(person(house, "Cleo"), assignment_id)
    assert seen.task.due_at == datetime(2090, 1, 2, 3, 4, tzinfo=UTC)
    ann.cookies["zone"] = "Europe%2FBerlin"
    told = page(ann, f"/assignments/{assignment_id}?lang=en")
    assert "2090-01-02 04:04" in told
    assert "how often something was pasted" in told
    assert "先看 &lt;i&gt;文章&lt;/i&gt;" in told
    for question in house.application.assignments.store.questions(assignment_id):
        assert question.prompt["zh"] not in told
        assert question.prompt["en"] not in told


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"due_at": "soon"}, "YYYY-MM-DD"), ({"due_at": "2090-13-01T00:00"}, "YYYY-MM-DD"), ({"title": ""}, "the title is empty"), ({"group": ""}, "given to nobody")],
)  # fmt: skip
def test_what_cannot_be_given_comes_back_with_all_that_was_typed(cleo: TestClient, wrong: dict[str, str], told: str) -> None:
    page(cleo, "/coach/assignments?lang=en")
    answer = send(cleo, "/coach/assignments", **{**TYPED, **wrong})
    assert answer.status_code == 422
    assert told in answer.text
    assert "先看 &lt;i&gt;文章&lt;/i&gt;" in answer.text
    assert re.search(r'name="q.gan-basics" value="1" checked', answer.text)


def test_the_candidate_finds_it_first_begins_it_and_goes_on_with_it(house: House, ann: TestClient) -> None:
    given = give(house, title="Begin me", lang="en")
    assert "Begin me" in page(ann, "/own?lang=en")
    assert "Begin me" in page(ann, "/assignments")
    answer = send(ann, f"/assignments/{given}/begin", lang="zh")
    assert re.fullmatch(r"/en/\?interview=[0-9a-f]{32}", answer.headers["location"])
    assert send(ann, f"/assignments/{given}/begin").headers["location"] == answer.headers["location"]
    assert answer.headers["location"] in page(ann, f"/assignments/{given}")
    house.application.service.finish(house.application.service.load(answer.headers["location"][-32:], owner=person(house, "Ann").id))
    assert send(ann, f"/assignments/{given}/begin").headers["location"] == f"/assignments/{given}"
    assert "All attempts are used" in page(ann, f"/assignments/{given}?lang=en")


def test_before_it_opens_the_page_says_when(house: House, ann: TestClient) -> None:
    given = give(house, opens_at=utc_now() + timedelta(days=1))
    assert "It is not open yet" in page(ann, f"/assignments/{given}?lang=en")
    assert send(ann, f"/assignments/{given}/begin").headers["location"] == f"/assignments/{given}"


def test_the_board_extends_postpones_and_withdraws(house: House, cleo: TestClient, ann: TestClient) -> None:
    given = give(house, title="Board")
    here = f"/coach/assignments/{given}"
    page(cleo, f"{here}?lang=en")
    own = lambda: house.application.assignments.own_one(person(house, "Ann"), given)  # noqa: E731
    assert "later than the present one" in follow(
        cleo, send(cleo, f"{here}/extend", person=person(house, "Ann").id, until="2020-01-01T00:00")
    )
    assert "could not be read" in follow(cleo, send(cleo, f"{here}/extend", person=person(house, "Ann").id, until="x"))
    follow(cleo, send(cleo, f"{here}/extend", person=person(house, "Ann").id, until="2091-01-02T08:00", more_attempts="2"))
    assert (own().due_at, own().attempts) == (datetime(2091, 1, 2, tzinfo=UTC), 3)
    assert send(cleo, f"{here}/extend", person=person(house, "Bob").id, until="2091-01-02T08:00").status_code == 404
    follow(cleo, send(cleo, f"{here}/deadline", version="1", due_at="2092-01-02T08:00"))
    assert own().due_at == datetime(2092, 1, 2, tzinfo=UTC)
    assert "changed on another page" in follow(cleo, send(cleo, f"{here}/deadline", version="1", due_at="2093-01-02T08:00"))
    assert "tick that you mean it" in follow(cleo, send(cleo, f"{here}/withdraw"))
    assert "Withdrawn." in follow(cleo, send(cleo, f"{here}/withdraw", sure="1"))
    assert ann.get(f"/assignments/{given}", headers=PAGE).status_code == 404


def test_a_form_drawn_before_somebody_began_changes_nothing(house: House, cleo: TestClient) -> None:
    given = give(house, title="Edited")
    page(cleo, f"/coach/assignments/{given}/edit?lang=en")
    follow(cleo, send(cleo, f"/coach/assignments/{given}/edit", **{**TYPED, "title": "Edited once", "version": "1"}))
    house.application.service.finish(house.application.assignments.begin(person(house, "Ann"), given, "zh"))
    told = follow(cleo, send(cleo, f"/coach/assignments/{given}/edit", **{**TYPED, "title": "Edited twice", "version": "2"}))
    assert "somebody has begun" in told
    assert house.application.assignments.find(person(house, "Cleo"), given).task.title == "Edited once"


def test_paste_and_time_away_are_shown_as_facts_to_both_and_stand_in_every_file(house: House, cleo: TestClient, ann: TestClient) -> None:
    given = give(house, title="Watched <w>", observed=True, follow_ups=0)
    held = house.application.assignments.begin(person(house, "Ann"), given, "en")
    seen = {"interview": held.id, "seq": 1, "pastes": 2, "pasted": 340, "absences": 1, "away": 95}
    assert ann.post("/conduct", json=seen).status_code == 204
    service = house.application.service
    answered = service.submit(held, "an answer of mine about Kafka", meant=Utterance.ANSWER)
    while service.watch(answered.turns[0].id, seen=10**6, timeout=10) is not None:
        pass
    held = service.finish(service.load(held.id, owner=held.owner))
    assert ann.post("/conduct", json=seen).status_code == 404
    for shown in (
        page(ann, f"/assignments/{given}?lang=en"),
        page(cleo, f"/coach/interviews/{held.id}?lang=en"),
        page(ann, f"/export/{held.id}.html?lang=en"),
    ):
        assert "pasted 2 times, 340 characters in all" in shown
        assert "Watched &lt;w&gt;" in shown
    assert "pasted 2 times" in ann.get(f"/export/{held.id}.md?lang=en").text
    told = ann.get(f"/export/{held.id}.json").json()["assignment"]
    assert (told["id"], told["late"], told["conduct"]) == (given, [], {"1": {"pastes": 2, "pasted": 340, "absences": 1, "away": 95}})
    assert "pasted 2 times" in cleo.get(f"/coach/export/{held.id}.csv?lang=en").text
    own = ann.get("/own/data.json").json()
    assert "Watched <w>" in [each["title"] for each in own["assignments"]]
    assert [each["assignment"]["id"] for each in own["interviews"] if each["id"] == held.id] == [given]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"null", b'{"interview": 1, "seq": 1}', b'{"interview": "x", "seq": true}', b'{"interview": "x", "seq": 1e400}'],
)
def test_what_is_no_report_of_our_page_is_refused(ann: TestClient, body: bytes) -> None:
    assert ann.post("/conduct", content=body, headers={"content-type": "application/json"}).status_code in (400, 404)


def test_others_find_nothing(house: House) -> None:
    given = give(house, title="Secret")
    for name, address in (("Bob", f"/assignments/{given}"), ("Uma", f"/coach/assignments/{given}"), ("Ann", f"/coach/assignments/{given}")):
        assert house.enter(name).get(address, headers=PAGE).status_code == 404
    uma = house.enter("Uma")
    for act in ("extend", "deadline", "withdraw", "edit"):
        assert (
            send(uma, f"/coach/assignments/{given}/{act}", sure="1", version="1", due_at="", person=person(house, "Ann").id).status_code
            == 404
        )
    assert "Secret" not in page(uma, "/coach/assignments")
    zoe, admin = house.enter("Zoe"), person(house, "Zoe")
    assert "Secret" not in page(zoe, "/coach/assignments"), "an admin sees no more than a coach does"
    house.people.assign(admin.id, person(house, "Ann").id)
    assert "Secret" in page(zoe, "/coach/assignments")
    assert send(zoe, f"/coach/assignments/{given}/withdraw", sure="1").status_code == 303
    house.people.unassign(admin.id, person(house, "Ann").id)


def test_scores_stay_hidden_on_the_board_of_whoever_reviews_blind(house: House, cleo: TestClient) -> None:
    given = give(house, title="Blind", follow_ups=0)
    held = house.application.assignments.begin(person(house, "Ann"), given, "zh")
    after = house.application.service.submit(held, "线上埋点和日志走 Kafka，离线用 Spark 跑一遍同样的逻辑。")
    house.application.service.watch(after.turns[0].id, seen=10**6, timeout=10)
    house.application.service.finish(house.application.service.load(held.id, owner=held.owner))
    row = house.application.assignments.board(person(house, "Cleo"), given).rows[0].held[0]
    assert row.total is not None
    shown = re.compile(rf'class="attempt"[^>]*>[^<]* · {row.total:.0f}\b')
    assert shown.search(page(cleo, f"/coach/assignments/{given}"))
    cleo.cookies["blind"] = "1"
    assert not shown.search(page(cleo, f"/coach/assignments/{given}"))
    del cleo.cookies["blind"]
