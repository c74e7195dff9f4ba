"""A grade names the version of the rules that gave it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from interviewer.evaluation.rows import read_rows
from interviewer.grading.rubric.examiner import RUBRIC_VERSION, RubricExaminer
from interviewer.models import Grade
from interviewer.questions.bank import load_bank
from interviewer.questions.derive import free_question
from tests.conftest import ROOT

JUDGED = ("rubric-v10", "7941dac85a47406b")
"""The version of the offline examiner and what it makes of the answers in this checkout."""


def test_other_grades_are_another_version() -> None:
    """Every grade names the version of the rules: an old one can be explained only if the same version always judges alike."""
    bank, examiner, judged = load_bank([ROOT / "knowledge" / "questions"], knowledge=ROOT / "knowledge"), RubricExaminer(), hashlib.sha256()
    for row in read_rows([ROOT / "benchmarks" / "data" / "unseen_answers.jsonl"], bank):
        bare = free_question(
            id="free", text=row.question.prompt[row.lang], references=[row.question.reference[row.lang]], rubric=(), lang=row.lang
        )
        for question in (row.question, bare):
            outcome = examiner.grade(replace(row.task(), question=question))
            verdicts = outcome.verdicts if isinstance(outcome, Grade) else ()
            judged.update(" ".join(verdict.status.value for verdict in verdicts).encode())
    assert (RUBRIC_VERSION, judged.hexdigest()[:16]) == JUDGED, "if a question changed, raise its version; else raise RUBRIC_VERSION"
