"""How well the general points of an answer about one's own work are told apart: agreement on labelled answers, half of which were left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from interviewer.evaluation.points import weighted_kappa
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.models import Grade, GradingTask, Question, VerdictStatus
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank

ANSWERS = Path(__file__).parent / "data" / "deep_dive_answers.jsonl"
STEPS = [VerdictStatus.MISSING, VerdictStatus.NAMED, VerdictStatus.PARTIAL, VerdictStatus.COVERED]


def read_answers(*, left_out: bool) -> list[dict[str, Any]]:
    """The answers on which patterns were chosen (by twos, one in each language), or those left out."""
    rows = [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").splitlines()]
    return [row for number, row in enumerate(rows) if (number // 2) % 2 == left_out]


def verdicts(rows: list[dict[str, Any]]) -> Iterator[tuple[str, str, VerdictStatus, VerdictStatus]]:
    """Answer, point, the label, and what was found."""
    examiner = RubricExaminer()
    questions = load_bank([knowledge_folder() / "deep-dive"], knowledge=knowledge_folder()).questions
    for row in rows:
        found = {}
        for question in questions:
            outcome = examiner.grade(_task(question, row))
            assert isinstance(outcome, Grade)
            found |= {verdict.point_id: verdict.status for verdict in outcome.verdicts}
        for point, label in row["points"].items():
            yield row["id"], point, VerdictStatus(label), found[point]


def _task(question: Question, row: dict[str, Any]) -> GradingTask:
    return GradingTask(question, row["lang"], question.prompt["zh" if row["lang"] == "zh" else "en"], row["answer"])


def main() -> None:
    """Print both halves."""
    for name, left_out in (("chosen on", False), ("left out", True)):
        rows = list(verdicts(read_answers(left_out=left_out)))
        pairs = [(STEPS.index(label), STEPS.index(found)) for _id, _point, label, found in rows]
        exact = sum(one == other for one, other in pairs) / len(pairs)
        print(f"{name:9}  verdicts {len(pairs)}  exact {exact:.2f}  kappa {weighted_kappa(*zip(*pairs, strict=True)):.2f}")


if __name__ == "__main__":
    main()
