"""The coach's desk in a real browser: pointing, keys, places in an answer, blind review, and the policy that nothing inline runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.interview.last_word import comments_of, review_of, verdicts_of
from interviewer.models import LOCAL_PERSON, ExaminerName, Flag, Interview, Quote, Setup, Verdict, VerdictStatus
from tests.browser.conftest import OpenPage
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import BANK
from tests.serving import Served

ANSWER = "先说😀采集\u200b\u200b：线上👩‍💻埋点\r\n走 Kafka\u202e，再说<b>清洗</b>。"
QUOTED = "线上👩‍💻埋点"


@dataclass
class Desk:
    """A served desk with two finished interviews; `newer` is first in the list."""

    server: Served
    older: Interview
    newer: Interview
    data: Path

    def at(self, interview: Interview, query: str = "q=1") -> str:
        """The address of an interview's page."""
        return f"{self.server.url}/coach/interviews/{interview.id}?{query}&lang=zh"

    def read(self, interview: Interview) -> Interview:
        """As the records have it."""
        application = Application(Settings(data=self.data))
        try:
            return application.desk.open(interview.id, LOCAL_PERSON, blind=True)
        finally:
            application.database.dispose()


def hold(application: Application) -> Interview:
    """An interview of one answer, graded and finished."""
    service = application.service
    interview = service.submit(service.begin(Setup(question_ids=("q1", "q2"), follow_ups=0), owner="local"), ANSWER)
    while service.watch(interview.turns[0].id, seen=10**6, timeout=10) is not None:
        pass
    return service.finish(service.load(interview.id, owner="local"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Served on records that were made before the start."""
    folder = tmp_path_factory.mktemp("desk")
    start = ANSWER.index(QUOTED)
    found = (
        Verdict("a", VerdictStatus.COVERED, Quote(QUOTED, start, start + len(QUOTED))),
        Verdict("b", VerdictStatus.PARTIAL, Quote("Kafka", ANSWER.index("Kafka"), ANSWER.index("Kafka") + 5)),
        Verdict("c", VerdictStatus.MISSING),
    )
    examiner = ScriptedExaminer(replace(grade("covered", "partial", "missing"), verdicts=found, flags=(Flag.HIDDEN_TEXT,)))
    application = Application(Settings(data=folder / "data"))
    application.__dict__["bank"] = BANK
    application.__dict__["examiners"] = {ExaminerName.RUBRIC: lambda: examiner}
    application.service.worker.start()
    older, newer = hold(application), hold(application)
    application.service.worker.stop()
    application.database.dispose()
    with Served(folder) as server:
        yield Desk(server, older, newer, folder / "data")


def select(page: Page, words: str) -> None:
    """Select words of the answer as a mouse would, across the pieces of it."""
    page.evaluate(
        """words => {
          const answer = document.querySelector('[data-answer]'), walk = document.createTreeWalker(answer, NodeFilter.SHOW_TEXT), places = [];
          for (let node; (node = walk.nextNode());) for (let at = 0; at < node.data.length; at++) places.push([node, at]);
          const at = places.map(([node, place]) => node.data[place]).join('').indexOf(words), range = document.createRange();
          range.setStart(...places[at]); const [last, place] = places[at + words.length - 1]; range.setEnd(last, place + 1);
          getSelection().removeAllRanges(); getSelection().addRange(range); }""",
        words,
    )


def test_pointing_at_a_verdict_shows_its_words_and_the_other_way_round(desk: Desk, open_page: OpenPage) -> None:
    page = open_page(desk.at(desk.older))
    page.hover("#point-b .what")
    expect(page.locator('mark[data-point="b"]')).to_have_class("p lit")
    page.hover("h1")
    expect(page.locator('mark[data-point="b"]')).to_have_class("p")
    page.locator('mark[data-point="a"]').first.focus()
    expect(page.locator("#point-a")).to_have_class("point is-c lit")
    page.keyboard.press("Enter")
    expect(page.locator("#point-a")).to_be_focused()


@pytest.mark.parametrize("words", ["😀采集", "采集：线上", "点\n走 Kafka，再", "<b>清洗</b>。", "先说"])
def test_words_that_are_selected_are_those_words_of_the_answer(desk: Desk, open_page: OpenPage, words: str) -> None:
    page = open_page(desk.at(desk.older))
    select(page, words)
    page.keyboard.press("c")
    start, end = (int(page.input_value(f'#commenting [name="{name}"]')) for name in ("start", "end"))
    seen = ANSWER[start:end].replace("\r\n", "\n")
    assert "".join(char for char in seen if char not in "\u200b\u202e") == words
    assert page.input_value('#commenting [name="seq"]') == "1"


def test_a_comment_and_a_verdict_by_keyboard_alone(desk: Desk, open_page: OpenPage) -> None:
    page = open_page(desk.at(desk.older))
    select(page, "采集")
    page.keyboard.press("c")
    page.keyboard.type("这里可以再问一层 n p 1 2 r")
    page.locator("#commenting .btn.go").press("Enter")
    page.wait_for_selector(".js .remark")  # the keys are awake
    assert page.inner_text(".text .noted") == "采集"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#point-c")).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.type("说了一半")
    page.keyboard.press("Enter")
    page.wait_for_selector(".js #point-c.changed")
    expect(page.locator("#point-c")).to_be_focused()
    interview = desk.read(desk.older)
    [comment] = comments_of(interview, "q1")
    assert comment.text.startswith("这里可以再问一层 n p")
    assert ANSWER[comment.start : comment.end] == "采集"
    verdicts = verdicts_of(interview, interview.turns[0])
    assert verdicts is not None
    assert (verdicts[2].status, verdicts[2].reason) == (VerdictStatus.PARTIAL, "说了一半")


def arrive(page: Page, address: str) -> None:
    """Wait until a page is there and listens to keys."""
    page.wait_for_url(address)
    page.wait_for_selector("html.js")


def test_the_list_and_the_way_through_it_by_keyboard(desk: Desk, open_page: OpenPage) -> None:
    page = open_page(desk.server.url + "/coach?state=all&lang=zh")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("kafka")
    page.keyboard.press("Enter")
    page.wait_for_selector(".js mark.hit")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    arrive(page, f"**/coach/interviews/{desk.newer.id}*")
    page.keyboard.press("n")
    arrive(page, f"**/coach/interviews/{desk.older.id}*")
    assert "text=kafka" in page.url
    page.keyboard.press("p")
    arrive(page, f"**/coach/interviews/{desk.newer.id}*")
    page.keyboard.press("]")
    arrive(page, "**q=2*")
    page.keyboard.press("i")
    arrive(page, "**/coach?*text=kafka*")


def test_reviewed_by_one_key_leads_to_the_next(desk: Desk, open_page: OpenPage) -> None:
    page = open_page(desk.at(desk.newer, "q=1&state=all"))
    page.keyboard.press("r")
    arrive(page, f"**/coach/interviews/{desk.older.id}*")
    assert review_of(desk.read(desk.newer)) is not None


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_nothing_runs_that_is_not_ours_and_nothing_overflows(desk: Desk, open_page: OpenPage, width: int) -> None:
    for address in (desk.server.url + "/coach?lang=zh", desk.at(desk.older), desk.server.url + "/coach/import?lang=en"):
        page = open_page(address, width=width)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)  # noqa: B023 - read in the same round
        page.reload()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert complaints == []


def test_a_question_of_everybody_a_saved_comment_and_a_note_by_keyboard(desk: Desk, open_page: OpenPage) -> None:
    page = open_page(desk.at(desk.older))
    page.keyboard.press("c")
    page.keyboard.type("s m w r 1")
    page.select_option('#commenting [name="keep"]', "general")
    page.locator("#commenting .btn.go").press("Enter")
    page.wait_for_selector(".js .remark:has-text('s m w r 1')")
    page.keyboard.press("m")
    expect(page.locator("[data-saved]").first).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator('#commenting [name="text"]')).to_have_value("s m w r 1")
    expect(page.locator('#commenting [name="text"]')).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.keyboard.type("s r n p")
    expect(page.locator("[data-note]")).to_have_value("s r n p")
    page.locator("#notes .btn.go").last.press("Enter")
    page.wait_for_selector(".js #notes .note-list li")
    page.keyboard.press("s")
    arrive(page, "**same=todo*")
    assert "2" in page.inner_text("#row .row-place")
    with page.expect_navigation():
        page.keyboard.press("r")
    application = Application(Settings(data=desk.data))
    through = {each.interview_id for each in application.same_question.row(LOCAL_PERSON, "q1") if each.reviewed}
    application.database.dispose()
    assert desk.older.id in through
