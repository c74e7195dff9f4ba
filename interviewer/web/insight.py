"""The coach's pages over many interviews: the group, one candidate's course, and how coach and examiner agree; and their files.

Who may see what is decided where the rows are read (records/group, records/agreement); what they mean is in `insight`. While the
coach reviews blind, nothing here shows how a single candidate was graded, nor does a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.insight.agreement import (
    LEAST_INTERVIEWS,
    ORDER,
    compare,
    compare_points,
    compare_questions,
    differences,
    pairs_of,
    score_pairs_of,
)
from interviewer.insight.group import (
    LISTED_POINTS,
    Cell,
    Course,
    candidate_courses,
    competency_courses,
    draw_heat,
    drill_course,
    left_out,
    most_missed,
)
from interviewer.insight.second_readings import coach_pairs_of, coach_scores_of
from interviewer.models import Lang, Person, Question
from interviewer.models.group import CandidateRow, Credit, Selection, StayingWeak
from interviewer.records.agreement import MOST_COMPARED, read_edited
from interviewer.records.group import MOST_COUNTED, GroupRecords
from interviewer.records.group_training import GroupTraining
from interviewer.records.store import utc_now
from interviewer.training.service import Trainee
from interviewer.ui.desk_charts import CourseChart, draw_course, draw_interval
from interviewer.ui.group_exports import GROUP_EXPORTS, GroupView, Wording
from interviewer.ui.zones import reader_zone
from interviewer.web.desk import frame_of, is_blind, keeps_back, masked_of, not_while_blind
from interviewer.web.numbers import read_whole
from interviewer.web.pages import lang_of, show, viewer_of
from interviewer.web.security import FILE_POLICY

SHOWN_CANDIDATES = 24
LISTED_CANDIDATES = 500
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
WITH_TRAINING = ("json", "training.csv")
"""Files that tell how people train."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class GroupQuery:
    """What the address asks for. `question`: only its points, empty for all; `bad`: a part was not understood and is left out."""

    chosen: Selection
    question: str
    credit: Credit
    page: int
    bad: bool

    def address(self, **changes: str | int) -> str:
        """The query of this view with some of it changed, with its question mark; "" if nothing is set."""
        chosen = self.chosen
        written: dict[str, str | int] = {
            "group": chosen.group, "candidate": chosen.candidate, "question": self.question,
            "since": chosen.since.isoformat() if chosen.since else "", "until": chosen.until.isoformat() if chosen.until else "",
            "credit": "" if self.credit is Credit.LATEST else self.credit, **changes,
        }  # fmt: skip
        kept = {name: value for name, value in written.items() if value != ""}
        return f"?{urlencode(kept)}" if kept else ""


def routes(application: Application) -> APIRouter:
    """The group's, the candidate's and the agreement's pages with their files."""
    router = APIRouter()

    @router.get("/coach/group")
    def group(request: Request) -> Response:
        return show_group(application, request)

    @router.get("/coach/group.{ending}")
    def group_file(request: Request, ending: str) -> Response:
        return export_group(application, request, ending)

    @router.get("/coach/candidates/{candidate_id}")
    def candidate(request: Request, candidate_id: str) -> Response:
        return show_candidate(application, request, candidate_id)

    @router.get("/coach/agreement")
    def agreement(request: Request) -> Response:
        return show_agreement(application, request)

    @router.get("/coach/learning.jsonl")
    def learning(request: Request) -> Response:
        return export_learning(application, request)

    @router.get("/coach/reviewed.jsonl")
    def reviewed(request: Request) -> Response:
        return export_reviewed(application, request)

    return router


