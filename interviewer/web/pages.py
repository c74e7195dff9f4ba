"""What every route needs: who is asking, in which language, a page with its headers, and a form that only our own pages can send."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.requests import HTTPConnection

from interviewer.config import Settings
from interviewer.models import LANGS, Lang, Person
from interviewer.ui.render import render

CSRF_COOKIE = "csrf"
LANGUAGE_COOKIE = "lang"
LARGEST_FORM = 1_000_000
"""Bytes of a posted form; imports have their own bound."""


def viewer_of(request: Request) -> Person:
    """Who is asking, as the gate found out; without accounts the one local person."""
    person: Person = request.state.person
    return person


def lang_of(request: HTTPConnection) -> Lang:
    """The language of the page: as the address says, else as last chosen, else as the browser prefers, else Chinese."""
    preferred = [part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    asked = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE), *preferred)
    return next((lang for name in asked for lang in LANGS if lang == name), "zh")


def turn_to_language(request: HTTPConnection, here: Lang) -> Response | None:
    """From the practice room in one language on to the one that was chosen (`?lang=`), or, from the bare address, that the browser prefers.

    None where the page is the right one. What was chosen is remembered; an address of the English page is a choice of its own.
    """
    chosen = "lang" in request.query_params
    wanted = lang_of(request) if chosen or here == "zh" else here
    if wanted == here and not chosen:
        return None
    query = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "lang"])
    response = RedirectResponse(("/en/" if wanted == "en" else "/") + (f"?{query}" if query else ""), 303, {"Cache-Control": "no-store"})
    _remember_language(request, response, wanted)
    return response


def _remember_language(request: HTTPConnection, response: Response, lang: Lang) -> None:
    response.set_cookie(LANGUAGE_COOKIE, lang, max_age=31_536_000, httponly=True, samesite="lax", secure=request.url.scheme == "https")


def show(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from a template that extends frame.html; who is asking and the form's token are in it."""
    lang = lang_of(request)
    openid = getattr(request.app.state, "openid", "")
    token = request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(24)
    html = render(
        template,
        lang,
        viewer=viewer_of(request),
        csrf=token,
        openid=openid,
        path=request.url.path,
        query=dict(request.query_params),
        **values,
    )
    response = HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
    if request.cookies.get(CSRF_COOKIE) != token:
        response.set_cookie(CSRF_COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    if request.query_params.get("lang") == lang:
        _remember_language(request, response, lang)
    return response


def base_of(settings: Settings, request: Request) -> str:
    """The address under which people reach the application, as it is set or else as it was asked for; without a slash at the end."""
    return settings.url.rstrip("/") or str(request.base_url).rstrip("/")


async def posted(request: Request, *, largest: int = LARGEST_FORM) -> Mapping[str, str]:
    """The fields of a form that one of our own pages sent; 403 if another site could have, 413 if it has more than `largest` bytes."""
    if int(request.headers.get("content-length") or largest + 1) > largest:
        raise HTTPException(413)
    form = await request.form()
    # No database keeps a NUL.
    fields = {name: value.replace("\x00", "\ufffd") for name, value in form.items() if isinstance(value, str)}
    given, kept = fields.pop("csrf", ""), request.cookies.get(CSRF_COOKIE, "")
    if not kept or not hmac.compare_digest(given.encode(), kept.encode()):
        raise HTTPException(403)
    return fields


def go(address: str) -> Response:
    """On to another page after a form was taken; only ever to an address of ours."""
    return RedirectResponse(address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/", status_code=303)
