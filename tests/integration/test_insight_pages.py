"""The group's, the candidate's and the agreement's pages and files, on real records."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.models import LANGS, LOCAL_PERSON, Competency, EditKind, Lang, Person, Purpose, Role, VerdictStatus
from interviewer.models.group import Selection
from interviewer.questions.bank import Bank
from interviewer.records.group import GroupRecords
from interviewer.web import insight
from interviewer.web.refusal import refuse
from tests.databases import ON_BOTH
from tests.examples import START, both, question
from tests.integration.authors import Author, open_application

pytestmark = ON_BOTH

QUESTIONS = (question("q1"), question("q2"))
BANK = Bank(questions=QUESTIONS, competencies=(Competency("ml-foundations", both("ml"), both("ml short")),), problems=(), digest="0" * 16)
HOSTILE = "<script>alert(1)</script>"
FORMULA = "=HYPERLINK(1)"
PAGES = ("/coach/group", "/coach/group?credit=mean", "/coach/agreement")
FILES = ("csv", "json", "md", "html")


@dataclass
class Desk:
    """The pages on a folder's records, asked by whom the test says."""

    application: Application
    author: Author
    viewer: Person = LOCAL_PERSON
    people: dict[str, Person] = field(default_factory=dict)
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        app = FastAPI()
        app.include_router(insight.routes(self.application))
        app.add_exception_handler(NotFound, lambda request, _error: refuse(request, 404))

        @app.middleware("http")
        async def recognise(request: Request, call_next):  # type: ignore[no-untyped-def]
            request.state.person = self.viewer
            return await call_next(request)

        self.client = TestClient(app)

    def add(self, name: str, *, group: str = "", role: Role = Role.CANDIDATE) -> Person:
        self.people[name] = self.application.people.add(name, role=role, group=group, now=START)
        return self.people[name]

    def get(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, response.text
        return response.text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    application = open_application(tmp_path, BANK)
    yield Desk(application, Author(application))
    application.database.dispose()


@pytest.fixture
def group(desk: Desk) -> Desk:
    """Two classes; one candidate has two interviews, names are hostile."""
    ann, bob, eve = desk.add("Ann", group="A"), desk.add(HOSTILE, group="A"), desk.add(FORMULA, group="B")
    desk.author.interview(ann.id, QUESTIONS, statuses=["missing"])
    desk.author.interview(ann.id, QUESTIONS, at=START + timedelta(days=10), statuses=["covered"])
    desk.author.interview(bob.id, QUESTIONS, at=START + timedelta(days=20), statuses=["covered", "wrong", "partial"])
    desk.author.interview(eve.id, QUESTIONS, statuses=["missing"])
    return desk


class Page(HTMLParser):
    """What a page holds: tags, addresses, and whatever would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.running: list[str] = []
        self.unnamed: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag == "script" and "src" not in values:
            self.running.append("script")
        if tag == "svg" and not ("aria-label" in values or values.get("aria-hidden") == "true"):
            self.unnamed.append(self.get_starttag_text() or "")
        self.running += [
            name for name, value in attrs if name.startswith("on") or name == "style" or (value or "").startswith("javascript:")
        ]


def cells(html: str) -> list[str]:
    return re.findall(r'<td class="([cpmw]|s\d|none)">', html)


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", PAGES)
def test_pages_run_nothing_and_name_every_chart(group: Desk, path: str, lang: Lang) -> None:
    page = Page(group.get(f"{path}{'&' if '?' in path else '?'}lang={lang}"))
    assert not page.running
    assert not page.unnamed
    assert HOSTILE not in group.get(path)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", [*PAGES, "/coach/group.html", "/coach/group.md", "/coach/group.csv"])
def test_without_any_interview_the_pages_say_so(desk: Desk, path: str, lang: Lang) -> None:
    assert len(desk.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")) > 50


def test_each_cell_opens_the_interview_behind_it(group: Desk) -> None:
    page = Page(group.get("/coach/group"))
    into = [link for link in page.links if link.startswith("/coach/interviews/")]
    assert len(into) == 3 * 2 * 3
    assert all(link.partition("?")[2] in ("q=q1", "q=q2") for link in into)


def test_a_mean_over_several_interviews_opens_their_list(group: Desk) -> None:
    ann = group.people["Ann"].id
    links = Page(group.get("/coach/group?credit=mean")).links
    assert f"/coach?candidate={ann}&question=q1&state=all" in links


def test_the_latest_interview_counts_or_the_mean_of_all(group: Desk) -> None:
    ann = group.people["Ann"].id
    assert cells(group.get(f"/coach/group?candidate={ann}")) == ["c"] * 6
    assert cells(group.get(f"/coach/group?candidate={ann}&credit=mean")) == ["s2"] * 6


def test_filters_of_group_candidate_question_and_date_narrow_the_map(group: Desk) -> None:
    assert len(cells(group.get("/coach/group"))) == 18
    assert len(cells(group.get("/coach/group?group=A"))) == 12
    assert len(cells(group.get("/coach/group?question=q1"))) == 9
    assert len(cells(group.get("/coach/group?since=2026-01-12&until=2026-01-12"))) == 6
    assert cells(group.get("/coach/group?until=2026-01-02&group=A")) == ["m"] * 6


@pytest.mark.parametrize(
    "query", ["since=yesterday", "until=9999-12-31", "since=0001-01-01", "since=%00", "page=0", "page=-1", "page=99999999999", "page=²"]
)
def test_an_address_that_makes_no_sense_still_shows_the_page(group: Desk, query: str) -> None:
    html = group.get(f"/coach/group?lang=en&{query}")
    assert len(cells(html)) == 18
    assert ("was not understood" in html) == ("page" not in query)


def test_a_filter_that_finds_nothing_says_so(group: Desk) -> None:
    assert "no results in this selection" in group.get("/coach/group?lang=en&group=%27%20OR%201=1--")


def test_the_most_missed_points_come_with_share_and_count(group: Desk) -> None:
    html = group.get("/coach/group?lang=en")
    assert "intent b (en)" in html.split('class="missed"')[1].split("</li>")[0]
    assert "3 of 4 missing, only named or wrong" in html


def test_many_candidates_are_paged(desk: Desk) -> None:
    for number in range(insight.SHOWN_CANDIDATES + 1):
        desk.author.interview(desk.add(f"C-{number}").id, QUESTIONS[:1], statuses=["covered"])
    assert len(cells(desk.get("/coach/group"))) == insight.SHOWN_CANDIDATES * 3
    assert len(cells(desk.get("/coach/group?page=2"))) == len(cells(desk.get("/coach/group?page=77"))) == 3


def test_a_question_that_left_the_bank_keeps_its_words(desk: Desk) -> None:
    desk.author.interview("local", (question("gone"),), statuses=["missing"])
    html = desk.get("/coach/group?lang=en")
    assert "topic gone (en)" in html
    assert "intent a (en)" in html
    assert "This machine" in html


def test_a_candidates_course_leads_to_each_interview(group: Desk) -> None:
    page = Page(html := group.get(f"/coach/candidates/{group.people['Ann'].id}?lang=en"))
    interviews = {link for link in page.links if link.startswith("/coach/interviews/")}
    assert len(interviews) == 2
    assert "<polyline" in html
    assert not page.running
    assert not page.unnamed


def test_a_course_of_one_value_is_a_sentence_and_no_chart(group: Desk) -> None:
    page = group.get("/coach/group?lang=en&since=2026-01-15")
    courses = page[page.index('class="courses"') :].partition("</section>")[0]
    assert "<svg" not in courses
    assert re.search(r'<figcaption>.*?<p class="count"><a href="/coach[^"]+">[^<]+: \d+ on \d{4}-\d\d-\d\d</a></p>', courses, re.DOTALL)


def test_a_candidate_with_one_interview_and_one_without_are_shown_or_not_there(group: Desk) -> None:
    assert "<polyline" not in group.get(f"/coach/candidates/{group.people[FORMULA].id}")
    nobody = group.add("nobody")
    for id in (nobody.id, "unknown", "a" * 500):
        group.get(f"/coach/candidates/{id}", 404)


def test_while_the_coach_reviews_blind_no_single_grade_is_shown(group: Desk) -> None:
    group.client.cookies.set("blind", "1")
    assert cells(group.get("/coach/group")) == []
    html = group.get(f"/coach/candidates/{group.people['Ann'].id}?lang=en")
    assert "Blind review is on" in html
    assert "<svg" not in html
    alone = group.get(f"/coach/group?lang=en&candidate={group.people['Ann'].id}")
    assert "<polyline" not in alone
    assert "only named or wrong" not in alone


@pytest.mark.parametrize("ending", FILES)
def test_while_the_coach_reviews_blind_the_groups_files_wait(group: Desk, ending: str) -> None:
    group.client.cookies.set("blind", "1")
    assert "/coach/group." not in group.get("/coach/group")
    assert "Blind review is on" in group.get(f"/coach/group.{ending}?lang=en", 409)


def test_an_interview_that_waits_for_a_blind_review_is_in_no_comparison_and_no_file(desk: Desk) -> None:
    others = judge(desk, "local")
    assert others in desk.get("/coach/agreement")
    assert others in desk.get("/coach/reviewed.jsonl")
    desk.client.cookies.set("blind", "1")
    assert others not in desk.get("/coach/agreement")
    assert others not in desk.get("/coach/reviewed.jsonl")


# ---------------------------------------------------------------- who may see


def test_a_coach_sees_only_whom_they_were_assigned(group: Desk) -> None:
    ann, bob = group.people["Ann"], group.people[HOSTILE]
    coach = group.viewer = group.add("coach", role=Role.COACH)
    for path in (*PAGES, *(f"/coach/group.{ending}" for ending in FILES)):
        assert "Ann" not in group.get(path)
        assert FORMULA not in group.get(path)
    group.get(f"/coach/candidates/{ann.id}", 404)
    group.application.people.assign(coach.id, ann.id)
    assert len(cells(group.get("/coach/group"))) == 6
    assert json.loads(group.get("/coach/group.json"))["candidates"][0]["id"] == ann.id
    assert len(json.loads(group.get("/coach/group.json"))["most_missed"]) == 6
    assert "of 2 missing, only named or wrong" in group.get("/coach/group?lang=en")
    group.get(f"/coach/candidates/{ann.id}")
    group.get(f"/coach/candidates/{bob.id}", 404)
    assert len(cells(group.get(f"/coach/group?candidate={bob.id}"))) == 0


def test_the_names_of_other_groups_and_candidates_are_not_offered(group: Desk) -> None:
    group.viewer = group.add("coach", role=Role.COACH)
    group.application.people.assign(group.viewer.id, group.people["Ann"].id)
    html = group.get("/coach/group")
    assert '<option value="A">' in html
    assert '<option value="B">' not in html
    assert group.people[FORMULA].id not in html


# ---------------------------------------------------------------- files


def test_the_table_has_a_row_for_each_result_and_runs_nothing_in_a_spreadsheet(group: Desk) -> None:
    rows = list(csv.reader(io.StringIO(group.get("/coach/group.csv?lang=en").removeprefix("\ufeff"), newline="")))
    assert len(rows) == 1 + 18
    names = {row[0] for row in rows[1:]}
    assert "'" + FORMULA in names
    assert FORMULA not in names
    assert {row[6] for row in rows[1:]} <= {"0", "0.0", "0.5", "1.0"}


def test_json_holds_ids_shares_and_means(group: Desk) -> None:
    data = json.loads(group.get("/coach/group.json?group=A&since=2026-01-01"))
    assert data["selection"] == {"group": "A", "candidate": "", "since": "2026-01-01", "until": None, "zone": "UTC"}
    assert len(data["cells"]) == 12
    assert {item["n"] for item in data["most_missed"]} == {3}
    assert data["competencies"][0]["competency"] == "ml-foundations"


def test_days_are_counted_in_the_readers_zone_whatever_the_database_knows_of_zones(desk: Desk) -> None:
    """Early and late in UTC, before and after New York moves its clocks."""
    ann = desk.add("Ann")
    for at in (
        datetime(2026, 3, 6, 4, 30, tzinfo=UTC),
        datetime(2026, 3, 13, 4, 30, tzinfo=UTC),
        datetime(2026, 3, 15, 20, 30, tzinfo=UTC),
    ):
        desk.author.interview(ann.id, QUESTIONS[:1], at=at, statuses=["covered"])
    desk.application.desk.refresh()
    records = GroupRecords(desk.application.database)

    def days(zone: tzinfo) -> list[int]:
        return sorted(each.day.day for each in records.score_sums(LOCAL_PERSON, Selection(zone=zone)))

    assert days(UTC) == [6, 13, 15]
    assert days(ZoneInfo("Asia/Shanghai")) == [6, 13, 16]
    assert days(ZoneInfo("America/New_York")) == [5, 13, 15]
    assert days(timezone(timedelta(hours=-4, minutes=-31))) == [5, 12, 15]


def test_markdown_and_html_hold_what_was_typed_as_text(group: Desk) -> None:
    assert HOSTILE not in group.get("/coach/group.md")
    html = group.get("/coach/group.html")
    page = Page(html)
    assert not {"script", "a", "link", "form"} & set(page.tags)
    assert HOSTILE not in html
    assert not page.running


@pytest.mark.parametrize("ending", FILES)
def test_a_file_is_kept_by_nobody_and_noted_in_the_audit_log(group: Desk, ending: str) -> None:
    response = group.client.get(f"/coach/group.{ending}")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert ("inline" if ending == "html" else "attachment") in response.headers["content-disposition"]
    assert group.application.people.audit.search(1)[0].action == "export"


@pytest.mark.parametrize("ending", ["exe", "CSV", "csv.html", "%00"])
def test_an_unknown_format_is_not_found(group: Desk, ending: str) -> None:
    assert group.client.get(f"/coach/group.{ending}").status_code == 404


# ---------------------------------------------------------------- agreement


def judge(desk: Desk, owner: str, *, status: str = "covered", blind: bool = True) -> str:
    """An interview of which the coach says that every point is covered, while the examiner saw none."""
    interview_id = desk.author.interview(owner, QUESTIONS, statuses=["missing"])
    for seq, asked in enumerate(QUESTIONS, start=1):
        for point in asked.points:
            desk.author.edit(
                interview_id, EditKind.VERDICT, turn_seq=seq, question_id=asked.id, point_id=point.id, status=VerdictStatus(status),
                was_status=VerdictStatus.MISSING, examiner="rubric", blind=blind,
            )  # fmt: skip
    desk.author.edit(interview_id, EditKind.REVIEWED)
    return interview_id


def test_agreement_tells_blind_from_sighted_and_lists_what_to_mend(desk: Desk) -> None:
    blind = judge(desk, "local")
    judge(desk, "local", status="missing", blind=False)
    html = desk.get("/coach/agreement?lang=en")
    assert "Blind" in html
    assert "In sight of the grade" in html
    assert "6 verdicts from 1 interview; 2 scores from 1 interview" in html
    assert "+100.0" in html
    work = html.split('class="work"')[1]
    assert f"/coach/interviews/{blind}?q=q1" in work
    assert "coach higher 1×" in work
    assert f'title="{"Coach: Covered, examiner: Missing"}"' in work


def test_agreement_has_intervals_once_there_are_enough_interviews(desk: Desk) -> None:
    judge(desk, "local")
    assert "fewer than 5 interviews" in desk.get("/coach/agreement?lang=en")
    for _ in range(5):
        judge(desk, "local")
    assert "95 % interval +100.0 to +100.0" in desk.get("/coach/agreement?lang=en")


def test_agreement_is_over_the_assigned_candidates_only(desk: Desk) -> None:
    ann = desk.add("Ann")
    blind = judge(desk, ann.id)
    desk.viewer = desk.add("coach", role=Role.COACH)
    assert blind not in desk.get("/coach/agreement")
    assert "κ" not in desk.get("/coach/agreement")
    assert desk.get("/coach/reviewed.jsonl") == ""
    desk.application.people.assign(desk.viewer.id, ann.id)
    assert blind in desk.get("/coach/agreement")


def test_reviewed_answers_are_one_json_object_a_line(desk: Desk) -> None:
    judge(desk, "local")
    lines = desk.get("/coach/reviewed.jsonl").splitlines()
    assert len(lines) == 2
    assert all(json.loads(line)["answer"] for line in lines)


def test_agreement_compares_coach_with_coach(desk: Desk) -> None:
    for number in range(5):
        interview_id = judge(desk, "local")
        for point in QUESTIONS[0].points:
            desk.author.edit(
                interview_id, EditKind.VERDICT, turn_seq=1, question_id="q1", point_id=point.id, author="Bea", blind=True,
                status=VerdictStatus.PARTIAL if number else VerdictStatus.COVERED, examiner="rubric", purpose=Purpose.CALIBRATION,
            )  # fmt: skip
    between = desk.get("/coach/agreement?lang=en").split('id="coaches-title"')[1]
    assert "Bea / coach" in between
    assert "15 verdicts from 5 interviews; 5 scores from 5 interviews" in between
    assert "the second gives more" in between
    assert "First: Partial, second: Covered" in between
