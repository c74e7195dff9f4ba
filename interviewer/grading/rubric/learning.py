"""From labelled answers to the data file, and to figures of answers left out.

Every answer is scored by heads that were learned without it (cross-fitting); the pooled regressions, thresholds and intervals are
fitted to these scores, and for the figures once more without the answers that are told about.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interviewer.grading.rubric.answers import (
    OFF_ANSWERS,
    SENTENCE_WEIGHT,
    UNUSUAL_BATCHES,
    Labelled,
    as_answers,
    as_off,
    read_labelled,
    read_sentences,
)
from interviewer.grading.rubric.heads import Array, Learned, Line, Table
from interviewer.grading.rubric.judging import Judged, judge
from interviewer.grading.rubric.points import (
    FALSE_FEATURES,
    POINT_FEATURES,
    TOPIC,
    WRONG_FEATURES,
    Scores,
    false_features,
    judge_errors,
    point_features,
    score_windows,
)
from interviewer.grading.rubric.training import (
    STEPS,
    Example,
    Material,
    fit_heads,
    fit_line,
    fit_shared,
    read_example,
)
from interviewer.grading.scoring import answer_score
from interviewer.models import Question, VerdictStatus

FOLDS = 5
INTERVAL = 0.8
Bools = NDArray[np.bool_]
Ints = NDArray[np.int_]
_BINS = (0.0, 15.0, 30.0, 45.0, 60.0, 75.0)
"""Of the given score: intervals are measured apart, since doubt is not the same everywhere."""
_PRECISE = 0.84
"""The least precision at which an error is told."""


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """An answer with what heads said of it that had not seen it."""

    example: Example
    question: Question
    scores: Scores
    fold: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the offline examiner finds in a labelled answer that nothing was learned from."""

    row: Labelled
    judged: Judged
    score: float


def load_materials(questions: Iterable[Question], folder: Path) -> list[Material]:
    """What is learned from, for the questions that have labelled answers: `folder`/qNN.jsonl by their order in the bank.

    Beside the answers to a question: single sentences about it, and answers to the other questions. From these the heads learn nothing, for
    what they say is right and may be right here; they tell what an answer off the subject looks like as a whole.
    """
    sentences = read_sentences(folder / "sentences.jsonl")
    listed = [question for question in questions if (folder / f"q{question.order or 0:02d}.jsonl").is_file()]
    answers = {question.id: read_labelled(folder / f"q{question.order:02d}.jsonl", question.id) for question in listed}
    materials = []
    for question in listed:
        told = as_answers(question, [each for each in sentences if each["question"] == question.order])
        off = [as_off(question, row) for other in listed if other is not question for row in answers[other.id][:OFF_ANSWERS]]
        examples = tuple(read_example(question, row) for row in (*answers[question.id], *told))
        materials.append(Material(question, examples, tuple(read_example(question, row) for row in off)))
    return materials


