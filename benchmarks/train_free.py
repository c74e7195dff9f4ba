"""Train the trees that estimate how much of its reference a free answer meets, and write interviewer/grading/free_trees.py.

    python -m benchmarks.train_free [--data FOLDER] [--check]

Learns from the development answers that people graded (`human_dev`), from answers to other questions (worth nothing) and from
the references themselves (worth everything). Prints the agreement on the balanced rows, each question judged by trees that have
seen none of its answers (folds are questions), before the verdicts round it. `--check` writes nothing. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.evaluation.rows import Row, read_rows
from interviewer.grading.free_answers import read_free
from interviewer.grading.free_features import FEATURES, Subject, measure_free, prepare_subject
from interviewer.grading.judge import read_script
from interviewer.grading.substance import shown_texts
from interviewer.models import Question
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "graded"
OUT = ROOT / "interviewer" / "grading" / "free_trees.py"
FOLDS = 10
FOREIGN = 8
HEAD = '''"""The trees that estimate how much of its reference a free answer meets; read by `free_answers`.

Written by `python -m benchmarks.train_free` from graded development answers. Never edited by hand.
"""

from __future__ import annotations

'''
_WORDS = [name for name, _ in FEATURES].index("length")
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One answer to learn from. `gold`: 0–1; `dataset` is empty for what nobody graded."""

    id: str
    question: str
    dataset: str
    features: list[float]
    gold: float

    @property
    def read(self) -> bool:
        """Whether any sentence counts; otherwise the score is nothing, without any tree."""
        return self.features[_WORDS] > 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write, and print the cross-validated agreement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--no-folds", action="store_true", help="skip the cross-validation")
    options = parser.parse_args(arguments)
    path = options.data / "human_dev.jsonl"
    if not path.is_file():
        print(f"no graded answers at {path}: nothing was trained", file=sys.stderr)
        return 1
    bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
    lessons = collect(read_rows([path], bank))
    if not options.check:
        OUT.write_text(HEAD + write_trees(train([each for each in lessons if each.read])), encoding="utf-8")
    if not options.no_folds:
        balanced = {row.id for row in read_rows([options.data / "human_dev_balanced.jsonl"], bank)}
        print_agreement(lessons, validate(lessons), balanced)
    return 0


def collect(rows: Sequence[Row]) -> list[Lesson]:
    """The graded answers, answers to other questions of the same language, and the references."""
    subjects = {row.question: prepare_subject(row.question) for row in rows}
    lessons = [Lesson(row.id, row.question_id, row.dataset, measure(subjects[row.question], row.answer), row.gold or 0.0) for row in rows]
    dice = random.Random(3)
    for first in {row.question_id: row for row in reversed(rows)}.values():
        others = [row for row in rows if row.question_id != first.question_id and row.lang == first.lang and (row.gold or 0.0) > 0.5]
        near = [row for row in others if row.dataset == first.dataset]
        subject = subjects[first.question]
        for row in (*dice.sample(near, min(FOREIGN // 2, len(near))), *dice.sample(others, FOREIGN // 2)):
            lessons.append(Lesson("", first.question_id, "", measure(subject, row.answer), 0.0))
        for whole in subject.wholes:
            lessons.append(Lesson("", first.question_id, "", measure(subject, whole.text), 1.0))
    return lessons


def measure(subject: Subject, answer: str) -> list[float]:
    """The features of one answer, read as the examiner reads it."""
    question: Question = subject.question
    shown = [text for pair in shown_texts(question) for text in (pair.zh, pair.en)]
    _, told, everything = read_free(subject, read_script(answer, (question.prompt.zh, question.prompt.en), shown))
    return measure_free(subject, told, everything)


def weigh(lessons: Sequence[Lesson]) -> Array:
    """Each set, and each fifth of the scale in it, alike; what nobody graded a little less."""
    keys = [(each.dataset, min(4, int(each.gold * 5))) for each in lessons]
    counts = {key: max(10, keys.count(key)) for key in set(keys)}
    weights = np.array([1.0 / counts[key] if key[0] else 0.0 for key in keys])
    weights /= weights[weights > 0].mean()
    weights[[not key[0] for key in keys]] = [0.5 if each.gold else 0.3 for each in lessons if not each.dataset]
    return weights


def train(lessons: Sequence[Lesson]) -> Any:
    """Boosted trees of eight leaves that more agreement never lowers."""
    from sklearn.ensemble import HistGradientBoostingRegressor  # type: ignore[import-untyped]

    model = HistGradientBoostingRegressor(
        max_iter=150,
        learning_rate=0.04,
        max_leaf_nodes=8,
        min_samples_leaf=30,
        l2_regularization=5,
        monotonic_cst=[direction for _, direction in FEATURES],
        random_state=0,
    )
    return model.fit(np.array([each.features for each in lessons]), np.array([each.gold for each in lessons]), sample_weight=weigh(lessons))


def validate(lessons: Sequence[Lesson]) -> Array:
    """The estimate for each lesson by trees that have seen none of its question."""
    from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

    estimates = np.zeros(len(lessons))
    groups = [each.question for each in lessons]
    for inside, outside in GroupKFold(FOLDS).split(groups, groups=groups):
        model = train([lessons[at] for at in inside if lessons[at].read])
        estimates[outside] = model.predict(np.array([lessons[at].features for at in outside]))
    estimates[[not each.read for each in lessons]] = 0.0
    return np.clip(estimates, 0.0, 1.0)


def print_agreement(lessons: Sequence[Lesson], estimates: Array, balanced: set[str]) -> None:
    """Pearson r, bias and RMSE by set on the balanced rows, before the verdicts."""
    gold = np.array([each.gold for each in lessons])
    chosen = np.array([each.id in balanced for each in lessons])
    for name in ("", *sorted({each.dataset for each in lessons} - {""})):
        rows = chosen & np.array([not name or each.dataset == name for each in lessons])
        off = 100 * (estimates[rows] - gold[rows])
        r = np.corrcoef(estimates[rows], gold[rows])[0, 1]
        print(f"{name or 'all':12} n {rows.sum():4}  r {r:.3f}  bias {off.mean():+.1f}  RMSE {np.sqrt((off**2).mean()):.1f}")
    foreign = estimates[[not each.dataset and each.gold == 0 for each in lessons]]
    print(f"answers to other questions: mean {100 * foreign.mean():.1f}, 95 % below {100 * np.quantile(foreign, 0.95):.1f}")


def write_trees(model: Any) -> str:
    """The trees as a module: a line each, a node `feature:threshold:low:high` or a leaf's value."""
    lines = []
    for (tree,) in model._predictors:
        lines.append(" ".join(_write_node(node) for node in tree.nodes))
    return f'BASE = {float(np.ravel(model._baseline_prediction)[0]):.6f}\nTREES = """\n' + "\n".join(lines) + '\n"""\n'


def _write_node(node: Any) -> str:
    if node["is_leaf"]:
        return f"{node['value']:.5g}"
    return f"{node['feature_idx']}:{node['num_threshold']:.6g}:{node['left']}:{node['right']}"


if __name__ == "__main__":
    raise SystemExit(main())
