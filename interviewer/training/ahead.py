"""Many memories at once, looked ahead to one day: what a review would bring, and which are worth one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from interviewer.models import Rating, TrainingSettings
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
from interviewer.training.schedule import due_day, local_day

Places = NDArray[np.intp]

LEAST_GAIN = 0.02
"""By how much a review of what is not due has to raise the chance on the day."""
_CANDIDATES = 64
_NEVER = 10**9


class Memories:
    """The memories of cards, as arrays in the order of the cards. Days are numbered from today, 0; `ahead`: the day that counts.

    `on_the_day`: the chance (0–1) of each to be recalled on that day, as things are. `weights`: of the points.
    """

    def __init__(self, cards: Sequence[Card], today: date, ahead: int, settings: TrainingSettings) -> None:
        zone, number = settings.zone, today.toordinal()
        states = [card.state for card in cards]
        self._ahead, self._retention = ahead, settings.retention
        self._until = ahead if settings.interview_on else _NEVER
        self._is_new = np.array([state is None for state in states], dtype=bool)
        self._stability = np.array([state.stability if state else first_stability(Rating.AGAIN) for state in states])
        self._difficulty = np.array([state.difficulty if state else first_difficulty(Rating.AGAIN) for state in states])
        self._last = np.array([min(0, local_day(state.last, zone).toordinal() - number) if state else -1 for state in states])
        self._due = np.array([due_day(state, zone).toordinal() - number if state else _NEVER for state in states])
        self.weights = np.array([card.point.weight for card in cards], dtype=float)
        waiting = np.flatnonzero(self._is_new)
        essential = np.array([card.point.essential for card in cards], dtype=bool)
        self._waiting = waiting[np.lexsort((-self.weights[waiting], ~essential[waiting]))]
        self.on_the_day = np.where(self._is_new, 0.0, chance_after(self._stability, ahead - self._last))

    def choose(self, day: int, room: int, *, by_gain: bool) -> list[int]:
        """The places of the cards to review on that day, at most `room`, the first to begin with.

        What is due, and new ones by weight where that leaves room. `by_gain`: both by what they gain, whichever it is, and then also
        what is not due, if it gains `LEAST_GAIN`. Where time is short, what was missed would else come back every day before anything
        new (`python -m benchmarks memory` measures what that costs).
        """
        due = np.flatnonzero((self._due <= day) & (self._last < day))
        if not by_gain:
            due = self._by_gain(due, day, room)[0][:room]
            return [*due.tolist(), *self._waiting[: room - len(due)].tolist()]
        first = self._by_gain(np.concatenate([due, self._waiting[:room]]), day, room)[0][:room]
        if not (left := room - len(first)):
            return [*first.tolist()]
        worth = ~self._is_new & (self._due > day) & (self._last < day) & (self.on_the_day <= 1 - LEAST_GAIN)
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
