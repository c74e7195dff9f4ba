"""The labelled answers in docs/evaluation.md, each judged by an examiner that learned without it; and what each part is worth there.

The learning is in `interviewer.grading.rubric.learning`: `leave_out` judges every answer by what was learned without its fold,
`ablations` gives the figures without one part after the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from interviewer.evaluation.journal import Judgement
from interviewer.evaluation.learned import digest_answer
from interviewer.evaluation.rows import Row, row_of
from interviewer.evaluation.run import JudgedRow, judgement_of
from interviewer.evaluation.summary import ALL, FORM, Figures, measure_rows
from interviewer.evaluation.table import Table, agreement_table, points_table, render_markdown, tell_labels
from interviewer.models import Grade, Interval, Provenance
from interviewer.questions.bank import Bank

PARTS = 5
"""Of the answers left out, for their intervals: each part's are measured on the others."""
NOTHING = Judgement(0.0)
"""Of an answer in which there is nothing to judge: every point is missing."""


class Ablation(Protocol):
    """The figures on answers left out without one group of features or one rule; the first of several is without nothing.

    `name`: what is left out, in both languages. `kappa`: per point. `missed`: share (0–1) of the covered points. `mae`: points of 100.
    """

    name: str
    kappa: float
    missed: float
    mae: float


def read_answers(folder: Path, bank: Bank) -> list[Row]:
    """The labelled answers of a folder, `q01.jsonl` those to the first question."""
    files = [(path, int(path.stem[1:])) for path in sorted(folder.glob("q[0-9][0-9].jsonl"))]
    return [
        row_of({"question": number, **json.loads(line)}, bank, dataset=path.stem, line=place)
        for path, number in files
        for place, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if line.strip()
    ]


def find_learning() -> Any | None:
    """What the offline examiner is learned by; None where there is nothing to learn with."""
    try:
        found = import_module("interviewer.grading.rubric.learning")
    except ModuleNotFoundError:
        return None
    return found if hasattr(found, "leave_out") else None


def judge_left_out(learning: Any, bank: Bank, folder: Path, fold: Callable[[Any], object] | None = None) -> dict[str, Judgement]:
    """By id, what is found in each labelled answer without it; `fold`: of a labelled answer, by default the one of its id.

    The intervals, too, are measured on other answers.
    """
    from interviewer.grading.rubric.examiner import interval_of

    materials = learning.load_materials(bank.questions, folder)
    found = learning.leave_out(materials, fold) if fold else learning.leave_out(materials)
    parts = [[each for each in found if int(digest_answer(each.row.answer), 16) % PARTS == part] for part in range(PARTS)]
    judged = {}
    for part in parts:
        table = learning.measure_intervals([each for other in parts if other is not part for each in other])
        judged |= {each.row.id: _judgement(each, interval_of(each.score, each.row.lang, table)) for each in part}
    return judged


def _judgement(found: Any, interval: Interval) -> Judgement:
    judged = found.judged
    return judgement_of(Grade(judged.verdicts, found.score, "", Provenance("rubric"), errors=judged.errors, interval=interval))


def describe_left_out(rows: Sequence[Row], by_answer: Mapping[str, Judgement], by_batch: Mapping[str, Judgement]) -> str:
    """By answer, whole, and by the writers' sitting, in short; `rows`: labelled ones."""
    batches = {row.batch for row in rows}
    return "\n".join(
        (
            "## 没有学过的回答 · Answers left out of learning\n",
            "每份回答都由没有学过它的评分器来评：按回答分份，轮流略去一份，要点、错误、阈值和区间都重新学。",
            "Each answer is judged by an examiner that learned without it, in folds by answer; verdicts, errors, thresholds and intervals are",
            "learned anew.",
            "用哪几个特征，是在同样的划分上选定的，所以这些数字略偏好；留出整批作者的更可信。",
            "Which features are measured was chosen on the same folds, so these figures flatter a little; those of writers left out can be",
            "trusted more.\n",
            _tables(_with_batches(measure_left_out(rows, by_answer), rows, by_answer)),
            "\n### 没有学过的作者 · Writers left out of learning\n",
            f"略去同一批写作的全部回答（{len(batches)} 批）。All answers of one sitting of writers are left out ({len(batches)} sittings).\n",
            _tables(_with_batches(_in_short(measure_left_out(rows, by_batch)), rows, by_batch)),
            "",
        )
    )


def describe_ablations(ablations: Sequence[Ablation]) -> str:
    """What each group of features and each rule is worth on answers left out."""
    cells = tuple((each.name, f"{each.kappa:.3f}", f"{100 * each.missed:.1f} %", f"{each.mae:.2f}") for each in ablations)
    headings = ("去掉什么 without", "加权一致 kappa", "覆盖判为缺失 covered missed", "平均误差 MAE")
    return (
        "## 每一部分值多少 · What each part is worth on answers left out\n\n"
        "去掉一组特征或一条规则，其余不变，同样的划分。Without one group of features or one rule, all else the same, on the same folds.\n\n"
        f"{render_markdown(Table(headings, cells))}\n"
    )


def measure_left_out(rows: Sequence[Row], judged: Mapping[str, Judgement]) -> Figures:
    """The figures of the rows as they are judged while left out."""
    return measure_rows([JudgedRow(replace(row, seen=False), judged.get(row.id, NOTHING)) for row in rows])


def _with_batches(figures: Figures, rows: Sequence[Row], judged: Mapping[str, Judgement]) -> Figures:
    """The same with a line for each sitting of writers."""
    batches = {name: measure_left_out([row for row in rows if row.batch == name], judged) for name in sorted({row.batch for row in rows})}
    points = {("batch", name): each.points[ALL] for name, each in batches.items()}
    agreement = {("batch", name): each.agreement[ALL] for name, each in batches.items()}
    return replace(figures, points={**figures.points, **points}, agreement={**figures.agreement, **agreement})


def _in_short(figures: Figures) -> Figures:
    kept = (ALL, FORM, ("lang", "zh"), ("lang", "en"))
    points = {group: each for group, each in figures.points.items() if group in kept}
    agreement = {group: each for group, each in figures.agreement.items() if group in kept}
    return replace(figures, points=points, agreement=agreement)


def _tables(figures: Figures) -> str:
    return "\n\n".join(
        (
            render_markdown(points_table(figures, bilingual=True)),
            tell_labels(figures, bilingual=True).replace("\n", "  \n"),
            render_markdown(agreement_table(figures, bilingual=True)),
        )
    )
