"""Learns the heads and the pooled regressions from the labelled answers: `make train`. Deterministic; needs scikit-learn.

What it learns from: knowledge/answers/q*.jsonl (answers with a verdict and a quote per point) and sentences.jsonl (single sentences:
true, false, or hollow); what code makes of them and of the bank's misconceptions (`hollow`). Figures come from answers left out: `cross_validate` fits everything anew without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from interviewer.grading.rubric.answers import HOLLOW, TRUE, Labelled
from interviewer.grading.rubric.heads import Array, Heads, Line, SharedHeads, Table
from interviewer.grading.rubric.hollow import Source, make_hollow, make_refutations
from interviewer.grading.rubric.ngrams import ngrams
from interviewer.grading.rubric.reading import Reading, read_answer
from interviewer.grading.substance import told_beside
from interviewer.models import Question, VerdictStatus
from interviewer.text.normalize import Span, normalize

FOLDS = 5
VOCABULARY = 12_000
"""N-grams kept a question: those that the heads lean on most."""
STYLE_VOCABULARY, MANNER_VOCABULARY, TOPIC_VOCABULARY = 12_000, 4_000, 12_000
_HEAD_STRENGTH, _FALSE_STRENGTH, _STYLE_STRENGTH, _MANNER_STRENGTH, _TOPIC_STRENGTH, _LINE_STRENGTH = 30.0, 20.0, 3.0, 1.0, 3.0, 1.0
"""Inverse strength of the L2 penalty (C of scikit-learn)."""
_FALSE_WEIGHT = 4.0
_COMMON = 8
"""Texts that an n-gram must come in to tell of style."""
_EVERYWHERE, _OFTEN = 0.7, 12
"""Share of the questions, and how many texts, that an n-gram must come in to tell of manner."""
NO_SUBJECT = frozenset({HOLLOW, "slogan", "terms", "off", "restate"})
"""Kinds of answers that are about nothing, or about something else, and teach no topic."""
ABOUT = "about"
_CREDITED = ("partial", "covered")
STEPS = {VerdictStatus.MISSING: 0, VerdictStatus.NAMED: 0, VerdictStatus.WRONG: 0, VerdictStatus.PARTIAL: 1, VerdictStatus.COVERED: 2}
"""What verdicts count for weighted kappa."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled answer, read. `marks`: windows × points, of each window the verdict whose quote it is ("" for none, "about" for a true
    statement about the point); `false`: by window, None where it is neither true nor false.
    """

    row: Labelled
    reading: Reading
    marks: tuple[tuple[str, ...], ...]
    false: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from, for one question. `off`: answers to other questions, from which no head learns anything."""

    question: Question
    examples: tuple[Example, ...]
    off: tuple[Example, ...] = ()


def read_example(question: Question, row: Labelled) -> Example:
    """The answer as it is judged, with the label of each window."""
    reading = read_answer(row.answer, (question.prompt.zh, question.prompt.en), told_beside(question))
    quotes = [(row.verdicts[point.id], point.id) for point in question.points if point.id in row.verdicts]
    spans = {id: (status, _locate(reading, quote)) for (status, quote), id in quotes if quote}
    false = [span for error in row.errors if (span := _locate(reading, error))]
    marks = tuple(tuple(_mark(window.span, spans.get(point.id)) for point in question.points) for window in reading.windows)
    told = row.kind != HOLLOW
    return Example(
        row, reading, marks, tuple(any(_covers(window.span, span) for span in false) if told else None for window in reading.windows)
    )


def _locate(reading: Reading, quote: str) -> Span | None:
    """A verbatim quote in the normalised text; None if it is not there, or only layout."""
    start = reading.parsed.typed.find(quote)
    origin = np.array(reading.parsed.text.origin)
    inside = np.flatnonzero((origin >= start) & (origin < start + len(quote))) if start >= 0 else origin[:0]
    return Span(int(inside[0]), int(inside[-1]) + 1) if len(inside) else None


def _mark(window: Span, labelled: tuple[VerdictStatus | None, Span | None] | None) -> str:
    if labelled is None or labelled[1] is None or not _covers(window, labelled[1]):
        return ""
    return labelled[0].value if labelled[0] else ABOUT


