"""Logging in and out, and the page behind a one-time link, on which a password is chosen. The rules are in `access`."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from interviewer.access.devices import mark_device
from interviewer.access.login import LoggedIn, MustWait, Unconfirmed
from interviewer.access.passwords import LONGEST, SHORTEST, WeakPassword, check_password
from interviewer.bootstrap import Application
from interviewer.models import Person, Role
from interviewer.records.store import utc_now
from interviewer.web.pages import base_of, go, lang_of, posted, run_hashing, show, viewer_of
from interviewer.web.sessions import LOOPBACK_NAMES, device_marks, hand_out, must_be_secure, remember_device, session_token, take_back

OPENID = "openid"
"""What the log-in page is told of somebody who may still be logged in at the identity provider."""


def routes(application: Application) -> APIRouter:
    """The pages of this module."""
    router = APIRouter()

    @router.get("/login")
    def ask(request: Request, next: str = "/", left: str = "", ended: str = "") -> Response:
        if viewer_of(request):
            return go(next)
        return _form(request, next, left=bool(left), ended=bool(ended), elsewhere=_farewell(application, request) if left == OPENID else "")

    @router.post("/login")
    async def log_in(request: Request) -> Response:
        fields = await posted(request)
        name, password, onward = fields.get("name", ""), fields.get("password", ""), fields.get("next", "/")
        address = request.client.host if request.client else ""
        # Their moment is that of their turn.
        guess = partial(application.entrance.log_in, name, password, address=address, marks=device_marks(request))
        outcome = await run_hashing(request, lambda: guess(now=utc_now()))
        if isinstance(outcome, LoggedIn):
            response = welcome(request, outcome.token, first_page(request, outcome.person, onward))
            remember_device(response, request, outcome.person.id, outcome.mark)
            return response
        if isinstance(outcome, MustWait):
            page = _form(request, onward, 429, name=name, wait=-(-outcome.seconds // 60))
            page.headers["Retry-After"] = str(outcome.seconds)
            return page
        if isinstance(outcome, Unconfirmed):
            return _form(request, onward, 403, name=name, unconfirmed=True)
        return _form(request, onward, 401, name=name, wrong=True)

    @router.post("/logout")
    async def log_out(request: Request) -> Response:
        await posted(request)
        await run_in_threadpool(_end_session, application, viewer_of(request), session_token(request))
        return await run_in_threadpool(say_goodbye, application, request)

    @router.get("/account")
    def account(request: Request) -> Response:
        return show(request, "account", desk=viewer_of(request).may_coach and has_something_to_review(application, viewer_of(request)))

    @router.get("/invitation/{secret}")
    def invitation(request: Request, secret: str) -> Response:
        return _choose(request, application.people.peek_ticket(secret, utc_now()))

    @router.post("/invitation/{secret}")
    async def accept(request: Request, secret: str) -> Response:
        fields = await posted(request)
        return await run_hashing(request, _accept, application, request, secret, fields.get("password", ""), fields.get("again", ""))

    return router


def has_something_to_review(application: Application, viewer: Person) -> bool:
    """Whether the desk is worth a link: always a coach's, but a lone person's only once an answer of theirs is there."""
    return not viewer.is_local or any(row.answered or row.finished_at for row in application.service.history(owner=viewer.id))


def first_page(request: Request, person: Person, onward: str) -> str:
    """Where somebody begins who wanted to go on to nowhere else ("/"): a coach at the desk, all others in the practice room."""
    if onward != "/":
        return onward
    return "/coach" if person.role is Role.COACH else "/en/" if lang_of(request) == "en" else "/"


def say_goodbye(application: Application, request: Request) -> Response:
    """To the log-in page, which says that they are out, and how to log out at the identity provider if that lets them in."""
    by_openid = application.openid is not None and application.people.has_openid(viewer_of(request).id)
    response = RedirectResponse(f"/login?left={OPENID if by_openid else 'yes'}", 303)
    take_back(response, request)
    return response


def _farewell(application: Application, request: Request) -> str:
    return application.openid.farewell(f"{base_of(application.settings, request)}/login") if application.openid else ""


def _form(request: Request, onward: str, status: int = 200, **values: Any) -> Response:
    shown = {"name": "", "wrong": False, "unconfirmed": False, "wait": 0, "left": False, "ended": False, "elsewhere": ""} | values
    insecure = must_be_secure(request) and request.url.scheme != "https"
    return show(request, "login", status=status, onward=onward, insecure=insecure, loopback=LOOPBACK_NAMES[0], **shown)


def welcome(request: Request, token: str, onward: str) -> Response:
    """On into the house, with the session's cookie."""
    response = go(onward)
    hand_out(response, request, token)
    return response


def _end_session(application: Application, person: Person, token: str | None) -> None:
    if token:
        application.people.close_session(token)
        application.people.audit.write(person.id, "logout", person.id, now=utc_now())


def _choose(request: Request, invited: tuple[Person, str] | None, status: int = 200, problem: str = "") -> Response:
    name, purpose = (invited[0].name, invited[1]) if invited else ("", "")
    values: dict[str, Any] = {"known": invited is not None, "name": name, "purpose": purpose, "problem": problem}
    return show(request, "invitation", status=status if invited else 404, shortest=SHORTEST, longest=LONGEST, **values)


def _accept(application: Application, request: Request, secret: str, password: str, again: str) -> Response:
    people, now = application.people, utc_now()
    invited = people.peek_ticket(secret, now)
    if invited is None:
        return _choose(request, None)
    try:
        check_password(password, name=invited[0].name)
    except WeakPassword as error:
        return _choose(request, invited, 422, error.reason)
    if password != again:
        return _choose(request, invited, 422, "again")
    hash = application.passwords.hash(password)
    if people.take_ticket(secret, now) is None:
        return _choose(request, None)
    person = invited[0]
    people.set_password_hash(person.id, hash)
    people.audit.write(person.id, "password_set", person.id, invited[1], now=now)
    response = welcome(request, people.open_session(person.id, now), first_page(request, person, "/"))
    remember_device(response, request, person.id, mark_device(person.id, hash))
    return response
