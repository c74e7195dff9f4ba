"""/metrics on the whole application: who may read it, that it counts what happens, and that nothing of anybody's is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from interviewer.models import ExaminerName, Setup
from tests.endpoint import ScriptedEndpoint, broken, faithful, says
from tests.integration.surface import endpoints_of
from tests.integration.test_access import PAGE, PASSWORD, House
from tests.integration.test_access import leftovers as leftovers

# Gradio and what it uses leave loops and sockets to the collector and call what is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

TOKEN = "canary-metrics-token-令牌"
KEY, ANSWER = "sk-canary-key-7f3a", "canary answer: the pipeline collects, cleans and joins"
CANARIES = (TOKEN, "canary", KEY, PASSWORD, "Ann", "judgement", "pipeline collects")
HERE = ("127.0.0.1", 50000)


def ask(app: FastAPI, *, caller: tuple[str, int] = HERE, host: str = "127.0.0.1:7860", **headers: str) -> tuple[int, str]:
    """The status and the text of /metrics, asked from an address under a name."""
    browser = TestClient(app, client=caller, base_url=f"http://{host}", raise_server_exceptions=False)
    given = {name.replace("_", "-"): value.encode() for name, value in headers.items()}
    answer = browser.get("/metrics", headers=given)  # type: ignore[arg-type]
    return answer.status_code, answer.text


def value_of(page: str, name: str) -> float:
    """The value of a sample as the page writes it."""
    return float(next(line for line in page.splitlines() if line.rpartition(" ")[0] == name).rpartition(" ")[2])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house"), hosts="interview.example.org") as house:
        house.add("Ann")
        yield house


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("locked"), metrics_token=TOKEN) as house:
        yield house


# ---------------------------------------------------------------- who may read it


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "localhost"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.9.10", "::ffff:127.0.0.1"])
def test_without_a_token_this_machine_may_read_it(house: House, address: str, host: str) -> None:
    status, page = ask(house.app, caller=(address, 50000), host=host)
    assert status == 200
    assert "interviewer_records_up 1.0" in page


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.1", "2001:db8::1", "::ffff:10.0.0.7", "testclient", ""])
def test_without_a_token_nobody_else_may(house: House, address: str) -> None:
    status, page = ask(house.app, caller=(address, 50000))
    assert status == 401
    assert "INTERVIEWER_METRICS_TOKEN" in page
    assert "interviewer_" not in page


@pytest.mark.parametrize(
    "header", ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "X-Forwarded-Server", "forwarded", "via", "x-real-ip", "cf-connecting-ip"]
)  # fmt: skip
@pytest.mark.parametrize("value", ["203.0.113.9", "127.0.0.1", "", "for=127.0.0.1"])
def test_what_a_proxy_on_this_machine_hands_on_does_not_come_from_this_machine(house: House, header: str, value: str) -> None:
    assert ask(house.app, **{header: value})[0] == 401


def test_nor_does_what_is_asked_under_a_name_that_others_use(house: House) -> None:
    assert ask(house.app, host="interview.example.org")[0] == 401


def test_a_session_opens_nothing_and_an_unknown_host_is_turned_away(house: House) -> None:
    assert house.enter("Ann").get("/metrics", headers=PAGE).status_code == 401
    assert ask(house.app, host="evil.example")[0] == 400


@pytest.mark.parametrize("caller", [HERE, ("203.0.113.9", 1)])
def test_with_a_token_whoever_holds_it_may_read_it_from_anywhere(locked: House, caller: tuple[str, int]) -> None:
    assert ask(locked.app, caller=caller, authorization=f"Bearer {TOKEN}", x_forwarded_for="203.0.113.9")[0] == 200
    assert ask(locked.app, caller=caller, authorization=f"bearer  {TOKEN} ")[0] == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer wrong", "Bearer \xff\xfe", f"Bearer x {TOKEN}"]
)  # fmt: skip
def test_with_a_token_nobody_else_may_not_even_this_machine(locked: House, given: str) -> None:
    assert ask(locked.app, authorization=given)[0] == 401


def test_a_token_of_blanks_is_none(tmp_path: Path) -> None:
    with House(tmp_path, metrics_token="  ") as house:
        assert ask(house.app)[0] == 200
        assert ask(house.app, caller=("10.0.0.7", 1), authorization="Bearer  ")[0] == 401


@pytest.mark.parametrize(
    "accept", ["", "*/*", "text/html", "application/openmetrics-text;version=abc", "text/plain;version=x;escaping=\x7f"]
)
def test_whatever_form_is_asked_for_the_text_form_is_given(house: House, accept: str) -> None:
    browser = TestClient(house.app, client=HERE, base_url="http://127.0.0.1", raise_server_exceptions=False)
    answer = browser.get("/metrics", headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


# ---------------------------------------------------------------- what it tells


def test_requests_are_counted_by_route_and_never_by_path(house: House) -> None:
    nobody, browser = house.browser(), house.enter("Ann")
    for path in ("/export/canary-1.md", "/export/canary-2.md", "/invitation/canary-3", "/canary-4", "/en/canary-5?canary=6", "/own/canary"):
        browser.get(path, headers=PAGE)
        nobody.get(path, headers=PAGE)
    for method in ("CANARY", "BREW"):
        browser.request(method, "/")
    page = ask(house.app)[1]
    assert value_of(page, 'interviewer_http_requests_total{method="GET",route="/export/{name}",status="404"}') == 2
    assert value_of(page, 'interviewer_http_requests_total{method="GET",route="/invitation/{secret}",status="404"}') == 2
    assert value_of(page, 'interviewer_http_requests_total{method="other",route="none",status="404"}') == 2
    assert "canary" not in page.lower()
    routes = {endpoint.path for endpoint in endpoints_of(house.app)} | {"/en/*", "/look/*", "none"}
    told = {line.split('route="')[1].split('"')[0] for line in page.splitlines() if 'route="' in line}
    assert told <= routes


def test_a_whole_turn_on_a_model_is_counted_and_nothing_of_it_is_told(tmp_path: Path) -> None:
    replies = [says(f"{ANSWER} {KEY}"), broken(500, message=ANSWER, code=KEY)]
    with ScriptedEndpoint(*replies, then=faithful) as endpoint:
        values = {
            "api_key": KEY,
            "base_url": endpoint.base_url,
            "model": "scripted",
            "structured_output": "json_schema",
            "price_in": 1.0,
            "price_out": 1.0,
        }
        with House(tmp_path, daily_tokens=1_000_000, **values) as house:
            service, question = house.application.service, house.application.bank.questions[0]
            interview = service.begin(Setup(question_ids=(question.id,), examiner=ExaminerName.LLM), owner="local")
            turn = service.submit(interview, ANSWER).turns[0]
            while service.watch(turn.id, seen=10**6, timeout=30) is not None:
                pass
            page = ask(house.app)[1]
            assert service.read(interview.id, owner="local").turns[0].grade is not None
    assert value_of(page, 'interviewer_model_attempts_total{outcome="failed",reason="server_error"}') == 1
    assert value_of(page, 'interviewer_model_attempts_total{outcome="failed",reason="unparsable"}') == 1
    assert value_of(page, 'interviewer_model_attempts_total{outcome="ok",reason=""}') == 1
    assert value_of(page, 'interviewer_model_attempt_seconds_count{outcome="ok"}') == 1
    assert value_of(page, 'interviewer_grades_total{examiner="llm",outcome="graded",reason=""}') == 1
    assert value_of(page, 'interviewer_grade_seconds_count{examiner="llm"}') == 1
    assert value_of(page, 'interviewer_model_tokens_total{kind="prompt"}') > 100
    assert value_of(page, "interviewer_model_cost_dollars_total") > 0
    assert value_of(page, "interviewer_active_interviews") == 1
    assert value_of(page, "interviewer_model_down") == 0
    assert 0 < value_of(page, 'interviewer_budget_used_ratio{budget="interview_tokens"}') < 1
    assert 0 < value_of(page, 'interviewer_budget_used_ratio{budget="day_tokens"}') < 1
    assert not any(canary in page for canary in CANARIES)


def test_a_message_that_is_no_answer_is_counted_by_its_kind(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        service, question = house.application.service, house.application.bank.questions[0]
        interview = service.begin(Setup(question_ids=(question.id,)), owner="local")
        turn = service.submit(interview, "这道题问的是离线还是在线？").turns[0]
        while service.watch(turn.id, seen=10**6, timeout=30) is not None:
            pass
        assert service.read(interview.id, owner="local").turns[0].asides
        page = ask(house.app)[1]
    assert value_of(page, 'interviewer_asides_total{kind="clarify"}') == 1
    assert value_of(page, 'interviewer_grades_total{examiner="rubric",outcome="aside",reason=""}') == 1


def test_records_that_cannot_be_read_are_told_and_are_no_error(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        with house.application.database.writing() as connection:
            connection.execute(text("ALTER TABLE grading_requests RENAME TO gone"))
        status, page = ask(house.app)
        with house.application.database.writing() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO grading_requests"))
        assert status == 200
        assert value_of(page, "interviewer_records_up") == 0
        assert "interviewer_queue_depth{" not in page
        assert value_of(ask(house.app)[1], "interviewer_records_up") == 1