def _covers(window: Span, quote: Span) -> bool:
    return 2 * window.overlap(quote) >= window.end - window.start


@cache
def _grams(text: str) -> frozenset[str]:
    return ngrams(normalize(text).text)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of the bank with what they tell of each point. `marks`: texts × points; `false`: True, False, None (neither)."""

    grams: tuple[frozenset[str], ...]
    marks: tuple[tuple[str, ...], ...]
    false: tuple[bool | None, ...]


def bank_texts(question: Question) -> Texts:
    """What the bank itself says: ideas and routes are full, beliefs and corrections are about their point."""
    found: list[tuple[str, str, str, bool]] = []
    for point in question.points:
        ideas = [point.intent, *point.accepts, *(text for text in (point.core,) if text)]
        found += [(text, point.id, "covered", False) for pair in ideas for text in (pair.zh, pair.en)]
        for belief in point.misconceptions:
            found += [(text, point.id, "wrong", True) for text in (belief.statement.zh, belief.statement.en)]
            found += [(text, point.id, ABOUT, False) for text in (belief.correction.zh, belief.correction.en)]
    ids = [point.id for point in question.points]
    marks = tuple(tuple(mark if id == about else "" for id in ids) for _, about, mark, _ in found)
    return Texts(tuple(_grams(text) for text, *_ in found), marks, tuple(false for *_, false in found))


def fit_heads(question: Question, examples: Sequence[Example]) -> Heads:
    """The heads of a question: for each point idea, full and about, then one for false statements.

    Learned twice: once over all n-grams that come twice, then over those that weighed most.
    """
    windows = [window.grams for example in examples for window in example.reading.windows]
    texts = bank_texts(question)
    marks = [*(mark for example in examples for mark in example.marks), *texts.marks]
    false = [*(each for example in examples for each in example.false), *texts.false]
    grams = [*windows, *texts.grams]
    heads = _fit_over(common_ngrams(grams), grams, marks, false)
    weight = np.abs(heads.weights * heads.rarity[:, None]).max(axis=1)
    order = np.argsort(-weight, kind="stable")[:VOCABULARY]
    names = sorted(heads.index, key=heads.index.__getitem__)
    return _fit_over(sorted(names[row] for row in order), grams, marks, false)


def common_ngrams(texts: Sequence[frozenset[str]]) -> list[str]:
    """Those that come in two texts, sorted."""
    counts = Counter(gram for text in texts for gram in text)
    return sorted(gram for gram, count in counts.items() if count > 1)


def _fit_over(
    vocabulary: Sequence[str], texts: Sequence[frozenset[str]], marks: Sequence[Sequence[str]], false: Sequence[bool | None]
) -> Heads:
    index, rarity, matrix = _matrix(vocabulary, texts)
    points = len(marks[0])
    targets: list[tuple[Array, Array]] = []
    table = np.array(marks)
    for wanted, left_out in (
        (("partial", "covered"), ABOUT),
        (("covered",), ABOUT),
        (("named", "partial", "covered", "wrong", ABOUT), None),
    ):
        targets += [(np.isin(table[:, point], wanted).astype(float), table[:, point] != left_out) for point in range(points)]
    known = np.array([each is not None for each in false])
    fitted = [_fit(matrix[rows], target[rows], _HEAD_STRENGTH, "balanced") for target, rows in targets]
    fitted.append(_fit(matrix[known], np.array([bool(each) for each in false])[known], _FALSE_STRENGTH, {0: 1.0, 1: _FALSE_WEIGHT}))
    weights = np.column_stack([weights for weights, _ in fitted])
    return Heads(index, rarity, weights, np.array([bias for _, bias in fitted]))


def _matrix(vocabulary: Sequence[str], texts: Sequence[frozenset[str]]) -> tuple[dict[str, int], Array, Any]:
    """Index, rarity, and the texts as rows of length 1."""
    from scipy.sparse import csr_matrix, diags

    index = {gram: row for row, gram in enumerate(vocabulary)}
    rows = [sorted(index[gram] for gram in text if gram in index) for text in texts]
    starts = np.cumsum([0, *map(len, rows)])
    columns = np.array([row for each in rows for row in each], dtype=np.intp)
    counts = np.bincount(columns, minlength=len(index))
    rarity = np.log(len(texts) / np.maximum(counts, 1))
    matrix = csr_matrix((rarity[columns], columns, starts), shape=(len(texts), len(index)))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return index, rarity, (diags(1 / np.maximum(norms, 1e-12)) @ matrix).tocsr()


def _fit(
    matrix: Any, target: Array, strength: float, weight: str | dict[int, float] | None, each: Array | None = None
) -> tuple[Array, float]:
    """`weight`: by class; `each`: by text."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    if len(set(target.tolist())) < 2:  # nobody ever said it
        return np.zeros(matrix.shape[1]), -6.0
    model = LogisticRegression(C=strength, class_weight=weight, solver="liblinear", max_iter=300, random_state=0)
    with threadpool_limits(1):  # several threads add up in another order each time, and the file would not be the same
        model.fit(matrix, target, each)
    return model.coef_[0], float(model.intercept_[0])


