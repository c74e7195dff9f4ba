"""The page behind a group's link: whoever has it chooses a name and a password. The rules are in access/joining."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.access.joining import LinkOver, NameRefused, Waits
from interviewer.access.login import LoggedIn, MustWait
from interviewer.access.passwords import LONGEST, SHORTEST, WeakPassword
from interviewer.bootstrap import Application
from interviewer.records.store import utc_now
from interviewer.web.login import first_page, welcome
from interviewer.web.pages import posted, run_hashing, show, viewer_of
from interviewer.web.sessions import remember_device


def routes(application: Application) -> APIRouter:
    """Open to those who have the link."""
    router = APIRouter()

    @router.get("/join/{secret}")
    def ask(request: Request, secret: str) -> Response:
        return _form(application, request, secret)

    @router.post("/join/{secret}")
    async def join(request: Request, secret: str) -> Response:
        fields = await posted(request)
        name, password = fields.get("name", "")[:200], fields.get("password", "")
        if viewer_of(request) is not None:
            return _form(application, request, secret, name=name)
        if password != fields.get("again", ""):
            return _form(application, request, secret, 422, name=name, problem="password_again")
        address = request.client.host if request.client else ""
        attempt = partial(application.join_door.join, secret, name, password, address=address)
        try:
            outcome = await run_hashing(request, lambda: attempt(now=utc_now()))
        except WeakPassword as error:
            return _form(application, request, secret, 422, name=name, problem=f"password_{error.reason}")
        match outcome:
            case LoggedIn():
                response = welcome(request, outcome.token, first_page(request, outcome.person, "/"))
                remember_device(response, request, outcome.person.id, outcome.mark)
                return response
            case Waits():
                return show(request, "join", state="waits", name=outcome.person.name)
            case NameRefused():
                return _form(application, request, secret, 422, name=name, problem=f"join_name_{outcome.why}")
            case MustWait():
                page = _form(application, request, secret, 429, name=name, problem="login_wait", minutes=-(-outcome.seconds // 60))
                page.headers["Retry-After"] = str(outcome.seconds)
                return page
            case LinkOver():
                return _form(application, request, secret)

    return router


def _form(application: Application, request: Request, secret: str, status: int = 200, **values: Any) -> Response:
    """The form, or why there is none: the link is over, or somebody is logged in who has a name here already."""
    link = application.join_door.peek(secret, utc_now())
    state = "over" if link is None else "inside" if viewer_of(request) is not None else "open"
    shown = {"name": "", "problem": "", "minutes": 0} | values
    status = {"over": 404, "inside": 200}.get(state, status)
    return show(request, "join", status=status, state=state, link=link, shortest=SHORTEST, longest=LONGEST, **shown)
