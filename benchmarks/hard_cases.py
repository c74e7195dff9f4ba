"""Hard cases in docs/evaluation.md: answers of kinds that are easily misjudged, and single true and false statements.

A row of answers has the keys of a graded answer; a row of statements `statement` and `true` (a true one refutes a myth or
tells a lesson, and no point of it may be wrong; a false one earns nothing).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interviewer.evaluation.rows import Row, read_rows, row_of
from interviewer.evaluation.run import JudgedRow
from interviewer.evaluation.table import Table, render_markdown
from interviewer.models import VerdictStatus
from interviewer.questions.bank import Bank

HOLLOW = 20.0
"""What an expert gives less than this for is hollow or false, the rest honest."""
Judge = Callable[[Sequence[Row]], Sequence[JudgedRow]]


@dataclass(frozen=True, slots=True)
class HardAnswers:
    """`honest_mae`: of what is worth something; `hollow_above`: mean of how far above the expert the rest is scored. Points of 100."""

    honest: int
    honest_mae: float
    hollow: int
    hollow_above: float
    hollow_most: float


@dataclass(frozen=True, slots=True)
class HardStatements:
    """`called_wrong`: true statements of which a point is wrong or an error was reported; `earning`: false ones with a score above 0."""

    true: int
    called_wrong: int
    false: int
    earning: int
    found: int


def describe_hard_cases(folder: Path, bank: Bank, judge: Judge) -> str:
    """The section; it says so if the files are not there."""
    title = "## 难判的情形 · Hard cases\n"
    answers, statements = folder / "answers.jsonl", folder / "statements.jsonl"
    if not (answers.is_file() and statements.is_file()):
        return f"{title}\n此处没有这组数据，未测。Not measured: the set is not here.\n"
    hard, said = measure_answers(judge(read_rows([answers], bank))), measure_statements(judge(read_statements(statements, bank)))
    cells = (
        (f"有内容的回答（{hard.honest} 份），平均误差 honest answers, MAE", f"{hard.honest_mae:.1f}"),
        (f"空洞或全错的回答（{hard.hollow} 份），平均高估 hollow or false answers, mean above the expert", f"{hard.hollow_above:.1f}"),
        ("其中最多高估 the most of them", f"{hard.hollow_most:.1f}"),
        ("被判为错误的正确说法 true statements called wrong", f"{said.called_wrong} / {said.true}"),
        ("得了分的错误说法 false statements that earn", f"{said.earning} / {said.false}"),
        ("被找到的错误说法 false statements found", f"{said.found} / {said.false}"),
    )
    used = "从未学过；但补写的训练材料、特征 share、manner、telling 以及两条规则（整段否认、反着抄的参考答案）是看着这些种类选定的。Never learned from; but further training answers, the features share, manner and telling and two rules (texts denied as a whole, references turned round) were chosen with these kinds in view."
    return f"{title}\n{used}\n\n{render_markdown(Table(('', '数值 figure'), cells))}\n"


def read_statements(path: Path, bank: Bank) -> list[Row]:
    """Statements as answers; a true one is labelled so."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [
        row_of({**values, "answer": values["statement"], "score": 0, "kind": "true" if values["true"] else "false"}, bank, dataset=path.stem, line=n)
        for n, values in enumerate(lines, 1)
    ]  # fmt: skip


def measure_answers(judged: Sequence[JudgedRow]) -> HardAnswers:
    """How far the scores are from an expert's; an ungraded answer counts as one of 0."""
    pairs = [(100 * (each.row.gold or 0.0), each.answer.score or 0.0) for each in judged]
    honest = [abs(pred - gold) for gold, pred in pairs if gold >= HOLLOW]
    above = [max(0.0, pred - gold) for gold, pred in pairs if gold < HOLLOW]
    return HardAnswers(len(honest), float(np.mean(honest or [0.0])), len(above), float(np.mean(above or [0.0])), max(above, default=0.0))


def measure_statements(judged: Sequence[JudgedRow]) -> HardStatements:
    """What is made of true and of false statements."""
    true = [each for each in judged if each.row.label == "true"]
    false = [each for each in judged if each.row.label == "false"]
    return HardStatements(
        len(true), sum(map(_errs, true)), len(false), sum((each.answer.score or 0.0) > 0 for each in false), sum(map(_errs, false))
    )


def _errs(judged: JudgedRow) -> bool:
    return bool(judged.answer.errors) or any(point.status is VerdictStatus.WRONG for point in judged.answer.points)
