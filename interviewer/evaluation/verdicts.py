"""The file of verdicts: a JSON object a line for every judged answer, with the words that each verdict stands on.

An attack has two lines, as in the file of predictions. What is ungraded has no points, `null` for a score, and says why.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any, Self

from interviewer.errors import ConfigError
from interviewer.evaluation.journal import Judgement, Place
from interviewer.evaluation.predictions import BASE
from interviewer.evaluation.run import JudgedRow
from interviewer.private_files import open_private


class VerdictWriter:
    """Writes lines as they come. Opened by the first use; ConfigError if it cannot be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self._file = open_private(self._path, newline="\n")
        except OSError as error:
            raise ConfigError(f"{self._path}: {error.strerror} → name a file that may be written with --verdicts") from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, judged: JudgedRow) -> None:
        """Put down one row."""
        row = judged.row
        self._write(describe_judgement(row.id, row.answer, judged.answer))
        if judged.base is not None:
            self._write(describe_judgement(row.id + BASE, row.base or "", judged.base))

    def _write(self, values: dict[str, Any]) -> None:
        if self._file is None:
            raise RuntimeError("the writer is not open")
        self._file.write(json.dumps(values, ensure_ascii=False) + "\n")
        self._file.flush()


def describe_judgement(id: str, answer: str, judgement: Judgement) -> dict[str, Any]:
    """One line of the file."""
    points = [{"id": each.point_id, "verdict": each.status.value, "quote": _quote(answer, each.place)} for each in judgement.points]
    values = {"id": id, "points": points, "errors": [_quote(answer, place) for place in judgement.errors], "score": judgement.score}
    return values if judgement.score is not None else {**values, "ungraded": judgement.reason}


def _quote(answer: str, place: Place | None) -> str:
    return answer[slice(*place)] if place else ""
