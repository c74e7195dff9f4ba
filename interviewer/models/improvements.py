"""What the language model writes when it is asked to: an answer as it could have been, and the summary of an interview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from interviewer.models.grading import Reason
from interviewer.models.remarks import Remark

LOST_AFTER = timedelta(minutes=10)
"""Longer than any call may take: what has come to nothing by then was lost with its process."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the improved answer. `added`: it is not what the candidate said."""

    text: str
    added: bool


@dataclass(frozen=True, slots=True)
class Improvement:
    """What was asked of the model for one question, at `at`, and what came of it: `sentences`, or none for a `reason`, or nothing yet.

    `tokens`, `cost` (dollars): what all tries took together.
    """

    question_id: str
    at: datetime
    sentences: tuple[Sentence, ...] = ()
    reason: Reason | None = None
    tokens: int = 0
    cost: float = 0.0

    def is_running(self, now: datetime) -> bool:
        """Whether something may yet come of it."""
        return not self.sentences and self.reason is None and now - self.at < LOST_AFTER

    def may_be_asked(self, now: datetime) -> bool:
        """Whether another try makes sense: there is no answer, and none is on its way."""
        return not self.sentences and not self.is_running(now)


@dataclass(frozen=True, slots=True)
class SummaryText:
    """What is said of a whole interview. `level`: what was shown for what was asked; each remark rests on words in an answer."""

    level: str
    strengths: tuple[Remark, ...] = ()
    habits: tuple[Remark, ...] = ()
    steps: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What the language model was asked to say of an interview, at `at`, and what came of it: `text`, or a `reason`, or nothing yet.

    `tokens`, `cost` (dollars): what all tries took together.
    """

    at: datetime
    text: SummaryText | None = None
    reason: Reason | None = None
    tokens: int = 0
    cost: float = 0.0

    def is_running(self, now: datetime) -> bool:
        """Whether something may yet come of it."""
        return self.text is None and self.reason is None and now - self.at < LOST_AFTER

    def may_be_asked(self, now: datetime) -> bool:
        """Whether another try makes sense: there is no summary, and none is on its way."""
        return self.text is None and not self.is_running(now)
