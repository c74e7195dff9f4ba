"""What commands fit is what is shipped: the trees for free answers."""

from __future__ import annotations

import hashlib
import statistics
from dataclasses import replace

import pytest

from benchmarks.train_free import OUT
from interviewer.evaluation.rows import read_rows
from interviewer.grading.rubric.examiner import RUBRIC_VERSION, RubricExaminer
from interviewer.grading.rubric.free_features import FEATURES
from interviewer.grading.rubric.free_trees import LINE, TREES
from interviewer.models import Grade
from interviewer.questions.bank import load_bank
from interviewer.questions.derive import free_question
from tests.conftest import ROOT, SHARED

GRADED = SHARED / "data" / "graded"
JUDGED = ("rubric-v2", "0d2cdf03c84a6948")
"""The version of the offline examiner and what it makes of the answers in this checkout."""
LEAST = {"mohler": 0.74, "ads": 0.7, "digiklausur": 0.72, "os": 0.6, "saf": 0.55}


def test_the_trees_are_small_and_name_only_known_features() -> None:
    assert OUT.stat().st_size < 5_000_000
    named = {int(node.split(":")[0]) for line in TREES.split("\n") for node in line.split() if ":" in node}
    assert named <= set(range(len(FEATURES)))


def test_the_line_has_a_slope_for_every_feature_that_goes_its_way() -> None:
    _, slopes = LINE
    assert all(slope * direction >= 0 for (slope, _, _), (_, direction) in zip(slopes, FEATURES, strict=True))


def test_free_answers_agree_with_people() -> None:
    data = GRADED / "human_dev_balanced.jsonl"
    if not data.exists():
        pytest.skip("the graded answers human_dev_balanced.jsonl are not here: this checkout has no ../shared")
    bank = load_bank([ROOT / "knowledge" / "questions"], knowledge=ROOT / "knowledge")
    examiner, pairs = RubricExaminer(), dict[str, list[tuple[float, float]]]()
    for row in read_rows([data], bank):
        grade = examiner.grade(row.task())
        assert isinstance(grade, Grade)
        pairs.setdefault(row.dataset, []).append((grade.score, row.gold or 0.0))
    for name, least in LEAST.items():
        assert statistics.correlation(*zip(*pairs[name], strict=True)) >= least, name


def test_other_grades_are_another_version() -> None:
    """Every grade names the version of the rules: an old one can be explained only if the same version always judges alike."""
    bank, examiner, judged = load_bank([ROOT / "knowledge" / "questions"], knowledge=ROOT / "knowledge"), RubricExaminer(), hashlib.sha256()
    for row in read_rows([ROOT / "benchmarks" / "data" / "unseen_answers.jsonl"], bank):
        bare = free_question(
            id="free", text=row.question.prompt[row.lang], references=[row.question.reference[row.lang]], rubric=(), lang=row.lang
        )
        for question in (row.question, bare):
            grade = examiner.grade(replace(row.task(), question=question))
            judged.update(" ".join(verdict.status.value for verdict in grade.verdicts).encode())
    assert (RUBRIC_VERSION, judged.hexdigest()[:16]) == JUDGED, "if a question changed, raise its version; else raise RUBRIC_VERSION"
