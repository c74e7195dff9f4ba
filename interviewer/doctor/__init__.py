"""`interviewer doctor`: whether a set-up can work, which examiner would run and why, and what to do if a part is wanting.

Why an answer has no grade is explained in `messages`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from interviewer.config import Settings
from interviewer.doctor.checks import Check, State, print_checks
from interviewer.doctor.judging import Tell, no_judge, tell_nobody
from interviewer.doctor.model import check_endpoint
from interviewer.doctor.parts import check_bank, check_data, check_examiner, check_extras, check_index, check_tokens, check_versions
from interviewer.doctor.records import check_records
from interviewer.doctor.settings import broken_settings, check_limits, check_settings
from interviewer.doctor.surroundings import check_files, check_network, check_openid
from interviewer.endpoint.chat import ChatModel

__all__ = ["Check", "State", "broken_settings", "diagnose", "print_checks"]


def diagnose(
    settings: Settings,
    *,
    chat: ChatModel | None = None,
    clock: Callable[[], float] = time.monotonic,
    judge: bool = False,
    tell: Tell = tell_nobody,
) -> tuple[Check, ...]:
    """Look at everything that serving and grading need. `chat`: the model to try; without it, the configured endpoint.

    `judge`: have it judge the labelled answers, which costs tokens; `tell` hears how far that is.
    """
    checks = [check_versions(), *check_settings(settings), check_examiner(settings), check_data(settings.data), *check_records(settings)]
    checks += [*check_files(settings), check_bank(settings), check_index(settings.data), check_tokens(settings)]
    network = check_network(settings)
    checks += network
    reachable = all(check.state is not State.BAD for check in network)
    if reachable:
        checks += check_openid(settings)
    if settings.samples > 1 or settings.per_point == "on" or settings.second_opinion != "off":
        checks.append(check_extras(settings))
    if settings.has_model:
        checks.append(check_limits(settings))
    if settings.has_model and reachable:
        checks.extend(check_endpoint(settings, chat, clock, judge=judge, tell=tell))
    elif judge:
        checks.append(no_judge(settings))
    return tuple(checks)
