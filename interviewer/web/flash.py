"""What a page says once after a form was taken, carried over the redirect in a cookie: a code and values without meaning of their own.

Not in the address, where it would stay in the history: a one-time link passes through here.
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request, Response

from interviewer.web.pages import go, show

COOKIE = "said"
SECONDS = 60
_SAYABLE = re.compile(r"[A-Za-z0-9_-]{1,80}(\.[A-Za-z0-9_-]{1,80}){0,3}")


def redirect_with_flash(request: Request, address: str, code: str, *values: str) -> Response:
    """On to another page, which says it. `values`: letters, digits, - and _ only."""
    said = ".".join((code, *values))
    if not _SAYABLE.fullmatch(said):
        raise ValueError("this cannot be carried in a cookie")
    response = go(address)
    response.set_cookie(COOKIE, said, max_age=SECONDS, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return response


def read_flash(request: Request) -> tuple[str, ...]:
    """The code and its values, () if there is nothing to say."""
    said = request.cookies.get(COOKIE, "")
    return tuple(said.split(".")) if _SAYABLE.fullmatch(said) else ()


def show_with_flash(request: Request, template: str, **values: Any) -> Response:
    """A page that says what is to be said: `said` in the template, the notice by its code, and `said_values`."""
    code, *rest = read_flash(request) or ("",)
    response = show(request, template, said=code, said_values=rest, **values)
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return response
