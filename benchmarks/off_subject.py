"""What a complete answer to another question earns: each question of the bank is answered with the references of all the others.

    python -m benchmarks.off_subject

The references are no labelled answers: nothing was learned from them or chosen by them. Some of what they say is right here, too.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping

from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.models import LANGS, Grade, GradingTask, Lang
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import Bank, load_bank

Scores = Mapping[tuple[Lang, str, str], float | None]
"""By language, question asked and question answered: 0–100, None if it is not graded."""


def judge_off_subject(bank: Bank) -> Scores:
    """The score of every question's reference as an answer to every other question."""
    examiner, found = RubricExaminer(), dict[tuple[Lang, str, str], float | None]()
    for lang in LANGS:
        for asked in bank.questions:
            for answered in (each for each in bank.questions if each.id != asked.id):
                outcome = examiner.grade(GradingTask(asked, lang, asked.prompt[lang], answered.reference[lang]))
                found[lang, asked.id, answered.id] = outcome.score if isinstance(outcome, Grade) else None
    return found


def describe_off_subject(bank: Bank) -> str:
    """A section of the evaluation."""
    found = judge_off_subject(bank)
    lines = [
        "## 答的是另一道题 · Answers to another question",
        "",
        "每一题都用别的题的参考答案来答：通顺、内容正确，只是答非所问。没有学过，也没有据此选定什么。",
        "Each question is answered with the references of all the others: fluent, right, and beside the question. Never learned from, and",
        "nothing was chosen by them.",
        "",
        "|  | n | 未评 ungraded | 平均 mean | 九成不超过 p90 | 最高 highest |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for lang in LANGS:
        scores = [score for (told, *_), score in found.items() if told == lang]
        known = sorted(score for score in scores if score is not None)
        nine = statistics.quantiles(known, n=10)[-1]
        lines.append(
            f"| {lang} | {len(scores)} | {len(scores) - len(known)} | {statistics.mean(known):.1f} | {nine:.1f} | {known[-1]:.1f} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    print(describe_off_subject(load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())))
