"""Two replicas on one PostgreSQL database behind nginx: killing one of them costs nobody anything."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, text

from tests.browser import room
from tests.browser.conftest import Faults, OpenPage
from tests.conftest import ON_CI
from tests.databases import PostgresDatabases
from tests.nginx import NoNginx, run_nginx
from tests.serving import Served

PROXY_ALONE = r"(answer: |status of )50[24]"
"""What the proxy answers to a request whose replica was just killed."""

ANSWERS = ("Kafka 收集埋点，Flink 去重并补空值。", "特征按时间点取值，离线和线上用同一份定义。", "数据落到湖里，按日期分区存成 Parquet。")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresDatabases) -> Iterator[tuple[str, list[Served], str]]:
    """The proxy's address, the replicas behind it, and the address of their database."""
    tmp_path = tmp_path_factory.mktemp("replicas")
    url = postgres.url_for(tmp_path)
    with ExitStack() as stack:
        replicas = [stack.enter_context(Served(tmp_path / name, DATABASE_URL=url)) for name in ("one", "two")]
        try:
            address = stack.enter_context(run_nginx(tmp_path / "nginx", [replica.port for replica in replicas]))
        except NoNginx as missing:
            if ON_CI:
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        yield address, replicas, url


@pytest.fixture
def fleet(running: tuple[str, list[Served], str]) -> Iterator[tuple[str, list[Served], str]]:
    """The same, with every replica alive again for the next test."""
    yield running
    for replica in running[1]:
        if not replica.alive:
            replica.start()


def test_an_interview_goes_on_at_the_other_replica_with_nothing_lost_and_nothing_graded_twice(
    fleet: tuple[str, list[Served], str], open_page: OpenPage, faults: Faults
) -> None:
    faults.expect(PROXY_ALONE)
    address, replicas, url = fleet
    page = open_page(address)
    room.begin(page, follow_ups=0)
    # Whichever of the two holds this browser: each is killed once, with an answer before, between and after.
    for replica, answer in zip(replicas, ANSWERS[:2], strict=True):
        room.send(page, answer)
        replica.kill()
        room.go_on(page)
        replica.start()
    room.send(page, ANSWERS[2])
    assert stored(url, page) == [(answer, 1) for answer in ANSWERS]


def test_an_answer_sent_to_a_replica_that_dies_while_grading_is_graded_once_by_the_other(
    fleet: tuple[str, list[Served], str], open_page: OpenPage, faults: Faults
) -> None:
    faults.expect(PROXY_ALONE)
    address, replicas, url = fleet
    page = open_page(address)
    room.begin(page, follow_ups=0)
    page.fill(room.ANSWER, ANSWERS[0])
    page.press(room.ANSWER, "Control+Enter")
    await_answer(page, url)
    replicas[0].kill()
    page.goto(f"{address}/?interview={room.place(page).split('/')[0]}")
    page.wait_for_selector('[data-state="next"]')
    assert stored(url, page) == [(ANSWERS[0], 1)]


def test_the_proxy_asks_whether_a_replica_can_serve(fleet: tuple[str, list[Served], str]) -> None:
    address, replicas, _ = fleet
    replicas[0].kill()
    with urllib.request.urlopen(f"{address}/readyz", timeout=10) as reply:
        told = json.load(reply)
    assert told["ready"]
    assert told["database"] == "ok"


def await_answer(page: Page, url: str) -> None:
    """Wait until the answer is stored; the page may not yet show it."""
    for _ in range(200):
        if stored(url, page):
            return
        page.wait_for_timeout(25)
    raise AssertionError("the answer was not stored")


def stored(url: str, page: Page) -> list[tuple[str, int]]:
    """Each stored answer of the page's interview with the number of its grades, in order."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT reply_text, (SELECT count(*) FROM grades WHERE turn_id = turns.id) FROM turns "
                "WHERE reply_text IS NOT NULL AND interview_id = :interview ORDER BY id"
            ),
            {"interview": room.place(page).split("/")[0]},
        ).all()
    engine.dispose()
    return [(row[0], row[1]) for row in rows]
