"""The server goes away and comes back while somebody types."""

from __future__ import annotations

from pathlib import Path

from tests.browser import room
from tests.browser.conftest import SERVER_GONE, Faults, OpenPage
from tests.serving import Served

BEFORE, MEANWHILE = "生成器把噪声变成图，", "判别器辨真假，两者交替训练。"


def test_what_is_typed_while_the_server_is_away_is_kept_saved_and_sent(folder: Path, open_page: OpenPage, faults: Faults) -> None:
    faults.expect(SERVER_GONE)
    with Served(folder) as server:
        page = open_page(server.url)
        room.begin(page, follow_ups=0)
        page.fill(room.ANSWER, BEFORE)
        page.wait_for_function("document.querySelector('#draft:not(.stale)')?.innerText.includes('草稿已保存')")
        server.kill()
        page.locator(room.ANSWER).press_sequentially(MEANWHILE)
        page.wait_for_selector(".offline:not([hidden])")
        server.start()
        page.wait_for_selector(".offline", state="hidden")
        page.wait_for_function("!sessionStorage.getItem('interviewer-typed')")
        assert page.input_value(room.ANSWER) == BEFORE + MEANWHILE
        page.reload()
        page.wait_for_selector('[data-state="reply"]')
        assert page.input_value(room.ANSWER) == BEFORE + MEANWHILE
        page.press(room.ANSWER, "Control+Enter")
        page.wait_for_selector('[data-state="next"]')
        assert page.inner_text("#stage .said .text") == BEFORE + MEANWHILE


def test_that_the_database_is_gone_is_told_and_what_was_typed_is_kept(folder: Path, open_page: OpenPage, faults: Faults) -> None:
    faults.expect(SERVER_GONE)
    faults.expect("503")
    with Served(folder) as server:
        page = open_page(server.url)
        room.begin(page, follow_ups=0)
        page.fill(room.ANSWER, BEFORE)
        page.wait_for_function("document.querySelector('#draft:not(.stale)')?.innerText.includes('草稿已保存')")
        (folder / "data").rename(folder / "away")
        page.press(room.ANSWER, "Control+Enter")
        page.wait_for_function("document.querySelector('.offline:not([hidden])')?.innerText.includes('数据库不见了')")
        assert not (folder / "data" / "interviews.db").exists()
        if (folder / "data").exists():
            (folder / "data").rename(folder / "made")
        (folder / "away").rename(folder / "data")
        page.wait_for_selector(".offline", state="hidden")
        page.wait_for_selector('[data-state="reply"], [data-state="next"]')
        if page.locator('[data-state="reply"]').count():
            assert page.input_value(room.ANSWER) == BEFORE
            page.press(room.ANSWER, "Control+Enter")
        page.wait_for_selector('[data-state="next"]')
        assert page.inner_text("#stage .said .text") == BEFORE
