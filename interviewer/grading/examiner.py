"""The contract of an examiner. Two exist: `rubric.examiner.RubricExaminer` and `llm.examiner.LlmExaminer`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from interviewer.models import ExaminerName, GradingTask, Outcome, Verdict

Progress = Callable[[Verdict], None]


def no_progress(verdict: Verdict) -> None:
    """Report to nobody."""


class Examiner(Protocol):
    """Judges one answer. Never raises for a bad reply or a failing endpoint: that is an `Ungraded`.

    `progress` hears each verdict as soon as its evidence is checked, in any thread; it may be called for none.
    """

    @property
    def name(self) -> ExaminerName: ...

    @property
    def model(self) -> str:
        """The model's name, empty for the rubric examiner."""
        ...

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome: ...
