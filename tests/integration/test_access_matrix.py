"""Who gets at what is somebody else's: every route and event of the running application, asked by everybody who must not.

The list of routes and events is read from the application. One that is not in the tables below fails the test: say whose it is.
`python -m tests.integration.test_access_matrix --write` writes docs/access.md.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from starlette.testclient import TestClient

from interviewer.models import Person, Role
from interviewer.records.store import utc_now
from tests.integration.intruders import Attempt, Victim, attempts_on, belongings, event_attempts, outcome, settle_in, with_session
from tests.integration.surface import Endpoint, Event, endpoints_of, events_of
from tests.integration.test_access import PAGE, House, leftovers

__all__ = ["leftovers"]

# Gradio and what it uses leave loops and sockets to the collector and call what is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

TABLE = Path(__file__).resolve().parents[2] / "docs" / "access.md"


class Owner(Enum):
    """Whom a route is for."""

    PUBLIC = "everybody 所有人"
    PERSON = "logged in 已登录"
    OWN = "own records 本人的记录"
    COACH = "coach, assigned 被分配的教练"
    ADMIN = "admin 管理员"
    CLOSED = "nobody 无人"


OWNERS = {
    Owner.PUBLIC: """
        GET /look/{path} · GET /favicon.ico · GET /healthz · GET /login · POST /login · GET /invitation/{secret} · POST /invitation/{secret}
        GET /openid/start · GET /openid/callback · POST /openid/link""",
    Owner.PERSON: "GET /account · POST /logout",
    Owner.OWN: """
        GET /export/{name} · GET /own · GET /own/data.json · POST /own/password · POST /own/logout-everywhere · POST /own/delete-interviews
        POST /own/delete""",
    Owner.COACH: """
        GET /coach · POST /coach/blind · GET /coach/import · POST /coach/import · GET /coach/export/{name} · GET /coach/interviews/{interview_id}
        POST /coach/interviews/{interview_id}/{act} · GET /coach/group · GET /coach/group.{ending} · GET /coach/candidates/{candidate_id}
        GET /coach/agreement · GET /coach/reviewed.jsonl""",
    Owner.ADMIN: """
        GET /people · POST /people · POST /people/assign · GET /people/{person_id} · POST /people/{person_id}/{act} · GET /audit""",
}
GRADIO_OWNERS = {
    Owner.PERSON: "GET / · HEAD / · GET /assets/{path:path} · GET /static/{path:path} · GET /theme.css · GET /gradio_api/app_id · GET /gradio_api/startup-events",
    Owner.OWN: "POST /gradio_api/queue/join · GET /gradio_api/queue/data · GET /gradio_api/heartbeat/{session_hash} · POST /gradio_api/run/{api_name}",
}
"""What of Gradio is let through, in each language; the rest must be closed to everybody."""
EVENT_OWNERS = dict.fromkeys(
    ["on_load", "on_begin", "on_submit", "on_unknown", "on_skip", "on_time_up", "on_hint", "on_next", "on_reference", "on_refresh", "on_action", "on_draft", "on_look_up"], Owner.OWN
)


class Who(Enum):
    """Who asks."""

    NOBODY = "nobody 未登录"
    OTHER = "another candidate 其他候选人"
    COACH = "coach, not assigned 未分配的教练"
    SELF = "the candidate as a coach 候选人走教练的路"
    ADMIN = "admin, not assigned 未分配的管理员"
    ENDED = "logged-out session 已登出的会话"
    DISABLED = "disabled account 已停用的账号"


SHUT_OUT = (Who.NOBODY, Who.ENDED, Who.DISABLED)
MAY_COACH = (Who.COACH, Who.ADMIN)


def owner_of(endpoint: Endpoint) -> Owner | None:
    """Whom the route is for; None if nobody has said so."""
    if endpoint.gradio:
        bare = f"{endpoint.method} {endpoint.path.removeprefix('/en')}"
        return next((owner for owner, listed in GRADIO_OWNERS.items() if bare in _names(listed)), Owner.CLOSED)
    return next((owner for owner, listed in OWNERS.items() if str(endpoint) in _names(listed)), None)


def _names(listed: str) -> list[str]:
    return [name for name in re.split(r"\s*(?:·|\n)\s*", listed.strip()) if name]


# ---------------------------------------------------------------- the house


@dataclass
class Neighbourhood:
    """A house with two victims (`spare`: for those who may, so that the other stays as it is) and everybody who asks."""

    house: House
    victim: Victim
    spare: Victim
    coach: Person
    people: dict[Who, Person]
    counted: dict[tuple[str, Who], Counter[str]] = field(default_factory=dict)
    seen: dict[str, list[Any]] = field(default_factory=dict)

    def browser(self, who: Who) -> TestClient:
        """A browser of theirs with a fresh session, or with what is left of one."""
        if who is Who.NOBODY:
            return with_session(self.house, None)
        person = self.people[who]
        token = self.house.people.open_session(person.id, utc_now())
        if who is Who.ENDED:
            self.house.people.close_session(token)
        return with_session(self.house, token)

    def changed(self, *, worth_it: bool = True) -> list[str]:
        """The tables in which something of the victim's is not as it was when this was last asked; what is not worth it is found the next time."""
        if not worth_it:
            return []
        before, self.seen = self.seen, belongings(self.house, self.victim)
        return [table for table in self.seen if before and before[table] != self.seen[table]]

    def count(self, asked: str, who: Who, status: int) -> None:
        """Put down how it was answered."""
        self.counted.setdefault((asked, who), Counter())["own" if status < 300 else str(status)] += 1


