"""What has been judged already, so that an interrupted run goes on and no answer is judged twice.

A file of JSON Lines: a digest of question, answer and examiner, and what came of it; no answer, no prompt: of a quote
only where it stands. The digests are made in `run`.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Self

from interviewer.errors import ConfigError
from interviewer.models import VerdictStatus
from interviewer.private_files import make_private_file, make_private_folder

VERSION = 3
"""Of the entries. Those of another one lack what is measured today, and their answers are judged again."""
Place = tuple[int, int]
"""A quote: `answer[start:end]`."""


@dataclass(frozen=True, slots=True)
class PointJudgement:
    """What was found on one point, and where it was said, None if nowhere."""

    point_id: str
    status: VerdictStatus
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of one answer. `score`: 0–100, None if ungraded, and then `reason` says why; `flagged`: a coach should look.

    `errors`: where the false statements stand that were reported. `interval`: 0–100, None if none was stated. `aside`: it was taken for
    no answer, which earns nothing here.
    """

    score: float | None
    reason: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    calls: int = 0
    milliseconds: float = 0.0
    flagged: bool = False
    points: tuple[PointJudgement, ...] = ()
    errors: tuple[Place, ...] = ()
    interval: tuple[float, float] | None = None
    aside: bool = False

    @property
    def tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens


class Journal:
    """The file of judgements; without a path it forgets. Safe to use from several threads; opened by the first use."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()

    def load(self) -> dict[str, Judgement]:
        """The grades by digest. What was ungraded is not among them: it is worth another try. A torn or strange line is passed over."""
        if self._path is None:
            return {}
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._refusal(error) from None
        return {key: judgement for key, judgement in filter(None, map(_read_entry, lines)) if judgement.score is not None}

    def append(self, key: str, judgement: Judgement) -> None:
        """Put a judgement down at once; ConfigError if the file cannot be written."""
        if self._path is None:
            return
        entry = json.dumps({"key": key, "version": VERSION, **asdict(judgement)}) + "\n"
        with self._lock:
            try:
                self._file = self._file or self._open(self._path)
                self._file.write(entry.encode())
            except OSError as error:
                raise self._refusal(error) from None

    def close(self) -> None:
        """Close the file; a later `append` opens it again."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def __enter__(self) -> Self:
        """Open at once: that the file cannot be written is told before anything is judged."""
        if self._path is not None:
            try:
                self._file = self._file or self._open(self._path)
            except OSError as error:
                raise self._refusal(error) from None
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def _open(path: Path) -> IO[bytes]:
        make_private_folder(path.parent)
        make_private_file(path)
        file = path.open("ab", buffering=0)
        if file.tell():
            # Ends a line that a kill has torn; an empty line more does no harm.
            file.write(b"\n")
        return file

    def _refusal(self, error: OSError) -> ConfigError:
        return ConfigError(f"{self._path}: {error.strerror} → name a file that may be written with --resume")


def _read_entry(line: bytes) -> tuple[str, Judgement] | None:
    try:
        values = json.loads(line)
        if values.pop("version") != VERSION:
            return None
        points, errors = tuple(map(_read_point, values.pop("points"))), tuple(map(_read_place, values.pop("errors")))
        interval = tuple(values.pop("interval") or ()) or None
        return values.pop("key"), Judgement(**values, points=points, errors=errors, interval=interval)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _read_point(values: dict[str, Any]) -> PointJudgement:
    place = values["place"]
    return PointJudgement(values["point_id"], VerdictStatus(values["status"]), _read_place(place) if place else None)


def _read_place(values: list[int]) -> Place:
    start, end = values
    return start, end
