"""Train what estimates how much of its reference a free answer meets, and write interviewer/grading/rubric/free_trees.py.

    python -m benchmarks.train_free [--data FOLDER] [--check] [--no-folds]

Learns from the development answers that people graded (`human_dev`), from answers to other questions and empty talk (worth
nothing), and from the references and beginnings of them (worth their share). Half the estimate is boosted trees, half a straight
line; neither ever falls with more agreement. Prints the agreement on the balanced rows, before and through the verdicts, where
each answer is judged by what was trained without its question, then without its whole set. `--check` writes nothing. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.evaluation.rows import Row, read_rows
from interviewer.grading.rubric.findings import Script
from interviewer.grading.rubric.free_answers import judge_met
from interviewer.grading.rubric.free_features import FEATURES, Subject, measure_free, prepare_subject
from interviewer.grading.rubric.free_reading import read_free
from interviewer.grading.rubric.judge import read_script
from interviewer.grading.scoring import answer_score
from interviewer.grading.substance import shown_texts
from interviewer.models import Lang, Question, Verdict
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from interviewer.text.segment import split_sentences
from interviewer.text.words import measure_length

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "graded"
OUT = ROOT / "interviewer" / "grading" / "rubric" / "free_trees.py"
FOLDS = 10
FOREIGN = 8
RIDGE, BOUND = 100.0, 3.0
EMPTY: dict[Lang, tuple[str, ...]] = {
    "zh": (
        "这是一个很好的问题，答案在计算机科学里非常重要，要看具体情况。",
        "我对这个问题非常熟悉，在工作中经常使用，也读过很多资料，效果一直很好。",
        "总的来说，需要综合考虑性能、成本和可扩展性，选择合适的方案，遵循最佳实践。",
        "让我们一步一步来解决这个问题。",
    ),
    "en": (
        "That is a great question. The answer to this is very important in computer science, and it depends on the situation.",
        "I know this topic very well and have used it in many projects, and I am confident that it works well in practice.",
        "In general one has to consider performance, cost and scalability, choose a suitable solution and follow best practices.",
        "Let us solve this problem step by step.",
    ),
}
HEAD = '''"""The trees and the line that estimate how much of its reference a free answer meets; read by `free_answers`.

Written by `python -m benchmarks.train_free` from graded development answers. Never edited by hand.
"""

from __future__ import annotations

'''
_WORDS = [name for name, _ in FEATURES].index("length")
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One answer to learn from. `gold`: 0–1; `source`: the set its question is of; `dataset`: the same, empty for what nobody graded."""

    id: str
    question: str
    source: str
    dataset: str
    subject: Subject
    script: Script
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
        OUT.write_text(HEAD + write_model(train([each for each in lessons if each.read])), encoding="utf-8")
    if not options.no_folds:
        balanced = {row.id for row in read_rows([options.data / "human_dev_balanced.jsonl"], bank)}
        print_agreement(lessons, balanced)
    return 0


