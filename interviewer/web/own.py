"""What is kept of whoever is asking, and what they can do about it: password, sessions, a file of everything, deletion.

Without accounts it is the page of the one local person, who has no password and no account to delete.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from interviewer.access.confirming import Confirmation, Confirming
from interviewer.access.devices import mark_device
from interviewer.access.passwords import LONGEST, SHORTEST, WeakPassword, check_password
from interviewer.bootstrap import Application
from interviewer.cohort.assignments import assignment_values
from interviewer.errors import NotFound
from interviewer.models import Interview, Person
from interviewer.models.postings import Posting
from interviewer.records.accounts import LastAdmin
from interviewer.records.names import key_of
from interviewer.records.spending import Ledger
from interviewer.records.store import utc_now
from interviewer.training.export import mark_values, review_values, settings_values, state_values
from interviewer.ui.own_data import OwnData, write_own_data
from interviewer.web.flash import read_flash, redirect_with_flash, show_with_flash
from interviewer.web.login import say_goodbye
from interviewer.web.pages import base_of, lang_of, posted, run_hashing, show, viewer_of
from interviewer.web.sessions import remember_device, session_token, take_back

CALENDAR_MADE = "own_calendar_made"
"""Said with the secret of the address, which is shown once."""


def routes(application: Application) -> APIRouter:
    """All under /own: everything here is about whoever asks, so no address names anybody."""
    router = APIRouter()

    @router.get("/own")
    def own(request: Request) -> Response:
        return show_with_flash(request, "own", **own_values(application, viewer_of(request)), **calendar_values(application, request))

    @router.get("/own/data.json")
    def data(request: Request) -> Response:
        return export_own(application, viewer_of(request))

    @router.post("/own/password")
    async def password(request: Request) -> Response:
        return await run_hashing(request, change_password, application, request, await posted(request))

    @router.post("/own/logout-everywhere")
    async def log_out_everywhere(request: Request) -> Response:
        await posted(request)
        return await run_in_threadpool(end_sessions, application, request)

    @router.post("/own/delete-interviews")
    async def delete_interviews(request: Request) -> Response:
        return await run_hashing(request, erase_interviews, application, request, await posted(request))

    @router.post("/own/delete")
    async def delete_account(request: Request) -> Response:
        return await run_hashing(request, erase_account, application, request, await posted(request))

    return router


# ---------------------------------------------------------------- what the page shows


def own_values(application: Application, viewer: Person) -> dict[str, object]:
    """The page; what concerns accounts is empty for the local person."""
    settings, now = application.settings, utc_now()
    tokens, cost = Ledger(application.database).spent(viewer.id, now)
    return {
        "count": application.accounts.interview_counts().get(viewer.id, 0), "coaches": coach_names(application, viewer),
        "sessions": application.accounts.sessions_of(viewer.id, now, **session_limits(application)),
        "has_password": application.people.password_hash(viewer.id) is not None, "shortest": SHORTEST, "longest": LONGEST,
        "tokens": tokens, "cost": cost, "daily_tokens": settings.daily_tokens, "daily_cost": settings.daily_cost if settings.price else 0.0,
        "answers_a_minute": 0 if viewer.is_local else settings.answers_a_minute, "retention_days": settings.retention_days,
        "has_model": settings.has_model, "assigned": application.assignments.own(viewer), "now": now,
        "learning": len(application.corrected_answers.of_owner(viewer.id)) if application.corrected_answers.allowed else None,
    }  # fmt: skip


def calendar_values(application: Application, request: Request) -> dict[str, object]:
    """The calendar's address; in full only right after it was made."""
    said, *values = read_flash(request) or ("",)
    secret = values[0] if said == CALENDAR_MADE and values else ""
    address = f"{base_of(application.settings, request)}/calendar/{secret}.ics?lang={lang_of(request)}" if secret else ""
    return {"calendar": application.calendar_feeds.of(viewer_of(request).id), "calendar_address": address}