def settle(house: House) -> Neighbourhood:
    """Everybody moves in; each victim has left a page of the practice room open in both languages, with an answer still unread."""
    house.browser().get("/en/")
    coach = house.add("Cleo", Role.COACH)
    victims = [settle_in(house, name, coach) for name in ("Vera", "Wilma")]
    people = {
        Who.OTHER: house.add("Olaf"), Who.COACH: house.add("Uma", Role.COACH), Who.SELF: victims[0].person,
        Who.ADMIN: house.add("Ada", Role.ADMIN), Who.ENDED: victims[0].person, Who.DISABLED: house.add("Dan", Role.COACH),
    }  # fmt: skip
    house.add("Zoe", Role.ADMIN)
    house.people.assign(people[Who.COACH].id, people[Who.OTHER].id)
    house.people.assign(people[Who.DISABLED].id, victims[0].person.id)
    house.people.set_active(people[Who.DISABLED].id, False)
    house.browser().get("/en/", headers={"cookie": f"session={victims[0].token}"})
    for victim in victims:
        for event in (event for event in events_of(house.app) if event.name == "on_load"):
            load = next(event_attempts(event, victim, page=victim.page))
            assert load.send(with_session(house, victim.token)).status_code == 200
    street = Neighbourhood(house, victims[0], victims[1], coach, people)
    street.changed()
    return street


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbourhood]:
    with House(tmp_path_factory.mktemp("street")) as house:
        yield settle(house)


# ---------------------------------------------------------------- the lists are whole


def test_every_route_is_somebodys(street: Neighbourhood) -> None:
    endpoints = endpoints_of(street.house.app)
    assert [str(endpoint) for endpoint in endpoints if owner_of(endpoint) is None] == [], "say in OWNERS whom the route is for"
    known = {str(endpoint) for endpoint in endpoints if not endpoint.gradio}
    assert {name for listed in OWNERS.values() for name in _names(listed)} == known
    behind = {f"{endpoint.method} {endpoint.path}" for endpoint in endpoints if endpoint.gradio}
    for name in (name for listed in GRADIO_OWNERS.values() for name in _names(listed)):
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
    from tests.integration.surface import _below

    return list(_below(house.app.routes, "", gradio=False))


