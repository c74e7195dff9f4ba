"""Coach against coach: where two have judged the same answers, how far they agree. A pure reading of interviews with edits.

The values are those of `insight.agreement`, with the two names in the examiner's place: the first in order is compared with the second.
An adjudication is no reading of its own, for it was given in sight of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from interviewer.insight.agreement import Pair, ScorePair
from interviewer.interview.last_word import GRADING, coaches_on, review_of
from interviewer.interview.results import score_by
from interviewer.models import Edit, EditKind, Interview, Purpose, Turn, VerdictStatus, standing_edits


def coach_pairs_of(interview: Interview) -> tuple[Pair, ...]:
    """Every point of an answer on which two coaches have given a verdict, or stand for the examiner's; blind where whoever came second had
    not seen the first's."""
    found: list[Pair] = []
    for turn in interview.turns:
        for readings in combinations(_readings(interview, turn.question_id, turn), 2):
            found += _compared(interview, turn, readings)
    return tuple(found)


def coach_scores_of(interview: Interview) -> tuple[ScorePair, ...]:
    """The score of every question that two coaches have graded, or stand for."""
    found: list[ScorePair] = []
    for question_id in interview.questions:
        for one, other in combinations(_readings(interview, question_id), 2):
            scores = [score_by(interview, question_id, reading.author_id) for reading in (one, other)]
            if scores[0] is not None and scores[1] is not None and not interview.questions[question_id].parent:
                found.append(ScorePair(_label(one, other), interview.id, question_id, scores[0], scores[1], _is_blind(one, other)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one coach has read out of a question, or of one answer. `stands`: the edit by which they stand for the whole interview."""

    name: str
    author_id: str
    edits: tuple[Edit, ...]
    stands: Edit | None

    @property
    def begun(self) -> int:
        first = self.edits[0] if self.edits else self.stands
        return first.id if first else 0

    @property
    def is_blind(self) -> bool:
        return bool(self.edits) and all(edit.blind for edit in self.edits)


def _readings(interview: Interview, question_id: str, turn: Turn | None = None) -> list[_Reading]:
    """Of each coach who has judged something of it, by name; where one other has, also of who stands for the examiner's verdicts."""
    given = [edit for edit in standing_edits(interview.edits) if edit.kind in GRADING and edit.question_id == question_id]
    own = [edit for edit in given if edit.purpose is not Purpose.ADJUDICATION and (turn is None or edit.turn_seq == turn.seq)]
    review, names = review_of(interview), coaches_on(interview, question_id)
    if review:
        names = {**names, review.author_id: review.author}
    found = []
    for author_id, name in names.items():
        edits = tuple(edit for edit in own if edit.author_id == author_id)
        stands = review if review and review.author_id == author_id else None
        if edits or stands:
            found.append(_Reading(name, author_id, edits, stands))
    return sorted(found, key=lambda reading: (reading.name, reading.author_id)) if any(reading.edits for reading in found) else []


def _compared(interview: Interview, turn: Turn, readings: tuple[_Reading, _Reading]) -> list[Pair]:
    one, other = (_statuses(reading, turn) for reading in readings)
    question, blind = interview.questions[turn.question_id], _is_blind(*readings)
    return [
        Pair(_label(*readings), interview.id, question.bank_id, point.id, one[point.id], other[point.id], blind)
        for point in question.points
        if point.id in one and point.id in other
    ]


def _statuses(reading: _Reading, turn: Turn) -> dict[str, VerdictStatus]:
    """By point; who stands for the interview has left the other verdicts as the examiner gave them."""
    left = {verdict.point_id: verdict.status for verdict in turn.grade.verdicts} if reading.stands and turn.grade else {}
    return left | {edit.point_id: edit.status for edit in reading.edits if edit.kind is EditKind.VERDICT and edit.point_id and edit.status}


def _is_blind(one: _Reading, other: _Reading) -> bool:
    """Whether whoever began second gave everything blind."""
    return max(one, other, key=lambda reading: reading.begun).is_blind


def _label(one: _Reading, other: _Reading) -> str:
    return f"{one.name} / {other.name}"
