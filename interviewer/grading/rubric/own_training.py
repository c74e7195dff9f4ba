"""What is pooled for questions with heads of their own, and how they do with so many labelled answers: each shipped question in turn is taken
for one of which only the rubric and a few answers are known. Needs scikit-learn.

Whatever judges a question here was learned from the others: the heads of style, manner and telling, the regressions, the thresholds. Only the regression that
joins the signs of an error, of seven numbers, and the model of the reference have seen its answers among all the others.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from interviewer.grading.rubric.answers import Labelled
from interviewer.grading.rubric.heads import Heads, Learned, Line, SharedHeads, Table
from interviewer.grading.rubric.judging import Judged, judge, judge_nothing
from interviewer.grading.rubric.learning import LeftOut, choose_thresholds, is_answer, is_natural, measure_intervals
from interviewer.grading.rubric.own_heads import OwnHeads, learn_own
from interviewer.grading.rubric.own_points import BESIDE, beside_features, near_features, score_own
from interviewer.grading.rubric.points import POINT_FEATURES, WRONG_FEATURES, Scores, point_features
from interviewer.grading.rubric.training import Example, Material, fit_line, fit_manner, fit_style, fit_telling
from interviewer.grading.scoring import answer_score
from interviewer.models import Question, VerdictStatus

KNOWN = (0, 6, 12, 24, 40)
"""How many labelled answers are known."""
OWN_FEATURES = (*POINT_FEATURES, *BESIDE)
NATURAL, UNUSUAL = 100, 40
"""Answers to each question that are judged: natural ones, and some of unusual forms: hollow, all wrong, of one sentence."""
UNUSUAL_WEIGHT = 0.5
_LINES = {
    "named": {VerdictStatus.NAMED, VerdictStatus.PARTIAL, VerdictStatus.COVERED},
    "partial": {VerdictStatus.PARTIAL, VerdictStatus.COVERED},
    "covered": {VerdictStatus.COVERED},
    "wrong": {VerdictStatus.WRONG},
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of a question: so many labelled answers, with or without quotes; `thin`: of each point the intent alone."""

    answers: int
    quotes: bool
    thin: bool


CONDITIONS = tuple(
    Condition(count, quotes, thin) for thin in (False, True) for count in KNOWN for quotes in ((False, True) if count else (True,))
)


@dataclass(frozen=True, slots=True)
class Scored:
    """An answer to a question that heads of its own have scored without having seen it. `scores`, `table`: None of one without evidence."""

    question: Question
    example: Example
    scores: Scores | None = None
    table: Table | None = None


def score_few(shipped: Learned, materials: Sequence[Material]) -> Iterator[tuple[Condition, str, list[Scored]]]:
    """By condition and question: every answer but those that are known, scored."""
    for material in materials:
        others = [other for other in materials if other is not material]
        shared = replace(shipped.shared, style=fit_style(others), manner=fit_manner(others), telling=fit_telling(others))
        learned = replace(shipped, shared=shared)
        judged = _pick_judged(material)
        for thin in (False, True):
            question = make_thin(material.question) if thin else material.question
            near = {each.row.id: near_features(question, each.reading) for each in judged}
            for condition in (each for each in CONDITIONS if each.thin == thin):
                known = pick_known(material, condition.answers)
                own = learn_own(question, [each if condition.quotes else without_quotes(each) for each in known])
                unseen = [each for each in judged if each.row.id not in {row.id for row in known}]
                yield condition, question.id, [_score(learned, own, question, each, near[each.row.id]) for each in unseen]


def _score(learned: Learned, own: OwnHeads, question: Question, example: Example, near: Table) -> Scored:
    if not example.reading.windows:
        return Scored(question, example)
    scores = score_own(learned, own, example.reading)
    table = {**point_features(scores, example.reading), **beside_features(own, scores, near)}
    return Scored(question, example, scores, table)


def make_thin(question: Question) -> Question:
    """The question as an author in a hurry writes it: of each point the intent, and no error that they know."""
    return replace(question, points=tuple(replace(point, core=None, accepts=(), misconceptions=()) for point in question.points))


