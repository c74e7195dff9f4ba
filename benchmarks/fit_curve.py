"""Fit the knots of `scoring.CURVE` on the rated development answers and print them with the cross-validated error.

    python benchmarks/fit_curve.py [--data FILE] [--drop 0.3] [--rounds 3] [--write]

What it prints is what is shipped: `--write` puts it into scoring.py and the table of the README, and without it the command
ends with 1 if they hold anything else. The knots are whole marks of a monotone least-squares fit whose steepness may change
little from one stretch to the next, since fewer than a hundred answers say little about any single stretch.

The cues were written with these answers at hand, so the error is also told for rounds that judge them once more with a share
of all cues left out at random. The folds are questions.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from interviewer.grading.rubric.examiner import RubricExaminer  # noqa: E402
from interviewer.grading.scoring import CURVE, coverage, credit_of  # noqa: E402
from interviewer.models import GradingTask, Lang, Question, RubricPoint  # noqa: E402
from interviewer.questions.bank import load_bank  # noqa: E402

KNOTS = (0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
SMOOTHNESS = 5e-5
SCORING = ROOT / "interviewer" / "grading" / "scoring.py"
Array = NDArray[np.float64]
Curve = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One judged answer: its question, its coverage (0–1) and what the experts gave (0–100)."""

    question: str
    covered: float
    score: float


def thin_out(question: Question, share: float, seed: int) -> Question:
    """The question with a share of its cues left out at random."""
    dice = random.Random(f"{question.id}-{seed}")

    def keep(cues: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(cue for cue in cues if dice.random() >= share)

    def thin(point: RubricPoint) -> RubricPoint:
        beliefs = tuple(replace(belief, cues=keep(belief.cues)) for belief in point.misconceptions)
        return replace(point, covered_cues=keep(point.covered_cues), partial_cues=keep(point.partial_cues), misconceptions=beliefs)

    return replace(question, points=tuple(thin(point) for point in question.points))


def collect(rows: Sequence[dict[str, object]], questions: Sequence[Question], share: float, seed: int) -> list[Sample]:
    """Judge every row that belongs to one of the questions."""
    examiner = RubricExaminer()
    by_order = {question.order: thin_out(question, share, seed) if share else question for question in questions}
    samples = []
    for row in rows:
        question = by_order.get(row["question"])  # type: ignore[call-overload]
        if question is None:
            continue
        lang: Lang = "en" if row["lang"] == "en" else "zh"
        grade = examiner.grade(GradingTask(question, lang, question.prompt[lang], str(row["answer"]), want_follow_up=False))
        credits = {verdict.point_id: credit_of(verdict) for verdict in grade.verdicts}
        samples.append(Sample(question.id, coverage(question.points, credits), float(str(row["score"]))))
    return samples


def basis(covered: Array) -> Array:
    """How much of each stretch between two knots a coverage has gone through."""
    knots = np.array(KNOTS)
    gone: Array = np.clip((covered[:, None] - knots[:-1]) / np.diff(knots), 0.0, 1.0)
    return gone


def fit(samples: Sequence[Sample], steps: int = 4000) -> Array:
    """Rises between knots (never negative, summing to 100) with the least squared error and bend, by projected gradient."""
    design, target = basis(np.array([each.covered for each in samples])), np.array([each.score for each in samples])
    slopes = np.diag(1.0 / np.diff(np.array(KNOTS)))
    bends = np.sqrt(SMOOTHNESS * len(samples)) * np.diff(slopes, axis=0)
    full = np.full((1, len(KNOTS) - 1), np.sqrt(float(len(samples))))
    design = np.vstack([design, bends, full])
    target = np.concatenate([target, np.zeros(len(bends)), full[0, :1] * 100.0])
    rises = np.full(len(KNOTS) - 1, 100.0 / (len(KNOTS) - 1))
    rate = 1.0 / np.linalg.norm(design.T @ design, 2)
    for _ in range(steps):
        rises = np.maximum(rises - rate * (design.T @ (design @ rises - target)), 0.0)
    scaled: Array = rises * 100.0 / rises.sum()
    return scaled


def fitted_curve(samples: Sequence[Sample]) -> Curve:
    """The knots in whole marks, as they are shipped."""
    heights = np.concatenate([[0.0], np.cumsum(fit(samples))])
    return tuple((knot, float(round(height))) for knot, height in zip(KNOTS, heights.tolist(), strict=True))


def write_curve(curve: Curve, source: str) -> str:
    """The text of scoring.py with these knots."""
    knots = "".join(f"    ({knot}, {height}),\n" for knot, height in curve)
    return re.sub(r"(CURVE: [^\n]+ = \(\n).*?(?=\)\n)", lambda found: found.group(1) + knots, source, count=1, flags=re.DOTALL)


def write_table(curve: Curve, source: str) -> str:
    """The text of a README with these knots between its marks."""
    rows = (" | ".join(f"{100 * knot:.0f} %" for knot, _ in curve), " | ".join(f"{height:.0f}" for _, height in curve))
    table = f"\n| {rows[0]} |\n|{'---:|' * len(curve)}\n| {rows[1]} |\n"
    return re.sub(r"(<!-- curve -->).*?(?=<!-- /curve -->)", lambda found: found.group(1) + table, source, count=1, flags=re.DOTALL)


def collect_all(data: Path, drop: float = 0.3, rounds: int = 3) -> tuple[list[Sample], list[Sample]]:
    """The answers judged with all cues, and together with the rounds that leave cues out."""
    rows = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines() if line.strip()]
    knowledge = ROOT / "knowledge"
    questions = load_bank([knowledge / "questions"], knowledge=knowledge).questions
    plain = collect(rows, questions, 0.0, 0)
    return plain, plain + [sample for seed in range(rounds) for sample in collect(rows, questions, drop, seed + 1)]


