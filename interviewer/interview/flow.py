"""What happens next in an interview: pure rules over its records. Text never moves the dialogue; only these rules and buttons do."""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.grading.scoring import choose_follow_up
from interviewer.interview.results import result_of
from interviewer.models import FollowUp, Interview, Mode, ReplyKind, Turn, TurnKind


@dataclass(frozen=True, slots=True)
class Ask:
    """Put the next question."""

    question_id: str


@dataclass(frozen=True, slots=True)
class Probe:
    """Put a follow-up to the current question."""

    follow_up: FollowUp


@dataclass(frozen=True, slots=True)
class AwaitReply:
    """The candidate's turn to write."""


@dataclass(frozen=True, slots=True)
class AwaitGrade:
    """The answer is being graded; the candidate may go on without waiting."""


@dataclass(frozen=True, slots=True)
class AwaitNext:
    """The question is done; the candidate reads on and says when to continue. `last`: only the report is left."""

    last: bool


@dataclass(frozen=True, slots=True)
class Finish:
    """Every question is done and nothing is left to read: end the interview."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The interview has ended."""


Move = Ask | Probe | AwaitReply | AwaitGrade | AwaitNext | Finish | Finished


def next_move(interview: Interview) -> Move:
    """The next move, from the records alone."""
    if interview.finished_at:
        return Finished()
    turn = interview.current
    if turn is None:
        return next_question(interview)
    if turn.reply is None:
        return AwaitReply()
    # A grade that is due some day is not waited for: the candidate goes on, with a stand-in's grade if there is one.
    awaited = turn.pending and turn.waiting is None and turn.grade is None
    if _may_be_probed(interview, turn):
        if awaited:
            return AwaitGrade()
        if follow_up := pick_follow_up(interview, turn):
            return Probe(follow_up)
    # Until it is known to be an answer, the turn may be open again in a moment.
    if turn.pending and not turn.reply.utterance.is_answer:
        return AwaitGrade()
    if interview.setup.mode is Mode.COACHING:
        return AwaitGrade() if awaited else AwaitNext(last=isinstance(next_question(interview), Finish))
    return next_question(interview)


def next_question(interview: Interview) -> Ask | Finish:
    """The first planned question that was not asked yet, or the end."""
    asked = {turn.question_id for turn in interview.turns}
    for question_id in interview.setup.question_ids:
        if question_id not in asked:
            return Ask(question_id)
    return Finish()


def pick_follow_up(interview: Interview, turn: Turn) -> FollowUp | None:
    """The follow-up to put after `turn`: the examiner's own if it is new, else the bank's for the heaviest gap, else none."""
    if turn.grade is None:
        return None
    asked = tuple(earlier.prompt for earlier in interview.turns_of(turn.question_id))
    proposed = turn.grade.follow_up
    if proposed and proposed.text not in asked:
        return proposed
    result = result_of(interview, turn.question_id)
    return choose_follow_up(result.question, result.verdicts, asked=asked, lang=interview.setup.lang)


def _may_be_probed(interview: Interview, turn: Turn) -> bool:
    spent = sum(1 for earlier in interview.turns_of(turn.question_id) if earlier.kind is TurnKind.FOLLOW_UP)
    return spent < interview.setup.follow_ups and turn.reply is not None and turn.reply.kind is ReplyKind.TEXT and not turn.revealed
