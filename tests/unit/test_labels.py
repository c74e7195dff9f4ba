"""Both languages are complete."""

from __future__ import annotations

import string

import pytest

from interviewer.messages import explain
from interviewer.models import LANGS, Lang, Reason
from interviewer.ui.labels import words


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
