"""The file of predictions: one line per judged answer, without the answer, safe to open in a spreadsheet.

An attack has two lines: its own id for the attacked answer, and the id with `#base` for what it hides in.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from interviewer.errors import ConfigError
from interviewer.evaluation.journal import Judgement
from interviewer.evaluation.run import JudgedRow
from interviewer.private_files import open_private

COLUMNS = ("id", "question_id", "dataset", "gold_norm", "pred_norm", "status")
BASE = "#base"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Prediction:
    """One line of the file. `gold`, `pred`: 0–100, None where there is none."""

    id: str
    question_id: str
    dataset: str
    gold: float | None
    pred: float | None


class PredictionWriter:
    """Writes lines as they come, so that whatever is in the file is true. Opened by the first use; ConfigError if it cannot be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self._file = open_private(self._path, newline="")
        except OSError as error:
            raise ConfigError(f"{self._path}: {error.strerror} → name a file that may be written") from None
        self._write(COLUMNS)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, judged: JudgedRow) -> None:
        """Put down one row."""
        row = judged.row
        self._write(_cells(judged, row.id, judged.answer))
        if judged.base is not None:
            self._write(_cells(judged, row.id + BASE, judged.base))

    def _write(self, cells: tuple[str, ...]) -> None:
        if self._file is None:
            raise RuntimeError("the writer is not open")
        csv.writer(self._file, lineterminator="\n").writerow([_harmless(cell) for cell in cells])
        self._file.flush()


def read_predictions(path: Path) -> dict[str, Prediction]:
    """The lines of a file of predictions by id; ConfigError if it is not one."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            if not set(COLUMNS) <= set(lines.fieldnames or ()):
                raise ConfigError(f"{path}: not a file of predictions → name one that `interviewer eval --out` has written")
            found = [_read(line) for line in lines]
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror} → name a readable file of predictions") from None
    except ValueError:
        raise ConfigError(f"{path}: damaged → write it anew with `interviewer eval --out`") from None
    return {prediction.id: prediction for prediction in found}


def _cells(judged: JudgedRow, id: str, judgement: Judgement) -> tuple[str, ...]:
    row = judged.row
    gold = "" if row.gold is None else f"{row.gold:.4f}"
    pred = "" if judgement.score is None else f"{judgement.score / 100:.4f}"
    return id, row.question_id, row.dataset, gold, pred, "ungraded" if judgement.score is None else "graded"


def _read(line: dict[str, str]) -> Prediction:
    gold, pred = (100 * float(line[name]) if line[name] else None for name in ("gold_norm", "pred_norm"))
    id, question_id, dataset = (_as_written(line[name]) for name in ("id", "question_id", "dataset"))
    return Prediction(id, question_id, dataset, gold, pred if line["status"] == "graded" else None)


def _harmless(cell: str) -> str:
    """A spreadsheet takes a cell that begins so for a formula."""
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _as_written(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell
