"""The judgements beyond the first one, as the settings wire them: off by default, and within one answer's attempts and time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.bootstrap import Application
from interviewer.config import Settings, load_settings
from interviewer.doctor import diagnose
from interviewer.errors import ConfigError
from interviewer.grading.calibration import ScoredTwice
from interviewer.grading.llm.examiner import LlmExaminer
from interviewer.models import AsideReply, ExaminerName, Grade, GradingTask, Heard, Interval, Utterance
from tests.endpoint import ScriptedEndpoint, broken, fails, faithful
from tests.examples import question
from tests.integration.test_doctor import found

ANSWER = "Data comes in through Kafka because it decouples the producers. Flink removes duplicates before features are computed."
TASK = GradingTask(question(), "en", question().prompt.en, ANSWER)


def settings(folder: Path, server: ScriptedEndpoint, **more: object) -> Settings:
    usual = {
        "INTERVIEWER_DATA": folder, "OPENAI_BASE_URL": server.base_url, "INTERVIEWER_MODEL": "scripted", "INTERVIEWER_TIMEOUT": 5,
        "INTERVIEWER_STRUCTURED_OUTPUT": "json_schema",
    }  # fmt: skip
    return Settings.model_validate({**usual, **more})


@contextmanager
def wired(configured: Settings) -> Iterator[Application]:
    application = Application(configured)
    application.endpoint.open()
    application.sampling_endpoint.open()
    try:
        yield application
    finally:
        application.endpoint.close()
        application.sampling_endpoint.close()


def grade_with(application: Application) -> Grade:
    outcome = application.examiners[ExaminerName.LLM]().grade(TASK)
    assert isinstance(outcome, Grade), outcome
    return outcome


def test_by_default_an_answer_is_one_request_and_nobody_else_is_asked(tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, wired(settings(tmp_path, server)) as application:
        grade = grade_with(application)

        assert isinstance(application.llm_examiner, LlmExaminer)
        assert len(server.requests) == 1
        assert (grade.disagreement, grade.second_opinion, grade.provenance.samples) == (None, None, 1)


def test_the_language_model_of_the_service_talks_and_is_not_asked_what_code_is_sure_of(tmp_path: Path) -> None:
    wish = replace(TASK, answer="Another question, please.", heard=Heard(Utterance.CHANGE))
    with ScriptedEndpoint() as server, wired(settings(tmp_path, server)) as application:
        try:
            outcome = application.calibrated_examiners[ExaminerName.LLM]().grade(wish)
        finally:
            application.database.dispose()

    assert isinstance(outcome, AsideReply)
    assert outcome.reply
    assert server.requests == []


def test_a_failing_endpoint_is_tried_again_for_the_first_sample_only(tmp_path: Path) -> None:
    with ScriptedEndpoint(broken(429), faithful, broken(429), faithful, broken(429)) as server:
        extras = {"INTERVIEWER_LLM_SAMPLES": 4, "INTERVIEWER_ATTEMPTS": 2}
        with wired(settings(tmp_path, server, **extras)) as application:
            grade = grade_with(application)

    assert len(server.requests) == 5
    assert (grade.provenance.samples, grade.usage.calls) == (2, 5)


def test_every_point_by_itself_is_as_many_requests_with_one_beginning_and_the_same_findings(tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, wired(settings(tmp_path, server, INTERVIEWER_LLM_PER_POINT="on")) as application:
        grade = grade_with(application)

    asked = [list(request.schema["properties"]["points"]["properties"]) for request in server.requests]
    assert sorted(asked) == [[point.id] for point in question().points]
    assert len({request.body["messages"][0]["content"] for request in server.requests}) == 1
    assert (grade.usage.calls, grade.provenance.prompt_version) == (3, "grade-v3+points")


def test_samples_that_hang_do_not_outlast_the_time_for_one_answer(tmp_path: Path) -> None:
    with ScriptedEndpoint(faithful, fails("hang"), fails("hang")) as server:
        extras = {"INTERVIEWER_LLM_SAMPLES": 3, "INTERVIEWER_DEADLINE": 3.0}
        with wired(settings(tmp_path, server, **extras)) as application:
            began = time.monotonic()
            grade = grade_with(application)
            took = time.monotonic() - began

    assert took < 2 * 3.0, "one after the other they would take twice the time"
    assert grade.provenance.samples == 1


def test_the_offline_examiners_opinion_is_kept_beside_the_models_grade(tmp_path: Path) -> None:
    with ScriptedEndpoint() as server:
        with wired(settings(tmp_path, server)) as application:
            alone = grade_with(application)
        with wired(settings(tmp_path, server, INTERVIEWER_SECOND_OPINION="rubric")) as application:
            grade = grade_with(application)
            offline = application.rubric_examiner.grade(TASK)

    assert isinstance(offline, Grade)
    assert (grade.score, grade.verdicts) == (alone.score, alone.verdicts)
    assert grade.second_opinion is not None
    assert (grade.second_opinion.score, grade.second_opinion.verdicts) == (offline.score, offline.verdicts)
    assert len(server.requests) == 2


def test_the_services_model_learns_from_reviewed_answers_where_a_coachs_score_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedEndpoint() as server, wired(settings(tmp_path, server)) as application:
        plain = grade_with(application)
        pairs = tuple(ScoredTwice(plain.provenance, 50.0, 60.0) for _ in range(30))
        seen: list[object] = []
        monkeypatch.setattr("interviewer.records.agreement.read_edited", lambda *asked: seen.append(asked[1]) or ["an interview"])
        monkeypatch.setattr("interviewer.interview.reviewed.scored_twice", lambda _interview: pairs)
        grade = application.calibrated_examiners[ExaminerName.LLM]().grade(TASK)

    assert isinstance(grade, Grade)
    assert (grade.score, grade.interval) == (plain.score, Interval(plain.score + 10, plain.score + 10))
    assert seen == [None]


def test_without_reviews_a_grade_has_no_interval(tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, wired(settings(tmp_path, server)) as application:
        outcome = application.calibrated_examiners[ExaminerName.LLM]().grade(TASK)

    assert isinstance(outcome, Grade)
    assert outcome.interval is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("INTERVIEWER_LLM_SAMPLES", "0"), ("INTERVIEWER_LLM_PER_POINT", "maybe"), ("INTERVIEWER_SECOND_OPINION", "everybody")],
)
def test_a_setting_out_of_range_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError, match=name):
        load_settings()


def test_the_doctor_names_what_costs_more_and_what_is_in_vain(tmp_path: Path) -> None:
    extras = {"INTERVIEWER_LLM_SAMPLES": 3, "INTERVIEWER_LLM_PER_POINT": "on", "INTERVIEWER_SECOND_OPINION": "rubric"}
    with ScriptedEndpoint() as server:
        named = found(diagnose(settings(tmp_path, server, **extras)), "Extra judgements")
        frozen = found(diagnose(settings(tmp_path, server, INTERVIEWER_TEMPERATURE=0, **extras)), "Extra judgements")
        usual = diagnose(settings(tmp_path, server))
    offline = found(diagnose(Settings.model_validate({"INTERVIEWER_DATA": tmp_path, **extras})), "Extra judgements")

    assert "3 times the tokens" in named.found.en
    assert "INTERVIEWER_SECOND_OPINION" in named.found.en
    assert "INTERVIEWER_LLM_PER_POINT" in named.found.en
    assert named.remedy is None
    assert frozen.remedy is not None
    assert "INTERVIEWER_TEMPERATURE" in frozen.remedy.en
    assert "no model is configured" in offline.found.en
    assert all(check.name.en != "Extra judgements" for check in usual)
