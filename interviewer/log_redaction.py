"""Faults are logged with their place and kind, never with their text: an exception's message may hold an answer, a key or a row."""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType

LOGGERS = ("uvicorn.error", "asyncio")
"""Who logs what nobody has caught."""


_SHOWS_VALUES = "asyncio"
"""Its messages show the callback, the task and the exception that they are about."""
_WORDS = re.compile(r"[\w ',.-]*")


class RedactMessages(logging.Filter):
    """Replaces the exception of a record by its frames and type names. Filters of a logger see its own records only."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        if record.name == _SHOWS_VALUES and (words := _WORDS.match(record.getMessage())):
            record.msg, record.args = words[0].strip(), ()
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            record.exc_text, record.exc_info = tell_place(record.exc_info[1], record.exc_info[2]), None
        return True


def tell_place(error: BaseException, trace: TracebackType | None) -> str:
    """Where it happened and what kind of error it is; the source lines are ours, the values are not shown."""
    told = "".join(traceback.format_tb(trace)) + type(error).__qualname__
    cause = error.__cause__ or error.__context__
    return f"{told} (from {type(cause).__qualname__})" if cause else told


def redact_logs() -> None:
    """Put the filter before the loggers; doing it again changes nothing."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, RedactMessages) for known in logger.filters):
            logger.addFilter(RedactMessages())
