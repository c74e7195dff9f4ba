"""The use cases of the training: what is due today, what was decided about a card, the mistake book, the progress, a coach's rows.

What is stored and what is worked out of it is in `records.training`; which points are asked is decided in `plan`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from interviewer.errors import InterviewerError
from interviewer.models.training import CardKey, MarkKind, TrainingSettings

if TYPE_CHECKING:
    from interviewer.training.cards import Card
    from interviewer.training.mistakes import MistakeBook
    from interviewer.training.plan import Forecast
    from interviewer.training.progress import Progress

MOST_MINUTES = 180
FIRST_SECONDS = 60.0
"""What a point is taken to need before the person has answered any in a drill."""


class Refusal(StrEnum):
    """Why a choice was not taken; the page has words for each (`training_refused_…`)."""

    RETENTION = "retention"
    MINUTES = "minutes"
    ZONE = "zone"
    DATE_PAST = "date_past"
    NO_SUCH_CARD = "no_such_card"


class TrainingRefused(InterviewerError):
    """What was asked for cannot be done; nothing was written. `why`: for the page's own words."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Today:
    """What there is to do today. `chosen`: the cards for `minutes`, in the order in which they are asked.

    `due`, `new`: how many active cards are due, and were never asked. `done_today`: different points asked today in the person's zone.
    `next_due`: the first day after today on which an active card comes, None without one. `seconds_each`: what a point takes the
    person. `forecast`: with a day of the interview that is not past, else None.
    """

    chosen: tuple[Card, ...]
    due: int
    new: int
    done_today: int
    next_due: date | None
    minutes: int
    seconds_each: float
    settings: TrainingSettings
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class WeakPoint:
    """A point that stays weak although drilled: asked three times or more, and the last two times not recalled."""

    key: CardKey
    reviews: int
    missed: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Trainee:
    """How one person trains, for their coach. `days_7`, `days_30`: days practised of the last 7 and 30, today among them, in their zone.

    `reviews`: points asked in the last 30 days. `due`: active cards due now; `active`: cards asked before and neither set aside nor
    known. `last_at`: when a point was last asked, UTC. `weak`: the longest weak first.
    """

    owner: str
    days_7: int = 0
    days_30: int = 0
    reviews: int = 0
    due: int = 0
    active: int = 0
    last_at: datetime | None = None
    weak: tuple[WeakPoint, ...] = ()


class Training:
    """What a person's training offers. `owner`: whose it is; nobody reads or changes another's by it."""

    def cards(self, owner: str) -> tuple[Card, ...]:
        """All cards of the person, one for each point of the bank; brought up to date first."""
        raise NotImplementedError

    def settings(self, owner: str) -> TrainingSettings:
        """What they chose, else the usual."""
        raise NotImplementedError

    def choose(self, owner: str, settings: TrainingSettings) -> TrainingSettings:
        """Take these settings; TrainingRefused if one is out of bounds."""
        raise NotImplementedError

    def mark(self, owner: str, key: CardKey, kind: MarkKind, *, actor: str) -> None:
        """Set a card aside, mark it known, bring it back. `actor`: id of who does it. TrainingRefused if the bank has no such point."""
        raise NotImplementedError

    def today(self, owner: str, minutes: int | None = None) -> Today:
        """What is to be done today in so many minutes, None for what the person chose."""
        raise NotImplementedError

    def forecast(self, owner: str) -> Forecast | None:
        """What will be recalled on the day of the interview; None without a day, or once it is past."""
        raise NotImplementedError

    def mistakes(self, owner: str) -> MistakeBook:
        """What they got wrong, and what they keep missing."""
        raise NotImplementedError

    def progress(self, owner: str) -> Progress:
        """How it goes."""
        raise NotImplementedError

    def of_people(self, owners: Iterable[str]) -> tuple[Trainee, ...]:
        """A row for each of these people, in their order. Whom the caller may see is for them to know."""
        raise NotImplementedError
