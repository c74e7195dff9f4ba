"""Learns how much of its reference an answer meets: `python -m benchmarks.train_reference`. Deterministic; needs scikit-learn.

From answers that people graded, from answers to other questions, empty talk and scattered words, worth nothing or next to it, and from
the references and their beginnings, worth their share. What is learned holds nothing but trees and slopes, no word of any answer.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from interviewer.grading.rubric.answers import Labelled, read_labelled
from interviewer.grading.rubric.reading import read_answer
from interviewer.grading.rubric.reference_features import FEATURES, measure
from interviewer.grading.rubric.reference_limits import SCATTERED, limit
from interviewer.grading.rubric.reference_points import credit_points, find_nearest
from interviewer.grading.rubric.reference_reading import Told, list_references, read_told, subject_of
from interviewer.grading.rubric.reference_score import Model, unpack_model
from interviewer.grading.scoring import answer_score
from interviewer.models import Lang, Question, Verdict, VerdictStatus
from interviewer.questions.derive import derive_points
from interviewer.text.normalize import normalize
from interviewer.text.segment import split_sentences
from interviewer.text.words import content_tokens, measure_length

Array = NDArray[np.float64]

BANK = "bank"
"""The set of the labelled answers to the bank's questions, each taken for a question with nothing but its reference."""
TREES, LEAST_LEAF, PENALTY, BOUND, FOLDS, SEED = 100, 12, 30.0, 3.0, 10, 0
FOREIGN = 4
"""Answers to other questions of the same set, and as many of any, that are learned from as worth nothing."""
MADE_UP_WEIGHT = 0.6
"""Of what nobody graded, beside a mean graded answer: enough to keep empty talk low, too little to lower honest answers."""
EVENNESS = 0.75
"""0 weighs every answer alike, 1 every set, and every fifth of the scale in it."""
_LEAST_SCATTERED = 16.0
_EMPTY: Mapping[Lang, tuple[str, ...]] = {
    "zh": (
        "这是一个很好的问题，答案在计算机科学里非常重要，要看具体情况。",
        "我对这个问题非常熟悉，在工作中经常使用，也读过很多资料，效果一直很好。",
        "总的来说，需要综合考虑性能、成本和可扩展性，选择合适的方案，遵循最佳实践。",
        "让我们一步一步来解决这个问题。",
        "我不知道。",
    ),
    "en": (
        "That is a great question. The answer to this is very important in computer science, and it depends on the situation.",
        "I know this topic very well and have used it in many projects, and I am confident that it works well in practice.",
        "In general one has to consider performance, cost and scalability, choose a suitable solution and follow best practices.",
        "Let us solve this problem step by step.",
        "I do not know.",
    ),
}


