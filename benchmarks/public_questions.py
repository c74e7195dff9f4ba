"""The public questions in docs/evaluation.md: what to expect of questions that were not seen in training, beside plain likeness."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.likeness import likeness
from benchmarks.train_reference import gather
from interviewer.evaluation.rows import Row, read_rows
from interviewer.grading.rubric.reference_training import cross_validate_reference, make_lessons
from interviewer.questions.bank import Bank


def describe_unseen_questions(whole: Path, sample: Path, bank: Bank) -> str:
    """The balanced answers judged without their question, and without their whole set, among what was learnt from."""
    title = f"## 公开题目，题目没有见过 · Public questions that were not seen in training (`{sample.stem}`)\n"
    if not (whole.is_file() and sample.is_file()):
        return f"{title}\n此处没有这组数据，未测。Not measured: the set is not here.\n"
    lessons, balanced = make_lessons(gather(read_rows([whole], bank), bank)), read_rows([sample], bank)
    runs = {name: through for name, _, through in cross_validate_reference(lessons, {row.id for row in balanced})}
    plain = _plain_agreement(balanced)
    lines = [
        "训练时略去该题（或整组）的全部回答，再经要点判定得出分数；这才是对新题的预期。The answers to the question (or the whole set) are",
        "left out of training; the scores come through the verdicts, as the product gives them. This is what to expect of new questions.",
        "“只看相似”：与参考答案的 TF-IDF 相似度（词与字串）直接当作分数，同样的回答，供对照。Likeness: the same answers, with their TF-IDF likeness",
        "to the reference (words and runs of characters) taken for the score; it says how easy a set is.",
        "",
        "|  | 份数 n | 只看相似 r of likeness | r | 偏差 bias | 平均误差 MAE | 略去整组 r without the set | 偏差 bias | 平均误差 MAE |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    lines += [
        f"| {one.dataset} | {one.n} | {plain[one.dataset]:.2f} | {one.r:.2f} | {_signed(one.bias)} | {one.mae:.1f} "
        f"| {other.r:.2f} | {_signed(other.bias)} | {other.mae:.1f} |"
        for one, other in zip(runs["question"], runs["set"], strict=True)
    ]
    return f"{title}\n" + "\n".join(lines) + "\n"


def _plain_agreement(rows: Sequence[Row]) -> dict[str, float]:
    """By set and for all together: how likeness to the reference goes along with people's grades."""
    found = {}
    for name in ("all", *{row.dataset for row in rows}):
        own = [row for row in rows if name in ("all", row.dataset)]
        found[name] = float(np.corrcoef(likeness(own), [row.gold or 0.0 for row in own])[0, 1])
    return found


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")
