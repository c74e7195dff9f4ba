"""Files for nobody but the account that runs the program: 0600 in folders of 0700, from the moment they are made.

Nothing is made wide and narrowed afterwards: in between somebody could open it. On systems without POSIX permissions (Windows) the folder's
own rules hold, and nothing is found wide.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

FILE_MODE, FOLDER_MODE = 0o600, 0o700
OTHERS = 0o077
"""What the group and everybody else may do."""
OURS = ("interviews.db*", "interviews-before-*", "erased.txt", "evaluations.jsonl", "endpoint*.json", "index", "exports")
"""What the program itself puts into a data folder."""


@contextmanager
def private_by_default() -> Iterator[None]:
    """Within the block whatever the process makes is its own account's, also what a library makes (Chroma's files, SQLite's log).

    The umask is the whole process's: for commands, before they start threads.
    """
    before = os.umask(OTHERS)
    os.umask(before | OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def make_private_folder(folder: Path) -> None:
    """Make the folder, and those above it that are missing, each readable by us alone; OSError as `mkdir`. One that is there stays as it is."""
    for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
        missing.mkdir(mode=FOLDER_MODE, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Make an empty file if there is none; OSError as `open`. One that is there stays as it is."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))


def open_private(path: Path, mode: str = "w", *, encoding: str = "utf-8", newline: str | None = None) -> IO[str]:
    """Open a text file for writing ("w", "a") that nobody else may read; OSError as `open`.

    A wider file of that name is narrowed before a word is written, what is no file (a pipe, /dev/stdout) is left as it is.
    """
    # Emptied by hand: with O_TRUNC a file that somebody else may read would be written to before it is narrowed.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if mode == "a" else 0), FILE_MODE)
    try:
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode):
            if found.st_mode & OTHERS and hasattr(os, "fchmod"):
                os.fchmod(descriptor, FILE_MODE)
            if mode == "w":
                os.ftruncate(descriptor, 0)
        return os.fdopen(descriptor, mode, encoding=encoding, newline=newline)
    except BaseException:
        os.close(descriptor)
        raise


def narrow_records(folder: Path) -> None:
    """Take the rights of others away from what an earlier version left wide in a data folder.

    The folder itself only if it holds nothing but ours: somebody may have named one that is used for other things, too. What belongs to
    another account stays as it is; `readable_by_others` tells.
    """
    found = records_in(folder)
    for path in readable_by_others(found):
        foreign = path == folder and any(not _is_ours(entry) for entry in folder.iterdir())
        with suppress(OSError):
            if not foreign and path.stat().st_uid == os.geteuid():
                path.chmod(_mode(path) & ~OTHERS)


def records_in(folder: Path) -> tuple[Path, ...]:
    """A data folder and all that the program put into it, as far as it is there."""
    found = [folder, *(path for pattern in OURS for path in sorted(folder.glob(pattern)))]
    return tuple(path for each in found for path in (each, *(sorted(each.rglob("*")) if each.name in ("index", "exports") else ())))


def readable_by_others(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Which of these files and folders the group or everybody else on this machine may read, write or enter, in the order given.

    Only their own mode counts, not that of the folders above. What is not there is left out.
    """
    return tuple(path for path in paths if _mode(path) & OTHERS) if os.name == "posix" else ()


def _is_ours(entry: Path) -> bool:
    return any(entry.match(pattern) for pattern in OURS)


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0
