"""`make screenshots`: the README's pictures, taken of the current page on the embedded default."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from interviewer.models import Lang
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from tests.browser import room
from tests.browser.conftest import FLAGS
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


def main() -> None:
    """Write the pictures into docs/."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Served(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for lang, width, theme in (("zh", 1280, "light"), ("en", 1280, "light"), ("zh", 390, "dark"), ("en", 390, "dark")):
            take(browser, server, lang, width=width, theme=theme)  # type: ignore[arg-type]
        browser.close()


def take(browser: Browser, server: Served, lang: Lang, *, width: int, theme: str) -> None:
    """The start page, the practice room after an answer, and the report."""
    page = browser.new_page(viewport={"width": width, "height": 860}, color_scheme="dark" if theme == "dark" else "light")
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
    page.evaluate("document.activeElement?.blur(); scrollTo({top: 0, behavior: 'instant'})")
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
    page.screenshot(path=DOCS / f"{name}.png")


if __name__ == "__main__":
    main()
