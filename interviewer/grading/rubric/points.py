"""From what the heads say of each window to a finding per point: a few measured features, and logistic regressions over them.

The regressions are pooled over all points of all questions, so each has seen thousands of examples; no rule overrides them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from interviewer.grading.rubric.heads import Array, Heads, Learned, Line, SharedHeads, Table
from interviewer.grading.rubric.reading import Reading, Window
from interviewer.models import VerdictStatus

KINDS = ("idea", "full", "about")
"""The heads that each point has. idea: says it, in full or in part; full: says it in full; about: speaks of it, even wrongly."""
FALSE_FEATURES = ("false", "style", "about", "idea", "full", "length", "given")
POINT_FEATURES = (
    *("idea", "second", "full", "rival", "length", "listed", "share", "falsity", "error", "error_here", "manner", "manner_all"),
    "telling",
)
TOPIC = "topic"
"""Measured only of the questions that there are topics of."""
WRONG_FEATURES = ("idea", "second", "full", "about", "rival", "others", "listed", "falsity", "error", "error_here")
_LOWEST = -6.0
"""Log-odds where there is nothing to measure."""
NEAR = -1.0
"""Log-odds from which a window speaks of a point."""
_OTHERS = 4
MOST_SHARE = 0.25
"""Of an answer that is on the subject to this part, more tells nothing: good answers say much beside the rubric."""
MOST_MANNER = -1.0
"""Log-odds. An answer that is put like this tells something; more would lift all its points together, and half answers to whole ones."""
MOST_TELLING = 1.5
"""Log-odds. An answer that tells that much does more than hold the words."""
FEW_UNITS = 2
"""Of so few clauses an answer is taken to tell something; chosen on answers left out, of whose short half points it costs none."""
MOST_TOPIC = -1.0
"""Log-odds. Who speaks of the question that much answers it; more tells nothing."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Log-odds by window: `idea`, `full`, `about` windows × points; `false` (this question's head), `style`, `manner` and `telling` (all
    questions') by window. `manner`: that what is put so is credited, whatever it is about; `telling`: and is no salad or denial of the words.

    `error`: log-odds, by window, that it is a false statement. `topic`: that it answers this question and none of the others that have
    heads; 0 where there are none for it.
    """

    idea: Array
    full: Array
    about: Array
    false: Array
    style: Array
    manner: Array
    telling: Array
    error: Array
    topic: Array


@dataclass(frozen=True, slots=True)
class PointFinding:
    """What was found on one point. `window`: number of the one that says it best; `odds`: probability, 0–1, of at least each step.

    `features`: what was measured, for explaining.
    """

    status: VerdictStatus
    window: int | None
    odds: Mapping[str, float]
    features: Mapping[str, float]
    unsure: bool = False


def score_windows(heads: Heads, shared: SharedHeads, windows: Sequence[Window], question_id: str = "") -> Scores:
    """What all heads say of each window, without the judgement of errors, which needs a `Line`. `question_id`: "" for one without a topic."""
    said = heads.score([heads.rows(window.grams) for window in windows])
    points = (said.shape[1] - 1) // len(KINDS)
    style, manner, telling = (
        head.score([head.rows(window.grams) for window in windows])[:, 0] for head in (shared.style, shared.manner, shared.telling)
    )
    idea, full, about = (said[:, points * kind : points * (kind + 1)] for kind in range(len(KINDS)))
    topic = _topic(shared, windows, question_id)
    return Scores(idea, full, about, said[:, -1], style, manner, telling, np.full(len(windows), _LOWEST), topic)


def _topic(shared: SharedHeads, windows: Sequence[Window], question_id: str) -> Array:
    if question_id not in shared.topic_ids:
        return np.zeros(len(windows))
    said: Array = shared.topics.score([shared.topics.rows(window.grams) for window in windows])[:, shared.topic_ids.index(question_id)]
    return said


def false_features(scores: Scores, windows: Sequence[Window]) -> Table:
    """What is measured of each window to tell a false statement."""
    return {
        "false": scores.false,
        "style": scores.style,
        "about": scores.about.max(axis=1),
        "idea": scores.idea.max(axis=1),
        "full": scores.full.max(axis=1),
        "length": np.log1p([window.length for window in windows]),
        "given": np.array([window.given for window in windows]),
    }


def judge_errors(line: Line, scores: Scores, windows: Sequence[Window]) -> Array:
    """The log-odds that each window is a false statement."""
    return line.log_odds(false_features(scores, windows))


def point_features(scores: Scores, reading: Reading) -> Table:
    """What is measured of each point; nothing of it grows with words that say nothing. Expects at least one window."""
    windows, idea = reading.windows, scores.idea
    points = np.arange(idea.shape[1])
    best = idea.argmax(axis=0)
    ranked = np.sort(idea, axis=0)
    here = idea[best].copy()  # of each point's best window: what it says of every point
    here[points, points] = -np.inf
    near = np.where(scores.about > NEAR, scores.error[:, None], -np.inf)
    length, listed = (np.array([getattr(window, name) for window in windows]) for name in ("length", "listed"))
    table = {
        "idea": ranked[-1],
        "second": ranked[-2] if len(windows) > 1 else np.full(len(points), _LOWEST),
        "full": scores.full.max(axis=0),
        "about": scores.about.max(axis=0),
        "rival": here.max(axis=1),
        "others": _mean_of_others(ranked[-1]),
        "length": np.log1p(length)[best],
        "listed": listed[best],
        "share": np.full(len(points), min(MOST_SHARE, _share_recognised(scores, windows))),
        "falsity": np.full(len(points), _falsity(scores, windows)),
        "error": np.maximum(near.max(axis=0), _LOWEST),
        "error_here": scores.error[best],
        "manner": scores.manner[best],
        "manner_all": np.full(len(points), min(MOST_MANNER, _mean_by_length(scores.manner, windows))),
        "telling": np.full(len(points), _telling(scores, windows)),
        TOPIC: np.full(len(points), min(MOST_TOPIC, _mean_by_length(scores.topic, windows))),
    }
    return {name: np.clip(values, 2 * _LOWEST, -2 * _LOWEST) for name, values in table.items()}


def _share_recognised(scores: Scores, windows: Sequence[Window]) -> float:
    """How much of an answer is about the question at all: the share of its units that sound like some point, 0–1. Fluff lowers it."""
    single = [number for number, window in enumerate(windows) if len(window.units) == 1]
    return float((scores.idea[single].max(axis=1) > NEAR).mean())


def _mean_by_length(said: Array, windows: Sequence[Window]) -> float:
    """Of an answer as a whole: the mean over its units by their length. Who promises, denies or lists says nothing elsewhere either."""
    single = [number for number, window in enumerate(windows) if len(window.units) == 1]
    return float(np.average(said[single], weights=[1.0 + windows[number].length for number in single]))


def _telling(scores: Scores, windows: Sequence[Window]) -> float:
    """How much more than words an answer is. So little as a clause or two is no string of words: its points alone tell what it says.

    A number alone ("100", a cell of a table) is no clause.
    """
    said = [number for number, window in enumerate(windows) if any(letter.isalpha() for gram in window.grams for letter in gram)]
    units = sum(len(windows[number].units) == 1 for number in said)
    return (
        min(MOST_TELLING, _mean_by_length(scores.telling[said], [windows[number] for number in said]))
        if units > FEW_UNITS
        else MOST_TELLING
    )


def _falsity(scores: Scores, windows: Sequence[Window]) -> float:
    """How much of an answer reads false: the mean probability of its units, 0–1. Who errs throughout is right by accident."""
    single = [number for number, window in enumerate(windows) if len(window.units) == 1]
    return float((1 / (1 + np.exp(-scores.error[single]))).mean())


def _mean_of_others(top: Array) -> Array:
    """For each point, the mean of the best few of the others."""
    others = np.sort(np.where(np.eye(len(top), dtype=bool), -np.inf, top[None, :]), axis=1)[:, ::-1]
    count = max(1, min(_OTHERS, len(top) - 1))
    mean: Array = np.maximum(others[:, :count], 2 * _LOWEST).mean(axis=1)
    return mean


def find_points(learned: Learned, scores: Scores, reading: Reading, beside: Table | None = None) -> list[PointFinding]:
    """A finding for each point of the question, in its order. `beside`: what else was measured of each point, for lines that want it."""
    settings, table = learned.settings, {**point_features(scores, reading), **(beside or {})}
    odds = {name: learned.lines[name].probability(table) for name in ("named", "partial", "covered", "wrong")}
    best = scores.idea.argmax(axis=0)
    found = []
    for number in range(len(best)):
        own = {name: float(values[number]) for name, values in odds.items()}
        status = decide(own, settings["thresholds"])
        unsure = status is VerdictStatus.MISSING and own["partial"] > settings["unsure"]
        window = int(best[number]) if status is not VerdictStatus.MISSING else None
        found.append(PointFinding(status, window, own, {name: float(values[number]) for name, values in table.items()}, unsure))
    return found


def decide(odds: Mapping[str, float], thresholds: Mapping[str, float]) -> VerdictStatus:
    """The highest step whose probability reaches its threshold."""
    if odds["covered"] + odds["partial"] >= thresholds["covered"]:
        return VerdictStatus.COVERED
    if odds["covered"] + odds["partial"] >= thresholds["partial"]:
        return VerdictStatus.PARTIAL
    return VerdictStatus.NAMED if odds["named"] >= thresholds["named"] else VerdictStatus.MISSING
