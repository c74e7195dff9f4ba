"""What plain likeness to the reference is worth as a grade: TF-IDF over words and over runs of characters, nothing learnt.

The yardstick beside the examiner's agreement on the same rows: where likeness alone does well, questions are easy to judge.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from interviewer.evaluation.rows import Row
from interviewer.text.normalize import normalize
from interviewer.text.words import content_tokens


def likeness(rows: Sequence[Row]) -> NDArray[np.float64]:
    """How like its reference each answer is, 0–1: the mean of two TF-IDF cosines, their weights counted over all these texts."""
    references = [normalize(row.question.reference[row.lang]).text for row in rows]
    answers = [normalize(row.answer).text for row in rows]
    return (_cosines(references, answers, words=True) + _cosines(references, answers, words=False)) / 2


def _cosines(references: Sequence[str], answers: Sequence[str], *, words: bool) -> NDArray[np.float64]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    counter = TfidfVectorizer(analyzer=content_tokens) if words else TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    counter.fit([*references, *answers])
    product = counter.transform(references).multiply(counter.transform(answers))
    return np.asarray(product.sum(axis=1), dtype=np.float64).ravel()
