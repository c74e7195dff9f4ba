"""A second opinion: another examiner judges the same answer, and where the two are far apart a coach is told.

Wraps any two examiners. The first one's grade stands, whatever the other says. Off unless `INTERVIEWER_SECOND_OPINION`
names the other.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from interviewer.grading.examiner import Examiner, Progress, no_progress
from interviewer.models import ExaminerName, Flag, Grade, GradingTask, Opinion, Outcome

logger = logging.getLogger(__name__)

WIDEST_DIFFERENCE = 20.0
"""In points of score; beyond it the grade is flagged as one of low confidence."""


class SecondOpinion:
    """Judges with `examiner` and keeps beside its grade what `other` says. `other` should be quick and free, as the offline one is.

    What could not be graded gets no second opinion: it must not be taken for a grade.
    """

    def __init__(self, examiner: Examiner, other: Examiner) -> None:
        self._examiner, self._other = examiner, other

    @property
    def name(self) -> ExaminerName:
        """That of the examiner whose grade stands."""
        return self._examiner.name

    @property
    def model(self) -> str:
        """That of the examiner whose grade stands."""
        return self._examiner.model

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        """See `Examiner`; a second opinion that fails is left out, and there is none on a claim, which is about one point."""
        grade = self._examiner.grade(task, progress)
        if not isinstance(grade, Grade) or task.claim is not None:
            return grade
        other = self._ask(task)
        return compare(grade, other) if isinstance(other, Grade) else grade

    def _ask(self, task: GradingTask) -> Outcome | None:
        try:
            return self._other.grade(task)
        except Exception as error:  # noqa: BLE001 - an edge: the grade that there is must not be lost with the opinion on it
            logger.warning("a second opinion failed (%s)", type(error).__name__)
            return None


def compare(grade: Grade, other: Grade) -> Grade:
    """The grade with the other's finding beside it, and a flag where the scores are more than `WIDEST_DIFFERENCE` apart."""
    doubtful = (Flag.LOW_CONFIDENCE,) if abs(grade.score - other.score) > WIDEST_DIFFERENCE else ()
    return replace(
        grade,
        flags=tuple(dict.fromkeys([*grade.flags, *doubtful])),
        usage=grade.usage + other.usage,
        second_opinion=Opinion(other.verdicts, other.score, other.provenance),
    )
