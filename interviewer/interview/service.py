"""The use cases of an interview. Every page event, route and command comes through here; every answer is on disk before it returns."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from interviewer.dialogue.utterances import hear, hear_aside
from interviewer.errors import ConfigError, InterviewerError, NotFound, StaleMove, VectorIndexError
from interviewer.grading.examiner import Examiner
from interviewer.interview.contesting import check_claim, may_judge_anew
from interviewer.interview.countdown import Countdown, steady_seconds
from interviewer.interview.disclosure import held_back
from interviewer.interview.flow import AwaitGrade, AwaitNext, Finish, Finished, next_move, next_question
from interviewer.interview.judging import Judging, Limits, LookUp
from interviewer.interview.moves import Moves
from interviewer.interview.retrying import DEFAULT_PLAN, Breaker, RetryPlan
from interviewer.interview.worker import Hear, Job, Worker, hear_nothing
from interviewer.interview.writing import Writers, Writing
from interviewer.messages import no_model
from interviewer.models import (
    LOCAL_PERSON,
    Claim,
    ExaminerName,
    Interview,
    Lang,
    Mode,
    Passage,
    Question,
    Reply,
    ReplyKind,
    Setup,
    Turn,
    TurnKind,
    Usage,
    Utterance,
    Verdict,
)
from interviewer.observability.context import turn_to
from interviewer.questions.bank import Banks
from interviewer.records.base import Transaction
from interviewer.records.grading_queue import GradingQueue, GradingRequest, request_first_grading, request_grading
from interviewer.records.review_news import ReviewNewsStore
from interviewer.records.store import InterviewSummary, MoveWriter, NewTurn, Store
from interviewer.text.storable import storable

logger = logging.getLogger(__name__)

MAX_ANSWER = 20_000
"""Characters of one answer; longer ones are refused with the text kept in the page."""

MAX_DRAFT = 2 * MAX_ANSWER
"""Characters of a draft that are kept: more than an answer may have, so that an over-long one can be shortened in peace."""

MOST_EARLIER = 20
"""Earlier interviews that are looked at for an answer to the same question."""

GRACE = timedelta(seconds=5)
"""How long after the clock has run out the page may still hand in what was typed."""


class AnswerTooLong(StaleMove):
    """The answer has more than `MAX_ANSWER` characters; it is kept as the draft."""


class InExam(InterviewerError):
    """The questions are asked in an exam of the same person that still runs."""


class TooManyAnswers(InterviewerError):
    """More answers within a minute than the operator allows one person; the answer is kept as the draft."""


class InterviewService:
    """What a candidate can do, and what happens by itself after it."""

    def __init__(
        self,
        *,
        bank: Banks,
        store: Store,
        queue: GradingQueue,
        examiners: Mapping[ExaminerName, Callable[[], Examiner]],
        look_up: LookUp,
        now: Callable[[], datetime],
        limits: Limits | None = None,
        threads: int = 32,
        plan: RetryPlan = DEFAULT_PLAN,
        steady: Callable[[], float] = steady_seconds,
        writers: Writers | None = None,
        hear: Hear = hear_nothing,
        hear_usage: Callable[[Usage], None] = lambda _usage: None,
        model: str = "",
    ) -> None:
        """`model`: what is configured of the language model, for the words where that is not enough."""
        self.bank, self._model = bank, model
        limits = limits or Limits()
        self._store, self._examiners, self._look_up, self._now, self._limits = store, examiners, look_up, now, limits
        self._queue, self._countdown = queue, Countdown(now=now, steady=steady)
        self._moves = Moves(store, now)
        self.reviews = ReviewNewsStore(store.database)
        self._judging = judging = Judging(
            store=store, queue=queue, examiners=examiners, look_up=look_up, now=now, limits=limits, breaker=Breaker(steady),
            hear_usage=hear_usage, model=model,
        )  # fmt: skip
        self.worker = Worker(
            queue, grade=judging.grade, carry_on=self._moves.carry_on, now=now, threads=threads, plan=plan, stand_in=judging.stand_in_for,
            able=tuple(examiners), hear=hear,
        )  # fmt: skip
        self.writing = Writing(store, self.worker, judging, now, writers)

    # ------------------------------------------------------------ beginning and reading

    def begin(self, setup: Setup, *, owner: str) -> Interview:
        """Start an interview over questions that the owner may be asked; ConfigError if it has none or the examiner is not available.

        InExam if an exam of theirs that runs asks some of them: what is told here would be the key there.
        """
        bank = self.bank.for_viewer(owner)
        questions = [bank.find(question_id) for question_id in setup.question_ids]
        return (self.begin_drill if setup.mode is Mode.DRILL else self.begin_with)(questions, setup, owner=owner)

    def begin_drill(self, questions: Sequence[Question], setup: Setup, *, owner: str) -> Interview:
        """Start a drill over these questions, each with some points of its parent (`Question.parent`), without follow-ups or a clock.

        Of the setup language and examiner count. ConfigError as for `begin`, or if a question is no drill or asked twice.
        """
        ids = tuple(question.id for question in questions)
        if len(set(ids)) < len(ids) or not all(question.parent and question.points for question in questions):
            raise ConfigError("a drill asks for single points, each once → choose the points anew")
        return self.begin_with(questions, replace(setup, mode=Mode.DRILL, question_ids=ids, follow_ups=0, minutes=None), owner=owner)

    def begin_with(
        self,
        questions: Sequence[Question],
        setup: Setup,
        *,
        owner: str,
        beside: Callable[[Transaction, str], None] = lambda _connection, _id: None,
    ) -> Interview:
        """Start an interview over these questions, which need not be the bank's. `beside`: puts down what belongs to it, with its id, in the
        same transaction. ConfigError as for `begin`.
        """
        if not questions:
            raise ConfigError("no question was chosen → choose at least one")
        if setup.examiner not in self._examiners:
            raise ConfigError(f"{no_model(self._model)}, or choose the offline examiner")
        if self.in_exam(owner).intersection(question.bank_id for question in questions):
            raise InExam("an exam of yours that asks some of these questions still runs → finish it first")
        first = NewTurn(questions[0].id, TurnKind.QUESTION, questions[0].prompt[setup.lang])
        setup = replace(setup, question_ids=tuple(question.id for question in questions))
        interview_id = self._store.create(owner=owner, setup=setup, questions=questions, first=first, now=self._now(), beside=beside)
        turn_to(interview_id)
        return self._store.load(interview_id, owner=owner)

    def load(self, interview_id: str, *, owner: str) -> Interview:
        """The interview as it stands; moves that are due (after a kill, or a clock run out) are made first."""
        turn_to(interview_id)
        interview = self._store.load(interview_id, owner=owner)
        turn = interview.current
        if turn and turn.reply is None and self._is_overdue(interview, turn):
            return self.submit(interview, turn.draft, kind=ReplyKind.TIMED_OUT)
        return self._moves.advance(interview)

    def read(self, interview_id: str, *, owner: str) -> Interview:
        """The interview as the records have it; changes nothing."""
        turn_to(interview_id)
        return self._store.load(interview_id, owner=owner)

    def history(self, *, owner: str) -> tuple[InterviewSummary, ...]:
        """The owner's interviews, newest first."""
        return self._store.list_interviews(owner=owner)

    def in_exam(self, owner: str) -> frozenset[str]:
        """The ids of the questions that are asked in an exam of theirs which runs; nothing of these may be told elsewhere."""
        return frozenset(id for row in self.history(owner=owner) if _is_running_exam(row) for id in row.setup.question_ids)

    def earlier(self, interview: Interview) -> Iterator[Interview]:
        """The owner's interviews that were begun before this one and ask some of its questions, newest first.

        No exam that still runs, and no drill: a single point compares with nothing.
        """
        rows = [row for row in self.history(owner=interview.owner) if _is_earlier(row, interview)]
        return (self._store.load(row.id, owner=interview.owner) for row in rows[:MOST_EARLIER])

    def delete(self, interview_id: str, *, owner: str, actor: str | None = None) -> None:
        """Remove an interview and all that belongs to it. `actor`: who did it, if it was not the owner."""
        turn_to(interview_id)
        self._store.delete(interview_id, owner=owner, actor=actor)

    # ------------------------------------------------------------ the candidate's moves

    def submit(self, seen: Interview, text: str, *, kind: ReplyKind = ReplyKind.TEXT, meant: Utterance | None = None) -> Interview:
        """Take the reply to the current turn of the interview as the page has `seen` it.

        A second arrival of the same reply changes nothing and returns the interview as it stands. An empty text is no reply.
        `meant`: what the candidate says that it is, where code could not tell.
        """
        turn = seen.current
        if turn is None or turn.reply is not None:
            return self._store.load(seen.id, owner=seen.owner)
        text = storable(text)
        if len(text) > MAX_ANSWER:
            self._store.save_draft(seen.id, owner=seen.owner, seq=turn.seq, text=text)
            raise AnswerTooLong(f"an answer may have at most {MAX_ANSWER} characters → shorten it and send it again")
        if kind is ReplyKind.TIMED_OUT and not text.strip():
            kind = ReplyKind.RAN_OUT
        now = self._now()
        reply = Reply(kind, text, now, meant or self._hear(seen, turn, kind, text), insisted=meant is Utterance.ANSWER)
        request_id = None
        try:
            with self._store.move(seen.id, owner=seen.owner, version=seen.version) as move:
                self._check_pace(move, seen.owner, now)
                move.close_turn(turn.id, reply, settles_doubt=meant is not None)
                if kind in (ReplyKind.TEXT, ReplyKind.TIMED_OUT):
                    request_id = request_first_grading(
                        move.connection, turn_id=turn.id, answer=text, examiner=seen.setup.examiner, now=now, lease_owner=self.worker.id,
                        earlier=len(turn.grades),
                    )  # fmt: skip
        except StaleMove:
            return self._store.load(seen.id, owner=seen.owner)
        except TooManyAnswers:
            self._store.save_draft(seen.id, owner=seen.owner, seq=turn.seq, text=text)
            raise
        after = _with_reply(seen, reply, pending=request_id is not None)
        if request_id:
            request = GradingRequest(request_id, seen.id, seen.owner, turn.seq, seen.setup.examiner)
            job = Job(request, partial(self._judging.grade_in, after), partial(self._moves.carry_on, known=after))
            self.worker.work_on(request_id, turn.id, known=job)
        return self._moves.advance(after)

    def settle_doubt(self, seen: Interview, *, is_answer: bool) -> Interview:
        """The candidate says whether the last message, of which code could not tell, is an answer or a question to the interviewer."""
        turn = seen.current
        if turn is None or turn.reply is not None or not turn.asides or turn.asides[-1].utterance is not Utterance.UNSURE:
            return seen
        text, question = turn.asides[-1].text, seen.questions[turn.question_id]
        meant = Utterance.ANSWER if is_answer else hear_aside(text, question, turn.prompt, seen.setup.lang)
        return self.submit(seen, text, meant=meant)

    def save_draft(self, interview_id: str, *, owner: str, seq: int, text: str) -> bool:
        """Keep what is typed so far; False if that turn has its answer already."""
        return self._store.save_draft(interview_id, owner=owner, seq=seq, text=storable(text)[:MAX_DRAFT])

    def show_hint(self, seen: Interview) -> Interview:
        """Show the next hint of the current question, if there is one left; it costs marks (`scoring.HINT_COST`)."""
        turn = seen.current
        if turn is None or turn.reply is not None or hints_left(seen, turn) == 0:
            return seen
        with self._store.move(seen.id, owner=seen.owner, version=seen.version) as move:
            move.set_hints(turn.id, turn.hints + 1)
        return self._store.load(seen.id, owner=seen.owner)

    def reveal(self, seen: Interview) -> Interview:
        """Show the reference of the current question, once the question is done."""
        turn = seen.current
        if turn is None or turn.revealed or not isinstance(next_move(seen), AwaitNext):
            return seen
        with self._store.move(seen.id, owner=seen.owner, version=seen.version) as move:
            move.reveal(turn.id)
        return self._store.load(seen.id, owner=seen.owner)

    def go_on(self, seen: Interview) -> Interview:
        """Leave the current question for the next one, or for the report after the last; a running grade arrives later."""
        if not isinstance(next_move(seen), AwaitNext | AwaitGrade):
            return seen
        return self._moves.make(seen, next_question(seen))

    def finish(self, seen: Interview) -> Interview:
        """End the interview early. An unsent draft stays a draft."""
        return seen if seen.finished_at else self._moves.make(seen, Finish())

    def grade_again(self, seen: Interview, seq: int, *, examiner: ExaminerName | None = None) -> Interview:
        """Ask for another grade of turn `seq`, at once; a grade that is under way already is not asked for twice."""
        turn, reply = _answered(seen, seq)
        examiner = examiner or seen.setup.examiner
        with self._store.move(seen.id, owner=seen.owner, version=seen.version) as move:
            request_id = request_grading(
                move.connection,
                turn_id=turn.id,
                answer=reply.text,
                examiner=examiner,
                now=self._now(),
                lease_owner=self.worker.id,
            )
        return self._work_by_hand(seen, turn, request_id)

    def contest(self, seen: Interview, seq: int, point_id: str, start: int, end: int) -> Interview:
        """Put down that the words `[start:end]` of the answer to turn `seq` hold a point; ClaimRefused where that cannot be.

        Where the language model gave the grade it judges the point anew, at once; only its verdict changes the score.
        """
        turn = check_claim(seen, seq, point_id, start, end)
        now, request_id = self._now(), None
        with self._store.move(seen.id, owner=seen.owner, version=seen.version) as move:
            move.contest(turn.id, Claim(point_id, start, end, now))
            if ExaminerName.LLM in self._examiners and turn.reply and may_judge_anew(seen, turn, point_id):
                request_id = request_grading(
                    move.connection, turn_id=turn.id, answer=turn.reply.text, examiner=ExaminerName.LLM, now=now,
                    lease_owner=self.worker.id, contested_point=point_id,
                )  # fmt: skip
        return self._work_by_hand(seen, turn, request_id)

    def stand_in(self, seen: Interview, seq: int) -> Interview:
        """Have the offline examiner judge turn `seq` now, until the chosen one does; changes nothing where there is a grade."""
        turn, _ = _answered(seen, seq)
        grade = self._judging.judge_offline(seen, turn) if turn.grade is None else None
        if grade is not None:
            self._queue.stand_in(turn.id, grade, self._now())
        return self.load(seen.id, owner=seen.owner)

    def look_up(self, text: str, interview: Interview, *, lang: Lang, limit: int = 4) -> tuple[Passage, ...] | None:
        """The best passages for a term, in one language, from the questions that are over; None while there is no index to ask."""
        told = interview.questions.keys() - held_back(interview) - self.in_exam(interview.owner)
        try:
            return self._look_up(text, sorted(told), lang, limit) if text.strip() and told else ()
        except VectorIndexError:
            return None

    def may_look_up(self, interview: Interview) -> bool:
        """Whether something may be looked up now: only between a grade and the next question, so that it gives no answer away."""
        return isinstance(next_move(interview), AwaitNext | Finished)

    def watch(self, turn_id: int, *, seen: int, timeout: float) -> tuple[Verdict, ...] | None:
        """Wait up to `timeout` seconds for more than `seen` verdicts of a running grade; None when it is not running in this process."""
        return self.worker.wait(turn_id, seen=seen, timeout=timeout)

    def listening(self, turn_id: int, tell: Callable[[], object]) -> AbstractContextManager[None]:
        """Within the context `tell` is called, from another thread and in no time, whenever `watch` has something new to say."""
        return self.worker.listening(turn_id, tell)

    def deadline_of(self, interview: Interview) -> datetime | None:
        """When the clock of the current turn runs out, None without a clock."""
        turn = interview.current
        if interview.setup.minutes is None or turn is None or turn.reply is not None or interview.finished_at:
            return None
        return self._countdown.deadline_of(turn, interview.setup.minutes)

    def _work_by_hand(self, seen: Interview, turn: Turn, request_id: str | None) -> Interview:
        """Begin with what a person has asked for at this moment, if it was taken; the interview as it stands then."""
        if request_id and (request := self._queue.read(request_id)):
            self.worker.work_on(request_id, turn.id, known=Job(replace(request, by_hand=True), self._judging.grade, self._moves.carry_on))
        return self._store.load(seen.id, owner=seen.owner)

    # ------------------------------------------------------------ shared

    def _hear(self, seen: Interview, turn: Turn, kind: ReplyKind, text: str) -> Utterance:
        """What code is sure that a message is. What the clock or a button sent is a reply, whatever it says."""
        if kind is not ReplyKind.TEXT:
            return Utterance.ANSWER
        heard = hear(text, seen.questions[turn.question_id], turn.prompt, seen.setup.lang)
        return heard.utterance if heard.sure else Utterance.UNSURE

    def _is_overdue(self, interview: Interview, turn: Turn) -> bool:
        deadline = self.deadline_of(interview)
        return deadline is not None and turn.reply is None and self._now() > deadline + GRACE

    def _check_pace(self, move: MoveWriter, owner: str, now: datetime) -> None:
        most = self._limits.answers_a_minute
        if most and owner != LOCAL_PERSON.id and move.count_answer(owner, now) > most:
            raise TooManyAnswers(f"more than {most} answers within a minute → wait a minute and send it again")


