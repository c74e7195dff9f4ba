"""Measures of agreement and of resistance. Pure: numbers in, numbers out; all scores and errors in points of 100.

A measure that is not defined on the given marks (too few, or all the same) is None, never a number. Scipy and
scikit-learn, which the extra `eval` installs, are imported by the functions that need them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.errors import ConfigError
from interviewer.grading.scoring import BANDS, band
from interviewer.paths import how_to_install

Array = NDArray[np.float64]

ROUNDS = 2000
SEED = 20240918
LEAST_QUESTIONS = 5
"""With fewer questions their resampling says nothing of other questions, so there is no interval."""
LEAST_ANSWERS = 3
"""With fewer answers a correlation is an accident."""
GAIN = 10.0
"""Points: what more than this is gained by an attack is counted."""
FINE, POOR = 70.0, 40.0
"""Points: an answer worth the first that gets less than the second has sunk."""
_RANK = {"weak": 0, "middling": 1, "good": 2, "excellent": 3}
_TWIN = re.compile(r"(.+)-(?:zh|en)")


@dataclass(frozen=True, slots=True)
class Mark:
    """What people and the examiner gave for one answer, 0–100. `pred` is None if it is ungraded.

    `low`, `high`: the interval that the examiner stated, None if it stated none.
    """

    id: str
    question_id: str
    dataset: str
    lang: str
    label: str
    gold: float
    pred: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class AttackMark:
    """The same examiner's scores (0–100) without and with the attack, None if ungraded. `limit`: the highest acceptable one."""

    id: str
    question_id: str
    dataset: str
    lang: str
    label: str
    base: float | None
    attacked: float | None
    empty_base: bool
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """95 % of the resamples lie between these."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the scores agree with people's. Errors in points; `kappa`: quadratic, on the six bands of the scale.

    `within`: mean r within a question. `weighted_rmse`: ten bins of the gold score, equal in weight (arXiv 2409.18596).
    `auc`: for telling the answers below half marks. `order_kept`: share of pairs within a question whose kinds are in order;
    `language_gap`: mean distance between the two languages of one content, over `twins` pairs. `sunk`: of the answers worth 70 and
    more, the share that gets under 40. `held`: share of people's scores within the stated intervals, `width`: their mean width.
    """

    n: int
    graded: int
    ungraded: int
    gold: float | None
    pred: float | None
    pearson: float | None
    interval: Interval | None
    spearman: float | None
    within: float | None
    rmse: float | None
    mae: float | None
    bias: float | None
    weighted_rmse: float | None
    kappa: float | None
    auc: float | None
    order_kept: float | None
    language_gap: float | None
    twins: int
    sunk: float | None
    held: float | None
    width: float | None


@dataclass(frozen=True, slots=True)
class Resistance:
    """What attacks gain, in points. `rise`: mean gain with losses as zero; `empty_*`: attacks whose base is empty.

    `over`: share that gains more than ten points. `above_limit`: share above the highest acceptable score, where one is stated.
    """

    n: int
    graded: int
    ungraded: int
    base: float | None
    attacked: float | None
    gain: float | None
    rise: float | None
    over: float | None
    most: float | None
    empty: int
    empty_mean: float | None
    empty_most: float | None
    above_limit: float | None


def measure_agreement(marks: Sequence[Mark]) -> Agreement:
    """All measures of one group of marks."""
    known = [mark for mark in marks if mark.pred is not None]
    gold, pred = columns(known)
    error = pred - gold
    some = len(known) > 0
    gaps = language_gaps(known)
    stated = [(mark.gold, mark.low, mark.high) for mark in known if mark.low is not None and mark.high is not None]
    return Agreement(
        n=len(marks), graded=len(known), ungraded=len(marks) - len(known),
        gold=float(gold.mean()) if some else None, pred=float(pred.mean()) if some else None,
        pearson=pearson(gold, pred), interval=pearson_interval(known), spearman=spearman(gold, pred), within=within_question(known),
        rmse=rmse(gold, pred), mae=float(np.abs(error).mean()) if some else None, bias=float(error.mean()) if some else None,
        weighted_rmse=weighted_rmse(gold, pred), kappa=kappa(gold, pred), auc=failing_auc(gold, pred),
        order_kept=order_kept(known), language_gap=float(np.mean(gaps)) if gaps else None, twins=len(gaps),
        sunk=_mean(float(pred < POOR) for gold, pred in zip(gold, pred, strict=True) if gold >= FINE - 1e-9),
        held=_mean(float(low <= gold <= high) for gold, low, high in stated), width=_mean(high - low for _, low, high in stated),
    )  # fmt: skip


