"""What waits for a coach besides whole interviews: claims of candidates, and errors that nobody's rubric knew, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from interviewer.interview.contesting import contested_in
from interviewer.interview.desk import DeskService
from interviewer.interview.last_word import verdicts_of
from interviewer.interview.unknown_errors import unknown_errors
from interviewer.models import Interview, Person, Question, Turn, Verdict
from interviewer.records.review_queue import ReviewQueueStore, Waiting, Whose

MOST = 25
"""Interviews of each kind that are read for the page."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """Something in an answer. `number`: of the question in its interview; `words`: the candidate's, as marked or quoted, "" for none.

    `verdict`: what stands for the point, None where the item is about no point. `at`: when it was claimed, or the answer was given.
    `explanation`: why it is false, in the words of who found it; `start`, `end`: of the words in the answer.
    """

    interview_id: str
    candidate: str
    group: str
    lang: str
    number: int
    question: Question
    seq: int
    point_id: str | None
    words: str
    at: datetime
    verdict: Verdict | None = None
    explanation: str = ""
    by_coach: bool = False
    start: int | None = None
    end: int | None = None


class ReviewQueue:
    """The use cases. Whoever may not coach gets NotFound; what is not theirs to see is not in it."""

    def __init__(self, desk: DeskService, store: ReviewQueueStore) -> None:
        self._desk, self._store = desk, store

    def count(self, viewer: Person, *, hidden: Collection[str] = ()) -> Waiting:
        """How much waits, as the rows behind the lists have it. `hidden`: interviews whose grades the viewer is not to see."""
        self._desk.bring_up_to_date(viewer)
        return self._store.count(viewer, hidden)

    def claims(self, viewer: Person, *, hidden: Collection[str] = ()) -> tuple[QueueItem, ...]:
        """The claims that nobody has answered, the newest interview first. `hidden` as for `count`."""
        self._desk.bring_up_to_date(viewer)
        found = self._store.contested(viewer, MOST)
        return tuple(item for whose in found if whose.interview.id not in hidden for item in _claims_in(whose))

    def errors(self, viewer: Person, *, hidden: Collection[str] = ()) -> tuple[QueueItem, ...]:
        """The errors that no rubric knew and nobody has settled; as `claims`."""
        self._desk.bring_up_to_date(viewer)
        found = self._store.with_unknown_errors(viewer, MOST)
        return tuple(item for whose in found if whose.interview.id not in hidden for item in _errors_in(whose))


def _claims_in(whose: Whose) -> Iterator[QueueItem]:
    interview = whose.interview
    for turn in interview.turns:
        found = {verdict.point_id: verdict for verdict in verdicts_of(interview, turn)}
        for contested in contested_in(interview, turn):
            claim = contested.claim
            if contested.waits and not contested.judging:
                yield QueueItem(
                    *_place(whose, turn),
                    claim.point_id,
                    contested.words,
                    claim.at,
                    found.get(claim.point_id),
                    start=claim.start,
                    end=claim.end,
                )


def _errors_in(whose: Whose) -> Iterator[QueueItem]:
    interview = whose.interview
    for turn in interview.turns:
        for error in unknown_errors(interview, turn):
            quote, at = error.quote, turn.reply.at if turn.reply else interview.created_at
            yield QueueItem(
                *_place(whose, turn), error.point_id, quote.text if quote else "", at, explanation=error.explanation, by_coach=error.by_coach,
                start=quote.start if quote else None, end=quote.end if quote else None,
            )  # fmt: skip


def _place(whose: Whose, turn: Turn) -> tuple[str, str, str, str, int, Question, int]:
    interview: Interview = whose.interview
    ids = interview.setup.question_ids
    number = ids.index(turn.question_id) + 1 if turn.question_id in ids else 1
    return interview.id, whose.candidate, whose.group, interview.setup.lang, number, interview.questions[turn.question_id], turn.seq
