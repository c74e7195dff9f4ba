"""What is measured of each stretch of a document to tell whether it is a question that an interviewer asks. Decides nothing. Pure.

Its words, and those before, after and over it, as n-grams that are hashed to columns; how it stands in its line; and, once every stretch
has a first estimate, what its like and its neighbours are taken for: an entry of a list is a question if the others are.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from interviewer.drafting.asking import ENDS_ASKING, INTERROGATIVE, TAIL_OF_TOPIC, TASK, TASK_LATER
from interviewer.drafting.document import BlockKind, Document
from interviewer.drafting.lines import Candidate, Line
from interviewer.drafting.outline import Place, mark_class
from interviewer.drafting.zones import ANSWERED, ASKED, BESIDE, TURNED

Array = NDArray[np.float64]
COLUMNS = 2**17
"""Columns that n-grams are hashed to."""
_TOKEN = re.compile(r"[a-z]+|\d+|[\u3400-\u9fff]|[^\s\w]", re.IGNORECASE)
_NEAR, _OVER, _TITLE = 40, 60, 200
"""Characters of what stands around that count: of neighbours, of headings, of the beginning of the text."""
_EDGE, _WORDS = 24, 3
_LONGEST = 600
"""Characters of a stretch whose words are measured."""
_SENTENCE = re.compile(r"[。！？!?]|\.\s")
_BESIDE = 150
"""Stretches of a block before and after one that it is compared with; no block but an endless line has more."""
NONE = -9.0
"""The log-odds of a stretch that is not there."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A candidate measured. `columns`: of its n-grams, sorted; `form`: measured of how it stands; `kind`, `like`: equal for the entries of one list."""

    candidate: Candidate
    columns: NDArray[np.int32]
    form: Array
    kind: tuple[object, ...]
    like: tuple[object, ...]


class Measured:
    """A document taken apart for measuring."""

    def __init__(self, document: Document, lines: Sequence[Line], places: Sequence[Place]) -> None:
        self._document, self._lines, self._places = document, lines, places
        self._around = cache(self._measure_around)

    def measure(self, candidates: Iterable[Candidate]) -> list[Stretch]:
        """The candidates, measured."""
        return [self._measure(each) for each in candidates]

    def _words(self, block: int) -> str:
        return self._document.words(self._lines[block].block.span) if 0 <= block < len(self._lines) else ""

    @cached_property
    def _title(self) -> frozenset[str]:
        return frozenset(_grams(self._document.text[:_TITLE], "t:", 2, edges=False))

    def _measure_around(self, number: int) -> tuple[NDArray[np.int32], tuple[str, ...], tuple[float, ...]]:
        """What is the same for every stretch of a block: the columns of its grams, its kinds, its figures."""
        line, place = self._lines[number], self._places[number]
        block = line.block
        head = " ".join(self._words(each)[:_NEAR] for each in place.over[:1])
        lead = self._words(place.lead)[-_NEAR:]
        parent = self._words(place.parent)[:_OVER] if place.parent != number else ""
        up = " ".join(self._words(each)[:_NEAR] for each in place.over[1:3])
        texts = (
            (self._words(number - 1)[-_NEAR:], "p:", 1), (self._words(number + 1)[:_NEAR], "n:", 1), (head, "h:", 2), (up, "u:", 1),
            (lead, "l:", 2), (parent, "q:", 1), (block.header, "H:", 2),
        )  # fmt: skip
        grams = frozenset(gram for text, tag, longest in texts if text for gram in _grams(text, tag, longest)) | self._title
        mark = mark_class(block.marker) if block.marker else ""
        kinds = (
            f"kind={block.kind}", f"role={line.role}", f"mark={mark}", f"depth={min(block.depth, 3)}", f"level={place.level}",
            f"speaks={line.speaks}", f"isone={line.is_one}", f"fmt={self._document.format}",
        )  # fmt: skip
        near = head + lead + parent
        figures = (
            (line.role == "asks") - (line.role == "answers"), line.speaks, block.depth, place.level, bool(block.marker),
            re.search(r"\d", block.marker) is not None, list(BlockKind).index(block.kind), len(place.over),
            TURNED.search(near) is not None, ASKED.search(near) is not None, BESIDE.search(head) is not None,
            ANSWERED.search(head + lead) is not None, ASKED.search(self._document.text[:_TITLE]) is not None,
        )  # fmt: skip
        return _columns_of(grams), kinds, tuple(map(float, figures))

    def _measure(self, candidate: Candidate) -> Stretch:
        text, span, line = self._document.text, candidate.span, self._lines[candidate.block]
        grams, around, figures = self._around(candidate.block)
        whole, words = line.block.span, self._document.words(span)[:_LONGEST]
        length = len(_TOKEN.findall(words))
        asks, task, asking = ENDS_ASKING.search(words) is not None, TASK.search(words) is not None, INTERROGATIVE.search(words) is not None
        later, tail = TASK_LATER.search(words) is not None, TAIL_OF_TOPIC.search(words) is not None
        starts, ends = span.start == line.span.start, span.end == line.span.end
        crossed = (f"form={candidate.form}", f"asks={asks}", f"task={task}")
        kinds = (
            *crossed, *around, f"whole={starts and ends}", f"starts={starts}", f"ends={ends}", f"inter={asking}", f"later={later}",
            f"tail={tail}", f"len={min(12, int(np.log2(1 + length) * 2))}",
        )  # fmt: skip
        own = set(_grams(words, "w:", 3))
        own |= set(_grams(text[whole.start : span.start][-_EDGE:], "b:", 2)) | set(_grams(text[span.end : whole.end][:_EDGE], "a:", 2))
        own |= set(kinds) | {f"{one}&{other}" for one in crossed for other in kinds}
        form = (
            *figures, asks, task, asking, later, tail, length, starts, ends, starts and ends, span.start / max(1, len(text)),
            len(_SENTENCE.findall(words)), (span.end - span.start) / max(1, whole.end - whole.start), span.start - whole.start,
        )  # fmt: skip
        block, place = line.block, self._places[candidate.block]
        mark = mark_class(block.marker) if block.marker else ""
        is_bold = bool(block.bold) and block.bold[0].start == block.span.start
        return Stretch(
            candidate,
            np.unique(np.concatenate((_columns_of(own), grams))),
            np.array(form, np.float64),
            (block.kind, block.depth, mark, is_bold, line.role, place.over[:1], candidate.form),
            (block.kind, block.depth, mark, block.header),
        )


