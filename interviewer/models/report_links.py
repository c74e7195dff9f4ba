"""Links to a report, for somebody without an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Shows(StrEnum):
    """How much of a report is seen through a link. SCORE: the total. REPORT: also each question, without a word of the answers. ANSWERS: with them."""

    SCORE = "score"
    REPORT = "report"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class ReportLink:
    """A link, without its secret, of which only a digest is kept. `made_by`: a person's id, `maker` their name; `named`: the candidate's
    name stands on it. `views`: how often it was opened, last at `viewed_at`.
    """

    id: str
    interview_id: str
    made_by: str
    maker: str
    shows: Shows
    named: bool
    created_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None
    views: int = 0
    viewed_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it still opens, as far as the link itself goes."""
        return self.withdrawn_at is None and now < self.expires_at