def read_group_query(params: Mapping[str, str]) -> GroupQuery:
    """What the query asks for; a date that is none, or none of ours, is left out and told."""
    since, until = read_day(params.get("since", "")), read_day(params.get("until", ""))
    return GroupQuery(
        chosen=Selection(params.get("group", "")[:_LONGEST], params.get("candidate", "")[:_LONGEST], since, until, reader_zone()),
        question=params.get("question", "")[:_LONGEST],
        credit=next((each for each in Credit if each == params.get("credit")), Credit.LATEST),
        page=read_whole(params.get("page", "")) or 1,
        bad=any(params.get(name, "").strip() and day is None for name, day in (("since", since), ("until", until))),
    )


def group_query_of(application: Application, request: Request, params: Mapping[str, str] | None = None) -> GroupQuery:
    """The same without the interviews that the coach is to judge blind. `params`: of a form, else the query."""
    asked = read_group_query(request.query_params if params is None else params)
    return replace(asked, chosen=replace(asked.chosen, kept_back=masked_of(application, request)))


def read_day(text: str) -> date | None:
    """A day between 2000 and 2100, None for anything else."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def show_group(application: Application, request: Request) -> Response:
    """The heat map, the most missed points and the competencies over time."""
    asked, viewer = group_query_of(application, request), viewer_of(request)
    application.desk.refresh()
    records = GroupRecords(application.database)
    view = read_view(application, viewer, asked, lang_of(request), shown=SHOWN_CANDIDATES)
    pages = max(1, -(-len(view.all_candidates) // SHOWN_CANDIDATES))
    everybody = records.candidates(viewer, Selection())
    drills, staying = read_drills(application, viewer, asked.chosen)
    first, last = _span((*view.courses, *drills))
    return show(
        request, "desk/group", view=view, say=view.wording, asked=asked, page=min(asked.page, pages), pages=pages,
        groups=records.groups(viewer), everybody=everybody[:LISTED_CANDIDATES], questions=_choices(application, viewer, view, asked),
        charts=[(course, draw_course(course.means, first=first, last=last)) for course in (*view.courses, *drills)], staying=staying,
        courses=(*view.courses, *drills),
        capped=MOST_COUNTED if view.interviews > MOST_COUNTED and not (viewer.is_local and asked.chosen.is_everything) else None,
        trainees=() if is_blind(request) else train_rows(application, view.heat.candidates), hidden=is_blind(request), alone=is_blind(request) and len(view.all_candidates) == 1, inbox=inbox_address, cell_address=partial(cell_address, asked.chosen),
        endings=() if is_blind(request) else tuple(GROUP_EXPORTS), credits=tuple(Credit), **_frame(application, request),
    )  # fmt: skip


def export_group(application: Application, request: Request, ending: str) -> Response:
    """The same for all candidates of the selection as a file; noted in the audit log."""
    if ending not in GROUP_EXPORTS:
        raise HTTPException(404)
    if is_blind(request):
        return not_while_blind(request)
    viewer = viewer_of(request)
    application.desk.refresh()
    view = read_view(application, viewer, group_query_of(application, request), lang_of(request), shown=LISTED_CANDIDATES)
    if ending in WITH_TRAINING:
        view = replace(view, trainees=train_rows(application, view.heat.candidates))
    application.people.audit.write(viewer.id, "export", "group", ending, now=utc_now())
    make, media_type = GROUP_EXPORTS[ending]
    return make_file(make(view), f"group.{ending}", media_type)


def show_candidate(application: Application, request: Request, candidate_id: str) -> Response:
    """One candidate's course over their interviews; as if there were none of that id if the viewer may not see them."""
    viewer = viewer_of(request)
    application.desk.refresh()
    records = GroupRecords(application.database)
    zone = reader_zone()
    chosen = Selection(candidate=candidate_id, zone=zone, kept_back=masked_of(application, request))
    candidate = records.candidate(viewer, candidate_id, chosen.kept_back)
    rows = records.course(viewer, chosen)
    counts = records.point_counts(viewer, chosen)
    questions = known_questions(application, viewer, [count.question_id for count in counts] + [id for row in rows for id in row.scores])
    drills, staying = read_drills(application, viewer, chosen)
    courses = [course for course in (*candidate_courses(rows, application.bank.competencies, questions, zone), *drills) if course.means]
    moments = {row.interview_id: row.at.astimezone(zone) for row in rows}
    first, last = _span(courses)
    charts: list[tuple[Course, CourseChart]] = [
        (course, draw_course(course.means, first=first, last=last, moments=moments)) for course in courses
    ]
    return show(
        request, "desk/candidate", candidate=candidate, kept_back=chosen.kept_back, rows=tuple(reversed(rows)), say=Wording(questions, lang_of(request)), charts=charts,
        missed=most_missed(counts, questions), left_out=left_out(records.answer_counts(viewer, chosen), questions),
        staying=staying, trainees=() if is_blind(request) else train_rows(application, [candidate]), notes=application.private_notes.on(viewer, candidate_id),
        may_note=viewer.is_local or candidate_id != viewer.id, topics_of_notes={}, hidden=is_blind(request), inbox=inbox_address, **_frame(application, request),
    )  # fmt: skip


