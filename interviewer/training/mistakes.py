"""The mistake book: what somebody said that is false, with what is right, and the points that they keep missing. Pure.

Only questions that are over are told of, see `interview.disclosure`: a book must not hold the key of an exam that runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from interviewer.insight.false_statements import errors_on, explanation_of, find_belief, says_no_more
from interviewer.interview.disclosure import held_back
from interviewer.interview.last_word import findings_of
from interviewer.models import (
    Bilingual,
    CardKey,
    FalseStatement,
    Findings,
    Interview,
    Question,
    Rating,
    Review,
    RubricPoint,
    Turn,
    Verdict,
    VerdictStatus,
)

OFTEN = 3
"""So many times missed, a point is in the book."""


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
    """A point of the bank that was missed three times or more. `turns`: those in which it was, the newest first.

    `since`: how often in a row it was recalled since.
    """

    key: CardKey
    question: Question
    point: RubricPoint
    turns: tuple[MissedTurn, ...]
    since: int = 0

    @property
    def times(self) -> int:
        """How often."""
        return len(self.turns)


@dataclass(frozen=True, slots=True)
class MistakeBook:
    """What somebody got wrong, and what they keep missing; each the newest first."""

    wrong: tuple[Mistake, ...] = ()
    missed: tuple[MissedPoint, ...] = ()


def mistake_book(interviews: Iterable[Interview], reviews: Iterable[Review], questions: Iterable[Question]) -> MistakeBook:
    """The book of one person. `interviews`: theirs; `reviews`: those that may be told; `questions`: of the bank."""
    wrong = sorted((each for interview in interviews for each in _mistakes_in(interview)), key=lambda each: each.at, reverse=True)
    return MistakeBook(tuple(wrong), _often_missed(reviews, questions))


def _mistakes_in(interview: Interview) -> Iterator[Mistake]:
    hidden = held_back(interview)
    for turn in interview.turns:
        if turn.question_id not in hidden and turn.reply and (found := findings_of(interview, turn)):
            yield from _mistakes_of(interview, turn, found)


def _mistakes_of(interview: Interview, turn: Turn, found: Findings) -> Iterator[Mistake]:
    question = interview.questions[turn.question_id]
    for error in found.errors:
        yield _mistake(interview, turn, question, error)
    for verdict in found.verdicts:
        if verdict.status is VerdictStatus.WRONG and not says_no_more(verdict, errors_on(found.errors, verdict.point_id)):
            yield _mistake(interview, turn, question, verdict)


def _mistake(interview: Interview, turn: Turn, question: Question, found: FalseStatement | Verdict) -> Mistake:
    assert turn.reply is not None
    belief = find_belief(question, found.misconception)
    explanation = explanation_of(question, found) if isinstance(found, FalseStatement) else "" if found.guarded else found.reason
    return Mistake(
        interview_id=interview.id, seq=turn.seq, at=turn.reply.at, question_id=question.parent or question.id, question=question,
        point=next((point for point in question.points if point.id == found.point_id), None), words=found.quote.text if found.quote else "",
        belief=belief.statement if belief else None, correction=belief.correction if belief else None, explanation=explanation,
    )  # fmt: skip


def _often_missed(reviews: Iterable[Review], questions: Iterable[Question]) -> tuple[MissedPoint, ...]:
    points = {CardKey(question.id, point.id): (question, point) for question in questions for point in question.points}
    by_card: dict[CardKey, list[Review]] = defaultdict(list)
    for review in reviews:
        if review.key in points:
            by_card[review.key].append(review)
    found = []
    for key, mine in by_card.items():
        newest_first = sorted(mine, key=lambda review: (review.at, review.interview_id), reverse=True)
        missed = tuple(
            MissedTurn(each.interview_id, each.seq, each.at, each.status) for each in newest_first if each.rating is Rating.AGAIN
        )
        if len(missed) >= OFTEN:
            since = next(place for place, each in enumerate(newest_first) if each.rating is Rating.AGAIN)
            found.append(MissedPoint(key, *points[key], missed, since))
    return tuple(sorted(found, key=lambda each: each.turns[0].at, reverse=True))
