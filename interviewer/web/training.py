"""The pages of one's own training: plan, forecast and progress, the mistake book, all points. Everything is about whoever asks.

What is a file or a line of the command is elsewhere; so is the round itself, which is an interview in the practice room.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.models import (
    LEAST_RETENTION,
    LOCAL_PERSON,
    MOST_RETENTION,
    CardKey,
    ExaminerName,
    MarkKind,
    Person,
    TrainingSettings,
)
from interviewer.records.store import utc_now
from interviewer.training.schedule import local_day
from interviewer.training.service import LEAST_MINUTES, MOST_HISTORY, MOST_MINUTES, Refusal, TrainingRefused
from interviewer.ui.training_charts import draw_calendar, draw_chance, draw_course
from interviewer.ui.training_view import ENTRIES, MOST_ENTRIES, MOST_PRACTISED, CardState, list_cards, read_book
from interviewer.ui.zones import reader_zone
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.numbers import read_whole
from interviewer.web.pages import go, lang_of, posted, show, viewer_of
from interviewer.web.training_plan import FURTHEST, MINUTES, read_plan, typed_of

FILES = {
    "/training/cards.json": "training_file_cards",
    "/training/anki.apkg": "training_file_anki",
    "/training/plan.ics": "training_file_plan",
}
"""The files of `web.training_files`, by the name of the words for each."""
_LONGEST = 200


def routes(application: Application) -> APIRouter:
    """All under /training; no address names anybody."""
    router = APIRouter()

    @router.get("/training")
    def overview(request: Request) -> Response:
        return show_with_flash(request, "training", **overview_values(application, request))

    @router.post("/training")
    async def plan(request: Request) -> Response:
        return await run_in_threadpool(save_plan, application, request, await posted(request))

    @router.get("/training/mistakes")
    def mistakes(request: Request) -> Response:
        return show_with_flash(request, "training_mistakes", **mistakes_values(application, request))

    @router.get("/training/cards")
    def cards(request: Request) -> Response:
        return show_with_flash(request, "training_cards", **cards_values(application, request))

    @router.post("/training/mark")
    async def mark(request: Request) -> Response:
        return await run_in_threadpool(mark_card, application, request, await posted(request))

    @router.post("/training/practise")
    async def practise(request: Request) -> Response:
        return await run_in_threadpool(begin_practice, application, request, await posted(request))

    return router


# ---------------------------------------------------------------- what the pages show


def overview_values(application: Application, request: Request, **values: object) -> dict[str, object]:
    """Plan, forecast and progress."""
    training, owner = application.training, viewer_of(request).id
    settings = settings_of(application, owner)
    today, progress = training.today(owner), training.progress(owner)
    passed = settings.interview_on if settings.interview_on and settings.interview_on < progress.today else None
    return {
        "typed": typed_of(settings, progress.today), "wrong": {}, "passed": passed, "minutes": MINUTES, "settings": settings, "limits": {"low": LEAST_MINUTES, "high": MOST_MINUTES},
        "shares": {"low": f"{LEAST_RETENTION:.0%}", "high": f"{MOST_RETENTION:.0%}"}, "until": progress.today + FURTHEST,
        "new_zone": zone_of_reader() if zone_of_reader() != settings.zone else "", "today": today, "forecast": today.forecast,
        "topics": {question.id: question.topic for question in application.live_bank.for_viewer(owner).questions},
        "competencies": {each.id: each.name for each in application.bank.competencies},
        "progress": progress, "chart": draw_course(progress.course), "calendar": draw_calendar(progress.days, progress.today),
        "bar": draw_chance, "files": FILES, "most_history": MOST_HISTORY, **values,
    }  # fmt: skip


def settings_of(application: Application, owner: str) -> TrainingSettings:
    """What the person chose. Who has chosen nothing yet counts days in the zone of their browser, once it is known."""
    settings, zone = application.training.settings(owner), zone_of_reader()
    if settings != TrainingSettings() or zone in ("", settings.zone):
        return settings
    try:
        return application.training.choose(owner, TrainingSettings(zone=zone))
    except TrainingRefused:
        return settings


def zone_of_reader() -> str:
    """The name of the zone that the reader's browser tells, "" where it is not known."""
    return str(getattr(reader_zone(), "key", "") or "")


def mistakes_values(application: Application, request: Request) -> dict[str, object]:
    """The mistake book."""
    viewer, training = viewer_of(request), application.training
    everything = request.query_params.get("all") == "1"
    most = MOST_ENTRIES if everything else ENTRIES
    view = read_book(training.mistakes(viewer.id), training.cards(viewer.id), held=application.service.in_exam(viewer.id), most=most)
    actors = names_of(application, viewer, {each.mark.actor_id for each in view.put_away})
    return {
        "view": view,
        "most": MOST_PRACTISED,
        "actors": actors,
        "key_of_card": json.dumps,
        "kinds": MarkKind,
        "here": "/training/mistakes?all=1" if everything else "/training/mistakes",
    }


