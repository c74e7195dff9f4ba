"""Learn which stretches of a document are questions, and write interviewer/drafting/finder.npz: `python -m benchmarks.train_finder`.

Learns from tests/documents/built. `--figures` writes nothing and prints what is found of each writer's documents by what was learned without
them. Needs scikit-learn; takes some minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.documents import BUILT, Labelled, plain, read_documents
from interviewer.drafting.candidates import find_candidates
from interviewer.drafting.document import Span
from interviewer.drafting.judging import DATA_FILE, choose, measure, unpack_finder
from interviewer.drafting.lines import read_lines
from interviewer.drafting.outline import find_places
from interviewer.drafting.signs import find_signs
from interviewer.drafting.stretches import find_stretches
from interviewer.drafting.traits import COLUMNS, Array, Measured, Stretch

FOLDS = 5
WRITERS = ("a", "b", "d", "f")
"""Who is left out in turn; what the finder's makers wrote (`c`) is always learned from."""
_STRENGTH = 100.0
_TREES = {
    "n_estimators": 120,
    "max_leaf_nodes": 15,
    "max_depth": None,
    "learning_rate": 0.08,
    "min_samples_leaf": 20,
    "subsample": 0.7,
    "max_features": 0.5,
}
_KEPT = 1e-3
"""Weights nearer to 0 than this are left out of the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A document taken apart, with which of its stretches are questions. `plain`: their words as they are compared; `told`: those that marks call so."""

    name: str
    stretches: Sequence[Stretch]
    plain: Sequence[str]
    wanted: frozenset[str]
    told: frozenset[Span]

    @property
    def is_question(self) -> Array:
        """1 for each stretch that is one, else 0."""
        return np.array([words in self.wanted for words in self.plain], dtype=np.float64)


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--figures", action="store_true", help="write nothing, judge each writer's documents")
    options = parser.parse_args(arguments)
    lessons = [make_lesson(each) for each in read_documents(BUILT)]
    if options.figures:
        _print_figures(lessons)
    else:
        np.savez_compressed(DATA_FILE, **learn(lessons), material=np.array(digest_documents(BUILT)))
    return 0


def digest_documents(folder: Path) -> str:
    """16 hex digits of the documents and labels; stands in the data file, so that a file older than they are is noticed."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def make_lesson(each: Labelled) -> Lesson:
    """Take a document apart."""
    document = each.document
    lines = read_lines(document)
    places, cut = find_places(document, lines), find_candidates(document, lines)
    told = frozenset(one.span for one, holds in zip(cut, find_signs(document, lines, places, cut).holds, strict=True) if holds)
    stretches = Measured(document, lines, places).measure(find_stretches(document, lines, cut))
    words = [plain(document.words(stretch.candidate.span)) for stretch in stretches]
    return Lesson(each.name, stretches, words, frozenset(plain(question["text"]) for question in each.questions), told)


def learn(lessons: Sequence[Lesson]) -> dict[str, NDArray[Any]]:
    """The arrays of the data file, but for `least`. The trees see estimates of documents that the first part had not seen."""
    from sklearn.ensemble import GradientBoostingClassifier

    lessons = [each for each in lessons if each.stretches]
    estimates: list[Array] = [np.zeros(0)] * len(lessons)
    for fold in range(FOLDS):
        weights, bias = _fit_first([each for number, each in enumerate(lessons) if number % FOLDS != fold])
        for number in range(fold, len(lessons), FOLDS):
            estimates[number] = np.array(
                [bias + weights[each.columns].sum() / np.sqrt(len(each.columns)) for each in lessons[number].stretches]
            )
    weights, bias = _fit_first(lessons)
    rows = np.vstack([measure(each.stretches, odds) for each, odds in zip(lessons, estimates, strict=True)])
    trees = GradientBoostingClassifier(**_TREES, random_state=0).fit(rows, np.concatenate([each.is_question for each in lessons]))
    kept = np.flatnonzero(np.abs(weights) > _KEPT)
    return {
        "columns": np.array(COLUMNS), "column": kept.astype(np.int32), "weight": weights[kept].astype(np.float16), "bias": np.array(bias),
        "start": np.array(float(trees._raw_predict_init(rows[:1])[0, 0])), **_pack([each[0].tree_ for each in trees.estimators_], _TREES["learning_rate"]),
    }  # fmt: skip


def _fit_first(lessons: Sequence[Lesson]) -> tuple[Array, float]:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    columns = [stretch.columns for each in lessons for stretch in each.stretches]
    sizes = np.array([len(each) for each in columns])
    table = csr_matrix(
        (np.repeat(1 / np.sqrt(sizes), sizes), np.concatenate(columns), np.concatenate([[0], np.cumsum(sizes)])),
        shape=(len(columns), COLUMNS),
    )
    target = np.concatenate([each.is_question for each in lessons])
    line = LogisticRegression(C=_STRENGTH, solver="liblinear", max_iter=200, random_state=0).fit(table, target)
    return line.coef_[0], float(line.intercept_[0])


def _pack(trees: Sequence[Any], rate: Any) -> dict[str, NDArray[Any]]:
    starts = np.concatenate([[0], np.cumsum([tree.node_count for tree in trees])])[:-1]
    inner = [tree.children_left >= 0 for tree in trees]
    return {
        "roots": starts.astype(np.int32),
        "feature": np.concatenate([np.maximum(tree.feature, 0) for tree in trees]).astype(np.int16),
        "threshold": np.concatenate([tree.threshold for tree in trees]),
        "left": np.concatenate(
            [np.where(has, tree.children_left + at, -1) for tree, at, has in zip(trees, starts, inner, strict=True)]
        ).astype(np.int32),
        "right": np.concatenate(
            [np.where(has, tree.children_right + at, -1) for tree, at, has in zip(trees, starts, inner, strict=True)]
        ).astype(np.int32),
        "value": np.concatenate([rate * tree.value[:, 0, 0] for tree in trees]),
    }


def _print_figures(lessons: Sequence[Lesson]) -> None:
    for writer in WRITERS:
        finder = unpack_finder(learn([each for each in lessons if not each.name.startswith(writer)]) | {"material": np.array("")})
        right = wrong = missed = 0
        for each in lessons:
            if each.name.startswith(writer):
                words = {stretch.candidate.span: plain for stretch, plain in zip(each.stretches, each.plain, strict=True)}
                found = {words[one.span] for one, _ in choose(each.stretches, finder.probability(each.stretches), each.told)}
                right, wrong, missed = right + len(found & each.wanted), wrong + len(found - each.wanted), missed + len(each.wanted - found)
        sys.stdout.write(f"without {writer}: precision {right / max(1, right + wrong):.2f}, recall {right / max(1, right + missed):.2f}\n")


if __name__ == "__main__":
    raise SystemExit(main())
