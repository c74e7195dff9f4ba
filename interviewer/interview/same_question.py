"""Going through one question across the candidates: the place in the row, what comes next, and what the coach has been through.

The row is in an order that says nothing of candidates or grades, so that a blind review stays blind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from interviewer.interview.desk import DeskService
from interviewer.models import Interview, Person, ReplyKind
from interviewer.records.same_question import SameAnswer, SameQuestionStore

_ANSWERS = (ReplyKind.TEXT, ReplyKind.TIMED_OUT)


@dataclass(frozen=True, slots=True)
class PlaceInRow:
    """Where an interview stands in the row. `number`: from 1, 0 if it is not in it; `size`: of the row; `left`: not reviewed yet.

    `before`, `after`: ids of interviews, None at the ends; `reviewed`: the coach has been through the question here; `groups`: to choose from.
    """

    number: int
    size: int
    left: int
    before: str | None
    after: str | None
    reviewed: bool
    groups: tuple[str, ...]


def place_in(row: tuple[SameAnswer, ...], interview_id: str, *, group: str = "", unreviewed: bool = False) -> PlaceInRow:
    """The place of an interview in the row of its `group` ("": of all).

    `unreviewed`: on to the next that is not reviewed, wherever it is, from the end round to the beginning; back is one place in any case.
    """
    groups = tuple(sorted({each.group for each in row if each.group}))
    chosen = [each for each in row if not group or each.group == group]
    at = next((number for number, each in enumerate(chosen) if each.interview_id == interview_id), -1)
    onward = chosen[at + 1 :]
    if unreviewed:
        onward = [each for each in (*onward, *chosen[: max(at, 0)]) if not each.reviewed]
    return PlaceInRow(
        number=at + 1,
        size=len(chosen),
        left=sum(not each.reviewed for each in chosen),
        before=chosen[at - 1].interview_id if at > 0 else None,
        after=onward[0].interview_id if onward else None,
        reviewed=at >= 0 and chosen[at].reviewed,
        groups=groups,
    )


class SameQuestion:
    """The use cases. Whoever may not coach, or not see an interview, gets NotFound as if there were none."""

    def __init__(self, *, desk: DeskService, store: SameQuestionStore, now: Callable[[], datetime]) -> None:
        self._desk, self._store, self._now = desk, store, now

    def row(self, viewer: Person, question_id: str, group: str = "") -> tuple[SameAnswer, ...]:
        """All answers to the question that the viewer may review; of groups whose term is over only those of `group`."""
        self._desk.bring_up_to_date(viewer)
        return self._store.row(viewer, question_id, group)

    def put_through(self, viewer: Person, interview_id: str, question_id: str) -> Interview:
        """The viewer has been through the question; through the last of an interview that is over, they stand for it as a whole."""
        interview = self._desk.load_to_grade(viewer, interview_id)
        if question_id not in interview.questions:
            return interview
        through = self._store.put_through(viewer.id, interview_id, question_id, self._now())
        answered = {turn.question_id for turn in interview.turns if turn.reply and turn.reply.kind in _ANSWERS and turn.reply.text.strip()}
        if interview.finished_at and answered <= through:
            return self._desk.mark_reviewed(viewer, interview_id)
        return interview

    def look_again(self, viewer: Person, interview_id: str, question_id: str = "") -> None:
        """Put the question, or all questions of the interview, back among those that the viewer has not been through."""
        self._desk.load_to_grade(viewer, interview_id)
        self._store.forget(viewer.id, interview_id, question_id)
