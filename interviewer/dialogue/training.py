"""Learns to tell answers from everything else: `make train`. Deterministic; needs scikit-learn.

The lines look at what heads say of messages that they have not seen (cross-fitting), and the thresholds are chosen on the same.
Figures come from messages that neither heads nor lines nor thresholds have seen: `leave_out`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.dialogue.learned import ASIDES, LearnedUtterances, measure
from interviewer.dialogue.material import Said, fold_of
from interviewer.dialogue.traits import ALWAYS, Sketch, sketch
from interviewer.dialogue.utterances import judge
from interviewer.grading.rubric.heads import Array, Heads, Learned, Line, Table
from interviewer.grading.rubric.training import fit_line
from interviewer.models import Heard, Utterance

VOCABULARY = 12_000
"""N-grams kept by each of the heads: those that it leans on most."""
_COMMON = 3
"""Texts that an n-gram must come in."""
_WHOLE_STRENGTH, _UNIT_STRENGTH, _KIND_STRENGTH = 30.0, 10.0, 100.0
"""Inverse strength of the L2 penalty (C of scikit-learn)."""
_DOUBT = 3.0
"""What `ALWAYS` weighs beside an n-gram's 1: a text of a few n-grams gets log-odds nearer to even."""
_INNER = 4
_TAKEN, _ASKED = 0.004, 0.008
"""Share of the answers that may be taken for something else; share of those with labels that may be asked about."""
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """A message, taken apart."""

    said: Said
    sketch: Sketch

    @property
    def is_aside(self) -> bool:
        """Whether nothing of it answers."""
        return not self.said.kind.is_answer


def read_example(said: Said, rubric: Learned) -> Example:
    """Take a message apart."""
    return Example(said, sketch(said.text, said.question, said.prompt, rubric))


@dataclass(frozen=True, slots=True)
class _Texts:
    """What one head is learned from: n-grams, yes or no, and how much it counts."""

    grams: Sequence[frozenset[str]]
    marks: NDArray[np.bool_]
    weights: Array


def fit_whole(examples: Sequence[Example]) -> Heads:
    """Whether a message as a whole is an aside."""
    marks = np.array([[each.is_aside] for each in examples])
    weights = np.array([each.said.weight for each in examples])
    return _fit(_Texts([each.sketch.grams for each in examples], marks, weights), _WHOLE_STRENGTH, None)


def fit_unit(examples: Sequence[Example]) -> Heads:
    """Whether a clause is beside the answer; in a mixed message the clauses of its answering part are not."""
    grams, marks, weights = [], [], []
    for each in examples:
        told = each.said.kind is not Utterance.MIXED or each.said.part is not None
        for unit in each.sketch.units if told else ():
            grams.append(unit.grams)
            marks.append([_is_beside(each.said, unit.start, unit.end)])
            weights.append(each.said.weight / np.sqrt(len(each.sketch.units)))
    return _fit(_Texts(grams, np.array(marks), np.array(weights)), _UNIT_STRENGTH, None)


def _is_beside(said: Said, start: int, end: int) -> bool:
    if said.part is None:
        return not said.kind.is_answer
    return 2 * (min(end, said.part[1]) - max(start, said.part[0])) < end - start


def fit_kinds(examples: Sequence[Example]) -> Heads:
    """Which aside it is, learned from the asides alone."""
    asides = [each for each in examples if each.is_aside]
    marks = np.array([[each.said.kind is kind for kind in ASIDES] for each in asides])
    weights = np.array([each.said.weight for each in asides])
    return _fit(_Texts([each.sketch.grams for each in asides], marks, weights), _KIND_STRENGTH, "balanced")


def _fit(texts: _Texts, strength: float, balance: str | None) -> Heads:
    """Learned twice: once over all n-grams that come often enough, then over those that weighed most."""
    counts = Counter(gram for grams in texts.grams for gram in grams)
    heads = _fit_over(sorted(gram for gram, count in counts.items() if count >= _COMMON), texts, strength, balance)
    names = sorted(heads.index, key=heads.index.__getitem__)
    order = np.argsort(-np.abs(heads.weights).max(axis=1), kind="stable")[:VOCABULARY]
    return _fit_over(sorted({ALWAYS, *(names[row] for row in order)}), texts, strength, balance)


