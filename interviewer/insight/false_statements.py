"""How a false statement is shown: under which key, with which correction, and when a verdict need not say it again. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.models import FalseStatement, Misconception, Question, Verdict, VerdictStatus


def key_of(error: FalseStatement) -> str:
    """What links an error in a list to its words in the answer; two errors with the same words are the same error."""
    return f"error-{error.quote.start}-{error.quote.end}"


def belief_of(question: Question, error: FalseStatement) -> Misconception | None:
    """The known wrong belief that the error is, None if it is none of the question's."""
    return find_belief(question, error.misconception)


def find_belief(question: Question, id: str | None) -> Misconception | None:
    """The question's wrong belief of that id, None if it has none."""
    return next((belief for point in question.points for belief in point.misconceptions if belief.id == id), None)


def explanation_of(question: Question, error: FalseStatement) -> str:
    """What is wrong, empty where the correction beside it says the same."""
    belief = belief_of(question, error)
    return "" if belief and error.explanation.startswith((belief.correction.zh, belief.correction.en)) else error.explanation


def errors_on(errors: Iterable[FalseStatement], point_id: str) -> tuple[FalseStatement, ...]:
    """The errors about one point."""
    return tuple(error for error in errors if error.point_id == point_id)


def says_no_more(verdict: Verdict, errors: Iterable[FalseStatement]) -> bool:
    """Whether the list of errors tells all that a wrong verdict rests on, so that beside its point nothing of it is told again."""
    return verdict.status is VerdictStatus.WRONG and any(
        verdict.quote in (None, error.quote) for error in errors_on(errors, verdict.point_id)
    )
