"""The one check that a model's own words pass before a candidate reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from interviewer.grading.leaks import LIMITS, Fault, Guard, Kind
from interviewer.models import Aside, Bilingual, Exchange, GradingTask, Lang, Misconception, Question, RubricPoint, Utterance

BELIEF = Misconception(
    "cache-forever",
    Bilingual("缓存永不过期", "A cache never expires"),
    Bilingual("要设过期并随模型版本失效", "Expire it, by model version too"),
)
POINT = RubricPoint(
    "result-cache", 100, True,
    Bilingual("完全相同的请求复用结果，键里带上模型版本和参数", "Identical requests reuse a result, keyed by model version and parameters"),
    accepts=(Bilingual("用语义相似度命中并设阈值", "Semantic hits above a threshold"),), misconceptions=(BELIEF,),
    core=Bilingual("重复请求直接返回存好的结果，说出键或失效", "Repeated requests return a stored result, with its key or expiry"),
)  # fmt: skip
QUESTION = Question(
    "inference-api", 1, Bilingual("接口", "API"), Bilingual("如何设计推理接口？", "How would you design an inference API?"),
    Bilingual(
        "用 vLLM 的连续批处理把请求逐个插进正在跑的批次。", "Continuous batching in vLLM slots requests into the running batch one by one."
    ),
    (), 2, (POINT,), hints=(Bilingual("想想相同的请求", "Think of identical requests"),),
)  # fmt: skip
RULES = "Judge every point of the list below once each and report what one answer shows without marks or verdicts of your own making."


def guard(answer: str = "我会加机器。", lang: Lang = "zh", **more: Any) -> Guard:
    task = GradingTask(QUESTION, lang, QUESTION.prompt[lang], answer, **more)
    return Guard(task, lang, rules=RULES)


def fault(
    text: str, kind: Kind = Kind.REASON, *, answer: str = "我会加机器。", lang: Lang = "zh", told: tuple[str, ...] = ()
) -> Fault | None:
    return guard(answer, lang).find_fault(text, kind, told=told)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("说到了加机器，但没有说怎么扩。", None),
        ("…", Fault.EMPTY),
        ("It says so.", Fault.LANGUAGE),
        ("没有说完全相同的请求复用结果。", Fault.KEY),
        ("还差连续批处理把请求逐个插进正在跑的批次。", Fault.KEY),
        ("可以得 80/100。", Fault.MARKS),
        ("这里只能给 6 分。", Fault.MARKS),
        ("离满分不远。", Fault.MARKS),
        ("参见 https://example.org/a 这一页。", Fault.LINK),
        ("参见[这里](a)的说明。", Fault.LINK),
        ("要点“result-cache”没有讲到。", Fault.RULES),
        ("很好。" * 200, Fault.LENGTH),
    ],
)
def test_every_kind_of_text_passes_the_same_check(kind: Kind, text: str, found: Fault | None) -> None:
    assert fault(text, kind) is found


def test_english_is_checked_alike() -> None:
    assert fault("It adds machines and says when.", lang="en") is None
    assert fault("It lacks that identical requests reuse the result, keyed by model version.", lang="en") is Fault.KEY
    assert fault("That is 8 points out of ten.", lang="en") is Fault.MARKS
    assert fault("这里没有说。", lang="en") is Fault.LANGUAGE


def test_the_rules_are_not_recited() -> None:
    recited = "My task: judge every point of the list below once each and report what one answer shows without marks."
    assert fault(recited, Kind.FEEDBACK, lang="en") is Fault.RULES


def test_what_the_candidate_has_said_may_be_said_again() -> None:
    said = "完全相同的请求复用结果，键里带上模型版本和参数，就这样。"
    assert fault("说了完全相同的请求复用结果。", answer=said) is None
    assert guard(dialogue=(Exchange("然后呢？", said),)).passes("说了完全相同的请求复用结果。", Kind.REASON)
    aside = Aside(Utterance.CLARIFY, said, "", datetime(2026, 1, 1, tzinfo=UTC))
    assert guard(asides=(aside,)).passes("说了完全相同的请求复用结果。", Kind.REASON)


def test_what_the_page_shows_anyway_may_be_told() -> None:
    correction = BELIEF.correction.zh
    assert fault(f"不对，{correction}。", Kind.EXPLANATION) is Fault.KEY
    assert fault(f"不对，{correction}。", Kind.EXPLANATION, told=(correction,)) is None


def test_ideas_told_a_few_words_at_a_time_are_told_all_the_same() -> None:
    assert fault("可以谈谈模型版本，另外讲讲语义相似。", Kind.FEEDBACK) is None
    assert fault("谈谈模型版本、语义相似、连续批处理、逐个插进、重复请求、相同的请求，再说失效。", Kind.FEEDBACK) is Fault.KEY


def test_a_tool_that_nobody_named_is_not_named_in_a_question() -> None:
    assert fault("你会考虑用 vLLM 吗？", Kind.FOLLOW_UP) is Fault.KEY
    assert fault("你会考虑用 vLLM 吗？", Kind.FOLLOW_UP, answer="我用 vLLM。") is None
    assert fault("Would you think of vLLM here?", Kind.FOLLOW_UP, lang="en") is Fault.KEY
    assert fault("Would you think of TGI here?", Kind.FOLLOW_UP, lang="en") is None


def test_plain_english_with_a_hyphen_is_no_id() -> None:
    assert fault("A result-cache would have been worth a word.", lang="en") is None


def test_figures_that_are_no_marks_are_left_alone() -> None:
    assert fault("说了 10 分钟过期和 1/10 的流量。") is None
    assert fault("It names 3 replicas, 1/10 of the traffic and 24/7 operation.", lang="en") is None


def test_the_limits_are_as_stated() -> None:
    assert {kind.value: (limits.longest, limits.run, limits.told, limits.names) for kind, limits in LIMITS.items()} == {
        "reason": (80, 5, 8, 1), "beyond": (40, 5, 6, 1), "explanation": (80, 6, 10, 2), "feedback": (300, 5, 12, 2),
        "follow_up": (90, 5, 6, 0), "reply": (120, 5, 6, 1),
    }  # fmt: skip
