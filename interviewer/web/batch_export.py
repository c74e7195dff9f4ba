"""Many interviews as one file: the page to ask for it and see how far it is, and the file for whoever asked."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.interview.batch_export import Busy
from interviewer.records.group import GroupRecords
from interviewer.ui.batch_files import DEFAULT_FORMATS, FORMATS
from interviewer.web.desk import frame_of, is_blind, not_while_blind
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.insight import group_query_of, read_group_query
from interviewer.web.pages import lang_of, posted, viewer_of
from interviewer.web.security import FILE_POLICY

PAGE = "/coach/exports"
SAYABLE = ("exports_busy", "exports_no_format", "exports_gone", "exports_blind")


def routes(application: Application) -> APIRouter:
    """All under /coach/exports."""
    router = APIRouter()

    @router.get(PAGE)
    def page(request: Request) -> Response:
        return show_exports(application, request)

    @router.post(PAGE)
    async def begin(request: Request) -> Response:
        fields = await posted(request)
        return await run_in_threadpool(ask, application, request, fields)

    @router.post(f"{PAGE}/{{export_id}}/delete")
    async def delete(request: Request, export_id: str) -> Response:
        await posted(request)
        return await run_in_threadpool(give_up, application, request, export_id)

    @router.get(f"{PAGE}/{{export_id}}.zip")
    def fetch(request: Request, export_id: str) -> Response:
        if is_blind(request):
            return not_while_blind(request)
        try:
            size, parts = application.batch_exports.file(viewer_of(request), export_id)
        except NotFound as error:
            raise HTTPException(404) from error
        headers = {
            "Content-Security-Policy": FILE_POLICY, "Cache-Control": "no-store", "Content-Length": str(size),
            "Content-Disposition": 'attachment; filename="interviews.zip"',
        }  # fmt: skip
        return StreamingResponse(parts, media_type="application/zip", headers=headers)

    return router


def show_exports(application: Application, request: Request) -> Response:
    """The form, and how the viewer's export stands."""
    viewer = viewer_of(request)
    latest = application.batch_exports.status(viewer)
    return show_with_flash(
        request, "desk/exports", latest=latest, asked=read_group_query(request.query_params), formats=FORMATS, chosen=DEFAULT_FORMATS,
        groups=GroupRecords(application.database).groups(viewer), sayable=SAYABLE, hidden=is_blind(request), megabytes=format_size,
        **frame_of(application, request),
    )  # fmt: skip


def ask(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """Ask for an export."""
    if is_blind(request):
        return redirect_with_flash(request, PAGE, "exports_blind")
    formats = [ending for ending in FORMATS if fields.get(f"format.{ending}")]
    if not formats:
        return redirect_with_flash(request, PAGE, "exports_no_format")
    try:
        application.batch_exports.ask(
            viewer_of(request), group_query_of(application, request, fields).chosen, formats=formats, lang=lang_of(request)
        )
    except Busy:
        return redirect_with_flash(request, PAGE, "exports_busy")
    return redirect_with_flash(request, PAGE, "exports_begun")


def give_up(application: Application, request: Request, export_id: str) -> Response:
    """Delete it, or stop making it."""
    try:
        application.batch_exports.give_up(viewer_of(request), export_id)
    except NotFound:
        return redirect_with_flash(request, PAGE, "exports_gone")
    return redirect_with_flash(request, PAGE, "exports_deleted")


def format_size(size: int) -> str:
    """A file's size as people read it."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1e3))} kB"
