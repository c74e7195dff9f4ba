"""The heads of one question that has no shipped ones: from its rubric's own words and the few labelled answers that its author wrote.

With so few examples a kernel ridge regression (Saunders, Gammerman & Vovk 1998) does what the shipped logistic regression does, in closed
form and with numpy alone; see `python -m benchmarks.few_answers`. An answer may not tell where it says a point: the windows that the heads
so far like best are taken for it, and the others left out (Andrews, Tsochantaridis & Hofmann 2003, multiple-instance learning).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.grading.rubric.answers import HOLLOW, Labelled
from interviewer.grading.rubric.heads import Array, Heads, pack_heads, unpack_heads
from interviewer.grading.rubric.training import ABOUT, Example, bank_texts, common_ngrams, read_example
from interviewer.models import Question, VerdictStatus

MOST_ANSWERS = 60
"""Of more, the last ones are learned from: more would take long, and forty come near the shipped hundreds."""
MOST_WINDOWS = 1500
_PENALTY = 1.0
_SCALE = 4.0
"""Log-odds for which an example's label is taken."""
_ROUNDS = 2
_UNKNOWN = "?"
"""The mark of a window that may say the point or not."""
_NOBODY = -6.0
"""Log-odds of what nobody ever said."""
_TOLD = (VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.WRONG)


@dataclass(frozen=True, slots=True)
class OwnHeads:
    """What was learned of one question. `points`: the ids of those that have heads, in order; `support`: by point, how many texts of the
    rubric and labelled answers say it; `made_of`: digest of what it was learned from, empty if that is the rubric alone."""

    points: tuple[str, ...]
    heads: Heads
    support: tuple[int, ...]
    made_of: str = ""

    def knows(self, question: Question) -> bool:
        """Whether they fit the question as it is asked. A drill is judged by the reference: it asks for some of the points alone."""
        return tuple(point.id for point in question.points) == self.points