# ---------------------------------------------------------------- the matrix


def breach(who: Who, owner: Owner | None, attempt: Attempt, status: int, answer: str, victim: Victim) -> str:
    """What the request got that it must not; "" for nothing."""
    if status >= 500:
        return f"{status}"
    served = status < 300
    if served and owner is not Owner.PUBLIC and (who in SHUT_OUT or owner is Owner.CLOSED):
        return "served"
    if served and who is Who.SELF:
        return "a candidate on a coach's route"
    if served and ((owner is Owner.COACH and who not in MAY_COACH) or (owner is Owner.ADMIN and who is not Who.ADMIN)):
        return "served to the wrong role"
    return ", ".join(attempt.leaked(answer, victim.canaries))


def is_asked(who: Who, owner: Owner | None) -> bool:
    """An admin may do what admins may; the candidate herself is asked only about what coaches and admins may."""
    return not (who is Who.ADMIN and owner is Owner.ADMIN) and (who is not Who.SELF or owner in (Owner.COACH, Owner.ADMIN))


def try_route(street: Neighbourhood, endpoint: Endpoint, who: Who) -> list[str]:
    """All requests of one person to one route; what went wrong."""
    wrong, owner, browser = [], owner_of(endpoint), street.browser(who)
    for attempt in attempts_on(endpoint, street.victim):
        answer = attempt.send(browser)
        street.count(str(endpoint), who, answer.status_code)
        text = answer.text + answer.headers.get("location", "")
        if got := breach(who, owner, attempt, answer.status_code, text, street.victim):
            wrong.append(f"{who.name} {attempt.method} {attempt.url}: {got}")
    return wrong + [f"{who.name} {endpoint}: changed {table}" for table in street.changed(worth_it=owner is not Owner.CLOSED)]


def try_event(street: Neighbourhood, event: Event, who: Who, page: str) -> list[str]:
    """The event with the victim's places, from the person's own page or with the victim's session_hash."""
    wrong, replayed = [], page == street.victim.page
    for attempt in event_attempts(event, street.victim, page=page):
        status, shown = outcome(street.browser(who) if who in SHUT_OUT else sitting(street, who), event, attempt)
        street.count(f"{event.prefix or '/'} {event.name}{' (replayed)' if replayed else ''}", who, status)
        leaked = attempt.leaked(shown, street.victim.canaries)
        if status >= 500 or leaked or (status == 200 and (who in SHUT_OUT or replayed)):
            wrong.append(f"{who.name} {event.prefix} {event.name} {attempt.body['event_data']}: {status} {leaked}")
    return wrong + [f"{who.name} {event.prefix} {event.name}: changed {table}" for table in street.changed()]


@cache
def _sessions() -> dict[tuple[int, Who], TestClient]:
    return {}


def sitting(street: Neighbourhood, who: Who) -> TestClient:
    """One browser for all events of a person: a page belongs to the session that opened it."""
    return _sessions().setdefault((id(street), who), street.browser(who))


@pytest.mark.parametrize("who", Who)
def test_no_route_gives_away_or_changes_what_is_somebody_elses(street: Neighbourhood, who: Who) -> None:
    endpoints = [endpoint for endpoint in endpoints_of(street.house.app) if is_asked(who, owner_of(endpoint))]
    assert [wrong for endpoint in endpoints for wrong in try_route(street, endpoint, who)] == []
    assert not (who is not Who.SELF and len(endpoints) < 40)


@pytest.mark.parametrize("who", [who for who in Who if who is not Who.SELF])
def test_no_event_gives_away_or_changes_what_is_somebody_elses(street: Neighbourhood, who: Who) -> None:
    own, replayed = f"page of {who.name}", street.victim.page
    assert [wrong for event in events_of(street.house.app) for page in (own, replayed) for wrong in try_event(street, event, who, page)] == []


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
    "/coach/reviewed.jsonl",
]  # fmt: skip