def fit_style(materials: Sequence[Material]) -> Heads:
    """The head that no question owns, learned over all of them: how false statements are put, whatever they are about."""
    grams: list[frozenset[str]] = []
    false: list[bool | None] = []
    for material in materials:
        texts = bank_texts(material.question)
        for example in material.examples:
            grams += [window.grams for window in example.reading.windows]
            false += example.false
        grams += texts.grams
        false += texts.false
    counts = Counter(gram for text in grams for gram in text)
    vocabulary = sorted(gram for gram, count in counts.items() if count >= _COMMON)
    heads = _fit_style_over(vocabulary, grams, false)
    kept = np.argsort(-np.abs(heads.weights[:, 0] * heads.rarity), kind="stable")[:STYLE_VOCABULARY]
    return _fit_style_over(sorted(vocabulary[row] for row in kept), grams, false)


def _fit_style_over(vocabulary: Sequence[str], grams: Sequence[frozenset[str]], false: Sequence[bool | None]) -> Heads:
    index, rarity, matrix = _matrix(vocabulary, grams)
    known = np.array([each is not None for each in false])
    target = np.array([bool(each) for each in false])[known].astype(float)
    weights, bias = _fit(matrix[known], target, _STYLE_STRENGTH, {0: 1.0, 1: _FALSE_WEIGHT})
    return Heads(index, rarity, weights[:, None], np.array([bias]))


@dataclass(frozen=True, slots=True)
class _Put:
    """A stretch from which it is learned how something is put. `told`: whether it tells something; `whose`: the question's id."""

    grams: frozenset[str]
    told: bool
    weight: float
    whose: str


def fit_manner(materials: Sequence[Material]) -> Heads:
    """Another head that no question owns: how what is credited is put, and not promises, disavowals, slogans, lists and salads of terms."""
    return _fit_put([put for material in materials for put in _labelled_puts(material)], len(materials))


def fit_telling(materials: Sequence[Material]) -> Heads:
    """A third one: how what is credited is put, and not how code puts the same words that makes hollow answers of these."""
    puts = [put for material in materials for put in (*filter(lambda put: put.told, _labelled_puts(material)), *_made_puts(material))]
    return _fit_put(puts, len(materials))


def _labelled_puts(material: Material) -> Iterator[_Put]:
    for example in material.examples:
        for window, marks in zip(example.reading.windows, example.marks, strict=True):
            credited = any(mark in _CREDITED for mark in marks)
            if ABOUT in marks and not credited and example.row.kind != TRUE:
                continue
            yield _Put(window.grams, credited or ABOUT in marks, example.row.weight, material.question.id)


def _made_puts(material: Material) -> Iterator[_Put]:
    sources = [_source_of(example) for example in material.examples if example.row.weight == 1.0]
    for made, told in ((make_hollow(sources), False), (make_refutations(material.question), True)):
        for _, text in made:
            for window in read_answer(text, ()).windows:
                yield _Put(window.grams, told, 1.0, material.question.id)


