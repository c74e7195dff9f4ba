"""`make screenshots`: the README's pictures, taken of the current pages on the embedded default.

The desk shows imported answers, which are pieces of the references and two of our own: nobody's real interview.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.interview.import_rows import read_rows
from interviewer.models import LOCAL_PERSON, ExaminerName, Lang, VerdictStatus
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from interviewer.records.inbox import InboxFilters
from tests.browser import room
from tests.browser.test_conversation import come_to_rest
from tests.chromium import FLAGS, find_chromium
from tests.serving import ROOT, Served

DOCS = ROOT / "docs"
BANK = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
OWN = {
    "zh": "线上埋点和日志实时写进 Kafka，业务库每天用 Airflow 调度抽一次全量。实时这边用 Flink 消费，先去重、补空值再按窗口算特征；"
    "离线用 Spark 跑一遍同样的逻辑。清洗好的数据按日期分区存成 Parquet 放到 S3 数据湖，训练直接读。Kafka 会永久保存所有数据，所以不需要再备份。",
    "en": "Events stream into Kafka and Airflow pulls a full extract of the business tables every night. Flink deduplicates the stream, fills nulls and "
    "computes windowed features; Spark runs the same logic in batch. Clean data lands on S3 as Parquet partitioned by date for training. "
    "Kafka keeps everything forever, so no other backup is needed.",
}  # fmt: skip


SIZES: tuple[tuple[Lang, int, str], ...] = (("zh", 1280, "light"), ("en", 1280, "light"), ("zh", 390, "dark"), ("en", 390, "dark"))


def main() -> None:
    """Write the pictures into docs/."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        with Served(Path(folder) / "practice") as server:
            for lang, width, theme in SIZES:
                take(browser, server, lang, width=width, theme=theme)
        for lang, width, theme in SIZES:
            with Served(Path(folder) / f"desk-{lang}-{width}") as server:
                fill(Path(folder) / f"desk-{lang}-{width}" / "data", lang)
                take_desk(browser, server, lang, width=width, theme=theme)
        browser.close()


def fill(data: Path, lang: Lang) -> None:
    """Six candidates' answers to five questions, graded by the running server, and a coach's work on one of them."""
    application = Application(Settings(data=data))
    lines = [
        json.dumps(
            {"question": number, "candidate": f"C-{place:03}", "lang": lang, "answer": answer_of(number, place, lang)}, ensure_ascii=False
        )
        for place in range(11, 17)
        for number in range(1, 6)
    ]
    application.desk.import_transcripts(LOCAL_PERSON, read_rows("\n".join(lines)), examiner=ExaminerName.RUBRIC, lang=lang)
    while any(row.pending for row in application.desk.inbox(LOCAL_PERSON, InboxFilters(), "newest", 1).rows):
        time.sleep(0.5)
    rows = application.desk.inbox(LOCAL_PERSON, InboxFilters(), "oldest", 1).rows
    chosen = next(row for row in rows if row.candidate == "C-014")
    asked = BANK.questions[2]
    application.desk.change_verdict(
        LOCAL_PERSON, chosen.interview_id, seq=3, point_id=asked.points[3].id, status=VerdictStatus.COVERED,
        reason="给了可行的做法" if lang == "zh" else "gives a way that works",
    )  # fmt: skip
    note = "阈值和样本量没有说，面试里可以再问一层。" if lang == "zh" else "No threshold or sample size; worth one more question."
    application.desk.comment(LOCAL_PERSON, chosen.interview_id, seq=3, question_id=asked.id, text=note, start=0, end=14)
    for row in [row for row in rows if row is not chosen][:2]:
        application.desk.mark_reviewed(LOCAL_PERSON, row.interview_id)
    application.database.dispose()


def answer_of(number: int, place: int, lang: Lang) -> str:
    """A part of the reference, longer for some candidates than for others; our own answer to the third question."""
    if number == 3 and place % 2 == 0:
        return OWN[lang]
    reference = BANK.questions[number - 1].reference[lang]
    return reference[: len(reference) * (2 + (place * number) % 7) // 9]


def take_desk(browser: Browser, server: Served, lang: Lang, *, width: int, theme: str) -> None:
    """A transcript, and on a wide window the group."""
    page = browser.new_page(viewport={"width": width, "height": 860}, color_scheme="dark" if theme == "dark" else "light", locale=lang)
    page.goto(f"{server.url}/coach?state=all&lang={lang}")
    page.locator("main a", has_text="C-014").first.click()
    page.wait_for_selector("mark[data-point]")
    page.goto(page.url.split("?")[0] + "?q=3")
    snap(page, f"coach-{lang}-{width}")
    if width > 900:
        page.goto(f"{server.url}/coach/group")
        snap(page, f"group-{lang}-{width}")
    page.close()


def take(browser: Browser, server: Served, lang: Lang, *, width: int, theme: str) -> None:
    """The start page, the practice room after an answer, and the report."""
    page = browser.new_page(viewport={"width": width, "height": 860}, color_scheme="dark" if theme == "dark" else "light", locale=lang)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(server.url + ("/" if lang == "zh" else "/en/"))
    page.wait_for_selector('[data-view="home"]')
    snap(page, f"start-{lang}-{width}")
    room.begin(page)
    for number in (1, 2, 3):
        reference = BANK.questions[number - 1].reference[lang]
        room.send(page, OWN[lang] if number == 3 else reference[: len(reference) * 3 // 5])
        if number == 3:
            break
        if room.state(page) == "reply":
            page.click("#skip")
            page.wait_for_selector('[data-state="next"]')
        room.go_on(page)
    page.mouse.move(2, 400)
    page.evaluate("document.activeElement?.blur()")
    come_to_rest(page)  # on a phone at the newest message, as the candidate sees it
    page.set_viewport_size({"width": width, "height": 1120 if width > 900 else 860})
    page.wait_for_timeout(700)
    snap(page, f"practice-{lang}-{width}")
    page.set_viewport_size({"width": width, "height": 860})
    page.click("[data-act=finish]")
    page.wait_for_selector('[data-view="report"]')
    page.wait_for_timeout(500)
    snap(page, f"report-{lang}-{width}")
    page.close()


def snap(page: Page, name: str) -> None:
    """One picture of the window."""
    come_to_rest(page)
    page.screenshot(path=DOCS / f"{name}.png")


if __name__ == "__main__":
    main()
