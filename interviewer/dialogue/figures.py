"""How well messages are told apart, counted on messages left out of learning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.dialogue.learned import DATA_FILE
from interviewer.dialogue.material import GROUPINGS, Said
from interviewer.models import Heard, Utterance
from interviewer.text.words import measure_length

SHORT, LONG = 12.0, 30.0
"""In units of `words.measure_length`: below is a short message, from there on a long one."""
_KINDS = tuple(Utterance)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A message, what it is taken for by what was learned without it, and which aside it would be."""

    said: Said
    heard: Heard
    kind: Utterance

    @property
    def is_taken(self) -> bool:
        """Whether it is surely taken for an aside."""
        return not self.heard.utterance.is_answer and not self.is_asked

    @property
    def is_asked(self) -> bool:
        """Whether the candidate is asked what it is."""
        return self.heard.utterance is Utterance.UNSURE


@dataclass(frozen=True, slots=True)
class Figure:
    """Of some messages: how many, and the shares (0–1) surely taken for an aside and asked about.

    `kind`: of those surely taken, the share of the right kind; 0 where none is taken.
    """

    name: str
    count: int
    taken: float
    asked: float
    kind: float


def count_left_out(rows: Sequence[LeftOut]) -> list[Figure]:
    """The figures by what the messages are; short and long ones apart."""
    return [_figure(name, [row for row in rows if holds(row.said)]) for name, holds in _GROUPS.items()]


def _figure(name: str, rows: Sequence[LeftOut]) -> Figure:
    taken = [row for row in rows if row.is_taken]
    right = sum(row.kind is row.said.kind for row in taken)
    return Figure(name, len(rows), _share(len(taken), rows), _share(sum(row.is_asked for row in rows), rows), _share(right, taken))


def _share(count: int, of: Sequence[LeftOut]) -> float:
    return count / len(of) if of else 0.0


def _is_aside(said: Said) -> bool:
    return not said.kind.is_answer


_GROUPS: Mapping[str, Callable[[Said], bool]] = {
    "answers": lambda said: said.kind is Utterance.ANSWER,
    "labelled answers": lambda said: said.labelled,
    "answers that look like something else": lambda said: said.kind is Utterance.ANSWER and not said.labelled,
    "short answers": lambda said: said.kind is Utterance.ANSWER and measure_length(said.text) < SHORT,
    "mixed": lambda said: said.kind is Utterance.MIXED,
    "asides": _is_aside,
    "short asides": lambda said: _is_aside(said) and measure_length(said.text) < SHORT,
    "long asides": lambda said: _is_aside(said) and measure_length(said.text) >= LONG,
}


def pack_left_out(name: str, rows: Sequence[tuple[Heard, Utterance]]) -> dict[str, NDArray[Any]]:
    """The arrays of the data file for what `training.leave_out` found."""
    codes = [[_KINDS.index(heard.utterance), _KINDS.index(kind)] for heard, kind in rows]
    return {f"left_out/{name}": np.array(codes, dtype=np.uint8)}


def read_left_out(name: str, material: Sequence[Said], path: Path = DATA_FILE) -> list[LeftOut]:
    """What stands in the data file; `name`: one of `material.GROUPINGS`; `material`: what the file was learned from."""
    assert name in GROUPINGS
    with np.load(path) as data:
        codes = data[f"left_out/{name}"]
    measured = [said for said in material if said.is_measured]
    heard = [Heard(_KINDS[code], sure=_KINDS[code] is not Utterance.UNSURE) for code in codes[:, 0]]
    return [LeftOut(said, one, _KINDS[code]) for said, one, code in zip(measured, heard, codes[:, 1], strict=True)]
