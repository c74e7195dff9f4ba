"""How well questions that are one are told from those that are not, on groups of wordings: every pair of a part counts.

The limit was chosen on the part `choose`; `report` was looked at once, afterwards. One writer wrote the groups and the glossary, so that
other people's questions fare worse between languages, where a word is not in the glossary.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from benchmarks.harness import Figure
from interviewer.drafting.duplicates import LIMIT, Glossary, Subject
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_glossary

PAIRS = Path(__file__).resolve().parent / "data" / "duplicates.jsonl"


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to put the question of a group."""

    group: str
    subject: Subject


def measure() -> list[Figure]:
    """Precision, and recall within a language and between the two, of both parts."""
    return [figure for part in ("choose", "report") for figure in measure_part(part)]


def measure_part(part: str) -> list[Figure]:
    """The figures of one part."""
    wordings = list(read_wordings(part))
    pairs = list(combinations(wordings, 2))
    same = [(one, other) for one, other in pairs if one.group == other.group]
    found = [pair for pair in pairs if pair[0].subject.likeness(pair[1].subject) >= LIMIT]
    right = sum(one.group == other.group for one, other in found)
    note = f"{len(same)} of {len(pairs)} pairs are one question"
    figures = [Figure(f"{part}: precision", right / len(found), "", note=note)]
    for name, crossed in (("within a language", False), ("between languages", True)):
        asked = [pair for pair in same if (pair[0].subject.han != pair[1].subject.han) is crossed]
        recalled = sum(pair in found for pair in asked)
        figures.append(Figure(f"{part}: recall {name}", recalled / len(asked), "", note=f"{recalled} of {len(asked)}"))
    return figures


def read_wordings(part: str) -> Iterator[Wording]:
    """The wordings of one part."""
    glossary = Glossary(load_glossary(knowledge_folder()))
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["part"] == part:
            yield Wording(row["group"], glossary.read(row["text"]))
