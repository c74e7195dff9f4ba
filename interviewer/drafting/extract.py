"""A file or a pasted text as a `Document`. Reading happens in a process of its own, which has limits and ends with the file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import interviewer
from interviewer.drafting.document import Document
from interviewer.drafting.passing import unpack
from interviewer.drafting.refusals import refusal
from interviewer.drafting.unreadable import Unreadable, Why
from interviewer.errors import DraftError

MOST_MEGABYTES = 10
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024
PATIENCE = 60.0
"""Seconds that a file may take, and that one waits for its turn. The process's own limit of time, `CPU_SECONDS`, comes first as a rule."""
_MOST_REPLY = 64 * 1024 * 1024
_TURNS = threading.BoundedSemaphore(2)
"""Files that are read at once: each may take half a gibibyte."""
_KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_COMMAND = (sys.executable, "-P", "-m", "interviewer.drafting.reading_process")


def extract(data: bytes, *, name: str = "") -> Document:
    """What a file says: PDF, DOCX, HTML, Markdown or plain text, told by what is in it; `name` only tells Markdown from plain text.

    Text that a reader of the file would not see is in `hidden` and nowhere else. Takes a tenth of a second to twenty, so call it off the
    event loop. Raises `DraftError` with a sentence in both languages for whatever cannot be read.
    """
    return _read(data, {"name": name[-100:], "pasted": False})


def read_text(text: str) -> Document:
    """What a pasted text says: the source of a page, Markdown or plain. Otherwise as `extract`."""
    return _read(text.encode("utf-8", "replace"), {"name": "", "pasted": True})


def _read(data: bytes, facts: dict[str, Any]) -> Document:
    try:
        if len(data) > MOST_BYTES:
            raise Unreadable(Why.LARGE, MOST_MEGABYTES)
        if not _TURNS.acquire(timeout=PATIENCE):
            raise Unreadable(Why.BUSY)
        try:
            reply, code = _ask(json.dumps(facts).encode() + b"\n" + data)
        finally:
            _TURNS.release()
        return _document(reply, code)
    except Unreadable as error:
        raise DraftError(refusal(error.why, error.count), error.why.value) from None


def _document(reply: bytes, code: int) -> Document:
    if len(reply) > _MOST_REPLY:
        raise Unreadable(Why.MEMORY)
    try:
        packed = json.loads(reply)
        if "why" in packed:
            raise Unreadable(Why(packed["why"]), int(packed["count"]))
        return unpack(packed)
    except (ValueError, KeyError, TypeError):
        raise Unreadable(_why_ended(code)) from None


def _why_ended(code: int) -> Why:
    """What an end without a usable reply means: killed by a limit of time, by the system for want of memory, or by its own fault."""
    if code in (-getattr(signal, "SIGXCPU", 0), _LATE):
        return Why.HANG
    return Why.MEMORY if code == -getattr(signal, "SIGKILL", 0) else Why.CRASH


_LATE = 1_000
"""In place of an exit code: it was killed when patience ended."""


def _ask(request: bytes) -> tuple[bytes, int]:
    """The reply of a new process to a request, and how the process ended. It has ended, whatever happens."""
    # Its errors are not kept: they may quote the file. Of the environment it gets nothing that it has no need for, no key above all.
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PYTHONPATH": str(Path(interviewer.__file__).parents[1]), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    child = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)  # noqa: S603
    late = threading.Event()

    def stop() -> None:
        late.set()
        child.kill()

    clock = threading.Timer(PATIENCE, stop)
    clock.start()
    try:
        reply = _exchange(child, request)
        if len(reply) <= _MOST_REPLY:
            child.wait()
        return reply, _LATE if late.is_set() else (child.returncode or 0)
    finally:
        clock.cancel()
        child.kill()
        child.wait()


def _exchange(child: subprocess.Popen[bytes], request: bytes) -> bytes:
    """It says nothing before it has heard all, so that neither waits for the other."""
    assert child.stdin
    assert child.stdout
    with child.stdout:
        with suppress(OSError), child.stdin:
            child.stdin.write(request)
        return child.stdout.read(_MOST_REPLY + 1)