def measure_resistance(marks: Sequence[AttackMark]) -> Resistance:
    """All measures of one group of attacks; an attack counts as graded if both its scores are known."""
    known = [(mark, mark.base, mark.attacked) for mark in marks if mark.base is not None and mark.attacked is not None]
    gains = [attacked - base for _, base, attacked in known]
    empty = [attacked for mark, _, attacked in known if mark.empty_base]
    judged = [attacked > mark.limit for mark, _, attacked in known if mark.limit is not None]
    return Resistance(
        n=len(marks), graded=len(known), ungraded=len(marks) - len(known),
        base=_mean(base for _, base, _ in known), attacked=_mean(attacked for *_, attacked in known),
        gain=_mean(gains), rise=_mean(max(gain, 0.0) for gain in gains), over=_mean(float(gain > GAIN) for gain in gains),
        most=max(gains, default=None), empty=len(empty), empty_mean=_mean(empty), empty_most=max(empty, default=None),
        above_limit=_mean(map(float, judged)),
    )  # fmt: skip


def columns(marks: Iterable[Mark]) -> tuple[Array, Array]:
    """Gold and predicted scores of graded marks."""
    pairs = [(mark.gold, mark.pred) for mark in marks if mark.pred is not None]
    table = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def pearson(gold: Array, pred: Array) -> float | None:
    """Pearson's r."""
    if not _vary(gold, pred):
        return None
    stats = _scipy_stats()
    return float(stats.pearsonr(gold, pred).statistic)


def spearman(gold: Array, pred: Array) -> float | None:
    """Spearman's rank correlation."""
    if not _vary(gold, pred):
        return None
    stats = _scipy_stats()
    return float(stats.spearmanr(gold, pred).statistic)


def within_question(marks: Sequence[Mark]) -> float | None:
    """Mean of r over the questions whose gold scores differ; equal predictions there tell nothing apart and count as 0."""
    found = []
    for group in by_question(marks).values():
        gold, pred = columns(group)
        if len(gold) >= LEAST_ANSWERS and np.ptp(gold) > 0:
            found.append(pearson(gold, pred) or 0.0)
    return _mean(found)


def rmse(gold: Array, pred: Array) -> float | None:
    """Root mean squared error."""
    if not len(gold):
        return None
    return float(_sklearn_metrics().root_mean_squared_error(gold, pred))


def weighted_rmse(gold: Array, pred: Array) -> float | None:
    """Root mean squared error in which each of ten bins of the gold score that is not empty weighs the same."""
    if not len(gold):
        return None
    return float(_sklearn_metrics().root_mean_squared_error(gold, pred, sample_weight=bin_weights(gold)))


