"""The one layer of retries: how often, how long and in which kind of structured output a request is tried.

Knows no network and no library: it is handed a function that makes one attempt. What a failure means is in `failures`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from interviewer.endpoint.adapting import Adaptation
from interviewer.endpoint.chat import Spent
from interviewer.endpoint.failures import Failure
from interviewer.endpoint.json_reply import find_object, is_unfinished
from interviewer.endpoint.structured import Mode
from interviewer.models import Reason

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
JUNK_TRIES = 2
"""Asking again seldom helps more than once when a reply was no JSON, and each time costs a whole reply."""
KINDS_TRIED = 3
"""Kinds of structured output that get a request even where fewer are allowed, unless they are turned down clearly, which costs none."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """What one request came to: a text, or a failure with perhaps the beginning of a text.

    `adaptation`: what to send otherwise, if the failure names a field that can be.
    """

    text: str = ""
    finish_reason: str = ""
    spent: Spent = field(default_factory=lambda: Spent(calls=1))
    failure: Failure | None = None
    adaptation: Adaptation | None = None

    @property
    def speaks_json(self) -> bool:
        """Whether the endpoint at least began with JSON, so that it has understood the kind of structured output."""
        return self.text.lstrip().startswith("{") and self.text.strip() != "{}"


Attempt = Callable[[Mode, float], Attempted]
"""Makes one attempt in a kind of structured output, told the seconds that are left."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A kind of structured output to try. `settled`: it is known to be understood, so an error has another cause."""

    mode: Mode
    settled: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended: the last attempt, the kind that it used, and what all attempts took. `refused`: kinds that were turned down."""

    attempted: Attempted
    mode: Mode
    spent: Spent
    refused: tuple[Mode, ...] = ()


@dataclass(slots=True)
class Patience:
    """How long to go on. `attempts`: tries in all; kinds of structured output that are turned down clearly do not count.

    `clock`, `pause` and `jitter` are seams for tests.
    """

    attempts: int
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = field(default=random.random)


def persist(attempt: Attempt, trials: Sequence[Trial], patience: Patience, *, deadline: float) -> Ending:
    """Attempt until one succeeds, the failure is final, or `deadline` seconds are over.

    An endpoint that ignores two kinds of structured output ignores such fields: its last try is the last kind, which needs none.
    """
    until = patience.clock() + deadline
    spent, refused, tried = Spent(), list[Mode](), 0
    left = max(patience.attempts, min(len(trials), KINDS_TRIED))
    open_trials = list(trials)
    while True:
        trial = open_trials.pop(0)
        kept = max(0, min(len(open_trials), KINDS_TRIED - len(refused) - 1))
        last, took, used = _persist_in_mode(attempt, trial, _Tries(left, kept, patience.attempts - tried), patience, until)
        spent, left, tried = spent + took, left - used, tried + used
        if last.failure is None or not last.failure.rejects:
            return Ending(last, trial.mode, spent, tuple(refused))
        refused.append(trial.mode)
        if left <= 0 or not open_trials:
            return Ending(last, trial.mode, spent, tuple(refused))
        if left == 1 and last.failure.reason is Reason.UNPARSABLE:
            open_trials = open_trials[-1:]


@dataclass(frozen=True, slots=True)
class _Tries:
    """How many requests may still be made. `kept`: those that the kinds to come should have, if this one is turned down.

    `same`: how many of them may be spent on a failure that says nothing about the kind.
    """

    left: int
    kept: int
    same: int


def check_object(attempted: Attempted, *choices: tuple[str, ...]) -> Attempted:
    """A reply without the object that was asked for is junk, or shows that the endpoint ignores the kind of structured output.

    `choices`: sets of keys of which the object must have one.
    """
    if any(find_object(attempted.text, required=keys) is not None for keys in choices):
        return attempted
    if not is_unfinished(attempted.text):
        failure = Failure(Reason.UNPARSABLE, "no JSON object as asked for", retry=True, rejects=True)
    elif attempted.finish_reason:
        failure = Failure(Reason.CUT_OFF, "the reply ends in the middle")
    else:
        failure = Failure(Reason.UNREACHABLE, "the reply broke off", retry=True)
    return Attempted(attempted.text, attempted.finish_reason, attempted.spent, failure)


def _persist_in_mode(attempt: Attempt, trial: Trial, tries: _Tries, patience: Patience, until: float) -> tuple[Attempted, Spent, int]:
    """The last attempt in one kind, what all took, and how many of them count."""
    spent, used = Spent(), 0
    last = Attempted(spent=Spent(), failure=_late())
    for number in range(1, tries.left + 1):
        left = until - patience.clock()
        if left <= 0:
            return replace(last, failure=_late() if last.failure is None else replace(last.failure, rejects=False)), spent, used
        last = attempt(trial.mode, left)
        spent += last.spent
        failure = last.failure
        used += not (failure and failure.clearly)
        if failure is None or number == tries.left or not _try_again(failure, trial, number, tries):
            break
        wait = pause_before(number, failure, patience)
        if patience.clock() + wait >= until:
            last = replace(last, failure=replace(failure, rejects=False))
            break
        patience.pause(wait)
    return _settle(last, trial), spent, used


def _try_again(failure: Failure, trial: Trial, number: int, tries: _Tries) -> bool:
    """Junk and a plain 500 get one more try; where the kind is not settled, they are the next kind's turn unless tries are to spare."""
    if failure.clearly and not trial.settled:
        return False
    if failure.reason is Reason.UNPARSABLE:
        return failure.retry and trial.settled and number < JUNK_TRIES
    if failure.rejects:
        return failure.retry and (trial.settled or (number < JUNK_TRIES and tries.left - number > tries.kept))
    return failure.retry and number < tries.same


def _settle(last: Attempted, trial: Trial) -> Attempted:
    """A settled kind is given up only for what cannot be an accident; junk and server errors are."""
    failure = last.failure
    if failure is None or not failure.rejects or not trial.settled or not failure.retry:
        return last
    return replace(last, failure=replace(failure, rejects=False))


def pause_before(number: int, failure: Failure, patience: Patience) -> float:
    """Exponential with jitter; never shorter than the endpoint asked for."""
    longest: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (number - 1))
    return max(failure.retry_after or 0.0, longest * (0.5 + 0.5 * patience.jitter()))


def _late() -> Failure:
    return Failure(Reason.TIMEOUT, "the time for this answer was over")
