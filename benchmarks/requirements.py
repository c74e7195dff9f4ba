"""How well the requirements of postings are matched with the bank's questions, on those that the weights were chosen on and on others.

A row names the questions that would show whether somebody meets the requirement; none where no question of the bank would.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models.postings import Need
from interviewer.posting.matching import Matcher
from interviewer.posting.requirements import Wanted

DATA = Path(__file__).parent / "data"
PARTS = {"chosen on": DATA / "requirements_built.jsonl", "left out": DATA / "requirements_unseen.jsonl"}


@dataclass(frozen=True, slots=True)
class Matched:
    """Shares of 0–1. `first`: a right question comes first, where there is one; `none`: nothing is offered where nothing fits."""

    first: float
    none: float
    precision: float
    recall: float


def read_requirements(part: str) -> list[dict[str, Any]]:
    """The labelled requirements of a part."""
    return [json.loads(line) for line in PARTS[part].read_text(encoding="utf-8").splitlines()]


def judge(rows: Sequence[dict[str, Any]], match: Callable[[str], Sequence[str]]) -> Matched:
    """`match`: the ids of the questions found for a text, the nearest first."""
    found = [(tuple(match(row["text"])), frozenset(row["questions"])) for row in rows]
    fitting, others = [each for each in found if each[1]], [each for each in found if not each[1]]
    right = sum(len(wanted.intersection(got)) for got, wanted in found)
    return Matched(
        sum(bool(got) and got[0] in wanted for got, wanted in fitting) / max(1, len(fitting)),
        sum(not got for got, _ in others) / max(1, len(others)),
        right / max(1, sum(len(got) for got, _ in found)),
        right / max(1, sum(len(wanted) for _, wanted in found)),
    )


def main() -> None:
    """Print both parts."""
    app = Application(Settings())
    matcher = Matcher(app.bank.questions, app.skills, app.bank.terms)
    for part in PARTS:
        rows = read_requirements(part)
        got = judge(rows, lambda text: matcher.match(Wanted(text, Need.MUST)).question_ids)
        print(
            f"{part:9}  n {len(rows)}  first {got.first:.2f}  none {got.none:.2f}  precision {got.precision:.2f}  recall {got.recall:.2f}"
        )


if __name__ == "__main__":
    main()
