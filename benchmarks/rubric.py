"""How long the offline examiner takes for an answer: references, halves of them, and the article's answers if they are there; and for
one point of a drill.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

from benchmarks.harness import Figure, spread, timed
from benchmarks.interviews import part_of_reference
from benchmarks.processes import ROOT
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.grading.rubric.heads import load_learned
from interviewer.models import LANGS, GradingTask, Lang, Question
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import Bank, load_bank
from interviewer.training.drills import ask_alone, wordings

ANSWERS = ROOT.parent / "shared" / "data" / "graded" / "article_dev.jsonl"
ROUNDS = 3


def measure() -> list[Figure]:
    """Every answer several times, in an order of no pattern."""
    bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
    tasks = [*_from_bank(bank), *_from_dataset(bank)]
    examiner = RubricExaminer()
    load_learned.cache_clear()
    cold = _time(examiner, _task(bank.questions[0], "zh", bank.questions[0].reference.zh))
    for question in bank.questions:
        examiner.grade(_task(question, "zh", question.reference.zh))
    mixed = [task for task in tasks for _ in range(ROUNDS)]
    Random(1).shuffle(mixed)
    times = [_time(examiner, task) for task in mixed]
    lengths = [len(task.answer) for task in tasks]
    note = f"{len(tasks)} answers of {min(lengths)} to {max(lengths)} characters" + (
        "" if ANSWERS.exists() else "; without the article's answers"
    )
    return [
        *spread("rubric examiner per answer", times, p95=30, note=note),
        *_alone(bank, examiner),
        Figure("rubric examiner, longest", max(times), "ms"),
        Figure("rubric examiner, first answer of a process", cold, "ms", note="what was learned is read"),
    ]


def _alone(bank: Bank, examiner: RubricExaminer) -> list[Figure]:
    """Single points, as a drill asks them, answered with the reference's sentence."""
    asked = [
        (ask_alone(question, [point.id], wordings(question, point)[0]), lang)
        for question in bank.questions
        for point in question.points
        for lang in LANGS
    ]
    tasks = [_task(question, lang, question.reference[lang]) for question, lang in asked] * ROUNDS
    Random(1).shuffle(tasks)
    return spread("rubric examiner per drilled point", [_time(examiner, task) for task in tasks], p95=30, note=f"{len(asked)} points")


def _time(examiner: RubricExaminer, task: GradingTask) -> float:
    return timed(lambda: examiner.grade(task))


def _from_bank(bank: Bank) -> Iterator[GradingTask]:
    for question in bank.questions:
        for lang in LANGS:
            yield _task(question, lang, question.reference[lang])
            yield _task(question, lang, part_of_reference(question, lang, end=0.5))
            yield _task(question, lang, part_of_reference(question, lang, start=0.5, end=1.0))


def _from_dataset(bank: Bank) -> Iterator[GradingTask]:
    if ANSWERS.exists():
        for line in ANSWERS.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield _task(bank.find(str(row["question"])), row["lang"], row["answer"])


def _task(question: Question, lang: Lang, answer: str) -> GradingTask:
    return GradingTask(question, lang, question.prompt[lang], answer)
