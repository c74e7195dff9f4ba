"""Secrets, answers and prompts reach no log and no output, whatever fails; a fault shows a page in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from interviewer.bootstrap import Application
from interviewer.config import load_settings
from interviewer.endpoint.tokens import TokenCounter
from interviewer.errors import ConfigError, InterviewerError
from interviewer.log_redaction import RedactMessages, tell_place
from interviewer.models import GradingTask, Setup
from interviewer.records.database import open_database
from tests.endpoint import Reply, ScriptedEndpoint, broken, fails, html, says
from tests.integration.test_access import PAGE, PASSWORD, House, log_in, settings_of
from tests.integration.test_access import leftovers as leftovers

# Gradio and what it uses leave loops and sockets to the collector and call what is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

KEY, ANSWER, SECRET = "sk-canary-key-7f3a", "canary answer: the pipeline collects, cleans and joins", "canary-client-secret"
CANARIES = (KEY, "canary answer", SECRET, PASSWORD, "canary password", "canary-session", "canary-dsn", "canary of a defect")
FAULTS: list[Reply] = [
    broken(401, message=f"Incorrect API key provided: {KEY}"), broken(429, message=ANSWER), broken(500, message=ANSWER), html(502),
    fails("reset"), fails("reset_midway"), fails("empty_choices"), fails("null_content"), fails("no_json"), says(f"{ANSWER} {KEY}"),
]  # fmt: skip


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing of what the test does may show a canary, however much is logged by our own code."""
    caplog.set_level(logging.INFO)
    yield
    out, err = capfd.readouterr()
    said = out + err + caplog.text + "".join(record.exc_text or "" for record in caplog.records)
    for canary in CANARIES:
        assert canary not in said


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house"), api_key=KEY) as house:
        house.add("Ann")

        @house.app.get("/canary-fault")
        def fault() -> None:
            raise RuntimeError(f"canary of a defect {KEY}")

        house.app.router.routes.insert(0, house.app.router.routes.pop())
        yield house


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.fault or fault.status}")
def test_a_fault_of_the_endpoint_tells_neither_key_nor_answer(tmp_path: Path, fault: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedEndpoint(then=lambda _request: fault) as endpoint:
        values = {"api_key": KEY, "base_url": endpoint.base_url, "model": "scripted", "attempts": 1, "request_timeout": 2.0}
        application = Application(settings_of(tmp_path, **values))
        monkeypatch.setattr(TokenCounter, "count", lambda _self, text: len(text) // 2)
        question = application.bank.questions[0]
        graded = application.llm_examiner.grade(GradingTask(question, "en", question.prompt.en, ANSWER))
        assert ANSWER not in repr(getattr(graded, "detail", ""))
        application.endpoint.close()


@pytest.mark.usefixtures("quiet")
def test_a_database_that_fails_tells_no_answer(tmp_path: Path) -> None:
    application = Application(settings_of(tmp_path))
    service = application.service
    interview = service.begin(Setup(question_ids=(application.bank.questions[0].id,)), owner="local")
    with application.database.writing() as connection:
        connection.execute(text("ALTER TABLE turns RENAME TO gone"))
    with pytest.raises(Exception) as failed:  # noqa: PT011 - whatever it is, it must not tell
        service.submit(interview, ANSWER)
    assert "canary answer" not in str(failed.value)
    assert "canary answer" not in tell_place(failed.value, failed.tb)
    application.database.dispose()


@pytest.mark.usefixtures("quiet")
def test_a_database_that_cannot_be_reached_tells_no_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(InterviewerError) as failed:
        open_database(tmp_path, "postgresql+psycopg://user:canary-dsn@127.0.0.1:9/none")
    assert "canary-dsn" not in str(failed.value)


@pytest.mark.usefixtures("quiet")
def test_settings_tell_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "OPENAI_API_KEY": KEY,
        "INTERVIEWER_OIDC_CLIENT_SECRET": SECRET,
        "DATABASE_URL": "postgresql://u:canary-dsn@h/d",
        "INTERVIEWER_METRICS_TOKEN": "canary-session",
    }.items():
        monkeypatch.setenv(name, value)
    shown = repr(load_settings(_env_file=None, data=tmp_path)) + str(load_settings(_env_file=None).model_dump())
    monkeypatch.setenv("PORT", KEY)
    with pytest.raises(ConfigError) as refused:
        load_settings(_env_file=None)
    for canary in CANARIES:
        assert canary not in shown + str(refused.value)


@pytest.mark.usefixtures("quiet")
def test_failed_logins_and_bad_forms_tell_nothing(house: House) -> None:
    browser = house.browser()
    assert log_in(browser, "Ann", "canary password").status_code == 401
    assert browser.post("/login", data={"name": "Ann", "password": "canary password"}).status_code == 403
    browser.cookies["session"] = "canary-session"
    assert browser.get("/account").status_code == 401
    assert browser.post(
        "/login", content=b"\xff" * 50, headers={"content-type": "multipart/form-data; boundary=canary-session"}
    ).status_code in (400, 403)
    assert log_in(house.browser(), "Ann").status_code == 303


@pytest.mark.provokes(500)
@pytest.mark.parametrize(("lang", "words"), [("zh", "出错了"), ("en", "Something went wrong")])
def test_a_defect_shows_a_page_in_the_readers_language_and_no_word_of_itself(house: House, lang: str, words: str) -> None:
    page = house.enter("Ann").get(f"/canary-fault?lang={lang}", headers=PAGE)
    assert page.status_code == 500
    assert words in page.text
    for canary in (*CANARIES, "Traceback", "RuntimeError"):
        assert canary not in page.text


def test_what_nobody_caught_is_logged_with_its_place_and_without_its_text() -> None:
    try:
        raise RuntimeError(f"canary of a defect {KEY}")
    except RuntimeError as error:
        record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "fault", (), (type(error), error, error.__traceback__))
    assert RedactMessages().filter(record)
    told = logging.Formatter().format(record)
    assert "test_canary.py" in told
    assert "RuntimeError" in told
    assert not any(canary in told for canary in (KEY, f"defect {KEY}"))


def test_the_running_application_logs_that_way(house: House) -> None:
    assert house.root
    assert any(isinstance(known, RedactMessages) for known in logging.getLogger("uvicorn.error").filters)
