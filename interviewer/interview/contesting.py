"""What a candidate may contest, why a claim is refused, and what a new judgement of the point makes of the grade. Pure.

A claim changes no score. Where a language model gave the grade it judges the point anew with the claimed words in view; otherwise, or if
the verdict stands, the claim waits for a coach, whose verdict on the point answers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from interviewer.errors import InterviewerError
from interviewer.grading.scoring import answer_score, is_worse
from interviewer.interview.disclosure import held_back
from interviewer.interview.last_word import verdicts_of
from interviewer.interview.results import result_of
from interviewer.models import (
    Claim,
    ClaimStatus,
    Edit,
    EditKind,
    ExaminerName,
    Grade,
    GradingTask,
    Interview,
    Question,
    Quote,
    ReplyKind,
    Turn,
    Verdict,
    VerdictStatus,
    standing_edits,
)
from interviewer.text.answer import parse_answer
from interviewer.text.normalize import Span

_ANSWERS = (ReplyKind.TEXT, ReplyKind.TIMED_OUT)
MOST_MARKS = 40
"""Stretches of one answer that can be marked one by one."""


class Refusal(StrEnum):
    """Why a claim was not taken; the page has words for each (`claim_refused_…`)."""

    NO_ANSWER = "no_answer"
    SPAN_OUTSIDE = "span_outside"
    NOT_GRADED = "not_graded"
    NOT_YET = "not_yet"
    NO_SUCH_POINT = "no_such_point"
    COVERED = "covered"
    CONTESTED = "contested"
    BEING_JUDGED = "being_judged"


_REMEDIES = {
    Refusal.NO_ANSWER: "there is no such answer → load the page again",
    Refusal.SPAN_OUTSIDE: "no words of the answer were marked → mark those that say it",
    Refusal.NOT_GRADED: "the answer has no grade yet → wait for it, or have it graded again",
    Refusal.NOT_YET: "this point can be contested once the question is over → go on first",
    Refusal.NO_SUCH_POINT: "the question has no such point → load the page again",
    Refusal.COVERED: "the point counts as covered already → there is nothing to contest",
    Refusal.CONTESTED: "the point was contested already → see what became of it beside the point",
    Refusal.BEING_JUDGED: "the answer is being judged at this moment → wait until that is done",
}


class ClaimRefused(InterviewerError):
    """What the candidate asked for cannot be done; nothing was written. `why`: for the page's own words."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(_REMEDIES[why])
        self.why = why


@dataclass(frozen=True, slots=True)
class Contested:
    """A claim with the answer that it is about. `words`: those that were marked.

    `judging`: the point is being judged anew at this moment. `waits`: for a coach, see `waits_for_coach`.
    """

    claim: Claim
    seq: int
    words: str
    judging: bool
    waits: bool

    @property
    def status(self) -> str:
        """What became of it, as the candidate's words for it are named ("claim_…")."""
        if self.judging:
            return "judging"
        return "answered" if self.claim.status is not ClaimStatus.GRANTED and not self.waits else self.claim.status.value


@dataclass(frozen=True, slots=True)
class Contest:
    """What of a question a candidate may contest now (point ids), and what they have contested, by point."""

    open: frozenset[str]
    made: Mapping[str, Contested]


# ---------------------------------------------------------------- what may be contested


def contest_of(interview: Interview, question_id: str) -> Contest:
    """What may be contested of a question as the interview stands, and what was."""
    made = {each.claim.point_id: each for turn in interview.turns_of(question_id) for each in contested_in(interview, turn)}
    stand = _stand_of(interview, question_id)
    return Contest(frozenset(point for point in stand.found if _refusal(stand, point) is None), made)


def contested_in(interview: Interview, turn: Turn) -> tuple[Contested, ...]:
    """The claims on one answer, oldest first."""
    text, running = turn.reply.text if turn.reply else "", _is_running(turn)
    return tuple(
        Contested(
            claim,
            turn.seq,
            text[claim.start : claim.end],
            judging=running and claim.status is ClaimStatus.OPEN,
            waits=waits_for_coach(interview, turn, claim),
        )
        for claim in turn.claims
    )


def is_judged_anew(turn: Turn) -> bool:
    """Whether a point of a graded answer is being judged anew at this moment."""
    return turn.grade is not None and _is_running(turn) and any(claim.status is ClaimStatus.OPEN for claim in turn.claims)


