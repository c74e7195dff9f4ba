"""Models that do not speak OpenAI's protocol, through langchain, against loopback servers that speak theirs; faults included."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from interviewer.bootstrap import Application
from interviewer.cli import main
from interviewer.config import Settings
from interviewer.doctor import State, diagnose
from interviewer.doctor.model import check_endpoint
from interviewer.endpoint.chat import CallFailed, Completion, Message, Tried
from interviewer.endpoint.langchain_model import LangchainModel
from interviewer.endpoint.providers import SPECS, chat_model_for
from interviewer.endpoint.retry import Patience
from interviewer.errors import ConfigError
from interviewer.models import ExaminerName, Grade, GradingTask, Lang, Reason, Ungraded
from interviewer.paths import how_to_install
from tests.endpoint import Reply, Request, Script, fails, faithful_reply, html, refused_url
from tests.providers import PROVIDERS, Anthropic, Denial, Gemini, Ollama, ScriptedProvider, says

SCHEMA = {"title": "x", "type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
MESSAGES = (Message("system", "the rules"), Message("user", "the secret answer"))
TEXT = '{"a": "' + "x" * 2000 + '"}'
KEY = "k-canary-7f3a"
ANSWERS: dict[Lang, str] = {
    "zh": "实时数据用 Kafka 采集，业务库的变更用 CDC 写进来。批量数据由 Airflow 定时抽取。Flink 负责去重和补缺失值。结果按日期分区写成 Parquet。",
    "en": "Streams come in through Kafka, database changes through CDC. Airflow extracts batches on a schedule. "
    "Flink removes duplicates and fills gaps. Results are written as Parquet partitioned by date.",
}
Kind = type[ScriptedProvider]


def settings(kind: Kind, folder: Path, address: str, **more: object) -> Settings:
    wanted = {"INTERVIEWER_MODEL": kind.MODEL, "INTERVIEWER_DATA": folder, "INTERVIEWER_TIMEOUT": 5.0, "INTERVIEWER_DEADLINE": 10.0}
    return Settings.model_validate({kind.ADDRESS: address, kind.KEY: KEY, **wanted, **more})


@contextmanager
def opened(configured: Settings) -> Iterator[LangchainModel]:
    """A model with its libraries loaded, that waits a hundredth of the usual time between attempts."""
    patience = Patience(configured.attempts, pause=lambda seconds: time.sleep(seconds / 100), jitter=lambda: 0.0)
    model = LangchainModel(configured, patience=patience)
    model.open()
    try:
        yield model
    finally:
        for thread in threading.enumerate():
            if thread.name == "model-request":
                thread.join(10)
        model.close()


def ask(model: LangchainModel, *, deadline: float = 10.0, on_text: Callable[[str], None] = lambda _text: None) -> Completion:
    return model.complete(MESSAGES, SCHEMA, deadline=deadline, on_text=on_text)


def failure(model: LangchainModel, *, deadline: float = 10.0) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        ask(model, deadline=deadline)
    return caught.value


@pytest.fixture(params=PROVIDERS.values(), ids=PROVIDERS)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def always(reply: Reply) -> Script:
    return lambda _request: reply


DENIALS = {
    "key": Reason.WRONG_KEY, "expired": Reason.WRONG_KEY, "leaked": Reason.WRONG_KEY, "model": Reason.NO_SUCH_MODEL,
    "rate": Reason.RATE_LIMIT, "quota": Reason.QUOTA, "spent": Reason.QUOTA, "overload": Reason.SERVER_ERROR, "server": Reason.SERVER_ERROR,
    "window": Reason.TOO_LONG, "window2": Reason.TOO_LONG, "large": Reason.TOO_LONG, "filter": Reason.REFUSAL, "mode": Reason.SERVER_ERROR,
}  # fmt: skip
TOLD = [(kind, name) for kind in PROVIDERS.values() for name in kind.ERRORS if name in DENIALS]


@pytest.mark.parametrize(("kind", "name"), TOLD, ids=[f"{kind.__name__}-{name}" for kind, name in TOLD])
def test_what_a_provider_says_is_the_right_reason(kind: Kind, name: str, stream: bool, tmp_path: Path) -> None:
    with kind(then=Denial(name)) as server, opened(settings(kind, tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as model:
        error = failure(model)

    assert error.reason is DENIALS[name]
    assert not any(word in str(error) for word in ("secret", KEY, "billing"))
    hopeless = DENIALS[name] in (Reason.WRONG_KEY, Reason.NO_SUCH_MODEL, Reason.QUOTA, Reason.TOO_LONG, Reason.REFUSAL)
    assert not hopeless or len(server.requests) == 1


REPLIES: dict[str, tuple[Reply, Reason]] = {
    "refusal": (says(refusal="I will not."), Reason.REFUSAL),
    "filtered": (says('{"a": "b"}', finish_reason="content_filter", as_tool=False), Reason.REFUSAL),
    "cut": (says('{"a": "b"}', finish_reason="length"), Reason.CUT_OFF),
    "unfinished": (says('{"a": "b', as_tool=False), Reason.CUT_OFF),
    "prose": (says("I think it is fine.", as_tool=False), Reason.UNPARSABLE),
    "broken JSON": (says('{"a": b}', as_tool=False), Reason.UNPARSABLE),
    "no content": (fails("null_content"), Reason.UNPARSABLE),
    "empty object": (says("{}"), Reason.UNPARSABLE),
    "reset": (fails("reset"), Reason.UNREACHABLE),
    "reset midway": (fails("reset_midway", TEXT), Reason.UNREACHABLE),
    "hang": (fails("hang"), Reason.TIMEOUT),
    "hang midway": (fails("hang_midway", TEXT), Reason.TIMEOUT),
    "slow drip": (fails("drip", TEXT * 5), Reason.TIMEOUT),
    "2 MB": (says('{"a": "' + "x" * 2_000_000 + '"}'), Reason.UNPARSABLE),
}


@pytest.mark.parametrize("fault", REPLIES)
def test_a_reply_that_is_none_is_the_right_reason(fault: str, kind: Kind, stream: bool, tmp_path: Path) -> None:
    reply, reason = REPLIES[fault]
    if kind is Ollama and reason is Reason.REFUSAL:
        pytest.skip("its protocol knows no refusal: one in words is no JSON")
    if fault == "slow drip" and not stream:
        pytest.skip("a whole reply comes in three parts")
    late = reason is Reason.TIMEOUT
    more = {"INTERVIEWER_STREAM": stream, "INTERVIEWER_TIMEOUT": 0.3 if late else 5.0, "INTERVIEWER_DEADLINE": 1.0 if late else 10.0}
    with kind(then=always(reply), drip=0.05, hang=3.0) as server, opened(settings(kind, tmp_path, server.base_url, **more)) as model:
        error = failure(model, deadline=1.0 if late else 10.0)

    assert error.reason is reason
    assert error.spent.calls >= 1
    assert not any(word in str(error) for word in ("secret", "xxx", "draft"))


STRANGE: dict[str, tuple[Reply, set[Reason]]] = {
    "a page with 502": (html(502), {Reason.SERVER_ERROR}),
    "a page with 200": (html(200), {Reason.UNPARSABLE}),
    "a page with 401": (html(401), {Reason.WRONG_KEY}),
    "plain text with 429": (Reply(status=429, raw=b"slow down"), {Reason.RATE_LIMIT}),
    "a list with 429": (Reply(status=429, raw=b'[{"error": {"message": "slow down"}}]'), {Reason.RATE_LIMIT}),
    "nothing": (Reply(raw=b""), {Reason.UNPARSABLE, Reason.UNREACHABLE}),
    "null": (Reply(raw=b"null"), {Reason.UNPARSABLE, Reason.UNREACHABLE}),
    "an empty object": (Reply(raw=b"{}"), {Reason.UNPARSABLE, Reason.UNREACHABLE}),
    "OpenAI's protocol": (Reply(raw=b'{"choices": [{"message": {"content": "{}"}}]}'), {Reason.UNPARSABLE, Reason.UNREACHABLE}),
    "broken events": (Reply(raw=b"data: {broken\n\n", content_type="text/event-stream"), {Reason.UNPARSABLE}),
}


@pytest.mark.parametrize("strange", STRANGE)
def test_a_server_that_speaks_something_else_is_told_as_such(strange: str, kind: Kind, stream: bool, tmp_path: Path) -> None:
    reply, reasons = STRANGE[strange]
    with kind(then=always(reply)) as server, opened(settings(kind, tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as model:
        assert failure(model).reason in reasons


def test_nobody_listening_is_unreachable(kind: Kind, stream: bool, tmp_path: Path) -> None:
    with opened(settings(kind, tmp_path, refused_url().removesuffix("/v1"), INTERVIEWER_STREAM=stream)) as model:
        assert failure(model).reason is Reason.UNREACHABLE


def test_a_passing_trouble_is_survived_and_its_wait_honoured(kind: Kind, stream: bool, tmp_path: Path) -> None:
    waited: list[float] = []
    server = kind(Denial("rate", retry_after="7"), Denial("overload"), then=always(says('{"a": "b"}')))
    with server:
        configured = settings(kind, tmp_path, server.base_url, INTERVIEWER_STREAM=stream)
        model = LangchainModel(configured, patience=Patience(3, pause=waited.append, jitter=lambda: 0.0))
        completion = ask(model, deadline=60)
        model.close()

    assert (json.loads(completion.text), completion.calls) == ({"a": "b"}, 3)
    assert waited[0] == 7


def test_geminis_own_word_for_a_wait_is_honoured_too(tmp_path: Path) -> None:
    with Gemini(then=Denial("rate")) as server, opened(settings(Gemini, tmp_path, server.base_url, INTERVIEWER_ATTEMPTS=1)) as model:
        assert failure(model).retry_after == 0.02


LATE_ERRORS = {
    "anthropic": b'event: error\ndata: {"type": "error", "error": {"type": "%s", "message": "scripted"}}\n\n',
    "google_genai": b'data: {"error": {"code": 503, "message": "scripted", "status": "%s"}}\r\n\r\n',
    "ollama": b'{"error": "scripted %s"}\n',
}


@pytest.mark.parametrize("word", [b"overloaded_error", b"UNAVAILABLE"])
def test_an_error_within_a_stream_is_the_servers_and_no_half_reply_is_used(word: bytes, kind: Kind, tmp_path: Path) -> None:
    late = LATE_ERRORS[kind.MODEL.partition(":")[0]] % word

    class Failing(kind):  # type: ignore[valid-type, misc]
        def events(self, *about: Any) -> Iterator[bytes]:
            first, second, *_rest = super().events(*about)
            yield from (first, second, late)

    with Failing(then=always(says(TEXT))) as server, opened(settings(kind, tmp_path, server.base_url, INTERVIEWER_ATTEMPTS=1)) as model:
        assert failure(model).reason is Reason.SERVER_ERROR


@pytest.mark.parametrize("mode", ["json_schema", "function_calling"])
def test_thinking_is_no_content_and_the_counts_are_the_providers(mode: str, kind: Kind, stream: bool, tmp_path: Path) -> None:
    with kind(says('{"a": "b"}')) as server:
        more = {"INTERVIEWER_STREAM": stream, "INTERVIEWER_STRUCTURED_OUTPUT": mode}
        with opened(settings(kind, tmp_path, server.base_url, **more)) as model:
            completion = ask(model)

    prompt = len(server.requests[0].prompt) // 3
    assert json.loads(completion.text) == {"a": "b"}
    assert server.modes == [mode]
    assert (completion.prompt_tokens, completion.completion_tokens) == (prompt, 3)
    assert completion.cached_tokens == (0 if kind is Ollama else prompt // 2)


@pytest.mark.parametrize("mode", ["json_schema", "function_calling"])
def test_the_text_is_heard_while_it_arrives(mode: str, kind: Kind, tmp_path: Path) -> None:
    heard: list[str] = []
    server = kind(fails("drip", '{"a": "' + "word " * 60 + '"}'), drip=0.02)
    with server, opened(settings(kind, tmp_path, server.base_url, INTERVIEWER_STRUCTURED_OUTPUT=mode)) as model:
        text = ask(model, on_text=heard.append).text

    whole_calls = mode == "function_calling" and kind is not Anthropic
    assert len([each for each in heard if each]) > (0 if whole_calls else 3)
    assert heard[0] == ""
    assert all(text.startswith(each) for each in heard)
    assert heard[-1] == text


def test_a_model_that_takes_its_time_before_the_first_word_is_not_given_up(kind: Kind, stream: bool, tmp_path: Path) -> None:
    server = kind(says('{"a": "b"}'), latency=0.6)
    with server, opened(settings(kind, tmp_path, server.base_url, INTERVIEWER_STREAM=stream, INTERVIEWER_TIMEOUT=0.2)) as model:
        assert ask(model).calls == 1


def test_the_kind_of_output_is_negotiated_once_and_remembered(kind: Kind, stream: bool, tmp_path: Path) -> None:
    server = kind()
    denied = server.deny(Denial("mode"))
    server.replace(lambda request: denied if request.mode == "json_schema" else says('{"a": "b"}'))
    with server:
        configured = settings(kind, tmp_path, server.base_url, INTERVIEWER_STREAM=stream)
        with opened(configured) as model:
            assert ask(model).calls == 2
            assert model.mode == "function_calling"
        with opened(configured) as restarted:
            ask(restarted)

    assert server.modes == ["json_schema", "function_calling", "function_calling"]


def test_ollama_without_schemas_and_tools_gets_plain_json(tmp_path: Path) -> None:
    server = Ollama()
    denied = {"json_schema": server.deny(Denial("mode")), "function_calling": server.deny(Denial("tools"))}
    server.replace(lambda request: denied.get(request.mode) or says('{"a": "b"}'))
    with server, opened(settings(Ollama, tmp_path, server.base_url)) as model:
        ask(model)

    assert server.modes == ["json_schema", "function_calling", "json_object"]


def test_a_temperature_that_is_not_taken_is_left_out_from_then_on(kind: Kind, stream: bool, tmp_path: Path) -> None:
    server = kind()
    denied = server.deny(Denial("temperature"))
    server.replace(lambda request: denied if '"temperature"' in json.dumps(request.body) else says('{"a": "b"}'))
    more = {"INTERVIEWER_STREAM": stream, "INTERVIEWER_TEMPERATURE": 0.2, "INTERVIEWER_ATTEMPTS": 1}
    with server, opened(settings(kind, tmp_path, server.base_url, **more)) as model:
        assert (ask(model).calls, ask(model).calls) == (2, 1)
        assert [each.field for each in model.adaptations] == ["temperature"]
        with opened(settings(kind, tmp_path, server.base_url, **more)) as restarted:
            assert ask(restarted).calls == 1


def test_limits_reach_the_provider_in_its_own_words(kind: Kind, tmp_path: Path) -> None:
    more = {"INTERVIEWER_CONTEXT": 12000, "INTERVIEWER_MAX_OUTPUT": 777, "INTERVIEWER_TEMPERATURE": 0.5}
    with kind() as server, opened(settings(kind, tmp_path, server.base_url, **more)) as model:
        ask(model)
    body = server.requests[0].body

    expected: dict[str, dict[str, Any]] = {
        "Anthropic": {"max_tokens": 777, "temperature": 0.5},
        "Gemini": {"maxOutputTokens": 777, "temperature": 0.5},
        "Ollama": {"num_ctx": 12000, "num_predict": 777, "temperature": 0.5},
    }
    said = {**body, **body.get("generationConfig", {}), **body.get("options", {})}
    assert said.items() >= expected[kind.__name__].items()


NEWER = {
    "Anthropic": ["claude-fable-5-1", "claude-opus-5-5", "claude-sonnet-5-5"],
    "Gemini": ["gemini-3.5-flash", "gemini-3.1-pro-preview"],
}
NAMED = [(kind, name) for kind in (Anthropic, Gemini) for name in NEWER[kind.__name__]]


@pytest.mark.parametrize("mode", ["json_schema", "function_calling"])
@pytest.mark.parametrize(("kind", "name"), NAMED, ids=[name for _, name in NAMED])
def test_models_for_which_langchain_makes_exceptions_work_too(kind: Kind, name: str, mode: str, stream: bool, tmp_path: Path) -> None:
    """Some take no temperature or no forced tool, of some the content comes as a list."""
    with kind(then=always(says('{"a": "b"}'))) as server:
        server.version = name  # type: ignore[attr-defined]
        more = {"INTERVIEWER_STRUCTURED_OUTPUT": mode, "INTERVIEWER_STREAM": stream, "INTERVIEWER_TEMPERATURE": 0.3}
        model = f"{kind.MODEL.partition(':')[0]}:{name}"
        with opened(settings(kind, tmp_path, server.base_url, INTERVIEWER_MODEL=model, **more)) as opened_model:
            assert json.loads(ask(opened_model).text) == {"a": "b"}


def test_only_a_temperature_that_is_set_is_sent(kind: Kind, tmp_path: Path) -> None:
    with kind() as server, opened(settings(kind, tmp_path, server.base_url)) as model:
        ask(model)

    assert "temperature" not in json.dumps(server.requests[0].body)


def test_the_unchanging_beginning_is_marked_for_anthropics_cache(tmp_path: Path) -> None:
    with Anthropic() as server, opened(settings(Anthropic, tmp_path, server.base_url)) as model:
        ask(model)

    assert server.requests[0].body["system"] == [{"type": "text", "text": "the rules", "cache_control": {"type": "ephemeral"}}]


def test_a_proxy_never_sees_what_stays_on_this_machine(kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with kind() as server, opened(settings(kind, tmp_path, server.base_url)) as model:
        assert ask(model).calls == 1


@pytest.mark.parametrize(("name", "value"), [("SSL_CERT_FILE", "/nowhere/ca.pem"), ("ALL_PROXY", "socks9://127.0.0.1:9")])
def test_an_environment_that_cannot_work_is_no_traceback(
    name: str, value: str, kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    configured = settings(kind, tmp_path, "https://provider.invalid")
    assert failure(LangchainModel(configured)).reason is Reason.UNREACHABLE
    network = next(check for check in diagnose(configured) if check.name.en == "Network")
    (endpoint,) = check_endpoint(configured, None, time.monotonic)

    assert (network.state, endpoint.state) == (State.BAD, State.BAD)
    assert name in network.found.en
    assert name in endpoint.found.en
    with pytest.raises(ConfigError, match=name):
        _ = Application(configured).endpoint


def test_nothing_of_a_failure_is_logged_but_its_reason(kind: Kind, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for denial in kind.ERRORS:
        with kind(then=Denial(denial)) as server, opened(settings(kind, tmp_path, server.base_url, INTERVIEWER_ATTEMPTS=1)) as model:
            failure(model)
    with kind(says('{"a": "b"}'), then=always(says(refusal="no"))) as server, opened(settings(kind, tmp_path, server.base_url)) as model:
        ask(model)

    assert not any(word in caplog.text for word in (KEY, "secret", "the rules", '"a"'))


def test_each_request_is_told_once_with_what_came_of_it(kind: Kind, stream: bool, tmp_path: Path) -> None:
    heard: list[Tried] = []
    server = kind()
    denied = {1: server.deny(Denial("overload")), 2: server.deny(Denial("temperature"))}
    server.replace(lambda _request: denied.get(len(server.requests)) or says('{"a": "b"}'))
    more = {"INTERVIEWER_STREAM": stream, "INTERVIEWER_TEMPERATURE": 0.2}
    with server, opened(settings(kind, tmp_path, server.base_url, **more)) as model:
        model.watcher = heard.append
        ask(model)

    overload = kind.ERRORS["overload"][0]
    assert [(each.reason, each.status) for each in heard] == [(Reason.SERVER_ERROR, overload), (Reason.SERVER_ERROR, 400), (None, None)]
    assert [each.number for each in heard] == [1, 2, 3]
    assert {(each.model, each.mode, each.spent.calls) for each in heard} == {(kind.MODEL, "json_schema", 1)}
    assert all(each.seconds >= 0 for each in heard)
    assert not any("secret" in repr(each) or KEY in repr(each) for each in heard)


# ---------------------------------------------------------------- the examiner on it, with the real prompt and the real bank


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_whole_answer_is_graded_with_the_real_prompt(lang: Lang, kind: Kind, stream: bool, tmp_path: Path) -> None:
    progress: list[object] = []
    with kind() as server:
        application = Application(settings(kind, tmp_path, server.base_url, INTERVIEWER_STREAM=stream))
        question = application.bank.find("data-pipeline")
        task = GradingTask(question=question, lang=lang, prompt=question.prompt[lang], answer=ANSWERS[lang])
        grade = application.examiners[ExaminerName.LLM]().grade(task, progress.append)
        application.endpoint.close()

    assert isinstance(grade, Grade)
    assert grade.score > 0
    assert [verdict.quote for verdict in grade.verdicts if verdict.quote]
    assert grade.provenance.model == kind.MODEL
    assert grade.usage.prompt_tokens == len(server.requests[0].prompt) // 3
    assert ANSWERS[lang][:20] in server.requests[0].prompt
    assert progress


@pytest.mark.parametrize("denial", ["key", "rate", "overload", "window"])
def test_a_provider_that_fails_leaves_the_answer_ungraded_with_the_reason_and_no_number(denial: str, kind: Kind, tmp_path: Path) -> None:
    with kind(then=Denial(denial)) as server:
        application = Application(settings(kind, tmp_path, server.base_url, INTERVIEWER_ATTEMPTS=1))
        question = application.bank.find("data-pipeline")
        task = GradingTask(question=question, lang="en", prompt=question.prompt.en, answer=ANSWERS["en"])
        outcome = application.examiners[ExaminerName.LLM]().grade(task)
        application.endpoint.close()

    assert isinstance(outcome, Ungraded)
    assert outcome.reason is DENIALS[denial]


@pytest.mark.parametrize("before", [[], [says("no JSON", counted={"prompt_tokens": 2048})]], ids=["at once", "after junk"])
def test_a_prompt_that_the_provider_has_cut_to_its_window_is_no_grade(
    before: list[Reply], kind: Kind, stream: bool, tmp_path: Path
) -> None:
    def cut(request: Request) -> Reply:
        return says(faithful_reply(request), counted={"prompt_tokens": 2048})

    with kind(*before, then=cut) as server:
        application = Application(settings(kind, tmp_path, server.base_url, INTERVIEWER_STREAM=stream))
        question = application.bank.find("data-pipeline")
        task = GradingTask(question=question, lang="en", prompt=question.prompt.en, answer=ANSWERS["en"])
        outcome = application.examiners[ExaminerName.LLM]().grade(task)
        application.endpoint.close()

    assert isinstance(outcome, Ungraded)
    assert (outcome.reason, outcome.usage.calls) == (Reason.PROMPT_CUT, len(server.requests))


# ---------------------------------------------------------------- choosing it, and what is missing for it


def test_a_missing_extra_is_told_at_the_start_and_by_doctor_with_the_command(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = SPECS[kind.MODEL.partition(":")[0]]  # type: ignore[index]
    monkeypatch.setitem(sys.modules, spec.package, None)
    configured = settings(kind, tmp_path, "http://127.0.0.1:9")
    with pytest.raises(ConfigError, match=rf"{spec.extra}.* → {re.escape(how_to_install(spec.extra))}"):
        _ = Application(configured).examiners
    check = next(check for check in diagnose(configured) if check.name.en == "Model endpoint")

    assert check.state is State.BAD
    assert f'".[{spec.extra}]"' in check.found.en


def test_a_command_refuses_to_begin_without_the_extra(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, SPECS[kind.MODEL.partition(":")[0]].package, None)  # type: ignore[index]
    monkeypatch.setenv("INTERVIEWER_MODEL", kind.MODEL)
    monkeypatch.setenv(kind.KEY, KEY)
    monkeypatch.chdir(tmp_path)
    for command in (["grade", "1", "--answer-file", "-"], ["serve"]):
        monkeypatch.setenv("PORT", "0")
        assert main(command) == 1
    told = capsys.readouterr().err

    assert told.count(".venv/bin/pip install") == 2
    assert KEY not in told


def test_a_kind_of_output_that_the_provider_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"INTERVIEWER_STRUCTURED_OUTPUT=json_object.*auto, json_schema, function_calling"):
        chat_model_for(settings(Anthropic, tmp_path, "http://127.0.0.1:9", INTERVIEWER_STRUCTURED_OUTPUT="json_object"))


def test_doctor_names_the_provider_the_model_and_where_it_is(kind: Kind, tmp_path: Path) -> None:
    with kind() as server:
        checks = diagnose(settings(kind, tmp_path, server.base_url))
    found = {check.name.en: check for check in checks}

    assert found["Model endpoint"].found.en == f"{kind.MODEL} @ {server.base_url} answers"
    assert found["Structured output"].found.en == "json_schema"
    assert kind.MODEL in found["Examiner"].found.en


def test_doctor_advises_the_settings_of_the_provider(kind: Kind, tmp_path: Path) -> None:
    with kind(then=Denial("key")) as server:
        wrong = next(check for check in diagnose(settings(kind, tmp_path, server.base_url)) if check.name.en == "Model endpoint")
    half = Settings.model_validate({"INTERVIEWER_MODEL": Anthropic.MODEL, "INTERVIEWER_DATA": tmp_path})
    part = next(check for check in diagnose(half) if check.name.en == "Examiner")

    assert wrong.remedy is not None
    assert kind.KEY in wrong.remedy.en
    assert KEY not in f"{wrong}"
    assert part.remedy is not None
    assert "ANTHROPIC_API_KEY" in part.remedy.zh


TRACING = {
    "LANGSMITH_TRACING": "true", "LANGSMITH_TRACING_V2": "true", "LANGCHAIN_TRACING_V2": "true", "LANGCHAIN_TRACING": "true",
    "LANGCHAIN_HANDLER": "langchain", "GOOGLE_GENAI_USE_VERTEXAI": "true", "GOOGLE_CLOUD_PROJECT": "x", "LANGSMITH_API_KEY": "lsv2_x", "LANGCHAIN_API_KEY": "lsv2_x", "LANGSMITH_GATEWAY_API_KEY": "lsv2_x",
}  # fmt: skip
ASKS_EACH = """\
import sys
from langchain_core.tracers.langchain import wait_for_all_tracers
from interviewer.config import Settings
from tests.integration.test_providers import ask, settings
from interviewer.endpoint.langchain_model import LangchainModel
from pathlib import Path
from tests.providers import PROVIDERS
for kind, address in zip(PROVIDERS.values(), sys.argv[2:]):
    for stream in (True, False):
        assert ask(LangchainModel(settings(kind, Path(sys.argv[1]), address, INTERVIEWER_STREAM=stream))).text
wait_for_all_tracers()
"""


def test_tracing_is_off_whatever_the_environment_says(tmp_path: Path) -> None:
    """Of LangSmith's two ways to the answers, tracing and its gateway, neither is taken, nor is Google's other service."""
    root = Path(__file__).resolve().parents[2]
    with ExitStack() as stack:
        servers = [stack.enter_context(kind()) for kind in PROVIDERS.values()]
        spy = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        there = f"http://127.0.0.1:{spy.getsockname()[1]}"
        names = ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT", "LANGSMITH_GATEWAY")
        environment = {**os.environ, **TRACING, **dict.fromkeys(names, there), "PYTHONPATH": str(root)}
        command = [sys.executable, "-c", ASKS_EACH, str(tmp_path), *(server.base_url for server in servers)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)
        spy.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has called
            spy.accept()

    assert (done.returncode, done.stderr) == (0, "")
    assert [len(server.requests) for server in servers] == [2, 2, 2]
    assert [request.path.partition(":")[0] for request in servers[1].requests] == ["/v1/models/gemini-scripted"] * 2
