"""The outermost layer: every request gets an id, which its answer tells, and how it was answered is counted and, if asked for, logged.

A request is told by the template of its route, never by its path: addresses hold secrets (one-time links) and have no end of values.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interviewer.observability.context import begin_request
from interviewer.observability.logs import with_facts

REQUEST_ID = "x-request-id"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "none"
"""What led to no route of ours: an unknown address or host, or whom the gate turned away."""
GONE = 499
"""The status, as nginx has it, where nobody was there any more to be answered."""

logger = logging.getLogger("interviewer.access")


@dataclass(frozen=True, slots=True)
class Served:
    """One request and how it was answered. `method`, `route`: of few values."""

    method: str
    route: str
    status: int
    seconds: float


class Watch:
    """Middleware. `hear` is told of every request once its answer is out; with `access_log` so is the log."""

    def __init__(
        self, app: ASGIApp, *, hear: Callable[[str, str, int, float], None] = lambda *_served: None, access_log: bool = False
    ) -> None:
        self._app, self._hear, self._access_log = app, hear, access_log
        if access_log:
            logger.setLevel(logging.INFO)  # asked for, whatever the level of the rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        about = begin_request(Headers(scope=scope).get(REQUEST_ID, ""))
        began, status = time.perf_counter(), GONE

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = about.request
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            status = 500  # answered further out
            raise
        finally:
            served = Served(
                scope["method"] if scope["method"] in METHODS else "other", route_of(scope), status, time.perf_counter() - began
            )
            self._hear(served.method, served.route, served.status, served.seconds)
            if self._access_log:
                _log(served, scope)


def route_of(scope: Scope) -> str:
    """The template of the route that a request was led to, such as `/export/{name}`; `/look/*` below what is mounted."""
    root, template = scope.get("root_path", "").rstrip("/"), getattr(scope.get("route"), "path_format", None)
    if isinstance(template, str):
        return f"{root}{template}"
    return f"{root}/*" if root else NO_ROUTE


def _log(served: Served, scope: Scope) -> None:
    milliseconds, client = round(served.seconds * 1000), (scope.get("client") or ("",))[0]
    facts = with_facts(method=served.method, route=served.route, status=served.status, milliseconds=milliseconds, client=client)
    logger.info("%s %s %d in %d ms from %s", served.method, served.route, served.status, milliseconds, client, extra=facts)
