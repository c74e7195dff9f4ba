"""The formulas of FSRS-6 over many cards at once, for looking ahead; what is scheduled is scheduled by the library.

Published at https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm. The weights are the library's own, and a test
holds each formula to what the library says. Stability in days, difficulty 1–10, chances 0–1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interviewer.models import Rating
from interviewer.training.schedule import PARAMETERS

Array = NDArray[np.float64]

W = PARAMETERS
_DECAY = -W[20]
_FACTOR = 0.9 ** (1 / _DECAY) - 1
_LEAST_STABILITY = 0.001


def chance_after(stability: Array, days: Array | float) -> Array:
    """The chance of recall so many days after a review."""
    return np.asarray((1 + _FACTOR * days / stability) ** _DECAY)


def interval_of(stability: Array, retention: float) -> Array:
    """Whole days, at least 1, until the chance of recall has come down to the retention."""
    return np.asarray(np.maximum(1.0, np.round(stability / _FACTOR * (retention ** (1 / _DECAY) - 1))))


def stability_passed(stability: Array, difficulty: Array, chance: Array, rating: Rating = Rating.GOOD) -> Array:
    """The stability after a pass (HARD or GOOD) on another day than the last review."""
    growth = np.exp(W[8]) * (11 - difficulty) * stability ** -W[9] * np.expm1((1 - chance) * W[10])
    return np.asarray(stability * (1 + growth * (W[15] if rating is Rating.HARD else 1)))


def stability_missed(stability: Array, difficulty: Array, chance: Array) -> Array:
    """The stability after a failure on another day than the last review."""
    left = W[11] * difficulty ** -W[12] * ((stability + 1) ** W[13] - 1) * np.exp((1 - chance) * W[14])
    return np.asarray(np.maximum(_LEAST_STABILITY, np.minimum(left, stability / np.exp(W[17] * W[18]))))


def next_difficulty(difficulty: Array, rating: Rating) -> Array:
    """The difficulty after a review."""
    moved = difficulty - W[6] * (rating - 3) * (10 - difficulty) / 9
    return np.clip(W[7] * _raw_difficulty(Rating.EASY) + (1 - W[7]) * moved, 1.0, 10.0)


def first_stability(rating: Rating) -> float:
    """The stability after the first review."""
    return max(_LEAST_STABILITY, W[rating - 1])


def first_difficulty(rating: Rating) -> float:
    """The difficulty after the first review."""
    return min(10.0, max(1.0, _raw_difficulty(rating)))


def _raw_difficulty(rating: Rating) -> float:
    return float(W[4] - np.exp(W[5] * (rating - 1)) + 1)
