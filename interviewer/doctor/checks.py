"""What is said of one thing that was looked at, and how it is printed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

from interviewer.models import Bilingual, Lang


class State(StrEnum):
    """GOOD: works. NOTE: works, but worth knowing. BAD: something to mend."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `remedy`: what to do, if anything."""

    name: Bilingual
    state: State
    found: Bilingual
    remedy: Bilingual | None = None


def print_checks(checks: Sequence[Check], lang: Lang = "zh", out: TextIO | None = None) -> int:
    """Print the checks; the exit status: 1 if something has to be mended, else 0."""
    signs = {State.GOOD: "✓", State.NOTE: "·", State.BAD: "✗"}
    for check in checks:
        print(f"{signs[check.state]} {check.name[lang]}: {check.found[lang]}", file=out or sys.stdout)
        if check.remedy:
            print(f"    → {check.remedy[lang]}", file=out or sys.stdout)
    return int(any(check.state is State.BAD for check in checks))


def same(text: str) -> Bilingual:
    """What is said alike in both languages."""
    return Bilingual(text, text)
