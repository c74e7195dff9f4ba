"""How the verdicts agree with a rater's, point by point. Pure: labelled and judged answers in, numbers out.

A point is worth 2 if covered, 1 if partial, else nothing: what kappa counts. A false statement is found where a point that
is labelled wrong is judged wrong, or where its words overlap those of an error that was reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from interviewer.evaluation.journal import Judgement, Place, PointJudgement
from interviewer.evaluation.rows import Labels, PointLabel
from interviewer.evaluation.run import JudgedRow
from interviewer.grading.evidence import locate_quote
from interviewer.models import VerdictStatus
from interviewer.text.normalize import Span

COVERED, WRONG = VerdictStatus.COVERED, VerdictStatus.WRONG
WORTH = {COVERED: 2, VerdictStatus.PARTIAL: 1}
"""For kappa; what is named, missing or wrong is worth nothing."""
OVERLAP = 0.5
"""Two quotes are of one statement if they share this much of the shorter one."""


@dataclass(frozen=True, slots=True)
class PointMark:
    """One labelled point. `judged`: None if the answer is ungraded. `caught`: its label is wrong, and that was found."""

    point_id: str
    labelled: VerdictStatus
    judged: VerdictStatus | None
    caught: bool = False


@dataclass(frozen=True, slots=True)
class LabelledMark:
    """One labelled answer as it was judged. `left_out`: labels that were not measured.

    `reported`: statements that the examiner called false, `rightly`: those of them that are; `false`: false statements that
    the rater lists, `found`: those of them that the examiner reported.
    """

    id: str
    question_id: str
    dataset: str
    lang: str
    label: str
    points: tuple[PointMark, ...]
    left_out: int = 0
    reported: int = 0
    rightly: int = 0
    false: int = 0
    found: int = 0


@dataclass(frozen=True, slots=True)
class PointAgreement:
    """How the verdicts of `answers` agree with the rater's on `points` of them.

    `kappa`: quadratic, on the worth of a verdict. `covered`: points that truly are; `hit`: share of them judged covered,
    `missed`: judged named, missing or wrong. `precision`: share of those judged covered that truly are. `wrong`: points
    labelled wrong; `wrong_found` and `wrong_precision`: shares. `false_found`: share of all false statements, those that no
    point covers included.
    """

    answers: int
    points: int
    left_out: int
    kappa: float | None
    covered: int
    hit: float | None
    missed: float | None
    precision: float | None
    wrong: int
    wrong_found: float | None
    wrong_precision: float | None
    false: int
    false_found: float | None


def labelled_marks(rows: Iterable[JudgedRow]) -> list[LabelledMark]:
    """The answers whose points a rater has labelled."""
    return [mark_labelled(judged, judged.row.labels) for judged in rows if judged.row.labels is not None]


def mark_labelled(judged: JudgedRow, labels: Labels) -> LabelledMark:
    """One labelled answer beside what was found in it. An ungraded one keeps its labels, and nothing was found."""
    row, statements = judged.row, _Statements(judged.row.answer, labels, judged.answer)
    found = {point.point_id: point.status for point in judged.answer.points}
    known = judged.answer.score is not None
    return LabelledMark(
        row.id, row.question_id, row.dataset, row.lang, row.label,
        points=tuple(
            PointMark(each.point_id, each.verdict, found.get(each.point_id, VerdictStatus.MISSING) if known else None, statements.caught(each))
            for each in labels.points
        ),
        left_out=labels.left_out, reported=len(statements.reported), rightly=sum(statements.rightly()),
        false=len(labels.errors) if known else 0, found=sum(statements.found(error) for error in labels.errors),
    )  # fmt: skip


def measure_points(marks: Sequence[LabelledMark]) -> PointAgreement:
    """All measures of one group of labelled answers."""
    known = [(point.labelled, point.judged, point.caught) for mark in marks for point in mark.points if point.judged is not None]
    covered = [judged for labelled, judged, _ in known if labelled is COVERED]
    wrong = [caught for labelled, _, caught in known if labelled is WRONG]
    return PointAgreement(
        answers=len(marks), points=len(known), left_out=sum(mark.left_out for mark in marks),
        kappa=weighted_kappa([WORTH.get(labelled, 0) for labelled, *_ in known], [WORTH.get(judged, 0) for _, judged, _ in known]),
        covered=len(covered), hit=_share(judged is COVERED for judged in covered), missed=_share(judged not in WORTH for judged in covered),
        precision=_share(labelled is COVERED for labelled, judged, _ in known if judged is COVERED),
        wrong=len(wrong), wrong_found=_share(wrong),
        wrong_precision=_ratio(sum(mark.rightly for mark in marks), sum(mark.reported for mark in marks)),
        false=sum(mark.false for mark in marks),
        false_found=_ratio(sum(mark.found for mark in marks), sum(mark.false for mark in marks)),
    )  # fmt: skip


def weighted_kappa(one: ArrayLike, other: ArrayLike) -> float | None:
    """Cohen's kappa with quadratic weights on numbers; None where all are the same."""
    left, right = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if not len(left):
        return None
    # The mean squared distance of two independent draws, which is what chance would give.
    chance = left.var() + right.var() + (left.mean() - right.mean()) ** 2
    return float(1 - ((left - right) ** 2).mean() / chance) if chance > 1e-12 else None