def test_an_assigned_coach_is_shown_it_by_the_same_requests(street: Neighbourhood) -> None:
    browser = with_session(street.house, street.house.people.open_session(street.coach.id, utc_now()))
    browser.post(f"/coach/interviews/{street.spare.finished.id}/reviewed", data={"csrf": "token"}, headers=PAGE)
    found = {}
    for endpoint in endpoints_of(street.house.app):
        if endpoint.path in READ_BY_COACH and not endpoint.gradio:
            answers = [(attempt, attempt.send(browser)) for attempt in attempts_on(endpoint, street.spare) if attempt.method == "GET"]
            found[endpoint.path] = any(answer.is_success and attempt.leaked(answer.text, street.spare.canaries) for attempt, answer in answers)
    assert found == dict.fromkeys(READ_BY_COACH, True)


def test_the_candidate_is_shown_it_by_the_same_requests(street: Neighbourhood) -> None:
    browser = with_session(street.house, street.spare.token)
    for path in (f"/export/{street.spare.finished.id}.json", "/own/data.json"):
        assert "Wilma-finished" in browser.get(path).text
    loads = [event for event in events_of(street.house.app) if event.name == "on_load"]
    for event in loads:
        for attempt in event_attempts(event, street.spare, page=street.spare.page):
            status, shown = outcome(browser, event, attempt)
            assert status == 200
            assert "Wilma-" in shown


def test_an_assigned_coachs_forms_are_taken_by_the_same_requests(street: Neighbourhood) -> None:
    browser = with_session(street.house, street.house.people.open_session(street.coach.id, utc_now()))
    endpoint = next(each for each in endpoints_of(street.house.app) if each.path == "/coach/interviews/{interview_id}/{act}")
    changed = set()
    for attempt in attempts_on(endpoint, street.spare):
        before = belongings(street.house, street.spare)
        if attempt.method == "POST" and street.spare.finished.id in attempt.url:
            assert attempt.send(browser).status_code == 303
            if belongings(street.house, street.spare) != before:
                changed.add(attempt.url.partition("?")[0].rpartition("/")[2])
    assert changed >= {"verdict", "score", "comment", "withdraw", "reopen", "reviewed", "grade"}


def test_the_candidates_events_are_taken_by_the_same_requests(street: Neighbourhood) -> None:
    browser = with_session(street.house, street.spare.token)
    changed = set()
    for event in (event for event in events_of(street.house.app) if not event.prefix):
        before = belongings(street.house, street.spare)
        for attempt in event_attempts(event, street.spare, page=street.spare.page):
            outcome(browser, event, attempt)
        if belongings(street.house, street.spare) != before:
            changed.add(event.handler)
    assert changed >= {"on_submit", "on_action"}


# ---------------------------------------------------------------- the table in docs


def test_the_written_table_names_the_routes_and_events_that_there_are(street: Neighbourhood) -> None:
    written = set(re.findall(r"`([^`]+)`", TABLE.read_text(encoding="utf-8")))
    assert written == names_of(street.house), "run `python -m tests.integration.test_access_matrix --write`"


def names_of(house: House) -> set[str]:
    """Every route and event as the table names them."""
    return {str(endpoint) for endpoint in endpoints_of(house.app)} | {f"{event.prefix or '/'} {event.name}" for event in events_of(house.app)}


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
        wrong = [each for who in Who for endpoint in endpoints if is_asked(who, owner_of(endpoint)) for each in try_route(street, endpoint, who)]
        pages = {who: (f"page of {who.name}", street.victim.page) for who in Who if who is not Who.SELF}
        wrong += [each for who, both in pages.items() for event in events for page in both for each in try_event(street, event, who, page)]
    for each in wrong:
        print(each, file=sys.stderr)
    total = sum(sum(counter.values()) for counter in street.counted.values())
    parts = [HEAD.format(command="python -m tests.integration.test_access_matrix --write", requests=f"{total:,}", breaches=len(wrong)).replace("`", "*")]
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