def _answered(interview: Interview, seq: int) -> tuple[Turn, Reply]:
    turn = next((turn for turn in interview.turns if turn.seq == seq), None)
    if turn is None or turn.reply is None or turn.reply.kind not in (ReplyKind.TEXT, ReplyKind.TIMED_OUT):
        raise NotFound("there is no answer to grade")
    return turn, turn.reply


def _is_running_exam(row: InterviewSummary) -> bool:
    return row.setup.mode is Mode.EXAM and row.finished_at is None


def _is_earlier(row: InterviewSummary, interview: Interview) -> bool:
    shared = set(row.setup.question_ids) & set(interview.setup.question_ids)
    return (
        row.created_at < interview.created_at
        and not _is_running_exam(row)
        and Mode.DRILL not in (row.setup.mode, interview.setup.mode)
        and bool(shared)
    )


def hints_left(interview: Interview, turn: Turn) -> int:
    """How many hints of the turn's question were not shown yet."""
    shown = sum(other.hints for other in interview.turns_of(turn.question_id))
    return len(interview.questions[turn.question_id].hints) - shown


def _with_reply(seen: Interview, reply: Reply, *, pending: bool) -> Interview:
    """What the records hold once the reply to the current turn is put down; the move was refused if anything else had moved."""
    *earlier, turn = seen.turns
    return replace(seen, version=seen.version + 1, turns=(*earlier, replace(turn, reply=reply, pending=pending, draft="")))
