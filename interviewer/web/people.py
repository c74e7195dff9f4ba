"""Looking after people, for admins: who there is, with which rights, coached by whom; links to come in, and deletion.

An admin sees that there are interviews and when, not what is in them. Every action is noted in the audit log (web/audit).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.access.login import LIFETIMES
from interviewer.access.people_admin import PeopleAdmin, PeopleRefused
from interviewer.bootstrap import Application
from interviewer.errors import ConfigError, NotFound
from interviewer.models import Person, Role
from interviewer.records.accounts import LastAdmin
from interviewer.records.names import LooksLike, key_of
from interviewer.records.store import utc_now
from interviewer.web.flash import read_flash, redirect_with_flash, show_with_flash
from interviewer.web.pages import posted, show, viewer_of

LINK = "link"
"""Said with the secret of a one-time link, which is shown once."""


@dataclass(frozen=True, slots=True)
class Asking:
    """An admin who wants something done to somebody, with the fields of the form."""

    application: Application
    viewer: Person
    person: Person
    fields: Mapping[str, str]

    @property
    def admin(self) -> PeopleAdmin:
        """The use cases."""
        return self.application.people_admin


Said = tuple[str, ...]
"""The code of a notice, and its values."""


def routes(application: Application) -> APIRouter:
    """All under /people, where the gate lets only admins in."""
    router = APIRouter()

    @router.get("/people")
    def everybody(request: Request) -> Response:
        return show_with_flash(request, "people", **list_values(application, request))

    @router.post("/people")
    async def add(request: Request) -> Response:
        return await run_in_threadpool(add_person, application, request, await posted(request))

    @router.post("/people/assign")
    async def assign(request: Request) -> Response:
        fields = await posted(request)
        return redirect_with_flash(request, "/people", *await run_in_threadpool(assign_group, application, viewer_of(request), fields))

    @router.get("/people/{person_id}")
    def one(request: Request, person_id: str) -> Response:
        return show_with_flash(request, "person", **person_values(application, request, find(application, person_id)))

    @router.post("/people/{person_id}/{act}")
    async def change(request: Request, person_id: str, act: str) -> Response:
        fields = await posted(request)
        if act not in ACTS:
            raise HTTPException(404)
        return await run_in_threadpool(answer_change, application, request, person_id, act, fields)

    return router


def find(application: Application, person_id: str) -> Person:
    """The person of that id; 404 if there is none."""
    person = application.people.get(person_id)
    if person is None:
        raise HTTPException(404)
    return person


# ---------------------------------------------------------------- what the pages show


def list_values(application: Application, request: Request, **values: object) -> dict[str, object]:
    """Everybody whom the filters of the address leave, with what is known of them."""
    accounts, people = application.accounts, application.people.list_people()
    asked = {name: request.query_params.get(name, "").strip()[:100] for name in ("q", "group", "role")}
    wanted = key_of(asked["q"])
    shown = [
        person for person in people
        if wanted in key_of(person.name) and asked["group"] in ("", person.group) and asked["role"] in ("", person.role.value)
    ]  # fmt: skip
    return {
        "people": shown, "total": len(people), "asked": asked, "roles": tuple(Role), "groups": groups_of(people), "problem": "", "other": "",
        "typed": {"name": "", "role": Role.CANDIDATE.value, "group": asked["group"]}, "coaches_of": names_of_coaches(application, people),
        "coaches": [person for person in people if person.may_coach], "counts": accounts.interview_counts(),
        "logins": accounts.last_logins(), "shares": application.second_readings.all_shares(), **values,
    }  # fmt: skip


def names_of_coaches(application: Application, people: tuple[Person, ...]) -> dict[str, list[str]]:
    """Who can read whose interviews: names of the coaches by person id; a coaching by somebody who may not coach counts for nothing."""
    by_id = {person.id: person for person in people if person.may_coach}
    return {
        candidate_id: sorted(by_id[coach_id].name for coach_id in coach_ids if coach_id in by_id)
        for candidate_id, coach_ids in application.accounts.coaches().items()
    }


def person_values(application: Application, request: Request, person: Person) -> dict[str, object]:
    """One person, with the forms that change them; the link just made is shown this once."""
    people, everybody = application.people, application.people.list_people()
    coaches = [coach for coach in people.coaches_of(person.id) if coach.may_coach]
    can_coach = [coach for coach in everybody if coach.may_coach and coach.id != person.id and coach not in coaches]
    return {
        "person": person, "roles": tuple(Role), "groups": groups_of(everybody), "coaches": coaches, "can_coach": can_coach,
        "candidates": people.candidates_of(person.id) if person.may_coach else (), "link": link_of(application, request, person),
        "interviews": application.service.history(owner=person.id), "count": application.accounts.interview_counts().get(person.id, 0),
        "last_login": application.accounts.last_logins().get(person.id), "days": {name: life.days for name, life in LIFETIMES.items()},
    }  # fmt: skip


def link_of(application: Application, request: Request, person: Person) -> str:
    """The address of the one-time link that was just made for them, "" if none was."""
    code, *rest = read_flash(request) or ("",)
    invited = application.people.peek_ticket(rest[0], utc_now()) if code == LINK and rest else None
    if invited is None or invited[0].id != person.id:
        return ""
    base = application.settings.url.rstrip("/") or str(request.base_url).rstrip("/")
    return f"{base}/invitation/{rest[0]}"


def groups_of(people: tuple[Person, ...]) -> list[str]:
    """Every group that somebody is in."""
    return sorted({person.group for person in people if person.group})


# ---------------------------------------------------------------- what the forms do


def add_person(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """Somebody new, with an invitation; the form again if the name will not do."""
    name, group = fields.get("name", ""), fields.get("group", "")
    role = read_role(fields)
    try:
        person = application.people_admin.add(viewer_of(request).id, name, role=role, group=group)
    except ConfigError as error:
        problem = "people_name_taken" if application.people.find(name) else "people_name_bad"
        other = error.name if isinstance(error, LooksLike) else ""
        problem = "people_name_alike" if other else problem
        typed = {"name": name, "role": role.value, "group": group}
        values = list_values(application, request, problem=problem, other=other, typed=typed)
        return show(request, "people", status=422, said="", said_values=[], **values)
    except PeopleRefused as refused:
        return redirect_with_flash(request, "/people", f"people_refused_{refused.why}")
    return redirect_with_flash(request, f"/people/{person.id}", *make_link(Asking(application, viewer_of(request), person, fields)))


def assign_group(application: Application, viewer: Person, fields: Mapping[str, str]) -> Said:
    """All candidates of a group to a coach, or away from one."""
    coach, group = application.people.get(fields.get("coach", "")), fields.get("group", "")
    assigned = fields.get("act") != "unassign"
    if coach is None or not group:
        return ("people_choose",)
    try:
        n = application.people_admin.assign_group(viewer.id, coach, group, assigned=assigned)
    except PeopleRefused as refused:
        return (f"people_refused_{refused.why}",)
    return ("people_assigned_n" if assigned else "people_unassigned_n", str(n))


def answer_change(application: Application, request: Request, person_id: str, act: str, fields: Mapping[str, str]) -> Response:
    """Do it, and back to the person's page, or to the list when they are gone."""
    viewer = viewer_of(request)
    asking = Asking(application, viewer, find(application, person_id), fields)
    try:
        said = ACTS[act](asking)
    except LastAdmin:
        said = ("people_last_admin",)
    except PeopleRefused as refused:
        said = (f"people_refused_{refused.why}",)
    myself = application.people.get(viewer.id)
    if myself is None or not myself.may_administer:
        return redirect_with_flash(request, "/own", "own_no_admin")
    gone = application.people.get(person_id) is None
    return redirect_with_flash(request, "/people" if gone else f"/people/{person_id}", *said)


