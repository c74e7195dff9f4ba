"""The table of docs/evaluation.md that says how well answers are told from everything else, on messages left out of learning."""

from __future__ import annotations

from interviewer.dialogue.figures import Figure, count_left_out, read_left_out
from interviewer.dialogue.learned import load_utterances
from interviewer.dialogue.material import GROUPINGS, digest_material, load_material
from interviewer.evaluation.table import Table, render_markdown
from interviewer.grading.rubric.heads import load_learned
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import Bank

_HEAD = """## 这句话是不是回答 · Is it an answer?

每条消息都由没有学过它（row）或没有学过它那批作者（writer）的分类器来判断，阈值也在别处选定。
Each message is judged by what was learned without it (row), or without its writers (writer); thresholds were chosen elsewhere, too.
taken: 当作不是回答 surely taken for something else; asked: 拿不准，问一句 asked what it is; kind: 种类判对 the right kind of aside.
Labelled answers are of the kind that the offline examiner learned from, so their figures flatter a little. 标注过的回答离线评分器学过，数字略偏好。
"""
_NAMES = {
    "answers": "全部回答",
    "labelled answers": "标注过的回答",
    "answers that look like something else": "像别的东西的回答",
    "short answers": "很短的回答",
    "mixed": "夹着别的话的回答",
    "asides": "不是回答的",
    "short asides": "其中很短的",
    "long asides": "其中很长的",
}


def describe_utterances(bank: Bank) -> str:
    """The section, from what the data file holds; empty if that was not learned from what is here."""
    material = load_material(bank.questions, knowledge_folder())
    if load_utterances().settings["material"] != digest_material(material, load_learned().settings["material"]):
        return ""
    by = {name: count_left_out(read_left_out(name, material)) for name in GROUPINGS}
    headings = ("", "n", *(f"{measure} ({name})" for name in by for measure in ("taken", "asked", "kind")))
    rows = tuple(_row(figures) for figures in zip(*by.values(), strict=True))
    return f"{_HEAD}\n{render_markdown(Table(headings, rows))}\n"


def _row(figures: tuple[Figure, ...]) -> tuple[str, ...]:
    first = figures[0]
    shares = [share for figure in figures for share in (f"{figure.taken:.1%}", f"{figure.asked:.1%}", _kind(figure))]
    return (f"{_NAMES[first.name]} {first.name}", str(first.count), *shares)


def _kind(figure: Figure) -> str:
    return f"{figure.kind:.0%}" if "asides" in figure.name else ""
