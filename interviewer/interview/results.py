"""What an interview has come to so far, question by question: a pure reading of its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from interviewer.grading.scoring import HINT_COST, question_score
from interviewer.interview.last_word import findings_by, findings_of, is_edited, score_of
from interviewer.models import (
    SCALE,
    Edit,
    EditKind,
    FalseStatement,
    Grade,
    Interval,
    Interview,
    Question,
    Reason,
    ReplyKind,
    Turn,
    TurnKind,
    Ungraded,
    Verdict,
    standing_edits,
)


class QuestionStatus(StrEnum):
    """Where a question stands. UNKNOWN, SKIPPED and RAN_OUT count as 0 by rule; UNGRADED and PENDING count as nothing at all."""

    NOT_ASKED = "not_asked"
    OPEN = "open"
    PENDING = "pending"
    GRADED = "graded"
    UNGRADED = "ungraded"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    RAN_OUT = "ran_out"


NO_ANSWER = (QuestionStatus.UNKNOWN, QuestionStatus.SKIPPED, QuestionStatus.RAN_OUT)


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question's result. `score`: 0–100 or None when there is none. `reason`: why it is ungraded.

    `verdicts`: merged over the turns, in the order of the points. `errors`: what stands of the false statements. `interval`: see
    `interval_of`, None once a coach has changed anything. `scale`: the version by which the score was counted. `incomplete`: the score lacks a follow-up that is not graded.
    `machine_score`: what the examiner's verdicts alone come to. `overruled`: the edit by which a coach set the score.
    `discounted`: points first earned in a follow-up.
    """

    question: Question
    turns: tuple[Turn, ...]
    status: QuestionStatus
    score: float | None = None
    verdicts: tuple[Verdict, ...] = ()
    errors: tuple[FalseStatement, ...] = ()
    reason: Reason | None = None
    incomplete: bool = False
    machine_score: float | None = None
    overruled: Edit | None = None
    interval: Interval | None = None
    scale: int = SCALE
    discounted: frozenset[str] = frozenset()

    @property
    def hints(self) -> int:
        """How many hints were shown."""
        return sum(turn.hints for turn in self.turns)

    @property
    def seconds(self) -> float:
        """Time from a prompt to its reply, summed over the turns."""
        return sum((turn.reply.at - turn.asked_at).total_seconds() for turn in self.turns if turn.reply)


def result_of(interview: Interview, question_id: str) -> QuestionResult:
    """The result of one question of the interview's plan, with the coach's last word in it."""
    question = interview.questions[question_id]
    turns = interview.turns_of(question_id)
    status, reason = _status(turns)
    graded = [grade.findings for turn in turns if (grade := turn.grade)] if status is QuestionStatus.GRADED else []
    hints = sum(turn.hints for turn in turns)
    by_examiner = question_score(question, graded, hints=hints)
    machine_score = by_examiner.score if graded else 0.0 if status in NO_ANSWER else None
    overruled = score_of(interview, question_id)
    interval = None if is_edited(interview, question_id) else interval_of(turns)
    if is_edited(interview, question_id):
        final = question_score(question, [found for turn in turns if (found := findings_of(interview, turn))], hints=hints)
        status, score, marked = QuestionStatus.GRADED, overruled.score if overruled else final.score, final
    elif machine_score is not None:
        score, marked = machine_score, by_examiner
    else:
        return QuestionResult(question, turns, status, reason=reason)
    incomplete = not overruled and any((turn.pending and turn.grade is None) or isinstance(turn.outcome, Ungraded) for turn in turns)
    return QuestionResult(
        question, turns, status, score=score, verdicts=marked.verdicts, errors=marked.errors, incomplete=incomplete,
        machine_score=machine_score, overruled=overruled, interval=interval, scale=marked.scale,
        discounted=marked.discounted,
    )  # fmt: skip


def score_by(interview: Interview, question_id: str, author_id: str) -> float | None:
    """What a question comes to by one coach alone; what they have not judged is as the examiner found it. None where that is nothing."""
    given = [edit for edit in standing_edits(interview.edits) if edit.question_id == question_id and edit.author_id == author_id]
    scores = [edit.score for edit in given if edit.kind is EditKind.SCORE]
    if scores:
        return scores[-1]
    turns = interview.turns_of(question_id)
    found = [
        findings for turn in turns if (findings := findings_by(interview, turn, author_id) or (turn.grade.findings if turn.grade else None))
    ]
    return question_score(interview.questions[question_id], found, hints=sum(turn.hints for turn in turns)).score if found else None


def interval_of(turns: Sequence[Turn]) -> Interval | None:
    """Where an expert's score of a question lies, hints taken off as they are of the score.

    None where it is not known: an examiner measures it for one answer, so a question with a graded follow-up has none.
    """
    graded = [grade for turn in turns if (grade := turn.grade)]
    if len(graded) != 1 or graded[0].interval is None:
        return None
    off = HINT_COST * sum(turn.hints for turn in turns)
    return Interval(max(0.0, graded[0].interval.low - off), max(0.0, graded[0].interval.high - off))


def results_of(interview: Interview) -> tuple[QuestionResult, ...]:
    """The results of all planned questions, in order."""
    return tuple(result_of(interview, question_id) for question_id in interview.setup.question_ids)


def _status(turns: tuple[Turn, ...]) -> tuple[QuestionStatus, Reason | None]:
    if not turns:
        return QuestionStatus.NOT_ASKED, None
    opening = turns[0]
    assert opening.kind is TurnKind.QUESTION
    if opening.reply is None:
        return QuestionStatus.OPEN, None
    if opening.reply.kind is ReplyKind.UNKNOWN:
        return QuestionStatus.UNKNOWN, None
    if opening.reply.kind is ReplyKind.SKIPPED:
        return QuestionStatus.SKIPPED, None
    if opening.reply.kind is ReplyKind.RAN_OUT:
        return QuestionStatus.RAN_OUT, None
    if isinstance(opening.outcome, Grade):
        return QuestionStatus.GRADED, None
    if isinstance(opening.outcome, Ungraded) and not opening.pending:
        return QuestionStatus.UNGRADED, opening.outcome.reason
    if opening.grades and opening.outcome is None and not opening.pending:
        return QuestionStatus.SKIPPED, None  # left while a question back was being answered
    return QuestionStatus.PENDING, None
