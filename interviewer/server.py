"""The web application: one FastAPI app with the practice room in both languages, the exports and the health check."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

# Read by Gradio when it is imported.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
from fastapi import FastAPI, HTTPException, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

from interviewer.bootstrap import LOCAL_OWNER, Application
from interviewer.config import Settings
from interviewer.errors import ConfigError, NotFound
from interviewer.late import Divert, LateApp
from interviewer.models import ExaminerName, Lang
from interviewer.ui.exports import EXPORTS
from interviewer.ui.labels import words
from interviewer.ui.practice import build_practice
from interviewer.ui.render import STATIC, render
from interviewer.ui.setup_form import Catalogue

LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]


def create_app(application: Application) -> FastAPI:
    """The whole web application, with its background work tied to its life."""

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[None]:
        application.start()
        yield
        await english.close()
        application.stop()

    catalogue = catalogue_of(application)
    app = FastAPI(lifespan=live, docs_url=None, redoc_url=None, openapi_url=None)
    english = LateApp(lambda: _mount_practice(FastAPI(openapi_url=None), application, catalogue, "en", "/en"))
    app.add_middleware(Divert, path="/en", to=english)
    if is_loopback(application.settings.host):
        # A page elsewhere must not reach the local one by a name of its own (DNS rebinding).
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_HOSTS)
    _add_routes(app, application)
    return _mount_practice(app, application, catalogue, "zh", "/")


def catalogue_of(application: Application) -> Catalogue:
    """What the set-up form offers."""
    settings = application.settings
    return Catalogue(
        bank=application.bank,
        examiners=tuple(application.examiners),
        default_examiner=ExaminerName(settings.default_examiner) if settings.has_model else ExaminerName.RUBRIC,
        model=settings.model if settings.has_model else None,
    )


def check_binding(settings: Settings) -> None:
    """ConfigError if the app would be open to a network: there are no accounts that could tell people apart."""
    if not is_loopback(settings.host) and not settings.trust_network:
        raise ConfigError(
            f"HOST={settings.host} would let everybody on the network read every interview, for there are no accounts → "
            "bind to 127.0.0.1, or set INTERVIEWER_TRUST_NETWORK=1 if everybody who can reach it may see everything"
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _add_routes(app: FastAPI, application: Application) -> None:
    app.mount("/look", StaticFiles(directory=STATIC), name="look")

    @app.get("/favicon.ico")
    def favicon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

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
        make, media_type = EXPORTS[ending]
        shown = "inline" if ending == "html" else "attachment"
        headers = {
            "Content-Disposition": f'{shown}; filename="interview-{interview.id[:8]}.{ending}"',
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return Response(make(interview, application.bank.competencies, chosen), media_type=media_type, headers=headers)


def _static_version() -> str:
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
    return hashlib.sha256(content).hexdigest()[:12]


def identify(_request: Request | gr.Request) -> str:
    """Who is asking. Without accounts, everybody is the one local person."""
    return LOCAL_OWNER


def _mount_practice(app: FastAPI, application: Application, catalogue: Catalogue, lang: Lang, path: str) -> FastAPI:
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_practice(application.service, catalogue, lang, identify=identify),
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
    return mounted
