"""Logging in at the identity provider that the operator has set: leaving for it, coming back, and linking an identity to an account.

The protocol is in access/openid, whose identity it is in access/identities.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from interviewer.access.identities import Turned, link, recognise
from interviewer.access.login import ADDRESS_MEMORY, network_of, wait_after
from interviewer.access.openid import FLOW_SECONDS, Flow, Identity, OpenIdError, OpenIdProblem, OpenIdProvider
from interviewer.bootstrap import Application
from interviewer.models import Person
from interviewer.records.attempts import Throttle
from interviewer.records.store import utc_now
from interviewer.web.login import first_page
from interviewer.web.own import unconfirmed
from interviewer.web.pages import base_of, go, posted, run_hashing, show, viewer_of
from interviewer.web.sessions import hand_out, must_be_secure

STATUS = {
    OpenIdProblem.UNREACHABLE: 503,
    OpenIdProblem.DENIED: 403,
    OpenIdProblem.STALE: 400,
    OpenIdProblem.INVALID: 403,
    Turned.UNKNOWN: 403,
    Turned.TAKEN: 409,
    Turned.LINK_OVER: 404,
    Turned.UNPROVEN: 403,
}
LONGEST_ONWARD = 1000
OF_A_CALLBACK = Throttle(ADDRESS_MEMORY, wait_after)


def routes(application: Application) -> APIRouter:
    """The pages of this module."""
    router = APIRouter()

    @router.get("/openid/start")
    def start(request: Request, next: str = "/", invitation: str = "") -> Response:
        return _leave(application, request, next, invitation)

    @router.get("/openid/callback")
    def callback(request: Request) -> Response:
        return _arrive(application, request)

    @router.post("/openid/link")
    async def confirm(request: Request) -> Response:
        fields = await posted(request)
        return await run_hashing(request, _link, application, request, fields.get("identity", ""), fields.get("password", ""))

    return router


def _leave(application: Application, request: Request, onward: str, invitation: str) -> Response:
    provider, viewer = _provider(application), viewer_of(request)
    if viewer and viewer.is_local and not invitation:
        return go(onward)
    linking = viewer.id if viewer and not invitation else ""
    redirect_uri = f"{base_of(application.settings, request)}/openid/callback"
    try:
        url, cookie = provider.leave(redirect_uri, onward=onward[:LONGEST_ONWARD], invitation=invitation[:100], person=linking)
    except OpenIdError as error:
        return _turn_away(request, error.problem)
    response = RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})
    # Lax: the browser brings it when the provider sends it back.
    secure = must_be_secure(request)
    response.set_cookie(_cookie_name(request), cookie, max_age=FLOW_SECONDS, httponly=True, samesite="lax", secure=secure, path="/")
    return response


def _arrive(application: Application, request: Request) -> Response:
    provider, people, now = _provider(application), application.people, utc_now()
    cookie, answer = request.cookies.get(_cookie_name(request)), dict(request.query_params)
    origin = f"openid:{network_of(request.client.host if request.client else '')}"
    try:
        provider.read_flow(answer, cookie)
        wait = people.attempts.claim({origin: OF_A_CALLBACK}, now)
        if wait > timedelta(0):
            return _ask_to_wait(request, wait)
        identity, flow = provider.arrive(answer, cookie)
    except OpenIdError as error:
        return _forget_flow(request, _turn_away(request, error.problem))
    people.attempts.forget(origin, at=now)
    response = _confirm(application, request, identity, flow) if flow.person else _enter(application, request, identity, flow, now)
    return _forget_flow(request, response)


def _enter(application: Application, request: Request, identity: Identity, flow: Flow, now: datetime) -> Response:
    people, create = application.people, application.settings.openid_create == "candidate"
    person = recognise(people, identity, invitation=flow.invitation, create=create, now=now)
    if isinstance(person, Turned):
        people.audit.write("", "login_failed", "", f"openid {person.value}", now=now)
        return _turn_away(request, person)
    people.audit.write(person.id, "login", person.id, "openid", now=now)
    response = go(first_page(request, person, flow.onward))
    hand_out(response, request, people.open_session(person.id, now))
    return response


def _confirm(application: Application, request: Request, identity: Identity, flow: Flow) -> Response:
    """Ask before linking: another site could have sent the browser here while it was logged in at the provider as somebody else.

    It gives a way in for good, so it takes the password again: somebody at an unlocked screen must not leave with the account.
    """
    viewer: Person | None = viewer_of(request)
    if viewer is None or viewer.id != flow.person:
        return _turn_away(request, OpenIdProblem.STALE)
    if application.people.password_hash(viewer.id) is None:
        return _turn_away(request, Turned.UNPROVEN)
    known_as = identity.name or identity.subject
    sealed = _provider(application).seal("link", {"key": identity.key, "person": viewer.id, "known_as": known_as})
    return show(request, "openid", problem="", known_as=known_as, sealed=sealed, told="")


def _link(application: Application, request: Request, sealed: str, password: str) -> Response:
    viewer: Person | None = viewer_of(request)
    kept = _provider(application).unseal("link", sealed)
    if kept is None or viewer is None or kept["person"] != viewer.id:
        return _turn_away(request, OpenIdProblem.STALE)
    if application.people.password_hash(viewer.id) is None:
        return _turn_away(request, Turned.UNPROVEN)
    if told := unconfirmed(application, viewer, password):
        return show(request, "openid", status=403, problem="", known_as=kept["known_as"], sealed=sealed, told=told)
    return go("/own") if link(application.people, viewer, kept["key"], now=utc_now()) else _turn_away(request, Turned.TAKEN)


def _provider(application: Application) -> OpenIdProvider:
    if application.openid is None:
        raise HTTPException(404)
    return application.openid


def _turn_away(request: Request, problem: OpenIdProblem | Turned) -> Response:
    return show(request, "openid", status=STATUS[problem], problem=problem.value)


def _ask_to_wait(request: Request, wait: timedelta) -> Response:
    seconds = max(1, int(wait.total_seconds() + 0.999))
    response = show(request, "openid", status=429, problem="wait", minutes=-(-seconds // 60))
    response.headers["Retry-After"] = str(seconds)
    return response


def _forget_flow(request: Request, response: Response) -> Response:
    response.delete_cookie(_cookie_name(request), httponly=True, samesite="lax", secure=must_be_secure(request), path="/")
    return response


def _cookie_name(request: Request) -> str:
    return "__Host-openid" if must_be_secure(request) else "openid"
