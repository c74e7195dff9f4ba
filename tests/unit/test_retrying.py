"""When a failed grade is tried again, and when an endpoint is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.interview.retrying import FIRST_REST, LAST_STRAW, LONGEST_REST, Breaker, RetryPlan
from interviewer.models import Reason
from tests.examples import ungraded

PLAN = RetryPlan(24, jitter=lambda: 0.0)
DOWN = ungraded(Reason.UNREACHABLE)


def test_the_first_pauses_are_short_and_then_it_is_every_quarter_of_an_hour() -> None:
    assert [PLAN.pause_after(DOWN, tries=tries, waited=0) for tries in range(6)] == [15, 60, 300, 900, 900, 900]


@given(st.floats(0, 1), st.integers(0, 200))
def test_a_pause_is_longer_by_chance_and_never_shorter(chance: float, tries: int) -> None:
    plain, late = PLAN.pause_after(DOWN, tries=tries, waited=0), RetryPlan(24, lambda: chance).pause_after(DOWN, tries=tries, waited=0)
    assert plain is not None
    assert late is not None
    assert plain <= late <= plain * 1.2


def test_the_endpoint_is_given_the_time_that_it_asks_for() -> None:
    assert PLAN.pause_after(replace(DOWN, retry_after=120.0), tries=0, waited=0) == 120


def test_it_ends_after_the_hours_that_are_set_and_not_before() -> None:
    tries, waited = 0, 0.0
    while (pause := PLAN.pause_after(DOWN, tries=tries, waited=waited)) is not None:
        tries, waited = tries + 1, waited + pause
    assert 23.7 * 3600 < waited <= 24 * 3600
    assert 90 < tries < 110


def test_no_hours_are_no_tries() -> None:
    assert RetryPlan(0).pause_after(DOWN, tries=0, waited=0) is None


@pytest.mark.parametrize("reason", [reason for reason in Reason if not reason.retryable])
def test_what_somebody_has_to_mend_is_not_tried_again(reason: Reason) -> None:
    assert PLAN.pause_after(ungraded(reason), tries=0, waited=0) is None


@pytest.mark.parametrize("reason", [Reason.UNPARSABLE, Reason.CUT_OFF, Reason.INTERRUPTED])
def test_what_is_paid_for_and_useless_is_tried_four_times(reason: Reason) -> None:
    pauses = [PLAN.pause_after(ungraded(reason), tries=tries, waited=0) for tries in range(4)]
    assert [pause is not None for pause in pauses] == [True, True, True, False]


class Time:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def opened(time: Time, reason: Reason = Reason.UNREACHABLE) -> Breaker:
    breaker = Breaker(time)
    for _ in range(LAST_STRAW):
        assert breaker.refusal() is None
        breaker.hear(reason)
    return breaker


def test_an_endpoint_that_keeps_failing_is_left_alone_and_then_probed_by_one() -> None:
    time = Time()
    breaker = opened(time)
    assert breaker.refusal() == (Reason.UNREACHABLE, FIRST_REST)
    time.at = FIRST_REST
    assert [breaker.refusal() is None for _ in range(3)] == [True, False, False]


def test_each_failed_probe_doubles_the_rest_up_to_a_limit() -> None:
    time = Time()
    breaker, rests = opened(time), []
    for _ in range(8):
        refusal = breaker.refusal()
        assert refusal is not None
        rests.append(refusal[1])
        time.at += refusal[1]
        assert breaker.refusal() is None
        breaker.hear(Reason.TIMEOUT)
    assert rests == [15, 30, 60, 120, 240, LONGEST_REST, LONGEST_REST, LONGEST_REST]


def test_those_under_way_when_the_rest_begins_do_not_make_it_longer() -> None:
    breaker = opened(Time())
    for _ in range(4):
        breaker.hear(Reason.UNREACHABLE)
    assert breaker.refusal() == (Reason.UNREACHABLE, FIRST_REST)


def test_a_probe_that_never_comes_back_does_not_block_the_next() -> None:
    time = Time()
    breaker = opened(time)
    time.at += FIRST_REST
    assert breaker.refusal() is None
    time.at += FIRST_REST
    assert breaker.refusal() is None


def test_a_success_ends_the_rest_and_says_so_once() -> None:
    breaker = opened(Time())
    assert breaker.hear(None) is True
    assert breaker.refusal() is None
    assert breaker.hear(None) is False


def test_a_wrong_key_is_probed_soon_again_because_somebody_may_have_mended_it() -> None:
    time = Time()
    breaker = opened(time, Reason.WRONG_KEY)
    for _ in range(4):
        time.at += FIRST_REST
        assert breaker.refusal() is None
        breaker.hear(Reason.WRONG_KEY)
        assert breaker.refusal() == (Reason.WRONG_KEY, FIRST_REST)


@pytest.mark.parametrize("reason", [Reason.UNPARSABLE, Reason.REFUSAL, Reason.CUT_OFF])
def test_a_useless_reply_shows_that_the_endpoint_is_there(reason: Reason) -> None:
    breaker = Breaker(Time())
    for _ in range(10):
        breaker.hear(Reason.TIMEOUT)
        breaker.hear(reason)
    assert breaker.refusal() is None


@pytest.mark.parametrize("reason", [Reason.BUDGET, Reason.TOO_LONG, Reason.INTERNAL, Reason.NOT_CONFIGURED])
def test_what_never_reached_the_endpoint_says_nothing_of_it(reason: Reason) -> None:
    breaker = opened(Time())
    assert breaker.hear(reason) is False
    assert breaker.refusal() is not None
