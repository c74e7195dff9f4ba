"""How often, how long and in which kind of structured output a request is tried."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from interviewer.endpoint.chat import Spent
from interviewer.endpoint.failures import Failure, classify_status
from interviewer.endpoint.retry import Attempted, Ending, Patience, Trial, persist
from interviewer.endpoint.structured import MODES, Mode
from interviewer.models import Reason

GOOD = Attempted('{"a": 1}', "stop", Spent(10, 5, 0, 1))
UNSETTLED = [Trial(mode, settled=False) for mode in MODES]
SETTLED = [Trial("json_schema", settled=True), *UNSETTLED[1:]]
BUSY = Failure(Reason.RATE_LIMIT, "HTTP 429", retry=True)
JUNK = Failure(Reason.UNPARSABLE, "no JSON", retry=True, rejects=True)


class Course:
    """A clock that moves only when somebody waits, and the attempts made by it. The last outcome repeats."""

    def __init__(self, *outcomes: Attempted | Failure, takes: float = 0.0) -> None:
        self.outcomes, self.takes = list(outcomes), takes
        self.now, self.pauses, self.modes = 0.0, list[float](), list[str]()

    def attempt(self, mode: Mode, left: float) -> Attempted:
        assert left > 0
        self.modes.append(mode)
        self.now += self.takes
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        return outcome if isinstance(outcome, Attempted) else Attempted(failure=outcome)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def run(self, trials: Sequence[Trial], *, deadline: float = 60.0, attempts: int = 3) -> Ending:
        patience = Patience(attempts, clock=lambda: self.now, pause=self.pause, jitter=lambda: 1.0)
        return persist(self.attempt, trials, patience, deadline=deadline)


def reason(ending: Ending) -> Reason | None:
    return ending.attempted.failure.reason if ending.attempted.failure else None


def test_a_passing_failure_is_tried_again_after_a_growing_pause() -> None:
    course = Course(BUSY, BUSY, GOOD)

    ending = course.run(SETTLED)

    assert ending.attempted is GOOD
    assert course.pauses == [0.5, 1.0]
    assert ending.spent == Spent(10, 5, 0, 3)


def test_attempts_are_bounded() -> None:
    course = Course(BUSY)

    assert reason(course.run(SETTLED)) is Reason.RATE_LIMIT
    assert course.modes == ["json_schema"] * 3


@pytest.mark.parametrize("final", [Reason.WRONG_KEY, Reason.QUOTA, Reason.REFUSAL, Reason.TOO_LONG, Reason.CUT_OFF, Reason.NO_SUCH_MODEL])
def test_what_nobody_mends_by_waiting_is_not_tried_again(final: Reason) -> None:
    course = Course(Failure(final, ""))

    assert reason(course.run(UNSETTLED)) is final
    assert len(course.modes) == 1


def test_the_endpoints_own_wish_to_wait_is_honoured_within_the_deadline() -> None:
    course = Course(Failure(Reason.RATE_LIMIT, "", retry=True, retry_after=7.0), GOOD)

    assert course.run(SETTLED).attempted is GOOD
    assert course.pauses == [7.0]


def test_a_wait_beyond_the_deadline_ends_it_at_once_and_is_told() -> None:
    course = Course(Failure(Reason.RATE_LIMIT, "", retry=True, retry_after=90.0))

    ending = course.run(SETTLED)

    assert (reason(ending), course.pauses) == (Reason.RATE_LIMIT, [])
    assert ending.attempted.failure is not None
    assert ending.attempted.failure.retry_after == 90.0


def test_nothing_is_attempted_once_the_time_is_over() -> None:
    course = Course(JUNK, takes=5.0)

    ending = course.run(UNSETTLED, deadline=8.0)

    assert len(course.modes) == 2
    assert reason(ending) in (Reason.TIMEOUT, Reason.UNPARSABLE)


def test_kinds_of_structured_output_are_tried_from_the_strictest_until_one_is_understood() -> None:
    course = Course(classify_status(400, "", "unknown response_format"), JUNK, GOOD)

    ending = course.run(UNSETTLED)

    assert (ending.mode, ending.refused) == ("json_object", ("json_schema", "function_calling"))
    assert course.pauses == []


def test_a_plain_server_error_gets_a_second_try_before_the_kind_is_given_up_where_tries_are_to_spare() -> None:
    course = Course(classify_status(500, "", ""), GOOD)
    assert course.run(UNSETTLED, attempts=4).mode == "json_schema"
    assert len(course.modes) == 2

    course = Course(classify_status(500, "", ""), GOOD)
    assert course.run(UNSETTLED, attempts=3).mode == "function_calling"


@pytest.mark.parametrize("failures", [[classify_status(500, "", "")], [BUSY, BUSY, classify_status(500, "", "")], [BUSY], [JUNK]])
def test_no_answer_takes_more_than_three_requests(failures: list[Failure]) -> None:
    for trials in (SETTLED, UNSETTLED):
        course = Course(*failures)
        assert reason(course.run(trials)) is not None
        assert len(course.modes) <= 3


def test_a_failure_that_says_nothing_about_the_kind_is_not_tried_more_often_than_allowed() -> None:
    course = Course(BUSY)
    course.run(UNSETTLED, attempts=1)
    assert len(course.modes) == 1


def test_every_kind_gets_a_request_however_few_are_allowed_if_the_others_are_turned_down_clearly() -> None:
    course = Course(classify_status(400, "", ""))
    course.run(UNSETTLED, attempts=1)
    assert course.modes == list(MODES)

    course = Course(classify_status(500, "", "json_schema is not supported"))
    course.run(UNSETTLED, attempts=1)
    assert course.modes == list(MODES)


def test_three_kinds_get_a_request_where_the_server_only_fails() -> None:
    course = Course(classify_status(500, "", ""))
    course.run(UNSETTLED, attempts=1)
    assert course.modes == list(MODES[:3])


def test_the_last_try_at_an_endpoint_that_ignores_fields_is_the_kind_that_needs_none() -> None:
    course = Course(JUNK)
    course.run(UNSETTLED)
    assert course.modes == ["json_schema", "function_calling", "prompt"]


def test_a_settled_kind_is_not_given_up_for_junk_or_a_server_error() -> None:
    for failure in (JUNK, classify_status(500, "", "")):
        course = Course(failure)
        assert course.run(SETTLED).refused == ()
        assert set(course.modes) == {"json_schema"}


def test_junk_of_a_settled_kind_is_asked_for_only_once_more() -> None:
    course = Course(JUNK)

    course.run(SETTLED, attempts=5)

    assert len(course.modes) == 2


def test_a_settled_kind_that_is_turned_down_makes_way_for_the_others() -> None:
    course = Course(classify_status(400, "", ""), GOOD)

    ending = course.run(SETTLED)

    assert (ending.mode, ending.refused) == ("function_calling", ("json_schema",))
