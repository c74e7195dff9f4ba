"""People in a running house, with interviews and a way to send the forms of the pages about people."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from interviewer.models import Interview, Person, Setup, Utterance
from interviewer.records.audit_log import AuditEntry, AuditFilter
from tests.integration.test_access import House

PAGE = {"accept": "text/html"}


@contextmanager
def running(folder: Path, **settings: object) -> Iterator[House]:
    """A house whose leftovers are collected before the next module, whose tests would be blamed for them."""
    house = House(folder, **settings)
    with house:
        yield house
    house.app = house.root = None  # type: ignore[assignment]
    del house
    gc.collect()


def held(house: House, person: Person, text: str, *, draft: str = "") -> Interview:
    """A running interview of theirs: the first question answered and graded, the second with a draft."""
    service = house.application.service
    begun = service.begin(Setup(question_ids=("data-pipeline", "gan-basics"), follow_ups=0), owner=person.id)
    after = service.submit(begun, text, meant=Utterance.ANSWER)
    for turn in after.turns:
        while turn.pending and service.watch(turn.id, seen=10**6, timeout=10) is not None:
            pass
    second = service.go_on(service.load(begun.id, owner=person.id))
    service.save_draft(begun.id, owner=person.id, seq=2, text=draft or text)
    return service.read(second.id, owner=person.id)


def send(browser: TestClient, address: str, **fields: str) -> Any:
    """Send a form as a page of ours would."""
    if "csrf" not in browser.cookies:
        browser.get("/own", headers=PAGE)
    return browser.post(address, data={"csrf": browser.cookies["csrf"], **fields}, headers=PAGE)


def follow(browser: TestClient, answer: Any) -> str:
    """The page after a form was taken, as text."""
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["location"].partition("#")[0] or "/", headers=PAGE).text


def notice(page: str) -> str:
    """What the page says after a form was taken, "" for nothing."""
    found = re.search(r'<p class="note[^>]*role="(?:status|alert)"[^>]*>([^<]*)</p>', page)
    return found[1] if found else ""


def audited(house: House, subject: str) -> list[AuditEntry]:
    """What the log says of a person or an interview, oldest first."""
    return list(reversed(house.people.audit.search(1000, AuditFilter(subject=subject))))


def did(house: House, subject: str) -> list[tuple[str, str, str]]:
    """Who did what to them, with the detail."""
    return [(entry.actor_id, entry.action, entry.detail) for entry in audited(house, subject)]


def rows_of(page: str) -> list[str]:
    """The lines of the page's table, without markup."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("<tr>")[1:]]


def value_of(page: str, id: str) -> Any:
    """What stands in the input of that id."""
    found = re.search(rf'<input id="{id}" value="([^"]*)"', page)
    return found[1] if found else None
