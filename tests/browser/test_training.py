"""The training in a real browser: its days one after another, two tabs, a kill; offline, and with a scripted model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.grading.rubric.examiner import RUBRIC_VERSION
from interviewer.models import CardKey, Grade, Interview, Lang, ReplyKind, Setup, TrainingSettings
from interviewer.records.store import utc_now
from interviewer.records.tables import interviews, turns
from interviewer.training.schedule import local_day
from tests.browser import room
from tests.browser.conftest import SERVER_GONE, Faults, OpenPage
from tests.endpoint import ScriptedEndpoint, fails, faithful
from tests.serving import Served

OWNER = "local"
TOLD = {
    "zh": ("练完第一场", "今天没有到期的要点", "下一批明天到期", "个要点到期", "明天面试，还有 1 天", "要点"),
    "en": ("After your first interview", "Nothing is due today", "come back tomorrow", "points due", "Interview tomorrow, 1 day left", "point"),
}  # fmt: skip


@contextmanager
def records(folder: Path) -> Iterator[Application]:
    """The server's records, seen from here."""
    application = Application(Settings(data=folder / "data"))
    try:
        yield application
    finally:
        application.database.dispose()


def miss_everything(application: Application, *question_ids: str, lang: Lang = "zh") -> None:
    """An interview in which nothing was known."""
    service = application.service
    seen = service.begin(Setup(lang=lang, question_ids=question_ids, follow_ups=0), owner=OWNER)
    while seen.finished_at is None:
        seen = service.go_on(service.submit(seen, "", kind=ReplyKind.UNKNOWN))


def move_clock(application: Application, days: int) -> None:
    """All that was done so far was done so many days earlier."""
    with application.database.writing() as connection:
        for table, names in ((turns, ("asked_at", "replied_at")), (interviews, ("created_at", "finished_at"))):
            for row in connection.execute(select(table.c.id, *(table.c[name] for name in names))).mappings().all():
                earlier = {name: row[name] - timedelta(days=days) for name in names if row[name]}
                connection.execute(update(table).where(table.c.id == row["id"]).values(**earlier))
        connection.execute(update(interviews).values(stale=True))


def with_model(endpoint: ScriptedEndpoint) -> dict[str, str]:
    """The settings of a server that grades with it."""
    return {"OPENAI_BASE_URL": endpoint.base_url, "OPENAI_API_KEY": "k", "INTERVIEWER_MODEL": "scripted"}


def drilled(application: Application, page: Page) -> Interview:
    """The drill on the page, as the records have it."""
    return application.service.read(room.place(page).partition("/")[0], owner=OWNER)


def reviewed_once(application: Application, page: Page) -> bool:
    """Whether the first question of the drill on the page has one reply, and no point of it more than one review; at least one has."""
    seen = drilled(application, page)
    question = seen.questions[seen.turns[0].question_id]
    asked = {CardKey(question.bank_id, point.id) for point in question.points}
    application.training.cards(OWNER)
    found = [review.key for review in application.training.store.reviews(OWNER) if review.interview_id == seen.id and review.seq == 1]
    again = [turn.seq for turn in seen.turns if turn.question_id == question.id]
    return again == [1] and set(found) <= asked and len(found) == len(set(found)) >= 1


def home(page: Page, url: str) -> str:
    """The first page anew; what it says of the training."""
    page.goto(url)
    page.wait_for_selector('.bar[data-view="home"]')
    return page.inner_text("#today")


def begin_round(page: Page) -> None:
    page.click("#today [data-act=drill]")
    page.wait_for_selector('.bar[data-view="room"]')
    room.settle(page)


