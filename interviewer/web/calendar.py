"""Somebody's deadlines for their calendar program, which follows a secret address instead of logging in.

The secret stands in the path: `web.watch` logs no paths, and nothing here links to anywhere.
"""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.records.store import utc_now
from interviewer.ui.labels import words
from interviewer.web.flash import redirect_with_flash
from interviewer.web.own import CALENDAR_MADE, registered
from interviewer.web.pages import lang_of, posted
from interviewer.web.security import FILE_POLICY


def routes(application: Application) -> APIRouter:
    """The feed, which is public but for its secret, and the two forms of the owner's page."""
    router = APIRouter()

    @router.get("/calendar/{secret}.ics")
    def feed(request: Request, secret: str) -> Response:
        return write_calendar(application, request, secret)

    @router.post("/own/calendar")
    async def make(request: Request) -> Response:
        await posted(request)
        return await run_in_threadpool(make_address, application, request)

    @router.post("/own/calendar/withdraw")
    async def withdraw(request: Request) -> Response:
        await posted(request)
        return await run_in_threadpool(end_address, application, request)

    return router


def write_calendar(application: Application, request: Request, secret: str) -> Response:
    """The feed; 404 for an address that is nobody's, or not any more."""
    owner = application.calendar_feeds.owner_of(secret, utc_now())
    if owner is None:
        raise HTTPException(404)
    from interviewer.training.calendar import write_feed  # takes a second to load

    lang = lang_of(request)
    content = write_feed(owner, application.deadlines_of(owner), application.training.settings(owner), utc_now(), words(lang), lang)
    headers = {
        "Content-Disposition": 'inline; filename="interviewer-deadlines.ics"',
        "Content-Security-Policy": FILE_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def make_address(application: Application, request: Request) -> Response:
    """A new address, shown once; the one before ends."""
    viewer = registered(request)
    secret = application.calendar_feeds.make(viewer.id, utc_now())
    application.people.audit.write(viewer.id, "calendar_made", viewer.id, now=utc_now())
    return redirect_with_flash(request, "/own#calendar", CALENDAR_MADE, secret)


def end_address(application: Application, request: Request) -> Response:
    """No address any more."""
    viewer = registered(request)
    if application.calendar_feeds.withdraw(viewer.id):
        application.people.audit.write(viewer.id, "calendar_ended", viewer.id, now=utc_now())
    return redirect_with_flash(request, "/own#calendar", "own_calendar_ended")
