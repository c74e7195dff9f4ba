"""A coach has a draft completed by the model: asked for on its page, done in the background, shown line by line with who wrote it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from interviewer.models import Role
from tests.draft_replies import ANSWER, ASKING, POINTS
from tests.endpoint import Reply, Request, ScriptedEndpoint, broken, says
from tests.integration.folk import PAGE, follow, running, send
from tests.integration.test_access import House

pytestmark = pytest.mark.filterwarnings("ignore")

HOME = "/coach/questions"
PASTED = "1. 什么是缓存穿透？\n答：查询不存在的数据，请求直接打到数据库。用布隆过滤器拦截。\n2. 什么是锁？\n"
NEW = {**ANSWER, "lines": [{"number": 1, "text": "Requests go to the database; a filter stops them."}]}


def reply(request: Request) -> Reply:
    properties = request.schema.get("properties", {})
    told = {"questions": []} if "questions" in properties else NEW if "lines" in properties else ASKING if "hints" in properties else POINTS
    return says(json.dumps(told, ensure_ascii=False))


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint(then=reply) as server:
        yield server


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, server: ScriptedEndpoint) -> Iterator[House]:
    told = {"INTERVIEWER_MODEL": "scripted", "OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "k", "INTERVIEWER_ATTEMPTS": 1}
    with running(tmp_path_factory.mktemp("completing"), **told) as house:
        house.add("Wang", Role.COACH)
        yield house


@pytest.fixture
def coach(house: House) -> TestClient:
    browser = house.enter("Wang")
    browser.get("/own?lang=zh", headers=PAGE)
    return browser


def page(browser: TestClient, address: str) -> str:
    answer = browser.get(address, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def flat(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def settled(browser: TestClient, address: str) -> str:
    """The page once the model has done what it was asked for."""
    for _ in range(200):
        shown = page(browser, address)
        if "模型正在补全" not in shown:
            return shown
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def test_a_draft_is_completed_in_the_background_and_says_who_wrote_each_line(coach: TestClient, server: ScriptedEndpoint) -> None:
    server.replace(lambda _request: broken(401))
    kept = send(coach, f"{HOME}/draft", text=PASTED, title="Redis").headers["location"]
    offered = flat(page(coach, kept))
    assert "全文会发给 scripted" in offered
    assert "模型正在补全" in flat(follow(coach, send(coach, kept, act="complete")))
    failed = flat(settled(coach, kept))
    assert "没有做成（端点不接受密钥）" in failed
    assert "什么是缓存穿透？" in failed
    server.replace(reply)
    send(coach, kept, act="complete")
    shown = settled(coach, kept)
    told = flat(shown)
    assert "没有做成" not in told
    assert "每一行是谁写的" in told
    assert "原文 reference.zh 查询不存在的数据" in told
    assert "模型转述原文 reference.en Requests go to the database" in told
    assert "模型添加 reference.en Parameters are checked first" in told
    first = re.findall(r'name="take\.([^"]+)"', shown)[0]
    taken = follow(coach, send(coach, kept, act="take", **{f"take.{first}": "on"}))
    question = re.findall(r'href="(/coach/questions/[^"/]+)">已收下', taken)[0]
    edited = page(coach, question)
    assert "What is cache penetration?" in edited
    assert "布隆过滤器不会误判" in edited