def pick_known(material: Material, count: int) -> list[Labelled]:
    """So many natural answers, as spread over the scores as an author's are from excellent to hollow."""
    rows = sorted((each.row for each in _natural(material)), key=lambda row: (row.score, row.id))
    dice = random.Random(f"{material.question.id}/{count}")  # noqa: S311 - nothing secret
    return [rows[dice.randrange(len(rows) * part // count, len(rows) * (part + 1) // count)] for part in range(count)]


def without_quotes(row: Labelled) -> Labelled:
    """The same where only the verdicts are known."""
    return replace(row, verdicts={id: (status, "") for id, (status, _) in row.verdicts.items()}, errors=())


def _natural(material: Material) -> list[Example]:
    return [each for each in material.examples if is_natural(each.row)]


def _pick_judged(material: Material) -> list[Example]:
    dice, natural = random.Random(material.question.id), _natural(material)  # noqa: S311
    rest = [each for each in material.examples if is_answer(each.row) and not is_natural(each.row)]
    return [*dice.sample(natural, min(NATURAL, len(natural))), *dice.sample(rest, min(UNUSUAL, len(rest)))]


def fit_own_lines(scored: Sequence[Scored]) -> tuple[dict[str, Line], dict[str, object]]:
    """The pooled regressions and thresholds."""
    known = [each for each in scored if each.table is not None]
    names = dict.fromkeys((*OWN_FEATURES, *WRONG_FEATURES))
    table = {name: np.concatenate([each.table[name] for each in known if each.table is not None]) for name in names}
    labels = [each.example.row.verdicts[point.id][0] for each in known for point in each.question.points]
    natural = np.array([is_natural(each.example.row) for each in known for _ in each.question.points])
    weight = np.where(natural, 1.0, UNUSUAL_WEIGHT)
    lines = {
        name: fit_line(
            WRONG_FEATURES if name == "wrong" else OWN_FEATURES, table, np.array([float(each in wanted) for each in labels]), weight
        )
        for name, wanted in _LINES.items()
    }
    return lines, choose_thresholds(lines, table, labels, natural)


def judge_scored(learned: Learned, each: Scored) -> LeftOut:
    """What is found in an answer with these regressions."""
    points = [point.id for point in each.question.points]
    judged: Judged = judge_nothing(points)
    if each.scores is not None:
        beside = {name: each.table[name] for name in BESIDE} if each.table is not None else None
        judged = judge(learned, points, each.example.reading, each.scores, beside)
    return LeftOut(each.example.row, judged, answer_score(each.question.points, judged.verdicts, judged.errors))


def leave_questions_out(scored: Mapping[tuple[Condition, str], Sequence[Scored]]) -> dict[Condition, list[LeftOut]]:
    """By condition, every answer judged with regressions from the other questions."""
    found: dict[Condition, list[LeftOut]] = {condition: [] for condition, _ in scored}
    for question in dict.fromkeys(question for _, question in scored):
        learned = _with_lines(*fit_own_lines(_pooled(scored, without=question)))
        for (condition, other), own in scored.items():
            if other == question:
                found[condition] += [judge_scored(learned, each) for each in own]
    return found


def learn_own_lines(
    scored: Mapping[tuple[Condition, str], Sequence[Scored]], left_out: Mapping[Condition, Sequence[LeftOut]]
) -> tuple[dict[str, Line], dict[str, object]]:
    """What is shipped: regressions from all questions, and intervals from the answers left out."""
    lines, settings = fit_own_lines(_pooled(scored))
    return lines, {**settings, "intervals": measure_intervals([row for each, rows in left_out.items() if each.answers for row in rows])}


def _pooled(scored: Mapping[tuple[Condition, str], Sequence[Scored]], *, without: str = "") -> list[Scored]:
    """What is learned from: heads that were made of the rubric alone judge nobody, and would draw the regressions towards them."""
    return [each for (condition, question), own in scored.items() if condition.answers and question != without for each in own]


def _with_lines(lines: Mapping[str, Line], settings: Mapping[str, object]) -> Learned:
    nothing = Heads({}, np.zeros(0), np.zeros((0, 1)), np.zeros(1))  # the heads have spoken already
    return Learned({}, {}, SharedHeads(nothing, nothing, nothing, nothing), lines, settings)
