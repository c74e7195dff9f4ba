"""Who gets at what is somebody else's: every route and event of the running application, asked by everybody who must not.

The list of routes and events is read from the application. One that is not in the tables of `neighbourhood` fails the test: say whose it is.
`python -m tests.integration.test_access_matrix --write` writes docs/access.md.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from interviewer.models import Interview, ReplyKind, Setup
from interviewer.records.store import utc_now
from tests.integration.intruders import attempts_on, belongings, event_attempts, outcome, with_session
from tests.integration.keys import keys_in, marked_bank
from tests.integration.neighbourhood import (
    EVENT_OWNERS,
    GRADIO_OWNERS,
    OWNERS,
    Neighbourhood,
    Owner,
    Who,
    is_asked,
    names_in,
    owner_of,
    settle,
    try_event,
    try_route,
)
from tests.integration.surface import Endpoint, Event, endpoints_of, events_of, gradios_of, routes_below
from tests.integration.test_access import PAGE, House, leftovers

__all__ = ["leftovers"]

# Gradio and what it uses leave loops and sockets to the collector and call what is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

TABLE = Path(__file__).resolve().parents[2] / "docs" / "access.md"


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbourhood]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("interviewer.questions.bank.load_bank", marked_bank)
        with House(tmp_path_factory.mktemp("street")) as house:
            yield settle(house)


# ---------------------------------------------------------------- the lists are whole


def test_every_route_is_somebodys(street: Neighbourhood) -> None:
    endpoints = endpoints_of(street.house.app)
    assert [str(endpoint) for endpoint in endpoints if owner_of(endpoint) is None] == [], "say in OWNERS whom the route is for"
    known = {str(endpoint) for endpoint in endpoints if not endpoint.gradio}
    assert {name for listed in OWNERS.values() for name in names_in(listed)} == known
    behind = {f"{endpoint.method} {endpoint.path}" for endpoint in endpoints if endpoint.gradio}
    for name in (name for listed in GRADIO_OWNERS.values() for name in names_in(listed)):
        assert {name, name.replace(" /", " /en/", 1)} <= behind


def test_every_event_is_somebodys(street: Neighbourhood) -> None:
    events = events_of(street.house.app)
    assert {event.handler for event in events} == EVENT_OWNERS.keys()
    assert {event.prefix for event in events} == {"", "/en"}


def test_a_new_route_is_found_and_is_nobodys_until_it_is_said(tmp_path: Path) -> None:
    house = House(tmp_path)
    before = {str(endpoint) for endpoint in own_endpoints(house)}
    house.app.post("/new/{interview_id}")(lambda: None)
    new = [endpoint for endpoint in own_endpoints(house) if str(endpoint) not in before]
    assert [(str(endpoint), owner_of(endpoint)) for endpoint in new] == [("POST /new/{interview_id}", None)]


def own_endpoints(house: House) -> list[Endpoint]:
    """The routes of the application without the English room, which is built later."""
    return list(routes_below(house.app.routes, "", gradio=False))


# ---------------------------------------------------------------- the matrix


@pytest.mark.parametrize("who", Who)
def test_no_route_gives_away_or_changes_what_is_somebody_elses(street: Neighbourhood, who: Who) -> None:
    endpoints = [endpoint for endpoint in endpoints_of(street.house.app) if is_asked(who, owner_of(endpoint))]
    assert [wrong for endpoint in endpoints for wrong in try_route(street, endpoint, who)] == []
    assert not (who is not Who.SELF and len(endpoints) < 40)


@pytest.mark.parametrize("who", [who for who in Who if who is not Who.SELF])
def test_no_event_gives_away_or_changes_what_is_somebody_elses(street: Neighbourhood, who: Who) -> None:
    own, replayed = f"page of {who.name}", street.victim.page
    assert [
        wrong for event in events_of(street.house.app) for page in (own, replayed) for wrong in try_event(street, event, who, page)
    ] == []


def test_an_admin_sees_who_there_is_but_no_word_of_an_interview(street: Neighbourhood) -> None:
    for endpoint in endpoints_of(street.house.app):
        for attempt in attempts_on(endpoint, street.victim):
            if attempt.method == "GET" and owner_of(endpoint) is Owner.ADMIN:
                answer = attempt.send(street.browser(Who.ADMIN))
                assert answer.status_code == 200
                assert attempt.leaked(answer.text, street.victim.words) == []


# ---------------------------------------------------------------- the same requests work for those who may


READ_BY_COACH = [
    "/coach", "/coach/export/{name}", "/coach/interviews/{interview_id}", "/coach/group", "/coach/group.{ending}", "/coach/candidates/{candidate_id}",
    "/coach/reviewed.jsonl", "/coach/gradebook", "/coach/gradebook.{ending}",
]  # fmt: skip


def test_an_assigned_coach_is_shown_it_by_the_same_requests(street: Neighbourhood) -> None:
    browser = with_session(street.house, street.house.people.open_session(street.coach.id, utc_now()))
    browser.post(f"/coach/interviews/{street.spare.finished.id}/reviewed", data={"csrf": "token"}, headers=PAGE)
    found = {}
    for endpoint in endpoints_of(street.house.app):
        if endpoint.path in READ_BY_COACH and not endpoint.gradio:
            answers = [(attempt, attempt.send(browser)) for attempt in attempts_on(endpoint, street.spare) if attempt.method == "GET"]
            found[endpoint.path] = any(
                answer.is_success and attempt.leaked(answer.text, street.spare.canaries) for attempt, answer in answers
            )
    assert found == dict.fromkeys(READ_BY_COACH, True)


def test_the_candidate_is_shown_it_by_the_same_requests(street: Neighbourhood) -> None:
    browser = with_session(street.house, street.spare.token)
    for path in (f"/export/{street.spare.finished.id}.json", "/own/data.json"):
        assert "Wilma-finished" in browser.get(path).text
    loads = [event for event in events_of(street.house.app) if event.name == "on_load"]
    for event in loads:
        for attempt in event_attempts(event, street.spare, page=street.spare.page):
            status, shown = outcome(browser, attempt)
            assert status == 200
            assert "Wilma-" in shown


def test_an_assigned_coachs_forms_are_taken_by_the_same_requests(street: Neighbourhood) -> None:
    browser = with_session(street.house, street.house.people.open_session(street.coach.id, utc_now()))
    endpoint = next(each for each in endpoints_of(street.house.app) if each.path == "/coach/interviews/{interview_id}/{act}")
    street.house.application.desk.mark_reviewed(street.coach, street.spare.finished.id)  # so that there is something to reopen
    changed = set()
    for attempt in attempts_on(endpoint, street.spare):
        before = belongings(street.house, street.spare)
        if attempt.method == "POST" and street.spare.finished.id in attempt.url:
            assert attempt.send(browser).status_code == 303
            if belongings(street.house, street.spare) != before:
                changed.add(attempt.url.partition("?")[0].rpartition("/")[2])
    assert changed >= {"verdict", "score", "comment", "withdraw", "reopen", "reviewed", "grade"}


def test_every_event_is_one_request(street: Neighbourhood) -> None:
    queued = [
        function.api_name for _, gradio in gradios_of(street.house.app) for function in gradio.get_blocks().fns.values() if function.queue
    ]
    assert queued == []


def test_the_candidates_events_are_taken_by_the_same_requests(street: Neighbourhood) -> None:
    browser = with_session(street.house, street.spare.token)
    changed = set()
    for event in (event for event in events_of(street.house.app) if not event.prefix):
        before = belongings(street.house, street.spare)
        for attempt in event_attempts(event, street.spare, page=street.spare.page):
            outcome(browser, attempt)
        if belongings(street.house, street.spare) != before:
            changed.add(event.handler)
    assert changed >= {"on_submit", "on_action"}


# ---------------------------------------------------------------- the key


def test_a_candidate_is_told_the_key_of_what_is_over_and_of_nothing_else(street: Neighbourhood) -> None:
    """Last of those that ask, for it finishes what the spare victim has begun."""
    spare, service = street.spare, street.house.application.service
    browser, opened = with_session(street.house, spare.token), spare.running.current
    assert opened
    told: set[str] = set()
    for event in events_of(street.house.app):
        for attempt in event_attempts(event, spare, page=spare.page):
            told |= keys_in([outcome(browser, attempt)[1]])
        over = {id for each in service.history(owner=spare.person.id) for id in _over_in(service.read(each.id, owner=spare.person.id))}
        assert told <= over, f"{event.name} told the key of {told - over}"
    for endpoint in endpoints_of(street.house.app):
        if owner_of(endpoint) in (Owner.OWN, Owner.PERSON) and not endpoint.gradio:
            attempts = [attempt for attempt in attempts_on(endpoint, spare) if attempt.method == "GET"]
            found = {id for attempt in attempts for id in keys_in([attempt.send(browser).text])}
            assert found <= over, f"{endpoint} told the key of {found - over}"
            told |= found
    assert {"data-pipeline"} <= told
    assert len(over) < 4


def _over_in(interview: Interview) -> set[str]:
    """What was answered and then left, in words of its own: the application's are what is tested."""
    answered = {turn.question_id for turn in interview.turns if turn.reply}
    return answered if interview.finished_at else answered - {turn.question_id for turn in interview.turns if not turn.reply}


