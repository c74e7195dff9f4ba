"""The endpoint and the model examiner against a loopback server that speaks the real protocol, faults included."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.config import Settings
from interviewer.endpoint.client import Endpoint
from interviewer.endpoint.tokens import TokenCounter, estimate_tokens, fewest_tokens
from interviewer.grading import evidence
from interviewer.grading.evidence import POINTS_PER_QUOTE, UNITS_PER_CREDIT
from interviewer.grading.llm import reply
from interviewer.grading.llm.briefing import Briefing
from interviewer.grading.llm.examiner import PROMPT, LlmExaminer
from interviewer.grading.llm.prompts import load_prompts
from interviewer.grading.llm.reply import by_importance
from interviewer.models import (
    AsideReply,
    Bilingual,
    Exchange,
    Given,
    Grade,
    GradingTask,
    Heard,
    Lang,
    Question,
    Quote,
    Reason,
    Ungraded,
    Utterance,
    Verdict,
    VerdictStatus,
)
from interviewer.paths import knowledge_folder, prompts_folder
from interviewer.questions.bank import Bank, load_bank
from interviewer.questions.passages import passages_of
from tests.endpoint import Reply, Request, Script, ScriptedEndpoint, broken, fails, faithful, html, refused_url, rejects, says
from tests.integration.asking import MESSAGES, SCHEMA, always, ask, failure, opened, settings

ANSWERS: dict[Lang, str] = {
    "zh": "实时数据用 Kafka 采集，业务库的变更用 CDC 写进来。批量数据由 Airflow 定时抽取。Flink 负责去重和补缺失值。结果按日期分区写成 Parquet。",
    "en": "Streams come in through Kafka, database changes through CDC. Airflow extracts batches on a schedule. "
    "Flink removes duplicates and fills gaps. Results are written as Parquet partitioned by date.",
}
TEXT = '{"a": "' + "x" * 2000 + '"}'


@pytest.fixture(scope="session")
def bank() -> Bank:
    return load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())


@pytest.fixture(scope="session")
def pipeline(bank: Bank) -> Question:
    return bank.find("data-pipeline")


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


# ---------------------------------------------------------------- the endpoint


FAULTS: dict[str, tuple[Script, Reason]] = {
    "401": (always(broken(401, code="invalid_api_key")), Reason.WRONG_KEY),
    "403": (always(broken(403)), Reason.WRONG_KEY),
    "404": (always(broken(404)), Reason.NO_SUCH_MODEL),
    "404 model": (always(broken(404, code="model_not_found")), Reason.NO_SUCH_MODEL),
    "429": (always(broken(429)), Reason.RATE_LIMIT),
    "429 for a long time": (always(broken(429, retry_after="60")), Reason.RATE_LIMIT),
    "quota": (always(broken(429, code="insufficient_quota")), Reason.QUOTA),
    "500": (always(broken(500)), Reason.SERVER_ERROR),
    "502 html": (always(html(502)), Reason.SERVER_ERROR),
    "200 html": (always(html(200)), Reason.UNPARSABLE),
    "window": (always(broken(400, code="context_length_exceeded")), Reason.TOO_LONG),
    "reset": (always(fails("reset")), Reason.UNREACHABLE),
    "reset midway": (always(fails("reset_midway", TEXT)), Reason.UNREACHABLE),
    "hang": (always(fails("hang")), Reason.TIMEOUT),
    "hang midway": (always(fails("hang_midway", TEXT)), Reason.TIMEOUT),
    "slow drip": (always(fails("drip", TEXT * 5)), Reason.TIMEOUT),
    "length": (always(says('{"a": "b"}', finish_reason="length")), Reason.CUT_OFF),
    "unfinished": (always(says('{"a": "b')), Reason.CUT_OFF),
    "broken off": (always(says('{"a": "b', finish_reason=None)), Reason.UNREACHABLE),
    "refusal": (always(says("", refusal="I will not.")), Reason.REFUSAL),
    "content filter": (always(says('{"a": "b"}', finish_reason="content_filter")), Reason.REFUSAL),
    "empty choices": (always(fails("empty_choices")), Reason.UNPARSABLE),
    "null content": (always(fails("null_content")), Reason.UNPARSABLE),
    "prose": (always(says("I think it is fine.", as_tool=False)), Reason.UNPARSABLE),
    "empty object": (always(says("{}")), Reason.UNPARSABLE),
    "10 MB": (always(says('{"a": "' + "x" * 10_000_000 + '"}')), Reason.UNPARSABLE),
    "no kind of output": (rejects("json_schema", "function_calling", "json_object", ""), Reason.SERVER_ERROR),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_within_the_deadline_with_its_reason(fault: str, stream: bool, tmp_path: Path) -> None:
    script, reason = FAULTS[fault]
    silence, deadline = (0.3, 1.0) if reason is Reason.TIMEOUT else (5.0, 10.0)

    with ScriptedEndpoint(then=script) as server:
        configured = settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream, INTERVIEWER_TIMEOUT=silence)
        with opened(configured) as endpoint:
            started = time.monotonic()
            error = failure(endpoint, deadline=deadline)
            took = time.monotonic() - started

    assert error.reason is reason
    assert took < deadline + 0.5
    assert error.spent.calls >= 1
    assert not any(word in str(error) for word in ("secret", "xxx", "think"))


def test_a_refused_connection_is_unreachable(stream: bool, tmp_path: Path) -> None:
    with opened(settings(tmp_path, refused_url(), INTERVIEWER_STREAM=stream)) as endpoint:
        assert failure(endpoint).reason is Reason.UNREACHABLE


def test_without_a_model_nothing_is_tried(tmp_path: Path) -> None:
    endpoint = Endpoint(Settings.model_validate({"INTERVIEWER_DATA": tmp_path}))

    assert failure(endpoint).reason is Reason.NOT_CONFIGURED


@pytest.mark.parametrize(
    "trouble", [broken(429, retry_after="0.01"), html(502), fails("reset"), fails("reset_midway", TEXT), fails("hang_midway", TEXT)]
)
def test_a_passing_trouble_is_survived(trouble: Reply, stream: bool, tmp_path: Path) -> None:
    server = ScriptedEndpoint(trouble, then=always(says('{"a": "b"}')))
    silence = 0.5 if trouble.fault == "hang_midway" else 5.0
    with server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream, INTERVIEWER_TIMEOUT=silence)) as endpoint:
        completion = endpoint.complete(MESSAGES, SCHEMA, deadline=10.0)

    assert (json.loads(completion.text), completion.calls) == ({"a": "b"}, 2)


@pytest.mark.parametrize(
    ("refused", "chosen"),
    [((), "json_schema"), (("json_schema",), "function_calling"), (("json_schema", "function_calling"), "json_object")],
)
@pytest.mark.parametrize("status", [400, 404, 422, 500, 501])
def test_the_kind_of_output_is_negotiated_once_and_remembered(
    refused: tuple[str, ...], chosen: str, status: int, stream: bool, tmp_path: Path
) -> None:
    with ScriptedEndpoint(then=rejects(*refused, status=status)) as server:
        configured = settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)
        with opened(configured) as endpoint:
            assert json.loads(ask(endpoint)) == {"a": "ok"}
            assert endpoint.mode == chosen
            negotiation = len(server.modes)
            ask(endpoint)
        with opened(configured) as restarted:
            ask(restarted)

    assert server.modes[negotiation:] == [chosen, chosen]


@pytest.mark.parametrize("ignored", [says("Sure, here you are."), says("{}"), fails("null_content")])
def test_a_kind_that_the_server_ignores_is_passed_over(ignored: Reply, stream: bool, tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        return ignored if request.mode == "json_schema" else faithful(request)

    with ScriptedEndpoint(then=script) as server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as endpoint:
        ask(endpoint)

        assert endpoint.mode == "function_calling"


def test_a_server_that_changes_its_mind_is_negotiated_with_again(tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        ask(endpoint)
        server.queue(broken(400))
        ask(endpoint)

        assert server.modes == ["json_schema", "json_schema", "function_calling"]
        assert endpoint.mode == "function_calling"


def test_a_fixed_kind_is_the_only_one_tried(tmp_path: Path) -> None:
    server = ScriptedEndpoint(then=rejects("function_calling"))
    with server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STRUCTURED_OUTPUT="function_calling")) as endpoint:
        assert failure(endpoint).reason is Reason.SERVER_ERROR

    assert server.modes == ["function_calling"]


@pytest.mark.parametrize("text", ['```json\n{"a": "b"}\n```', '<think>{"a": "no"} hm</think>\n{"a": "b"}', 'Here: {"a": "b"} Done.'])
def test_fences_thinking_and_prose_around_the_reply_are_no_failure(text: str, stream: bool, tmp_path: Path) -> None:
    with ScriptedEndpoint(says(text)) as server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as endpoint:
        assert ask(endpoint) == text
        assert server.modes == ["json_schema"]


@pytest.mark.parametrize("mode", ["json_schema", "function_calling"])
def test_the_text_is_heard_while_it_arrives(mode: str, tmp_path: Path) -> None:
    heard: list[str] = []
    server = ScriptedEndpoint(fails("drip", '{"a": "' + "word " * 60 + '"}'), drip=0.02)
    with server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STRUCTURED_OUTPUT=mode)) as endpoint:
        text = ask(endpoint, on_text=heard.append)

    assert len([each for each in heard if each]) > 3
    assert all(text.startswith(each) for each in heard)
    assert heard[-1] == text


def test_one_connection_serves_one_reply_after_the_other(stream: bool, tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as endpoint:
        for _ in range(3):
            ask(endpoint)
            for thread in threading.enumerate():  # the end of the last reply is read when nobody waits for it any more
                if thread.name == "model-request":
                    thread.join(10)

    assert (len(server.requests), len(server.connections)) == (3, 1)


def test_the_end_mark_that_comes_late_is_read_and_leaves_the_connection(tmp_path: Path) -> None:
    """The reply is complete once it has told what it took; who waited is gone before the mark comes."""
    dripping = Reply('{"a": "ok"}', fault="drip")
    with ScriptedEndpoint(then=always(dripping), drip=0.05) as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        for _ in range(2):
            ask(endpoint)
            for thread in threading.enumerate():
                if thread.name == "model-request":
                    thread.join(10)

    assert (len(server.requests), len(server.connections)) == (2, 1)


def test_work_can_be_done_while_the_model_is_thinking(stream: bool, tmp_path: Path) -> None:
    heard: list[tuple[str, int]] = []
    server = ScriptedEndpoint(latency=0.1)
    with server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as endpoint:
        started = time.monotonic()
        ask(endpoint, on_text=lambda text: heard.append((text, int((time.monotonic() - started) * 10))))

    assert heard[0] == ("", 0)
    assert heard[-1][0].startswith("{")


def test_an_error_within_a_stream_is_told_as_what_it_is(tmp_path: Path) -> None:
    event = {"error": {"message": "too many", "code": "rate_limit_exceeded"}}
    raw = f"data: {json.dumps(event)}\n\n".encode()
    server = ScriptedEndpoint(then=always(Reply(raw=raw, content_type="text/event-stream")))
    with server, opened(settings(tmp_path, server.base_url)) as endpoint:
        assert failure(endpoint).reason is Reason.RATE_LIMIT


def test_tokens_are_taken_from_the_endpoints_own_count(stream: bool, tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, opened(settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)) as endpoint:
        completion = endpoint.complete(MESSAGES, SCHEMA, deadline=10.0)

    assert (completion.prompt_tokens, completion.cached_tokens, completion.completion_tokens) == (6, 3, 2)


@pytest.mark.parametrize(("key", "sent"), [("sk-real", "Bearer sk-real"), (None, "Bearer none")])
def test_the_key_is_sent_and_a_placeholder_where_there_is_none(key: str | None, sent: str, tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, opened(settings(tmp_path, server.base_url, OPENAI_API_KEY=key)) as endpoint:
        ask(endpoint)

    assert server.requests[0].headers["authorization"] == sent
    assert server.requests[0].path == "/v1/chat/completions"


def test_a_request_bounds_the_reply_and_leaves_the_temperature_to_the_endpoint(tmp_path: Path) -> None:
    with ScriptedEndpoint() as server, opened(settings(tmp_path, server.base_url, INTERVIEWER_MAX_OUTPUT=321)) as endpoint:
        ask(endpoint)
    with ScriptedEndpoint() as other, opened(settings(tmp_path, other.base_url, INTERVIEWER_TEMPERATURE=0.2)) as endpoint:
        ask(endpoint)

    assert server.requests[0].body["max_tokens"] == 321
    assert "temperature" not in server.requests[0].body
    assert other.requests[0].body["temperature"] == 0.2


def test_no_key_prompt_or_reply_is_written_to_a_log_or_to_the_data_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        ScriptedEndpoint(says("a telling reply")) as server,
        opened(settings(tmp_path, server.base_url, OPENAI_API_KEY="sk-real")) as endpoint,
    ):
        ask(endpoint)
    written = caplog.text + "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir())

    assert not any(word in written for word in ("secret answer", "telling reply", "sk-real", server.base_url))


def test_a_damaged_memory_file_only_costs_another_negotiation(tmp_path: Path) -> None:
    (tmp_path / "endpoint.json").write_text("{broken", encoding="utf-8")
    with ScriptedEndpoint() as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        ask(endpoint)

        assert endpoint.mode == "json_schema"


def test_importing_the_endpoint_is_cheap() -> None:
    import subprocess

    ours = "interviewer.grading.llm.examiner, interviewer.endpoint.client, interviewer.endpoint.langchain_model"
    theirs = "{'openai', 'langchain', 'langchain_core', 'langchain_openai', 'langsmith', 'anthropic', 'httpx', 'tiktoken'}"
    code = f"import {ours}, sys; print({theirs} & {{*sys.modules}})"
    root = Path(__file__).resolve().parents[2]

    assert subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout.strip() == "set()"


# ---------------------------------------------------------------- the examiner on it, with the real prompt and the real bank


def task(question: Question, lang: Lang, **more: object) -> GradingTask:
    return GradingTask(question=question, lang=lang, prompt=question.prompt[lang], answer=ANSWERS[lang], **more)  # type: ignore[arg-type]


def examiner(endpoint: Endpoint, configured: Settings) -> LlmExaminer:
    return LlmExaminer(endpoint, load_prompts(prompts_folder()), TokenCounter("scripted"), configured)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("refused", [(), ("json_schema",), ("json_schema", "function_calling")])
def test_an_answer_is_graded_in_every_kind_of_output(
    lang: Lang, refused: tuple[str, ...], stream: bool, pipeline: Question, tmp_path: Path
) -> None:
    heard: list[Verdict] = []
    with ScriptedEndpoint(then=rejects(*refused)) as server:
        configured = settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)
        with opened(configured) as endpoint:
            outcome = examiner(endpoint, configured).grade(task(pipeline, lang), heard.append)

    assert isinstance(outcome, Grade)
    assert outcome.score > 0
    assert outcome.usage.calls == 1 + len(refused)
    assert [verdict.point_id for verdict in outcome.verdicts] == [point.id for point in pipeline.points]
    assert all(ANSWERS[lang][v.quote.start : v.quote.end] == v.quote.text for v in outcome.verdicts if v.quote)
    assert server.requests[-1].answer == ANSWERS[lang]
    assert [verdict.point_id for verdict in heard] == [point.id for point in by_importance(pipeline)]


UNSURE = Heard(Utterance.UNSURE, sure=False)
GIVEN = Given("crowd", ("多少人用？",), ("how many users?",), Bilingual("每天有二十万人用。", "Some two hundred thousand people a day."))
SPOKEN: dict[Lang, str] = {"zh": "你可以按每天二十万人来想。", "en": "Picture some two hundred thousand people a day."}


def takes_for(utterance: str, **words: object) -> Script:
    """A model that hears no answer. All else is what a faithful one leaves empty."""
    nothing = {"points": None, "errors": [], "beyond": [], "feedback": "", "follow_up": None, "given": None, "assumed": "", "reply": ""}
    return always(says(json.dumps({"utterance": utterance, **nothing, **words}, ensure_ascii=False)))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("refused", [(), ("json_schema",), ("json_schema", "function_calling")])
def test_a_question_back_is_answered_from_the_sheet_in_every_kind_of_output(
    lang: Lang, refused: tuple[str, ...], stream: bool, pipeline: Question, tmp_path: Path
) -> None:
    heard: list[Verdict] = []
    asked = replace(
        task(replace(pipeline, givens=(GIVEN,)), lang), answer={"zh": "多少人用？", "en": "How many users?"}[lang], heard=UNSURE
    )
    with ScriptedEndpoint(then=rejects(*refused, then=takes_for("clarify", given="crowd", reply=SPOKEN[lang]))) as server:
        configured = settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)
        with opened(configured) as endpoint:
            outcome = examiner(endpoint, configured).grade(asked, heard.append)

    assert isinstance(outcome, AsideReply)
    assert (outcome.utterance, outcome.reply, outcome.given) == (Utterance.CLARIFY, SPOKEN[lang], "crowd")
    assert (outcome.usage.calls, heard) == (1 + len(refused), [])
    assert GIVEN.says[lang] in server.requests[-1].prompt


def test_a_question_back_without_the_key_for_findings_is_a_whole_reply(pipeline: Question, tmp_path: Path) -> None:
    bare = says(json.dumps({"utterance": "stuck", "reply": "从一条点击讲起，好吗？"}))
    with ScriptedEndpoint(then=always(bare)) as server:
        configured = settings(tmp_path, server.base_url)
        with opened(configured) as endpoint:
            judge = examiner(endpoint, configured)
            stuck = judge.grade(replace(task(pipeline, "zh"), answer="给点方向？", heard=UNSURE))
            sure = judge.grade(replace(task(pipeline, "zh"), heard=Heard(Utterance.ANSWER)))

    assert isinstance(stuck, AsideReply)
    assert stuck.reply == "从一条点击讲起，好吗？"
    assert isinstance(sure, Ungraded)
    assert sure.reason is Reason.UNPARSABLE


def test_the_second_turn_is_told_what_the_first_came_to_and_asks_about_what_is_open(pipeline: Question, tmp_path: Path) -> None:
    with ScriptedEndpoint() as server:
        configured = settings(tmp_path, server.base_url)
        with opened(configured) as endpoint:
            judge = examiner(endpoint, configured)
            first = judge.grade(task(pipeline, "zh"))
            assert isinstance(first, Grade)
            assert first.follow_up is not None
            earlier = Exchange(pipeline.prompt.zh, ANSWERS["zh"], first.verdicts, first.reply, first.feedback)
            second = judge.grade(replace(
                task(pipeline, "zh"), prompt=first.follow_up.text, answer="还没有想好，先不说这个。", dialogue=(earlier,), said=(first.reply,),
                asked=(pipeline.prompt.zh, first.follow_up.text), aimed_point=first.follow_up.point_id,
            ))  # fmt: skip

    covered = {verdict.point_id for verdict in first.verdicts if verdict.status is VerdictStatus.COVERED}
    assert first.reply
    assert first.reply in server.requests[1].prompt
    assert '"covered": [' in server.requests[1].prompt
    assert isinstance(second, Grade)
    assert second.reply == ""  # the scripted model says the same again
    assert second.follow_up is None or second.follow_up.point_id not in covered


def test_a_claim_is_judged_in_one_call_about_its_point(pipeline: Question, tmp_path: Path) -> None:
    words = ANSWERS["zh"].split("。")[0]
    point = by_importance(pipeline)[0].id
    with ScriptedEndpoint() as server:
        configured = settings(tmp_path, server.base_url)
        with opened(configured) as endpoint:
            outcome = examiner(endpoint, configured).grade(task(pipeline, "zh", claim=Quote(words, 0, len(words)), aimed_point=point))

    assert isinstance(outcome, Grade)
    assert [(verdict.point_id, verdict.status.value) for verdict in outcome.verdicts] == [(point, "covered")]
    assert list(server.requests[0].schema["properties"]["points"]["properties"]) == [point]
    assert (len(server.requests), json.dumps(words, ensure_ascii=False) in server.requests[0].prompt) == (1, True)


Points = dict[str, dict[str, object]]
REPLIES: dict[str, tuple[Callable[[Request], Reply], Reason | None]] = {
    "wrong types": (always(says('{"points": "all of them", "beyond": 3, "feedback": [], "follow_up": "why"}')), Reason.UNPARSABLE),
    "no points": (always(says('{"points": {}, "errors": [], "beyond": [], "feedback": "ok", "follow_up": null}')), Reason.UNPARSABLE),
    "unknown points": (lambda request: edited(request, lambda found: {f"zzz-{name}": p for name, p in found.items()}), Reason.UNPARSABLE),
    "few points": (lambda request: edited(request, lambda found: dict(list(found.items())[:2])), Reason.UNPARSABLE),
    "most points": (lambda request: edited(request, lambda found: dict(list(found.items())[:-1])), None),
    "duplicate points": (lambda request: edited(request, lambda found: [{"id": name, **p} for name, p in found.items()] * 2), None),
    "only the findings": (lambda request: says(json.dumps({"points": json.loads(faithful(request).text)["points"]})), None),
    "forged quotes": (
        lambda request: edited(request, lambda found: {name: {**p, "verdict": "covered", "quote": "all met"} for name, p in found.items()}),
        None,
    ),
}


def edited(request: Request, change: Callable[[Points], object]) -> Reply:
    body = json.loads(faithful(request).text)
    return says(json.dumps(body | {"points": change(body["points"])}, ensure_ascii=False))


@pytest.mark.parametrize("kind", REPLIES)
def test_a_reply_against_the_contract_is_graded_on_what_stands_or_ungraded(
    kind: str, stream: bool, pipeline: Question, tmp_path: Path
) -> None:
    script, reason = REPLIES[kind]
    with ScriptedEndpoint(then=script) as server:
        configured = settings(tmp_path, server.base_url, INTERVIEWER_STREAM=stream)
        with opened(configured) as endpoint:
            outcome = examiner(endpoint, configured).grade(task(pipeline, "en"))

    assert outcome.reason is reason if isinstance(outcome, Ungraded) else reason is None
    if kind == "forged quotes":
        assert isinstance(outcome, Grade)
        assert outcome.score == 0
        assert all(verdict.unproven for verdict in outcome.verdicts)


@pytest.mark.parametrize("fault", ["401", "429", "hang", "reset midway", "length", "10 MB", "refusal"])
def test_a_fault_of_the_endpoint_is_ungraded(fault: str, pipeline: Question, tmp_path: Path) -> None:
    script, reason = FAULTS[fault]
    with ScriptedEndpoint(then=script) as server:
        configured = settings(tmp_path, server.base_url, INTERVIEWER_TIMEOUT=0.4 if fault == "hang" else 5.0, INTERVIEWER_ATTEMPTS=2)
        with opened(configured) as endpoint:
            outcome = examiner(endpoint, configured).grade(task(pipeline, "zh"))

    assert isinstance(outcome, Ungraded)
    assert outcome.reason is reason
    assert ANSWERS["zh"][:6] not in repr(outcome)


def briefings(bank: Bank, tokens: TokenCounter) -> Iterator[Briefing]:
    configured = Settings.model_validate({"INTERVIEWER_MODEL": "gpt-4o", "OPENAI_API_KEY": "k"})
    judge = LlmExaminer(Endpoint(configured), load_prompts(prompts_folder()), tokens, configured)
    for question in bank.questions:
        for lang, answer in ANSWERS.items():
            seen = tuple(each for each in passages_of(question) if each.lang == lang)[:4]
            made = judge.brief(GradingTask(question, lang, question.prompt[lang], answer * 3, passages=seen))
            assert made is not None, question.id
            yield made


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("grade-v1", "0e2dbdd92a45dce75f09079bf688ca0baa8f8f7c66fc0ba84339709741183732"),
        ("grade-v2", "9cec67e01b907ff33d54007228683fc6c8c8d6c2236cd92272cc9f03cbd8fff6"),
    ],
)
def test_a_released_prompt_is_never_edited(name: str, digest: str) -> None:
    assert hashlib.sha256((prompts_folder() / f"{name}.md").read_bytes().replace(b"\r\n", b"\n")).hexdigest() == digest


def test_the_prompt_states_the_limits_that_code_applies() -> None:
    static = load_prompts(prompts_folder())[PROMPT].static

    assert (UNITS_PER_CREDIT, POINTS_PER_QUOTE, evidence.MOST_ERRORS, reply.MOST_ERRORS, reply.MOST_BEYOND) == (10, 2, 6, 6, 3)
    for stated in (
        "ten Chinese characters or six English words for each point", "One clause serves two points at most", "at most six false",
        "one sentence or two neighbouring ones", "at most three right ideas", "One or two words are `partial` at most",
    ):  # fmt: skip
        assert stated in static
    assert all(f"`{status}`" in static for status in (*VerdictStatus, *reply.UTTERANCES))


def test_the_largest_question_fits_the_default_window_with_its_schema_and_a_long_answer(
    bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the estimate, which counts more than any vocabulary."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    configured = Settings.model_validate({"INTERVIEWER_MODEL": "gpt-4o", "OPENAI_API_KEY": "k"})
    judge = LlmExaminer(Endpoint(configured), load_prompts(prompts_folder()), TokenCounter("gpt-4o"), configured)

    for question in bank.questions:
        for lang, answer in ANSWERS.items():
            made = judge.brief(GradingTask(question, lang, question.prompt[lang], answer * 10))
            assert made is not None, question.id


@pytest.mark.parametrize("cached", [True, False], ids=["vocabulary", "estimate"])
def test_the_byte_identical_part_is_most_of_the_prompt_and_all_fits_the_default_window(
    cached: bool, bank: Bank, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = request.getfixturevalue("shared") / "data" / "tiktoken" if cached else tmp_path
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(folder))
    tokens = TokenCounter("gpt-4o")
    made = list(briefings(bank, tokens))

    assert tokens.method == ("o200k_base" if cached else "estimate")
    assert sum(each.static_tokens for each in made) >= 0.7 * sum(each.prompt_tokens for each in made)


def test_a_cached_vocabulary_is_used_and_the_estimate_is_never_below_it(shared: Path, monkeypatch: pytest.MonkeyPatch, bank: Bank) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(shared / "data" / "tiktoken"))
    exact = {name: TokenCounter(name) for name in ("gpt-4o", "gpt-4")}
    rows = [json.loads(line) for line in (shared / "data" / "graded" / "article_dev.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [row["answer"] for row in rows] + [question.reference[lang] for question in bank.questions for lang in ANSWERS]

    assert [counter.method for counter in exact.values()] == ["o200k_base", "cl100k_base"]
    assert exact["gpt-4o"].count("<|endoftext|>") > 1
    assert all(estimate_tokens(text) >= counter.count(text) for text in texts for counter in exact.values())


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4"])
def test_a_whole_prompt_has_more_tokens_than_the_lower_estimate_and_not_many_more(
    model: str, shared: Path, monkeypatch: pytest.MonkeyPatch, bank: Bank
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(shared / "data" / "tiktoken"))
    exact = TokenCounter(model)

    texts = [made.messages for made in briefings(bank, exact)]
    shares = [sum(exact.count(each.content) for each in text) / sum(fewest_tokens(each.content) for each in text) for text in texts]

    assert 1.08 < min(shares) <= max(shares) < 1.6


def test_a_damaged_vocabulary_is_left_alone_and_not_fetched(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in (shared / "data" / "tiktoken").iterdir():
        (tmp_path / file.name).write_bytes(b"broken")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))

    assert TokenCounter("gpt-4o").method == "estimate"
    assert len(list(tmp_path.iterdir())) == 2


def test_after_an_empty_or_broken_stream_the_same_is_asked_plainly(tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        if request.body.get("stream"):
            return Reply(raw=b"", content_type="text/event-stream")
        return broken(400, code="context_length_exceeded")

    with ScriptedEndpoint(then=script) as server, opened(settings(tmp_path, server.base_url)) as endpoint:
        assert failure(endpoint).reason is Reason.TOO_LONG

    assert [bool(request.body.get("stream")) for request in server.requests] == [True, False]
