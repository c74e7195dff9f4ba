"""The session cookie: its name, how it is set and read. The session itself is in the database (records/people)."""

from __future__ import annotations

from starlette.datastructures import URL
from starlette.requests import HTTPConnection
from starlette.responses import Response

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1", "testserver")


def must_be_secure(request: HTTPConnection) -> bool:
    """Whether the cookie may only travel over TLS: always, but for plain http on this machine."""
    url: URL = request.url
    return url.scheme == "https" or (url.hostname or "").strip("[]") not in LOOPBACK_NAMES


def cookie_name(request: HTTPConnection) -> str:
    """`__Host-` keeps a neighbouring host name from setting it; browsers take that name only over TLS."""
    return "__Host-session" if must_be_secure(request) else "session"


def session_token(request: HTTPConnection) -> str | None:
    """What the browser holds."""
    return request.cookies.get(cookie_name(request))


def hand_out(response: Response, request: HTTPConnection, token: str) -> None:
    """Give the browser its session. It ends with the browser, or earlier on the server."""
    response.set_cookie(cookie_name(request), token, httponly=True, samesite="lax", secure=must_be_secure(request), path="/")


def take_back(response: Response, request: HTTPConnection) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(cookie_name(request), httponly=True, samesite="lax", secure=must_be_secure(request), path="/")
