"""A term with a class of thirty: from the list of its people to its archive, with two coaches who review blind, on both databases."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from interviewer.bootstrap import Application
from interviewer.models import Interview, Lang, Person, Role, Utterance
from interviewer.records.store import utc_now
from interviewer.ui.labels import words
from tests.browser import room
from tests.browser.conftest import PATIENCE_MS, Faults
from tests.browser.test_accessibility import violations
from tests.databases import PostgresDatabases
from tests.integration.test_access import settings_of
from tests.npm import npm_package
from tests.serving import Served

PASSWORD = "correct horse"
GROUP = "三班"
SIZE = 30
ABSENT, UNDER_WAY, IN_BROWSER = "学员 01", "学员 02", "学员 03"
QUESTIONS = ("gan-basics", "data-pipeline")
NOTE = "只给教练看的备注 a note for coaches alone"


@dataclass
class Term:
    """A served school. `lin` leads the group, `wu` coaches it, too; `ada` is the admin."""

    server: Served
    application: Application
    lang: Lang
    width: int
    lin: Person
    wu: Person
    ada: Person

    @property
    def t(self) -> dict[str, str]:
        """The words of the pages."""
        return words(self.lang)

    @contextmanager
    def seat(self, browser: Browser, person: Person | None) -> Iterator[Page]:
        """A page of somebody's own browser, logged in; of a stranger's for None."""
        with self._browser_of(browser, person) as context:
            yield context.new_page()

    @contextmanager
    def _browser_of(self, browser: Browser, person: Person | None) -> Iterator[BrowserContext]:
        context = browser.new_context(
            viewport={"width": self.width, "height": 860}, bypass_csp=True, reduced_motion="reduce", accept_downloads=True,
            locale={"zh": "zh-CN", "en": "en"}[self.lang],
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        if person:
            token = self.application.people.open_session(person.id, utc_now())
            context.add_cookies([{"name": "session", "value": token, "url": self.server.url}])
        yield context
        context.close()

    def look(self, page: Page, address: str = "") -> None:
        """Go there, if anywhere; as the page stands it fits and axe finds nothing."""
        if address:
            page.goto(f"{self.server.url}{address}{'&' if '?' in address else '?'}lang={self.lang}")
        assert room.fits(page), page.url
        axe = (npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
        assert violations(page, axe) == [], page.url

    def person(self, name: str) -> Person:
        """Somebody by name."""
        return next(each for each in self.application.people.list_people() if each.name == name)


@pytest.fixture(params=[("sqlite", "zh", 820), ("postgresql", "en", 1280)], ids=["sqlite-zh-820", "postgresql-en-1280"])
def term(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Term]:
    database, lang, width = request.param
    address = None
    if database == "postgresql":
        postgres: PostgresDatabases = request.getfixturevalue("postgres")
        address = postgres.url_for(tmp_path)
    with Served(tmp_path, **({"DATABASE_URL": address} if address else {})) as server:
        application = Application(settings_of(tmp_path / "data", database_url=address))
        people, now = application.people, utc_now()
        ada, lin, wu = (
            people.add(name, role=role, now=now) for name, role in (("Ada", Role.ADMIN), ("林老师", Role.COACH), ("吴老师", Role.COACH))
        )
        for each in (ada, lin, wu):
            people.set_password_hash(each.id, "x")
        application.group_admin.create(ada.id, GROUP)
        for each in (lin, wu):
            application.groups.add_coach(GROUP, each.id, actor_id=ada.id, now=now)
        application.service.worker.start()
        yield Term(server, application, lang, width, lin, wu, ada)
        application.service.worker.stop()
        application.database.dispose()


def test_a_term(browser: Browser, term: Term, faults: Faults, tmp_path: Path) -> None:
    faults.expect("status of 404 .*/shared/")  # a link that was withdrawn
    with term.seat(browser, term.lin) as lin, term.seat(browser, term.wu) as wu:
        bring_people(term, lin)
        assignment = give_work(term, lin)
        with term.seat(browser, term.person(IN_BROWSER)) as candidate:
            answer_in_the_browser(term, candidate)
        held = answer_the_rest(term, assignment)
        read_board(term, lin, assignment)
        first = review_blind(term, lin, held)
        second_opinion(term, wu, first)
        adjudicate(term, wu, first)
        note_down(term, lin, browser, first)
        confirm_the_rest(term, held)
        read_gradebook(term, lin, tmp_path)
        export(term, lin, tmp_path, len(held) + 1)
        share(term, lin, browser, first)
        end(term, lin)


def follow(page: Page, selector: str) -> None:
    """Click what leads to another page, and wait until that is there: one that is still coming would call off the next address."""
    with page.expect_navigation():
        page.click(selector)


def bring_people(term: Term, page: Page) -> None:
    """Thirty people from a list, each with a link of their own."""
    term.look(page, f"/coach/people?group={GROUP}")
    page.fill("#lines", "姓名,分组\n" + "".join(f"学员 {number:02},{GROUP}\n" for number in range(1, SIZE + 1)))
    follow(page, "button[value=preview]")
    expect(page.locator("#plan-title")).to_have_text(term.t["people_import_plan"].format(n=SIZE))
    term.look(page)
    follow(page, "button[value=add]")
    expect(page.locator(".invitations tbody tr")).to_have_count(SIZE)
    term.look(page)
    term.look(page, f"/coach/groups/{GROUP}")
    for person in term.application.people.list_people():
        if person.role is Role.CANDIDATE:
            term.application.people.set_password_hash(person.id, "x")


def give_work(term: Term, page: Page) -> str:
    """Two questions for the group, due tomorrow; returns the assignment's id."""
    term.look(page, "/coach/assignments/new")
    page.fill("#title", "第一周 Week 1")
    for question in QUESTIONS:
        page.locator("details", has=page.locator(f'[name="q.{question}"]')).evaluate("each => { each.open = true; }")
        page.check(f'[name="q.{question}"]')
    page.select_option("#group", GROUP)
    page.select_option("#lang", term.lang)
    page.select_option("#follow_ups", "0")
    page.fill("#due_at", f"{utc_now() + timedelta(days=2):%Y-%m-%dT18:00}")
    follow(page, ".acts .btn.go")
    expect(page.get_by_role("status")).to_have_text(term.t["assign_said_given"])
    assert counts(page)["not_begun"] == SIZE
    return page.url.split("?")[0].rpartition("/")[2]