def read_role(fields: Mapping[str, str]) -> Role:
    """The chosen role; who sends none that there is adds a candidate."""
    return next((role for role in Role if role.value == fields.get("role")), Role.CANDIDATE)


def change_role(asking: Asking) -> Said:
    """Other rights, from the next request on."""
    asking.admin.set_role(asking.viewer.id, asking.person, read_role(asking.fields))
    return ("people_saved",)


def change_group(asking: Asking) -> Said:
    """Another group; the audit log tells that it changed, not the name of it."""
    asking.admin.set_group(asking.viewer.id, asking.person, asking.fields.get("group", ""))
    return ("people_saved",)


def assign_coach(asking: Asking) -> Said:
    """One more coach who may read their interviews, or one less."""
    coach = asking.application.people.get(asking.fields.get("coach", ""))
    assigned = asking.fields.get("take") != "1"
    if coach is None:
        return ("people_choose",)
    asking.admin.assign(asking.viewer.id, coach, asking.person, assigned=assigned)
    return ("people_saved",)


def make_link(asking: Asking) -> Said:
    """A one-time link: an invitation, or for somebody who has a login already, to choose a new password."""
    return (LINK, asking.admin.make_link(asking.viewer.id, asking.person).secret)


def disable(asking: Asking) -> Said:
    """Shut them out."""
    asking.admin.disable(asking.viewer.id, asking.person)
    return ("people_disabled",)


def enable(asking: Asking) -> Said:
    """Let them in again."""
    asking.admin.enable(asking.viewer.id, asking.person)
    return ("people_enabled",)


def delete_interview(asking: Asking) -> Said:
    """One of their interviews."""
    try:
        asking.application.service.delete(asking.fields.get("interview", ""), owner=asking.person.id, actor=asking.viewer.id)
    except NotFound:
        return ("people_interview_gone",)
    return ("people_interview_deleted",)


def delete_account(asking: Asking) -> Said:
    """The person with everything of theirs, once their name was typed."""
    if key_of(asking.fields.get("name", "")) != key_of(asking.person.name):
        return ("people_name_differs",)
    asking.admin.delete(asking.viewer.id, asking.person)
    return ("people_deleted",)


ACTS: dict[str, Callable[[Asking], Said]] = {
    "role": change_role,
    "group": change_group,
    "coach": assign_coach,
    "link": make_link,
    "disable": disable,
    "enable": enable,
    "delete-interview": delete_interview,
    "delete": delete_account,
}
"""What can be done to somebody, by the end of the form's address."""
