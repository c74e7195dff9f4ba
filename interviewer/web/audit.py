"""The audit log, for admins: who did what to whom, newest first. Ids are shown with the names that are known; no text of interviews."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.models import LOCAL_PERSON, Person
from interviewer.records.audit_log import AuditEntry, AuditFilter
from interviewer.web.numbers import read_whole
from interviewer.web.pages import show

ROWS = 50
NOBODY = "-"
"""An id that nobody has: what a name stands for that is nobody's."""

_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Party:
    """Who or what an entry names. `kind`: person, interview, group, gone (an id of which nothing is known any more), local, operator, nobody, other.

    `name`: of the person, or of the one whose interview it is; "" if not known.
    """

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its ids read."""

    id: int
    at: datetime
    actor: Party
    action: str
    subject: Party
    detail: str


def routes(application: Application) -> APIRouter:
    """The one page."""
    router = APIRouter()

    @router.get("/audit")
    def audit(request: Request) -> Response:
        asked = {name: request.query_params.get(name, "").strip()[:100] for name in ("actor", "subject", "action")}
        before_id = read_whole(request.query_params.get("before", ""), below=10**15)
        wanted = AuditFilter(id_of(application, asked["actor"]), id_of(application, asked["subject"]), asked["action"])
        found = application.people.audit.search(ROWS + 1, wanted, before_id=before_id)
        lines = read_lines(application, found[:ROWS])
        return show(
            request, "audit", lines=lines, asked=asked, actions=application.people.audit.actions(), before=before_id,
            older=found[ROWS - 1].id if len(found) > ROWS else None, people=application.people.list_people(),
            webhook=application.webhook_messages.counts() if application.webhook else None,
        )  # fmt: skip

    return router


def id_of(application: Application, typed: str) -> str:
    """The id that was meant: of the person of that name, or the id itself; "" for none, one that nobody has for a name that is nobody's."""
    if not typed:
        return ""
    person = application.people.find(typed)
    if person:
        return person.id
    return typed if _ID.fullmatch(typed) or typed in (LOCAL_PERSON.id, "operator") else NOBODY


def read_lines(application: Application, entries: Iterable[AuditEntry]) -> list[Line]:
    """The entries with names."""
    entries = list(entries)
    people = {person.id: person for person in application.people.list_people()}
    owners = application.accounts.owners_of(entry.subject for entry in entries)
    groups = application.groups.names_by_id()
    return [
        Line(
            entry.id, entry.at, party(entry.actor_id, people, {}), entry.action, party(entry.subject, people, owners, groups),
            people[entry.detail].name if entry.detail in people else entry.detail,
        )
        for entry in entries
    ]  # fmt: skip


def party(id: str, people: Mapping[str, Person], owners: Mapping[str, str], groups: Mapping[str, str] = MappingProxyType({})) -> Party:
    """What is known of an id."""
    if id in people:
        return Party("person", id, people[id].name)
    if id in groups:
        return Party("group", id, groups[id])
    if id in owners:
        owner = people.get(owners[id])
        return Party("interview", id, owner.name if owner else "")
    if id in (LOCAL_PERSON.id, "operator", ""):
        return Party(id or "nobody", id)
    return Party("gone" if _ID.fullmatch(id) else "other", id)
