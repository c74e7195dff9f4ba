"""The running application's log: every request has an id, failing models are told, and no content, secret or query string is in it."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from interviewer.bootstrap import Application
from interviewer.errors import VectorIndexError
from interviewer.models import ExaminerName, Role, Setup
from interviewer.observability.logs import JsonLines
from interviewer.records.database import open_database
from interviewer.records.tables import grading_requests
from tests.endpoint import Reply, ScriptedEndpoint, broken, fails, html, refused_url, says
from tests.integration.test_access import PAGE, House, settings_of
from tests.integration.test_access import leftovers as leftovers
from tests.serving import Served

# Gradio and what it uses leave loops and sockets to the collector and call what is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

KEY, ANSWER, QUERY = "sk-canary-key-7f3a", "canary answer: the pipeline collects, cleans and joins", "canary-query"
CANARIES = (KEY, "canary answer", QUERY, "canary-secret", "canary body", "submit_judgement", "You are")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house"), access_log="on", log_level="error") as house:
        house.add("Ann")
        house.add("Cleo", Role.COACH)

        @house.app.get("/fault")
        def fault() -> None:
            raise RuntimeError("canary body")

        house.app.router.routes.insert(0, house.app.router.routes.pop())
        yield house


# ---------------------------------------------------------------- the request's id


@pytest.mark.provokes(500)
@pytest.mark.parametrize(
    "path", ["/", "/en/", "/login", "/healthz", "/look/style.css", "/coach", "/nonesuch", "/fault", "/export/x.md?a=b"]
)
def test_every_answer_tells_its_id_whatever_it_is(house: House, path: str) -> None:
    browser = house.enter("Ann") if path in ("/", "/en/", "/fault") else house.browser()
    answer = browser.get(path, headers={**PAGE, "x-request-id": "proxy-id-0001"})
    assert answer.headers["x-request-id"] == "proxy-id-0001"
    made = [browser.get(path, headers=PAGE).headers["x-request-id"] for _ in range(2)]
    assert made[0] != made[1]
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in made)


def test_a_request_for_an_unknown_host_has_one_too(house: House) -> None:
    assert house.browser().get("/", headers={"host": "evil.example"}).headers["x-request-id"]


def test_an_id_that_is_not_well_formed_is_not_passed_on(house: House) -> None:
    given = "x" * 65
    assert house.browser().get("/healthz", headers={"x-request-id": given}).headers["x-request-id"] != given


# ---------------------------------------------------------------- the access log


@pytest.mark.provokes(500)
def test_the_access_log_tells_routes_and_neither_addresses_queries_nor_bodies(house: House, caplog: pytest.LogCaptureFixture) -> None:
    browser = house.enter("Ann")
    caplog.clear()
    asked = [
        "/export/canary-secret.md",
        "/invitation/canary-secret",
        f"/login?next={QUERY}",
        "/en/canary-secret",
        "/canary-secret",
        "/fault",
    ]
    for path in asked:
        browser.get(path, headers=PAGE)
    browser.post("/login", data={"name": "canary body", "password": "canary body"})
    browser.request("CANARY-SECRET", "/healthz")
    lines = [record for record in caplog.records if record.name == "interviewer.access"]
    told = [(line.facts["method"], line.facts["route"], line.facts["status"]) for line in lines]  # type: ignore[attr-defined]
    assert told == [
        ("GET", "/export/{name}", 404), ("GET", "/invitation/{secret}", 404), ("GET", "/login", 303), ("GET", "/en/*", 404),
        ("GET", "none", 404), ("GET", "/fault", 500), ("POST", "/login", 403), ("other", "none", 404),
    ]  # fmt: skip
    assert all(line.facts["milliseconds"] >= 0 for line in lines)  # type: ignore[attr-defined]
    assert not any(canary in caplog.text for canary in (*CANARIES, "CANARY-SECRET"))


def test_it_is_not_written_unless_asked_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with House(tmp_path) as house:
        house.browser().get("/healthz")
    assert "interviewer.access" not in {record.name for record in caplog.records}


def test_a_line_of_a_request_about_an_interview_names_both(house: House) -> None:
    person = house.people.list_people()[0]
    application = house.application
    interview = application.service.begin(Setup(question_ids=(application.bank.questions[0].id,)), owner=person.id)
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            from interviewer.observability.logs import _about

            _about(record)
            lines.append(JsonLines().format(record))

    keeper = Keep()
    logging.getLogger("interviewer.access").addHandler(keeper)
    try:
        house.enter("Ann").get(f"/export/{interview.id}.md", headers={"x-request-id": "proxy-id-0002"})
    finally:
        logging.getLogger("interviewer.access").removeHandler(keeper)
    told = json.loads(lines[-1])
    assert (told["request"], told["interview"], told["route"]) == ("proxy-id-0002", interview.id, "/export/{name}")


# ---------------------------------------------------------------- a model that fails

FAULTS: list[tuple[Reply, str]] = [
    (broken(401, message=f"Incorrect API key provided: {KEY}", code=KEY), "wrong_key, HTTP 401"),
    (broken(429, message=ANSWER), "rate_limit, HTTP 429"),
    (broken(402, message=ANSWER), "quota, HTTP 402"),
    (broken(404, message=f"model {ANSWER}"), "no_such_model, HTTP 404"),
    (broken(500, message=ANSWER, code="canary-secret"), "server_error, HTTP 500"),
    (html(502), "server_error, HTTP 502"),
    (fails("reset"), "unreachable"),
    (fails("hang"), "timeout"),
    (says(f"{ANSWER} {KEY}"), "unparsable"),
    (says('{"canary answer": "', finish_reason="length"), "cut_off"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "reason"), FAULTS, ids=[reason for _, reason in FAULTS])
def test_each_failed_attempt_is_one_line_with_its_reason_and_no_content(
    tmp_path: Path, fault: Reply, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "interviewer")
    with ScriptedEndpoint(then=lambda _request: fault) as endpoint:
        values = {"api_key": KEY, "base_url": endpoint.base_url, "model": "scripted", "attempts": 2, "grading_deadline": 1.5}
        application = Application(settings_of(tmp_path, structured_output="json_schema", retry_hours=0, **values))
        application.start()
        try:
            service, question = application.service, application.bank.questions[0]
            interview = service.begin(Setup(question_ids=(question.id,), examiner=ExaminerName.LLM), owner="local")
            turn = service.submit(interview, ANSWER).turns[0]
            while service.watch(turn.id, seen=10**6, timeout=30) is not None:
                pass
        finally:
            application.stop()
        attempts = [record.getMessage() for record in caplog.records if record.name == "interviewer.endpoint"]
        assert len(attempts) == len(endpoint.requests) >= 1
        assert all(f"({reason}; json_schema)" in each for each in attempts)
        assert [re.match(r"attempt (\d+) at the model failed after \d+\.\d s", each)[1] for each in attempts] == [  # type: ignore[index]
            str(number) for number in range(1, len(attempts) + 1)
        ]
        assert f"no grade by llm ({reason.split(',')[0]}), try 1; tried again by hand only" in caplog.text
        assert not any(canary in caplog.text for canary in CANARIES)


def test_an_embeddings_endpoint_that_fails_is_told_as_well(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    values = {"api_key": KEY, "base_url": refused_url(), "embeddings_model": "canary-secret-model"}
    application = Application(settings_of(tmp_path, **values))
    with pytest.raises(VectorIndexError):
        application.index.open(application.bank)
    assert "the embeddings endpoint failed (unreachable)" in caplog.text
    assert not any(canary in caplog.text for canary in CANARIES)


def test_replicas_with_a_dead_model_say_so_in_their_logs(tmp_path: Path) -> None:
    """One after the other on one database, so that each has an answer to fail at; the first writes text, the second JSON."""
    data, logs, asked = tmp_path / "data", [], []
    settings = {
        "OPENAI_BASE_URL": refused_url(), "OPENAI_API_KEY": KEY, "INTERVIEWER_MODEL": "scripted", "INTERVIEWER_ATTEMPTS": "1",
        "INTERVIEWER_STRUCTURED_OUTPUT": "json_schema", "INTERVIEWER_DATA": str(data),
    }  # fmt: skip
    for form in ("text", "json"):
        asked.append(_leave_an_answer(data))
        with Served(tmp_path / form, INTERVIEWER_LOG_FORMAT=form, **settings) as replica:
            _await_tries(data, len(asked))
        logs.append(replica.log.read_text(encoding="utf-8"))
    line = re.escape(f"interview={asked[0]} attempt 1 at the model failed after ") + r"\d\.\d s \(unreachable; json_schema\)\n"
    assert len(re.findall(r"\dZ WARNING interviewer\.endpoint " + line, logs[0])) == 1
    found = [json.loads(line) for line in logs[1].splitlines() if line.startswith("{")]
    failed = [each for each in found if each["logger"] == "interviewer.endpoint" and each["interview"] == asked[1]]
    assert [(each["level"], each["reason"], each["attempt"]) for each in failed] == [("warning", "unreachable", 1)]
    assert not any(canary in log for log in logs for canary in CANARIES)


def _leave_an_answer(data: Path) -> str:
    """An answer that waits for the model in the queue, held by nobody; returns the interview's id."""
    application = Application(settings_of(data, base_url="http://127.0.0.1:9/v1", model="scripted"))
    setup = Setup(question_ids=(application.bank.questions[0].id,), examiner=ExaminerName.LLM)
    begun = application.service.begin(setup, owner="local")
    application.service.submit(begun, ANSWER)
    with application.database.writing() as connection:
        connection.execute(update(grading_requests).values(lease_owner=None, lease_until=None))
    application.database.dispose()
    return begun.id


def _await_tries(data: Path, count: int) -> None:
    """Until every answer was tried and put off: there is no event to wait for in another process."""
    database = open_database(data)
    give_up = time.monotonic() + 60
    try:
        while time.monotonic() < give_up:
            with database.reading() as connection:
                if connection.scalar(select(func.count()).where(grading_requests.c.tries > 0)) == count:
                    return
            time.sleep(0.1)
    finally:
        database.dispose()
    raise AssertionError("not every answer was tried")