class _Statements:
    """The false statements of one answer: those that the rater marked, and those that the examiner reported."""

    def __init__(self, answer: str, labels: Labels, judgement: Judgement) -> None:
        self._answer, self._labels = answer, labels
        self._wrong = {point.point_id: point for point in judgement.points if point.status is WRONG}
        self._errors = [Span(*place) for place in judgement.errors]
        alone = [point for point in self._wrong.values() if not any(_same(_span(point.place), error) for error in self._errors)]
        self.reported: list[Span | PointJudgement] = [*self._errors, *alone]

    def caught(self, label: PointLabel) -> bool:
        """Whether a point that is labelled wrong was judged wrong, or its words were reported as an error."""
        quote = self._locate(label.quote)
        return label.verdict is WRONG and (label.point_id in self._wrong or any(_same(quote, error) for error in self._errors))

    def found(self, statement: str) -> bool:
        """Whether a false statement was reported, as an error or as the quote of a wrong point."""
        place = self._locate(statement)
        return any(_same(place, error) for error in [*self._errors, *(_span(point.place) for point in self._wrong.values())])

    def rightly(self) -> list[bool]:
        """For each reported statement, whether the rater calls it false, too."""
        labelled = {label.point_id for label in self._labels.points if label.verdict is WRONG}
        quotes = [label.quote for label in self._labels.points if label.verdict is WRONG or label.mixed]
        truly = [self._locate(text) for text in (*self._labels.errors, *quotes)]
        return [
            any(_same(each if isinstance(each, Span) else _span(each.place), place) for place in truly)
            or (isinstance(each, PointJudgement) and each.point_id in labelled)
            for each in self.reported
        ]

    def _locate(self, quote: str) -> Span | None:
        """Where a rater's quote stands: letter for letter, else as the examiner's quotes are looked for."""
        start = self._answer.find(quote) if quote.strip() else -1
        if start >= 0:
            return Span(start, start + len(quote))
        found = locate_quote(self._answer, quote)
        return Span(found.start, found.end) if found else None


def _span(place: Place | None) -> Span | None:
    return Span(*place) if place else None


def _same(one: Span | None, other: Span | None) -> bool:
    if one is None or other is None:
        return False
    return one.overlap(other) >= OVERLAP * max(1, min(one.end - one.start, other.end - other.start))


def _share(hits: Iterable[bool]) -> float | None:
    listed = list(hits)
    return _ratio(sum(listed), len(listed))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
