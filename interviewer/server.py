"""The web application: one FastAPI app with the practice room in both languages, the other pages, and the layers that guard them."""

from __future__ import annotations

import interviewer.before_gradio  # noqa: F401 - for what it does

# isort: split
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import gradio as gr
from anyio import CapacityLimiter
from fastapi import FastAPI, HTTPException, Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from interviewer.access.passwords import AT_ONCE as HASHES_AT_ONCE
from interviewer.bootstrap import Application
from interviewer.errors import NotFound, StoreError, StoreTrouble
from interviewer.interview.disclosure import hold_back
from interviewer.lazy_app import Divert, LazyApp
from interviewer.log_redaction import redact_logs
from interviewer.models import ExaminerName, Lang, Person
from interviewer.observability.context import current
from interviewer.readiness import readiness
from interviewer.records.store import utc_now
from interviewer.ui.exports import EXPORTS, is_withheld
from interviewer.ui.labels import words
from interviewer.ui.posting_view import view_posting
from interviewer.ui.practice import build_practice
from interviewer.ui.render import STATIC, render
from interviewer.ui.setup_form import Catalogue
from interviewer.web import (
    assignments,
    audit,
    batch_export,
    calendar,
    desk,
    gradebook,
    groups,
    insight,
    joining,
    login,
    metrics,
    openid,
    own,
    own_assignments,
    own_words,
    people,
    people_import,
    posting,
    question_answers,
    question_drafts,
    question_files,
    question_sets,
    questions,
    report_links,
    review_queue,
    training,
    training_files,
    transcript,
    webhook,
)
from interviewer.web.bodies import BodyLimits
from interviewer.web.gate import Gate, SessionLimits
from interviewer.web.practice_door import PracticeDoor
from interviewer.web.reader_zone import ReaderZone
from interviewer.web.refusal import refuse, tell_trouble
from interviewer.web.security import FILE_POLICY, PracticePolicy, SecurityHeaders, secure
from interviewer.web.watch import REQUEST_ID, Watch

LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
PAGES = (
    login,
    openid,
    desk,
    transcript,
    insight,
    gradebook,
    batch_export,
    report_links,
    groups,
    joining,
    own_words,
    people_import,
    review_queue,
    question_drafts,
    question_files,
    question_sets,
    question_answers,
    questions,
    assignments,
    own_assignments,
    people,
    own,
    training,
    training_files,
    posting,
    audit,
    calendar,
    webhook,
    metrics,
)
"""The modules with pages of their own; each has `routes(application)`."""


def create_app(application: Application) -> FastAPI:
    """The whole web application, with its background work tied to its life."""

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[None]:
        redact_logs()
        application.start()
        yield
        await english.close()
        application.stop()

    catalogue = catalogue_of(application)
    app = FastAPI(lifespan=live, docs_url=None, redoc_url=None, openapi_url=None)
    english = LazyApp(lambda: _mount_practice(FastAPI(openapi_url=None), application, catalogue, "en", "/en"))
    app.add_middleware(Divert, path="/en", to=english)
    app.state.hashing = CapacityLimiter(HASHES_AT_ONCE)
    app.state.openid = application.settings.openid_label if application.openid else ""
    _guard(app, application)
    _add_routes(app, application)
    for page in PAGES:
        app.include_router(page.routes(application))
    return _mount_practice(app, application, catalogue, "zh", "/")


def _guard(app: FastAPI, application: Application) -> None:
    """The layers before every route; what is added last is the outermost."""
    settings = application.settings
    limits = SessionLimits(timedelta(hours=settings.session_idle_hours), timedelta(days=settings.session_days))
    people = lambda: application.people  # noqa: E731 - opened at the first request, not while the application is built
    app.add_middleware(BodyLimits)
    app.add_middleware(Gate, people=people, now=utc_now, limits=limits, always_closed=settings.is_open)
    # A page elsewhere must not reach this one by a name of its own (DNS rebinding).
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK_HOSTS, *settings.host_names], www_redirect=False)
    app.add_middleware(ReaderZone)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Watch, hear=application.metrics.hear_request, access_log=settings.access_log == "on")
    app.add_exception_handler(StarletteHTTPException, _refuse_http)
    app.add_exception_handler(NotFound, lambda request, _error: refuse(request, 404))
    app.add_exception_handler(StoreError, lambda request, error: refuse(request, 503, getattr(error, "trouble", None)))
    app.add_exception_handler(Exception, _refuse_fault)


