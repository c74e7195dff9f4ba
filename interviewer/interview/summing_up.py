"""What of an interview the model may sum up, and when: all of it, once it is over. Pure; the model's part is in `grading.llm.summary`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from interviewer.grading.llm.summary import Answered, Course
from interviewer.interview.last_word import findings_of
from interviewer.interview.results import QuestionResult, QuestionStatus, results_of
from interviewer.models import Interview, Lang, Turn, VerdictStatus


def course_of(interview: Interview) -> Course | None:
    """What is to be summed up, None where nothing can be: it is not over, a grade is due, or nothing was graded."""
    results = results_of(interview)
    if not interview.finished_at or any(turn.pending for turn in interview.turns):
        return None
    graded = [result for result in results if result.status is QuestionStatus.GRADED]
    lang = interview.setup.lang
    answers = tuple(
        _answer(interview, result, turn) for result in graded for turn in result.turns if turn.reply and turn.reply.text.strip()
    )
    return Course(answers, tuple(_tell(result, lang) for result in graded), lang) if answers else None


def may_sum_up(interview: Interview, now: datetime) -> bool:
    """Whether the model may be asked: there is something to sum up, and it is neither summed up yet nor being so."""
    return (interview.summary is None or interview.summary.may_be_asked(now)) and course_of(interview) is not None


def _answer(interview: Interview, result: QuestionResult, turn: Turn) -> Answered:
    assert turn.reply is not None
    findings = findings_of(interview, turn)
    quoted = [(verdict.status, verdict.quote) for verdict in findings.verdicts if verdict.quote] if findings else []
    return Answered(
        turn.seq,
        turn.prompt,
        turn.reply.text,
        good=tuple(quote for status, quote in quoted if status is VerdictStatus.COVERED),
        weak=tuple(quote for status, quote in quoted if status is not VerdictStatus.COVERED),
        false=tuple(error.quote for error in findings.errors) if findings else (),
        open=any(verdict.status is not VerdictStatus.COVERED for verdict in result.verdicts),
    )


def _tell(result: QuestionResult, lang: Lang) -> dict[str, object]:
    return {
        "question": result.question.prompt[lang],
        "found": [{"idea": idea, "verdict": verdict} for idea, verdict in _ideas(result, lang)],
        "false": [error.quote.text for error in result.errors],
    }


def _ideas(result: QuestionResult, lang: Lang) -> Iterator[tuple[str, str]]:
    for verdict in result.verdicts:
        yield result.question.point(verdict.point_id).intent[lang], verdict.status.value
