"""When the model counts as down, and since when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from interviewer.models import Reason
from interviewer.observability.load import RECENT, Failure, Trouble, find_trouble
from tests.examples import START


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def failed(asked: float, last: float | None = None, reason: Reason = Reason.UNREACHABLE) -> Failure:
    return Failure(at(asked), at(asked if last is None else last), reason)


@pytest.mark.parametrize(
    ("worked", "failures", "expected"),
    [
        (None, [], None),
        (0, [], None),
        (None, [failed(1)], (1, 1, Reason.UNREACHABLE)),
        (0, [failed(1, 9), failed(2, 3)], (1, 9, Reason.UNREACHABLE)),
        # it has worked since: nothing is known to be wrong
        (5, [failed(1, 4), failed(2)], None),
        # asked for before the last success, failed again after it
        (5, [failed(1, 8)], (8, 8, Reason.UNREACHABLE)),
        (5, [failed(1, 8), failed(6, 7)], (6, 8, Reason.UNREACHABLE)),
        # the reason is that of the latest failure
        (None, [failed(1, 2, Reason.TIMEOUT), failed(1, 3, Reason.WRONG_KEY)], (1, 3, Reason.WRONG_KEY)),
    ],
)
def test_the_model_is_down_since_it_first_failed_after_it_last_worked(
    worked: float | None, failures: list[Failure], expected: tuple[float, float, Reason] | None
) -> None:
    found = find_trouble(None if worked is None else at(worked), failures, at(10))
    assert found == (expected and Trouble(at(expected[0]), at(expected[1]), expected[2]))


def test_a_failure_of_yesterday_says_nothing_about_now() -> None:
    assert find_trouble(None, [failed(0)], START + RECENT - timedelta(seconds=1)) is not None
    assert find_trouble(None, [failed(0)], START + RECENT) is None
