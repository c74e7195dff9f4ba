"""What happens next in an interview: pure rules over its records. Text never moves the dialogue; only these rules and buttons do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interviewer.grading.follow_ups import settle_follow_up
from interviewer.interview.results import result_of
from interviewer.models import FollowUp, Interview, Lang, Mode, Question, ReplyKind, Turn, TurnKind


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
    if awaited and not turn.reply.utterance.is_answer:
        return AwaitGrade()
    if interview.setup.mode is not Mode.EXAM:
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
    """The follow-up to put after `turn`: the examiner's own if it is new and asks about no point that is settled, else the bank's, else none."""
    result = result_of(interview, turn.question_id)
    if not result.verdicts:
        return None
    turns = interview.turns_of(turn.question_id)
    asked = (*(earlier.prompt for earlier in turns), *_asked_beside(result.question, turns, interview.setup.lang))
    proposed = turn.grade.follow_up if turn.grade else None
    passed = [earlier.aimed_point for earlier in turns if earlier.aimed_point and earlier.reply and earlier.reply.kind is ReplyKind.UNKNOWN]
    return settle_follow_up(
        proposed, result.question, result.verdicts, asked, interview.setup.lang,
        errors=result.errors, score=result.score or 0.0, passed=passed,
    )  # fmt: skip


def _asked_beside(question: Question, turns: Iterable[Turn], lang: Lang) -> Iterator[str]:
    """The follow-ups that were put as a smaller question to somebody who was stuck."""
    replies = [aside.reply for turn in turns for aside in turn.asides]
    asks = (ask[lang] for point in question.points for ask in point.follow_ups)
    yield from (ask for ask in asks if any(ask in reply for reply in replies))


def _may_be_probed(interview: Interview, turn: Turn) -> bool:
    spent = sum(1 for earlier in interview.turns_of(turn.question_id) if earlier.kind is TurnKind.FOLLOW_UP)
    if spent >= interview.setup.follow_ups or turn.reply is None or turn.revealed:
        return False
    # Who does not know one follow-up's answer may know the next one's.
    passes = turn.reply.kind is ReplyKind.UNKNOWN and turn.kind is TurnKind.FOLLOW_UP
    return turn.reply.kind is ReplyKind.TEXT or passes