def _columns_of(grams: Collection[str]) -> NDArray[np.int32]:
    return np.fromiter((zlib.crc32(gram.encode("utf-8", "replace")) % COLUMNS for gram in grams), np.int32, len(grams))


def _grams(text: str, tag: str, longest: int, *, edges: bool = True) -> Iterator[str]:
    """The runs of 1 to `longest` words, characters and marks of a text, and those at its edges; a number is "#"."""
    tokens = ["#" if token[0].isdigit() else token.lower() for token in _TOKEN.findall(text)]
    for size in range(1, longest + 1):
        yield from (tag + " ".join(tokens[at : at + size]) for at in range(len(tokens) - size + 1))
    if edges and tokens:
        for size in range(1, _WORDS + 1):
            yield tag + "^" + " ".join(tokens[:size])
            yield tag + "$" + " ".join(tokens[-size:])


def measure_context(stretches: Sequence[Stretch], odds: Array) -> Array:
    """By stretch, what its like and its neighbours are taken for. `odds`: the first estimate of each, as log-odds."""
    if not stretches:
        return np.zeros((0, 0))
    likely = 1 / (1 + np.exp(-odds))
    by_block, by_kind, by_like, by_form = (
        _number(key) for key in ([each.candidate.block for each in stretches], [each.kind for each in stretches],
                                 [each.like for each in stretches], [each.candidate.form for each in stretches])
    )  # fmt: skip
    best = {block: float(odds[numbers].max()) for block, numbers in by_block.items()}
    chance = {block: 1 / (1 + np.exp(-each)) for block, each in best.items()}
    whole = [np.mean([*chance.values()]), np.mean(sorted(chance.values())[-5:]), sum(chance.values()), float(len(chance))]
    starts = np.array([each.candidate.span.start for each in stretches])
    ends = np.array([each.candidate.span.end for each in stretches])
    sums = {
        name: {key: float(likely[numbers].sum()) for key, numbers in groups.items()}
        for name, groups in (("kind", by_kind), ("form", by_form))
    }
    tops = {key: np.sort(likely[numbers])[-2:] for key, numbers in by_kind.items()}
    outside = _outside(by_like, likely, [each.candidate.block for each in stretches])
    place = {int(number): at for numbers in by_block.values() for at, number in enumerate(numbers)}
    rows = []
    for number, each in enumerate(stretches):
        block, kind = each.candidate.block, by_kind[each.kind]
        mine = by_block[block][max(0, place[number] - _BESIDE) : place[number] + _BESIDE]
        mine = mine[mine != number]
        over = mine[(starts[mine] < ends[number]) & (starts[number] < ends[mine])]
        within = over[(starts[over] >= starts[number]) & (ends[over] <= ends[number])]
        around = over[(starts[over] <= starts[number]) & (ends[over] >= ends[number])]
        before = [chance[near] for near in (block - 1, block - 2, block - 3) if near in chance]
        after = [chance[near] for near in (block + 1, block + 2, block + 3) if near in chance]
        most = float(odds[over].max()) if len(over) else NONE
        top = tops[each.kind]
        rows.append([
            odds[number], _rest_mean(sums["kind"][each.kind], likely[number], len(kind)), float(len(kind)),
            float(top[0] if top[-1] == likely[number] else top[-1]) if len(kind) > 1 else -1.0,
            outside[number], float(len(by_like[each.like])), most, float(odds[within].max()) if len(within) else NONE,
            float(odds[around].max()) if len(around) else NONE, odds[number] - most,
            chance.get(block - 1, -1.0), chance.get(block + 1, -1.0), _mean(before), _mean(after), *whole,
            _rest_mean(sums["form"][each.candidate.form], likely[number], len(by_form[each.candidate.form])),
            float((odds[mine] > odds[number]).sum()), float(len(mine) + 1),
        ])  # fmt: skip
    return np.array(rows, np.float64)


def _number(keys: Sequence[object]) -> dict[object, NDArray[np.intp]]:
    found: dict[object, list[int]] = {}
    for number, key in enumerate(keys):
        found.setdefault(key, []).append(number)
    return {key: np.array(numbers) for key, numbers in found.items()}


def _outside(groups: dict[object, NDArray[np.intp]], likely: Array, blocks: Sequence[int]) -> Array:
    """By stretch, the mean of those of its group that stand in other blocks; -1 where there is none."""
    found = np.full(len(likely), -1.0)
    for numbers in groups.values():
        total, count = float(likely[numbers].sum()), len(numbers)
        own: dict[int, list[float]] = {}
        for number in numbers:
            own.setdefault(blocks[number], []).append(float(likely[number]))
        for number in numbers:
            mine = own[blocks[number]]
            if count > len(mine):
                found[number] = (total - sum(mine)) / (count - len(mine))
    return found


def _rest_mean(total: float, own: float, count: int) -> float:
    return (total - own) / (count - 1) if count > 1 else -1.0


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else -1.0
