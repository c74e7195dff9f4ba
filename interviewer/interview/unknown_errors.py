"""Errors that nobody's rubric knew: what an examiner or a coach called false without a known misconception. Pure.

Each is an item in the coaches' queue until one of them settles it, which changes no grade: the rubric may want a misconception for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.interview.last_word import counting_edits, findings_of
from interviewer.models import EditKind, FalseStatement, Interview, Quote, Turn, Verdict, VerdictStatus, standing_edits


@dataclass(frozen=True, slots=True)
class UnknownError:
    """Something false in an answer. `seq`: of its turn; `point_id`: None if it is about none; `quote`: None where no words were marked.

    `explanation`: in the words of who found it, "" for none. `by_coach`: a coach's verdict, not the examiner's finding.
    """

    seq: int
    question_id: str
    point_id: str | None
    quote: Quote | None
    explanation: str
    by_coach: bool

    @property
    def place(self) -> tuple[int | None, str | None, int | None, int | None]:
        """What a settlement names it by: turn, point, and where the words begin and end."""
        return self.seq, self.point_id, *((self.quote.start, self.quote.end) if self.quote else (None, None))


def unknown_errors(interview: Interview, turn: Turn) -> tuple[UnknownError, ...]:
    """Those of an answer that nobody has settled."""
    found = findings_of(interview, turn)
    if found is None:
        return ()
    judged = {
        edit.point_id
        for edit in counting_edits(interview, turn.question_id)
        if edit.kind is EditKind.VERDICT and edit.turn_seq == turn.seq and edit.status is VerdictStatus.WRONG
    }
    told = {error.point_id for error in found.errors}
    listed = [_of_statement(turn, error) for error in found.errors if error.misconception is None]
    listed += [
        _of_verdict(turn, verdict, by_coach=verdict.point_id in judged)
        for verdict in found.verdicts
        if verdict.status is VerdictStatus.WRONG and verdict.misconception is None and verdict.point_id not in told
    ]
    settled = {
        (edit.turn_seq, edit.point_id, edit.start, edit.end) for edit in standing_edits(interview.edits) if edit.kind is EditKind.SETTLED
    }
    return tuple(error for error in listed if error.place not in settled)


def _of_statement(turn: Turn, error: FalseStatement) -> UnknownError:
    return UnknownError(turn.seq, turn.question_id, error.point_id, error.quote, error.explanation, by_coach=False)


def _of_verdict(turn: Turn, verdict: Verdict, *, by_coach: bool) -> UnknownError:
    return UnknownError(turn.seq, turn.question_id, verdict.point_id, verdict.quote, verdict.reason, by_coach)
