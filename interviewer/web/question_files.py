"""Questions that are written here as the folder of question files: a zip out, a zip in, all of it or nothing."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.authoring.folder import LARGEST_ARCHIVE, ArchiveRefused
from interviewer.authoring.service import Imported, TooManyQuestions
from interviewer.bootstrap import Application
from interviewer.ui.labels import words
from interviewer.web.desk import frame_of
from interviewer.web.pages import lang_of, posted_with_file, show, viewer_of
from interviewer.web.questions import HOME
from interviewer.web.security import FILE_POLICY

FILES = f"{HOME}/files"


def routes(application: Application) -> APIRouter:
    """All under /coach/questions/files. Before the routes of `questions`, whose ids could be "files"."""
    router = APIRouter()

    @router.get(FILES)
    def form(request: Request) -> Response:
        return show(request, "desk/question_files", **values_of(application, request))

    @router.get(f"{FILES}/export.zip")
    def export(request: Request) -> Response:
        archive = application.authoring.export_folder(viewer_of(request)).archive
        headers = {
            "Content-Disposition": 'attachment; filename="questions.zip"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": FILE_POLICY,
        }
        return Response(archive, media_type="application/zip", headers=headers)

    @router.post(FILES)
    async def take(request: Request) -> Response:
        _, content = await posted_with_file(request, "file")
        return await run_in_threadpool(take_archive, application, request, content)

    return router


def values_of(application: Application, request: Request, *, result: Imported | None = None, trouble: str = "") -> dict[str, Any]:
    """The page; `result`: what came of a zip, `trouble`: why it could not be read at all."""
    return {"result": result, "trouble": trouble, "megabytes": LARGEST_ARCHIVE // 1_000_000, **frame_of(application, request)}


def take_archive(application: Application, request: Request, content: bytes) -> Response:
    """Take in a zip of question files, or say by file and line what is wrong with it."""
    lang = lang_of(request)

    def again(trouble: str) -> Response:
        return show(request, "desk/question_files", status=422, **values_of(application, request, trouble=trouble))

    if not content:
        return again(words(lang)["files_none"])
    try:
        result = application.authoring.import_folder(viewer_of(request), content)
    except ArchiveRefused as refused:
        return again(f"{refused.message[lang]} → {refused.remedy[lang]}")
    except TooManyQuestions:
        return again(words(lang)["files_too_many"])
    return show(request, "desk/question_files", status=422 if result.refused else 200, **values_of(application, request, result=result))
