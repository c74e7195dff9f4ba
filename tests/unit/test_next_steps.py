"""A gap becomes something to do, told in the candidate's own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.insight.next_steps import aim_of, next_step, shorten
from interviewer.insight.report import Gap
from interviewer.interview.results import QuestionResult, QuestionStatus
from interviewer.models import LANGS, Bilingual, Lang, RubricPoint, Verdict, VerdictStatus
from tests.examples import MYTH, both, question

POINT = RubricPoint("a", 50.0, True, both("intent a"), core=Bilingual("一种做法；只说名字算部分", 'one means; merely "naming" is partial'))
MISSING = Verdict("a", VerdictStatus.MISSING)


def gap(verdict: Verdict = MISSING, *, quote: str = "", point: RubricPoint = POINT, **changes: object) -> Gap:
    result = QuestionResult(question(), (), QuestionStatus.GRADED)
    return replace(Gap(1, result, point, verdict, 50.0, quote=quote), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "do"),
    [
        (gap(Verdict("a", VerdictStatus.NAMED), quote="Redis"), "讲清“Redis”的做法或条件"),
        (
            gap(Verdict("a", VerdictStatus.NAMED), quote="用一个比较长的名字来称呼它的那种缓存"),
            "把“用一个比较长的名字来称呼它的那种缓存”再往下讲一层",
        ),
        (gap(Verdict("a", VerdictStatus.PARTIAL), quote="前半句。"), "把“前半句”这半句讲完整"),
        (gap(), "主动讲清：intent a（中）"),
        (gap(replace(MISSING, unsure=True)), "换更直白的话再讲一遍：intent a（中）"),
        (gap(quote="假话", erred=True), "再核对“假话”这个说法"),
        (gap(quote="假话", erred=True, belief=MYTH), "改正“假话”这个说法"),
        (gap(erred=True), "重新弄清：intent a（中）"),
    ],
)
def test_a_step_names_what_to_do_about_what_was_said(found: Gap, do: str) -> None:
    assert next_step(found, "zh").do == do


@pytest.mark.parametrize(("lang", "how"), [("zh", "说到这样就够：一种做法"), ("en", "This much is enough: one means")])
def test_a_step_says_how_much_would_do_and_nothing_of_grading(lang: Lang, how: str) -> None:
    assert next_step(gap(), lang).how == how


def test_what_is_right_stands_beside_an_error() -> None:
    assert next_step(gap(quote="x", erred=True, belief=MYTH), "zh").how == "truth（中）"
    assert next_step(gap(quote="x", erred=True), "zh").how == "intent a（中）"


@pytest.mark.parametrize("lang", LANGS)
def test_without_a_core_nothing_is_said_twice(lang: Lang) -> None:
    plain = replace(POINT, core=None)
    assert aim_of(plain, lang) == ""
    assert next_step(gap(point=plain), lang).how == ""
    assert next_step(gap(Verdict("a", VerdictStatus.PARTIAL), quote="half", point=plain), lang).how == plain.intent[lang]


def test_long_and_hidden_words_are_cut() -> None:
    assert shorten("a\u200b\n b. ") == "a b"
    assert shorten("长" * 50) == "长" * 35 + "…"
