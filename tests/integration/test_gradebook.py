"""The gradebook: the final grade of each, whose it is, and files that no spreadsheet runs anything of."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy import update

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.models import LOCAL_PERSON, Competency, EditKind, Mode, Person, Purpose, Role
from interviewer.models.assignments import Task
from interviewer.models.group import Credit, Selection
from interviewer.questions.bank import Bank
from interviewer.records.gradebook import GradebookRecords
from interviewer.records.review_tables import question_results
from interviewer.records.tables import interviews
from interviewer.web import gradebook
from interviewer.web.refusal import refuse
from tests.databases import ON_BOTH, statements
from tests.examples import START, both, question
from tests.integration.authors import Author, open_application

pytestmark = ON_BOTH
QUESTIONS = (question("q1"), question("q2"))
BANK = Bank(questions=QUESTIONS, competencies=(Competency("ml-foundations", both("ml"), both("ml short")),), problems=(), digest="0" * 16)
FORMULA, HOSTILE = "=HYPERLINK(1)", "<script>alert(1)</script>"
CSRF = {"csrf": "token"}


class Class:
    """A class with one coach, and a browser of whoever the test says."""

    def __init__(self, folder: Path) -> None:
        self.application: Application = open_application(folder, BANK)
        self.author = Author(self.application)
        self.coach = self.add("Cleo", role=Role.COACH, group="")
        self.viewer = self.coach
        app = FastAPI()
        app.include_router(gradebook.routes(self.application))
        app.add_exception_handler(NotFound, lambda request, _error: refuse(request, 404))

        @app.middleware("http")
        async def recognise(request: Request, call_next):  # type: ignore[no-untyped-def]
            request.state.person = self.viewer
            return await call_next(request)

        self.client = TestClient(app, cookies={"csrf": "token"})

    def add(self, name: str, *, group: str = "A", role: Role = Role.CANDIDATE) -> Person:
        person = self.application.people.add(name, role=role, group=group, now=START)
        if role is Role.CANDIDATE:
            self.application.people.assign(self.coach.id, person.id)
        return person

    def get(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, response.text
        return response.text

    def table(self, path: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.get(path).removeprefix("\ufeff"))))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Class]:
    room = Class(tmp_path)
    yield room
    room.application.database.dispose()


@pytest.fixture
def ann(room: Class) -> Person:
    """Two interviews: first all missing, later all covered."""
    person = room.add("Ann")
    room.author.interview(person.id, QUESTIONS, statuses=["missing"])
    room.author.interview(person.id, QUESTIONS, at=START + timedelta(days=10), statuses=["covered"])
    return person


def test_which_answer_counts_is_as_chosen(room: Class, ann: Person) -> None:
    room.application.desk.refresh()
    records = GradebookRecords(room.application.database)
    scores = {
        credit: {(row.question_id, row.score, row.attempts) for row in records.grades(room.coach, Selection(), [ann.id], credit)}
        for credit in Credit
    }
    assert scores[Credit.BEST] == scores[Credit.LATEST] == scores[Credit.MEAN] == {("q1", 100.0, 2), ("q2", 100.0, 2)}
    assert scores[Credit.FIRST] == {("q1", 0.0, 2), ("q2", 0.0, 2)}
    assert {row.mean for row in records.grades(room.coach, Selection(), [ann.id], Credit.MEAN)} == {50.0}
    assert [row["topic q1 (en)"] for row in room.table("/coach/gradebook.csv?credit=mean&lang=en")] == ["50.0"]


def test_a_cell_says_whose_the_grade_is_and_its_interval(room: Class, ann: Person) -> None:
    bob = room.add("Bob")
    room.author.interview(bob.id, QUESTIONS, statuses=["missing"])
    (interview,) = room.application.accounts.interview_ids(bob.id)
    scored = {"question_id": "q1", "score": 40.0, "reason": "said aloud"}
    room.author.edit(interview, EditKind.SCORE, author=room.coach.id, **scored)
    second = room.add("Dora", role=Role.COACH)
    room.author.edit(
        interview, EditKind.SCORE, at=START + timedelta(days=2), author=second.id, purpose=Purpose.CALIBRATION, **{**scored, "score": 90.0}
    )
    room.application.desk.refresh()
    with room.application.database.writing() as connection:
        connection.execute(update(question_results).where(question_results.c.owner == ann.id).values(low=71.0, high=93.0))
    rows = {(row["Name"], row["id"]): row for row in room.table("/coach/gradebook.grades.csv?lang=en")}
    assert (rows["Bob", "q1"]["final score"], rows["Bob", "q1"]["given by"]) == ("40.0", "Cleo")
    assert (rows["Bob", "q2"]["given by"], rows["Bob", "q2"]["interval low"]) == ("offline", "")
    assert (rows["Ann", "q1"]["interval low"], rows["Ann", "q1"]["interval high"]) == ("71.0", "93.0")
    decided = {**scored, "score": 60.0, "purpose": Purpose.ADJUDICATION}
    room.author.edit(interview, EditKind.SCORE, at=START + timedelta(days=3), author=second.id, **decided)
    page = room.get("/coach/gradebook?lang=en")
    assert "adjudicated: Dora" in page
    assert "71–93" in page
    assert f'href="/coach/interviews/{interview}?q=q1"' in page


@pytest.mark.usefixtures("ann")
def test_what_was_skipped_or_is_not_graded_is_no_zero(room: Class) -> None:
    bob = room.add("Bob")
    room.author.interview(bob.id, QUESTIONS, statuses=["covered"])
    room.application.desk.refresh()
    theirs = question_results.c.owner == bob.id
    with room.application.database.writing() as connection:
        connection.execute(
            update(question_results).where(theirs, question_results.c.question_id == "q1").values(standing="skipped", score=0.0)
        )
        unknown = update(question_results).where(theirs, question_results.c.question_id == "q2")
        connection.execute(unknown.values(standing="ungraded", score=None))
    found = {row["Name"]: row for row in room.table("/coach/gradebook.csv?lang=en")}
    assert [found["Bob"][name] for name in ("topic q1 (en)", "topic q2 (en)", "Mean", "left out", "ungraded")] == [
        "skipped",
        "ungraded",
        "",
        "1",
        "1",
    ]
    assert found["Ann"]["Mean"] == "100.0"
    plain, zeros = (room.get(f"/coach/gradebook.moodle.csv?lang=en{more}") for more in ("", "&zeros=1"))
    assert "Bob,,Bob,-,-" in plain
    assert "Bob,,Bob,0.00,-" in zeros
    assert "Ann,,Ann,100.00,100.00" in plain


@pytest.mark.usefixtures("ann")
def test_everybody_of_the_group_has_a_row_and_nobody_elses_is_told(room: Class) -> None:
    room.add("Idle")
    room.add("Elsewhere", group="B")
    room.application.people.add("Stranger", role=Role.CANDIDATE, group="A", now=START)
    assert [row["Name"] for row in room.table("/coach/gradebook.csv?group=A&lang=en")] == ["Ann", "Idle"]
    page = room.get("/coach/gradebook?lang=en")
    assert "Stranger" not in page
    room.viewer = room.add("Uma", role=Role.COACH)
    assert "Ann" not in room.get("/coach/gradebook?lang=en")


def test_files_hold_text_as_text(room: Class) -> None:
    for name in (FORMULA, HOSTILE, "+1", "-dash"):
        room.author.interview(room.add(name, group="@group").id, QUESTIONS, statuses=["covered"])
    for ending in ("csv", "grades.csv", "moodle.csv", "canvas.csv"):
        for row in csv.reader(io.StringIO(room.get(f"/coach/gradebook.{ending}?lang=en").removeprefix("\ufeff"))):
            assert not [cell for cell in row if cell.startswith(("=", "+", "@")) or (cell.startswith("-") and cell != "-")], ending
    page = room.get("/coach/gradebook?lang=en")
    assert HOSTILE not in page
    response = room.client.get("/coach/gradebook.xlsx?lang=en")
    assert response.headers["content-disposition"] == 'attachment; filename="gradebook.xlsx"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
        texts = book.read("xl/sharedStrings.xml").decode()
    assert len(sheets) == 2
    assert not any("<f>" in sheet or "hyperlink" in sheet for sheet in sheets)
    assert all(f">{name}<" in texts for name in (FORMULA, "+1", "-dash", "&lt;script&gt;alert(1)&lt;/script&gt;"))
    assert re.search(r'<c r="C2"[^>]*><v>100', sheets[0])  # a number stays one


@pytest.mark.usefixtures("ann")
def test_canvas_finds_its_columns_and_people(room: Class) -> None:
    room.client.post("/coach/gradebook/ids", data={**CSRF, "lines": "Ann,S-014"})
    header, worth, first = list(csv.reader(io.StringIO(room.get("/coach/gradebook.canvas.csv?lang=en"))))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "topic q1 (en)", "topic q2 (en)"]
    assert worth[0].strip() == "Points Possible"
    assert worth[5:] == ["100", "100"]
    assert first == ["Ann", "", "S-014", "Ann", "A", "100.00", "100.00"]


@pytest.mark.usefixtures("ann")
def test_platform_ids_are_put_down_all_or_none_and_of_ones_own(room: Class) -> None:
    room.application.people.add("Stranger", role=Role.CANDIDATE, now=START)
    for lines, line in (("Ann,1\nStranger,2", 2), ("Ann", 1), (f"Ann,{'9' * 200}", 1), ('Ann,"', 1)):
        answer = room.client.post("/coach/gradebook/ids", data={**CSRF, "lines": lines}, follow_redirects=False)
        assert f"said=gradebook_ids_bad.{line};" in answer.headers["set-cookie"]
        assert (
            "idnumber" not in room.table("/coach/gradebook.moodle.csv")[0] or room.table("/coach/gradebook.moodle.csv")[0]["idnumber"] == ""
        )
    answer = room.client.post("/coach/gradebook/ids", data={**CSRF, "lines": "ann,007\n\n"}, follow_redirects=False)
    assert "said=gradebook_ids_saved.1;" in answer.headers["set-cookie"]
    assert room.table("/coach/gradebook.moodle.csv")[0]["idnumber"] == "007"
    room.client.post("/coach/gradebook/ids", data={**CSRF, "lines": "Ann,"})
    assert room.table("/coach/gradebook.moodle.csv")[0]["idnumber"] == ""
    assert room.client.post("/coach/gradebook/ids", data={"lines": "Ann,8"}).status_code == 403


@pytest.mark.usefixtures("ann")
def test_a_blind_coach_sees_who_has_answered_and_no_grade(room: Class) -> None:
    room.client.cookies["blind"] = "1"
    page = room.get("/coach/gradebook?lang=en")
    assert "●" in page
    assert "100" not in re.sub(r"<[^>]+>", "", page.partition('class="grades"')[2].partition("</table>")[0])
    for ending in gradebook.GRADEBOOK_FILES:
        assert room.client.get(f"/coach/gradebook.{ending}").status_code == 409
    room.get("/coach/gradebook.pdf", 404)


@pytest.mark.usefixtures("ann")
def test_a_set_is_a_column_with_how_much_of_it_is_graded(room: Class) -> None:
    room.application.question_sets.save(room.coach, name=both("week one"), mode=Mode.EXAM, question_ids=["q1", "q2"])
    page = room.get("/coach/gradebook?across=set&lang=en")
    assert "week one" in page
    assert "2 of 2" in page


def test_an_assignment_is_a_column_of_whole_attempts(room: Class, ann: Person) -> None:
    given = room.application.assignments.give(room.coach, Task("Week <one>", ("q1", "q2"), chosen=(ann.id,), attempts=3))
    mine = update(interviews).where(interviews.c.owner == ann.id).values(assignment_id=given)
    with room.application.database.writing() as connection:
        connection.execute(mine)
    room.add("Idle")
    found = {
        credit: [row["Week <one>"] for row in room.table(f"/coach/gradebook.csv?across=assignment&credit={credit}&lang=en")]
        for credit in Credit
    }
    assert found == {Credit.LATEST: ["100.0", ""], Credit.FIRST: ["0.0", ""], Credit.BEST: ["100.0", ""], Credit.MEAN: ["50.0", ""]}
    page = room.get("/coach/gradebook?across=assignment&lang=en")
    assert "Week &lt;one&gt;" in page
    assert ">offline" in page
    room.viewer = room.add("Uma", role=Role.COACH)
    assert "Week" not in room.get("/coach/gradebook?across=assignment&lang=en")


def test_however_many_people_it_takes_as_few_questions_to_the_database(room: Class) -> None:
    def count() -> int:
        with statements(room.application.database.engine) as asked:
            room.get("/coach/gradebook?lang=en")
        return sum(statement.lstrip().upper().startswith(("SELECT", "WITH")) for statement in asked)

    room.author.interview(room.add("P0").id, QUESTIONS)
    room.application.desk.refresh()
    one = count()
    for number in range(1, 9):
        room.author.interview(room.add(f"P{number}").id, QUESTIONS)
    room.application.desk.refresh()
    assert count() <= one <= 20


def test_the_lone_person_has_a_row(room: Class) -> None:
    room.viewer = LOCAL_PERSON
    room.author.interview("local", QUESTIONS, statuses=["covered"])
    assert [row["Mean"] for row in room.table("/coach/gradebook.csv?lang=en") if row["Name"] == "This machine"] == ["100.0"]
