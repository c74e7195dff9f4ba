"""A request turned away, in the language of whoever sent it: a page for people, a line of JSON for scripts. Never a traceback."""

from __future__ import annotations

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from interviewer.ui.render import render
from interviewer.web.pages import lang_of

KNOWN = (400, 401, 403, 404, 405, 413, 429, 500, 503)


def wants_page(connection: HTTPConnection) -> bool:
    """Whether a person is on their way to a page, rather than a script asking for data."""
    return connection.scope["method"] in ("GET", "HEAD") and "text/html" in connection.headers.get("accept", "")


def refuse(connection: HTTPConnection, status: int) -> Response:
    """The answer to a request that is not served."""
    headers = {"Cache-Control": "no-store"}
    if "text/html" not in connection.headers.get("accept", ""):
        return JSONResponse({"error": status}, status, headers=headers)
    lang = lang_of(Request(connection.scope))
    code = status if status in KNOWN else (500 if status >= 500 else 400)
    # Its form (log out) is left out: there may be no token to put into it.
    return HTMLResponse(render("refusal", lang, viewer=None, csrf="", path="", query={}, code=code), status, headers=headers)
