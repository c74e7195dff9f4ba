"""Judges by the heads of one question (`own_heads`), which few examples made: beside them it is measured how near an answer comes to the
rubric's and the reference's words, and the regressions over all that are their own.

They are pooled over the shipped questions, each taken for one of which only the rubric and a few labelled answers are known; learned and
measured by `python -m benchmarks.few_answers`, which writes the data file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from interviewer.grading.rubric.heads import Learned, Line, Table, unpack_line
from interviewer.grading.rubric.judging import Judged, judge, judge_nothing
from interviewer.grading.rubric.own_heads import OwnHeads
from interviewer.grading.rubric.points import Scores, judge_errors, score_windows
from interviewer.grading.rubric.reading import Reading
from interviewer.grading.rubric.reference_points import find_nearest
from interviewer.grading.rubric.reference_reading import Subject, prepare_subject, read_told
from interviewer.grading.rubric.reference_score import estimate, load_model
from interviewer.models import Question

DATA_FILE = Path(__file__).with_name("own.json")
BESIDE = ("closeness", "ahead", "met", "support", "idea_support", "full_support")
"""closeness: share of the words of a point's nearest wording that the answer has; ahead: that less the mean of the best three points';
met: the estimate of how much of the reference the whole answer meets; all 0–1. support: log count of what the point's heads were learned
from; idea_support, full_support: that times their log-odds, since heads that have heard more say more."""
_BEST = 3


@dataclass(frozen=True, slots=True)
class OwnLines:
    """The pooled regressions and thresholds, as in `Learned`."""

    lines: Mapping[str, Line]
    settings: Mapping[str, Any]


@cache
def load_own_lines(path: Path = DATA_FILE) -> OwnLines:
    """What is shipped, read once a process."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return OwnLines({name: unpack_line(line) for name, line in kept["lines"].items()}, kept["settings"])


def judge_own(learned: Learned, own: OwnHeads, question: Question, reading: Reading) -> Judged:
    """Verdicts and errors for one answer, of all points that have heads. `question`: whole, not a drill."""
    if not reading.windows:
        return judge_nothing(own.points)
    scores = score_own(learned, own, reading)
    return judge(with_own_lines(learned), own.points, reading, scores, beside_features(own, scores, near_features(question, reading)))


def with_own_lines(learned: Learned) -> Learned:
    """What is shipped, with the regressions for questions that have heads of their own."""
    own = load_own_lines()
    return replace(learned, lines=own.lines, settings={**learned.settings, **own.settings})


def score_own(learned: Learned, own: OwnHeads, reading: Reading) -> Scores:
    """What the heads say of each window; errors are judged as in shipped questions."""
    scores = score_windows(own.heads, learned.shared, reading.windows)
    return replace(scores, error=judge_errors(learned.lines["false"], scores, reading.windows))


def beside_features(own: OwnHeads, scores: Scores, near: Table) -> Table:
    """The features of `BESIDE`, by point. `near`: `near_features`."""
    support = np.log1p(own.support)
    idea, full = (said.max(axis=0) * support for said in (scores.idea, scores.full))
    return {**near, "support": support, "idea_support": idea, "full_support": full}


def near_features(question: Question, reading: Reading) -> Table:
    """Those of them that no heads are needed for."""
    points, subject = len(question.points), _subject_of(question)
    told = read_told(subject, reading)
    if not told.units:
        return {"closeness": np.zeros(points), "ahead": np.zeros(points), "met": np.zeros(points)}
    closeness = np.array([near for near, _ in find_nearest(question, told.units)])
    best = np.sort(closeness)[::-1][:_BEST].mean()
    return {"closeness": closeness, "ahead": closeness - best, "met": np.full(points, estimate(load_model(), subject, told))}


@lru_cache(maxsize=64)
def _subject_of(question: Question) -> Subject:
    """The question with its reference as it was written: the rubric's other routes are many half answers, and no whole one."""
    references = [text for text in (question.reference.zh, question.reference.en) if text.strip()]
    return prepare_subject(f"{question.prompt.zh}\n{question.prompt.en}", references)
