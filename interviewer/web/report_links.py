"""Links to a report: the page on which they are made and withdrawn, and what somebody without an account sees through one."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.interview.report_links import DAYS, DEFAULT_DAYS, LinkRefused, MustWait
from interviewer.models import Interview
from interviewer.models.report_links import ReportLink, Shows
from interviewer.records.store import utc_now
from interviewer.ui.render import STATIC, render
from interviewer.ui.shared_report import shared_html
from interviewer.web.desk import keeps_back
from interviewer.web.flash import read_flash, redirect_with_flash, show_with_flash
from interviewer.web.numbers import read_whole
from interviewer.web.pages import base_of, lang_of, posted, viewer_of
from interviewer.web.security import FILE_POLICY

SAYABLE = (
    "links_withdrawn",
    "links_gone",
    "links_blind",
    *(f"links_refused_{why}" for why in ("no_accounts", "unfinished", "drill", "too_many")),
)
HEADERS = {
    "Content-Security-Policy": FILE_POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
"""Of what is seen without an account: nobody lists it, keeps it, or tells another site from where its reader came."""


def routes(application: Application) -> APIRouter:
    """/links for who may read the interview, /shared for whoever has the link."""
    router = APIRouter()

    @router.get("/links/{interview_id}")
    def links(request: Request, interview_id: str) -> Response:
        return show_links(application, request, interview_id)

    @router.post("/links/{interview_id}")
    async def make(request: Request, interview_id: str) -> Response:
        fields = await posted(request)
        return await run_in_threadpool(make_link, application, request, interview_id, fields)

    @router.post("/links/{interview_id}/withdraw")
    async def withdraw(request: Request, interview_id: str) -> Response:
        fields = await posted(request)
        return await run_in_threadpool(withdraw_link, application, request, interview_id, fields.get("link", ""))

    @router.get("/shared/{secret}")
    def shared(request: Request, secret: str) -> Response:
        return show_shared(application, request, secret)

    return router


def show_links(application: Application, request: Request, interview_id: str) -> Response:
    """What links there are, and the form for another."""
    viewer = viewer_of(request)
    interview, links = _found(application, request, interview_id)
    mine = interview.owner == viewer.id
    owner = None if mine else application.people.get(interview.owner)
    said, *values = read_flash(request) or ("",)
    fresh = f"{base_of(application.settings, request)}/shared/{values[0]}" if said == "links_made" and values else ""
    room = "/en/" if lang_of(request) == "en" else "/"
    return show_with_flash(
        request, "links", interview=interview, links=links, candidate=owner.name if owner else "", fresh=fresh, shows=tuple(Shows), days=DAYS,
        default=DEFAULT_DAYS, refusal=application.report_links.refusal(interview) or "", sayable=SAYABLE, now=utc_now(),
        hidden=not mine and keeps_back(application, request, interview),
        back=f"{room}?interview={interview.id}" if mine and not viewer.is_local else f"/coach/interviews/{interview.id}",
    )  # fmt: skip


def make_link(application: Application, request: Request, interview_id: str, fields: Mapping[str, str]) -> Response:
    """Make one, whose secret is shown once."""
    viewer, here = viewer_of(request), f"/links/{interview_id}"
    interview, _ = _found(application, request, interview_id)
    if interview.owner != viewer.id and keeps_back(application, request, interview):
        return redirect_with_flash(request, here, "links_blind")
    shows = next((each for each in Shows if each == fields.get("shows")), Shows.SCORE)
    days = read_whole(fields.get("days", "")) or DEFAULT_DAYS
    try:
        secret = application.report_links.make(viewer, interview_id, shows=shows, days=days, named=bool(fields.get("named")))
    except LinkRefused as error:
        return redirect_with_flash(request, here, f"links_refused_{error.why}")
    return redirect_with_flash(request, f"{here}#new", "links_made", secret)


def withdraw_link(application: Application, request: Request, interview_id: str, link_id: str) -> Response:
    """End one."""
    try:
        gone = application.report_links.withdraw(viewer_of(request), interview_id, link_id)
    except NotFound as error:
        raise HTTPException(404) from error
    return redirect_with_flash(request, f"/links/{interview_id}", "links_withdrawn" if gone else "links_gone")


def show_shared(application: Application, request: Request, secret: str) -> Response:
    """The report, or that this link does not open; nothing tells one that has ended from one that never was."""
    lang = lang_of(request)
    try:
        found = application.report_links.open(secret, address=request.client.host if request.client else "")
    except NotFound:
        return _gone(request, 404)
    if isinstance(found, MustWait):
        return _gone(request, 429, seconds=found.seconds)
    return HTMLResponse(shared_html(found, application.competencies, lang), headers=HEADERS)


def _gone(request: Request, status: int, seconds: int = 0) -> Response:
    css = (STATIC / "style.css").read_text(encoding="utf-8")
    page = render("shared_gone", lang_of(request), css=css, wait=-(-seconds // 60))
    return HTMLResponse(page, status, headers={**HEADERS, **({"Retry-After": str(seconds)} if seconds else {})})


def _found(application: Application, request: Request, interview_id: str) -> tuple[Interview, tuple[ReportLink, ...]]:
    try:
        return application.report_links.links(viewer_of(request), interview_id)
    except NotFound as error:
        raise HTTPException(404) from error
