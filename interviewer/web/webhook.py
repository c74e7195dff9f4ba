"""What the operator's webhook was told, for admins: the latest deliveries, what failed, a test. The address and its secret are settings."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.records.jobs import KEPT
from interviewer.records.store import utc_now
from interviewer.telling.webhook import Webhook
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.pages import posted, viewer_of

ROWS = 30


def routes(application: Application) -> APIRouter:
    """All under /webhook, where the gate lets only admins in."""
    router = APIRouter()

    @router.get("/webhook")
    def webhook(request: Request) -> Response:
        store, settings = application.webhook_messages, application.settings
        # A path or a query may hold a secret of the receiver's.
        host = urlsplit(settings.webhook_url).netloc if application.webhook else ""
        return show_with_flash(request, "webhook", host=host, messages=store.latest(ROWS), counts=store.counts(), days=KEPT.days)

    @router.post("/webhook/test")
    async def test(request: Request) -> Response:
        await posted(request)
        return await run_in_threadpool(send_test, application, request)

    @router.post("/webhook/{message_id}/again")
    async def again(request: Request, message_id: str) -> Response:
        await posted(request)
        return await run_in_threadpool(send_again, application, request, message_id)

    return router


def send_test(application: Application, request: Request) -> Response:
    """A message that tells nothing."""
    _set(application).test()
    application.people.audit.write(viewer_of(request).id, "webhook_test", "", now=utc_now())
    return redirect_with_flash(request, "/webhook", "webhook_said_test")


def send_again(application: Application, request: Request, message_id: str) -> Response:
    """A message that failed once more, under its id."""
    _set(application)
    try:
        asked = application.webhook_messages.send_again(message_id, utc_now())
    except NotFound as error:
        raise HTTPException(404) from error
    if asked:
        application.people.audit.write(viewer_of(request).id, "webhook_again", message_id, now=utc_now())
    return redirect_with_flash(request, "/webhook", "webhook_said_again" if asked else "webhook_said_not_again")


def _set(application: Application) -> Webhook:
    if application.webhook is None:
        raise HTTPException(404)
    return application.webhook
