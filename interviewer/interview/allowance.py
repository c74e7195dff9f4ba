"""Grading within what the operator allows a person a day: set aside before the call is made, corrected by what it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from interviewer.grading.examiner import Examiner, Progress
from interviewer.models import ExaminerName, GradingTask, Outcome
from interviewer.records.grading_queue import GradingRequest
from interviewer.records.spending import DailyLimits, Ledger


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a person may take a day. `most`: tokens that one grade can take at most, all its attempts together."""

    ledger: Ledger
    limits: DailyLimits
    now: Callable[[], datetime]
    most: int
    attempts: int

    def grade(self, request: GradingRequest, task: GradingTask, examiner: Examiner, progress: Progress) -> Outcome:
        """The examiner's outcome. Each attempt must fit into its share of what is left; else the outcome is Ungraded, without a call."""
        if request.examiner is ExaminerName.RUBRIC or not self.limits.any:
            return examiner.grade(task, progress)
        given = self.ledger.reserve(request.id, request.owner, wanted=self.most, limits=self.limits, now=self.now())
        share = given // self.attempts
        tokens, cost = given, given * self.limits.price  # what counts if the examiner fails without telling
        try:
            outcome = examiner.grade(
                replace(task, token_budget=share if task.token_budget is None else min(share, task.token_budget)), progress
            )
            tokens, cost = outcome.usage.prompt_tokens + outcome.usage.completion_tokens, outcome.usage.cost or 0.0
            return outcome
        finally:
            correction = (tokens - given, cost - given * self.limits.price)
            self.ledger.settle(request.id, request.owner, *correction, now=self.now())
