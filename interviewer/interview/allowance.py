"""Asking the model within what the operator allows a person a day: set aside before the call is made, corrected by what it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from interviewer.grading.examiner import Examiner, Progress
from interviewer.models import ExaminerName, GradingTask, Outcome, Usage
from interviewer.records.grading_queue import GradingRequest
from interviewer.records.spending import DailyLimits, Ledger


class Written(Protocol):
    """Anything else than a grade that a model was asked to write."""

    @property
    def usage(self) -> Usage: ...


Paid = TypeVar("Paid", bound=Outcome | Written)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a person may take a day. `most`: tokens that one grade can take at most, all its attempts together."""

    ledger: Ledger
    limits: DailyLimits
    now: Callable[[], datetime]
    most: int
    attempts: int

    def grade(self, request: GradingRequest, task: GradingTask, examiner: Examiner, progress: Progress) -> Outcome:
        """The examiner's outcome, within what is left for the request."""
        if request.examiner is ExaminerName.RUBRIC:
            return examiner.grade(task, progress)
        return self.spend(
            request.owner,
            task.token_budget,
            lambda budget: examiner.grade(replace(task, token_budget=budget), progress),
            request_id=request.id,
        )

    def spend(self, owner: str, budget: int | None, ask: Callable[[int | None], Paid], *, request_id: str | None = None) -> Paid:
        """What comes of `ask`, told how many tokens an attempt may take: within `budget` and its share of what is left of the day."""
        if not self.limits.any:
            return ask(budget)
        given = self.ledger.reserve(request_id, owner, wanted=self.most, limits=self.limits, now=self.now())
        share = given // self.attempts
        tokens, cost = given, given * self.limits.price  # what counts if it fails without telling
        try:
            outcome = ask(share if budget is None else min(share, budget))
            tokens, cost = outcome.usage.prompt_tokens + outcome.usage.completion_tokens, outcome.usage.cost or 0.0
            return outcome
        finally:
            correction = (tokens - given, cost - given * self.limits.price)
            self.ledger.settle(request_id, owner, *correction, now=self.now())
