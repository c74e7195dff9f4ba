"""Everybody who asks for what is somebody else's, whom each route and event is for, and what an answer must not be.

What they ask is in `intruders`, what there is to be asked in `surface`; the tests are in `test_access_matrix`.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from starlette.testclient import TestClient

from interviewer.models import Person, Role
from interviewer.records.store import utc_now
from tests.integration.intruders import (
    Attempt,
    Victim,
    attempts_on,
    belongings,
    event_attempts,
    make_export,
    outcome,
    settle_in,
    with_session,
)
from tests.integration.keys import keys_in
from tests.integration.surface import Endpoint, Event, events_of
from tests.integration.test_access import House


class Owner(Enum):
    """Whom a route is for."""

    PUBLIC = "everybody 所有人"
    PERSON = "logged in 已登录"
    OWN = "own records 本人的记录"
    COACH = "coach, assigned 被分配的教练"
    GROUP = "coach of the group, admin 组教练、管理员"
    ADMIN = "admin 管理员"
    CLOSED = "nobody 无人"


OWNERS = {
    Owner.PUBLIC: """
        GET /look/{path} · GET /favicon.ico · GET /healthz · GET /readyz · GET /metrics · GET /login · POST /login
        GET /invitation/{secret} · POST /invitation/{secret} · GET /openid/start · GET /openid/callback · POST /openid/link
        GET /shared/{secret} · GET /join/{secret} · POST /join/{secret} · GET /calendar/{secret}.ics""",
    Owner.PERSON: """
        GET /account · POST /logout""",
    Owner.OWN: """
        GET /export/{name} · GET /own · GET /own/data.json · POST /own/password · POST /own/logout-everywhere
        POST /own/delete-interviews · POST /own/delete · GET /training · POST /training · GET /training/mistakes · GET /training/cards
        POST /training/mark · POST /training/practise · GET /training/cards.json · GET /training/anki.apkg · GET /training/plan.ics
        GET /posting · POST /posting · GET /posting/{posting_id} · POST /posting/{posting_id}/{act} · GET /assignments
        GET /assignments/{assignment_id} · POST /assignments/{assignment_id}/begin · POST /conduct · GET /links/{interview_id}
        POST /links/{interview_id} · POST /links/{interview_id}/withdraw · POST /own/calendar · POST /own/calendar/withdraw""",
    Owner.COACH: """
        GET /coach · POST /coach/blind · GET /coach/import · POST /coach/import · GET /coach/export/{name}
        GET /coach/interviews/{interview_id} · POST /coach/interviews/{interview_id}/{act} · GET /coach/group
        GET /coach/group.{ending} · GET /coach/candidates/{candidate_id} · GET /coach/agreement · GET /coach/reviewed.jsonl
        GET /coach/questions · GET /coach/questions/new · POST /coach/questions/new · GET /coach/questions/draft
        POST /coach/questions/draft · GET /coach/questions/draft/{draft_id} · POST /coach/questions/draft/{draft_id}
        GET /coach/questions/{question_id} · POST /coach/questions/{question_id} · POST /coach/questions/{question_id}/publish
        POST /coach/questions/{question_id}/withdraw · POST /coach/questions/{question_id}/delete
        GET /coach/questions/{question_id}/try · POST /coach/questions/{question_id}/try · GET /coach/questions/{question_id}/versions
        GET /coach/questions/{question_id}/answers · POST /coach/questions/{question_id}/answers · GET /coach/questions/files
        POST /coach/questions/files · GET /coach/questions/files/export.zip · GET /coach/questions/sets · POST /coach/questions/sets
        GET /coach/questions/sets/{set_id} · POST /coach/questions/sets/{set_id} · GET /coach/gradebook · GET /coach/gradebook.{ending}
        POST /coach/gradebook/ids · GET /coach/exports · POST /coach/exports · POST /coach/exports/{export_id}/delete
        GET /coach/exports/{export_id}.zip · GET /coach/assignments · POST /coach/assignments · GET /coach/assignments/new
        GET /coach/assignments/{assignment_id} · GET /coach/assignments/{assignment_id}/edit
        POST /coach/assignments/{assignment_id}/edit · POST /coach/assignments/{assignment_id}/{act} · GET /coach/comments
        POST /coach/comments · POST /coach/notes · GET /coach/queue · POST /coach/queue/share""",
    Owner.ADMIN: """
        GET /people · POST /people · POST /people/assign · GET /people/{person_id} · POST /people/{person_id}/{act} · GET /audit
        GET /coach/learning.jsonl · GET /webhook · POST /webhook/test · POST /webhook/{message_id}/again""",
    Owner.GROUP: """
        GET /coach/groups · POST /coach/groups · GET /coach/groups/{group:path} · POST /coach/groups/{group:path} · GET /coach/people
        POST /coach/people""",
}
GRADIO_OWNERS = {
    Owner.PERSON: "GET / · HEAD / · GET /assets/{path:path} · GET /static/{path:path} · GET /theme.css · GET /gradio_api/app_id · GET /gradio_api/startup-events",
    Owner.OWN: "POST /gradio_api/run/{api_name}",
}
"""What of Gradio is let through, in each language; the rest must be closed to everybody."""
EVENT_OWNERS = dict.fromkeys(
    [
        "on_load",
        "on_form",
        "on_begin",
        "on_submit",
        "on_unknown",
        "on_skip",
        "on_time_up",
        "on_hint",
        "on_next",
        "on_reference",
        "on_refresh",
        "on_pulse",
        "on_action",
        "on_draft",
        "on_look_up",
    ],
    Owner.OWN,
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


GIVING = ("/coach/assignments?", "/coach/assignments/new")
SHUT_OUT = (Who.NOBODY, Who.ENDED, Who.DISABLED)
MAY_COACH = (Who.COACH, Who.ADMIN)


def owner_of(endpoint: Endpoint) -> Owner | None:
    """Whom the route is for; None if nobody has said so."""
    if endpoint.gradio:
        bare = f"{endpoint.method} {endpoint.path.removeprefix('/en')}"
        return next((owner for owner, listed in GRADIO_OWNERS.items() if bare in names_in(listed)), Owner.CLOSED)
    return next((owner for owner, listed in OWNERS.items() if str(endpoint) in names_in(listed)), None)


def names_in(listed: str) -> list[str]:
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
    sitting: dict[Who, TestClient] = field(default_factory=dict)
    looked_at: int = -1

    def __post_init__(self) -> None:
        self.looking = sqlite3.connect(str(self.house.application.database.file), check_same_thread=False)

    def version(self) -> int:
        """Another one after each commit of the application (SQLite's `data_version`): without one, nothing has changed."""
        return int(self.looking.execute("PRAGMA data_version").fetchone()[0])

    def browser(self, who: Who) -> TestClient:
        """A browser of theirs with a fresh session, or with what is left of one."""
        if who is Who.NOBODY:
            return with_session(self.house, None)
        person, known = self.people[who], self.version() == self.looked_at
        token = self.house.people.open_session(person.id, utc_now())
        if who is Who.ENDED:
            self.house.people.close_session(token)
        if known:
            self.looked_at = self.version()
        return with_session(self.house, token)

    def changed(self, *, worth_it: bool = True) -> list[str]:
        """The tables in which something of the victim's is not as it was when this was last asked; what is not worth it is found the next time."""
        if not worth_it or self.version() == self.looked_at:
            return []
        before, self.seen = self.seen, belongings(self.house, self.victim)
        self.looked_at = self.version()
        return [table for table in self.seen if before and before[table] != self.seen[table]]

    def count(self, asked: str, who: Who, status: int) -> None:
        """Put down how it was answered."""
        self.counted.setdefault((asked, who), Counter())["own" if status < 300 else str(status)] += 1


def settle(house: House) -> Neighbourhood:
    """Everybody moves in; each victim has left a page of the practice room open in both languages, with an answer still unread."""
    house.browser().get("/en/")
    coach = house.add("Cleo", Role.COACH)
    victims = [settle_in(house, name, coach) for name in ("Vera", "Wilma")]
    victims[0] = replace(victims[0], export=make_export(house, victims[0]))
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


# ---------------------------------------------------------------- asking


def breach(who: Who, owner: Owner | None, attempt: Attempt, status: int, answer: str, victim: Victim) -> str:
    """What the request got that it must not; "" for nothing."""
    if status >= 500:
        return f"{status}"
    served = status < 300
    if served and owner is not Owner.PUBLIC and (who in SHUT_OUT or owner is Owner.CLOSED):
        return "served"
    if served and who is Who.SELF:
        return "a candidate on a coach's route"
    if served and ((owner in (Owner.COACH, Owner.GROUP) and who not in MAY_COACH) or (owner is Owner.ADMIN and who is not Who.ADMIN)):
        return "served to the wrong role"
    keys = () if owner is Owner.COACH and who in MAY_COACH else told_keys(answer)
    # Who there is, and in which group, an admin knows from /people, and may give work to all of them.
    known = victim.known_to_admins if who is Who.ADMIN and attempt.url.startswith(GIVING) else ()
    return ", ".join((*attempt.leaked(answer, tuple(each for each in victim.canaries if each not in known)), *keys))


def told_keys(*answers: str) -> list[str]:
    """Of the questions whose key the answers hold; the house must have a marked bank. Nobody who asks has come to the end of one."""
    return [f"the key of {question_id}" for question_id in sorted(keys_in(answers))]


def is_asked(who: Who, owner: Owner | None) -> bool:
    """An admin may do what admins may; the candidate herself is asked only about what coaches and admins may."""
    runs_it = who is Who.ADMIN and owner in (Owner.ADMIN, Owner.GROUP)
    return not runs_it and (who is not Who.SELF or owner in (Owner.COACH, Owner.GROUP, Owner.ADMIN))


def try_route(street: Neighbourhood, endpoint: Endpoint, who: Who) -> list[str]:
    """All requests of one person to one route; what went wrong."""
    wrong, owner, browser = [], owner_of(endpoint), street.browser(who)
    for attempt in attempts_on(endpoint, street.victim):
        answer = attempt.send(browser)
        street.count(str(endpoint), who, answer.status_code)
        text = answer.text + answer.headers.get("location", "")
        if got := breach(who, owner, attempt, answer.status_code, text, street.victim):
            wrong.append(f"{who.name} {attempt.method} {attempt.url}: {got}")
    given = (
        {"assignment_people"} if who is Who.ADMIN and str(endpoint) == "POST /coach/assignments" else set()
    )  # admins may give work to anybody
    changed = [table for table in street.changed(worth_it=owner is not Owner.CLOSED) if table not in given]
    return wrong + [f"{who.name} {endpoint}: changed {table}" for table in changed]


def try_event(street: Neighbourhood, event: Event, who: Who, page: str) -> list[str]:
    """The event with the victim's places, from the person's own page or with the victim's session_hash."""
    wrong, replayed = [], page == street.victim.page
    for attempt in event_attempts(event, street.victim, page=page):
        status, shown = outcome(street.browser(who) if who in SHUT_OUT else sitting(street, who), attempt)
        street.count(f"{event.prefix or '/'} {event.name}{' (replayed)' if replayed else ''}", who, status)
        leaked = [*attempt.leaked(shown, street.victim.canaries), *told_keys(shown)]
        if status >= 500 or leaked or (status == 200 and (who in SHUT_OUT or replayed)):
            wrong.append(f"{who.name} {event.prefix} {event.name} {attempt.body['event_data']}: {status} {leaked}")
    return wrong + [f"{who.name} {event.prefix} {event.name}: changed {table}" for table in street.changed()]


def sitting(street: Neighbourhood, who: Who) -> TestClient:
    """One browser for all events of a person: a page belongs to the session that opened it."""
    if who not in street.sitting:
        street.sitting[who] = street.browser(who)
    return street.sitting[who]
