"""What a person is to remember: a card for each rubric point, its reviews, and what was decided about it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from interviewer.models.grading import VerdictStatus

LEAST_RETENTION, MOST_RETENTION = 0.70, 0.97


class CardKey(NamedTuple):
    """One rubric point of one question; whose card it is is told beside it. `question_id`: of the bank, never of a drill."""

    question_id: str
    point_id: str


class Rating(IntEnum):
    """How well a point was recalled, in the numbers of FSRS: AGAIN is a failure, HARD is a pass. EASY is never given by code."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Review:
    """That a point was asked once and how it was recalled; derived from vetted verdicts, never entered by hand.

    `at`: when the answer was given, UTC, whenever its grade came. `status`: the verdict that counts, the coach's last word if there is
    one. `erred`: something false was said about the point. `interview_id`, `seq`: the turn behind it.
    """

    key: CardKey
    at: datetime
    rating: Rating
    status: VerdictStatus
    erred: bool
    interview_id: str
    seq: int


class MarkKind(StrEnum):
    """What somebody decided about a card. SET_ASIDE: not now; KNOWN: not to be asked any more; BACK: asked again as usual."""

    SET_ASIDE = "set_aside"
    KNOWN = "known"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class CardMark:
    """A decision about a card; the latest counts. `actor_id`: who did it. `at`: UTC."""

    key: CardKey
    kind: MarkKind
    actor_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MemoryState:
    """What the reviews of a card come to (FSRS). `stability`: days until recall falls to 90 %; `difficulty`: 1–10.

    `last`, `due`: UTC. `reviews`: how many; `missed`: how many of them were AGAIN; `in_a_row`: passes since the last AGAIN.
    """

    key: CardKey
    stability: float
    difficulty: float
    last: datetime
    due: datetime
    reviews: int
    missed: int
    in_a_row: int


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What a person chose. `retention`: share (.70 to .97) that is to be recalled when a card is due. `interview_on`: the day of
    the interview, None without one. `minutes`: how long they train a day. `zone`: IANA name; days are counted there.
    """

    retention: float = 0.90
    interview_on: date | None = None
    minutes: int = 10
    zone: str = "UTC"