def learn_own(question: Question, rows: Sequence[Labelled], *, made_of: str = "") -> OwnHeads:
    """The heads of a question; the same rows always give the same ones. Of a verdict without a quote the place is guessed."""
    kept = rows[-MOST_ANSWERS:]
    examples = [_shorten(read_example(question, row), MOST_WINDOWS // len(kept)) for row in kept]
    heads = _fit(question, [])
    for _ in range(_ROUNDS if any(_unplaced(question, example) for example in examples) else min(1, len(examples))):
        heads = _fit(question, [_place(question, heads, example) for example in examples])
    return OwnHeads(tuple(point.id for point in question.points), heads, _support(question, kept), made_of)


def _support(question: Question, rows: Sequence[Labelled]) -> tuple[int, ...]:
    texts = bank_texts(question)
    told = [
        sum(bool(grams) and marks[number] == "covered" for grams, marks in zip(texts.grams, texts.marks, strict=True))
        for number in range(len(question.points))
    ]
    said = [sum(row.verdicts.get(point.id, ("",))[0] in _TOLD[:2] for row in rows) for point in question.points]
    return tuple(one + other for one, other in zip(told, said, strict=True))


def digest_rows(rows: Sequence[Labelled]) -> str:
    """64 hex digits of the answers that are learned from."""
    told = [
        [row.lang, row.kind, row.answer, sorted((id, str(status), quote) for id, (status, quote) in row.verdicts.items()), list(row.errors)]
        for row in rows
    ]
    return hashlib.sha256(json.dumps(sorted(told), ensure_ascii=False).encode()).hexdigest()


def _shorten(example: Example, most: int) -> Example:
    reading = replace(example.reading, windows=example.reading.windows[:most])
    return replace(example, reading=reading, marks=example.marks[:most], false=example.false[:most])


def _unplaced(question: Question, example: Example) -> bool:
    return any(_is_unplaced(example, point.id, number) for number, point in enumerate(question.points))


def _is_unplaced(example: Example, point_id: str, number: int) -> bool:
    status, _ = example.row.verdicts.get(point_id, (VerdictStatus.MISSING, ""))
    return status in _TOLD and not any(marks[number] for marks in example.marks)


def _place(question: Question, heads: Heads, example: Example) -> Example:
    """The example with a guess where it says what it is labelled to say, and doubt wherever else it may; without one, as it is."""
    windows, points = example.reading.windows, len(question.points)
    if not windows:
        return example
    said = heads.score([heads.rows(window.grams) for window in windows])
    marks, false = [list(row) for row in example.marks], list(example.false)
    for number, point in enumerate(question.points):
        if point.id not in example.row.verdicts:
            for row in marks:
                row[number] = _UNKNOWN
        elif _is_unplaced(example, point.id, number):
            status = example.row.verdicts[point.id][0]
            errs = status is VerdictStatus.WRONG
            best = windows[int(said[:, number + (2 * points if errs else 0)].argmax())].span
            for at, window in enumerate(windows):
                here = 2 * window.span.overlap(best) >= window.span.end - window.span.start
                marks[at][number] = str(status) if here else _UNKNOWN
                if errs and example.row.kind != HOLLOW:
                    false[at] = True if here else false[at]
    return replace(example, marks=tuple(map(tuple, marks)), false=tuple(false))


def _fit(question: Question, examples: Sequence[Example]) -> Heads:
    texts = bank_texts(question)
    told = [number for number, text in enumerate(texts.grams) if text]  # of a language that the question is not asked in there are none
    grams = [*(window.grams for example in examples for window in example.reading.windows), *(texts.grams[at] for at in told)]
    marks = np.array([*(mark for example in examples for mark in example.marks), *(texts.marks[at] for at in told)])
    false = [*(each for example in examples for each in example.false), *(texts.false[at] for at in told)]
    index = {gram: row for row, gram in enumerate(common_ngrams(grams))}
    rarity, matrix = _weigh(index, grams)
    likeness = (matrix @ matrix.T).astype(np.float64) + 1.0  # 1: the bias is an n-gram that every text has
    targets = [
        (np.isin(marks[:, point], wanted), (marks[:, point] != _UNKNOWN) & (marks[:, point] != left_out))
        for wanted, left_out in (
            (("partial", "covered"), ABOUT),
            (("covered",), ABOUT),
            (("named", "partial", "covered", "wrong", ABOUT), _UNKNOWN),
        )
        for point in range(len(question.points))
    ]
    targets.append((np.array([bool(each) for each in false]), np.array([each is not None for each in false])))
    duals = np.column_stack([_fit_head(likeness, target, known) for target, known in targets])
    nobody = ~duals.any(axis=0)  # nobody ever said it
    bias = np.where(nobody, _NOBODY, duals.sum(axis=0))
    return Heads(index, rarity, matrix.T @ duals.astype(np.float32), bias)


def _weigh(index: dict[str, int], texts: Sequence[frozenset[str]]) -> tuple[Array, NDArray[np.float32]]:
    """The rarity of the n-grams, and the texts as rows of length 1."""
    matrix = np.zeros((len(texts), len(index)), dtype=np.float32)
    for number, text in enumerate(texts):
        matrix[number, [index[gram] for gram in text if gram in index]] = 1.0
    rarity = np.log(len(texts) / np.maximum(matrix.sum(axis=0), 1)).astype(np.float64)
    matrix *= rarity.astype(np.float32)
    matrix /= np.maximum(np.sqrt((matrix**2).sum(axis=1, keepdims=True)), 1e-12)
    return rarity, matrix


def _fit_head(likeness: Array, target: NDArray[np.bool_], known: NDArray[np.bool_]) -> Array:
    """What each text adds to a head; what holds and what does not weigh alike, however few there are of one."""
    rows = np.flatnonzero(known)
    holds = target[rows]
    count, yes = len(rows), int(holds.sum())
    found = np.zeros(len(target))
    if 0 < yes < count:
        weight = np.where(holds, count / (2 * yes), count / (2 * (count - yes)))
        found[rows] = np.linalg.solve(likeness[np.ix_(rows, rows)] + np.diag(_PENALTY / weight), _SCALE * (2.0 * holds - 1.0))
    return found


# ---------------------------------------------------------------- as they are kept


def pack_own(own: OwnHeads) -> bytes:
    """The heads as a file, some tens of kilobytes."""
    about = json.dumps({"points": list(own.points), "support": list(own.support), "made_of": own.made_of}, ensure_ascii=False)
    file = io.BytesIO()
    arrays: dict[str, Any] = {"about": np.frombuffer(about.encode(), dtype=np.uint8), **pack_heads(own.heads, "own")}
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def unpack_own(content: bytes) -> OwnHeads:
    """The reverse of `pack_own`."""
    with np.load(io.BytesIO(content), allow_pickle=False) as data:
        arrays = dict(data)
    about = json.loads(arrays["about"].tobytes())
    return OwnHeads(tuple(about["points"]), unpack_heads(arrays, "own"), tuple(about["support"]), about["made_of"])