def counts(page: Page) -> dict[str, int]:
    """The numbers over a board, by stage."""
    return {
        (link.get_attribute("href") or "").partition("stage=")[2] or "all": int(link.locator("b").inner_text())
        for link in page.locator(".stages a").all()
    }


def answer_in_the_browser(term: Term, page: Page) -> None:
    """One candidate finds it first on their page, and takes both questions."""
    page.goto(f"{term.server.url}{'/' if term.lang == 'zh' else '/en/'}")
    page.wait_for_selector('.bar:not([data-view="boot"])')
    term.look(page)
    page.locator("#today section").first.get_by_role("link", name=term.t["assign_begin"]).click()
    page.wait_for_url("**/assignments/*")
    term.look(page)
    follow(page, 'form[action$="/begin"] .btn.go')
    page.wait_for_selector('.bar[data-view="room"]')
    room.settle(page)
    for number in range(len(QUESTIONS)):
        room.send(page, answer_of(term, QUESTIONS[number], 0.6))
        room.go_on(page)
        assert number == len(QUESTIONS) - 1 or room.question_number(page) == number + 2
    assert room.view(page) == "report"
    assert room.fits(page)


def answer_of(term: Term, question_id: str, part: float) -> str:
    """The first part of a question's reference."""
    reference = term.application.bank.find(question_id).reference[term.lang]
    return reference[: max(12, int(len(reference) * part))]


