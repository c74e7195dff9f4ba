"""The session cookie and the marks of known devices: their names, how they are set and read.

The session itself is in the database (records/sessions), what a mark is worth is in access/devices.
"""

from __future__ import annotations

from hashlib import sha256

from starlette.datastructures import URL
from starlette.requests import HTTPConnection
from starlette.responses import Response

DEVICE_SECONDS = 180 * 24 * 3600
MOST_DEVICES = 20
"""People who share a browser."""
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


def remember_device(response: Response, request: HTTPConnection, person_id: str, mark: str) -> None:
    """Have the browser keep that this person has logged in here; several people who share it have a mark each."""
    name = _device_prefix(request) + sha256(person_id.encode()).hexdigest()[:8]
    secure = must_be_secure(request)
    response.set_cookie(name, mark, max_age=DEVICE_SECONDS, httponly=True, samesite="lax", secure=secure, path="/")


def device_marks(request: HTTPConnection) -> tuple[str, ...]:
    """The marks that the browser holds."""
    prefix = _device_prefix(request)
    return tuple(mark for name, mark in request.cookies.items() if name.startswith(prefix))[:MOST_DEVICES]


def _device_prefix(request: HTTPConnection) -> str:
    return "__Host-device-" if must_be_secure(request) else "device-"
