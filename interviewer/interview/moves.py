"""The moves that need nobody's click, written down: what is due by the records, and what follows from an outcome, in its transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from interviewer.errors import StaleMove
from interviewer.interview.contesting import outcome_of_claim
from interviewer.interview.flow import Ask, Finish, Probe, next_move
from interviewer.models import Aside, AsideReply, Grade, GradeRecord, Interview, Outcome, TurnKind
from interviewer.records.asides import settle_claim
from interviewer.records.base import Transaction
from interviewer.records.grading_queue import Also, GradingRequest
from interviewer.records.store import MoveWriter, NewTurn, Store

_TRIES = 3
"""How often a message is taken back before it is given up, should others move the interview in between."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Writes moves into the records of `store`."""

    store: Store
    now: Callable[[], datetime]

    def advance(self, interview: Interview) -> Interview:
        """Make the move that is due, if one is."""
        move = next_move(interview)
        return self.make(interview, move) if isinstance(move, Probe | Ask | Finish) else interview

    def make(self, seen: Interview, move: Probe | Ask | Finish) -> Interview:
        """Make one move; nothing if somebody else made it: a second tab, or the worker."""
        with suppress(StaleMove), self.store.move(seen.id, owner=seen.owner, version=seen.version) as writer:
            _put(writer, seen, move, self.now())
        return self.store.load(seen.id, owner=seen.owner)

    def carry_on(self, request: GradingRequest, outcome: Outcome, *, known: Interview | None = None) -> Also:
        """What an outcome leads to, written with it. `known`: the interview before the outcome; unless it has moved since, nothing is read."""

        def write(connection: Transaction) -> None:
            if request.contested_point is not None:
                self._settle_claim(connection, request, request.contested_point, outcome)
            elif isinstance(outcome, AsideReply):
                self._take_back(connection, request, outcome)
            elif (
                known is None
                or not isinstance(outcome, Grade)
                or not self._make_within(connection, _with_grade(known, request, outcome, self.now()))
            ):
                self._make_within(connection, self._load(connection, request))

        return write

    def _make_within(self, connection: Transaction, seen: Interview) -> bool:
        """Make the move that is due; False if the interview has moved since it was seen."""
        move = next_move(seen)
        if not isinstance(move, Probe | Ask | Finish):
            return True
        try:
            writer = self.store.move_within(connection, seen.id, owner=seen.owner, version=seen.version)
        except StaleMove:
            return False
        _put(writer, seen, move, self.now())
        return True

    def _settle_claim(self, connection: Transaction, request: GradingRequest, point_id: str, outcome: Outcome) -> None:
        """Put down what came of a claim; without a grade it stays open. It moves nothing."""
        if not isinstance(outcome, Grade):
            return
        turn = self._load(connection, request).turns[request.turn_seq - 1]
        before = replace(turn, grades=tuple(record for record in turn.grades if record.request_id != request.id)).grade
        if before is not None:
            settle_claim(connection, turn.id, point_id, outcome_of_claim(before, outcome, point_id))

    def _take_back(self, connection: Transaction, request: GradingRequest, outcome: AsideReply) -> None:
        """What was sent was no answer: the turn is open again. Where the candidate has gone on meanwhile, it was left unanswered."""
        for _ in range(_TRIES):
            seen = self._load(connection, request)
            turn = seen.current
            if turn is None or turn.seq != request.turn_seq or turn.reply is None or seen.finished_at:
                return
            source = outcome.provenance.model or "rules"
            aside = Aside(outcome.utterance, turn.reply.text, outcome.reply, turn.reply.at, outcome.given, outcome.assumed, source)
            with suppress(StaleMove):
                return self.store.move_within(connection, seen.id, owner=seen.owner, version=seen.version).reopen_turn(turn.id, aside)

    def _load(self, connection: Transaction, request: GradingRequest) -> Interview:
        return self.store.load_within(connection, request.interview_id, owner=request.owner)


def _with_grade(seen: Interview, request: GradingRequest, grade: Grade, now: datetime) -> Interview:
    """What the records hold once the grade of the current turn is put down."""
    *earlier, turn = seen.turns
    record = GradeRecord(0, request.id, grade, now)
    return replace(seen, turns=(*earlier, replace(turn, grades=(*turn.grades, record), pending=False)))


def _put(writer: MoveWriter, seen: Interview, move: Probe | Ask | Finish, now: datetime) -> None:
    if isinstance(move, Finish):
        writer.finish(now)
    else:
        writer.open_turn(_turn_for(seen, move), seq=len(seen.turns) + 1, now=now)


def _turn_for(interview: Interview, move: Ask | Probe) -> NewTurn:
    if isinstance(move, Ask):
        question = interview.questions[move.question_id]
        return NewTurn(question.id, TurnKind.QUESTION, question.prompt[interview.setup.lang])
    current = interview.current
    assert current is not None
    return NewTurn(current.question_id, TurnKind.FOLLOW_UP, move.follow_up.text, move.follow_up.point_id)
