"""People in numbers: a list is pasted or chosen, shown as what would happen, and added as a whole; the invitations are shown once."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.access.login import INVITE, LIFETIMES
from interviewer.access.people_import import MOST_LINES, Added, PeoplePlan, read_people
from interviewer.bootstrap import Application
from interviewer.errors import Conflict
from interviewer.records.names import LooksLike
from interviewer.spreadsheets import FileRefused, read_text
from interviewer.ui.labels import words
from interviewer.ui.tables import write_csv
from interviewer.web.desk import frame_of
from interviewer.web.pages import base_of, lang_of, posted_with_file, show, viewer_of

SHOWN = 200
"""Lines of a preview; the result shows all."""


def routes(application: Application) -> APIRouter:
    """Under /coach, where the gate lets only coaches and admins in; whom they may bring is asked in access/people_import."""
    router = APIRouter()

    @router.get("/coach/people")
    def ask(request: Request) -> Response:
        group = request.query_params.get("group", "").strip()[:100]
        return show(request, "desk/people_import", **values_of(application, request, group=group))

    @router.post("/coach/people")
    async def take(request: Request) -> Response:
        fields, content = await posted_with_file(request, "file")
        return await run_in_threadpool(answer, application, request, fields, content)

    return router


def values_of(application: Application, request: Request, **values: Any) -> dict[str, Any]:
    """What the page shows. `plan`: the preview; `added`: with the address of each invitation; `trouble`: why nothing could be read."""
    viewer = viewer_of(request)
    return {
        "groups": [group.name for group in application.group_admin.listed(viewer)], "group": "", "pasted": "", "trouble": "", "plan": None,
        "added": (), "download": "", "most": MOST_LINES, "shown": SHOWN, "days": LIFETIMES[INVITE].days, **values,
        **frame_of(application, request),
    }  # fmt: skip


def answer(application: Application, request: Request, fields: Mapping[str, str], content: bytes) -> Response:
    """The preview of what was sent, or the invitations once it was confirmed; the form again if it cannot be read."""
    viewer, pasted, group = viewer_of(request), fields.get("lines", ""), fields.get("group", "").strip()[:100]
    bringing = application.people_import
    try:
        text = read_text(content or pasted.encode())
        records = list(read_people(text))
        plan = bringing.plan(viewer, records, group=group)
    except FileRefused as error:
        values = values_of(application, request, trouble=f"people_import_{error.why}", pasted=pasted, group=group)
        return show(request, "desk/people_import", status=422, **values)
    if fields.get("act") != "add" or plan.refused:
        return _preview(application, request, plan, text, group, 422 if plan.refused else 200)
    try:
        added = bringing.add(viewer, plan)
    except (Conflict, LooksLike):
        return _preview(application, request, bringing.plan(viewer, records, group=group), text, group, 409)
    invited = [(each, f"{base_of(application.settings, request)}/invitation/{each.link.secret}") for each in added]
    values = values_of(application, request, added=invited, plan=plan, group=group, download=_file_of(request, invited))
    return show(request, "desk/people_import", **values)


def _preview(application: Application, request: Request, plan: PeoplePlan, text: str, group: str, status: int) -> Response:
    values = values_of(application, request, plan=plan, pasted=text, group=group)
    return show(request, "desk/people_import", status=status, **values)


def _file_of(request: Request, invited: Sequence[tuple[Added, str]]) -> str:
    """The invitations as an address that holds the file itself: the secrets are in this answer and nowhere else."""
    t = words(lang_of(request))
    headers = [t[name] for name in ("people_name", "people_role", "people_group", "people_import_link")]
    rows = [(each.person.name, t[f"role_{each.person.role.value}"], each.person.group, address) for each, address in invited]
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(write_csv(headers, rows).encode()).decode()