def _fit_over(vocabulary: Sequence[str], texts: _Texts, strength: float, balance: str | None) -> Heads:
    from sklearn.linear_model import LogisticRegression

    index = {gram: row for row, gram in enumerate(vocabulary)}
    rarity = np.ones(len(index))
    rarity[index[ALWAYS]] = _DOUBT
    matrix, weights, bias = _matrix(index, rarity, texts.grams), [], []
    for column in texts.marks.T:
        model = LogisticRegression(C=strength, class_weight=balance, solver="liblinear", max_iter=300, random_state=0)
        model.fit(matrix, column, texts.weights)
        weights.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    return Heads(index, rarity, np.column_stack(weights), np.array(bias))


def _matrix(index: dict[str, int], rarity: Array, texts: Sequence[frozenset[str]]) -> Any:
    """The texts as rows of length 1."""
    from scipy.sparse import csr_matrix

    rows = [np.array(sorted(index[gram] for gram in text if gram in index), dtype=np.intp) for text in texts]
    starts = np.cumsum([0, *map(len, rows)])
    values = [rarity[row] / np.sqrt((rarity[row] ** 2).sum()) for row in rows]
    return csr_matrix((np.concatenate(values), np.concatenate(rows), starts), shape=(len(rows), len(index)))


def learn(examples: Sequence[Example]) -> LearnedUtterances:
    """Everything, from these messages; the settings are without the digest."""
    table = _cross_measure(examples)
    asides = np.array([each.is_aside for each in examples])
    weights = np.array([each.said.weight for each in examples])
    aside = _fit_line(table, asides, weights)
    mixed = np.array([each.said.kind is Utterance.MIXED for each in examples])
    line = _fit_line(_rows(table, ~asides), mixed[~asides], weights[~asides])
    settings = _choose_thresholds(aside.log_odds(table), examples)
    return LearnedUtterances(fit_whole(examples), fit_unit(examples), fit_kinds(examples), aside, line, settings, know_bare(examples))


def know_bare(examples: Sequence[Example]) -> dict[str, Utterance]:
    """The short messages that are an aside wherever they stand, with what they are most often."""
    said: dict[str, Counter[Utterance]] = {}
    for each in examples:
        if each.sketch.bare is not None:
            said.setdefault(each.sketch.bare, Counter())[each.said.kind] += 1
    return {words: kinds.most_common(1)[0][0] for words, kinds in sorted(said.items()) if not any(kind.is_answer for kind in kinds)}


def _cross_measure(examples: Sequence[Example]) -> Table:
    """What is measured of each message by heads that were learned without it."""
    folds = np.array([fold_of(each.said.text + "/", _INNER) for each in examples])
    parts: list[tuple[NDArray[np.intp], Table]] = []
    for fold in sorted(set(folds)):
        rest = [each for each, its in zip(examples, folds, strict=True) if its != fold]
        own = np.flatnonzero(folds == fold)
        parts.append((own, measure(fit_whole(rest), fit_unit(rest), [examples[int(row)].sketch for row in own])))
    order = np.argsort(np.concatenate([rows for rows, _ in parts]), kind="stable")
    return {name: np.concatenate([table[name] for _, table in parts])[order] for name in parts[0][1]}


def _fit_line(table: Table, target: Bools, weights: Array) -> Line:
    return fit_line(sorted(table), table, target.astype(float), weights)


def _rows(table: Table, rows: Bools) -> Table:
    return {name: values[rows] for name, values in table.items()}


def _choose_thresholds(odds: Array, examples: Sequence[Example]) -> dict[str, float]:
    answers = np.array([each.said.is_measured and each.said.kind is Utterance.ANSWER for each in examples])
    labelled = np.array([each.said.labelled for each in examples])
    ask = float(np.quantile(odds[labelled], 1 - _ASKED))
    return {"ask": round(ask, 3), "sure": round(max(ask, float(np.quantile(odds[answers], 1 - _TAKEN))), 3)}


def leave_out(examples: Sequence[Example], group: Callable[[Said], str]) -> list[tuple[Heard, Utterance]]:
    """What each measured message is taken for by what was learned without its group, and which aside it would be; in their order."""
    found: dict[int, tuple[Heard, Utterance]] = {}
    groups = [group(each.said) if each.said.is_measured else None for each in examples]
    for name in sorted({each for each in groups if each is not None}):
        own = [row for row, its in enumerate(groups) if its == name]
        learned = learn([each for each, its in zip(examples, groups, strict=True) if its != name])
        found |= dict(zip(own, judge(learned, [examples[row].sketch for row in own]), strict=True))
    return [found[row] for row in sorted(found)]


def with_digest(learned: LearnedUtterances, digest: str) -> LearnedUtterances:
    """The same with the digest of what it was learned from."""
    return replace(learned, settings={**learned.settings, "material": digest})
