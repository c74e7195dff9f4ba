"""Learn how much of its reference an answer meets, and write interviewer/grading/rubric/reference.npz.

    python -m benchmarks.train_reference [--data FOLDER] [--check]

Learns from the labelled answers in knowledge/answers and from the public answers that people graded (`human_dev`), which are not part
of the project: their digests go to knowledge/answers/public.digests, so that no figure calls them unseen. Without them nothing is
written. Then prints the agreement on the balanced public answers and on the bank's, each judged by what was learned without its
question, then without its whole set. `--check` writes nothing. Needs scikit-learn; takes about a minute.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from interviewer.evaluation.learned import answers_folder, write_digests
from interviewer.evaluation.rows import Row, read_rows
from interviewer.grading.rubric.reference_score import DATA_FILE
from interviewer.grading.rubric.reference_training import (
    BANK,
    GradedAnswer,
    Lesson,
    cross_validate_reference,
    learn_reference,
    make_lessons,
    read_bank_answers,
)
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import Bank, load_bank

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "graded"
PUBLIC, SAMPLE = "human_dev.jsonl", "human_dev_balanced.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn, write, and print the agreement on what was left out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    if not (options.data / PUBLIC).is_file():
        print(f"no graded answers at {options.data / PUBLIC}: nothing was learned", file=sys.stderr)
        return 1
    bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
    public = read_rows([options.data / PUBLIC], bank)
    lessons = make_lessons(gather(public, bank))
    if not options.check:
        np.savez_compressed(DATA_FILE, **learn_reference(lessons))
        write_digests(answers_folder() / "public.digests", (row.answer for row in public))
    sample = {row.id for row in read_rows([options.data / SAMPLE], bank)} if (options.data / SAMPLE).is_file() else set()
    print_agreement(lessons, sample)
    return 0


def gather(public: Sequence[Row], bank: Bank) -> list[GradedAnswer]:
    """All that is learned from: public answers, then the labelled ones to the bank's questions."""
    return [*public, *read_bank_answers(bank.questions, answers_folder())]


def print_agreement(lessons: Sequence[Lesson], sample: set[str]) -> None:
    """The agreement on the sample and on the bank's answers."""
    chosen = {each.row.id for each in lessons if each.row.dataset == BANK or not sample or each.row.id in sample}
    for name, before, through in cross_validate_reference(lessons, chosen):
        print(f"judged without its {name}:")
        for raw, shown in zip(before, through, strict=True):
            print(
                f"  {raw.dataset:12} n {raw.n:4}  estimate r {raw.r:.3f}  bias {raw.bias:+5.1f}  MAE {raw.mae:4.1f}"
                f"   through the verdicts r {shown.r:.3f}  bias {shown.bias:+5.1f}  MAE {shown.mae:4.1f}"
            )


if __name__ == "__main__":
    raise SystemExit(main())
