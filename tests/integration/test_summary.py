"""The model's summary of an interview, against a loopback server: what it is told, what of its words may be shown, and every failure."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from interviewer.config import Settings
from interviewer.endpoint.client import Endpoint
from interviewer.endpoint.retry import Patience
from interviewer.endpoint.tokens import TokenCounter
from interviewer.errors import PromptError
from interviewer.grading.llm.prompts import load_prompts
from interviewer.grading.llm.summary import LONGEST, Answered, Course, Summarizer, SummedUp
from interviewer.models import Lang, Quote, Reason, Remark, SummaryText, Ungraded
from interviewer.paths import prompts_folder
from tests.endpoint import Reply, ScriptedEndpoint, broken, says

SAID: dict[Lang, tuple[str, str]] = {
    "zh": ("我用 Kafka 采集点击流，因为它能解耦生产者。Kafka 会永久保存数据。", "模型每天重训一次，出错的消息放进死信队列。"),
    "en": ("I collect the click streams with Kafka because it decouples producers. Kafka keeps all data forever.", "I would train daily. Bad messages go to a dead letter queue."),
}  # fmt: skip
GOOD: dict[Lang, str] = {"zh": "因为它能解耦生产者", "en": "because it decouples producers"}
FALSE: dict[Lang, str] = {"zh": "Kafka 会永久保存数据", "en": "Kafka keeps all data forever"}
WEAK: dict[Lang, str] = {"zh": "模型每天重训一次", "en": "I would train daily"}
LEVEL: dict[Lang, str] = {
    "zh": "你能讲清数据怎么进来，后面的环节还比较粗。",
    "en": "You explain well how data comes in; what follows is still rough.",
}
WORDS: dict[Lang, str] = {"zh": "讲出了为什么这样选。", "en": "You said why you chose it."}


def quote(text: str, words: str) -> Quote:
    start = text.index(words)
    return Quote(words, start, start + len(words))


def course(lang: Lang = "zh", **more: Any) -> Course:
    first, second = SAID[lang]
    answers = (
        Answered(3, "Q1", first, good=(quote(first, GOOD[lang]),), false=(quote(first, FALSE[lang]),)),
        Answered(7, "Q2", second, weak=(quote(second, WEAK[lang]),)),
    )
    return Course(answers, ({"question": "Q1", "found": [{"idea": "broker", "verdict": "covered"}]},), lang, **more)


def remark(lang: Lang, answer: object, words: object, text: object = None) -> dict[str, object]:
    return {"text": WORDS[lang] if text is None else text, "answer": answer, "quote": words}


def tells(lang: Lang = "zh", **kinds: object) -> Reply:
    return says(json.dumps({"level": LEVEL[lang], "strengths": [], "habits": [], "steps": [], **kinds}, ensure_ascii=False))


@contextmanager
def asked(reply: Reply, folder: Path, **more: object) -> Iterator[tuple[ScriptedEndpoint, Summarizer]]:
    with ScriptedEndpoint(then=lambda _request: reply) as server:
        wanted = {
            "INTERVIEWER_MODEL": "scripted",
            "INTERVIEWER_DATA": folder,
            "OPENAI_BASE_URL": server.base_url,
            "INTERVIEWER_ATTEMPTS": 1,
        }
        configured = Settings.model_validate({**wanted, "INTERVIEWER_PRICE_IN": 1, "INTERVIEWER_PRICE_OUT": 1, **more})
        endpoint = Endpoint(configured, patience=Patience(1, pause=lambda seconds: time.sleep(seconds / 100), jitter=lambda: 0.0))
        try:
            yield server, Summarizer(endpoint, load_prompts(prompts_folder()), TokenCounter("scripted"), configured, nonce=lambda: "n0nce")
        finally:
            endpoint.close()


def told(reply: Reply, folder: Path, of: Course) -> SummaryText:
    with asked(reply, folder) as (_, summarizer):
        outcome = summarizer.sum_up(of)
    assert isinstance(outcome, SummedUp), outcome
    return outcome.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_call_reads_every_answer_and_each_remark_rests_on_words_in_one(lang: Lang, tmp_path: Path) -> None:
    reply = tells(lang, strengths=[remark(lang, 1, GOOD[lang])], habits=[remark(lang, 2, WEAK[lang])], steps=[remark(lang, 2, WEAK[lang])])
    with asked(reply, tmp_path) as (server, summarizer):
        outcome = summarizer.sum_up(course(lang))

    assert isinstance(outcome, SummedUp)
    weak = (Remark(WORDS[lang], 7, WEAK[lang]),)
    assert outcome.text == SummaryText(LEVEL[lang], (Remark(WORDS[lang], 3, GOOD[lang]),), weak, weak)
    assert (outcome.provenance.prompt_version, outcome.usage.calls) == ("summary-v1", 1)
    assert outcome.usage.cost
    prompt = server.requests[0].prompt
    assert all(text in prompt for text in (*SAID[lang], '"idea": "broker"', "<<ANSWERS n0nce>>", f"Write in: {lang}"))


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("strengths", remark("zh", 1, "我从来没有说过这句话")),  # not said
        ("strengths", remark("zh", 2, GOOD["zh"])),  # said in another answer
        ("strengths", remark("zh", 1, FALSE["zh"])),  # false
        ("strengths", remark("zh", 2, WEAK["zh"])),  # not covered
        ("habits", remark("zh", 1, FALSE["zh"])),
        ("steps", remark("zh", 1, GOOD["zh"])),  # nothing to mend
        ("steps", remark("zh", 2, "")),
        ("strengths", remark("zh", 0, GOOD["zh"])),
        ("strengths", remark("zh", 3, GOOD["zh"])),
        ("strengths", remark("zh", "1", GOOD["zh"])),
        ("strengths", remark("zh", 1, GOOD["zh"], "这一题你得了 80 分，80/100。")),
        ("strengths", remark("zh", 1, GOOD["zh"], "参见 https://example.org/a 。")),
        ("strengths", remark("zh", 1, GOOD["zh"], "It is in the wrong language.")),
        ("strengths", remark("zh", 1, GOOD["zh"], "很长" * 81)),
        ("strengths", remark("zh", 1, None)),
        ("strengths", remark("zh", 1, GOOD["zh"], 7)),
        ("strengths", "all of it"),
    ],
)  # fmt: skip
def test_a_remark_that_claims_what_was_not_found_is_left_out(kind: str, made: object, tmp_path: Path) -> None:
    assert told(tells(**{kind: [made]}), tmp_path, course()) == SummaryText(LEVEL["zh"])


def test_a_false_statement_and_a_point_that_is_open_can_be_a_next_step(tmp_path: Path) -> None:
    steps = [remark("zh", 1, FALSE["zh"], "查一查 Kafka 的保留时间。"), remark("zh", 2, WEAK["zh"], "说出重训的触发条件。")]

    assert [each.turn_seq for each in told(tells(steps=steps), tmp_path, course()).steps] == [3, 7]


def test_no_kind_has_more_remarks_than_it_may_and_none_is_said_twice(tmp_path: Path) -> None:
    many = [remark("zh", 1, GOOD["zh"], f"第{number}个理由讲得清楚。") for number in "一二三四五"]
    text = told(tells(strengths=[many[0], *many], habits=many), tmp_path, course())

    assert (len(text.strengths), len(text.habits), len({each.text for each in text.strengths})) == (3, 2, 3)


def test_what_is_longest_is_pinned(tmp_path: Path) -> None:
    assert LONGEST == {"zh": 160, "en": 80}
    assert told(tells(strengths=[remark("zh", 1, GOOD["zh"], "好" * 160)]), tmp_path, course()).strengths


@pytest.mark.parametrize("lists", [{"strengths": None}, {"strengths": "x"}, {"habits": {}}])
def test_lists_that_are_none_leave_the_level(lists: dict[str, object], tmp_path: Path) -> None:
    assert told(tells(**lists), tmp_path, course()).level == LEVEL["zh"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (says("Sure."), Reason.UNPARSABLE), (says("{}"), Reason.UNPARSABLE), (says('{"level": 7}'), Reason.UNPARSABLE),
        (says('{"level": ""}'), Reason.UNPARSABLE), (says('{"level": "All good, well done."}'), Reason.UNPARSABLE),
        (says('{"level": "总分 80/100。"}'), Reason.UNPARSABLE), (broken(401), Reason.WRONG_KEY),
    ],
)  # fmt: skip
def test_a_failure_has_its_reason_and_no_summary_is_invented(reply: Reply, reason: Reason, tmp_path: Path) -> None:
    with asked(reply, tmp_path) as (_, summarizer):
        outcome = summarizer.sum_up(course())

    assert isinstance(outcome, Ungraded)
    assert outcome.reason is reason


def test_an_interview_that_is_too_long_or_too_dear_is_not_sent(tmp_path: Path) -> None:
    long = Answered(3, "Q1", "很长的回答。" * 9_000)
    with asked(tells(), tmp_path) as (server, summarizer):
        reasons = [summarizer.sum_up(each) for each in (Course((long,), (), "zh"), course(token_budget=500))]

    assert [each.reason for each in reasons if isinstance(each, Ungraded)] == [Reason.TOO_LONG, Reason.BUDGET]
    assert server.requests == []


def test_without_its_prompt_it_cannot_be_built(tmp_path: Path) -> None:
    with asked(tells(), tmp_path) as (_, summarizer), pytest.raises(PromptError):
        Summarizer(summarizer._chat, {}, TokenCounter("m"), Settings())
