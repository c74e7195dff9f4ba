"""Replies as real models write them, against a loopback server: drafts beside the reply, odd spellings, missing parts, prompts that were cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from interviewer.grading.llm.reply import by_importance
from interviewer.models import Grade, Lang, Outcome, Question, Reason, Ungraded
from tests.endpoint import Reply, Request, Script, ScriptedEndpoint, broken, faithful, faithful_reply, says
from tests.integration.test_llm import ANSWERS, bank, examiner, opened, pipeline, settings, stream, task

__all__ = ["bank", "pipeline", "stream"]
Points = dict[str, dict[str, Any]]


def grade(
    folder: Path, question: Question, *replies: Reply | Script, then: Script = faithful, lang: Lang = "zh", **more: object
) -> Outcome:
    """The outcome of one answer, from a server that is known to understand schemas."""
    with ScriptedEndpoint(*replies, then=then) as server:
        configured = settings(folder, server.base_url, INTERVIEWER_STRUCTURED_OUTPUT="json_schema", **more)
        with opened(configured) as endpoint:
            return examiner(endpoint, configured).grade(task(question, lang))


def honest(folder: Path, question: Question, lang: Lang = "zh") -> Grade:
    outcome = grade(folder, question, lang=lang)
    assert isinstance(outcome, Grade)
    return outcome


def graded_alike(outcome: Outcome, expected: Grade) -> None:
    """The same verdicts, after one call."""
    assert isinstance(outcome, Grade), outcome
    assert [(each.point_id, each.status, each.quote) for each in outcome.verdicts] == [
        (each.point_id, each.status, each.quote) for each in expected.verdicts
    ]
    assert (outcome.score, outcome.usage.calls) == (expected.score, 1)


def changed(request: Request, change: Callable[[dict[str, Any]], object]) -> str:
    return json.dumps(change(json.loads(faithful_reply(request))), ensure_ascii=False)


def draft(request: Request) -> str:
    """All points missing: the score of this is 0."""
    nothing = {"verdict": "missing", "reason": "", "quote": ""}
    return changed(request, lambda found: found | {"points": dict.fromkeys(found["points"], nothing)})


# ---------------------------------------------------------------- drafts


THINKING = {
    "without an opening": "先粗看。{draft}\n再想想，其实讲到了。</think>\n{real}",
    "prose before": "好的。<think>{draft}</think>{real}",
    "another name": "<reasoning>{draft}</reasoning>```json\n{real}\n```",
    "another form": "◁think▷{draft}◁/think▷{real}",
    "in capitals": "[THINK]{draft}[/THINK]\n{real}",
    "twice": "<thinking>{draft}</thinking>Hm.<thinking>{draft}</thinking>{real}",
    "channels": "<|channel|>analysis<|message|>{draft}<|end|><|start|>assistant<|channel|>final<|message|>{real}",
    "a fenced draft": "草稿：\n```json\n{draft}\n```\n最终结果：\n```json\n{real}\n```",
    "corrected": "{draft}\nWait, that misses what was said. Corrected:\n{real}",
    "the same twice": "{real}\n\n{real}",
}


@pytest.mark.parametrize("kind", THINKING)
def test_a_draft_beside_the_reply_is_not_graded(kind: str, stream: bool, pipeline: Question, tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        return says(THINKING[kind].format(draft=draft(request), real=faithful_reply(request)))

    expected = honest(tmp_path, pipeline)

    assert expected.score > 0
    graded_alike(grade(tmp_path, pipeline, script, INTERVIEWER_STREAM=stream), expected)


@pytest.mark.parametrize(
    "form",
    [
        "{draft}\n{real}",
        "{real}\nor\n{draft}",
        "[{draft}, {real}]",
        '{{"a": {draft}, "b": {real}}}',
        "<think>{draft}",
        "{draft}</think>Done.",
    ],
)
def test_what_nobody_can_tell_is_asked_again_and_else_ungraded(form: str, stream: bool, pipeline: Question, tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        return says(form.format(draft=draft(request), real=faithful_reply(request)))

    for_ever = grade(tmp_path, pipeline, then=script, INTERVIEWER_STREAM=stream)
    once = grade(tmp_path, pipeline, script, INTERVIEWER_STREAM=stream)

    assert isinstance(for_ever, Ungraded)
    assert for_ever.reason is Reason.UNPARSABLE
    assert isinstance(once, Grade)
    assert (once.score, once.usage.calls) == (honest(tmp_path, pipeline).score, 2)


def test_thinking_that_the_candidate_wrote_does_not_hide_the_findings(pipeline: Question, tmp_path: Path) -> None:
    quoting = ANSWERS["zh"] + "模型的输出里有 </think> 和 [/THINK] 这样的标记，先去掉再解析。"
    with ScriptedEndpoint() as server:
        configured = settings(tmp_path, server.base_url)
        with opened(configured) as endpoint:
            outcome = examiner(endpoint, configured).grade(replace(task(pipeline, "zh"), answer=quoting))

    assert isinstance(outcome, Grade)
    assert any(each.quote and "标记" in each.quote.text for each in outcome.verdicts)


# ---------------------------------------------------------------- only the findings are needed


@pytest.mark.parametrize("name", ["follow_up", "beyond", "feedback", "errors", "reply", "utterance", "given", "assumed"])
@pytest.mark.parametrize("value", [..., None, 7, ["x"], {"a": 1}], ids=["left out", "null", "number", "list", "object"])
def test_what_stands_beside_the_findings_may_be_anything(name: str, value: object, pipeline: Question, tmp_path: Path) -> None:
    def change(found: dict[str, Any]) -> dict[str, Any]:
        return {key: each for key, each in found.items() if key != name} | ({} if value is ... else {name: value})

    outcome = grade(tmp_path, pipeline, lambda request: says(changed(request, change)))

    graded_alike(outcome, honest(tmp_path, pipeline))
    assert isinstance(outcome, Grade)
    assert outcome.feedback
    assert outcome.follow_up is not None


def test_of_a_reply_with_its_findings_alone_code_makes_the_words(pipeline: Question, tmp_path: Path) -> None:
    def bare(found: dict[str, Any]) -> dict[str, Any]:
        return {"points": {name: {"verdict": each["verdict"], "quote": each["quote"]} for name, each in found["points"].items()}}

    outcome = grade(tmp_path, pipeline, lambda request: says(changed(request, bare)))

    graded_alike(outcome, honest(tmp_path, pipeline))
    assert isinstance(outcome, Grade)
    assert all(each.reason for each in outcome.verdicts)


# ---------------------------------------------------------------- other spellings


VERDICTS = {"covered": "已覆盖", "missing": "缺失"}
SPELLINGS: dict[str, Callable[[dict[str, Any]], object]] = {
    "ids in capitals": lambda found: found | {"points": {name.upper(): each for name, each in found["points"].items()}},
    "ids with underscores": lambda found: found | {"points": {name.replace("-", "_"): each for name, each in found["points"].items()}},
    "ids with spaces": lambda found: found | {"points": {name.replace("-", " ").title(): each for name, each in found["points"].items()}},
    "points as a list": lambda found: found | {"points": [{"id": name, **each} for name, each in found["points"].items()]},
    "verdicts in Chinese": lambda found: (
        found | {"points": {name: each | {"verdict": VERDICTS[each["verdict"]]} for name, each in found["points"].items()}}
    ),
    "verdicts in capitals": lambda found: (
        found | {"points": {name: each | {"verdict": each["verdict"].upper() + "."} for name, each in found["points"].items()}}
    ),
    "result": lambda found: {"result": found},
    "data": lambda found: {"code": 0, "message": "ok", "data": found},
    "a list": lambda found: [found],
    "arguments": lambda found: {"name": "submit_findings", "arguments": json.dumps(found, ensure_ascii=False)},
    "each point twice": lambda found: (
        found | {"points": [{"id": name, **each} for name, each in found["points"].items()]
                 + [{"id": name, **each, "quote": "没有人说过的话语在这里", "verdict": "covered"} for name, each in found["points"].items() if each["quote"]]}
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SPELLINGS)
def test_findings_in_another_spelling_are_read_after_one_call(kind: str, stream: bool, pipeline: Question, tmp_path: Path) -> None:
    outcome = grade(tmp_path, pipeline, lambda request: says(changed(request, SPELLINGS[kind])), INTERVIEWER_STREAM=stream)

    graded_alike(outcome, honest(tmp_path, pipeline))


@pytest.mark.parametrize("gap", ["…", "...", "。。。", " [...] ", "⋯⋯"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_quote_with_an_ellipsis_is_found_in_two_pieces(gap: str, lang: Lang, pipeline: Question, tmp_path: Path) -> None:
    pieces = {
        "zh": ("实时数据用 Kafka 采集", "业务库的变更用 CDC 写进来"),
        "en": ("Streams come in through Kafka", "database changes through CDC"),
    }[lang]

    def change(found: dict[str, Any]) -> dict[str, Any]:
        first = by_importance(pipeline)[0].id
        return found | {"points": found["points"] | {first: {"verdict": "covered", "reason": "", "quote": gap.join(pieces)}}}

    outcome = grade(tmp_path, pipeline, lambda request: says(changed(request, change)), lang=lang)

    assert isinstance(outcome, Grade)
    quote = next(each.quote for each in outcome.verdicts if each.point_id == by_importance(pipeline)[0].id)
    assert quote is not None
    assert all(piece in quote.text for piece in pieces)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_reason_in_the_other_language_is_replaced(lang: Lang, pipeline: Question, tmp_path: Path) -> None:
    other = {"zh": "The answer says how it is collected.", "en": "回答里讲到了怎样采集。"}[lang]

    def change(found: dict[str, Any]) -> dict[str, Any]:
        return found | {"points": {name: each | {"reason": other} for name, each in found["points"].items()}}

    outcome = grade(tmp_path, pipeline, lambda request: says(changed(request, change)), lang=lang)

    assert isinstance(outcome, Grade)
    assert all(each.reason and each.reason != other for each in outcome.verdicts)


# ---------------------------------------------------------------- prompts that were cut


def counts(**usage: object) -> Script:
    return lambda request: says(faithful_reply(request), counted=usage)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("window", [1, 2048, 3000, 4096])
def test_a_prompt_that_the_server_has_cut_to_its_window_is_no_grade(
    window: int, lang: Lang, stream: bool, pipeline: Question, tmp_path: Path
) -> None:
    outcome = grade(tmp_path, pipeline, then=counts(prompt_tokens=window, prompt_tokens_details=None), lang=lang, INTERVIEWER_STREAM=stream)

    assert isinstance(outcome, Ungraded)
    assert (outcome.reason, outcome.usage.prompt_tokens, outcome.usage.calls) == (Reason.PROMPT_CUT, window, 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "usage",
    [
        {},
        {"prompt_tokens": 0},
        {"prompt_tokens": 20_000},
        {"prompt_tokens": 300, "prompt_tokens_details": {"cached_tokens": 6_000}},  # told apart, against the specification
        {"prompt_tokens": 6_000, "prompt_tokens_details": {"cached_tokens": 5_900}},
    ],
)
def test_any_other_count_of_the_server_is_no_reason_to_refuse(
    usage: dict[str, object], lang: Lang, pipeline: Question, tmp_path: Path
) -> None:
    assert isinstance(grade(tmp_path, pipeline, then=counts(**usage), lang=lang), Grade)


def test_what_the_last_attempt_read_is_what_counts(pipeline: Question, tmp_path: Path) -> None:
    small = {"prompt_tokens": 3000, "prompt_tokens_details": None}

    cut = grade(tmp_path, pipeline, says("no JSON", counted=small), then=counts(**small))
    tried = grade(tmp_path, pipeline, broken(503), broken(503))

    assert isinstance(cut, Ungraded)
    assert (cut.reason, cut.usage.calls) == (Reason.PROMPT_CUT, 2)
    assert isinstance(tried, Grade)


@pytest.mark.parametrize(
    "reply", [says("I have lost the thread."), says('{"points": {"a": ', finish_reason="length"), says('{"points": {}}')]
)
def test_junk_after_a_cut_prompt_is_told_as_what_it_comes_from(reply: Reply, stream: bool, pipeline: Question, tmp_path: Path) -> None:
    def script(_request: Request) -> Reply:
        return Reply(reply.text, reply.finish_reason, counted={"prompt_tokens": 4096, "prompt_tokens_details": None})

    cut = grade(tmp_path, pipeline, then=script, INTERVIEWER_STREAM=stream)
    whole = grade(tmp_path, pipeline, then=lambda _request: reply, INTERVIEWER_STREAM=stream)

    assert isinstance(cut, Ungraded)
    assert isinstance(whole, Ungraded)
    assert cut.reason is Reason.PROMPT_CUT
    assert whole.reason in (Reason.UNPARSABLE, Reason.CUT_OFF)