def test_a_coachs_own_interview_is_on_the_desk_once_it_has_ended(street: Neighbourhood) -> None:
    house, coach = street.house, street.people[Who.COACH]
    running = house.application.service.begin(Setup(question_ids=("model-deployment",), follow_ups=0), owner=coach.id)
    browser = street.browser(Who.COACH)
    pages = [f"/coach/interviews/{running.id}", f"/coach/export/{running.id}.json", "/coach?state=all", "/coach/group", "/coach/agreement"]
    answers = [browser.get(page, headers=PAGE) for page in pages]
    assert [answer.status_code for answer in answers] == [404, 404, 200, 200, 200]
    assert [answer.text for answer in answers if running.id in answer.text or "model-deployment" in keys_in([answer.text])] == []
    house.application.service.finish(house.application.service.submit(running, "", kind=ReplyKind.SKIPPED))
    assert "model-deployment" in keys_in([browser.get(pages[0], headers=PAGE).text])


# ---------------------------------------------------------------- the table in docs


def test_the_written_table_names_the_routes_and_events_that_there_are(street: Neighbourhood) -> None:
    written = set(re.findall(r"`([^`]+)`", TABLE.read_text(encoding="utf-8")))
    assert written == names_of(street.house), "run `python -m tests.integration.test_access_matrix --write`"