@pytest.mark.parametrize(("lang", "width", "model"), [("zh", 1280, ""), ("en", 390, ""), ("zh", 390, "scripted"), ("en", 1280, "scripted")])
def test_the_days_of_a_training(folder: Path, open_page: OpenPage, lang: Lang, width: int, model: str) -> None:
    first, nothing, tomorrow, due, interview, point = TOLD[lang]
    with (
        ScriptedEndpoint(then=faithful) as endpoint,
        Served(folder, **with_model(endpoint) if model else {}) as server,
        records(folder) as application,
    ):
        url = server.url + ("/" if lang == "zh" else "/en/")
        page = open_page(url, width=width)
        # the first day: one line, and one button to begin with single points at once
        expect(page.locator("#today")).to_contain_text(first)
        assert page.locator("#today button").count() == 1
        assert room.fits(page)
        # after an interview: nothing is due, new points are offered
        known = [question.id for question in application.bank.questions]
        miss_everything(application, known[0], lang=lang)
        told = home(page, url)
        assert nothing in told
        assert tomorrow in told
        assert page.locator("#today [data-act=drill]").count() == 1
        assert page.locator(".bar .due").count() == 0
        # the tenth day: what was missed is due, and asked again
        move_clock(application, 9)
        told = home(page, url)
        assert due in told
        assert room.fits(page)
        number = len(application.training.store.states(OWNER))
        assert page.locator("#today .today-lead b").inner_text().startswith(str(number))
        begin_round(page)
        assert point in page.inner_text("#stage .meta").lower()
        assert page.locator("#hint").is_hidden()
        assert page.locator("#stage .drilled").count() == 0
        # two tabs answer the same point
        other = page.context.new_page()
        other.goto(page.url)
        other.wait_for_selector('[data-state="reply"]')
        words = application.bank.questions[0].reference[lang][:200]
        other.fill(room.ANSWER, words)
        room.send(page, words)
        expect(page.locator("#stage .drilled > li").first).to_be_visible()
        assert "/100" not in page.inner_text("#stage")
        assert page.locator("#stage .model").count() >= 1
        assert page.locator("#reference").is_hidden()
        other.press(room.ANSWER, "Control+Enter")
        other.wait_for_selector("#stage .drilled > li")
        other.close()
        assert reviewed_once(application, page)
        assert next(turn.grade.provenance.model for turn in drilled(application, page).turns if isinstance(turn.grade, Grade)) == (
            model or RUBRIC_VERSION
        )
        assert room.fits(page)
        while room.state(page) != "report":
            room.go_on(page)
            if room.state(page) == "reply":
                before = room.place(page)
                page.click("#unknown")
                room.moved(page, before)
        expect(page.locator("#report .overall h1")).to_contain_text(point)
        assert page.locator("#report .radar").count() == 0
        assert page.locator("#report details.question").count() >= 1
        assert room.fits(page)
        # everything is due: only what fits the minutes; the interview is tomorrow
        miss_everything(application, *known, lang=lang)
        move_clock(application, 2)
        on = local_day(utc_now(), "UTC") + timedelta(days=1)
        application.training.choose(OWNER, TrainingSettings(interview_on=on, minutes=5))
        told = home(page, url)
        assert interview in told
        chosen = application.training.today(OWNER)
        assert len(chosen.chosen) < chosen.due
        assert page.locator("#today .today-topics .chip").count() <= 3
        assert room.fits(page)
        page.click("#today [data-act=minutes][data-arg='20']")
        expect(page.locator("#today [data-act=minutes][data-arg='20']")).to_have_attribute("aria-pressed", "true")
        if width > 600:
            assert str(chosen.due) in page.inner_text(".bar .due")


def test_with_a_model_a_kill_between_answer_and_review_leaves_one_review(folder: Path, open_page: OpenPage, faults: Faults) -> None:
    faults.expect(SERVER_GONE)
    with (
        ScriptedEndpoint(fails("hang"), then=faithful) as endpoint,
        Served(folder, **with_model(endpoint)) as server,
        records(folder) as application,
    ):
        miss_everything(application, application.bank.questions[0].id)
        move_clock(application, 3)
        page = open_page(server.url)
        begin_round(page)
        page.fill(room.ANSWER, "生成器从噪声生成样本，判别器判断真假，两者交替训练。")
        page.click("#submit")
        endpoint.await_request()
        server.kill()
        server.start()
        page.wait_for_selector("#stage .drilled > li", timeout=40_000)
        assert reviewed_once(application, page)
