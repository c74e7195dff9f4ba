"""The coach's list of interviews, the import of transcripts from elsewhere, and the exports. One interview is in `transcript`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.interview.editing import EditRefused
from interviewer.interview.import_rows import read_rows
from interviewer.interview.importing import MOST_LINES
from interviewer.models import LANGS, ExaminerName, Interview, Lang, Person
from interviewer.records.inbox import InboxFilters, InboxPage
from interviewer.records.second_readings import Reviewed
from interviewer.records.store import utc_now
from interviewer.spreadsheets import FileRefused, read_text
from interviewer.text.normalize import strip_hidden
from interviewer.ui.desk_scene import steps_of
from interviewer.ui.exports import EXPORTS
from interviewer.ui.labels import words
from interviewer.web.bodies import LARGEST_FILE
from interviewer.web.flash import show_with_flash
from interviewer.web.inbox_query import ORDERS, ORDERS_WHILE_BLIND, STATES, InboxQuery, read_inbox_query
from interviewer.web.pages import go, lang_of, posted, posted_with_file, show, viewer_of
from interviewer.web.security import FILE_POLICY

BLIND_COOKIE = "blind"
ROWS = 30
"""Bytes of an uploaded file of transcripts."""

EXAMPLE = """\
{"candidate": "C-014", "question": "data-pipeline", "answer": "线上埋点和日志走 Kafka，离线用 Spark 跑一遍同样的逻辑。"}
{"candidate": "C-015", "question": "3", "answer": "Events stream into Kafka; Spark runs the same logic in batch.", "lang": "en"}
"""


def routes(application: Application) -> APIRouter:
    """All under /coach; whoever may not coach is turned away by the gate, and by the desk service again."""
    router = APIRouter()

    @router.get("/coach")
    def inbox(request: Request) -> Response:
        viewer, asked = viewer_of(request), inbox_query_of(application, request)
        page = application.desk.inbox(viewer, asked.filters, asked.sort, asked.page, ROWS)
        choices = application.desk.choices(viewer)
        alone = not viewer.is_local and not application.people.candidates_of(viewer.id)
        shown = replace(asked, page=page.page, same="")
        return show_with_flash(
            request, "desk/inbox", page=page, asked=shown, alone=alone, choices=choices, states=STATES, sorts=ORDERS_WHILE_BLIND if is_blind(request) else ORDERS, first=(page.page - 1) * ROWS, backlog=application.desk.backlog(viewer), archived=application.groups.archived_names(), model=application.settings.model or "",
            masked=masked_of(application, request), pieces=lambda text: mark_hits(text, asked.values.get("text", "")), **frame_of(application, request, known=(asked, page)),
        )  # fmt: skip

    @router.post("/coach/blind")
    async def blind(request: Request) -> Response:
        fields = await posted(request)
        response = go(fields.get("back", "/coach"))
        secure = request.url.scheme == "https"
        if fields.get("on"):
            response.set_cookie(BLIND_COOKIE, "1", httponly=True, samesite="lax", secure=secure, max_age=31_536_000)
        else:
            response.delete_cookie(BLIND_COOKIE, httponly=True, samesite="lax", secure=secure)
        return response

    @router.get("/coach/import")
    def import_form(request: Request) -> Response:
        return show(request, "desk/import", **import_values(application, request))

    @router.post("/coach/import")
    async def take_import(request: Request) -> Response:
        fields, content = await posted_with_file(request, "file")
        return await run_in_threadpool(answer_import, application, request, fields, content)

    @router.get("/coach/export/{name}")
    def export(request: Request, name: str) -> Response:
        return export_file(application, request, name)

    return router


def inbox_query_of(application: Application, request: Request) -> InboxQuery:
    """The filters, order and page of the list in an address; none that tells of grades which the coach is not to know yet."""
    asked = read_inbox_query(request.query_params, blind=is_blind(request))
    return replace(asked, left_out=masked_of(application, request)) if asked.tells_grades else asked


def is_blind(request: Request) -> bool:
    """Whether the coach has switched the grades off."""
    return bool(request.cookies.get(BLIND_COOKIE))


def second_readings_of(application: Application, request: Request) -> tuple[Reviewed, ...]:
    """What the coach is to read a second time; looked up once for a request."""
    if not hasattr(request.state, "second_readings"):
        request.state.second_readings = application.second_readings.waiting(viewer_of(request))
    found: tuple[Reviewed, ...] = request.state.second_readings
    return found


def masked_of(application: Application, request: Request) -> frozenset[str]:
    """The ids of the interviews whose grades no list may tell the coach, who is to read them a second time."""
    return frozenset(each.interview_id for each in second_readings_of(application, request))


def reviews_blind(application: Application, request: Request, interview_id: str) -> bool:
    """Whether the coach reviews this interview blind: all of them, or this one as its second reader."""
    return is_blind(request) or interview_id in masked_of(application, request)


def keeps_back(application: Application, request: Request, interview: Interview) -> bool:
    """Whether the grades of this interview are to stay hidden: the coach reviews blind and has not judged all of it yet."""
    viewer = viewer_of(request)
    if not (
        reviews_blind(application, request, interview.id)
        and any(step.masked for step in steps_of(interview, coach_id=viewer.id, blind=True))
    ):
        return False
    return application.desk.may_review_blind(interview.id, viewer)


def not_while_blind(request: Request) -> Response:
    """The answer to whoever asks for a file with grades that are hidden."""
    return Response(words(lang_of(request))["blind_no_file"], 409, media_type="text/plain; charset=utf-8")


def frame_of(application: Application, request: Request, *, known: tuple[InboxQuery, InboxPage] | None = None) -> dict[str, Any]:
    """What desk/base.html needs: how many interviews wait, whether grades are hidden, and the address to come back to."""
    waiting = InboxQuery().filters
    query = "&".join(part for part in request.url.query.split("&") if part and not part.startswith("lang="))
    return {
        "waiting": known[1].total if known and known[0].filters == waiting else count_waiting(application, viewer_of(request), waiting),
        "blind": is_blind(request),
        "queued": count_queued(application, request),
        "here": request.url.path + (f"?{query}" if query else ""),
    }


def count_queued(application: Application, request: Request) -> int:
    """How much waits for the coach besides whole interviews; of what tells of grades nothing while they review blind."""
    second = masked_of(application, request)
    if is_blind(request):
        return len(second)
    waiting = application.review_queue.count(viewer_of(request), hidden=second)
    return len(second) + waiting.claims + waiting.errors


def count_waiting(application: Application, viewer: Person, filters: InboxFilters) -> int:
    """How many interviews the filters find."""
    return application.desk.inbox(viewer, filters, size=1).total


def mark_hits(text: str, wanted: str) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, each with whether it is what was searched for; hidden characters left out."""
    shown = strip_hidden(text)
    words = sorted({word for word in unicodedata.normalize("NFKC", wanted).split() if word}, key=len, reverse=True)
    if not words:
        return ((shown, False),)
    pattern = "(" + "|".join(re.escape(word) for word in words) + ")"
    return tuple((piece, number % 2 == 1) for number, piece in enumerate(re.split(pattern, shown, flags=re.IGNORECASE)) if piece)