async def _refuse_http(request: Request, error: Exception) -> Response:
    return refuse(request, error.status_code if isinstance(error, StarletteHTTPException) else 500)


async def _refuse_fault(request: Request, _error: Exception) -> Response:
    # Answered outside of all layers, so the headers are added here.
    response = refuse(request, 500)
    secure(MutableHeaders(raw=response.raw_headers), https=request.url.scheme == "https")
    response.headers[REQUEST_ID] = current().request
    return response


def catalogue_of(application: Application) -> Catalogue:
    """What the set-up form offers."""
    settings = application.settings
    return Catalogue(
        bank=application.live_bank,
        examiners=tuple(application.examiners),
        default_examiner=ExaminerName(settings.default_examiner) if settings.has_model else ExaminerName.RUBRIC,
        model=settings.model if settings.has_model else None,
        stand_in=settings.stand_in == "on",
        sets=lambda owner: application.question_sets.sets(application.person(owner)),
        untested=application.live_bank.untested,
        stays_here=not (settings.has_model or settings.embeddings_model or settings.is_open),
    )


def _add_routes(app: FastAPI, application: Application) -> None:
    app.mount("/look", StaticFiles(directory=STATIC), name="look")

    @app.get("/favicon.ico")
    def favicon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        # Needs no thread, so that it answers while all of them are busy.
        if application.lacks_database:
            return JSONResponse({"status": "failing", **tell_trouble(StoreTrouble.GONE)}, 503)
        return JSONResponse({"status": "alive"})

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        found = readiness(application)
        return JSONResponse(found, 200 if found["ready"] else 503)

    @app.get("/export/{name}")
    def export(name: str, request: Request, lang: str = "zh") -> Response:
        interview_id, _, ending = name.rpartition(".")
        if ending not in EXPORTS:
            raise HTTPException(404)
        chosen: Lang = "en" if lang == "en" else "zh"
        try:
            interview = application.service.load(interview_id, owner=identify(request))
        except NotFound:
            return Response(words(chosen)["not_found"], 404, media_type="text/plain; charset=utf-8")
        if is_withheld(interview):
            return Response(words(chosen)["export_later"], 409, media_type="text/plain; charset=utf-8")
        interview = hold_back(interview)
        make, media_type = EXPORTS[ending]
        shown = "inline" if ending == "html" else "attachment"
        headers = {
            "Content-Disposition": f'{shown}; filename="interview-{interview.id[:8]}.{ending}"',
            "Content-Security-Policy": FILE_POLICY,
            "Cache-Control": "no-store",
        }
        behind = view_posting(
            application.preparing.behind(interview.id),
            interview,
            interview.turns,
            application.bank.competencies,
            untested=application.live_bank.untested(),
        )
        text = make(interview, application.bank.competencies, chosen, model=application.settings.model or "", behind=behind)
        return Response(text, media_type=media_type, headers=headers)


def _static_version() -> str:
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
    return hashlib.sha256(content).hexdigest()[:12]


def identify(request: Request | gr.Request) -> str:
    """Who is asking, as the gate found out. A queued event of Gradio keeps the request with which it was sent."""
    asked = request.request if isinstance(request, gr.Request) else request
    person = asked.scope["state"]["person"] if asked is not None else None
    if not isinstance(person, Person):
        raise NotFound("nobody is logged in → log in")
    return person.id


def _mount_practice(app: FastAPI, application: Application, catalogue: Catalogue, lang: Lang, path: str) -> FastAPI:
    practice = build_practice(
        application.service,
        catalogue,
        lang,
        identify=identify,
        training=application.training,
        preparing=application.preparing,
        assigned=application.assignments.store.own,
    )
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        practice,
        path,
        show_error=False,
        footer_links=[],
        allowed_paths=[],
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        theme=gr.themes.Base(),
        head=render("head", lang, version=_static_version()),
    )
    gradio = mounted.router.routes[-1]
    assert isinstance(gradio, Mount)
    events = frozenset(number for number, event in practice.fns.items() if event.fn)
    gradio.app = PracticeDoor(PracticePolicy(gradio.app), events=events, prefix=path.rstrip("/"))
    return mounted