def coach_names(application: Application, viewer: Person) -> list[str]:
    """Who besides themselves may read their interviews."""
    return [coach.name for coach in application.people.coaches_of(viewer.id) if coach.may_coach]


def session_limits(application: Application) -> dict[str, timedelta]:
    """How long sessions hold."""
    settings = application.settings
    return {"idle": timedelta(hours=settings.session_idle_hours), "absolute": timedelta(days=settings.session_days)}


# ---------------------------------------------------------------- the file of everything


def export_own(application: Application, viewer: Person) -> Response:
    """Everything as one JSON file, written while it is sent."""
    application.people.audit.write(viewer.id, "export", viewer.id, "own data", now=utc_now())
    headers = {
        "Content-Disposition": f'attachment; filename="interviewer-own-data-{utc_now():%Y-%m-%d}.json"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(write_own_data(gather(application, viewer)), media_type="application/json; charset=utf-8", headers=headers)


def gather(application: Application, viewer: Person) -> OwnData:
    """What the file holds; interviews and the audit log are read as it is written."""
    limits = session_limits(application)
    training = application.training
    training.bring_up_to_date(viewer.id, limit=sys.maxsize)
    names = _names(application, viewer)
    return OwnData(
        person={
            "id": viewer.id, "name": viewer.name, "role": viewer.role.value, "group": viewer.group, "created_at": viewer.created_at,
            "coaches": coach_names(application, viewer),
        },
        sessions=[asdict(session) for session in application.accounts.sessions_of(viewer.id, utc_now(), **limits)],
        spending=[{"day": day, "tokens": tokens, "cost": cost} for day, tokens, cost in application.accounts.spending_of(viewer.id)],
        interviews=_interviews(application, viewer),
        audit=_audit(application, viewer),
        training=settings_values(training.settings(viewer.id)),
        cards=[state_values(state) for state in training.store.states(viewer.id).values()],
        reviews=[review_values(review) for review in training.store.reviews(viewer.id)],
        postings=[_posting(each) for each in application.preparing.store.list_of(viewer.id)],
        marks=[mark_values(mark, names) for mark in training.store.marks(viewer.id)],
        written=_written(application, viewer),
        question_sets=[asdict(each) for each in application.question_sets.sets(viewer) if each.owner == viewer.id],
        bank_drafts=[asdict(each) for each in application.bank_drafts.drafts(viewer)],
        assignments=assignment_values(application.assignments.own(viewer)),
        labelled_answers=[asdict(each) for each in application.labelled_answers.by_author(viewer)],
        report_links=_links(application, viewer),
        learning_answers=[
            {name: getattr(each, name) for name in ("interview_id", "question_id", "text", "at")}
            for each in application.corrected_answers.of_owner(viewer.id)
        ],
        saved_comments=[asdict(each) for each in application.saved_comments.all(viewer)] if viewer.may_coach else [],
    )  # fmt: skip


def _posting(posting: Posting) -> dict[str, Any]:
    """All that is kept of it; drafted questions without their key, unless they were asked: those stand with their interview."""
    content = asdict(posting.content)
    drafts = [{name: draft[name] for name in ("prompt", "quote", "chosen")} for draft in content.pop("drafts")]
    interviews = {id: {name: [asdict(each) for each in reasons] for name, reasons in why.items()} for id, why in posting.interviews.items()}
    return {"id": posting.id, "created_at": posting.created_at, **content, "drafts": drafts, "interviews": interviews}


def _interviews(application: Application, viewer: Person) -> Iterator[Interview]:
    for interview_id in application.accounts.interview_ids(viewer.id):
        try:
            yield application.service.read(interview_id, owner=viewer.id)
        except NotFound:
            continue  # deleted while the file was written


def _links(application: Application, viewer: Person) -> Iterator[Mapping[str, Any]]:
    store, mine = application.report_links.store, application.accounts.interview_ids(viewer.id)
    made = [link for link in store.made_by(viewer.id) if link.interview_id not in mine]
    yield from (asdict(link) for link in (*(link for each in mine for link in store.links_of(each)), *made))


def _written(application: Application, viewer: Person) -> Iterator[Mapping[str, Any]]:
    for each in application.authoring.questions(viewer):
        if each.question.owner == viewer.id:
            versions = application.authoring.versions(viewer, each.question.id)
            yield {**asdict(each.question), "versions": [{**asdict(one), "author_id": None} for one in versions]}


def _audit(application: Application, viewer: Person) -> Iterator[Mapping[str, Any]]:
    names = _names(application, viewer)
    for entry in application.people.audit.concerning(viewer.id):
        yield {**asdict(entry), "actor": names.get(entry.actor_id, "")}


def _names(application: Application, viewer: Person) -> dict[str, str]:
    """Of those whom the person may know by name: themselves and their coaches."""
    return {person.id: person.name for person in (viewer, *application.people.coaches_of(viewer.id))}


# ---------------------------------------------------------------- what the forms do


def change_password(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """Another password, for who knows the old one; every other session ends."""
    viewer = registered(request)
    if application.people.password_hash(viewer.id) is None:
        raise HTTPException(404)
    problem = unconfirmed(application, viewer, fields.get("old", "")) or refused(fields, name=viewer.name)
    if problem:
        return redirect_with_flash(request, "/own#password", problem)
    chosen = application.passwords.hash(fields["password"])
    application.people.set_password_hash(viewer.id, chosen, keep_token=session_token(request))
    application.people.audit.write(viewer.id, "password_changed", viewer.id, now=utc_now())
    response = redirect_with_flash(request, "/own", "own_password_changed")
    remember_device(response, request, viewer.id, mark_device(viewer.id, chosen))
    return response


def refused(fields: Mapping[str, str], *, name: str) -> str:
    """Why the new password will not do, as the name of a notice; "" if it will."""
    try:
        check_password(fields.get("password", ""), name=name)
    except WeakPassword as error:
        return f"password_{error.reason}"
    return "" if fields.get("password") == fields.get("again") else "password_again"


def end_sessions(application: Application, request: Request) -> Response:
    """Log out, here and wherever else."""
    viewer = registered(request)
    application.people.close_sessions(viewer.id)
    application.people.audit.write(viewer.id, "logout_everywhere", viewer.id, now=utc_now())
    return say_goodbye(application, request)


def erase_interviews(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """All their interviews, once they ticked that this is meant."""
    if fields.get("sure") != "1":
        return redirect_with_flash(request, "/own#delete", "own_not_sure")
    n = application.accounts.erase_interviews(viewer_of(request).id, now=utc_now())
    return redirect_with_flash(request, "/own", "own_interviews_deleted", str(n))


def erase_account(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """The account with all there is of it, once name and password were typed; the page that says goodbye is the answer itself."""
    viewer = registered(request)
    if key_of(fields.get("name", "")) != key_of(viewer.name):
        return redirect_with_flash(request, "/own#delete", "own_name_differs")
    problem = unconfirmed(application, viewer, fields.get("password", ""))
    if problem:
        return redirect_with_flash(request, "/own#delete", problem)
    try:
        application.accounts.erase(viewer.id, actor_id=viewer.id, now=utc_now())
    except LastAdmin:
        return redirect_with_flash(request, "/own#delete", "own_last_admin")
    request.state.person = None
    response = show(request, "own_deleted")
    take_back(response, request)
    return response


def registered(request: Request) -> Person:
    """Who is asking, if they have an account; 404 for the local person."""
    viewer = viewer_of(request)
    if viewer.is_local:
        raise HTTPException(404)
    return viewer


def unconfirmed(application: Application, viewer: Person, password: str) -> str:
    """Why this was not confirmed with the password, as the name of a notice; "" if it was."""
    match Confirming(application.people, application.passwords).confirm(viewer, password, now=utc_now()):
        case Confirmation.WRONG:
            return "own_password_wrong"
        case Confirmation.WAIT:
            return "own_wait"
        case _:
            return ""
