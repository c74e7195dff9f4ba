"""A coach's afternoon from the invitation to the log-out, and what comes of it for the candidate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from interviewer.interview.last_word import review_of
from interviewer.interview.results import result_of
from interviewer.models import Grade, Interview, VerdictStatus
from tests.browser import room
from tests.browser.coaching import ODD_WORD, QUESTIONS, Practice, open_practice
from tests.browser.conftest import PATIENCE_MS, Faults
from tests.browser.test_desk import select
from tests.endpoint import ScriptedEndpoint
from tests.serving import Served

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    folder = tmp_path_factory.mktemp("afternoon")
    with ScriptedEndpoint(drip=0.0) as endpoint:
        server = Served(folder, OPENAI_BASE_URL=endpoint.base_url, OPENAI_API_KEY="k", INTERVIEWER_MODEL="scripted")
        made = open_practice(folder, server)
        with server:
            yield made


def enter(browser: Browser, *, width: int = 1280, locale: str = "zh-CN") -> BrowserContext:
    """A browser of somebody's own."""
    context = browser.new_context(viewport={"width": width, "height": 860}, locale=locale, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Closed at the end."""
    opened = [enter(browser), enter(browser), enter(browser, width=820), enter(browser, locale="en")]
    yield opened
    for context in opened:
        context.close()


def accept(page: Page, link: str) -> None:
    """Follow a one-time link and choose a password."""
    page.goto(link)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click(".entrance button.go")
    page.wait_for_selector('.bar form[action="/logout"]')


def log_in(page: Page, server: Served, name: str, to: str) -> None:
    """By the log-in page that a closed address leads to."""
    page.goto(server.url + to)
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click(".entrance button.go")
    page.wait_for_url(f"**{to}*")


def names(page: Page) -> list[str]:
    """The candidates in the list."""
    return page.locator("a.open").all_inner_texts()


def override(page: Page, point: str, status: VerdictStatus, reason: str) -> None:
    """Change the verdict on a point with the form beside it."""
    page.click(f"#point-{point} .change summary")
    page.locator(f'#point-{point} [name=status][value="{status}"]').check(force=True)
    page.fill(f"#point-{point} [name=reason]", reason)
    page.click(f"#point-{point} .btn.go")
    page.wait_for_selector(f"#point-{point}.changed")


def score(page: Page) -> int:
    """The score of the question that is shown."""
    return int(page.inner_text("#score .final"))


def lost_point(interview: Interview) -> str:
    """A point of the first question that earned nothing."""
    grade = interview.turns[0].grade
    assert isinstance(grade, Grade)
    return next(verdict.point_id for verdict in grade.verdicts if verdict.status is VerdictStatus.MISSING)


def confirm(page: Page) -> None:
    """Stand for the grades, by the key; leads on to the next."""
    place = page.url
    page.keyboard.press("r")
    page.wait_for_url(lambda url: url != place)
    page.wait_for_load_state()


def first(page: Page, practice: Practice, name: str) -> Interview:
    """The interview that the page shows."""
    return next(each for each in practice.held[name] if each.id in page.url)


def test_a_coachs_afternoon(practice: Practice, contexts: list[BrowserContext], tmp_path: Path, faults: Faults) -> None:
    faults.expect("status of 404 .*/(invitation/|coach)")  # a link used twice, somebody else's candidate, a candidate at the desk
    page, server = contexts[0].new_page(), practice.server
    accept(page, practice.links["Kelin"])
    again = contexts[2].new_page()
    assert again.goto(practice.links["Kelin"]).status == 404  # type: ignore[union-attr]
    page.wait_for_url("**/coach")  # where a coach begins

    # Only who was assigned; filters and search.
    assert sorted(names(page)) == ["Abe", *["Ann"] * 4]
    assert page.goto(f"{server.url}/coach/interviews/{practice.held['Bob'][0].id}").status == 404  # type: ignore[union-attr]
    page.goto(f"{server.url}/coach")
    page.fill("[data-search]", ODD_WORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.hit")
    assert names(page) == ["Ann"]
    page.click(".filters .foot a.chip")
    page.wait_for_selector("mark.hit", state="detached")  # a choice on the page that is being left would lead nowhere
    page.locator("[name=candidate]").select_option(label="Ann")
    page.wait_for_url("**candidate=*")
    assert names(page) == ["Ann"] * 4

    review_four(page, practice)
    review_blind(page, practice)
    read_insight(page, practice)
    export(page, practice, tmp_path)

    page.click('form[action="/logout"] button')
    page.wait_for_url(lambda url: "/login?left=" in url)
    page.goto(f"{server.url}/coach")
    assert "/login" in page.url
    see_the_outcome(contexts[1].new_page(), practice)


def review_four(page: Page, practice: Practice) -> None:
    """Overrule, score, comment and ask the other examiner on the first; look at the other three."""
    page.locator("a.open").first.click()
    page.wait_for_selector("[data-interview]")
    interview = first(page, practice, "Ann")
    point, before = lost_point(interview), score(page)
    override(page, point, VerdictStatus.COVERED, "第二句其实说到了")
    assert score(page) > before
    after = practice.read(interview)
    assert score(page) == int((result_of(after, QUESTIONS[0]).score or 0) + 0.5)
    words = interview.turns[0].reply.text[:12] if interview.turns[0].reply else ""
    select(page, words.strip())
    page.keyboard.press("c")
    page.fill("#commenting [name=text]", "这一句可以再具体一些")
    page.click("#commenting .btn.go")
    page.wait_for_selector(".remark")
    assert page.inner_text(".remark q") == words.strip()
    ask_the_other(page)
    page.locator(".tab").nth(1).click()
    page.wait_for_url("**q=2*")
    page.click(".scoring summary")
    page.fill(".scoring [name=score]", "88")
    page.fill(".scoring [name=reason]", "例子很好")
    page.click(".scoring .btn.go")
    expect(page.locator("#score .final")).to_have_text("88")
    confirm(page)
    for _ in range(3):
        assert page.locator("[data-interview]").count() == 1
        confirm(page)
    assert page.url.split("?")[0].endswith("/coach")
    assert all(review_of(practice.read(each)) for each in practice.held["Ann"])


def ask_the_other(page: Page) -> None:
    """The model's verdicts come to stand beside the others."""
    page.click(".judgement summary")
    page.click('.judgement button[value="llm"]')
    page.wait_for_selector("table.compare thead small:has-text('scripted')", state="attached")
    # the examiners and the coach
    assert page.locator("table.compare thead th").count() == 4


def review_blind(page: Page, practice: Practice) -> None:
    """The one that was not opened yet: nothing of its grade is in the page before the coach has judged."""
    [interview] = practice.held["Abe"]
    grades = [turn.grade for turn in interview.turns if turn.grade]
    page.goto(f"{practice.server.url}/coach")
    assert names(page) == ["Abe"]
    page.click("[data-key=b]")
    page.wait_for_selector("[data-key=b][aria-pressed=true]")
    sources = [page.content()]
    page.locator("a.open").first.click()
    page.wait_for_selector(".judging")
    sources.append(page.content())
    with_answers = sources[1].replace(interview.turns[0].reply.text if interview.turns[0].reply else "", "")
    for grade in grades:
        assert not [each for each in sources if grade.feedback in each]
        assert f">{int(grade.score + 0.5)}<" not in with_answers
    for source in sources:
        assert not [
            sign for sign in ('class="arc"', "<mark ", "data-point=", "is-c", 'class="v ', "judgement", "/coach/export/") if sign in source
        ]
    assert page.request.get(f"{practice.server.url}/coach/interviews/{interview.id}?q=2").text().count('class="arc"') == 0
    for number, grade in enumerate(grades, 1):
        for place, choice in enumerate(page.locator("[data-choice]").all()):
            wanted = VerdictStatus.PARTIAL if place == 0 else grade.verdicts[place].status
            choice.locator(f'[value="{wanted}"]').check(force=True)
        page.click(".judging .btn.go")
        page.wait_for_selector("#score .final")
        assert page.locator("table.compare").count() == 1
        if number == 1:
            page.locator(".tab").nth(1).click()
            page.wait_for_selector(".judging")
    confirm(page)
    assert sum(edit.blind for edit in practice.read(interview).edits) == sum(len(grade.verdicts) for grade in grades)
    page.click("[data-key=b]")
    page.wait_for_selector("[data-key=b][aria-pressed=false]")


def read_insight(page: Page, practice: Practice) -> None:
    """Agreement, and from a cell of the heat map to the transcripts behind it."""
    page.click('.places a[href="/coach/agreement"]')
    page.wait_for_selector(".compared .figures")
    assert page.locator(".compared section").count() >= 2
    page.click('.places a[href="/coach/group"]')
    page.wait_for_selector("table.heat thead a")
    heads = page.locator("table.heat thead a").all_inner_texts()
    assert sorted(heads) == ["Abe", "Ann"]
    page.locator(f'table.heat td a[href$="{practice.held["Abe"][0].id}?q={QUESTIONS[1]}"]').first.click()
    page.wait_for_url(f"**/coach/interviews/{practice.held['Abe'][0].id}*")
    assert page.inner_text(".tab[aria-current] .n") == "2"
    page.go_back()
    page.locator("[name=credit]").select_option("mean")
    page.click(".choose .btn.go")
    page.wait_for_url("**credit=mean*")
    page.locator("table.heat tbody tr:nth-child(2)").first.locator("td").nth(heads.index("Ann")).locator("a").click()
    page.wait_for_url("**/coach?**")
    assert names(page) == ["Ann"] * 4
    page.go_back()
    page.click("table.heat thead a >> text=Ann")
    page.wait_for_url("**/coach/candidates/*")
    assert "Ann" in page.inner_text("h1")


def export(page: Page, practice: Practice, folder: Path) -> None:
    """Every file of one interview and of the group, by the links that are there for it."""
    interview = next(each for each in practice.held["Ann"] if practice.read(each).edits[0].reason)
    page.goto(f"{practice.server.url}/coach/interviews/{interview.id}")
    page.click("details.menu summary")
    for ending in ("md", "csv", "json"):
        with page.expect_download() as started:
            page.click(f'details.menu a[href*=".{ending}?"]')
        path = folder / f"one.{ending}"
        started.value.save_as(path)
        assert "这一句可以再具体一些" in path.read_text(encoding="utf-8-sig")
    assert len(json.loads((folder / "one.json").read_text(encoding="utf-8"))["edits"]) >= 4
    with page.context.expect_page() as opened:
        page.click('details.menu a[href*=".html?"]')
    assert "第二句其实说到了" in opened.value.content()
    opened.value.close()
    page.goto(f"{practice.server.url}/coach/group")
    for ending in ("md", "csv", "json"):
        with page.expect_download() as started:
            page.click(f'a[href^="/coach/group.{ending}"]')
        started.value.save_as(folder / f"group.{ending}")
        text = (folder / f"group.{ending}").read_text(encoding="utf-8-sig")
        assert "Ann" in text
        assert "Bob" not in text
    assert "Abe" in page.request.get(f"{practice.server.url}/coach/group.html").text()
    rows = [json.loads(line) for line in page.request.get(f"{practice.server.url}/coach/reviewed.jsonl").text().splitlines()]
    assert len(rows) >= 8


def see_the_outcome(page: Page, practice: Practice) -> None:
    """The candidate reads the coach's words and the final grade in the report."""
    interview = next(each for each in practice.held["Ann"] if practice.read(each).edits[0].reason)
    accept(page, practice.links["Ann"])
    page.goto(f"{practice.server.url}/?interview={interview.id}")
    page.wait_for_selector("#report .remark", state="attached")
    assert "Kelin" in page.inner_text("#report .sheet > .note")
    for summary in page.locator("#report details.question > summary").all():
        summary.click()
    report = page.inner_text("#report")
    for words in ("这一句可以再具体一些", "第二句其实说到了", "例子很好", "88"):
        assert words in report
    final = practice.read(interview)
    scores = [result_of(final, question_id).score or 0 for question_id in QUESTIONS]
    assert page.inner_text("#report .big") == str(int(sum(scores) / 2 + 0.5))
    assert page.goto(f"{practice.server.url}/coach").status == 404  # type: ignore[union-attr]
    page.goto(f"{practice.server.url}/own")
    page.click('form[action="/logout"] button')
    page.wait_for_url(lambda url: "/login?left=" in url)


@pytest.mark.parametrize(("number", "lang"), [(3, "en"), (2, "zh")])
def test_a_shorter_afternoon_in_english_and_on_a_tablet(practice: Practice, contexts: list[BrowserContext], number: int, lang: str) -> None:
    name = f"Coach {lang}"
    link = practice.command("add", name, "--role", "coach")
    link = link.splitlines()[-1]
    practice.command("assign", name, "Abe")
    page = contexts[number].new_page()
    accept(page, link)
    page.goto(f"{practice.server.url}/coach?state=all&lang={lang}")
    assert names(page) == ["Abe"]
    assert room.fits(page)
    page.locator("a.open").first.click()
    page.wait_for_selector("[data-interview]")
    assert {"en": "Interview of Abe", "zh": "Abe 的面试"}[lang] in page.title()
    assert room.fits(page)
    point = practice.held["Abe"][0].questions[QUESTIONS[0]].points[-1].id
    override(page, point, VerdictStatus.WRONG if lang == "en" else VerdictStatus.PARTIAL, f"a reason in {lang}")
    page.click("#commenting summary")
    page.fill("#commenting [name=text]", f"a remark in {lang}")
    page.click("#commenting .btn.go")
    page.wait_for_selector(f".remark:has-text('a remark in {lang}')")
    confirm(page)
    for address in ("/coach/group", "/coach/agreement"):
        page.goto(practice.server.url + address)
        assert room.fits(page)
    page.click('form[action="/logout"] button')
    log_in(page, practice.server, name, "/coach")
    assert {"en": "To review", "zh": "待复核"}[lang] in page.inner_text(".places")
