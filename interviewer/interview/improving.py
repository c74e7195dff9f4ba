"""What of a question may be improved, and when: what the candidate said to it, once it is over. Pure; the model's part is in `grading.llm`."""

from __future__ import annotations

from datetime import datetime

from interviewer.grading.llm.improving import Draft
from interviewer.interview.disclosure import held_back
from interviewer.interview.results import result_of
from interviewer.models import Findings, Interview


def draft_of(interview: Interview, question_id: str) -> Draft | None:
    """What is to be improved, None where nothing can be: the question is open, nothing was said to it, or nothing says what was missing."""
    if question_id not in interview.questions or question_id in held_back(interview):
        return None
    said = tuple(turn.reply.text for turn in interview.turns_of(question_id) if turn.reply and turn.reply.text.strip())
    result = result_of(interview, question_id)
    if not said or not result.verdicts:
        return None
    return Draft(result.question, said, Findings(result.verdicts, result.errors), interview.setup.lang)


def may_improve(interview: Interview, question_id: str, now: datetime) -> bool:
    """Whether the model may be asked: there is something to improve, and it is neither improved yet nor being improved."""
    known = interview.improvement_of(question_id)
    return draft_of(interview, question_id) is not None and (known is None or known.may_be_asked(now))
