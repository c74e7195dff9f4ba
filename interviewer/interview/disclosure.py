"""What of the key the candidate may see now: nothing of a question that is still open. Pure.

The practice room draws by `is_over`; the files that a candidate downloads are made of what `hold_back` leaves.
"""

from __future__ import annotations

from dataclasses import replace

from interviewer.interview.flow import AwaitNext, next_move
from interviewer.models import Bilingual, Interview, Mode, Question, Turn

_NOTHING = Bilingual("", "")


def is_over(interview: Interview, question_id: str) -> bool:
    """Whether nothing can be earned on a question any more: it was left behind, or only going on from it remains."""
    if interview.finished_at:
        return True
    current = interview.current
    if current is None or not interview.turns_of(question_id):
        return False
    return current.question_id != question_id or isinstance(next_move(interview), AwaitNext)


def held_back(interview: Interview) -> frozenset[str]:
    """The questions of which neither grades nor key may be told yet: the open ones, and all of an exam that runs."""
    if interview.finished_at:
        return frozenset()
    exam = interview.setup.mode is Mode.EXAM
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
