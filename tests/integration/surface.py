"""What the running application answers to: every route, mount and event of Gradio, read from the application itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from gradio.routes import App as GradioApp
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from interviewer.lazy_app import Divert
from interviewer.web.bodies import BodyLimits
from interviewer.web.gate import Gate
from interviewer.web.practice_door import PracticeDoor
from interviewer.web.reader_zone import ReaderZone
from interviewer.web.security import PracticePolicy, SecurityHeaders
from interviewer.web.watch import Watch

SERVE_NOTHING = (BodyLimits, Gate, ReaderZone, TrustedHostMiddleware, SecurityHeaders, Watch)
"""Middleware that only refuses or adds headers; another one could answer requests itself and must be looked into here."""


@dataclass(frozen=True, slots=True, order=True)
class Endpoint:
    """A method on a path as the application declares it. `gradio`: it is one of Gradio's, behind the practice room's door."""

    path: str
    method: str
    gradio: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Event:
    """A handler of the practice page. `inputs`: the id of the component and its value when the page opens."""

    prefix: str
    number: int
    name: str
    inputs: tuple[tuple[str, Any], ...]

    @property
    def handler(self) -> str:
        """The handler's name, which several buttons may share."""
        return self.name.rstrip("0123456789").rstrip("_")


def endpoints_of(app: FastAPI) -> list[Endpoint]:
    """Every route, in the order in which the application tries them; of two for the same only the first, which is the one that answers."""
    return list(dict.fromkeys(_unique(walk(app))))


def _unique(found: Iterable[Endpoint]) -> Iterator[Endpoint]:
    seen: set[tuple[str, str]] = set()
    for endpoint in found:
        if (endpoint.method, endpoint.path) not in seen:
            seen.add((endpoint.method, endpoint.path))
            yield endpoint


def walk(app: FastAPI) -> Iterator[Endpoint]:
    """The routes of an application and of those that its middleware hands paths to."""
    yield from routes_below(app.routes)
    for diverted in diverted_from(app):
        yield from walk(diverted)


def diverted_from(app: FastAPI) -> Iterator[FastAPI]:
    """The applications that get some paths before this one; they are built at their first request, which must have come."""
    for middleware in app.user_middleware:
        if middleware.cls is Divert:
            late: Any = middleware.kwargs["to"]
            assert late._app is not None, "ask for a page of it first"
            yield late._app
        else:
            assert middleware.cls in SERVE_NOTHING, f"{middleware.cls} is not known to serve nothing by itself"


def routes_below(routes: Iterable[Any], prefix: str = "", *, gradio: bool = False) -> Iterator[Endpoint]:
    """The endpoints of these routes and of all that is mounted or included in them; a kind of route that is not known is an error."""
    for route in routes:
        if isinstance(route, Mount):
            inner = _unwrap(route.app)
            if isinstance(inner, StaticFiles):
                yield Endpoint(f"{prefix}{route.path}/{{path}}", "GET", gradio)
            else:
                yield from routes_below(inner.routes, prefix + route.path, gradio=gradio or isinstance(inner, GradioApp))
        elif isinstance(route, Route):
            for method in sorted((route.methods or set()) - ({"HEAD"} if "GET" in (route.methods or ()) else set())):
                yield Endpoint(prefix + route.path, method, gradio)
        elif hasattr(route, "original_router"):
            yield from routes_below(route.original_router.routes, prefix + route.include_context.prefix, gradio=gradio)
        else:
            raise AssertionError(f"{type(route)} is no kind of route that this list knows")


def _unwrap(app: Any) -> Any:
    while isinstance(app, PracticeDoor | PracticePolicy):
        app = app.app
    return app


def gradios_of(app: FastAPI) -> Iterator[tuple[str, GradioApp]]:
    """The prefix and the Gradio application of each language."""
    for each in (app, *diverted_from(app)):
        for route in each.routes:
            if isinstance(route, Mount) and isinstance(inner := _unwrap(route.app), GradioApp):
                assert isinstance(route.app, PracticeDoor), "Gradio is reachable past its door"
                yield route.path, inner


def events_of(app: FastAPI) -> list[Event]:
    """Every event of both languages' pages."""
    return [
        Event(prefix, number, str(function.api_name), tuple(_input(each) for each in function.inputs))
        for prefix, gradio in gradios_of(app)
        for number, function in gradio.get_blocks().fns.items()
        if function.fn  # others run in the browser, and the door knows none of them: see `test_access`
    ]


def _input(component: Any) -> tuple[str, Any]:
    return component.elem_id or type(component).__name__, component.value
