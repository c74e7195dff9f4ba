"""What was learned to tell answers from everything else: three sets of heads and two lines over what they say, read from one file.

Learned by `training` from knowledge/utterances.jsonl and the labelled answers; `utterances` makes a kind of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.dialogue.traits import OF_CONTENT, Sketch, of_units, of_whole
from interviewer.grading.rubric.heads import Array, Heads, Line, Table, pack_heads, pack_line, unpack_heads, unpack_line
from interviewer.models import Utterance

UTTERANCE_VERSION = "utterance-v2"
"""Raised when a message may be taken for something else than before."""
DATA_FILE = Path(__file__).parent / "utterances.npz"
ASIDES = (Utterance.CLARIFY, Utterance.DISPUTE, Utterance.STUCK, Utterance.UNKNOWN, Utterance.CHANGE, Utterance.META)
"""The columns of the heads of kinds."""


@dataclass(frozen=True, slots=True)
class LearnedUtterances:
    """All that is learned. `whole`: whether a whole message is an aside; `unit`: whether a clause is; `kinds`: which aside it is.

    `bare`: short messages that are known word for word, with what they are. `aside`: log-odds that a message is no answer; `mixed`: that an answer has something else in it. `settings`: "ask" and "sure",
    the log-odds from which the candidate is asked, and from which it is an aside; "material", the digest of what was learned from.
    """

    whole: Heads
    unit: Heads
    kinds: Heads
    aside: Line
    mixed: Line
    settings: Mapping[str, Any]
    bare: Mapping[str, Utterance] = field(default_factory=dict)


def measure(whole: Heads, unit: Heads, sketches: Sequence[Sketch]) -> Table:
    """What the lines look at, by message."""
    said = whole.score([whole.rows(each.grams) for each in sketches])[:, 0]
    rows = []
    for each, odds in zip(sketches, said, strict=True):
        units = unit.score([unit.rows(one.grams) for one in each.units])[:, 0] if each.units else np.zeros(0)
        rows.append({**each.measured, **of_whole(float(odds), each.measured), **of_units(units, each.units)})
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def without_content(line: Line, table: Table) -> Table:
    """The table for a question of which nothing was learned: what only learned heads can tell counts neither way."""
    means = dict(zip(line.features, line.mean, strict=True))
    return {name: np.full_like(values, means[name]) if name in OF_CONTENT else values for name, values in table.items()}


def pack_utterances(learned: LearnedUtterances) -> dict[str, NDArray[Any]]:
    """The arrays of the data file."""
    about = {
        "lines": {"aside": pack_line(learned.aside), "mixed": pack_line(learned.mixed)},
        "settings": dict(learned.settings),
        "bare": {words: kind.value for words, kind in learned.bare.items()},
        "version": UTTERANCE_VERSION,
    }
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    heads = pack_heads(learned.whole, "whole") | pack_heads(learned.unit, "unit") | pack_heads(learned.kinds, "kinds")
    return heads | {"about": np.frombuffer(text.encode(), dtype=np.uint8)}


def unpack_utterances(data: Mapping[str, NDArray[Any]]) -> LearnedUtterances:
    """The reverse of `pack_utterances`."""
    about = json.loads(data["about"].tobytes())
    whole, unit, kinds = (unpack_heads(data, name) for name in ("whole", "unit", "kinds"))
    lines = {name: unpack_line(line) for name, line in about["lines"].items()}
    bare = {words: Utterance(kind) for words, kind in about["bare"].items()}
    return LearnedUtterances(whole, unit, kinds, lines["aside"], lines["mixed"], about["settings"], bare)


@cache
def load_utterances(path: Path = DATA_FILE) -> LearnedUtterances:
    """What is shipped, read once a process."""
    with np.load(path) as data:
        return unpack_utterances(dict(data))


def kind_of(kinds: Heads, sketches: Sequence[Sketch]) -> list[Utterance]:
    """The likeliest kind of each message, if it is an aside."""
    scores: Array = kinds.score([kinds.rows(each.grams) for each in sketches])
    return [ASIDES[column] for column in scores.argmax(axis=1)]