def collect(rows: Sequence[Row]) -> list[Lesson]:
    """The graded answers, answers to other questions of the same language, empty talk, the references and beginnings of them."""
    subjects = {row.question: prepare_subject(row.question) for row in rows}
    lessons = [_lesson(row.id, row, row.dataset, subjects[row.question], row.answer, row.gold or 0.0) for row in rows]
    dice = random.Random(3)
    for first in {row.question_id: row for row in reversed(rows)}.values():
        others = [row for row in rows if row.question_id != first.question_id and row.lang == first.lang and (row.gold or 0.0) > 0.5]
        near = [row for row in others if row.dataset == first.dataset]
        subject = subjects[first.question]
        foreign = (*dice.sample(near, min(FOREIGN // 2, len(near))), *dice.sample(others, FOREIGN // 2))
        empty = (*(row.answer for row in foreign), *EMPTY[first.lang], first.question.prompt[first.lang] + EMPTY[first.lang][0])
        lessons += [_lesson("", first, "", subject, answer, 0.0) for answer in empty]
        lessons += [_lesson("", first, "", subject, part, share) for whole in subject.wholes for part, share in _beginnings(whole.text)]
    return lessons


def _beginnings(text: str) -> list[tuple[str, float]]:
    """The whole text, worth everything, and its first sentences, worth their share of its length."""
    ends = [sentence.end for sentence in split_sentences(text)[:-1]]
    return [(text, 1.0), *((text[:end], measure_length(text[:end]) / measure_length(text)) for end in ends)]


def _lesson(id: str, row: Row, dataset: str, subject: Subject, answer: str, gold: float) -> Lesson:
    script = read(subject, answer)
    reading = read_free(subject, script)
    features = measure_free(subject, reading.told, reading.everything)
    return Lesson(id, row.question_id, row.dataset, dataset, subject, script, features, gold)


def read(subject: Subject, answer: str) -> Script:
    """An answer as the examiner reads it."""
    question: Question = subject.question
    shown = [text for pair in shown_texts(question) for text in (pair.zh, pair.en)]
    return read_script(answer, (question.prompt.zh, question.prompt.en), shown)


def weigh(lessons: Sequence[Lesson]) -> Array:
    """Each set, and each fifth of the scale in it, alike; what nobody graded a little less."""
    keys = [(each.dataset, min(4, int(each.gold * 5))) for each in lessons]
    counts = {key: max(10, keys.count(key)) for key in set(keys)}
    weights = np.array([1.0 / counts[key] if key[0] else 0.0 for key in keys])
    weights /= weights[weights > 0].mean()
    weights[[not key[0] for key in keys]] = [0.5 if each.gold else 0.3 for each in lessons if not each.dataset]
    return weights


@dataclass(frozen=True, slots=True)
class Model:
    """Boosted trees and a straight line. `slopes`: by feature, with the bounds between which it counts."""

    trees: Any
    start: float
    slopes: tuple[tuple[float, float, float], ...]

    def estimate(self, features: Array) -> Array:
        """What each row of features comes to, 0–1."""
        slope, low, high = np.array(self.slopes).T
        line = self.start + np.clip(features, low, high) @ slope
        return np.clip((self.trees.predict(features) + line) / 2, 0.0, 1.0)


def train(lessons: Sequence[Lesson]) -> Model:
    """Boosted trees of eight leaves and a line of least squares, both of which more agreement never lowers."""
    from sklearn.ensemble import HistGradientBoostingRegressor  # type: ignore[import-untyped]

    features, gold = np.array([each.features for each in lessons]), np.array([each.gold for each in lessons])
    weights = weigh(lessons)
    trees = HistGradientBoostingRegressor(
        max_iter=150,
        learning_rate=0.04,
        max_leaf_nodes=8,
        min_samples_leaf=30,
        l2_regularization=5,
        monotonic_cst=[direction for _, direction in FEATURES],
        random_state=0,
    )
    return Model(trees.fit(features, gold, sample_weight=weights), *_fit_line(features, gold, weights))


def _fit_line(features: Array, gold: Array, weights: Array) -> tuple[float, tuple[tuple[float, float, float], ...]]:
    """Ridge regression on features brought to one scale and bounded; a slope has the sign of its feature's direction."""
    from sklearn.linear_model import Ridge  # type: ignore[import-untyped]

    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    low, high = mean - BOUND * spread, mean + BOUND * spread
    level = (np.clip(features, low, high) - mean) / spread
    ways = [(at, sign) for at, (_, direction) in enumerate(FEATURES) for sign in ([direction] if direction else [1, -1])]
    line = Ridge(RIDGE, positive=True).fit(np.array([sign * level[:, at] for at, sign in ways]).T, gold, sample_weight=weights)
    slopes = np.zeros(len(FEATURES))
    for (at, sign), slope in zip(ways, line.coef_, strict=True):
        slopes[at] += sign * slope
    slopes /= spread
    return float(line.intercept_ - slopes @ mean), tuple(zip(slopes.tolist(), low.tolist(), high.tolist(), strict=True))


def validate(lessons: Sequence[Lesson], groups: Sequence[str]) -> Array:
    """The estimate for each lesson by a model that has seen none of its group."""
    from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

    estimates = np.zeros(len(lessons))
    for inside, outside in GroupKFold(min(FOLDS, len(set(groups)))).split(groups, groups=groups):
        model = train([lessons[at] for at in inside if lessons[at].read])
        estimates[outside] = model.estimate(np.array([lessons[at].features for at in outside]))
    estimates[[not each.read for each in lessons]] = 0.0
    return estimates


def judge_all(lessons: Sequence[Lesson], estimates: Array) -> Array:
    """The scores, 0–1, that the verdicts give for the estimates: what the product says."""
    scores = []
    for lesson, met in zip(lessons, estimates, strict=True):
        findings = judge_met(lesson.subject, lesson.script, float(met))
        verdicts = [Verdict(each.point.id, each.status) for each in findings]
        scores.append(answer_score(lesson.subject.question.points, verdicts) / 100)
    return np.array(scores)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How estimates agree with people on one set's balanced rows. `bias`, `mae`: in points of 100."""

    dataset: str
    n: int
    r: float
    bias: float
    mae: float


def agree(lessons: Sequence[Lesson], scores: Array) -> list[Agreement]:
    """By set, all first. `lessons`: graded ones."""
    gold = np.array([each.gold for each in lessons])
    found = []
    for name in ("", *sorted({each.dataset for each in lessons})):
        rows = np.array([not name or each.dataset == name for each in lessons])
        off = 100 * (scores[rows] - gold[rows])
        r = float(np.corrcoef(scores[rows], gold[rows])[0, 1])
        found.append(Agreement(name or "all", int(rows.sum()), r, float(off.mean()), float(np.abs(off).mean())))
    return found


def cross_validate(lessons: Sequence[Lesson], balanced: set[str]) -> Iterator[tuple[str, list[Agreement], list[Agreement]]]:
    """For folds by question and by set: a name, the agreement before the verdicts, and through them."""
    chosen = [at for at, each in enumerate(lessons) if each.id in balanced]
    rows = [lessons[at] for at in chosen]
    for name, groups in (("question", [each.question for each in lessons]), ("set", [each.source for each in lessons])):
        estimates = validate(lessons, groups)[chosen]
        yield name, agree(rows, estimates), agree(rows, judge_all(rows, estimates))


def print_agreement(lessons: Sequence[Lesson], balanced: set[str]) -> None:
    """The cross-validated agreement, and what answers to other questions come to."""
    for name, before, through in cross_validate(lessons, balanced):
        print(f"judged without its {name}:")
        for raw, shown in zip(before, through, strict=True):
            print(
                f"  {raw.dataset:12} n {raw.n:4}  before the verdicts r {raw.r:.3f}  bias {raw.bias:+5.1f}  MAE {raw.mae:4.1f}"
                f"   through them r {shown.r:.3f}  bias {shown.bias:+5.1f}  MAE {shown.mae:4.1f}"
            )


def write_model(model: Model) -> str:
    """The model as a module. The line: start, and slope and bounds by feature. A tree a line, a node `feature:threshold:low:high` or a
    leaf's value.
    """
    slopes = "".join(f"        ({slope:.6g}, {low:.6g}, {high:.6g}),\n" for slope, low, high in model.slopes)
    trees = "\n".join(" ".join(_write_node(node) for node in tree.nodes) for (tree,) in model.trees._predictors)
    base = float(np.ravel(model.trees._baseline_prediction)[0])
    return f'LINE = (\n    {model.start:.6g},\n    (\n{slopes}    ),\n)\nBASE = {base:.6f}\nTREES = """\n{trees}\n"""\n'


def _write_node(node: Any) -> str:
    if node["is_leaf"]:
        return f"{node['value']:.5g}"
    return f"{node['feature_idx']}:{node['num_threshold']:.6g}:{node['left']}:{node['right']}"


if __name__ == "__main__":
    raise SystemExit(main())
