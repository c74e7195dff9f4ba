"""Running a class, for its coaches and for admins: who is in a group, who coaches it, how people join it, and the end of its term.

Whose group it is is asked in access/group_admin. People in numbers are in `people_import`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.access.group_admin import MOST_DAYS, MOST_PLACES, USUAL_DAYS, USUAL_PLACES, GroupAdmin
from interviewer.access.people_admin import PeopleRefused
from interviewer.bootstrap import Application
from interviewer.errors import ConfigError, NotFound
from interviewer.models import Group, Person, Role
from interviewer.records.names import LooksLike
from interviewer.records.store import utc_now
from interviewer.web.desk import frame_of
from interviewer.web.flash import read_flash, redirect_with_flash, show_with_flash
from interviewer.web.numbers import read_whole
from interviewer.web.pages import base_of, posted, show, viewer_of

INVITATION, JOINING = "invitation", "joining"
"""Said with the secret of a link, which is shown once."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who runs a group and wants something done in it, with the fields of the form."""

    application: Application
    viewer: Person
    group: Group
    fields: Mapping[str, str]

    @property
    def admin(self) -> GroupAdmin:
        """The use cases."""
        return self.application.group_admin

    @property
    def member(self) -> Person:
        """Whom it is about; NotFound if they are in another group."""
        return self.admin.member(self.group, self.fields.get("person", ""))


Said = tuple[str, ...]
"""The code of a notice, and its values."""


def routes(application: Application) -> APIRouter:
    """All under /coach, where the gate lets only coaches and admins in."""
    router = APIRouter()

    @router.get("/coach/groups")
    def everything(request: Request) -> Response:
        return show_with_flash(request, "desk/groups", **list_values(application, request))

    @router.post("/coach/groups")
    async def create(request: Request) -> Response:
        return await run_in_threadpool(create_group, application, request, await posted(request))

    @router.get("/coach/groups/{group:path}")
    def one(request: Request, group: str) -> Response:
        opened = application.group_admin.open(viewer_of(request), group)
        return show_with_flash(request, "desk/group_people", **group_values(application, request, opened))

    @router.post("/coach/groups/{group:path}")
    async def change(request: Request, group: str) -> Response:
        return await run_in_threadpool(answer_change, application, request, group, await posted(request))

    return router


def address_of(name: str) -> str:
    """The group's page."""
    return f"/coach/groups/{quote(name, safe='')}"


# ---------------------------------------------------------------- what the pages show


def list_values(application: Application, request: Request, **values: Any) -> dict[str, Any]:
    """The groups that the viewer runs."""
    viewer, archived = viewer_of(request), bool(request.query_params.get("archived"))
    admin = application.group_admin
    groups = admin.listed(viewer, archived=True)
    return {
        "groups": [group for group in groups if archived or group.archived_at is None], "archived": archived,
        "over": sum(group.archived_at is not None for group in groups), "typed": "", "problem": "",
        "coaches": {group.name: [coach.name for coach in admin.coaches(group)] for group in groups}, **values, **frame_of(application, request),
    }  # fmt: skip


def group_values(application: Application, request: Request, group: Group, **values: Any) -> dict[str, Any]:
    """One group, with the forms that change it; a link just made is shown this once."""
    admin, viewer = application.group_admin, viewer_of(request)
    people = admin.members(group)
    coaches = admin.coaches(group)
    everybody = application.people.list_people() if viewer.may_administer else ()
    code, *rest = read_flash(request) or ("",)
    return {
        "group": group, "people": [person for person in people if not person.waiting], "unconfirmed": [person for person in people if person.waiting],
        "coaches": coaches, "can_coach": [each for each in everybody if each.may_coach and each not in coaches],
        "links": admin.open_links(group), "link": link_of(application, request, group), "made": code if rest else "",
        "logins": application.accounts.last_logins(), "counts": application.accounts.interview_counts(), "candidate": Role.CANDIDATE,
        "usual": (USUAL_DAYS, USUAL_PLACES), "most": (MOST_DAYS, MOST_PLACES), "typed": "", "problem": "", "other": "", **values,
        **frame_of(application, request),
    }  # fmt: skip


def link_of(application: Application, request: Request, group: Group) -> str:
    """The address of the link that was just made for this group or for somebody in it, "" if none was."""
    code, *rest = read_flash(request) or ("",)
    secret, base = rest[0] if rest else "", base_of(application.settings, request)
    if code == JOINING:
        found = application.join_door.peek(secret, utc_now())
        return f"{base}/join/{secret}" if found and found.group == group.name else ""
    invited = application.people.peek_ticket(secret, utc_now()) if code == INVITATION else None
    return f"{base}/invitation/{secret}" if invited and invited[0].group == group.name else ""


