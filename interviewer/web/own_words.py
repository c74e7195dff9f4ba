"""The coach's saved comments and private notes: the page of the one, and what the forms of both do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.interview.editing import MAX_WORDS, EditRefused
from interviewer.models import Person
from interviewer.web.desk import frame_of
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.pages import lang_of, posted, show, viewer_of

COMMENTS = "/coach/comments"
SAVED, DELETED = "saved", "deleted"


def routes(application: Application) -> APIRouter:
    """All under /coach."""
    router = APIRouter()

    @router.get(COMMENTS)
    def comments(request: Request) -> Response:
        return show_with_flash(request, "desk/comments", **comment_values(application, request))

    @router.post(COMMENTS)
    async def put_comment(request: Request) -> Response:
        return await run_in_threadpool(answer_comment, application, request, await posted(request))

    @router.post("/coach/notes")
    async def put_note(request: Request) -> Response:
        return await run_in_threadpool(answer_note, application, request, await posted(request))

    return router


def comment_values(application: Application, request: Request, **values: Any) -> dict[str, Any]:
    """What the page of the saved comments shows. `refused`: why something was not taken, `typed`: what that was."""
    viewer = viewer_of(request)
    questions = application.live_bank.for_viewer(viewer.id).questions
    topics = {question.id: question.topic[lang_of(request)] for question in questions}
    comments = application.saved_comments.all(viewer)
    return {
        "comments": comments, "topics": topics, "most": MAX_WORDS, "refused": "", "typed": {}, **values, **frame_of(application, request),
    }  # fmt: skip


def answer_comment(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """Add, change or delete a comment; the page again with what was typed if it is refused."""
    viewer, saved = viewer_of(request), application.saved_comments
    act, id, text, question_id = (fields.get(name, "") for name in ("act", "id", "text", "question"))
    acts: dict[str, Callable[[], object]] = {
        "add": lambda: saved.add(viewer, text, question_id),
        "change": lambda: saved.change(viewer, id, text, question_id),
        "delete": lambda: saved.delete(viewer, id),
    }
    try:
        _do(acts, act)
    except EditRefused as error:
        return show(
            request,
            "desk/comments",
            status=422,
            said="",
            said_values=[],
            **comment_values(application, request, refused=error.why, typed=dict(fields)),
        )
    return redirect_with_flash(request, COMMENTS, DELETED if act == "delete" else SAVED)


def answer_note(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """Add, change or delete a private note, and back to where it was written; what is refused is told there, too."""
    viewer = viewer_of(request)
    back = fields.get("back", "")
    try:
        _do(note_acts(application, viewer, fields), fields.get("act", ""))
    except EditRefused as error:
        return show(request, "desk/note_refused", status=422, why=error.why, fields=fields, **frame_of(application, request))
    return redirect_with_flash(request, f"{back.partition('#')[0]}#notes", DELETED if fields.get("act") == "delete" else SAVED)


def note_acts(application: Application, viewer: Person, fields: Mapping[str, str]) -> dict[str, Callable[[], object]]:
    """What can be done with a note, by the name of the act."""
    notes, id, text, shared = application.private_notes, fields.get("id", ""), fields.get("text", ""), bool(fields.get("shared"))
    interview_id, question_id = fields.get("interview", ""), fields.get("question", "")

    def add() -> None:
        if fields.get("about") == "answer":
            notes.add_on_answer(viewer, interview_id, question_id, text, shared=shared)
        else:
            notes.add_on_candidate(viewer, fields.get("candidate", ""), text, shared=shared)

    return {
        "add": add,
        "change": lambda: notes.change(viewer, id, text, shared=shared),
        "delete": lambda: notes.delete(viewer, id),
    }


def _do(acts: Mapping[str, Callable[[], object]], act: str) -> None:
    if act not in acts:
        raise HTTPException(400)
    try:
        acts[act]()
    except NotFound as error:
        raise HTTPException(404) from error
