"""What the scattered words of a reference earn, on questions that have nothing but a reference, and how many honest answers are taken for such.

From each public question that is at hand the reference's words are taken without those that bind them, in no order, and judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from benchmarks.evaluate import DATA, WHOLE
from benchmarks.harness import Figure
from interviewer.evaluation.rows import Row, read_rows
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.grading.rubric.free_features import prepare_subject
from interviewer.grading.rubric.free_reading import is_salad
from interviewer.grading.rubric.judge import read_script
from interviewer.models import GradingTask, Lang
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from interviewer.text.words import count_han, count_words, measure_length

_LEAST = 16.0
_TERM = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
_BINDING_ZH = re.compile(r"[的了就都也会用把在是到由将被和与或]")
_BINDING_EN = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "be",
        "it",
        "its",
        "this",
        "that",
        "these",
        "which",
        "so",
        "because",
        "since",
        "to",
        "from",
        "with",
        "by",
        "when",
        "if",
        "each",
        "every",
        "per",
        "then",
        "after",
        "before",
        "until",
        "into",
        "on",
        "at",
        "as",
        "than",
        "not",
        "we",
        "i",
        "you",
        "they",
        "can",
        "will",
        "would",
        "should",
        "must",
        "use",
        "used",
        "using",
        "and",
        "or",
        "but",
        "for",
        "in",
        "of",
        "only",
        "has",
        "have",
        "do",
        "does",
        "all",
        "there",
        "where",
        "while",
    ]
)


def measure() -> list[Figure]:
    """Per language; nothing where the public answers are absent."""
    path = DATA / f"{WHOLE.name}.jsonl"
    if not path.exists():
        return []
    bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
    rows = read_rows([path], bank)
    examiner, figures = RubricExaminer(), []
    for lang, tasks in _salads(rows).items():
        scores = [examiner.grade(task).score for task in tasks]
        note = f"{len(scores)} questions"
        figures += [
            Figure(f"scattered words of a reference, {lang}, mean score", sum(scores) / len(scores), "points", 15, note=note),
            Figure(f"scattered words of a reference, {lang}, scored above 20", sum(score > 20 for score in scores), "answers", note=note),
        ]
    taken = sum(_is_taken(row) for row in rows if row.gold)
    return [
        *figures,
        Figure("human answers with marks taken for such", taken, "answers", 0, note=f"of {sum(bool(row.gold) for row in rows)}"),
    ]


def _salads(rows: tuple[Row, ...]) -> dict[Lang, list[GradingTask]]:
    found: dict[Lang, list[GradingTask]] = {}
    for row in {row.question_id: row for row in rows}.values():
        reference = row.question.reference[row.lang]
        words = list(_terms(reference))
        Random(1).shuffle(words)
        salad = " ".join(words)
        if measure_length(salad) >= _LEAST:
            task = GradingTask(row.question, row.lang, row.question.prompt[row.lang], salad, want_follow_up=False)
            found.setdefault(row.lang, []).append(task)
    return found


def _terms(reference: str) -> Iterator[str]:
    if count_han(reference) <= count_words(reference):
        yield from (word for word in _TERM.findall(reference) if word.lower() not in _BINDING_EN)
        return
    for run in _RUN.findall(reference):
        for part in _BINDING_ZH.split(run):
            yield from (part[start : start + 4] for start in range(0, len(part), 4) if len(part) > 1)


def _is_taken(row: Row) -> bool:
    return is_salad(prepare_subject(row.question), read_script(row.answer, (row.question.prompt[row.lang],)))