def _source_of(example: Example) -> Source:
    windows = zip(example.reading.windows, example.marks, strict=True)
    said = [window for window, marks in windows if len(window.units) == 1 and any(mark in _CREDITED for mark in marks)]
    row = example.row
    return Source(row.lang, row.kind, row.answer, tuple(example.reading.quote(window.span).text for window in said))


def _fit_put(puts: Sequence[_Put], questions: int) -> Heads:
    """Over n-grams that nearly every question's answers have, so that no subject can be told from them (text distortion: Stamatatos 2017)."""
    whose: dict[str, set[str]] = {}
    for put in puts:
        for gram in put.grams:
            whose.setdefault(gram, set()).add(put.whose)
    counts = Counter(gram for put in puts for gram in put.grams)
    vocabulary = sorted(gram for gram, found in whose.items() if len(found) >= _EVERYWHERE * questions and counts[gram] >= _OFTEN)
    heads = _fit_put_over(vocabulary, puts)
    kept = np.argsort(-np.abs(heads.weights[:, 0] * heads.rarity), kind="stable")[:MANNER_VOCABULARY]
    return _fit_put_over(sorted(vocabulary[row] for row in kept), puts)


def _fit_put_over(vocabulary: Sequence[str], puts: Sequence[_Put]) -> Heads:
    index, rarity, matrix = _matrix(vocabulary, [put.grams for put in puts])
    target, weight = np.array([float(put.told) for put in puts]), np.array([put.weight for put in puts])
    share = np.average(target, weights=weight)
    weights, bias = _fit(matrix, target, _MANNER_STRENGTH, None, weight * np.where(target == 1, 0.5 / share, 0.5 / (1 - share)))
    return Heads(index, rarity, weights[:, None], np.array([bias]))


def fit_topics(materials: Sequence[Material]) -> tuple[Heads, tuple[str, ...]]:
    """A head a question, and whose: what is said in answer to it, and not in answer to the others. What has no subject is left out."""
    grams: list[frozenset[str]] = []
    asked: list[str] = []
    for material in materials:
        for example in material.examples:
            if example.row.kind not in NO_SUBJECT:
                grams += [window.grams for window in example.reading.windows]
                asked += [material.question.id] * len(example.reading.windows)
    counts = Counter(gram for text in grams for gram in text)
    ids = tuple(sorted(set(asked)))
    heads = _fit_topics_over(sorted(gram for gram, count in counts.items() if count >= _COMMON), grams, asked, ids)
    weight = np.abs(heads.weights * heads.rarity[:, None]).max(axis=1)
    names = sorted(heads.index, key=heads.index.__getitem__)
    kept = np.argsort(-weight, kind="stable")[:TOPIC_VOCABULARY]
    return _fit_topics_over(sorted(names[row] for row in kept), grams, asked, ids), ids


def _fit_topics_over(vocabulary: Sequence[str], grams: Sequence[frozenset[str]], asked: Sequence[str], ids: Sequence[str]) -> Heads:
    index, rarity, matrix = _matrix(vocabulary, grams)
    whose = np.array(asked)
    fitted = [_fit(matrix, (whose == id).astype(float), _TOPIC_STRENGTH, "balanced") for id in ids]
    return Heads(index, rarity, np.column_stack([weights for weights, _ in fitted]), np.array([bias for _, bias in fitted]))


def fit_shared(materials: Sequence[Material]) -> SharedHeads:
    """All heads that no question owns."""
    return SharedHeads(fit_style(materials), fit_manner(materials), fit_telling(materials), *fit_topics(materials))


def fit_line(features: Sequence[str], table: Table, target: Array, weight: Array) -> Line:
    """A logistic regression over measured features, each shifted and scaled to mean 0 and deviation 1; `weight`: by example."""
    from sklearn.linear_model import LogisticRegression

    values = np.column_stack([table[name] for name in features])
    mean, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    model = LogisticRegression(C=_LINE_STRENGTH, solver="lbfgs", max_iter=1000).fit((values - mean) / scale, target, weight)
    return Line(tuple(features), mean, scale, model.coef_[0], float(model.intercept_[0]))
