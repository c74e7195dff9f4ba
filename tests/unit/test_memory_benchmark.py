"""The benchmark of the memory: its arithmetic, that it is repeatable, and what its simulated learners do."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from benchmarks.memory import DAYS, START, Learner, brier, calibration, laboratory, log_loss, month, train
from interviewer.models import CardKey, Rating
from tests.examples import question

KEY = CardKey("q1", "a")
QUESTIONS = [question("q1"), question("q2")]


def test_the_scores_of_a_forecast() -> None:
    assert brier([1.0, 0.5], [1.0, 0.0]) == 0.125
    assert log_loss([0.5, 0.5], [1.0, 0.0]) == pytest.approx(math.log(2))
    assert log_loss([0.0], [1.0]) < 14


def test_the_same_seed_is_the_same_learner_and_another_is_not() -> None:
    one, same, other = (train(QUESTIONS, Learner(seed), 2) for seed in ("1", "1", "2"))
    assert one == same != other


def test_a_learner_forgets() -> None:
    learner = Learner("3")
    assert learner.chance(KEY, START) == 0
    learner.review(KEY, Rating.GOOD, START)
    assert 0 < learner.chance(KEY, START + timedelta(days=30)) < learner.chance(KEY, START + timedelta(days=2)) < 1


def test_reading_is_worth_what_is_said_of_it() -> None:
    def held(worth: float) -> float:
        learners = [Learner(str(number)) for number in range(50)]
        for learner in learners:
            learner.review(KEY, Rating.GOOD, START)
            learner.read(KEY, START + timedelta(days=3), worth)
        return sum(learner.chance(KEY, START + timedelta(days=20)) for learner in learners)

    assert held(0.0) < held(0.5) < held(1.0)


def test_a_month_stays_within_the_minutes_and_tells_the_distance() -> None:
    trained = train(QUESTIONS, Learner("1"), 2)
    assert len(trained.reviews) == DAYS
    assert 0 < max(trained.reviews) <= 2
    assert 0.5 < trained.recalled < 1
    assert abs(trained.promised - trained.recalled) < 0.3
    figures = {figure.name: figure for figure in month(QUESTIONS, 1, 2)}
    goals = {name: figure.goal for name, figure in figures.items() if figure.goal is not None}
    assert goals == {"reviews a day, most, 2 minutes": 2, "plan above re-reading, 2 minutes, worth a third of recalling": 10}
    assert figures["reviews a day, most, 2 minutes"].met


def test_what_is_told_fits_better_than_the_mean() -> None:
    assert [figure.met for figure in calibration(2)] == [True, True, None]


def test_the_baseline_is_treated_better_than_in_the_laboratory() -> None:
    value = laboratory(60).value
    assert value is not None
    assert 0 < value < 21