def names_of(application: Application, viewer: Person, ids: set[str]) -> dict[str, str]:
    """What people are called: "" for the viewer; whoever is gone is left out."""
    people = {id: application.people.get(id) for id in ids if id not in (viewer.id, LOCAL_PERSON.id)}
    return {viewer.id: ""} | {id: person.name for id, person in people.items() if person}


def cards_values(application: Application, request: Request) -> dict[str, object]:
    """All points, as far as the address narrows them."""
    viewer, training, params = viewer_of(request), application.training, request.query_params
    settings = settings_of(application, viewer.id)
    asked = {"question": params.get("question", "")[:_LONGEST], "state": params.get("state", "")}
    if asked["state"] not in list(CardState):
        asked["state"] = ""
    forecast = training.forecast(viewer.id)
    listed = list_cards(
        training.cards(viewer.id), utc_now(), settings, held=application.service.in_exam(viewer.id), question=asked["question"],
        state=asked["state"], page=read_whole(params.get("page", "")) or 1,
        on_day={each.key: each.kept for each in forecast.cards} if forecast else {},
    )  # fmt: skip

    def address(**changes: str | int) -> str:
        kept = {name: value for name, value in {**asked, **changes}.items() if value != ""}
        return "/training/cards" + (f"?{urlencode(kept)}" if kept else "")

    return {
        "listed": listed, "asked": asked, "states": tuple(CardState), "kinds": MarkKind, "address": address, "bar": draw_chance,
        "questions": application.live_bank.for_viewer(viewer.id).questions, "has_day": forecast is not None, "here": address(page=listed.page),
    }  # fmt: skip


# ---------------------------------------------------------------- what the forms do


def save_plan(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """Take the plan; the form again, as it was filled in, if something of it will not do."""
    owner, zone = viewer_of(request).id, zone_of_reader()
    settings = application.training.settings(owner)
    plan = read_plan(fields, zone=zone or settings.zone, today=local_day(utc_now(), zone or settings.zone))
    wrong = dict(plan.wrong)
    if plan.settings and not wrong:
        try:
            application.training.choose(owner, plan.settings)
            return redirect_with_flash(request, "/training", "training_saved")
        except TrainingRefused as refused:
            field = "date" if refused.why is Refusal.DATE_PAST else refused.why.value
            wrong = {field: f"training_bad_{refused.why.value}"}
    values = overview_values(application, request, typed=plan.typed, wrong=wrong)
    return show(request, "training", status=422, said="", said_values=[], **values)


def mark_card(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """Set a card aside, mark it known, bring it back; then back to where the form stood."""
    viewer = viewer_of(request)
    kind = next((kind for kind in MarkKind if kind.value == fields.get("kind")), None)
    if kind is None:
        raise HTTPException(400)
    back = fields.get("back", "")
    back = back if back.partition("?")[0] in ("/training/cards", "/training/mistakes") else "/training/mistakes"
    try:
        application.training.mark(viewer.id, CardKey(fields.get("question", ""), fields.get("point", "")), kind, actor=viewer.id)
    except TrainingRefused as refused:
        return redirect_with_flash(request, back, f"training_said_{refused.why.value}")
    return redirect_with_flash(request, back, f"training_said_{kind.value}")


def begin_practice(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """A round of the points that were ticked, and on to the practice room."""
    viewer, lang, settings = viewer_of(request), lang_of(request), application.settings
    keys = [key for name, value in fields.items() if name.startswith("card-") and (key := read_key(value))]
    if not keys:
        return redirect_with_flash(request, "/training/mistakes", "training_practise_none")
    wanted = list(dict.fromkeys(keys))
    try:
        interview = application.training.begin(
            viewer.id, keys=wanted[:MOST_PRACTISED], lang=lang, stand_in=settings.stand_in == "on",
            examiner=ExaminerName(settings.default_examiner) if settings.has_model else ExaminerName.RUBRIC,
        )  # fmt: skip
    except TrainingRefused as refused:
        return redirect_with_flash(request, "/training/mistakes", f"training_refused_{refused.why.value}")
    return go(("/" if lang == "zh" else "/en/") + f"?interview={interview.id}")


def read_key(text: str) -> CardKey | None:
    """The card of a ticked box, None for anything that no box of ours says."""
    try:
        question_id, point_id = json.loads(text[: 4 * _LONGEST])
    except (ValueError, TypeError, RecursionError):
        return None
    return CardKey(question_id, point_id) if isinstance(question_id, str) and isinstance(point_id, str) else None
