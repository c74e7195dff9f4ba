"""How well contradictions between an answer and a CV are found: precision and recall on pairs, half of which nothing was chosen on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewer.models.postings import Resume
from interviewer.posting.claims import ClaimChecker

PAIRS = Path(__file__).parent / "data" / "cv_claims.jsonl"


@dataclass(frozen=True, slots=True)
class Found:
    """Of pairs: how many contradictions were found rightly, found wrongly, and not found."""

    right: int
    wrong: int
    missed: tuple[str, ...]
    mistaken: tuple[str, ...]

    @property
    def precision(self) -> float:
        """0–1."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """0–1."""
        return self.right / (self.right + len(self.missed)) if self.right + len(self.missed) else 1.0


def read_pairs(*, left_out: bool) -> list[dict[str, Any]]:
    """The pairs on which patterns were chosen (even numbers), or those left out (odd ones)."""
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if int(row["id"][3:]) % 2 == left_out]


def judge(pairs: Sequence[dict[str, Any]]) -> Found:
    """What is found of them."""
    found = {row["id"]: bool(ClaimChecker(Resume(text=row["cv"])).find(row["answer"])) for row in pairs}
    missed = tuple(row["id"] for row in pairs if row["contradicts"] and not found[row["id"]])
    mistaken = tuple(row["id"] for row in pairs if not row["contradicts"] and found[row["id"]])
    return Found(sum(row["contradicts"] and found[row["id"]] for row in pairs), len(mistaken), missed, mistaken)


def main() -> None:
    """Print both halves."""
    for name, left_out in (("chosen on", False), ("left out", True)):
        pairs = read_pairs(left_out=left_out)
        found = judge(pairs)
        print(
            f"{name:9}  n {len(pairs)}  precision {found.precision:.2f}  recall {found.recall:.2f}  missed {len(found.missed)}  wrong {found.wrong}"
        )


if __name__ == "__main__":
    main()
