"""Two examiners, or two prompt versions, on the same rows: paired differences with an interval over resampled questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from interviewer.evaluation.metrics import (
    LEAST_QUESTIONS,
    Array,
    AttackMark,
    Interval,
    Mark,
    draw_questions,
    interval_of,
    moments,
    resampled_pearson,
)
from interviewer.evaluation.predictions import BASE, Prediction


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of this run and of the other on the same rows. `interval`: of this one less the other one."""

    measure: str
    this: float
    other: float
    interval: Interval | None

    @property
    def by(self) -> float:
        """This one less the other one."""
        return self.this - self.other


@dataclass(frozen=True, slots=True)
class Comparison:
    """`n`, `attacks`: rows that both have graded. `left_out`: rows of this run that the other has not, or has not graded, or the other way round."""

    n: int
    attacks: int
    left_out: int
    differences: tuple[Difference, ...]


def compare_runs(marks: Sequence[Mark], attacks: Sequence[AttackMark], other: Mapping[str, Prediction]) -> Comparison:
    """Pearson, RMSE, MAE and bias of the graded answers and the mean gain of the attacks, where both runs have them."""
    mine, theirs = _paired(marks, other)
    gains = _paired_gains(attacks, other)
    return Comparison(
        n=len(mine),
        attacks=len(gains),
        left_out=len(marks) + len(attacks) - len(mine) - len(gains),
        differences=(*_agreement_differences(mine, theirs), *_gain_difference(gains)),
    )


def _paired(marks: Sequence[Mark], other: Mapping[str, Prediction]) -> tuple[list[Mark], list[Mark]]:
    mine, theirs = [], []
    for mark in marks:
        found = other.get(mark.id)
        if mark.pred is not None and found is not None and found.pred is not None:
            mine.append(mark)
            theirs.append(replace(mark, pred=found.pred))
    return mine, theirs


def _agreement_differences(mine: Sequence[Mark], theirs: Sequence[Mark]) -> list[Difference]:
    if not mine:
        return []
    measures: tuple[tuple[str, Callable[[Array], Array]], ...] = (
        ("pearson", resampled_pearson), ("rmse", _rmse), ("mae", _mae), ("bias", _bias),
    )  # fmt: skip
    tables = moments(mine), moments(theirs)
    found = []
    for name, measure in measures:
        this, other = (float(measure(table.sum(axis=0, keepdims=True))[0]) for table in tables)
        if not np.isnan(this + other):
            found.append(Difference(name, this, other, _interval(tables, measure)))
    return found


def _interval(tables: tuple[Array, Array], measure: Callable[[Array], Array]) -> Interval | None:
    """Both runs are measured on the same resamples."""
    count = len(tables[0])
    if count < LEAST_QUESTIONS:
        return None
    draws = draw_questions(count)
    return interval_of(measure(draws @ tables[0]) - measure(draws @ tables[1]))


def _rmse(sums: Array) -> Array:
    squares = sums[:, 3] + sums[:, 4] - 2 * sums[:, 5]
    found: Array = np.sqrt(np.maximum(squares, 0.0) / sums[:, 0])
    return found


def _mae(sums: Array) -> Array:
    found: Array = sums[:, 6] / sums[:, 0]
    return found


def _bias(sums: Array) -> Array:
    found: Array = (sums[:, 2] - sums[:, 1]) / sums[:, 0]
    return found


def _paired_gains(attacks: Sequence[AttackMark], other: Mapping[str, Prediction]) -> list[tuple[str, float, float]]:
    """Question, this run's gain and the other's."""
    found = []
    for attack in attacks:
        attacked, base = other.get(attack.id), other.get(attack.id + BASE)
        if attacked is None or base is None or attacked.pred is None or base.pred is None:
            continue
        if attack.attacked is not None and attack.base is not None:
            found.append((attack.question_id, attack.attacked - attack.base, attacked.pred - base.pred))
    return found


def _gain_difference(gains: Sequence[tuple[str, float, float]]) -> list[Difference]:
    if not gains:
        return []
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for question, this, other in gains:
        groups[question].append((this, other))
    table = np.array([[len(group), *np.sum(group, axis=0)] for group in groups.values()], dtype=np.float64)
    count, this, other = table.sum(axis=0)
    interval = None
    if len(table) >= LEAST_QUESTIONS:
        sums = draw_questions(len(table)) @ table
        interval = interval_of((sums[:, 1] - sums[:, 2]) / sums[:, 0])
    return [Difference("gain", float(this / count), float(other / count), interval)]