def answer_the_rest(term: Term, assignment: str) -> list[Interview]:
    """The others but one, from hollow to complete; one of them stays under way."""
    service, held = term.application.service, []
    for number in range(2, SIZE + 1):
        person = term.person(f"学员 {number:02}")
        if person.name == IN_BROWSER:
            continue
        interview = term.application.assignments.begin(person, assignment, term.lang)
        if person.name == UNDER_WAY:
            continue
        for question_id in QUESTIONS:
            interview = service.submit(interview, answer_of(term, question_id, number / SIZE), meant=Utterance.ANSWER)
            while service.watch(interview.turns[-1].id, seen=10**6, timeout=20) is not None:
                pass
            interview = service.go_on(service.load(interview.id, owner=person.id))
        held.append(service.finish(interview))
    return held


def read_board(term: Term, page: Page, assignment: str) -> None:
    """How far everybody has come."""
    term.look(page, f"/coach/assignments/{assignment}")
    seen = counts(page)
    assert (seen["all"], seen["not_begun"], seen["under_way"], seen["to_review"]) == (SIZE, 1, 1, SIZE - 2)
    marks = [int(found[1]) for text in page.locator("a.attempt").all_inner_texts() if (found := re.search(r"· (\d+)\b", text))]
    assert len(marks) == SIZE - 2
    assert min(marks) < 30 < 85 < max(marks)
    follow(page, '.stages a[href$="stage=not_begun"]')
    expect(page.locator(".board tbody th")).to_have_text([ABSENT])
    term.look(page)


def judge(term: Term, page: Page, interview: Interview, choice: str) -> None:
    """Give every point of both answers one verdict, without having seen the grades."""
    for number in range(1, len(QUESTIONS) + 1):
        term.look(page, f"/coach/interviews/{interview.id}?q={number}")
        for each in page.locator("[data-choice]").all():
            each.locator(f'[value="{choice}"]').check(force=True)
        follow(page, ".judging .btn.go")
        page.wait_for_selector("#score .final")


def review_blind(term: Term, page: Page, held: list[Interview]) -> Interview:
    """The lead judges one blind, and stands for it; the list shows no score meanwhile."""
    chosen = held[-1]
    term.look(page, "/coach")
    follow(page, "[data-key=b]")
    page.wait_for_selector("[data-key=b][aria-pressed=true]")
    assert "stroke-dasharray" not in page.content()
    judge(term, page, chosen, "covered")
    follow(page, "[data-key=b]")
    page.wait_for_selector("[data-key=b][aria-pressed=false]")
    page.goto(f"{term.server.url}/coach/interviews/{chosen.id}?q=1")
    expect(page.locator("#score .final")).to_have_text("100")
    follow(page, ".confirm .btn.go")
    term.application.second_readings.set_share(term.lin, GROUP, 100)
    return chosen


def second_opinion(term: Term, page: Page, interview: Interview) -> None:
    """Drawn as its second reader, the other coach judges without a grade in sight; the final grade stays, and the two are compared."""
    term.look(page, "/coach/queue")
    follow(page, f'a[href*="{interview.id}"] >> nth=0')
    expect(page.locator("#second-reader")).to_be_visible()
    judge(term, page, interview, "missing")
    page.goto(f"{term.server.url}/coach/interviews/{interview.id}?q=1")
    expect(page.locator("#score .final")).to_have_text("100")
    term.application.second_readings.set_share(term.lin, GROUP, 0)
    term.look(page, "/coach/agreement")
    assert "吴老师 / 林老师" in page.inner_text("main")


def adjudicate(term: Term, page: Page, interview: Interview) -> None:
    """With both in view the second coach changes a verdict, which is shown as an adjudication."""
    term.look(page, f"/coach/interviews/{interview.id}?q=1")
    point = interview.questions[QUESTIONS[0]].points[0].id
    page.click(f"#point-{point} .change summary")
    page.locator(f'#point-{point} [name=status][value="partial"]').check(force=True)
    page.fill(f"#point-{point} [name=reason]", "两位教练商定 agreed")
    follow(page, f"#point-{point} .btn.go")
    page.wait_for_selector(f"#point-{point}.changed")
    expect(page.locator(".decided")).to_have_text(term.t["decided_adjudication"].format(name="吴老师"))
    term.look(page)


