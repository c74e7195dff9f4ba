"""What happens now is about this request and this interview: carried by a context variable, and by our pools into their threads.

The log writes both beside each line. Only ids of the right form are taken: whatever else stands in an address is not for a log.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import ParamSpec, TypeVar

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_INTERVIEW_ID = re.compile(r"[0-9a-f]{32}")

Given = ParamSpec("Given")
Came = TypeVar("Came")


@dataclass(slots=True)
class About:
    """Ids, each "" for none. One object per request, so that what a thread of the request learns is known to all of the request."""

    request: str = ""
    interview: str = ""


_current: ContextVar[About | None] = ContextVar("about", default=None)


def current() -> About:
    """What the running code is about."""
    return _current.get() or About()


def begin_request(given: str = "") -> About:
    """Begin with a request, under the id that came with it if that is well formed (8 to 64 letters, digits, `.`, `_`, `-`), else a new one.

    Nothing ends it: every request is a task with a context of its own, and what is logged of it at the very end belongs to it.
    """
    about = About(given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8))
    _current.set(about)
    return about


def turn_to(interview_id: str) -> None:
    """From now on this request or work is about that interview; what has not the form of an id is left out."""
    about = current()
    _current.set(about)
    about.interview = interview_id if _INTERVIEW_ID.fullmatch(interview_id) else ""


class CarryingPool(ThreadPoolExecutor):
    """A pool whose threads know what the work is about that they were handed. What they learn beyond that is theirs."""

    def submit(self, fn: Callable[Given, Came], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Came]:
        """As its base does."""
        return super().submit(_carry, current(), partial(fn, *args, **kwargs))


def _carry(about: About, work: Callable[[], Came]) -> Came:
    token = _current.set(replace(about))
    try:
        return work()
    finally:
        _current.reset(token)
