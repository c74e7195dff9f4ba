"""The learned heads: for each point of a question, how much a stretch of text sounds like its idea. Read from one data file.

A head is a plain logistic regression over n-grams (Hosmer & Lemeshow, Applied Logistic Regression), learned by `training` from the
labelled answers in knowledge/answers. Nothing here knows what a label is; `points` turns what the heads say into verdicts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.models import Question

Array = NDArray[np.float64]
Table = Mapping[str, Array]
"""Measured features by name, each by example."""

DATA_FILE = Path(__file__).parent / "heads.npz"


@dataclass(frozen=True, slots=True)
class Heads:
    """Linear heads over one vocabulary. `index`: n-gram → row; `rarity`: inverse document frequency by row.

    `weights`: rows × heads; `bias`: by head. A text's n-grams count once each, weighted by rarity, and are scaled to length 1.
    """

    index: Mapping[str, int]
    rarity: NDArray[np.floating]
    weights: NDArray[np.floating]
    bias: Array

    def rows(self, grams: Iterable[str]) -> NDArray[np.intp]:
        """The rows of the n-grams that are known."""
        found = [row for row in map(self.index.get, grams) if row is not None]
        found.sort()
        return np.array(found, dtype=np.intp)

    def score(self, texts: Sequence[NDArray[np.intp]]) -> Array:
        """Log-odds of each text for each head, texts × heads; `texts`: their rows."""
        scores = np.tile(self.bias, (len(texts), 1))
        for number, rows in enumerate(texts):
            if len(rows):
                values = self.rarity[rows]
                scores[number] += (values / np.sqrt((values**2).sum())) @ self.weights[rows]
        return scores


@dataclass(frozen=True, slots=True)
class Line:
    """A logistic regression over a few measured features: names, what they are shifted and scaled by, and their weights."""

    features: tuple[str, ...]
    mean: Array
    scale: Array
    weights: Array
    bias: float

    def contributions(self, table: Table) -> Array:
        """What each feature adds to the log-odds, examples × features."""
        given = np.column_stack([table[name] for name in self.features])
        contributions: Array = (given - self.mean) / self.scale * self.weights
        return contributions

    def log_odds(self, table: Table) -> Array:
        """By example."""
        odds: Array = self.contributions(table).sum(axis=1) + self.bias
        return odds

    def probability(self, table: Table) -> Array:
        """0–1, by example."""
        probability: Array = 1 / (1 + np.exp(-self.log_odds(table)))
        return probability


@dataclass(frozen=True, slots=True)
class SharedHeads:
    """The heads that no question owns. `style`: how false statements are put; `manner`: how what is credited is put; `telling`: the same
    against answers that code made hollow; `topics`: one a question, in the order of `topic_ids`: what is said in answer to it and not to the
    others.
    """

    style: Heads
    manner: Heads
    telling: Heads
    topics: Heads
    topic_ids: tuple[str, ...] = ()


_SHARED = ("style", "manner", "telling", "topics")
"""As they are named in the data file."""


@dataclass(frozen=True, slots=True)
class Learned:
    """All that is learned. `questions`: heads by question id, four kinds a question (see `training`). `lines`: by what they tell ("named",
    "partial", "covered", "false", "wrong"); `settings`: thresholds and quantiles.
    """

    questions: Mapping[str, Heads]
    points: Mapping[str, tuple[str, ...]]
    shared: SharedHeads
    lines: Mapping[str, Line]
    settings: Mapping[str, Any]

    def knows(self, question: Question) -> bool:
        """Whether the question has heads as it stands: its points are those that were learned, or, of a drill, some of them."""
        learned, asked = self.points.get(question.bank_id), tuple(point.id for point in question.points)
        return learned == asked or (learned is not None and bool(question.parent) and set(asked) <= set(learned))


def pack_heads(heads: Heads, prefix: str) -> dict[str, NDArray[Any]]:
    """The arrays of the data file for some heads: weights as bytes with a scale a head, which costs no agreement and 7/8 of the room."""
    scale = np.maximum(np.abs(heads.weights).max(axis=0), 1e-9) / 127
    grams = sorted(heads.index, key=heads.index.__getitem__)
    return {
        f"{prefix}/grams": np.frombuffer("\n".join(grams).encode(), dtype=np.uint8),
        f"{prefix}/rarity": heads.rarity.astype(np.float32),
        f"{prefix}/weights": np.rint(heads.weights / scale).astype(np.int8),
        f"{prefix}/scale": scale.astype(np.float32),
        f"{prefix}/bias": heads.bias.astype(np.float32),
    }


def unpack_heads(data: Mapping[str, NDArray[Any]], prefix: str) -> Heads:
    """The reverse of `pack_heads`."""
    grams = data[f"{prefix}/grams"].tobytes().decode().split("\n")
    # In single precision: some 120,000 n-grams with up to 40 weights each stay in memory.
    weights = data[f"{prefix}/weights"].astype(np.float32) * data[f"{prefix}/scale"]
    index = {gram: row for row, gram in enumerate(grams)}
    return Heads(index, data[f"{prefix}/rarity"], weights, data[f"{prefix}/bias"].astype(np.float64))


def pack_line(line: Line) -> dict[str, Any]:
    """A line as JSON can hold it."""
    parts = {part: np.round(getattr(line, part), 6).tolist() for part in ("mean", "scale", "weights", "bias")}
    return {"features": list(line.features), **parts}


def unpack_line(line: Mapping[str, Any]) -> Line:
    """The reverse of `pack_line`."""
    return Line(tuple(line["features"]), np.array(line["mean"]), np.array(line["scale"]), np.array(line["weights"]), float(line["bias"]))


def pack_learned(learned: Learned) -> dict[str, NDArray[Any]]:
    """The arrays of the whole data file."""
    lines = {name: pack_line(line) for name, line in learned.lines.items()}
    shared, points = learned.shared, {key: list(ids) for key, ids in learned.points.items()}
    about = {"lines": lines, "settings": learned.settings, "points": points, "topics": list(shared.topic_ids)}
    packed: dict[str, NDArray[Any]] = {}
    for name in _SHARED:
        packed |= pack_heads(getattr(shared, name), name)
    for key, heads in learned.questions.items():
        packed |= pack_heads(heads, f"question/{key}")
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    return packed | {"about": np.frombuffer(text.encode(), dtype=np.uint8)}


def unpack_learned(data: Mapping[str, NDArray[Any]]) -> Learned:
    """The reverse of `pack_learned`."""
    about = json.loads(data["about"].tobytes())
    lines = {name: unpack_line(line) for name, line in about["lines"].items()}
    points = {key: tuple(ids) for key, ids in about["points"].items()}
    questions = {key: unpack_heads(data, f"question/{key}") for key in points}
    style, manner, telling, topics = (unpack_heads(data, name) for name in _SHARED)
    shared = SharedHeads(style, manner, telling, topics, tuple(about["topics"]))
    return Learned(questions, points, shared, lines, about["settings"])


@cache
def load_learned(path: Path = DATA_FILE) -> Learned:
    """What is shipped, read once a process (about a tenth of a second)."""
    with np.load(path) as data:
        return unpack_learned(dict(data))
