"""Coach against coach: where two have judged the same answers, how far they agree. A pure reading of interviews with edits.

The values are those of `insight.agreement`, with the two names in the examiner's place: the first in order is compared with the second.
An adjudication is no reading of its own, for it was given in sight of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from interviewer.insight.agreement import Pair, ScorePair
from interviewer.interview.last_word import GRADING, coaches_on
from interviewer.interview.results import score_by
from interviewer.models import Edit, EditKind, Interview, Purpose, Turn, VerdictStatus, standing_edits


def coach_pairs_of(interview: Interview) -> tuple[Pair, ...]:
    """Every point of an answer on which two coaches have given a verdict; blind where whoever came second had not seen the first's."""
    found: list[Pair] = []
    for turn in interview.turns:
        for readings in _pairs(_readings(interview, turn.question_id, turn)):
            found += _compared(interview, turn, readings)
    return tuple(found)


def coach_scores_of(interview: Interview) -> tuple[ScorePair, ...]:
    """The score of every question that two coaches have graded."""
    found: list[ScorePair] = []
    for question_id in interview.questions:
        for (first, mine), (second, theirs) in _pairs(_readings(interview, question_id)):
            scores = [score_by(interview, question_id, edits[0].author_id) for edits in (mine, theirs)]
            if scores[0] is not None and scores[1] is not None and not interview.questions[question_id].parent:
                label = _label(first, second)
                found.append(ScorePair(label, interview.id, question_id, scores[0], scores[1], _is_blind(mine, theirs)))
    return tuple(found)


Reading = tuple[str, list[Edit]]


def _readings(interview: Interview, question_id: str, turn: Turn | None = None) -> list[Reading]:
    """What each coach has read out of a question, or of one answer, by name."""
    given = [edit for edit in standing_edits(interview.edits) if edit.kind in GRADING and edit.question_id == question_id]
    own = [edit for edit in given if edit.purpose is not Purpose.ADJUDICATION and (turn is None or edit.turn_seq == turn.seq)]
    by_coach = [(name, [edit for edit in own if edit.author_id == id]) for id, name in coaches_on(interview, question_id).items()]
    return sorted((name, edits) for name, edits in by_coach if edits)


def _pairs(readings: Sequence[Reading]) -> Iterator[tuple[Reading, Reading]]:
    return combinations(readings, 2)


def _compared(interview: Interview, turn: Turn, readings: tuple[Reading, Reading]) -> list[Pair]:
    (first, mine), (second, theirs) = readings
    one, other = _statuses(mine), _statuses(theirs)
    question, blind = interview.questions[turn.question_id], _is_blind(mine, theirs)
    return [
        Pair(_label(first, second), interview.id, question.bank_id, point.id, one[point.id], other[point.id], blind)
        for point in question.points
        if point.id in one and point.id in other
    ]


def _statuses(edits: Sequence[Edit]) -> dict[str, VerdictStatus]:
    return {edit.point_id: edit.status for edit in edits if edit.kind is EditKind.VERDICT and edit.point_id and edit.status}


def _is_blind(mine: Sequence[Edit], theirs: Sequence[Edit]) -> bool:
    """Whether whoever began second gave everything blind."""
    return all(edit.blind for edit in max(mine, theirs, key=lambda edits: edits[0].id))


def _label(first: str, second: str) -> str:
    return f"{first} / {second}"
