"""The time that is left for an answer, whatever is done to the computer's clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interviewer.interview.countdown import MOST, Countdown
from tests.examples import Clock, turn


def test_while_nobody_sets_the_clock_the_deadline_stands_still() -> None:
    clock = Clock(turn().asked_at)
    countdown = Countdown(now=clock, steady=clock.steady)
    for _ in range(5):
        assert countdown.deadline_of(turn(), 3) == turn().asked_at + timedelta(minutes=3)
        clock.forward(seconds=30)


@pytest.mark.parametrize("hours", [-7, -1, 1, 9])
def test_setting_the_clock_takes_no_time_and_gives_none(hours: int) -> None:
    clock = Clock(turn().asked_at)
    countdown = Countdown(now=clock, steady=clock.steady)
    countdown.deadline_of(turn(), 3)
    clock.forward(seconds=100)
    clock.jump(hours=hours)
    assert countdown.deadline_of(turn(), 3) - clock() == timedelta(seconds=80)


def test_a_turn_that_seems_to_come_from_the_future_has_no_more_than_its_time() -> None:
    clock = Clock(turn().asked_at - timedelta(hours=5))
    assert Countdown(now=clock, steady=clock.steady).deadline_of(turn(), 3) - clock() == timedelta(minutes=3)


def test_a_later_process_goes_on_with_what_is_left() -> None:
    clock = Clock(turn().asked_at + timedelta(seconds=100))
    assert Countdown(now=clock, steady=clock.steady).deadline_of(turn(), 3) - clock() == timedelta(seconds=80)


def test_not_more_turns_are_remembered_than_fit() -> None:
    clock = Clock()
    countdown = Countdown(now=clock, steady=clock.steady)
    for number in range(MOST + 50):
        countdown.deadline_of(turn(number), 3)
    assert len(countdown._ends) == MOST