def note_down(term: Term, page: Page, browser: Browser, interview: Interview) -> None:
    """A private note stays with its coach: not in the candidate's report, files or own data."""
    page.goto(f"{term.server.url}/coach/interviews/{interview.id}?q=1")
    page.click("#notes > summary")
    page.locator("[data-note]").last.fill(NOTE)
    follow(page, "#notes .btn.go >> nth=-1")
    expect(page.locator("#notes .note-list li")).to_have_count(1)
    term.look(page)
    owner = next(each for each in term.application.people.list_people() if each.id == interview.owner)
    with term.seat(browser, owner) as theirs:
        theirs.goto(f"{term.server.url}/?interview={interview.id}")
        theirs.wait_for_selector("#report")
        told = [theirs.content()]
        for address in (
            f"/export/{interview.id}.json",
            f"/export/{interview.id}.md",
            f"/export/{interview.id}.html",
            "/own",
            "/own/data.json",
        ):
            told.append(theirs.request.get(f"{term.server.url}{address}").text())
        assert interview.id in told[1]
        assert not [each for each in told if "只给教练看的备注" in each]


def confirm_the_rest(term: Term, held: list[Interview]) -> None:
    """The lead stands for half of the others as they were graded."""
    for interview in held[: SIZE // 2]:
        term.application.desk.mark_reviewed(term.lin, interview.id)


def read_gradebook(term: Term, page: Page, folder: Path) -> None:
    """Everybody by question and by assignment, with whose grade it is; the file has the same lines."""
    term.look(page, f"/coach/gradebook?group={GROUP}")
    expect(page.locator("table.grades tbody tr")).to_have_count(SIZE)
    term.look(page, f"/coach/gradebook?group={GROUP}&across=assignment")
    assert "第一周 Week 1" in page.inner_text("table.grades thead")
    term.look(page, f"/coach/group?group={GROUP}")
    page.goto(f"{term.server.url}/coach/gradebook?group={GROUP}")
    with page.expect_download() as started:
        page.click('a[href^="/coach/gradebook.xlsx"]')
    started.value.save_as(folder / "grades.xlsx")
    with zipfile.ZipFile(folder / "grades.xlsx") as book:
        assert book.read("xl/sharedStrings.xml").decode().count("学员") == SIZE


def export(term: Term, page: Page, folder: Path, interviews: int) -> None:
    """All transcripts as one file, made in the background while the page shows how far it is."""
    term.look(page, f"/coach/exports?group={GROUP}")
    follow(page, ".acts .btn.go")
    page.wait_for_selector("a[download]")
    term.look(page)
    with page.expect_download() as started:
        page.click("a[download]")
    started.value.save_as(folder / "term.zip")
    with zipfile.ZipFile(folder / "term.zip") as archive:
        assert archive.testzip() is None
        assert sum(name.endswith(".json") and "学员" in name for name in archive.namelist()) == interviews
        assert not [name for name in archive.namelist() if "只给教练看的备注".encode() in archive.read(name)]


def share(term: Term, page: Page, browser: Browser, interview: Interview) -> None:
    """A link shows a stranger what was chosen and nothing more, until it is withdrawn."""
    term.look(page, f"/links/{interview.id}")
    follow(page, ".acts .btn.go")
    address = page.locator("#address").input_value()
    term.look(page)
    answers = [turn.reply.text for turn in interview.turns if turn.reply]
    with term.seat(browser, None) as stranger:
        stranger.goto(address)
        seen = stranger.inner_text("body")
        assert not [each for each in (*answers, NOTE, "学员") if each in seen]
        term.look(stranger)
        follow(page, 'form[action$="/withdraw"] button >> nth=0')
        gone = stranger.goto(address)
        assert gone
        assert gone.status == 404


def end(term: Term, page: Page) -> None:
    """The term ends: the group is archived and leaves the lists, which say how to see it again."""
    term.look(page, f"/coach/groups/{GROUP}")
    follow(page, "button[value=archive]")
    expect(page.get_by_role("status")).to_have_text(term.t["group_archived"])
    term.look(page)
    term.look(page, "/coach?state=all")
    assert page.locator("a.open").count() == 0
    term.look(page, "/coach?state=all&archived=1")
    assert page.locator("a.open").count() > 0
