"""The candidate's pages of assignments: what was given to whoever asks, how it is to be done, and the way into it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.cohort.assignments import CannotBegin
from interviewer.errors import ConfigError, NotFound, StaleMove
from interviewer.interview.service import InExam
from interviewer.models import Interview, Lang
from interviewer.models.assigned_work import Conduct
from interviewer.models.assignments import OwnAssignment
from interviewer.records.store import utc_now
from interviewer.ui.zones import name_zone
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.pages import go, lang_of, posted, viewer_of

HOME = "/assignments"
COUNTS = ("pastes", "pasted", "absences", "away")


def routes(application: Application) -> APIRouter:
    """All under /assignments, and what a page saw while an answer was written."""
    router = APIRouter()

    @router.get(HOME)
    def listed(request: Request) -> Response:
        return show_with_flash(
            request, "assignments", assigned=application.assignments.own(viewer_of(request)), now=utc_now(), zone=name_zone(utc_now())
        )

    @router.get(f"{HOME}/{{assignment_id}}")
    def one(request: Request, assignment_id: str) -> Response:
        own = application.assignments.own_one(viewer_of(request), assignment_id)
        return show_with_flash(request, "assignment", **own_values(application, request, own))

    @router.post(f"{HOME}/{{assignment_id}}/begin")
    async def begin(request: Request, assignment_id: str) -> Response:
        return await run_in_threadpool(take_up, application, request, assignment_id, await posted(request))

    @router.post("/conduct")
    async def conduct(request: Request) -> Response:
        # Sent by the page's script, which cannot read the token of our forms; the gate has refused what comes from elsewhere.
        return await run_in_threadpool(put_down, application, request, await request.body())

    return router


def own_values(application: Application, request: Request, own: OwnAssignment) -> dict[str, Any]:
    """How it is to be done, whether it can be begun, and what was done of it."""
    now, service = utc_now(), application.service
    held = []
    for attempt in own.held:
        try:
            held.append(service.read(attempt.interview_id, owner=viewer_of(request).id))
        except NotFound:
            continue  # deleted since the list was made
    return {
        "own": own, "task": own.assignment.task, "closed": own.closed(now), "now": now, "zone": name_zone(now), "held": held,
        "langs": application.assignments.languages(own), "page_lang": lang_of(request), "model": application.settings.model or "",
    }  # fmt: skip


def take_up(application: Application, request: Request, assignment_id: str, fields: Mapping[str, str]) -> Response:
    """Begin it, or go on with it, in the practice room; back to its page where that cannot be."""
    here = f"{HOME}/{assignment_id}"
    wanted: Lang = "en" if fields.get("lang", lang_of(request)) == "en" else "zh"
    try:
        return go(room_of(application.assignments.begin(viewer_of(request), assignment_id, wanted)))
    except CannotBegin:
        return go(here)  # the page says why
    except StaleMove:
        return redirect_with_flash(request, here, "assign_changed")
    except InExam:
        return redirect_with_flash(request, here, "assign_in_exam")
    except ConfigError:
        return redirect_with_flash(request, here, "assign_no_examiner")


def room_of(interview: Interview) -> str:
    """The address of the interview in the practice room of its language."""
    return ("/" if interview.setup.lang == "zh" else "/en/") + f"?interview={interview.id}"


def put_down(application: Application, request: Request, body: bytes) -> Response:
    """Add what was seen; 400 if it is not what our page sends, 404 where nothing is to be noted."""
    try:
        told = json.loads(body)
        interview_id, seq, counts = told["interview"], told["seq"], [told.get(name, 0) for name in COUNTS]
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise HTTPException(400) from None
    if not isinstance(interview_id, str) or not all(type(number) is int and abs(number) < 2**31 for number in (seq, *counts)):
        raise HTTPException(400)
    if "\x00" in interview_id or not application.assignments.note_conduct(viewer_of(request), interview_id, seq, Conduct(*counts)):
        raise HTTPException(404)
    return Response(status_code=204)
