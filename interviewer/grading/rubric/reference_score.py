"""Estimates how much of its reference an answer meets, from the features and the trained model; needs nothing but numpy.

The model is the mean of a forest of extremely randomised trees (Geurts et al., Extremely randomized trees, 2006), which bends, and a
ridge regression, which holds where the forest has seen nothing. Written by `reference_training`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.grading.rubric.reference_features import FEATURES, measure
from interviewer.grading.rubric.reference_limits import limit
from interviewer.grading.rubric.reference_reading import Subject, Told

_LEAST = 0.01
DATA_FILE = Path(__file__).with_name("reference.npz")


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Trees as arrays over all nodes, in preorder: a node's left child follows it, a leaf has `right` 0. `value`: of leaves, 0–1.

    `roots`: the first node of each tree. The line: `intercept + clip(features, low, high) @ slope`. `point`: of a logistic regression
    over a point's closeness and the whole estimate, with its intercept.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int8]
    threshold: NDArray[np.float32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    slope: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    intercept: float
    point: NDArray[np.float64]

    def predict(self, features: Sequence[float]) -> float:
        """How much of the reference is met, 0–1. All trees are walked down at once."""
        row = np.asarray(features, np.float32)
        node = self.roots
        while (right := self.right[node]).any():
            below = row[self.feature[node]] <= self.threshold[node]
            node = np.where(right == 0, node, np.where(below, node + 1, right))
        line = self.intercept + np.clip(row, self.low, self.high) @ self.slope
        return float(np.clip((self.value[node].mean() + line) / 2, 0.0, 1.0))

    def point_probability(self, closeness: float, met: float) -> float:
        """That an answer that meets so much of the reference (0–1) says at least part of a point that it is so close to (0–1)."""
        return float(1 / (1 + np.exp(-(self.point @ (closeness, met, 1.0)))))


def unpack_model(data: Mapping[str, NDArray[Any]]) -> Model:
    """The model of a data file; ValueError if it was trained on other features."""
    if tuple(data["names"]) != FEATURES:
        raise ValueError("the data file was trained on other features: train again")
    inner = data["step"] > 0
    count = len(inner)
    feature, threshold, value = np.zeros(count, np.int8), np.zeros(count, np.float32), np.zeros(count, np.float32)
    feature[inner], threshold[inner], value[~inner] = data["feature"], data["threshold"], data["value"] / np.float32(255)
    right = np.where(inner, np.arange(count) + data["step"], 0).astype(np.int32)
    return Model(
        data["roots"], feature, threshold, right, value, data["slope"], data["low"], data["high"], float(data["intercept"]), data["point"]
    )  # fmt: skip


@cache
def load_model(path: Path = DATA_FILE) -> Model:
    """What is shipped, read once a process."""
    with np.load(path, allow_pickle=False) as data:
        return unpack_model(dict(data))


def estimate(model: Model, subject: Subject, told: Told) -> float:
    """The score, 0–1, of an answer to a question that has nothing but a reference; 0 only if nothing in it is recognised."""
    most = limit(subject, told)
    return min(most, max(_LEAST, model.predict(measure(subject, told.whole)))) if most else 0.0
