"""Folders that are either whole or not there: sealing, checking, copying and a lock between processes. Standard library only.

A folder is built aside, sealed with the digests of its files and renamed into place; whoever uses it works on a copy of
his own. So a kill, a full disk, a truncated file or a second process shows as a folder that is not whole, and never as a
damaged one that is believed. What is in the folders is the business of `index`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from types import TracebackType

from interviewer.private_files import FOLDER_MODE

_SEAL = "seal.json"
_OWNER = "owner.lock"
_CONTENT = "content"


class FolderLock:
    """An exclusive lock on a file, freed by the system when its process dies. As a context it waits, up to `patience` seconds."""

    def __init__(self, path: Path, *, patience: float = 120.0) -> None:
        self._path, self._patience = path, patience
        self._file: int | None = None

    def take(self) -> bool:
        """Try once; OSError if the file cannot be made."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(file)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def free(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> FolderLock:
        deadline = time.monotonic() + self._patience
        while not self.take():
            if time.monotonic() > deadline:
                raise TimeoutError(f"another process has held {self._path.name} for {self._patience:.0f} s")
            time.sleep(0.05)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.free()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def seal(folder: Path, facts: dict[str, object]) -> None:
    """Write down what the folder holds, as the last act of building it."""
    record = {"facts": facts, "files": _digests(folder)}
    (folder / _SEAL).write_text(json.dumps(record, sort_keys=True), encoding="utf-8")


def is_whole(folder: Path, facts: dict[str, object]) -> bool:
    """Whether the folder was sealed with these facts and every byte is still as it was."""
    try:
        record = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
        return isinstance(record, dict) and record.get("facts") == facts and record.get("files") == _digests(folder)
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != _SEAL:
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


class WorkingCopy:
    """A process's own copy of a sealed folder, at `path`; removed by `discard`, or by `sweep` once its owner is dead."""

    def __init__(self, root: Path, owner: FolderLock) -> None:
        self._root, self._owner = root, owner
        self.path = root / _CONTENT

    @classmethod
    def of(cls, source: Path, root: Path) -> WorkingCopy:
        """Copy `source` into the new folder `root`; OSError if it cannot be read or written."""
        root.mkdir(mode=FOLDER_MODE)
        owner = FolderLock(root / _OWNER)
        owner.take()
        copy = cls(root, owner)
        try:
            shutil.copytree(source, copy.path)
        except (OSError, shutil.Error):
            copy.discard()
            raise
        return copy

    def discard(self) -> None:
        self._owner.free()
        shutil.rmtree(self._root, ignore_errors=True)


def sweep(folder: Path, *, unfinished: str, copies: str) -> None:
    """Remove what dead processes left: unfinished builds, and working copies whose owner is gone. Call it under the folder's lock."""
    for path in folder.glob(f"{unfinished}*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(f"{copies}*"):
        owner = FolderLock(path / _OWNER)
        try:
            free = owner.take()
        except OSError:
            free = True
        if free:
            owner.free()
            shutil.rmtree(path, ignore_errors=True)
