"""The coach's queue: second readings, claims of candidates, errors that no rubric knew, and the shares of second readings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.interview.review_queue import MOST, QueueItem
from interviewer.web.desk import frame_of, is_blind, second_readings_of
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.numbers import read_whole
from interviewer.web.pages import posted, viewer_of

QUEUE = "/coach/queue"


def routes(application: Application) -> APIRouter:
    """All under /coach/queue."""
    router = APIRouter()

    @router.get(QUEUE)
    def queue(request: Request) -> Response:
        return show_with_flash(request, "desk/queue", **queue_values(application, request))

    @router.post(f"{QUEUE}/share")
    async def share(request: Request) -> Response:
        fields = await posted(request)
        percent = read_whole(fields.get("percent", ""), below=101)
        if percent is None:
            raise HTTPException(400)
        try:
            await run_in_threadpool(application.second_readings.set_share, viewer_of(request), fields.get("group", ""), percent)
        except NotFound as error:
            raise HTTPException(404) from error
        back = "/people" if fields.get("back") == "/people" else QUEUE
        return redirect_with_flash(request, back, "people_share_set")

    return router


def queue_values(application: Application, request: Request) -> dict[str, Any]:
    """What the page shows. While the coach reviews blind no claim and no error: each tells of a grade."""
    viewer, queue = viewer_of(request), application.review_queue
    second = second_readings_of(application, request)
    hidden = {each.interview_id for each in second}
    claims = () if is_blind(request) else queue.claims(viewer, hidden=hidden)
    errors = () if is_blind(request) else queue.errors(viewer, hidden=hidden)
    return {
        "second": second, "counted": queue.count(viewer, hidden=hidden), "claims": claims, "errors": errors,
        "claims_capped": is_capped(claims), "errors_capped": is_capped(errors), "blinded": is_blind(request), "most": MOST,
        "shares": () if viewer.is_local else application.second_readings.shares(viewer),
        **frame_of(application, request),
    }  # fmt: skip


def is_capped(items: Iterable[QueueItem]) -> bool:
    """Whether there may be more than are listed."""
    return len({item.interview_id for item in items}) >= MOST
