"""Where a coach's score of an answer lies, given a model's: learned from what coaches made of that model's grades before.

Wraps any examiner. The score stays what the verdicts come to; what is corrected for the model's leaning is the interval beside it.
Who reads the reviews is decided in `bootstrap`.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from interviewer.errors import InterviewerError
from interviewer.grading.examiner import Examiner, Progress, no_progress
from interviewer.models import ExaminerName, Grade, GradingTask, Interval, Outcome, Provenance

logger = logging.getLogger(__name__)

LEAST_REVIEWED = 30
"""With fewer reviewed answers of the same model and prompt nothing is said of the next one."""
OUTSIDE = 10
"""Of a hundred coaches' scores, so many lie below the interval, and as many above it."""
KEPT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class ScoredTwice:
    """An answer that an examiner has graded and a coach has reviewed. Scores 0–100; `provenance`: of the grade."""

    provenance: Provenance
    machine: float
    coach: float


class Calibrated:
    """Adds an interval to the grades of `examiner` that have none. `reviewed`: what there is to learn from, read again after `KEPT_SECONDS`."""

    def __init__(
        self, examiner: Examiner, reviewed: Callable[[], Sequence[ScoredTwice]], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._examiner, self._reviewed, self._clock = examiner, reviewed, clock
        self._known: Sequence[ScoredTwice] = ()
        self._read_at = -math.inf
        self._lock = Lock()

    @property
    def name(self) -> ExaminerName:
        """That of the examiner that judges."""
        return self._examiner.name

    @property
    def model(self) -> str:
        """That of the examiner that judges."""
        return self._examiner.model

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        """See `Examiner`; reviews that cannot be read are no reason to lose a grade. Of a drill's single points they tell nothing."""
        outcome = self._examiner.grade(task, progress)
        if not isinstance(outcome, Grade) or outcome.interval is not None or task.question.parent:
            return outcome
        return replace(outcome, interval=expect_coach(outcome, self._read()))

    def _read(self) -> Sequence[ScoredTwice]:
        with self._lock:
            if self._clock() - self._read_at >= KEPT_SECONDS:
                self._read_at = self._clock()
                try:
                    self._known = self._reviewed()
                except InterviewerError as error:
                    logger.warning("reviewed answers cannot be read (%s); grades have no interval", type(error).__name__)
            return self._known


def expect_coach(grade: Grade, reviewed: Iterable[ScoredTwice]) -> Interval | None:
    """Where a coach's score lies in 80 of 100 cases, by the same model's and prompt's reviewed grades; None with too few.

    From the ranks of coach minus machine, so that a model that is too generous has its interval below its score. Split conformal:
    holds for the next answer if it is drawn like the reviewed ones.
    """
    apart = sorted(each.coach - each.machine for each in reviewed if _who(each.provenance) == _who(grade.provenance))
    if len(apart) < LEAST_REVIEWED:
        return None
    rank = OUTSIDE * (len(apart) + 1) // 100
    return Interval(_within(grade.score + apart[rank - 1]), _within(grade.score + apart[-rank]))


def _who(provenance: Provenance) -> tuple[str, str, str, int]:
    return provenance.examiner, provenance.model, provenance.prompt_version, provenance.scale


def _within(score: float) -> float:
    return round(min(100.0, max(0.0, score)), 1)
