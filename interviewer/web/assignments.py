"""The pages on which a coach gives work and sees how far everybody has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.authoring.refusal import NotReady
from interviewer.bootstrap import Application
from interviewer.cohort.assignments import Board
from interviewer.cohort.checks import LONGEST_NOTE, LONGEST_TITLE, MINUTES, MOST_ATTEMPTS, MOST_FOLLOW_UPS
from interviewer.errors import StaleMove
from interviewer.models import ExaminerName, Person
from interviewer.models.assignments import Assignment, BoardRow, Stage, Task
from interviewer.records.store import utc_now
from interviewer.ui.zones import name_zone, read_moment, write_moment
from interviewer.web.assignment_form import MODES, TaskForm, form_of, read_form
from interviewer.web.desk import frame_of, masked_of
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.numbers import read_whole
from interviewer.web.pages import lang_of, posted, show, viewer_of

HOME = "/coach/assignments"
MOST_FIELDS = 3_000
"""A tick for each question that one may use and for each candidate."""
COLUMNS = ("all", Stage.NOT_BEGUN.value, Stage.UNDER_WAY.value, "done", "late", Stage.TO_REVIEW.value, Stage.REVIEWED.value)
"""What the board counts, and can be narrowed to."""


def routes(application: Application) -> APIRouter:
    """All under /coach/assignments."""
    router = APIRouter()

    @router.get(HOME)
    def listed(request: Request) -> Response:
        page = read_whole(request.query_params.get("page", "")) or 1
        boards, more = application.assignments.boards(viewer_of(request), page)
        return show_with_flash(
            request, "desk/assignments", boards=boards, page=page, more=more, nobody=not application.assignments.checks.candidates(viewer_of(request)), now=utc_now(), **frame_of(application, request)
        )  # fmt: skip

    @router.get(f"{HOME}/new")
    def new(request: Request) -> Response:
        examiner = ExaminerName(application.settings.default_examiner) if application.settings.has_model else ExaminerName.RUBRIC
        form = form_of(Task(title="", question_ids=(), examiner=examiner))
        return show_with_flash(request, "desk/assignment_form", **form_values(application, request, form))

    @router.post(HOME)
    async def give(request: Request) -> Response:
        return await run_in_threadpool(take_form, application, request, "", await posted(request, most=MOST_FIELDS))

    @router.get(f"{HOME}/{{assignment_id}}")
    def board(request: Request, assignment_id: str) -> Response:
        found = application.assignments.board(viewer_of(request), assignment_id)
        return show_with_flash(request, "desk/assignment", **board_values(application, request, found))

    @router.get(f"{HOME}/{{assignment_id}}/edit")
    def edit(request: Request, assignment_id: str) -> Response:
        seen = editable(application, viewer_of(request), assignment_id)
        return show_with_flash(request, "desk/assignment_form", **form_values(application, request, form_of(seen.task), seen))

    @router.post(f"{HOME}/{{assignment_id}}/edit")
    async def save(request: Request, assignment_id: str) -> Response:
        return await run_in_threadpool(take_form, application, request, assignment_id, await posted(request, most=MOST_FIELDS))

    @router.post(f"{HOME}/{{assignment_id}}/{{act}}")
    async def change(request: Request, assignment_id: str, act: str) -> Response:
        fields = await posted(request)
        if act not in ACTS:
            raise HTTPException(404)
        return await run_in_threadpool(ACTS[act], application, request, assignment_id, fields)

    return router


# ---------------------------------------------------------------- what the pages show


def form_values(application: Application, request: Request, form: TaskForm, seen: Assignment | None = None) -> dict[str, Any]:
    """The form, empty or of an assignment, with what can be chosen."""
    viewer, checks = viewer_of(request), application.assignments.checks
    return {
        "form": form, "seen": seen, "sets": [each for each in checks.sets.sets(viewer) if checks.sets.questions_of(viewer, each)],
        "questions": checks.banks.for_viewer(viewer.id).questions, "groups": checks.groups(viewer), "people": checks.candidates(viewer),
        "modes": MODES, "examiners": checks.examiners, "minutes": MINUTES, "follow_ups": range(MOST_FOLLOW_UPS + 1), "attempts": range(1, MOST_ATTEMPTS + 1),
        "longest": {"title": LONGEST_TITLE, "note": LONGEST_NOTE}, "zone": name_zone(utc_now()), "model": application.settings.model or "",
        **frame_of(application, request),
    }  # fmt: skip


def board_values(application: Application, request: Request, board: Board) -> dict[str, Any]:
    """The board, narrowed to one column if the address says so."""
    wanted = request.query_params.get("stage", "")
    column = wanted if wanted in COLUMNS else "all"
    viewer, task = viewer_of(request), board.assignment.task
    return {
        "board": board, "task": task, "column": column, "columns": COLUMNS, "rows": [row for row in board.rows if _is_in(row, column)],
        "now": utc_now(), "zone": name_zone(utc_now()), "due_typed": write_moment(task.due_at), "most_attempts": MOST_ATTEMPTS,
        "may_edit": application.assignments.store.may_edit(viewer, board.assignment.id),
        "topics": application.assignments.store.questions(board.assignment.id), "masked": masked_of(application, request), **frame_of(application, request),
    }  # fmt: skip


def _is_in(row: BoardRow, column: str) -> bool:
    if column == "done":
        return row.stage in (Stage.TO_REVIEW, Stage.REVIEWED)
    return row.late if column == "late" else column in ("all", row.stage.value)


def editable(application: Application, viewer: Person, assignment_id: str) -> Assignment:
    """An assignment that the viewer may change; 404 if there is none."""
    seen = application.assignments.find(viewer, assignment_id)
    if not application.assignments.store.may_edit(viewer, assignment_id):
        raise HTTPException(404)
    return seen


# ---------------------------------------------------------------- what the forms do


def take_form(application: Application, request: Request, assignment_id: str, fields: Mapping[str, str]) -> Response:
    """Give it, or save the change; the form again with what is wrong and all that was typed."""
    viewer, lang, use = viewer_of(request), lang_of(request), application.assignments
    seen = _as_shown(editable(application, viewer, assignment_id), fields) if assignment_id else None
    form, task = read_form(use.checks, viewer, fields, lang)
    try:
        if not form.wrong and seen:
            use.change(viewer, seen, task)
            return redirect_with_flash(request, f"{HOME}/{seen.id}", "assign_said_saved")
        if not form.wrong:
            return redirect_with_flash(request, f"{HOME}/{use.give(viewer, task)}", "assign_said_given")
    except StaleMove:
        begun = use.find(viewer, assignment_id).begun
        return redirect_with_flash(request, f"{HOME}/{assignment_id}", "assign_not_begun" if begun else "assign_not_now")
    except NotReady as refused:
        wrong: dict[str, list[str]] = {}
        for each in refused.findings:
            wrong.setdefault(str(each.loc[0]), []).append(f"{each.message[lang]} → {each.remedy[lang]}")
        form = replace(form, wrong=wrong)
    values = form_values(application, request, form, seen)
    return show(request, "desk/assignment_form", status=422, said="", said_values=[], **values)


def postpone(application: Application, request: Request, assignment_id: str, fields: Mapping[str, str]) -> Response:
    """Another deadline for everybody."""
    viewer = viewer_of(request)
    seen = _as_shown(editable(application, viewer, assignment_id), fields)
    return _telling(
        request,
        assignment_id,
        "assign_said_due",
        lambda: application.assignments.postpone(viewer, seen, read_moment(fields.get("due_at", ""))),
    )


def extend(application: Application, request: Request, assignment_id: str, fields: Mapping[str, str]) -> Response:
    """A later deadline, or more attempts, for one candidate."""
    viewer, more = viewer_of(request), read_whole(fields.get("more_attempts", ""))

    def put_down() -> None:
        until: datetime | None = read_moment(fields.get("until", ""))
        application.assignments.extend(viewer, assignment_id, fields.get("person", ""), until=until, more_attempts=more or 0)

    return _telling(request, assignment_id, "assign_said_extended", put_down)


def withdraw(application: Application, request: Request, assignment_id: str, fields: Mapping[str, str]) -> Response:
    """Take it back, once it is ticked that this is meant."""
    if fields.get("sure") != "1":
        editable(application, viewer_of(request), assignment_id)
        return redirect_with_flash(request, f"{HOME}/{assignment_id}", "assign_not_sure")
    application.assignments.withdraw(viewer_of(request), assignment_id)
    return redirect_with_flash(request, f"{HOME}/{assignment_id}", "assign_said_withdrawn")


def _telling(request: Request, assignment_id: str, done: str, put_down: Any) -> Response:
    """Put it down and say so on the board, or why not."""
    said = done
    try:
        put_down()
    except NotReady:
        said = "assign_not_later"
    except StaleMove:
        said = "assign_not_now"
    except (ValueError, OverflowError):
        said = "assign_not_moment"
    return redirect_with_flash(request, f"{HOME}/{assignment_id}", said)


def _as_shown(seen: Assignment, fields: Mapping[str, str]) -> Assignment:
    """The assignment at the version that the form was drawn from: what somebody else changed meanwhile is not overwritten."""
    version = read_whole(fields.get("version", ""))
    return seen if version is None else replace(seen, version=version)


ACTS = {"deadline": postpone, "extend": extend, "withdraw": withdraw}