def bin_weights(gold: Array) -> Array:
    """For each answer, one over the number of answers in its bin of ten points; 100 belongs to the last bin."""
    # Binary fractions: 0.7 × 100 is a little less than 70 and must not fall into the bin below.
    bins = np.minimum((gold + 1e-9) // 10, 9).astype(int)
    weights: Array = 1.0 / np.bincount(bins, minlength=10)[bins]
    return weights


def kappa(gold: Array, pred: Array) -> float | None:
    """Cohen's kappa with quadratic weights on the six bands of the scale (`scoring.BANDS`)."""
    places = {key: place for place, (_, key) in enumerate(reversed(BANDS))}
    mine, other = ([places[band(float(score) + 1e-9)] for score in scores] for scores in (gold, pred))
    if len({*mine, *other}) < 2:
        return None
    return float(_sklearn_metrics().cohen_kappa_score(mine, other, labels=list(places.values()), weights="quadratic"))


def failing_auc(gold: Array, pred: Array) -> float | None:
    """Area under the ROC curve for telling answers below half marks from the others."""
    failing = gold < 50 - 1e-9
    if failing.all() or not failing.any():
        return None
    return float(_sklearn_metrics().roc_auc_score(failing, -pred))


def order_kept(marks: Sequence[Mark]) -> float | None:
    """Of the pairs of weak, middling, good and excellent answers to one question, the share that is scored in that order."""
    kept = []
    for group in by_question(mark for mark in marks if mark.label in _RANK).values():
        for one, other in combinations(group, 2):
            rise = _RANK[one.label] - _RANK[other.label]
            if rise and one.pred is not None and other.pred is not None:
                kept.append(float((one.pred - other.pred) * rise > 0))
    return _mean(kept)


def language_gaps(marks: Iterable[Mark]) -> list[float]:
    """Distances between the scores of one content in two languages: ids that differ in a last -zh or -en."""
    twins: dict[tuple[str, str], list[float]] = defaultdict(list)
    for mark in marks:
        found = _TWIN.fullmatch(mark.id)
        if found and mark.pred is not None:
            twins[mark.question_id, found[1]].append(mark.pred)
    return [abs(pair[0] - pair[1]) for pair in twins.values() if len(pair) == 2]


# ---------------------------------------------------------------- the bootstrap over questions


def by_question(marks: Iterable[Mark]) -> dict[tuple[str, str], list[Mark]]:
    """The marks of each question, in order of first sight."""
    groups: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for mark in marks:
        groups[mark.dataset, mark.question_id].append(mark)
    return dict(groups)


def draw_questions(count: int) -> NDArray[np.int64]:
    """How often each of `count` questions is in each resample: ROUNDS × count, the same on every call."""
    return np.random.default_rng(SEED).multinomial(count, np.full(count, 1.0 / count), size=ROUNDS)


def moments(marks: Sequence[Mark]) -> Array:
    """Per question: n, Σg, Σp, Σg², Σp², Σgp, Σ|p−g|, from which every resampled measure is computed."""
    rows = []
    for group in by_question(marks).values():
        gold, pred = columns(group)
        rows.append([len(gold), gold.sum(), pred.sum(), gold @ gold, pred @ pred, gold @ pred, np.abs(pred - gold).sum()])
    return np.array(rows, dtype=np.float64).reshape(-1, 7)


def resampled_pearson(sums: Array) -> Array:
    """Pearson's r of each resample from its summed moments; NaN where it is not defined."""
    n, g, p, gg, pp, gp = (sums[:, place] for place in range(6))
    spread = (n * gg - g * g) * (n * pp - p * p)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = np.where(spread > 1e-6, (n * gp - g * p) / np.sqrt(np.maximum(spread, 1e-12)), np.nan)
    return found


def pearson_interval(marks: Sequence[Mark]) -> Interval | None:
    """Of Pearson's r, with the questions resampled."""
    table = moments(marks)
    if len(table) < LEAST_QUESTIONS:
        return None
    return interval_of(resampled_pearson(draw_questions(len(table)) @ table))


def interval_of(values: Array) -> Interval | None:
    """The middle 95 % of resampled values; None if hardly any is defined."""
    defined = values[~np.isnan(values)]
    if len(defined) < ROUNDS / 2:
        return None
    low, high = np.quantile(defined, [0.025, 0.975])
    return Interval(float(low), float(high))


def _vary(gold: Array, pred: Array) -> bool:
    return len(gold) >= LEAST_ANSWERS and bool(np.ptp(gold) > 1e-9) and bool(np.ptp(pred) > 1e-9)


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return float(np.mean(listed)) if listed else None


def _scipy_stats() -> Any:
    try:
        from scipy import stats
    except ImportError:
        raise _missing() from None
    return stats


def _sklearn_metrics() -> Any:
    try:
        from sklearn import metrics
    except ImportError:
        raise _missing() from None
    return metrics


def sklearn_ensemble() -> Any:
    """The part of scikit-learn that learns trees; ConfigError if it is not installed."""
    try:
        from sklearn import ensemble
    except ImportError:
        raise _missing() from None
    return ensemble


def check_libraries() -> None:
    """ConfigError if what the measures need is not installed: told before anything is judged."""
    _scipy_stats()
    sklearn_ensemble()
    _sklearn_metrics()


def _missing() -> ConfigError:
    return ConfigError(f"the measures need scipy and scikit-learn → {how_to_install('eval')}")
