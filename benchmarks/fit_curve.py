"""Fit the knots of `scoring.CURVE` on the rated development answers and print them with the cross-validated error.

    python benchmarks/fit_curve.py [--data FILE] [--drop 0.3] [--rounds 3]

The cues were written with these answers at hand, so a fit on them alone would expect too much of wordings that nobody has
seen. Each round therefore judges the answers once more with a share of all cues left out at random. The folds are questions.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from interviewer.grading.rubric import RubricExaminer  # noqa: E402
from interviewer.grading.scoring import CURVE, coverage, credit_of  # noqa: E402
from interviewer.models import GradingTask, Lang, Question, RubricPoint  # noqa: E402
from interviewer.questions.bank import load_bank  # noqa: E402

KNOTS = (0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
Array = NDArray[np.float64]


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
    """Rises between knots (never negative, summing to 100) with the least squared error, by projected gradient."""
    design, target = basis(np.array([each.covered for each in samples])), np.array([each.score for each in samples])
    rises = np.full(len(KNOTS) - 1, 100.0 / (len(KNOTS) - 1))
    rate = 1.0 / np.linalg.norm(design.T @ design, 2)
    for _ in range(steps):
        rises = np.maximum(rises - rate * (design.T @ (design @ rises - target)), 0.0)
    scaled: Array = rises * 100.0 / rises.sum()
    return scaled


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
    options = parser.parse_args()
    if not options.data.exists():
        parser.error(f"no rated answers at {options.data} → give --data")
    rows = [json.loads(line) for line in options.data.read_text(encoding="utf-8").splitlines() if line.strip()]
    knowledge = ROOT / "knowledge"
    questions = load_bank([knowledge / "questions"], knowledge=knowledge).questions
    plain = collect(rows, questions, 0.0, 0)
    samples = plain + [sample for seed in range(options.rounds) for sample in collect(rows, questions, options.drop, seed + 1)]
    heights = np.concatenate([[0.0], np.cumsum(fit(samples))])
    print("CURVE =", tuple((knot, round(float(height), 1)) for knot, height in zip(KNOTS, heights, strict=True)))
    print("now  =", CURVE)
    print("cross-validated by question:", {"all cues": report(plain), "with cues left out": report(samples)})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