def names_of(house: House) -> set[str]:
    """Every route and event as the table names them."""
    return {str(endpoint) for endpoint in endpoints_of(house.app)} | {
        f"{event.prefix or '/'} {event.name}" for event in events_of(house.app)
    }


HEAD = """\
# 谁能看到什么 · Who may see what

由 `{command}` 生成，请勿手改。Written by that command; never edited by hand.

每一行是运行中的应用里的一条路由或一个页面事件，由程序自己列出；每一列是一个不该看到那场面试的人。格里是请求数和回答：401 先登录，303 转到登录页，
404 对他不存在，403 表单不是我们的，405 没有这个方法，422 表单不对，429 请等一等；own 指正常回答，但内容里没有别人的东西，
别人的数据也没有变；— 指本来就允许，不在此表。
Each row is a route or a page's event of the running application, listed by itself; each column is somebody who must not get at the
interviews in question. A cell counts the requests and says how they were answered: 401 log in first, 303 sent to the log-in page or back to
a page of one's own, 404 does not exist for them, 403 not our form, 405 no such method, 422 the form will not do, 429 wait; “own” is an ordinary answer
with nothing of the other's in it and nothing of the other's changed; — is allowed
anyway and not asked here.

**{requests} 次请求，{breaches} 次得手。{requests} requests, {breaches} successes.**
"""


def write_table(folder: Path) -> str:
    """Ask everything, and lay out how it was answered."""
    with House(folder) as house:
        street = settle(house)
        endpoints, events = endpoints_of(house.app), events_of(house.app)
        wrong = [
            each for who in Who for endpoint in endpoints if is_asked(who, owner_of(endpoint)) for each in try_route(street, endpoint, who)
        ]
        pages = {who: (f"page of {who.name}", street.victim.page) for who in Who if who is not Who.SELF}
        wrong += [each for who, both in pages.items() for event in events for page in both for each in try_event(street, event, who, page)]
    for each in wrong:
        print(each, file=sys.stderr)
    total = sum(sum(counter.values()) for counter in street.counted.values())
    parts = [
        HEAD.format(command="python -m tests.integration.test_access_matrix --write", requests=f"{total:,}", breaches=len(wrong)).replace(
            "`", "*"
        )
    ]
    for title, rows in _sections(endpoints, events):
        parts.append(f"\n## {title}\n\n| | {' | '.join(who.value for who in Who)} |\n|---|{'---|' * len(Who)}")
        parts += [f"| {label} | " + " | ".join(_cell(street, keys, who) for who in Who) + " |" for label, keys in rows]
    closed = [endpoint for endpoint in endpoints if owner_of(endpoint) is Owner.CLOSED]
    parts.append("\n## Gradio 的其余路由，对任何人都不存在 · The rest of Gradio's routes, which exist for nobody\n")
    parts.append(" · ".join(f"`{endpoint}`" for endpoint in closed))
    return "\n".join(parts) + "\n"


def _sections(endpoints: list[Endpoint], events: list[Event]) -> Iterator[tuple[str, list[tuple[str, list[str]]]]]:
    for owner in Owner:
        listed = [str(endpoint) for endpoint in endpoints if owner_of(endpoint) is owner]
        if owner is Owner.CLOSED:
            yield owner.value, [(f"{len(listed)} 条 routes", listed)]
        else:
            yield owner.value, [(f"`{name}`", [name]) for name in listed]
    names = [f"{event.prefix or '/'} {event.name}" for event in events]
    yield "own page, others' interviews 自己的页面，别人的面试", [(f"`{name}`", [name]) for name in names]
    yield "somebody else's session_hash 别人的 session_hash", [(f"{len(names)} 个事件 events", [f"{name} (replayed)" for name in names])]


def _cell(street: Neighbourhood, keys: list[str], who: Who) -> str:
    counted: Counter[str] = sum((street.counted.get((key, who), Counter()) for key in keys), Counter())
    if not counted:
        return "—"
    return ", ".join(f"{status} ×{n}" for status, n in sorted(counted.items()))


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        made = write_table(Path(folder))
    if "--write" in sys.argv:
        TABLE.write_text(made, encoding="utf-8")
    print(made)
