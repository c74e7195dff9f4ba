"""The process that reads one file: `python -m interviewer.drafting.reading_process`, a request on its input, a reply on its output.

It reads what strangers wrote with libraries that were not made for enemies. So it imports the readers and nothing else of the program,
has limits of time and memory, and opens no connection, starts no program and writes no file. What is left of its time and memory when
it fails is the parent's to see.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Any

from interviewer.drafting.passing import pack
from interviewer.drafting.reading import read_file, read_words
from interviewer.drafting.unreadable import Unreadable, Why

CPU_SECONDS = 20
MEMORY = 512 * 1024 * 1024
_DENIED = ("socket.", "subprocess.", "shutil.", "ftplib.", "urllib.", "tempfile.")
_DENIED_ACTS = frozenset(
    {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.kill", "os.remove", "os.rename", "os.rmdir",
    "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "webbrowser.open"}
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def main() -> None:
    """Read one file and say what is in it."""
    limit()
    reply = answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(reply)
    sys.stdout.buffer.flush()


def answer(request: bytes) -> bytes:
    """A request's reply: a line of JSON about the file, then the file. Whatever the file does to its reader, this returns."""
    head, _, data = request.partition(b"\n")
    facts = json.loads(head)
    try:
        return pack(read_words(data.decode("utf-8", "replace")) if facts["pasted"] else read_file(data, facts["name"]))
    except Unreadable as error:
        return _refuse(error.why, error.count)
    except MemoryError:
        return _NO_MEMORY
    except Exception:  # noqa: BLE001
        # Damaged files make the libraries raise anything: KeyError, AssertionError, RecursionError, struct.error …
        return _refuse(Why.DAMAGED)


def limit() -> None:
    """Give up what a reader has no need for. Where the system knows no limits (Windows), the parent's clock is all there is."""
    logging.disable(logging.CRITICAL)
    sys.addaudithook(_deny)
    if sys.platform != "win32":
        import resource

        # At the first of the two seconds the process is told why it ends, which its exit code says; at the second it could not be.
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
        for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
            resource.setrlimit(what, (most, most))


def _refuse(why: Why, count: int = 0) -> bytes:
    return json.dumps({"why": why, "count": count}).encode()


_NO_MEMORY = _refuse(Why.MEMORY)
"""Made before there is none left."""


def _deny(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and arguments[2] & _WRITES:
        raise PermissionError("a reader writes no file")
    if event.startswith(_DENIED) or event in _DENIED_ACTS:
        raise PermissionError(f"a reader does not: {event}")


if __name__ == "__main__":
    main()
