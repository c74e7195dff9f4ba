"""How far the scores of the current scale, and of others that could be in its place, are from experts' scores.

    python -m benchmarks.fit_scale [--labelled FOLDER] [--data FOLDER]

Reads the labelled answers in knowledge/answers and makes a score of their true labels by each curve, so that no examiner's mistake is
in the figures; beside it, where the answers of another rater are (`article_dev`), how far the offline examiner is from those. Prints
a table in Markdown and changes nothing: which curve is in force is decided in `interviewer.grading.scoring`, by these figures.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.evaluate import BANK, DATA
from interviewer.evaluation.learned import answers_folder
from interviewer.evaluation.rows import read_rows
from interviewer.evaluation.table import NONE, Table, render_markdown
from interviewer.grading.examiner import Examiner
from interviewer.grading.rubric.answers import Labelled, read_labelled
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.grading.scoring import KNEE, KNEE_MARKS, SCALES, Scale, answer_score, power_to_knee
from interviewer.models import SCALE, FalseStatement, Findings, Grade, Question, Quote, RubricPoint, Verdict, VerdictStatus
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import Bank, load_bank

Array = NDArray[np.float64]
FOLDS = 5
HALF = 50.0
"""Of the answers that an expert gives at least this for, the bias is told apart: a curve that is too steep shows there."""
TRIED = (80.0, 82.0, 84.0, 86.0, 88.0, 90.0)
"""Marks at the knee."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What was found in one answer, and an expert's score (0–100) of it. `batch`: which writing it comes from."""

    id: str
    batch: str
    points: tuple[RubricPoint, ...]
    findings: Findings
    gold: float


def curves() -> dict[str, Scale]:
    """The scales that are compared, by name: the one before, and knees of several heights, the one in force marked."""
    knees = {marks: replace(SCALES[SCALE], curve=partial(power_to_knee, marks=marks)) for marks in sorted({*TRIED, KNEE_MARKS})}
    named = {f"{marks:g} at {KNEE:.0%}{' (in force)' if marks == KNEE_MARKS else ''}": scale for marks, scale in knees.items()}
    return {"scale 2": SCALES[2], **named}


def findings_of(row: Labelled) -> Findings:
    """A labelled answer as an examiner without fault would report it: an error is about the point that is wrong with the same words."""
    known = [(id, status, quote) for id, (status, quote) in row.verdicts.items() if status is not None]
    wrong = {id: quote for id, status, quote in known if status is VerdictStatus.WRONG and quote}
    errors = (FalseStatement(Quote(error, 0, len(error)), point_id=_about(error, wrong)) for error in row.errors)
    return Findings(tuple(Verdict(id, status) for id, status, _ in known), tuple(errors))


def _about(error: str, wrong: Mapping[str, str]) -> str | None:
    return next((id for id, quote in wrong.items() if error in quote or quote in error), None)


def read_scored(bank: Bank, folder: Path) -> list[Scored]:
    """The labelled answers in `folder`/qNN.jsonl, NN being the question's order in the bank."""
    files = [(question, folder / f"q{question.order or 0:02d}.jsonl") for question in bank.questions]
    return [scored(question, row) for question, path in files if path.is_file() for row in read_labelled(path, question.id)]


def scored(question: Question, row: Labelled) -> Scored:
    """A labelled answer to the question."""
    return Scored(row.id, row.batch, question.points, findings_of(row), row.score)


def judge(path: Path, bank: Bank, examiner: Examiner) -> list[Scored]:
    """Another rater's answers with what the examiner finds in them; ungraded ones are left out."""
    found = []
    for row in read_rows([path], bank):
        outcome = examiner.grade(row.task())
        if isinstance(outcome, Grade) and row.gold is not None:
            found.append(Scored(row.id, row.batch, row.question.points, outcome.findings, 100 * row.gold))
    return found


def errors_of(rows: Sequence[Scored], scales: Mapping[str, Scale]) -> dict[str, Array]:
    """By name of the scale, how far each answer's score is above the expert's, in points of 100."""
    return {
        name: np.array([answer_score(row.points, row.findings.verdicts, row.findings.errors, scale=scale) - row.gold for row in rows])
        for name, scale in scales.items()
    }


def fold_of(row: Scored) -> int:
    """The same fold every time, whatever else is there."""
    return zlib.crc32(row.id.encode()) % FOLDS


def choose_left_out(rows: Sequence[Scored], errors: Mapping[str, Array]) -> tuple[Array, list[str]]:
    """The errors where each fold is scored by the scale that is nearest to the experts on the others; and those scales, by fold."""
    folds = np.array([fold_of(row) for row in rows])
    chosen = [min(errors, key=lambda name, fold=fold: _mae(errors[name][folds != fold])) for fold in range(FOLDS)]  # type: ignore[misc]
    return np.array([errors[chosen[fold]][place] for place, fold in enumerate(folds)]), chosen


def draw_table(rows: Sequence[Scored], others: Sequence[Scored], scales: Mapping[str, Scale]) -> Table:
    """One line a scale, and one for the choice among them; `others`: of another rater, none if they are not here."""
    errors, beside = errors_of(rows, scales), errors_of(others, scales)
    left_out, chosen = choose_left_out(rows, errors)
    lines = [*((name, errors[name], beside[name]) for name in scales), (_tell_choice(chosen), left_out, np.array([]))]
    gold, batch, folds = (np.array(each) for each in zip(*((row.gold, row.batch, fold_of(row)) for row in rows), strict=True))
    batches = list(dict.fromkeys(row.batch for row in rows))
    cells = tuple(
        (
            name, _show(_mae(off)), _show(_bias(off)), _show(_bias(off[gold >= HALF])), _show_range(off, folds),
            *(_show(_mae(off[batch == each])) for each in batches), _show(_mae(other)), _show(_bias(other)),
        )
        for name, off, other in lines
    )  # fmt: skip
    headings = ("curve", "MAE", "bias", f"bias of {HALF:g} and more", "MAE by fold", *(f"batch {each}" for each in batches))
    return Table((*headings, "other rater, MAE", "other rater, bias"), cells)


def _tell_choice(chosen: Sequence[str]) -> str:
    return f"best on the other folds: {', '.join(chosen if len(set(chosen)) > 1 else chosen[:1])}"


def _mae(off: Array) -> float:
    return float(np.abs(off).mean()) if len(off) else np.nan


def _bias(off: Array) -> float:
    return float(off.mean()) if len(off) else np.nan


def _show(value: float) -> str:
    return NONE if np.isnan(value) else f"{value:.1f}".replace("-", "−")


def _show_range(off: Array, folds: NDArray[np.int_]) -> str:
    by_fold = [_mae(off[folds == fold]) for fold in sorted(set(folds.tolist()))]
    return f"{min(by_fold):.1f} … {max(by_fold):.1f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if there are no labelled answers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--labelled", type=Path, default=answers_folder(), help="the folder of the labelled answers")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the other rater's answers")
    options = parser.parse_args(arguments)
    bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
    rows, path = read_scored(bank, options.labelled), options.data / f"{BANK.name}.jsonl"
    if not rows:
        print(f"no labelled answers in {options.labelled}: nothing was measured", file=sys.stderr)
        return 1
    others = judge(path, bank, RubricExaminer()) if path.is_file() else []
    print(f"{len(rows)} labelled answers, {len(others)} of another rater as the offline examiner judges them; points of 100\n")
    print(render_markdown(draw_table(rows, others, curves())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
