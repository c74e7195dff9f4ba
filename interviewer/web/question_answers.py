"""The page of a question's labelled answers: what it is tested with, and what the offline examiner learns from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.authoring.learning import LEARN
from interviewer.authoring.refusal import NotReady
from interviewer.authoring.selftest import LEAST_ANSWERS, decode_shown
from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.models import LANGS, JobState, Level, PointLabel
from interviewer.ui.labels import words
from interviewer.web.desk import frame_of
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.pages import go, lang_of, posted, show, viewer_of
from interviewer.web.questions import HOME, found, text_of

NOTHING_TYPED: dict[str, Any] = {"answer": "", "level": "", "lang": "", "text": "", "labels": {}, "quotes": {}}
"""What a form shows that holds nothing yet."""


def routes(application: Application) -> APIRouter:
    """All under /coach/questions/{id}/answers."""
    router = APIRouter()
    here = f"{HOME}/{{question_id}}/answers"

    @router.get(here)
    def listed(request: Request, question_id: str) -> Response:
        return show_with_flash(request, "desk/question_answers", **values_of(application, request, question_id))

    @router.post(here)
    async def put(request: Request, question_id: str) -> Response:
        return await run_in_threadpool(put_answer, application, request, question_id, await posted(request))

    return router


def values_of(application: Application, request: Request, question_id: str, **more: Any) -> dict[str, Any]:
    """The answers, how far the test is that runs (per cent, None while none does), and what the last one showed."""
    viewer, lang = viewer_of(request), lang_of(request)
    job = application.job_queue.latest(LEARN, question_id)  # before the version: what it has found is in one that is read later
    version = found(application.authoring.version, viewer, question_id)
    answers = found(application.labelled_answers.answers, viewer, question_id)
    asked = application.authoring.check(version.content, question_id, version.number).question
    return {
        "id": question_id, "asked": asked, "answers": answers, "levels": tuple(Level), "labels": tuple(PointLabel), "langs": LANGS,
        "title": text_of(version.content, "topic", lang) or words(lang)["question_untitled"], "least": LEAST_ANSWERS,
        "failure": job.failure[lang] if job and job.failure else "",
        "running": round(100 * job.progress) if job and job.state is JobState.OPEN else None,
        "calls": sum(answer.confirmed for answer in answers) if application.settings.has_model else 0,
        "shown": decode_shown(version.test) if version.test else (), "tested": version.tested, "typed": NOTHING_TYPED, "nothing": NOTHING_TYPED, "wrong": (), **more,
        **frame_of(application, request),
    }  # fmt: skip


def put_answer(application: Application, request: Request, question_id: str, fields: Mapping[str, str]) -> Response:
    """Add an answer, change or delete one; the page again with what was typed if it cannot be taken."""
    viewer, labelled, here = viewer_of(request), application.labelled_answers, f"{HOME}/{question_id}/answers"
    answer_id, text = fields.get("answer", ""), fields.get("text", "")
    level = next((level for level in Level if level.value == fields.get("level")), None)
    lang = next((code for code in LANGS if code == fields.get("lang")), None)
    labels = {
        name.removeprefix("label."): PointLabel(value)
        for name, value in fields.items()
        if name.startswith("label.") and value in set(PointLabel)
    }
    quotes = {name.removeprefix("quote."): value for name, value in fields.items() if name.startswith("quote.") and value.strip()}
    try:
        if fields.get("act") == "delete":
            labelled.delete(viewer, answer_id)
            return redirect_with_flash(request, here, "answer_deleted")
        if fields.get("act") == "test" and application.settings.has_model:
            labelled.answers(viewer, question_id)  # NotFound for whoever may not change them
            application.learn(question_id, model_for=viewer.id)
            return go(f"{here}#test")
        if level is None or lang is None:
            raise HTTPException(400)
        if answer_id:
            labelled.change(viewer, answer_id, text=text, level=level, labels=labels, quotes=quotes)
        else:
            labelled.add(viewer, question_id, lang=lang, text=text, level=level, labels=labels, quotes=quotes)
    except NotFound as error:
        raise HTTPException(404) from error
    except NotReady as refused:
        said = tuple(f"{each.message[lang_of(request)]} → {each.remedy[lang_of(request)]}" for each in refused.findings)
        return show(
            request, "desk/question_answers", status=422, said="", said_values=[],
            **values_of(application, request, question_id, typed={**NOTHING_TYPED, **fields, "labels": labels, "quotes": quotes}, wrong=said),
        )  # fmt: skip
    return redirect_with_flash(request, here, "answer_saved")
