"""`python -m interviewer.dialogue`: learn what kind a message is, and write the data file. After the rubric's heads; needs the extra `eval`."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from interviewer.dialogue.figures import count_left_out, pack_left_out, read_left_out
from interviewer.dialogue.learned import DATA_FILE, pack_utterances
from interviewer.dialogue.material import GROUPINGS, digest_material, load_material
from interviewer.dialogue.training import learn, leave_out, read_example, with_digest
from interviewer.grading.rubric.heads import load_learned
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank


def main() -> int:
    """Write the data file with what is found in messages left out; the same material and heads always give the same one."""
    knowledge, rubric = knowledge_folder(), load_learned()
    material = load_material(load_bank([knowledge / "questions"], knowledge=knowledge).questions, knowledge)
    examples = [read_example(said, rubric) for said in material]
    digest = digest_material(material, rubric.settings["material"])
    arrays: dict[str, Any] = pack_utterances(with_digest(learn(examples), digest))
    for name, group in GROUPINGS.items():
        arrays |= pack_left_out(name, leave_out(examples, group))
    np.savez_compressed(DATA_FILE, **arrays)
    sys.stdout.write(f"learned from {len(material)} messages: {DATA_FILE.name}, {DATA_FILE.stat().st_size / 1000:.0f} kB\n")
    for name in GROUPINGS:
        for figure in count_left_out(read_left_out(name, material)):
            told = f"taken {figure.taken:.4f}  asked {figure.asked:.4f}  kind {figure.kind:.3f}"
            sys.stdout.write(f"  without its {name:6}  {figure.name:38} {figure.count:5}  {told}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
