"""What every route needs: who is asking, in which language, a page with its headers, and a form that only our own pages can send."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from anyio import CapacityLimiter, to_thread
from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import HTTPConnection

from interviewer.config import Settings
from interviewer.models import LANGS, Lang, Person
from interviewer.ui.render import render

Came = TypeVar("Came")

CSRF_COOKIE = "csrf"
LANGUAGE_COOKIE = "lang"
MOST_FIELDS = 200
"""Fields of a form: a coach's corrections to an interview have some dozens."""
LARGE_FORM = 64_000
"""Bytes from which a form is read in a thread: unquoting takes long, and nobody else should wait."""
MOST_WAITING = 200
"""Log-ins and the like that wait for their turn at a password's hash: some ten seconds."""


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


async def posted(request: Request, *, most: int = MOST_FIELDS) -> Mapping[str, str]:
    """The fields of a form that one of our own pages sent; 403 if another site could have, 400 if there are more than `most`.

    How large it may be is in `bodies`.
    """
    body, kind = await request.body(), request.headers.get("content-type", "")
    read = partial(_read_fields, body, kind, most)
    return _checked(request, read() if len(body) < LARGE_FORM else await run_in_threadpool(read))


async def posted_with_file(request: Request, name: str) -> tuple[Mapping[str, str], bytes]:
    """The same of a form with a file (multipart/form-data); the file is empty if none was chosen."""
    fields, files = await posted_with_files(request, (name,))
    return fields, files[name].content


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of a form, empty if none was chosen. `name`: what its sender calls it."""

    content: bytes = b""
    name: str = ""


async def posted_with_files(request: Request, names: Sequence[str]) -> tuple[Mapping[str, str], Mapping[str, Sent]]:
    """The same of a form with several files, by the names of their fields."""
    body, headers = await request.body(), request.headers
    if not headers.get("content-type", "").startswith("multipart/form-data"):
        return await posted(request), {name: Sent() for name in names}
    fields, files = await run_in_threadpool(lambda: asyncio.run(_read_parts(headers, body, names)))
    return _checked(request, fields), files


def _read_fields(body: bytes, content_type: str, most: int) -> dict[str, str]:
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return {}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most))
    except ValueError:
        raise HTTPException(400) from None


async def _read_parts(headers: Headers, body: bytes, names: Sequence[str]) -> tuple[dict[str, str], dict[str, Sent]]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(headers, stream(), max_files=len(names), max_fields=MOST_FIELDS).parse()
    except (MultiPartException, KeyError):
        raise HTTPException(400) from None
    try:
        sent = {name: form.get(name) for name in names}
        files = {
            name: Sent(await file.read(), file.filename or "") if isinstance(file, UploadFile) else Sent() for name, file in sent.items()
        }
        return {field: value for field, value in form.items() if isinstance(value, str)}, files
    finally:
        await form.close()


def _checked(request: Request, read: Mapping[str, str]) -> Mapping[str, str]:
    # No database keeps a NUL.
    fields = {name: value.replace("\x00", "\ufffd") for name, value in read.items()}
    given, kept = fields.pop("csrf", ""), request.cookies.get(CSRF_COOKIE, "")
    if not kept or not hmac.compare_digest(given.encode(), kept.encode()):
        raise HTTPException(403)
    return fields


async def run_hashing(request: Request, work: Callable[..., Came], *arguments: Any) -> Came:
    """Do what may compute a password's hash, in a thread, as many at once as hashes are. Who waits for their turn holds no thread.

    503 when so many wait that nobody would wait as long.
    """
    limiter: CapacityLimiter = request.app.state.hashing
    if limiter.statistics().tasks_waiting >= MOST_WAITING:
        raise HTTPException(503)
    return await to_thread.run_sync(partial(work, *arguments), limiter=limiter)


def go(address: str) -> Response:
    """On to another page after a form was taken; only ever to an address of ours."""
    return RedirectResponse(address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/", status_code=303)
