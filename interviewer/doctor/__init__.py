"""`interviewer doctor`: which examiner would run and why, whether the parts it needs work, and what to do if one does not.

Why an answer has no grade is explained in `messages`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from interviewer.config import Settings
from interviewer.doctor.checks import Check, State, print_checks
from interviewer.doctor.judging import Tell, tell_nobody
from interviewer.doctor.model import check_endpoint
from interviewer.doctor.parts import check_bank, check_data, check_examiner, check_extras, check_index, check_tokens, check_versions
from interviewer.endpoint.chat import ChatModel

__all__ = ["Check", "State", "diagnose", "print_checks"]


def diagnose(
    settings: Settings,
    *,
    chat: ChatModel | None = None,
    clock: Callable[[], float] = time.monotonic,
    judge: bool = False,
    tell: Tell = tell_nobody,
) -> tuple[Check, ...]:
    """Look at everything that grading needs. `chat`: the model to try; without it, the configured endpoint.

    `judge`: have it judge the labelled answers, which costs tokens; `tell` hears how far that is.
    """
    checks = [check_versions(), check_examiner(settings), check_data(settings.data), check_bank(settings), check_index(settings.data)]
    checks.append(check_tokens(settings))
    if settings.samples > 1 or settings.per_point == "on" or settings.second_opinion != "off":
        checks.append(check_extras(settings))
    if settings.has_model:
        checks.extend(check_endpoint(settings, chat, clock, judge=judge, tell=tell))
    return tuple(checks)
