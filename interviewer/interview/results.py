"""What an interview has come to so far, question by question: a pure reading of its records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interviewer.grading.scoring import question_score
from interviewer.models import Grade, Interview, Question, Reason, ReplyKind, Turn, TurnKind, Ungraded, Verdict, VerdictStatus


class Standing(StrEnum):
    """Where a question stands. UNKNOWN and SKIPPED count as 0 by rule; UNGRADED and PENDING count as nothing at all."""

    NOT_ASKED = "not_asked"
    OPEN = "open"
    PENDING = "pending"
    GRADED = "graded"
    UNGRADED = "ungraded"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question's result. `score`: 0–100 or None when there is none. `reason`: why it is ungraded.

    `verdicts`: merged over the turns, in the order of the points. `incomplete`: the score lacks a follow-up that is not graded.
    """

    question: Question
    turns: tuple[Turn, ...]
    standing: Standing
    score: float | None = None
    verdicts: tuple[Verdict, ...] = ()
    reason: Reason | None = None
    incomplete: bool = False

    @property
    def hints(self) -> int:
        """How many hints were shown."""
        return sum(turn.hints for turn in self.turns)

    @property
    def seconds(self) -> float:
        """Time from a prompt to its reply, summed over the turns."""
        return sum((turn.reply.at - turn.asked_at).total_seconds() for turn in self.turns if turn.reply)


def result_of(interview: Interview, question_id: str) -> QuestionResult:
    """The result of one question of the interview's plan."""
    question = interview.questions[question_id]
    turns = interview.turns_of(question_id)
    standing, reason = _standing(turns)
    if standing in (Standing.UNKNOWN, Standing.SKIPPED):
        missing = tuple(Verdict(point.id, VerdictStatus.MISSING) for point in question.points)
        return QuestionResult(question, turns, standing, score=0.0, verdicts=missing)
    if standing is not Standing.GRADED:
        return QuestionResult(question, turns, standing, reason=reason)
    marked = question_score(question, [turn.grade.verdicts for turn in turns if turn.grade], hints=sum(turn.hints for turn in turns))
    incomplete = any(turn.pending or isinstance(turn.outcome, Ungraded) for turn in turns)
    return QuestionResult(question, turns, standing, score=marked.score, verdicts=marked.verdicts, incomplete=incomplete)


def results_of(interview: Interview) -> tuple[QuestionResult, ...]:
    """The results of all planned questions, in order."""
    return tuple(result_of(interview, question_id) for question_id in interview.setup.question_ids)


def _standing(turns: tuple[Turn, ...]) -> tuple[Standing, Reason | None]:
    if not turns:
        return Standing.NOT_ASKED, None
    opening = turns[0]
    assert opening.kind is TurnKind.QUESTION
    if opening.reply is None:
        return Standing.OPEN, None
    if opening.reply.kind is ReplyKind.UNKNOWN:
        return Standing.UNKNOWN, None
    if opening.reply.kind is ReplyKind.SKIPPED:
        return Standing.SKIPPED, None
    if isinstance(opening.outcome, Grade):
        return Standing.GRADED, None
    if isinstance(opening.outcome, Ungraded) and not opening.pending:
        return Standing.UNGRADED, opening.outcome.reason
    return Standing.PENDING, None