class GradedAnswer(Protocol):
    """An answer that people graded. `gold`: 0–1."""

    @property
    def id(self) -> str: ...
    @property
    def dataset(self) -> str: ...
    @property
    def question_id(self) -> str: ...
    @property
    def lang(self) -> Lang: ...
    @property
    def question(self) -> Question: ...
    @property
    def answer(self) -> str: ...
    @property
    def gold(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """A labelled answer to a question of the bank, which is taken for one with only a reference. `labelled`: with its real points."""

    id: str
    question_id: str
    lang: Lang
    question: Question
    answer: str
    gold: float
    labelled: Labelled
    written: Question
    dataset: str = BANK


@dataclass(frozen=True, slots=True)
class Lesson:
    """One answer to learn from. `gold`: 0–1; `kind`: "graded", or how it was made up; `most`: the most it may be given."""

    row: GradedAnswer
    kind: str
    gold: float
    features: list[float]
    most: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How scores agree with people on one set. `bias`, `mae`: in points of 100."""

    dataset: str
    n: int
    r: float
    bias: float
    mae: float


def read_bank_answers(questions: Iterable[Question], folder: Path) -> list[BankAnswer]:
    """The labelled answers in `folder`/qNN.jsonl, NN being the question's order in the bank."""
    found = []
    for question in questions:
        path = folder / f"q{question.order or 0:02d}.jsonl"
        bare = replace(question, points=derive_points(question.reference), derived=True)
        for row in read_labelled(path, question.id) if path.is_file() else []:
            lang: Lang = "zh" if row.lang == "zh" else "en"
            found.append(BankAnswer(row.id, question.id, lang, bare, row.answer, row.score / 100, row, question))
    return found


def read_row(row: GradedAnswer, answer: str) -> Told:
    """An answer to a row's question as the examiner reads it."""
    return read_told(subject_of(row.question), read_answer(answer, (row.question.prompt.zh, row.question.prompt.en)))


def make_lessons(rows: Sequence[GradedAnswer]) -> list[Lesson]:
    """The graded answers and, for each question, made-up ones."""
    dice, lessons = random.Random(SEED), []  # noqa: S311 - nothing secret
    groups: dict[tuple[str, str, Lang], list[GradedAnswer]] = {}
    for row in rows:
        groups.setdefault((row.dataset, row.question_id, row.lang), []).append(row)
    for own in groups.values():
        lessons += [_lesson(row, "graded", row.gold or 0.0, row.answer) for row in own]
        lessons += [_lesson(own[0], *made_up) for made_up in _make_up(own[0], rows, dice)]
    return lessons


def _lesson(row: GradedAnswer, kind: str, gold: float, answer: str) -> Lesson:
    subject, told = subject_of(row.question), read_row(row, answer)
    return Lesson(row, kind, gold, measure(subject, told.whole), limit(subject, told))


def _make_up(row: GradedAnswer, rows: Sequence[GradedAnswer], dice: random.Random) -> Iterator[tuple[str, float, str]]:
    """Kind, worth and text of the answers made up for a question."""
    good = [each for each in rows if each.question_id != row.question_id and each.lang == row.lang and (each.gold or 0.0) > 0.5]
    near = [each for each in good if each.dataset == row.dataset]
    for other in (*dice.sample(near, min(FOREIGN, len(near))), *dice.sample(good, min(FOREIGN, len(good)))):
        yield "foreign", 0.0, other.answer
    prompt = row.question.prompt[row.lang]
    for text in (*_EMPTY[row.lang], f"{prompt} {_EMPTY[row.lang][0]}"):
        yield "empty", 0.0, text
    yield "echo", 0.0, prompt
    for reference in list_references(row.question):
        yield from _parts(reference)
        if measure_length(scattered := scatter(reference, dice)) >= _LEAST_SCATTERED:
            yield "scattered", SCATTERED, scattered


def _parts(reference: str) -> Iterator[tuple[str, float, str]]:
    """The whole, worth everything, and its first sentences, worth their share of its length."""
    text = normalize(reference).text
    yield "reference", 1.0, reference
    for sentence in split_sentences(text)[:-1]:
        yield "part", measure_length(text[: sentence.end]) / measure_length(text), text[: sentence.end]


def scatter(reference: str, dice: random.Random) -> str:
    """The words of a reference that carry meaning, in no order."""
    words = [word for word in re.findall(r"[\u3400-\u9fff]{2,4}|[a-z][a-z0-9-]+", normalize(reference).text) if content_tokens(word)]
    dice.shuffle(words)
    return " ".join(words)


def weigh(lessons: Sequence[Lesson]) -> Array:
    """More for answers of small sets and rare scores; see `EVENNESS`."""
    cells = [(each.row.dataset, min(4, int(each.gold * 5))) if each.kind == "graded" else None for each in lessons]
    counts = Counter(cells)
    weights = np.array([max(10, counts[cell]) ** -EVENNESS if cell else 0.0 for cell in cells])
    weights /= weights[weights > 0].mean()
    weights[weights == 0] = MADE_UP_WEIGHT
    return weights


def fit(lessons: Sequence[Lesson], point: Array) -> dict[str, NDArray[Any]]:
    """The arrays of a model, as `reference_score.unpack_model` reads them. `point`: see `fit_point`."""
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.linear_model import Ridge

    features, gold, weights = np.array([each.features for each in lessons]), np.array([each.gold for each in lessons]), weigh(lessons)
    forest = ExtraTreesRegressor(TREES, min_samples_leaf=LEAST_LEAF, max_features=0.5, random_state=SEED, n_jobs=1)
    forest.fit(features, gold, sample_weight=weights)
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    low, high = mean - BOUND * spread, mean + BOUND * spread
    line = Ridge(PENALTY).fit((np.clip(features, low, high) - mean) / spread, gold, sample_weight=weights)
    slope = line.coef_ / spread
    line_arrays = {"slope": slope, "low": low, "high": high, "intercept": np.array(line.intercept_ - mean @ slope), "point": point}
    return {"names": np.array(FEATURES), **_pack([each.tree_ for each in forest.estimators_]), **line_arrays}


def _pack(trees: Sequence[Any]) -> dict[str, NDArray[Any]]:
    """All nodes, one tree after another. `step`: from an inner node to its right child, 0 for a leaf (scikit-learn's are in preorder)."""
    inner = np.concatenate([tree.children_left >= 0 for tree in trees])
    step = np.concatenate([np.where(tree.children_left >= 0, tree.children_right - np.arange(tree.node_count), 0) for tree in trees])
    return {
        "roots": np.cumsum([0, *(tree.node_count for tree in trees[:-1])]).astype(np.int32),
        "step": step.astype(np.int16),
        "feature": np.concatenate([tree.feature for tree in trees])[inner].astype(np.int8),
        "threshold": np.concatenate([tree.threshold for tree in trees])[inner].astype(np.float32),
        "value": np.rint(255 * np.concatenate([tree.value.ravel() for tree in trees])[~inner]).astype(np.uint8),
    }


NO_POINT = np.array([1.0, 1.0, -1.0])
"""Stands in where only the estimate is wanted."""


def leave_out(lessons: Sequence[Lesson], groups: Sequence[str]) -> Array:
    """The score of each lesson, 0–1, by a model that has seen none of its group."""
    from sklearn.model_selection import GroupKFold

    scores = np.zeros(len(lessons))
    for inside, outside in GroupKFold(min(FOLDS, len(set(groups)))).split(scores, groups=groups):
        model = unpack_model(fit([lessons[at] for at in inside], NO_POINT))
        for at in outside:
            scores[at] = min(lessons[at].most, model.predict(lessons[at].features))
    return scores


def fit_point(lessons: Sequence[Lesson], scores: Array) -> Array:
    """How closeness and the whole estimate tell whether a point is met, from the labels of the bank's points: two slopes, intercept."""
    from sklearn.linear_model import LogisticRegression

    values, target = [], []
    for lesson, met in zip(lessons, scores, strict=True):
        if lesson.kind == "graded" and isinstance(lesson.row, BankAnswer):
            for closeness, is_met in _label_points(lesson.row):
                values.append((closeness, float(met)))
                target.append(is_met)
    if len(set(target)) < 2:
        return NO_POINT
    line = LogisticRegression().fit(np.array(values), np.array(target))
    return np.array([*line.coef_[0], line.intercept_[0]])


def _label_points(row: BankAnswer) -> Iterator[tuple[float, bool]]:
    written = replace(row.written, points=tuple(replace(point, accepts=()) for point in row.written.points))
    units = read_row(row, row.answer).units
    if not units:
        return
    for point, (closeness, _) in zip(written.points, find_nearest(written, units), strict=True):
        status, _quote = row.labelled.verdicts.get(point.id, (None, ""))
        if status is not None:
            yield closeness, status in (VerdictStatus.PARTIAL, VerdictStatus.COVERED)


def learn_reference(lessons: Sequence[Lesson]) -> dict[str, NDArray[Any]]:
    """The arrays of the data file; the same lessons always give the same ones."""
    scores = leave_out(lessons, [each.row.question_id for each in lessons])
    return fit(lessons, fit_point(lessons, scores))


def cross_validate_reference(
    lessons: Sequence[Lesson], chosen: Collection[str] | None = None
) -> Iterator[tuple[str, list[Agreement], list[Agreement]]]:
    """For folds by question and by set: a name, the agreement of the estimates, and of the scores that come through the verdicts.

    `chosen`: ids of the rows whose agreement is told, all by default; all are learned from.
    """
    told = [at for at, each in enumerate(lessons) if each.kind == "graded" and (chosen is None or each.row.id in chosen)]
    rows = [lessons[at].row for at in told]
    for name, groups in (("question", [each.row.question_id for each in lessons]), ("set", [each.row.dataset for each in lessons])):
        scores = leave_out(lessons, groups)
        model = unpack_model(fit(lessons, fit_point(lessons, scores)))
        estimates = scores[told]
        yield name, agree(rows, estimates), agree(rows, np.array([_through(model, *each) for each in zip(rows, estimates, strict=True)]))


def _through(model: Model, row: GradedAnswer, met: float) -> float:
    """The score, 0–1, that the verdicts for an estimate come to."""
    findings = credit_points(model, row.question, read_row(row, row.answer), met)
    verdicts = [Verdict(point.id, finding.status) for point, finding in zip(row.question.points, findings, strict=True)]
    return answer_score(row.question.points, verdicts) / 100


def agree(rows: Sequence[GradedAnswer], scores: Array) -> list[Agreement]:
    """By set, all first."""
    gold = np.array([row.gold or 0.0 for row in rows])
    found = []
    for name in ("", *sorted({row.dataset for row in rows})):
        own = np.array([not name or row.dataset == name for row in rows])
        off = 100 * (scores[own] - gold[own])
        r = float(np.corrcoef(scores[own], gold[own])[0, 1])
        found.append(Agreement(name or "all", int(own.sum()), r, float(off.mean()), float(np.abs(off).mean())))
    return found
