"""What a person takes away of their training: cards and reviews as JSON, points for Anki, the plan for a calendar.

Everything here is about whoever asks, so no address names anybody. What may be told of a point is decided in `training.export`.
"""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.models import Person
from interviewer.records.store import utc_now
from interviewer.training.export import Told, told_cards, training_values
from interviewer.ui.exports import plain_value
from interviewer.ui.labels import words
from interviewer.web.pages import lang_of, viewer_of
from interviewer.web.security import FILE_POLICY


def routes(application: Application) -> APIRouter:
    """The three files below /training."""
    router = APIRouter()

    @router.get("/training/cards.json")
    def cards(request: Request) -> Response:
        return _file(application, viewer_of(request), "cards.json", cards_json(application, viewer_of(request)))

    @router.get("/training/anki.apkg")
    def anki(request: Request) -> Response:
        return _file(application, viewer_of(request), "anki.apkg", anki_package(application, request))

    @router.get("/training/plan.ics")
    def plan(request: Request) -> Response:
        return _file(application, viewer_of(request), "plan.ics", plan_ics(application, request))

    return router


MEDIA_TYPES = {
    "cards.json": "application/json; charset=utf-8",
    "anki.apkg": "application/octet-stream",
    "plan.ics": "text/calendar; charset=utf-8",
}


def cards_json(application: Application, viewer: Person) -> bytes:
    """The cards that may be told of, with their reviews."""
    training = application.training
    told, reviews, settings = told_of(application, viewer), training.store.reviews(viewer.id), training.settings(viewer.id)
    values = training_values(told, reviews, settings, utc_now())
    return json.dumps(values, ensure_ascii=False, indent=2, default=plain_value).encode("utf-8", "replace")


def anki_package(application: Application, request: Request) -> bytes:
    """The points that may be told of, as a deck in the language of the page."""
    from interviewer.training.anki import write_apkg  # takes a second to load
    from interviewer.training.deck import describe_deck, notes_of

    viewer, lang = viewer_of(request), lang_of(request)
    told = told_of(application, viewer)
    notes = notes_of(told, application.training.mistakes(viewer.id), lang)
    return write_apkg(notes, words(lang), describe_deck(told, words(lang)), utc_now())


def plan_ics(application: Application, request: Request) -> bytes:
    """What comes back when, in the language of the page."""
    from interviewer.training.calendar import write_ics  # takes a second to load

    viewer, lang, training = viewer_of(request), lang_of(request), application.training
    cards, settings = training.cards(viewer.id), training.settings(viewer.id)
    return write_ics(viewer.id, cards, settings, training.seconds_each(viewer.id), utc_now(), words(lang), lang)


def told_of(application: Application, viewer: Person) -> Told:
    """The cards that may be told of. What runs is read last: a question that was opened meanwhile stays hidden."""
    cards = application.training.cards(viewer.id)
    return told_cards(cards, application.training.store.running(viewer.id))


def _file(application: Application, viewer: Person, name: str, content: bytes) -> Response:
    application.people.audit.write(viewer.id, "export", viewer.id, name, now=utc_now())
    headers = {
        "Content-Disposition": f'attachment; filename="interviewer-{utc_now():%Y-%m-%d}-{name}"',
        "Content-Security-Policy": FILE_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=MEDIA_TYPES[name], headers=headers)