def digest_material(questions: Iterable[Question], folder: Path) -> str:
    """16 hex digits of all that is learned from; stands in the data file, so that a file older than its answers is noticed."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for question in sorted(questions, key=lambda each: each.id):
        texts = [question.prompt, *question.hints]
        for point in question.points:
            texts += [point.intent, *point.accepts, *point.follow_ups, *([point.core] if point.core else [])]
            texts += [text for belief in point.misconceptions for text in (belief.statement, belief.correction)]
        digest.update(json.dumps([question.id, [[text.zh, text.en] for text in texts]], ensure_ascii=False).encode())
    return digest.hexdigest()[:16]


def is_answer(row: Labelled) -> bool:
    """Whether a row is a whole answer that was labelled, not a sentence or an answer to another question."""
    return row.weight == 1.0


def is_natural(row: Labelled) -> bool:
    """Whether a row comes from a batch with answers of every worth; at which odds something is told is chosen on these, since the others
    are full of errors and of hollow talk.
    """
    return is_answer(row) and row.batch not in UNUSUAL_BATCHES


def fold_of(row: Labelled) -> int:
    """The same fold every time, whatever else is in the file; the sentences of a pair share it, and an answer wherever it is off the subject."""
    return zlib.crc32(f"{row.written_for or row.question_id}/{row.id.split(':')[0]}".encode()) % FOLDS


def cross_fit(materials: Sequence[Material], fold: Callable[[Labelled], int] = fold_of) -> list[CrossFitted]:
    """Score every answer by heads that were learned from the other folds, the style of errors included."""
    found = []
    for number in sorted({fold(example.row) for material in materials for example in material.examples}):
        rest = [replace(each, examples=tuple(one for one in each.examples if fold(one.row) != number)) for each in materials]
        shared = fit_shared(rest)
        for material, kept in zip(materials, rest, strict=True):
            heads = fit_heads(material.question, kept.examples)
            found += [
                CrossFitted(example, material.question, score_windows(heads, shared, example.reading.windows, material.question.id), number)
                for example in (*material.examples, *material.off)
                if fold(example.row) == number and example.reading.windows
            ]
    return found


def fit_lines(fitted: Sequence[CrossFitted], *, without: frozenset[str] = frozenset()) -> tuple[dict[str, Line], dict[str, object]]:
    """The pooled regressions and the thresholds over them; `without`: features to leave out, for the figures of what each is worth."""
    false = _fit_false(fitted)
    table, labels, weights = _point_examples(fitted, false)
    lines = {"false": false}
    # A sentence alone tells whether it is true, not how much of a point an answer must say.
    known = np.array([label is not None for label in labels]) & (weights > SENTENCE_WEIGHT)
    for name, wanted in (
        ("named", {VerdictStatus.NAMED, VerdictStatus.PARTIAL, VerdictStatus.COVERED}),
        ("partial", {VerdictStatus.PARTIAL, VerdictStatus.COVERED}),
        ("covered", {VerdictStatus.COVERED}),
        ("wrong", {VerdictStatus.WRONG}),
    ):
        rows, features = (weights > 0, WRONG_FEATURES) if name == "wrong" else (known, (*POINT_FEATURES, TOPIC))
        target = np.array([float(label in wanted) for label in labels])
        kept = [feature for feature in features if feature not in without]
        lines[name] = fit_line(kept, _rows(table, rows), target[rows], weights[rows])
    whole = known & (weights == 1.0)
    natural = np.array(
        [is_natural(each.example.row) for each in fitted for point in each.question.points if point.id in each.example.row.verdicts]
    )
    return lines, choose_thresholds(lines, _rows(table, whole), [labels[row] for row in np.flatnonzero(whole)], natural[whole])


def _rows(table: Table, rows: Bools) -> Table:
    return {name: values[rows] for name, values in table.items()}


def _join(tables: Sequence[Table]) -> Table:
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def _fit_false(fitted: Sequence[CrossFitted]) -> Line:
    table = _join([false_features(each.scores, each.example.reading.windows) for each in fitted])
    told = [(mark, each.example.row.weight) for each in fitted for mark in each.example.false]
    known = np.array([mark is not None for mark, _ in told])
    target = np.array([float(bool(mark)) for mark, _ in told])
    weights = np.array([weight for _, weight in told])
    return fit_line(FALSE_FEATURES, _rows(table, known), target[known], weights[known])


def with_errors(line: Line, each: CrossFitted) -> Scores:
    """The scores with the judgement of errors in them."""
    return replace(each.scores, error=judge_errors(line, each.scores, each.example.reading.windows))


def _point_examples(fitted: Sequence[CrossFitted], false: Line) -> tuple[Table, list[VerdictStatus | None], Array]:
    """Of every labelled point: what is measured, its label, and its weight."""
    table = _join([point_features(with_errors(false, each), each.example.reading) for each in fitted])
    given = [(each.example.row, point.id in each.example.row.verdicts, point.id) for each in fitted for point in each.question.points]
    labels = [row.verdicts[id][0] for row, labelled, id in given if labelled]
    weights = np.array([row.weight for row, labelled, _ in given if labelled])
    return _rows(table, np.array([labelled for _, labelled, _ in given])), labels, weights


def choose_thresholds(lines: Mapping[str, Line], table: Table, labels: Sequence[VerdictStatus | None], natural: Bools) -> dict[str, object]:
    """The odds from which each step is told, and from which what is missing is unsure. `natural`: the rows on which the steps are chosen."""
    odds = {name: lines[name].probability(table) for name in ("named", "partial", "covered", "wrong")}
    gold = np.array([STEPS[label] for label in labels if label])
    said = odds["partial"] + odds["covered"]
    partial, covered = choose_steps(said[natural], gold[natural])
    missing = said < partial
    named = np.array([label is VerdictStatus.NAMED for label in labels])
    thresholds = {
        "partial": round(float(partial), 4),
        "covered": round(float(covered), 4),
        "named": round(_balanced(odds["named"][missing], named[missing]), 4),
        "wrong": round(_precise(odds["wrong"][natural], np.array([label is VerdictStatus.WRONG for label in labels])[natural]), 4),
    }
    touched = gold > 0
    unsure = float(np.quantile(odds["partial"][missing & touched], 0.4)) if (missing & touched).any() else 1.0
    return {"thresholds": thresholds, "unsure": round(unsure, 4)}


def choose_steps(said: Array, gold: Ints) -> tuple[float, float]:
    """From which of `said` on a step is 1, and from which it is 2. Counted once, since the thousands of pairs differ in their sums only."""
    grid = np.quantile(said, np.linspace(0.02, 0.98, 97))
    counts = np.zeros((3, len(grid) + 1))
    np.add.at(counts, (gold, np.searchsorted(grid, said, side="right")), 1)
    below = counts.cumsum(axis=1)
    pairs = [(low, high) for low in range(len(grid)) for high in range(low, len(grid))]
    low, high = max(pairs, key=lambda pair: _worth(np.diff(below[:, [*pair, -1]], axis=1, prepend=0)))
    return float(grid[low]), float(grid[high])


def _worth(table: Array) -> float:
    """Agreement, less what the steps are too high or too low on average: kappa alone would pay for every trace of an idea.

    `table`: how many there are of each true step (rows) and given step (columns).
    """
    steps = np.arange(3)
    return _kappa(table) - abs(float(table.sum(axis=0) @ steps - table.sum(axis=1) @ steps)) / float(table.sum())


def weighted_kappa(gold: Ints, given: Ints) -> float:
    """Quadratic weighted kappa of two rows of steps 0–2 (Cohen 1968)."""
    return _kappa(np.bincount(3 * gold + given, minlength=9).reshape(3, 3).astype(float))


def _kappa(table: Array) -> float:
    distance = np.subtract.outer(np.arange(3), np.arange(3)) ** 2
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    apart = (distance * expected).sum()
    return float(1 - (distance * table).sum() / apart) if apart else 0.0


def _balanced(odds: Array, target: Bools) -> float:
    """The threshold with the best F1."""
    grid = np.unique(np.quantile(odds, np.linspace(0.5, 0.999, 120))) if len(odds) else np.array([0.5])
    return float(max(grid, key=lambda level: _f1(target, odds >= level)))


def _f1(target: Bools, given: Bools) -> float:
    hit = float((target & given).sum())
    return 2 * hit / max(1.0, float(target.sum() + given.sum()))


def _precise(odds: Array, target: Bools) -> float:
    """The lowest threshold at which at least `_PRECISE` of what it tells is true."""
    order = np.argsort(-odds, kind="stable")
    precision = np.cumsum(target[order]) / np.arange(1, len(order) + 1)
    enough = np.where(precision >= _PRECISE)[0]
    enough = enough[enough >= 20]
    return float(odds[order][enough[-1]]) if len(enough) else 1.0


def measure_intervals(rows: Sequence[LeftOut]) -> dict[str, list[list[float]]]:
    """By language, for each bin of the given score: how far below and above it 80 of 100 experts' scores lie (split conformal)."""
    found = {}
    for lang in ("zh", "en"):
        own = [row for row in rows if row.row.lang == lang]
        table = []
        for number, low in enumerate(_BINS):
            high = _BINS[number + 1] if number + 1 < len(_BINS) else 101.0
            off = [row.row.score - row.score for row in own if low <= row.score < high] or [-20.0, 20.0]
            below, above = np.quantile(off, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
            table.append([low, round(float(below), 1), round(float(above), 1)])
        found[lang] = table
    return found


def leave_out(materials: Sequence[Material], fold: Callable[[Labelled], int] = fold_of) -> list[LeftOut]:
    """Judge every answer by what was learned without it: heads, regressions and thresholds."""
    fitted = cross_fit(materials, fold)
    return [row for number in sorted({each.fold for each in fitted}) for row in _judge_fold(fitted, number)]


def _judge_fold(fitted: Sequence[CrossFitted], number: int, without: frozenset[str] = frozenset()) -> list[LeftOut]:
    lines, settings = fit_lines([each for each in fitted if each.fold != number], without=without)
    learned = Learned({}, {}, None, lines, settings)  # type: ignore[arg-type]  # the heads have spoken already
    found = []
    for each in fitted:
        if each.fold == number and is_answer(each.example.row):
            judged = judge(learned, [point.id for point in each.question.points], each.example.reading, with_errors(lines["false"], each))
            found.append(LeftOut(each.example.row, judged, answer_score(each.question.points, judged.verdicts, judged.errors)))
    return found


def learn(materials: Sequence[Material]) -> Learned:
    """Everything that is shipped: heads from all answers; regressions, thresholds and intervals from cross-fitted scores."""
    fitted = cross_fit(materials)
    lines, settings = fit_lines(fitted)
    rows = [row for number in range(FOLDS) for row in _judge_fold(fitted, number)]
    heads = {each.question.id: fit_heads(each.question, each.examples) for each in materials}
    points = {each.question.id: tuple(point.id for point in each.question.points) for each in materials}
    return Learned(heads, points, fit_shared(materials), lines, settings | {"intervals": measure_intervals(rows)})


@dataclass(frozen=True, slots=True)
class Ablation:
    """The figures on answers left out without a group of features. `kappa`: per point; `missed`: share (0–1) of covered points; `mae`: 0–100."""

    name: str
    kappa: float
    missed: float
    mae: float


ABLATIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("不去掉 nothing", frozenset()),
    ("最像的一处 idea, second", frozenset({"idea", "second"})),
    ("说全的程度 full", frozenset({"full"})),
    ("与别的要点之比 rival", frozenset({"rival"})),
    ("这一处有多长 length", frozenset({"length"})),
    ("短语罗列 listed", frozenset({"listed"})),
    ("切题的比例 share", frozenset({"share"})),
    ("读来有错的比例 falsity", frozenset({"falsity"})),
    ("错误的迹象 error, error_here", frozenset({"error", "error_here"})),
    ("怎么说的 manner, manner_all", frozenset({"manner", "manner_all"})),
    ("是不是只有词 telling", frozenset({"telling"})),
    ("答的是不是这一题 topic", frozenset({TOPIC})),
)


def ablations(materials: Sequence[Material]) -> list[Ablation]:
    """What each group of measured features is worth on answers left out; the heads stay."""
    fitted = cross_fit(materials)
    found = []
    for name, without in ABLATIONS:
        rows = [row for number in range(FOLDS) for row in _judge_fold(fitted, number, without) if is_natural(row.row)]
        gold = np.array([STEPS[status] for row in rows for status, _ in row.row.verdicts.values() if status])
        given = np.array([STEPS[verdict.status] for row in rows for verdict in row.judged.verdicts if verdict.point_id in row.row.verdicts])
        missed = float((given[gold == 2] == 0).mean())
        found.append(Ablation(name, weighted_kappa(gold, given), missed, float(np.mean([abs(row.score - row.row.score) for row in rows]))))
    return found
