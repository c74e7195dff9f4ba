"""The log of the served application: one line for each event, on standard error, as text or as JSON.

A line has time (UTC), level, logger, message, and the request and interview that it is about. Of our own loggers everything from the level
that is set is written; of all others only warnings and errors: what the libraries of HTTP and of models write below that are whole requests.
What an exception says is never written, only what it is and where it came from (`log_redaction`).
"""

from __future__ import annotations

import logging
import sys
import threading
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

from interviewer.log_redaction import RedactMessages
from interviewer.observability.context import current

Level = Literal["debug", "info", "warning", "error"]
Form = Literal["text", "json"]

OWN = "interviewer"
LONGEST_MESSAGE = 1000
"""Characters of a line that is not ours."""


def set_up_logs(level: Level = "info", form: Form = "text", stream: TextIO | None = None) -> None:
    """Write the log of this process to `stream`, by default standard error. Doing it again replaces how it is written."""
    handler = _OwnHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    handler.addFilter(RedactMessages())
    handler.addFilter(_about)
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if isinstance(each, _OwnHandler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, _number(level)))
    logging.getLogger(OWN).setLevel(_number(level))
    threading.excepthook = _tell_dead_thread


def with_facts(**facts: str | float | None) -> dict[str, Any]:
    """What a line says, once more as fields for whoever reads the log by machine; to be passed as `extra`. None is left out."""
    return {"facts": {name: value for name, value in facts.items() if value is not None}}


class TextLines(logging.Formatter):
    """`2026-01-02T03:04:05.678Z WARNING interviewer.endpoint request=… interview=… message`; what is not known is left out."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and below it where an exception came from if there was one."""
        about = "".join(f" {name}={getattr(record, name)}" for name in ("request", "interview") if getattr(record, name, ""))
        line = f"{_time_of(record)} {record.levelname} {record.name}{about} {_message_of(record)}"
        return f"{line}\n{record.exc_text}" if record.exc_text else line


class JsonLines(JsonFormatter):
    """One JSON object a line: time, level, logger, message; request, interview and error where there are some; and the facts of `with_facts`."""

    def __init__(self) -> None:
        super().__init__(json_ensure_ascii=False)

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:  # noqa: ARG002
        """Only fields that are named here: what libraries hang on their records is not for a log."""
        log_data |= {"time": _time_of(record), "level": record.levelname.lower(), "logger": record.name, "message": _message_of(record)}
        log_data |= {name: value for name in ("request", "interview") if (value := getattr(record, name, ""))}
        log_data |= getattr(record, "facts", {})
        if record.exc_text:
            log_data["error"] = record.exc_text


class _OwnHandler(logging.StreamHandler[TextIO]):
    """The one that `set_up_logs` has added."""


def _number(level: Level) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _about(record: logging.LogRecord) -> bool:
    about = current()
    record.request, record.interview = about.request, about.interview
    return True


def _time_of(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _message_of(record: logging.LogRecord) -> str:
    """On one line, whatever is in it: a line break in a value must not look like a line of ours."""
    message = record.getMessage().strip()
    if record.name.partition(".")[0] != OWN:
        message = message[:LONGEST_MESSAGE]
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in message)


def _tell_dead_thread(what: threading.ExceptHookArgs) -> None:
    """A thread that ends by an exception is an error of the log instead of a traceback with what the exception says."""
    error = what.exc_value
    if error is not None:
        name = what.thread.name if what.thread else "?"
        logging.getLogger(f"{OWN}.threads").error("the thread %s ended", name, exc_info=(what.exc_type, error, what.exc_traceback))
