"""The mistake book: what somebody said that is false, with what is right, and the points that they keep missing. Pure.

Only questions that are over are told of, see `interview.disclosure`: a book must not hold the key of an exam that runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from interviewer.models import Bilingual, Question, RubricPoint, VerdictStatus
from interviewer.models.training import CardKey


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something false that was said. `interview_id`, `seq`: the turn; `at`: when it was said, UTC.

    `question`: as it was asked (of a drill: with the drilled points only); `question_id`: the bank's. `point`: what it is about, None if no
    point covers it. `words`: the person's own, empty where a coach found it wrong and marked none. `belief`, `correction`: the
    known wrong belief and what is right, None where it is none of those known. `explanation`: what the examiner or coach said is wrong,
    in the language of the answer; empty where the correction says the same.
    """

    interview_id: str
    seq: int
    at: datetime
    question_id: str
    question: Question
    point: RubricPoint | None
    words: str = ""
    belief: Bilingual | None = None
    correction: Bilingual | None = None
    explanation: str = ""

    @property
    def key(self) -> CardKey | None:
        """The card that trains it, None if there is none."""
        return CardKey(self.question_id, self.point.id) if self.point else None


@dataclass(frozen=True, slots=True)
class MissedTurn:
    """A turn in which a point was missed. `status`: what counted there."""

    interview_id: str
    seq: int
    at: datetime
    status: VerdictStatus


@dataclass(frozen=True, slots=True)
class MissedPoint:
    """A point of the bank that was missed three times or more. `turns`: those in which it was, the newest first."""

    key: CardKey
    question: Question
    point: RubricPoint
    turns: tuple[MissedTurn, ...]

    @property
    def times(self) -> int:
        """How often."""
        return len(self.turns)


@dataclass(frozen=True, slots=True)
class MistakeBook:
    """What somebody got wrong, and what they keep missing; each the newest first."""

    wrong: tuple[Mistake, ...] = ()
    missed: tuple[MissedPoint, ...] = ()
