"""A request turned away, in the language of whoever sent it: a page for people, a line of JSON for scripts. Never a traceback."""

from __future__ import annotations

from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from interviewer.errors import StoreTrouble
from interviewer.models import LANGS
from interviewer.ui.labels import words
from interviewer.ui.render import render
from interviewer.web.pages import lang_of


def tell_trouble(trouble: StoreTrouble) -> dict[str, Any]:
    """What is wrong with the records, for scripts and for the page's own: a name, and what to do in both languages."""
    return {"trouble": trouble.value, "message": {lang: words(lang)[f"trouble_store_{trouble}"] for lang in LANGS}}


KNOWN = (400, 401, 403, 404, 405, 408, 413, 429, 500, 503)


def wants_page(connection: HTTPConnection) -> bool:
    """Whether a person is on their way to a page, rather than a script asking for data."""
    return connection.scope["method"] in ("GET", "HEAD") and "text/html" in connection.headers.get("accept", "")


def refuse(connection: HTTPConnection, status: int, trouble: StoreTrouble | None = None) -> Response:
    """The answer to a request that is not served. `trouble`: what is wrong with the records, if that is why."""
    headers = {"Cache-Control": "no-store"}
    if "text/html" not in connection.headers.get("accept", ""):
        return JSONResponse({"error": status, **(tell_trouble(trouble) if trouble else {})}, status, headers=headers)
    lang = lang_of(Request(connection.scope))
    code = status if status in KNOWN else (500 if status >= 500 else 400)
    # Its form (log out) is left out: there may be no token to put into it.
    return HTMLResponse(
        render("refusal", lang, viewer=None, csrf="", path="", query={}, code=code, trouble=trouble), status, headers=headers
    )
