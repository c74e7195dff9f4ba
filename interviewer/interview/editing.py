"""What a coach's edit must be like, why one is refused, and what stood before it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from interviewer.errors import InterviewerError, NotFound
from interviewer.models import Grade, Interview, Reply, ReplyKind, Turn, VerdictStatus

MAX_WORDS = 4000
"""Characters of a reason or a comment."""


class Refusal(StrEnum):
    """Why an edit was not taken; the page has words for each."""

    NO_REASON = "no_reason"
    NO_TEXT = "no_text"
    TOO_LONG = "too_long"
    NO_SUCH_POINT = "no_such_point"
    SCORE_OUT_OF_RANGE = "score_out_of_range"
    SPAN_OUTSIDE = "span_outside"
    NOT_EVERY_POINT = "not_every_point"
    ALREADY_READ = "already_read"
    NO_SUCH_EDIT = "no_such_edit"
    NO_SUCH_EXAMINER = "no_such_examiner"
    OWN_ANSWERS = "own_answers"
    NOT_YOURS = "not_yours"
    NOT_LEAD = "not_lead"
    NO_SUCH_COACH = "no_such_coach"
    TOO_MANY = "too_many"
    NOT_ALLOWED = "not_allowed"
    NOT_JUDGED = "not_judged"
    QUESTION_CHANGED = "question_changed"


_REMEDIES = {
    Refusal.NO_REASON: "a reason is missing → say why",
    Refusal.NO_TEXT: "the comment is empty → write something",
    Refusal.TOO_LONG: f"the text is too long → at most {MAX_WORDS} characters",
    Refusal.NO_SUCH_POINT: "the question has no such point → load the page again",
    Refusal.SCORE_OUT_OF_RANGE: "the score is out of range → choose one from 0 to 100",
    Refusal.SPAN_OUTSIDE: "the marked words are not in the answer → mark them again",
    Refusal.NOT_EVERY_POINT: "a point has no verdict → judge every point",
    Refusal.ALREADY_READ: "the grade was seen already, so this review would not be blind → change the verdicts instead",
    Refusal.NO_SUCH_EDIT: "there is nothing to take back → load the page again",
    Refusal.NO_SUCH_EXAMINER: "this examiner is not available here → choose the other one, or configure a model",
    Refusal.OWN_ANSWERS: "nobody grades their own answers → ask another coach",
    Refusal.TOO_MANY: "there are too many of them already → delete some that are no longer needed",
    Refusal.NOT_ALLOWED: "answers are not kept for learning here → whoever runs the server sets INTERVIEWER_LEARN_FROM_ANSWERS=on",
    Refusal.NOT_JUDGED: "no coach has judged this answer yet → correct a verdict, or stand for the interview, first",
    Refusal.QUESTION_CHANGED: "the question has other points by now, or enough answers → label the answer on the question's own page",
    Refusal.NOT_YOURS: "another coach has put this down → change the verdict or the score: that decides between you",
    Refusal.NOT_LEAD: "another coach leads this interview → ask them, or an admin who coaches the candidate, to hand it over",
    Refusal.NO_SUCH_COACH: "they do not coach this candidate → choose one of the candidate's coaches",
}


class EditRefused(InterviewerError):
    """What the coach asked for cannot be done; nothing was written. `why`: for the page's own words."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(_REMEDIES[why])
        self.why = why


def answered_turn(interview: Interview, seq: int) -> tuple[Turn, Reply]:
    """The turn and its answer; NotFound if there is none."""
    turn = next((turn for turn in interview.turns if turn.seq == seq), None)
    if turn is None or turn.reply is None or turn.reply.kind not in (ReplyKind.TEXT, ReplyKind.TIMED_OUT):
        raise NotFound("there is no such answer → load the page again")
    return turn, turn.reply


def opening_turn(interview: Interview, question_id: str) -> Turn:
    """The first turn of a question that was answered; NotFound if it was not."""
    turns = interview.turns_of(question_id)
    if not turns or turns[0].reply is None:
        raise NotFound("this question was not answered → choose another one")
    return turns[0]


def check_points(interview: Interview, turn: Turn, point_ids: Iterable[str]) -> None:
    """Refuses points that the turn's question does not have."""
    known = {point.id for point in interview.questions[turn.question_id].points}
    if not known.issuperset(point_ids):
        raise EditRefused(Refusal.NO_SUCH_POINT)


def check_span(reply: Reply, start: int | None, end: int | None) -> None:
    """Refuses a span that is not within the answer; no span at all is fine."""
    if start is None and end is None:
        return
    if start is None or end is None or not 0 <= start < end <= len(reply.text):
        raise EditRefused(Refusal.SPAN_OUTSIDE)


def checked_words(text: str) -> str:
    """The coach's words as they are kept; refused if there are too many."""
    if len(text) > MAX_WORDS:
        raise EditRefused(Refusal.TOO_LONG)
    return text.replace("\x00", "\ufffd").strip()


def found_before(turn: Turn, point_id: str) -> dict[str, Any]:
    """What the examiner had found, so that coach and examiner can be compared; an earlier coach's verdict is in the history anyway."""
    grade: Grade | None = turn.grade
    if grade is None:
        return {}
    found = next((verdict.status for verdict in grade.verdicts if verdict.point_id == point_id), VerdictStatus.MISSING)
    return {"was_status": found, "was_score": grade.score, "examiner": grade.provenance.examiner}