def show_agreement(application: Application, request: Request) -> Response:
    """Coach against examiner, blind and sighted apart, and the worklist for mending the rubric; then coach against coach."""
    viewer = viewer_of(request)
    edited = read_edited(application.database, viewer, application.row_cache)
    interviews = [interview for interview in edited if not keeps_back(application, request, interview)]
    pairs = [pair for interview in interviews for pair in pairs_of(interview)]
    scores = [score for interview in interviews for score in score_pairs_of(interview)]
    worklist = differences(pairs)
    between = [pair for interview in interviews for pair in coach_pairs_of(interview)]
    between_scores = [score for interview in interviews for score in coach_scores_of(interview)]
    asked = [pair.question_id for pair in (*pairs, *between)] + [score.question_id for score in (*scores, *between_scores)]
    questions = known_questions(application, viewer, asked)
    return show(
        request, "desk/agreement", overall=compare(pairs, scores), by_question=compare_questions(pairs, scores),
        coaches=compare(between, between_scores), coaches_worklist=differences(between),
        by_point=compare_points(pairs), worklist=worklist, say=Wording(questions, lang_of(request)), bar=draw_interval, order=ORDER,
        learning_export=application.corrected_answers.allowed and (viewer.may_administer or viewer.is_local), least=LEAST_INTERVIEWS, capped=MOST_COMPARED if len(edited) == MOST_COMPARED else None, **_frame(application, request),
    )  # fmt: skip


def export_reviewed(application: Application, request: Request) -> Response:
    """The reviewed answers as rows for `interviewer eval`, one JSON object a line."""
    rows = application.desk.reviewed_rows(viewer_of(request), left_out=lambda interview: keeps_back(application, request, interview))
    return make_file(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "reviewed.jsonl", "application/jsonl; charset=utf-8"
    )


def export_learning(application: Application, request: Request) -> Response:
    """The answers that coaches kept for learning, as rows of knowledge/answers; for whoever looks after the installation, and noted."""
    viewer = viewer_of(request)
    orders = {question.id: question.order for question in application.bank.questions if question.order is not None}
    try:
        rows = list(application.corrected_answers.export(viewer, orders))
    except NotFound as error:
        raise HTTPException(404) from error
    application.people.audit.write(viewer.id, "export", "learning", f"{len(rows)} answers", now=utc_now())
    return make_file(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "learning.jsonl", "application/jsonl; charset=utf-8"
    )


