"""The pages of question sets: questions in an order, under a name, with the mode in which they are meant to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.authoring.refusal import NotReady
from interviewer.bootstrap import Application
from interviewer.models import OWNER_ONLY, Bilingual, Mode, QuestionSet
from interviewer.records.store import utc_now
from interviewer.web.desk import frame_of
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.numbers import read_whole
from interviewer.web.pages import lang_of, posted, show, viewer_of
from interviewer.web.questions import HOME, found

SETS = f"{HOME}/sets"
MOST_FIELDS = 2_500
"""A place in the order for each question that one may use."""


def routes(application: Application) -> APIRouter:
    """All under /coach/questions/sets. Before the routes of `questions`, whose ids could be "sets"."""
    router = APIRouter()

    @router.get(SETS)
    def listed(request: Request) -> Response:
        return show_with_flash(request, "desk/question_sets", **values_of(application, request, None))

    @router.post(SETS)
    async def create(request: Request) -> Response:
        return await run_in_threadpool(save_set, application, request, "", await posted(request, most=MOST_FIELDS))

    @router.get(f"{SETS}/{{set_id}}")
    def edit(request: Request, set_id: str) -> Response:
        chosen = found(application.question_sets.find, viewer_of(request), set_id)
        return show_with_flash(request, "desk/question_sets", **values_of(application, request, chosen))

    @router.post(f"{SETS}/{{set_id}}")
    async def save(request: Request, set_id: str) -> Response:
        return await run_in_threadpool(save_set, application, request, set_id, await posted(request, most=MOST_FIELDS))

    return router


def values_of(
    application: Application, request: Request, chosen: QuestionSet | None, *, wrong: Sequence[str] = (), typed: QuestionSet | None = None
) -> dict[str, Any]:
    """The sets that the viewer may use, and the form of one. `typed`: what was filled in and could not be saved."""
    viewer, sets = viewer_of(request), application.question_sets
    shown = typed or chosen
    place = {id: number for number, id in enumerate(shown.question_ids if shown else (), start=1)}
    questions = application.live_bank.for_viewer(viewer.id).questions
    return {
        "sets": sets.sets(viewer), "chosen": chosen, "shown": shown, "place": place, "wrong": wrong, "modes": tuple(Mode),
        "questions": sorted(questions, key=lambda each: place.get(each.id, len(place) + 1)), "audiences": application.authoring.audiences(viewer),
        "may_edit": chosen is None or sets.may_edit(viewer, chosen.id), "own": OWNER_ONLY, **frame_of(application, request),
    }  # fmt: skip


def save_set(application: Application, request: Request, set_id: str, fields: Mapping[str, str]) -> Response:
    """Save a set or delete it; the form again with what is wrong."""
    viewer, sets, lang = viewer_of(request), application.question_sets, lang_of(request)
    chosen = found(sets.find, viewer, set_id) if set_id else None
    if fields.get("act") == "delete" and set_id:
        found(sets.delete, viewer, set_id)
        return redirect_with_flash(request, SETS, "set_deleted")
    offered = application.authoring.audiences(viewer)
    number = read_whole(fields.get("audience", ""), below=len(offered))
    mode = next((mode for mode in Mode if mode.value == fields.get("mode")), None)
    if mode is None or number is None:
        raise HTTPException(400)
    order = {name.removeprefix("place."): read_whole(value) or 0 for name, value in fields.items() if name.startswith("place.")}
    ids = tuple(sorted((id for id in order if order[id]), key=order.__getitem__))
    name = Bilingual(fields.get("name.zh", ""), fields.get("name.en", ""))
    try:
        saved = sets.save(viewer, name=name, mode=mode, question_ids=ids, audience=offered[number], set_id=set_id)
    except NotReady as refused:
        wrong = [f"{each.message[lang]} → {each.remedy[lang]}" for each in refused.findings]
        typed = QuestionSet(set_id, viewer.id, name, mode, ids, offered[number], utc_now())
        values = values_of(application, request, chosen, wrong=wrong, typed=typed)
        return show(request, "desk/question_sets", status=422, said="", said_values=[], **values)
    return redirect_with_flash(request, f"{SETS}/{saved.id}", "set_saved")
