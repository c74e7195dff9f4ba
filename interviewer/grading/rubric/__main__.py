"""`python -m interviewer.grading.rubric`: learn from knowledge/answers and write the data file. Needs the extra `eval`."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np

from interviewer.grading.rubric.heads import DATA_FILE, pack_learned
from interviewer.grading.rubric.learning import digest_material, is_answer, learn, load_materials
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank


def main() -> int:
    """Write the data file; the same answers and bank always give the same one."""
    knowledge = knowledge_folder()
    bank = load_bank([knowledge / "questions"], knowledge=knowledge)
    materials = load_materials(bank.questions, knowledge / "answers")
    learned = learn(materials)
    made_of = {"material": digest_material(bank.questions, knowledge / "answers")}
    arrays: dict[str, Any] = pack_learned(replace(learned, settings={**learned.settings, **made_of}))
    np.savez_compressed(DATA_FILE, **arrays)
    size = DATA_FILE.stat().st_size / 1_000_000
    answers = sum(is_answer(each.row) for material in materials for each in material.examples)
    sys.stdout.write(f"learned from {answers} answers to {len(materials)} questions: {DATA_FILE.name}, {size:.1f} MB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
