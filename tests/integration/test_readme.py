"""What README says of the score is what the code does, in both languages."""

from __future__ import annotations

import pytest

from interviewer.grading.scoring import SCALES
from interviewer.models import LANGS, SCALE, Lang, VerdictStatus
from interviewer.ui.labels import scale_numbers, words
from tests.conftest import ROOT

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
HEADS: dict[Lang, tuple[str, str, str]] = {
    "zh": ("说错，每个要点", "拿到的权重", "分数"),
    "en": ("an error, for each point", "weights earned", "score"),
}
SENTENCES: dict[Lang, tuple[str, ...]] = {
    "zh": ("{knee_marks} ×（比例 ÷ {knee} %）的 {exponent} 次方", "最多 {ceiling} 分", "按 {follow} % 计", "每次提示 −{hint} 分"),
    "en": (
        "{knee_marks} × (share / {knee} %) to the power of {exponent}",
        "at most {ceiling} ",
        "counts {follow} %",
        "each hint costs {hint} marks",
    ),
}


def table_of(lang: Lang) -> str:
    """What verdicts and errors are worth, and the marks for some shares of the weights."""
    scale, (error, share, score) = SCALES[SCALE], HEADS[lang]
    worth = {words(lang)[f"verdict_{status}"]: scale.credit(status) for status in VerdictStatus if status is not VerdictStatus.WRONG}
    return "\n\n".join(
        (
            rows([*worth, error], [f"{each:.0%}" for each in worth.values()] + [f"−{scale.error:.0%}"]),
            rows([share, *(f"{each:.0%}" for each in SHARES)], [score, *(f"{scale.curve(each):.0f}" for each in SHARES)]),
        )
    ).replace("%", " %")


def rows(head: list[str], cells: list[str]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---:"] * len(head), cells))


def section_of(lang: Lang) -> str:
    """README's section on the score."""
    heading = {"zh": "### 分数怎么来\n", "en": "### How the score is made\n"}[lang]
    return (ROOT / "README.md").read_text(encoding="utf-8").partition(heading)[2].partition("\n### ")[0]


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_of_the_scale_is_the_codes(lang: Lang) -> None:
    assert section_of(lang).partition("<!-- scale -->\n")[2].partition("\n<!-- /scale -->")[0] == table_of(lang)


@pytest.mark.parametrize("lang", LANGS)
def test_the_sentences_on_the_score_have_the_codes_numbers(lang: Lang) -> None:
    told = section_of(lang)
    assert [words for each in SENTENCES[lang] if (words := each.format(**scale_numbers())) not in told] == []
