"""The gradebook of a group and its files. While the coach reviews blind it shows who has answered what, and no grade; no file either."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.insight.gradebook import Across, Column, assignment_cells, fill, question_cells, question_columns, set_cells
from interviewer.models import Bilingual, Lang, Person, Question
from interviewer.models.gradebook import GradeRow
from interviewer.models.group import Credit, Selection
from interviewer.records.gradebook import LONGEST_ID, GradebookRecords
from interviewer.records.group import GroupRecords
from interviewer.records.names import key_of
from interviewer.records.store import utc_now
from interviewer.ui.gradebook_files import FOR_PLATFORMS, GRADEBOOK_FILES, GradebookView
from interviewer.ui.group_exports import Wording
from interviewer.web.desk import frame_of, is_blind, not_while_blind
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.insight import GroupQuery, group_query_of, inbox_address, known_questions, make_file
from interviewer.web.pages import lang_of, posted, viewer_of

SHOWN = 50
"""People on a page."""
MOST = 5000
"""People in a file."""
SAYABLE = ("gradebook_ids_saved", "gradebook_ids_bad")


@dataclass(frozen=True, slots=True)
class Table:
    """What the address asks for. `zeros`: for a platform, what was left without an answer counts as 0."""

    asked: GroupQuery
    across: Across
    zeros: bool

    def address(self, **changes: str | int) -> str:
        """The query of this table with some of it changed, with its question mark; "" if nothing is set."""
        own = {"across": self.across.value if self.across is not Across.QUESTION else "", "zeros": "1" if self.zeros else ""}
        return self.asked.address(**{**own, **changes})


def routes(application: Application) -> APIRouter:
    """The page, its files, and the ids by which a platform knows people."""
    router = APIRouter()

    @router.get("/coach/gradebook")
    def gradebook(request: Request) -> Response:
        return show_gradebook(application, request)

    @router.get("/coach/gradebook.{ending}")
    def gradebook_file(request: Request, ending: str) -> Response:
        return export_gradebook(application, request, ending)

    @router.post("/coach/gradebook/ids")
    async def name_elsewhere(request: Request) -> Response:
        fields = await posted(request)
        return await run_in_threadpool(take_ids, application, request, fields)

    return router


def read_table(application: Application, request: Request) -> Table:
    """What the query asks for; what is not understood is as if it were not there."""
    params = request.query_params
    across = next((each for each in Across if each == params.get("across")), Across.QUESTION)
    return Table(replace(group_query_of(application, request), question=""), across, bool(params.get("zeros")))


def show_gradebook(application: Application, request: Request) -> Response:
    """Candidate × question, × question set, or × assignment."""
    table, viewer = read_table(application, request), viewer_of(request)
    application.desk.refresh()
    view, page = read_gradebook(application, viewer, table, lang_of(request), shown=SHOWN)
    return show_with_flash(
        request, "desk/gradebook", view=view, table=table, page=page, pages=max(1, -(-view.students // SHOWN)), acrosses=tuple(Across),
        credits=tuple(Credit), groups=GroupRecords(application.database).groups(viewer), hidden=is_blind(request), inbox=inbox_address,
        endings=() if is_blind(request) else tuple(each for each in GRADEBOOK_FILES if each not in FOR_PLATFORMS), platforms=FOR_PLATFORMS,
        sayable=SAYABLE, longest=LONGEST_ID, **frame_of(application, request),
    )  # fmt: skip


def export_gradebook(application: Application, request: Request, ending: str) -> Response:
    """The same for everybody in the selection as a file; noted in the audit log."""
    if ending not in GRADEBOOK_FILES:
        raise HTTPException(404)
    if is_blind(request):
        return not_while_blind(request)
    viewer = viewer_of(request)
    application.desk.refresh()
    view, _ = read_gradebook(application, viewer, read_table(application, request), lang_of(request), shown=MOST)
    application.people.audit.write(viewer.id, "export", "gradebook", ending, now=utc_now())
    make, media_type = GRADEBOOK_FILES[ending]
    return make_file(make(view), f"gradebook.{ending}", media_type)


def read_gradebook(application: Application, viewer: Person, table: Table, lang: Lang, *, shown: int) -> tuple[GradebookView, int]:
    """What the page and its files show, and which page it is. `shown`: people on a page."""
    records, chosen, credit = GradebookRecords(application.database), table.asked.chosen, table.asked.credit
    students = records.students(viewer, chosen)
    page = min(table.asked.page, max(1, -(-len(students) // shown)))
    listed = students[(page - 1) * shown : page * shown]
    ids = [each.id for each in listed]
    questions: Mapping[str, Question] = {}
    if table.across is Across.ASSIGNMENT:
        columns: tuple[Column, ...] = tuple(Column(id, (), Bilingual(title, title)) for id, title in records.assignments(viewer, chosen))
        cells = assignment_cells(records.assigned(viewer, chosen, ids, credit), credit)
    else:
        rows = records.grades(viewer, chosen, ids, credit)
        questions = known_questions(application, viewer, [row.question_id for row in rows])
        by_set = table.across is Across.SET
        columns = _set_columns(application, viewer, rows) if by_set else question_columns(rows, questions)
        cells = set_cells(rows) if by_set else question_cells(rows, credit)
    book = fill(listed, columns, cells)
    return GradebookView(chosen, credit, table.across, len(students), book, Wording(questions, lang), table.zeros), page


def _set_columns(application: Application, viewer: Person, rows: tuple[GradeRow, ...]) -> tuple[Column, ...]:
    """The question sets that the viewer may use and of which somebody was asked something."""
    asked = {row.question_id for row in rows}
    sets = application.question_sets.sets(viewer)
    return tuple(Column(each.id, each.question_ids, each.name) for each in sets if asked & set(each.question_ids))


def take_ids(application: Application, request: Request, fields: Mapping[str, str]) -> Response:
    """Put down the ids by which a platform knows people: all that were given, or none."""
    viewer, back = viewer_of(request), f"/coach/gradebook{_query(fields.get('group', ''))}"
    records = GradebookRecords(application.database)
    by_key = {key_of(each.name): each.id for each in records.students(viewer, Selection()) if each.name}
    given: list[tuple[str, str]] = []
    for number, line in enumerate(fields.get("lines", "").splitlines(), start=1):
        cells = _cells(line)
        if not any(cells):
            continue
        if len(cells) != 2 or key_of(cells[0]) not in by_key or len(cells[1]) > LONGEST_ID:
            return redirect_with_flash(request, f"{back}#ids", "gradebook_ids_bad", str(number))
        given.append((by_key[key_of(cells[0])], cells[1]))
    changed = records.name_elsewhere(viewer, given)
    application.people.audit.write(viewer.id, "external_ids", "gradebook", str(changed), now=utc_now())
    return redirect_with_flash(request, f"{back}#ids", "gradebook_ids_saved", str(changed))


def _cells(line: str) -> list[str]:
    """A line of CSV; a single odd cell where it is none."""
    try:
        return [cell.strip() for row in csv.reader(io.StringIO(line), strict=True) for cell in row]
    except csv.Error:
        return [line]


def _query(group: str) -> str:
    return f"?{urlencode({'group': group})}" if group else ""
