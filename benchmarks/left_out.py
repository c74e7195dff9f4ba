"""The labelled answers in docs/evaluation.md, each judged by an examiner that learned without it; and what each part is worth there.

The learning is in `interviewer.grading.rubric.training`: `cross_validate(rows, folds)`, the fold of each row beside it, gives
a grade by row id; `ablations()` gives the figures without one part after the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Protocol

from interviewer.evaluation.learned import digest_answer
from interviewer.evaluation.rows import Row, row_of
from interviewer.evaluation.run import JudgedRow, judgement_of
from interviewer.evaluation.summary import ALL, FORM, Figures, measure_rows
from interviewer.evaluation.table import Table, agreement_table, points_table, render_markdown, tell_labels
from interviewer.models import Outcome
from interviewer.questions.bank import Bank

FOLDS = 10
CrossValidate = Callable[[Sequence[Row], Sequence[int]], Mapping[str, Outcome]]


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


def find_training() -> ModuleType | None:
    """What the offline examiner is learned by; None where there is nothing to learn with."""
    try:
        found = import_module("interviewer.grading.rubric.training")
    except ModuleNotFoundError:
        return None
    return found if hasattr(found, "cross_validate") else None


def describe_left_out(rows: Sequence[Row], cross_validate: CrossValidate) -> str:
    """By answer, whole, and by writer's batch, in short; `rows`: labelled ones."""
    by_answer = measure_left_out(rows, fold_by_answer(rows), cross_validate)
    parts = [
        "## 没有学过的回答 · Answers left out of learning\n",
        f"每份回答都由没有学过它的评分器来评：按回答分成 {FOLDS} 份，轮流略去一份。Each answer is judged by an examiner that learned without it, in",
        f"{FOLDS} folds by answer.\n",
        _tables(by_answer),
    ]
    batches = sorted({row.batch for row in rows if row.batch})
    if len(batches) > 1:
        parts += [
            "\n### 没有学过的作者 · Writers left out of learning\n",
            f"略去同一批写作的全部回答（{len(batches)} 批）。All answers of one sitting of writers are left out ({len(batches)} sittings).\n",
            _tables(_in_short(measure_left_out(rows, [batches.index(row.batch) if row.batch else -1 for row in rows], cross_validate))),
        ]
    return "\n".join(parts) + "\n"


def describe_ablations(ablations: Sequence[Ablation]) -> str:
    """What each group of features and each rule is worth on answers left out."""
    cells = tuple((each.name, f"{each.kappa:.3f}", f"{100 * each.missed:.1f} %", f"{each.mae:.2f}") for each in ablations)
    headings = ("去掉什么 without", "加权一致 kappa", "覆盖判为缺失 covered missed", "平均误差 MAE")
    return (
        "## 每一部分值多少 · What each part is worth on answers left out\n\n"
        "去掉一组特征或一条规则，其余不变，同样的划分。Without one group of features or one rule, all else the same, on the same folds.\n\n"
        f"{render_markdown(Table(headings, cells))}\n"
    )


def fold_by_answer(rows: Sequence[Row]) -> list[int]:
    """The fold of each row, by its text: the same answer is never on both sides, and other rows change nothing."""
    return [int(digest_answer(row.answer), 16) % FOLDS for row in rows]


def measure_left_out(rows: Sequence[Row], folds: Sequence[int], cross_validate: CrossValidate) -> Figures:
    """The figures of the rows as they are judged while left out; ValueError if one was not judged."""
    found = cross_validate(rows, folds)
    if missing := [row.id for row in rows if row.id not in found]:
        raise ValueError(f"not judged while left out: {', '.join(missing[:5])}")
    return measure_rows([JudgedRow(replace(row, seen=False), judgement_of(found[row.id])) for row in rows])


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
