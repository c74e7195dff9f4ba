"""Many memories at once, looked ahead to one day: what a review would bring, and which are worth one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from interviewer.models import CardKey, Rating, TrainingSettings
from interviewer.training.cards import Card
from interviewer.training.formulas import (
    Array,
    chance_after,
    first_difficulty,
    first_stability,
    interval_of,
    next_difficulty,
    stability_missed,
    stability_passed,
)
from interviewer.training.schedule import day_begins

Places = NDArray[np.intp]

LEAST_GAIN = 0.02
"""By how much a review of what is not due has to raise the chance on the day."""
_CANDIDATES = 64
_NEVER = 10**9
_EPOCH, _DAY = date(1970, 1, 1), 86_400


class Memories:
    """The memories of cards, as arrays in the order of the cards. Days are numbered from today, 0; `ahead`: the day that counts.

    `on_the_day`: the chance (0–1) of each to be recalled on that day, as things are. `weights`: of the points.
    """

    def __init__(self, cards: Sequence[Card], today: date, ahead: int, settings: TrainingSettings, done: Collection[CardKey] = ()) -> None:
        """`done`: cards that are not chosen today."""
        zone, number = settings.zone, today.toordinal()
        self._ahead, self._retention = ahead, settings.retention
        self._until = ahead if settings.interview_on else _NEVER
        self._is_new = np.array([card.state is None for card in cards], dtype=bool)
        known, states = ~self._is_new, [card.state for card in cards if card.state]
        self._stability = np.full(len(cards), first_stability(Rating.AGAIN))
        self._stability[known] = [state.stability for state in states]
        self._difficulty = np.full(len(cards), first_difficulty(Rating.AGAIN))
        self._difficulty[known] = [state.difficulty for state in states]
        self._last: Array = np.full(len(cards), -1.0)
        self._last[known] = np.minimum(0, local_ordinals([state.last for state in states], zone) - number)
        self._due = np.full(len(cards), _NEVER, dtype=np.int64)
        self._due[known] = local_ordinals([state.due for state in states], zone) - number
        self.weights = np.array([card.point.weight for card in cards], dtype=float)
        waiting = np.flatnonzero(self._is_new)
        essential = np.array([card.point.essential for card in cards], dtype=bool)
        self._waiting = waiting[np.lexsort((-self.weights[waiting], ~essential[waiting]))]
        self._done = np.array([card.key in done for card in cards], dtype=bool) if done else np.zeros(len(cards), dtype=bool)
        self.on_the_day = np.where(self._is_new, 0.0, chance_after(self._stability, ahead - self._last))

    @property
    def due(self) -> int:
        """How many are due today."""
        return int(np.count_nonzero(self._due <= 0))

    @property
    def new(self) -> int:
        """How many were never asked."""
        return len(self._waiting)

    @property
    def next_due(self) -> int | None:
        """The first day after today on which one is due; None if there is none."""
        later = self._due[(self._due > 0) & (self._due < _NEVER)]
        return int(later.min()) if len(later) else None

    def choose(self, day: int, room: int, *, by_gain: bool) -> list[int]:
        """The places of the cards to review on that day, at most `room`, the first to begin with.

        What is due, and new ones by weight where that leaves room. `by_gain`: both by what they gain, whichever it is, and then also
        what is not due, if it gains `LEAST_GAIN`. Where time is short, what was missed would else come back every day before anything
        new (`python -m benchmarks memory` measures what that costs).
        """
        free = (self._last < day) & ~self._done if day == 0 else self._last < day
        due, waiting = np.flatnonzero((self._due <= day) & free), self._waiting[free[self._waiting]]
        if not by_gain:
            due = self._by_gain(due, day, room)[0][:room]
            return [*due.tolist(), *waiting[: room - len(due)].tolist()]
        first = self._by_gain(np.concatenate([due, waiting[:room]]), day, room)[0][:room]
        if not (left := room - len(first)):
            return [*first.tolist()]
        worth = ~self._is_new & (self._due > day) & free & (self.on_the_day <= 1 - LEAST_GAIN)
        rest, gains = self._by_gain(np.flatnonzero(worth), day, left)
        return [*first.tolist(), *rest[gains >= LEAST_GAIN][:left].tolist()]

    def review(self, places: Sequence[int], day: int) -> None:
        """Those are reviewed on that day: each gets the state that is expected of it then. A new one is taken to be missed."""
        if not places:
            return
        chosen = np.array(places, dtype=np.intp)
        self._stability[chosen], self._difficulty[chosen] = self._expected(chosen, day)
        self._is_new[chosen] = False
        self._waiting = self._waiting[self._is_new[self._waiting]]
        self._last[chosen] = day
        self._due[chosen] = np.minimum(day + interval_of(self._stability[chosen], self._retention), max(day + 1, self._until))
        self.on_the_day[chosen] = chance_after(self._stability[chosen], self._ahead - day)

    def _by_gain(self, places: Places, day: int, room: int) -> tuple[Places, Array]:
        """The places and by how much a review raises the chance on the day, what gains most by weight first.

        No review can raise a chance above 1: of very many cards only those that could gain most are looked at closely.
        """
        most = max(_CANDIDATES, 4 * room)
        if len(places) > most:
            could = self.weights[places] * (1 - self.on_the_day[places])
            places = places[np.sort(np.argpartition(-could, most)[:most])]
        stability, _ = self._expected(places, day)
        gains = chance_after(stability, self._ahead - day) - self.on_the_day[places]
        order = np.argsort(-gains * self.weights[places], kind="stable")
        return places[order], gains[order]

    def _expected(self, places: Places, day: int) -> tuple[Array, Array]:
        """Stability and difficulty after a review: the mean of GOOD and AGAIN by the chance of each (of stability the geometric one).

        A new card holds already what its first review, taken to be missed, makes of it.
        """
        stability, difficulty, new = self._stability[places], self._difficulty[places], self._is_new[places]
        chance = chance_after(stability, day - self._last[places])
        passed, missed = stability_passed(stability, difficulty, chance), stability_missed(stability, difficulty, chance)
        harder = next_difficulty(difficulty, Rating.AGAIN) * (1 - chance) + next_difficulty(difficulty, Rating.GOOD) * chance
        expected = np.exp(chance * np.log(passed) + (1 - chance) * np.log(missed))
        return np.where(new, stability, expected), np.where(new, difficulty, harder)


def local_ordinals(moments: Sequence[datetime], zone: str) -> NDArray[np.int64]:
    """The days on which very many moments fall in the zone, as `date.toordinal` counts them; what `schedule.local_day` says of each."""
    seconds = np.array([at.timestamp() for at in moments], dtype=float)
    # In UTC a moment's day is one off at most, and where that day and the next begin in the zone is asked once for each day.
    days = (seconds // _DAY).astype(np.int64)
    listed, places = np.unique(days, return_inverse=True)
    begins = [[day_begins(_EPOCH + timedelta(days=day + n), zone).timestamp() for n in (0, 1)] for day in listed.tolist()]
    this, following = np.array(begins, dtype=float).reshape(-1, 2)[places].T
    return np.asarray(days + (seconds >= following) - (seconds < this) + _EPOCH.toordinal(), dtype=np.int64)