def predict(samples: Sequence[Sample], rises: Array) -> Array:
    """Marks for the samples."""
    return basis(np.array([each.covered for each in samples])) @ rises


def report(samples: Sequence[Sample]) -> dict[str, float]:
    """Error and correlation with each question judged by a curve fitted on the others."""
    predicted = np.zeros(len(samples))
    for question in {each.question for each in samples}:
        inside = np.array([each.question == question for each in samples])
        rises = fit([each for each in samples if each.question != question])
        predicted[inside] = predict([each for each in samples if each.question == question], rises)
    target = np.array([each.score for each in samples])
    return {"n": len(samples), "mae": float(np.abs(predicted - target).mean()), "r": float(np.corrcoef(predicted, target)[0, 1])}


def main() -> int:
    """Fit, and print what to put into scoring.py."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "graded" / "article_dev.jsonl")
    parser.add_argument("--drop", type=float, default=0.3, help="share of the cues left out in the extra rounds")
    parser.add_argument("--rounds", type=int, default=3, help="extra rounds with cues left out")
    parser.add_argument("--write", action="store_true", help="put the knots into scoring.py and the README")
    options = parser.parse_args()
    if not options.data.exists():
        parser.error(f"no rated answers at {options.data} → give --data")
    plain, samples = collect_all(options.data, options.drop, options.rounds)
    curve = fitted_curve(plain)
    print("CURVE =", curve)
    print("now   =", CURVE)
    print("cross-validated by question:", {"all cues": report(plain), "with cues left out": report(samples)})
    if options.write:
        SCORING.write_text(write_curve(curve, SCORING.read_text(encoding="utf-8")), encoding="utf-8")
        for readme in ROOT.glob("README*.md"):
            readme.write_text(write_table(curve, readme.read_text(encoding="utf-8")), encoding="utf-8")
    return 0 if options.write or curve == CURVE else 1


if __name__ == "__main__":
    raise SystemExit(main())
