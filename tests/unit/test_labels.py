"""Both languages are complete."""

from __future__ import annotations

import string
from datetime import timedelta

import pytest

from interviewer.messages import explain
from interviewer.models import LANGS, Lang, Reason, Verdict, VerdictStatus
from interviewer.ui.labels import scale_numbers, verdict_name, words
from interviewer.ui.render import MARKS, format_age, format_duration


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_label_is_there_in_both_languages_with_the_same_placeholders() -> None:
    zh, en = words("zh"), words("en")
    assert zh.keys() == en.keys()
    assert [name for name in zh if not zh[name].strip() or not en[name].strip()] == []
    assert [name for name in zh if placeholders(zh[name]) != placeholders(en[name])] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_explained(reason: Reason, lang: Lang) -> None:
    assert len(explain(reason, lang)) > 10


@pytest.mark.parametrize(("n", "told"), [(0, "0 hints used"), (1, "1 hint used"), ("1", "1 hint used"), (2, "2 hints used")])
def test_a_count_has_its_plural(n: int | str, told: str) -> None:
    assert words("en")["hints_used"].format(n=n) == told


def test_no_word_leaves_the_plural_to_the_reader() -> None:
    assert [name for name, text in words("en").items() if "(s)" in text.replace(":(s)}", "}")] == []


@pytest.mark.parametrize(
    ("seconds", "lang", "shown"),
    [(0.9, "en", "0 s"), (252, "en", "4 min 12 s"), (7, "zh", "7 秒"), (247, "zh", "4 分 07 秒")],
)
def test_a_duration_is_in_one_piece(seconds: float, lang: Lang, shown: str) -> None:
    assert format_duration(seconds, lang) == shown.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize("lang", LANGS)
def test_every_verdict_has_a_word_and_a_mark_of_its_own(lang: Lang) -> None:
    shown = [verdict_name(Verdict("a", status)) for status in VerdictStatus] + [
        verdict_name(Verdict("a", VerdictStatus.MISSING, unsure=True))
    ]
    assert len({words(lang)[f"verdict_{name}"] for name in shown}) == len({MARKS[name] for name in shown}) == len(shown) == 6


def test_the_words_of_the_scale_have_the_numbers_of_the_code() -> None:
    zh, en = (words(lang)["scale"].format(**scale_numbers()) for lang in LANGS)
    for told in (
        "部分得 50%",
        "仅提及得 10%",
        "20%，一个要点只扣一次",
        "不到 90% 时",
        "86 ×（拿到的比例 ÷ 90%）的 0.85 次方",
        "直线升到 100",
        "最多 40 分",
        "80% 计",
        "−5 分",
    ):
        assert told in zh
    for told in (
        "partial 50 %",
        "named only 10 %",
        "takes 20 %",
        "Up to 90 % of the weights",
        "86 × (share earned / 90 %) to the power of 0.85",
        "straight line to 100",
        "at most 40",
        "counts 80 %",
        "costs 5 marks",
    ):
        assert told in en


@pytest.mark.parametrize(
    ("minutes", "zh", "en"), [(-5, "0 分钟", "0 min"), (0.9, "0 分钟", "0 min"), (119, "119 分钟", "119 min"), (121, "2 小时", "2 h"), (3000, "50 小时", "50 h")]
)  # fmt: skip
def test_an_age_is_told_in_minutes_and_then_in_hours(minutes: float, zh: str, en: str) -> None:
    assert format_age(timedelta(minutes=minutes), "zh").replace("\N{NO-BREAK SPACE}", " ") == zh
    assert format_age(timedelta(minutes=minutes), "en").replace("\N{NO-BREAK SPACE}", " ") == en
