"""What of the key the candidate may see now: nothing of a question that is open, or that was never asked. Pure.

The practice room draws by `is_over`; the files that a candidate downloads are made of what `hold_back` leaves.
"""

from __future__ import annotations

from dataclasses import replace

from interviewer.interview.flow import AwaitNext, next_move
from interviewer.models import Bilingual, Interview, Mode, Question, Turn

_NOTHING = Bilingual("", "")


def is_over(interview: Interview, question_id: str) -> bool:
    """Whether nothing can be earned on a question any more: it was left behind, or only going on from it remains.

    What the interview ended before, or while it was still unanswered, may be asked in the next one: it is not over.
    """
    current, turns = interview.current, interview.turns_of(question_id)
    if current is None or not turns:
        return False
    if interview.finished_at:
        return turns[0].reply is not None
    return current.question_id != question_id or isinstance(next_move(interview), AwaitNext)


def held_back(interview: Interview) -> frozenset[str]:
    """The questions of which neither grades nor key may be told yet: those that are not over, and all of an exam that runs."""
    exam = interview.setup.mode is Mode.EXAM and not interview.finished_at
    return frozenset(id for id in interview.questions if exam or not is_over(interview, id))


def hold_back(interview: Interview) -> Interview:
    """The interview without what may not be told of it yet; what the candidate wrote and was told stays."""
    hidden = held_back(interview)
    if not hidden:
        return interview
    return replace(
        interview,
        questions={id: _without_key(question) if id in hidden else question for id, question in interview.questions.items()},
        turns=tuple(_without_grades(turn) if turn.question_id in hidden else turn for turn in interview.turns),
        edits=tuple(edit for edit in interview.edits if edit.question_id not in hidden),
        improvements=tuple(each for each in interview.improvements if each.question_id not in hidden),
    )


def _without_key(question: Question) -> Question:
    return replace(question, reference=_NOTHING, points=(), hints=(), givens=())


def _without_grades(turn: Turn) -> Turn:
    return replace(turn, grades=(), claims=(), aimed_point=None)