# ---------------------------------------------------------------- what the forms do


def create_group(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """A new group, for admins; the form again if there is one of that name."""
    viewer = viewer_of(request)
    if not viewer.may_administer:
        raise HTTPException(404)
    typed = fields.get("name", "")
    try:
        made = application.group_admin.create(viewer.id, typed)
        problem = "" if made else "group_name_taken"
    except PeopleRefused:
        made, problem = None, "group_name_bad"
    if made is None:
        values = list_values(application, request, typed=typed, problem=problem)
        return show(request, "desk/groups", status=422, said="", said_values=[], **values)
    return redirect_with_flash(request, address_of(made), "group_made")


def answer_change(application: Application, request: Request, name: str, fields: Mapping[str, str]) -> Response:
    """Do it, and back to the group's page."""
    viewer, act = viewer_of(request), fields.get("act", "")
    group = application.group_admin.open(viewer, name)
    if act not in ACTS or (act in ADMINS_ONLY and not viewer.may_administer):
        raise HTTPException(404)
    try:
        said = ACTS[act](Asking(application, viewer, group, fields))
    except PeopleRefused as refused:
        said = (f"group_refused_{refused.why}",)
    except NotFound:
        said = ("group_refused_gone",)
    except ConfigError as error:
        other = error.name if isinstance(error, LooksLike) else ""
        typed = fields.get("name", "")
        problem = "people_name_alike" if other else "people_name_taken" if application.people.find(typed) else "people_name_bad"
        values = group_values(application, request, group, typed=typed, problem=problem, other=other)
        return show(request, "desk/group_people", status=422, said="", said_values=[], **values)
    return redirect_with_flash(request, address_of(name), *said)


def add_coach(asking: Asking) -> Said:
    """One more coach of everybody in the group, or one less."""
    coach = asking.application.people.get(asking.fields.get("coach", ""))
    if coach is None:
        return ("people_choose",)
    asking.admin.set_coach(asking.viewer.id, asking.group, coach, added=asking.fields.get("take") != "1")
    return ("people_saved",)


def choose_lead(asking: Asking) -> Said:
    """Whose verdicts are the final ones."""
    asking.admin.set_lead(asking.viewer.id, asking.group, asking.fields.get("lead", ""))
    return ("people_saved",)


def invite(asking: Asking) -> Said:
    """Somebody new, with an invitation."""
    return (INVITATION, asking.admin.invite(asking.viewer.id, asking.group, asking.fields.get("name", "")).secret)


def invite_again(asking: Asking) -> Said:
    """Another invitation for who has not come in yet."""
    return (INVITATION, asking.admin.invite_again(asking.viewer.id, asking.member).secret)


def make_link(asking: Asking) -> Said:
    """A link by which people join."""
    days, places = (read_whole(asking.fields.get(name, "")) or 0 for name in ("days", "places"))
    confirm = bool(asking.fields.get("confirm"))
    return (JOINING, asking.admin.make_join_link(asking.viewer.id, asking.group, days=days, places=places, confirm=confirm))


def close_link(asking: Asking) -> Said:
    """Let nobody else in by a link."""
    asking.admin.close_join_link(asking.viewer.id, asking.group, asking.fields.get("link", ""))
    return ("group_link_closed",)


def confirm(asking: Asking) -> Said:
    """Let somebody in who waits."""
    asking.admin.confirm(asking.viewer.id, asking.member)
    return ("group_confirmed",)


def turn_away(asking: Asking) -> Said:
    """Delete somebody who waits."""
    asking.admin.turn_away(asking.viewer.id, asking.member)
    return ("group_turned_away",)


def archive(asking: Asking) -> Said:
    """End the group's term."""
    asking.admin.archive(asking.viewer.id, asking.group, True)
    return ("group_archived",)


def unarchive(asking: Asking) -> Said:
    """Take that back."""
    asking.admin.archive(asking.viewer.id, asking.group, False)
    return ("group_unarchived",)


ACTS: dict[str, Callable[[Asking], Said]] = {
    "coach": add_coach,
    "lead": choose_lead,
    "invite": invite,
    "again": invite_again,
    "link": make_link,
    "close": close_link,
    "confirm": confirm,
    "turn-away": turn_away,
    "archive": archive,
    "unarchive": unarchive,
}
"""What can be done in a group, by the form's field "act"."""
ADMINS_ONLY = ("coach",)
"""Who may read whose interviews is an admin's to decide."""
