"""Which stretches of a document are questions that an interviewer asks, by what was learned from labelled documents. Pure but for one file.

A logistic regression over n-grams makes a first estimate of each stretch; boosted trees (Friedman, Greedy function approximation, 2001)
then see how it stands, what its like and its neighbours were taken for, and what overlaps it. Learned by
`python -m benchmarks.train_finder` from tests/documents/built; needs nothing but numpy.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.drafting.document import Span
from interviewer.drafting.lines import Candidate
from interviewer.drafting.traits import COLUMNS, Array, Stretch, measure_context

LEAST, LEAST_TOLD = 0.5, 0.1
"""The probability from which a stretch is a question, and from which one is that marks call so."""
AHEAD = 0.3
"""What such a stretch is ahead of others that overlap it. The three were chosen on two writers' documents, each judged by what was learned
without them, on which they cost nothing: they keep the words, the answer and the topic as marks cut them."""
DATA_FILE = Path(__file__).with_name("finder.npz")


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """What was learned. `weights`: by column, `bias`: of the first estimate, in log-odds. Trees as arrays over all nodes: a leaf has `left` -1;
    `roots`: the first node of each. `start`: log-odds before any tree. `material`: digest of what was learned from.
    """

    weights: NDArray[np.float32]
    bias: float
    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    start: float
    material: str

    def estimate(self, stretches: Sequence[Stretch]) -> Array:
        """The first estimate of each, in log-odds, by its words and what stands around it."""
        return np.array([self.bias + float(self.weights[each.columns].sum()) / np.sqrt(len(each.columns)) for each in stretches])

    def probability(self, stretches: Sequence[Stretch]) -> Array:
        """That each is a question, 0–1."""
        if not stretches:
            return np.zeros(0)
        rows = measure(stretches, self.estimate(stretches))
        odds = np.full(len(rows), self.start)
        for root in self.roots:
            odds += self.value[self._leaves(rows, int(root))]
        return np.asarray(1 / (1 + np.exp(-odds)))

    def _leaves(self, rows: Array, root: int) -> NDArray[np.intp]:
        node = np.full(len(rows), root, dtype=np.intp)
        every = np.arange(len(rows))
        while (inner := self.left[node] >= 0).any():
            below = rows[every, self.feature[node]] <= self.threshold[node]
            node = np.where(inner, np.where(below, self.left[node], self.right[node]), node)
        return node


def measure(stretches: Sequence[Stretch], odds: Array) -> Array:
    """What the trees see of each stretch; in the precision in which they were grown."""
    rows = np.hstack([np.array([each.form for each in stretches]), measure_context(stretches, odds)])
    return rows.astype(np.float32).astype(np.float64)


def choose(stretches: Sequence[Stretch], probability: Array, told: Collection[Span] = ()) -> list[tuple[Candidate, float]]:
    """The questions with how likely each is one, in the order of the text: the likeliest first, and none that overlaps one taken.

    `told`: the stretches that marks alone call questions (`signs`): less is asked of them, and they go before others.
    """
    said = np.array([each.candidate.span in told for each in stretches], dtype=bool)
    worth = np.where(probability >= np.where(said, LEAST_TOLD, LEAST), probability + AHEAD * said, 0.0) if len(stretches) else probability
    starts: list[int] = []
    taken: list[tuple[Candidate, float]] = []
    for number in np.argsort(-worth, kind="stable"):
        span = stretches[number].candidate.span
        at = bisect(starts, span.start)
        if worth[number] <= 0:
            break
        if (at and taken[at - 1][0].span.end > span.start) or (at < len(taken) and starts[at] < span.end):
            continue
        starts.insert(at, span.start)
        taken.insert(at, (stretches[number].candidate, float(probability[number])))
    return taken


def unpack_finder(data: Mapping[str, NDArray[Any]]) -> Finder:
    """What a data file holds; ValueError if it was learned with another number of columns."""
    weights = np.zeros(COLUMNS, np.float32)
    if int(data["columns"]) != COLUMNS:
        raise ValueError("the data file was learned with other columns: learn again (python -m benchmarks.train_finder)")
    weights[data["column"]] = data["weight"]
    return Finder(
        weights, float(data["bias"]), data["roots"], data["feature"], data["threshold"].astype(np.float64), data["left"], data["right"],
        data["value"].astype(np.float64), float(data["start"]), str(data["material"]),
    )  # fmt: skip


@cache
def load_finder(path: Path = DATA_FILE) -> Finder:
    """What is shipped, read once a process."""
    with np.load(path, allow_pickle=False) as data:
        return unpack_finder(dict(data))