def words_to_mark(answer: str) -> tuple[Quote, ...]:
    """The sentences of an answer, of which the candidate marks those that hold a point; neighbours in one where there are too many."""
    parsed = parse_answer(answer)
    places = [parsed.typed_at(sentence)[1] for sentence in parsed.sentences] or [Span(0, len(answer))]
    together = -(-len(places) // MOST_MARKS)
    runs = [places[at : at + together] for at in range(0, len(places), together)]
    return tuple(Quote(answer[run[0].start : run[-1].end], run[0].start, run[-1].end) for run in runs)


def check_claim(interview: Interview, seq: int, point_id: str, start: int, end: int) -> Turn:
    """The answer that a claim is about; ClaimRefused where it cannot be made."""
    turn = next((turn for turn in interview.turns if turn.seq == seq), None)
    if turn is None or turn.reply is None or turn.reply.kind not in _ANSWERS:
        raise ClaimRefused(Refusal.NO_ANSWER)
    if not 0 <= start < end <= len(turn.reply.text) or not turn.reply.text[start:end].strip():
        raise ClaimRefused(Refusal.SPAN_OUTSIDE)
    why = _refusal(_stand_of(interview, turn.question_id), point_id)
    why = why or (Refusal.NOT_GRADED if turn.grade is None else Refusal.BEING_JUDGED if _is_running(turn) else None)
    if why:
        raise ClaimRefused(why)
    return turn


@dataclass(frozen=True, slots=True)
class _Stand:
    """How a question stands. `found`: what counts for each point over all answers, empty without a grade; `contested`: points."""

    over: bool
    found: Mapping[str, VerdictStatus]
    contested: frozenset[str]


def _stand_of(interview: Interview, question_id: str) -> _Stand:
    turns = interview.turns_of(question_id)
    graded = any(turn.grade for turn in turns)
    return _Stand(
        over=question_id not in held_back(interview),
        found={verdict.point_id: verdict.status for verdict in result_of(interview, question_id).verdicts} if graded else {},
        contested=frozenset(claim.point_id for turn in turns for claim in turn.claims),
    )


def _refusal(stand: _Stand, point_id: str) -> Refusal | None:
    """What stands against contesting the point, whichever answer the words are in."""
    status = stand.found.get(point_id)
    if point_id in stand.contested:
        return Refusal.CONTESTED
    if not stand.over:  # whether anything is a point must not be found out by contesting it
        return Refusal.NOT_YET
    if not stand.found:
        return Refusal.NOT_GRADED
    if status is None:
        return Refusal.NO_SUCH_POINT
    return Refusal.COVERED if status is VerdictStatus.COVERED else None


def _is_running(turn: Turn) -> bool:
    return turn.pending and (turn.waiting is None or turn.waiting.running)


# ---------------------------------------------------------------- judging anew


def may_judge_anew(interview: Interview, turn: Turn, point_id: str) -> bool:
    """Whether the point goes back to the language model: it gave the grade, it is not asked already, and no coach has judged the point."""
    by_model = turn.grade is not None and turn.grade.provenance.examiner == ExaminerName.LLM
    by_coach = any(edit.turn_seq == turn.seq and edit.point_id == point_id for edit in _judged_by_coach(interview))
    return by_model and not turn.pending and not by_coach


def claim_task(task: GradingTask, turn: Turn, point_id: str) -> GradingTask:
    """The task of judging one point of an answer anew, with the words in view that are said to hold it."""
    claim = next(claim for claim in turn.claims if claim.point_id == point_id)
    words = Quote(task.answer[claim.start : claim.end], claim.start, claim.end)
    return replace(task, claim=words, aimed_point=point_id, want_follow_up=False, follow_ups_left=0)


def judge_anew(question: Question, grade: Grade, found: Grade, point_id: str) -> Grade:
    """The grade with what was `found` on one point in its place if that is better, and worth no less; all else stays as it was.

    Where the point is granted, the errors on it are those that were found now. If it stands for the same, the new reason is told.
    """
    provenance = replace(found.provenance, scale=grade.provenance.scale)
    stands = replace(grade, provenance=provenance, usage=found.usage)
    before, after = verdict_on(grade, point_id), verdict_on(found, point_id)
    if not is_worse(before, after):
        same = after.status is before.status and bool(after.reason)
        told = replace(before, reason=after.reason, guarded=after.guarded) if same else before
        return replace(stands, verdicts=_with_verdict(grade, told))
    verdicts = _with_verdict(grade, after)
    errors = tuple(error for error in grade.errors if error.point_id != point_id)
    errors += tuple(error for error in found.errors if error.point_id == point_id)
    score = answer_score(question.points, verdicts, errors, scale=provenance.scale)
    return replace(stands, verdicts=verdicts, errors=errors, score=score, interval=None) if score >= grade.score else stands


def outcome_of_claim(before: Grade, after: Grade, point_id: str) -> ClaimStatus:
    """What came of a claim, from the grade before and after the point was judged anew."""
    better = is_worse(verdict_on(before, point_id), verdict_on(after, point_id))
    return ClaimStatus.GRANTED if better else ClaimStatus.STANDS


def verdict_on(grade: Grade, point_id: str) -> Verdict:
    """The verdict on a point; what a grade says nothing of is missing."""
    return next((verdict for verdict in grade.verdicts if verdict.point_id == point_id), Verdict(point_id, VerdictStatus.MISSING))


def _with_verdict(grade: Grade, verdict: Verdict) -> tuple[Verdict, ...]:
    known = any(each.point_id == verdict.point_id for each in grade.verdicts)
    replaced = tuple(verdict if each.point_id == verdict.point_id else each for each in grade.verdicts)
    return replaced if known else (*replaced, verdict)


# ---------------------------------------------------------------- the coach's part


def waits_for_coach(interview: Interview, turn: Turn, claim: Claim) -> bool:
    """Whether nobody has answered the claim: not the model in its favour, no later grade, and no coach by a verdict on the point since."""
    if claim.status is ClaimStatus.GRANTED:
        return False
    covered = any(each.point_id == claim.point_id and each.status is VerdictStatus.COVERED for each in verdicts_of(interview, turn))
    answered = (
        edit.turn_seq == turn.seq and edit.point_id == claim.point_id and edit.at >= claim.at for edit in _judged_by_coach(interview)
    )
    return not covered and not any(answered)


def unanswered_claims(interview: Interview, turn: Turn) -> tuple[Claim, ...]:
    """The claims on an answer that wait for a coach."""
    return tuple(claim for claim in turn.claims if waits_for_coach(interview, turn, claim))


def _judged_by_coach(interview: Interview) -> Iterator[Edit]:
    return (edit for edit in standing_edits(interview.edits) if edit.kind is EditKind.VERDICT)
