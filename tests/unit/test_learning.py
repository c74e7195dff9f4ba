"""The thresholds over learned probabilities: those with the best agreement, found without trying each pair on every answer."""

from __future__ import annotations

import numpy as np
import pytest

from interviewer.grading.rubric.learning import choose_steps, weighted_kappa


def test_the_chosen_steps_are_the_best_of_all_pairs() -> None:
    draw = np.random.default_rng(5)
    gold = draw.integers(0, 3, 400)
    said = np.round(0.4 * gold + draw.normal(0, 0.4, 400), 2)  # rounded: some lie on a threshold
    grid = np.quantile(said, np.linspace(0.02, 0.98, 97))

    def worth(low: float, high: float) -> float:
        given = (said >= low).astype(int) + (said >= high)
        return weighted_kappa(gold, given) - abs(float(given.mean() - gold.mean()))

    best = max(worth(low, high) for low in grid for high in grid if low <= high)
    assert worth(*choose_steps(said, gold)) == pytest.approx(best, abs=1e-12)