def read_view(application: Application, viewer: Person, asked: GroupQuery, lang: Lang, *, shown: int) -> GroupView:
    """What the page and the file show. `shown`: candidates on a page of the heat map."""
    records = GroupRecords(application.database)
    candidates = records.candidates(viewer, asked.chosen)
    start = (min(asked.page, max(1, -(-len(candidates) // shown))) - 1) * shown if shown == SHOWN_CANDIDATES else 0
    columns = candidates[start : start + shown]
    rows = records.point_rows(viewer, asked.chosen, [each.id for each in columns], question_id=asked.question, credit=asked.credit)
    counts, sums = records.point_counts(viewer, asked.chosen), records.score_sums(viewer, asked.chosen)
    questions = known_questions(application, viewer, [count.question_id for count in counts] + [each.question_id for each in sums])
    return GroupView(
        chosen=asked.chosen, credit=asked.credit, all_candidates=candidates, heat=draw_heat(rows, columns, questions, asked.credit),
        missed=most_missed(counts, questions), left_out=left_out(records.answer_counts(viewer, asked.chosen), questions), courses=competency_courses(sums, application.bank.competencies, questions),
        wording=Wording(questions, lang),
    )  # fmt: skip


def train_rows(application: Application, candidates: Iterable[CandidateRow]) -> tuple[tuple[CandidateRow, Trainee], ...]:
    """How these candidates train, each beside their row; whom the viewer may see was decided where the rows were read."""
    listed = tuple(candidates)
    return tuple(zip(listed, application.training.of_people(each.id for each in listed), strict=True))


def read_drills(application: Application, viewer: Person, chosen: Selection) -> tuple[tuple[Course, ...], tuple[StayingWeak, ...]]:
    """How many points were recalled in drills over time, if there were any, and the points that stay weak."""
    training = GroupTraining(application.database)
    course = drill_course(training.drill_sums(viewer, chosen))
    return (course,) if course else (), training.staying_weak(viewer, chosen)[:LISTED_POINTS]


def known_questions(application: Application, viewer: Person, question_ids: Iterable[str]) -> dict[str, Question]:
    """The questions of the viewer's bank, and of those that it does not have, or no longer, the newest kept version."""
    known = {question.id: question for question in application.live_bank.for_viewer(viewer.id).questions}
    gone = sorted(set(question_ids) - known.keys())
    return {**known, **GroupRecords(application.database).snapshots(gone)}


def inbox_address(chosen: Selection | None = None, **filters: str | date | None) -> str:
    """The list of the interviews behind a figure, reviewed or not."""
    within = {} if chosen is None else {name: getattr(chosen, name) for name in ("group", "candidate", "since", "until")}
    values = {**within, **{name: value for name, value in filters.items() if value}, "state": "all"}
    return "/coach?" + urlencode({name: str(value) for name, value in values.items() if value})


def cell_address(chosen: Selection, cell: Cell, question_id: str, candidate: CandidateRow) -> str:
    """Where a cell of the heat map leads: the answer that it stands for, or the list of the interviews behind it."""
    if cell.n == 1:
        return f"/coach/interviews/{quote(cell.interview_id)}?q={quote(question_id)}"
    return inbox_address(chosen, candidate=candidate.id, question=question_id)


def _choices(application: Application, viewer: Person, view: GroupView, asked: GroupQuery) -> list[str]:
    """The questions that the heat map can be narrowed to: those with results, in the bank's order."""
    seen = {block.question_id for block in view.heat.blocks} | {item.question_id for item in view.missed} | {asked.question} - {""}
    listed = [question.id for question in application.live_bank.for_viewer(viewer.id).questions]
    return listed + sorted(seen - set(listed))


def _span(courses: Iterable[Course]) -> tuple[date | None, date | None]:
    days = [mean.first for course in courses for mean in course.means]
    return (min(days), max(days)) if days else (None, None)


def _frame(application: Application, request: Request) -> dict[str, Any]:
    return frame_of(application, request)


def make_file(content: str | bytes, name: str, media_type: str) -> Response:
    """A file to download; an HTML page to look at, under the policy of files."""
    shown = "inline" if name.endswith(".html") else "attachment"
    headers = {
        "Content-Disposition": f'{shown}; filename="{name}"',
        "Content-Security-Policy": FILE_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