def import_values(application: Application, request: Request, **values: Any) -> dict[str, Any]:
    """What the page of the import shows; `result` and `trouble` come after something was sent."""
    return {
        "examiners": tuple(application.examiners), "example": EXAMPLE, "most_lines": MOST_LINES, "result": None, "trouble": "", "pasted": "", "langs": LANGS,
        "megabytes": LARGEST_FILE // 1_000_000, "question_ids": tuple(question.id for question in application.live_bank.for_viewer(viewer_of(request).id).questions),
        **values, **frame_of(application, request),
    }  # fmt: skip


def answer_import(application: Application, request: Request, fields: Mapping[str, str], content: bytes) -> Response:
    """Take in what was sent and say what came of it."""
    pasted = fields.get("lines", "")
    lang: Lang | None = next((known for known in LANGS if known == fields.get("lang")), None)
    try:
        rows = read_rows(read_text(content or pasted.encode()))
        result = application.desk.import_transcripts(viewer_of(request), rows, examiner=_examiner_of(fields), lang=lang)
    except FileRefused as error:
        trouble = f"import_{error.why}"
        return show(request, "desk/import", status=422, **import_values(application, request, trouble=trouble, pasted=pasted))
    except EditRefused as error:
        return show(
            request, "desk/import", status=422, **import_values(application, request, trouble=f"refused_{error.why}", pasted=pasted)
        )
    return show(request, "desk/import", **import_values(application, request, result=result))


def export_file(application: Application, request: Request, name: str) -> Response:
    """An interview as a file, for a coach who may read it; noted in the audit log."""
    interview_id, _, ending = name.rpartition(".")
    if ending not in EXPORTS:
        raise HTTPException(404)
    viewer, lang = viewer_of(request), lang_of(request)
    try:
        if keeps_back(application, request, application.desk.open(interview_id, viewer, blind=True)):
            return not_while_blind(request)
        interview = application.desk.open(interview_id, viewer)
    except NotFound as error:
        raise HTTPException(404) from error
    application.people.audit.write(viewer.id, "export", interview.id, ending, now=utc_now())
    make, media_type = EXPORTS[ending]
    headers = {
        "Content-Disposition": f'{"inline" if ending == "html" else "attachment"}; filename="interview-{interview.id[:8]}.{ending}"',
        "Content-Security-Policy": FILE_POLICY,
        "Cache-Control": "no-store",
    }
    candidate = application.people.get(interview.owner)
    name, model = candidate.name if candidate else "", application.settings.model or ""
    text = make(interview, application.bank.competencies, lang, candidate=name, model=model)
    return Response(text, media_type=media_type, headers=headers)


def _examiner_of(fields: Mapping[str, str]) -> ExaminerName:
    try:
        return ExaminerName(fields.get("examiner", ""))
    except ValueError:
        return ExaminerName.RUBRIC
