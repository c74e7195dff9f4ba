"""One answer under judgement: what the examiner is told, what the call may take, and whether the endpoint is asked at all.

The worker calls it with a claimed request; what is done with the outcome is the worker's business.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from interviewer.errors import StoreError, VectorIndexError
from interviewer.grading.examiner import Examiner, Progress
from interviewer.interview.allowance import Allowance, Written
from interviewer.interview.contesting import claim_task, judge_anew
from interviewer.interview.retrying import ENDPOINT_DOWN, Breaker
from interviewer.models import (
    ExaminerName,
    Exchange,
    Grade,
    GradingTask,
    Heard,
    Improvement,
    Interview,
    Lang,
    Mode,
    Outcome,
    Passage,
    Provenance,
    Reason,
    Summary,
    Turn,
    TurnKind,
    Ungraded,
    Usage,
    Utterance,
)
from interviewer.records.grading_queue import GradingQueue, GradingRequest
from interviewer.records.spending import DailyLimits, Ledger
from interviewer.records.store import Store

W = TypeVar("W", bound=Outcome | Written)
CORES = os.cpu_count() or 1
"""Answers that the offline examiner judges at the same time: it waits for nothing, so that more would only hold each other up."""

LookUp = Callable[[str, Collection[str], Lang, int], tuple[Passage, ...]]
"""Text, ids of questions, language, how many → the best passages; raises VectorIndexError while there is no index."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Operator's limits; 0 means none. `tokens` (prompt and completion together) and `cost` (dollars) are per interview.

    `daily` and `answers_a_minute` are per person. `most_a_grade`: tokens that one grade can take at most, all attempts included.
    """

    tokens: int = 0
    cost: float = 0.0
    daily: DailyLimits = field(default_factory=DailyLimits)
    answers_a_minute: int = 0
    most_a_grade: int = 0
    attempts: int = 1


class Judging:
    """Judges the answers of stored interviews with the examiners there are."""

    def __init__(
        self,
        *,
        store: Store,
        queue: GradingQueue,
        examiners: Mapping[ExaminerName, Callable[[], Examiner]],
        look_up: LookUp,
        now: Callable[[], datetime],
        limits: Limits,
        breaker: Breaker,
        hear_usage: Callable[[Usage], None] = lambda _usage: None,
        model: str = "",
    ) -> None:
        self._store, self._queue, self._examiners, self._look_up, self._now = store, queue, examiners, look_up, now
        self._limits, self._breaker, self._hear_usage, self._model = limits, breaker, hear_usage, model
        self._cores = threading.BoundedSemaphore(CORES)
        self._allowance = Allowance(Ledger(store.database), limits.daily, now, most=limits.most_a_grade, attempts=limits.attempts)

    def grade(self, request: GradingRequest, progress: Progress) -> Outcome:
        """Judge the answer that a request is for; StoreError if the records cannot be read."""
        return self.grade_in(self._store.load(request.interview_id, owner=request.owner), request, progress)

    def grade_in(self, interview: Interview, request: GradingRequest, progress: Progress) -> Outcome:
        """The same, where the interview is at hand."""
        turn = interview.turns[request.turn_seq - 1]
        task = task_for(interview, turn, tokens_left=self._tokens_left(interview))
        task = replace(task, passages=self._passages(task))
        if request.examiner not in self._examiners:
            return Ungraded(Reason.NOT_CONFIGURED, Provenance(request.examiner.value, self._model))
        if request.contested_point is None or turn.grade is None:
            return self._ask_examiner(request, task, progress)
        found = self._ask_examiner(request, claim_task(task, turn, request.contested_point), progress)
        return judge_anew(task.question, turn.grade, found, request.contested_point) if isinstance(found, Grade) else found

    def _ask_examiner(self, request: GradingRequest, task: GradingTask, progress: Progress) -> Outcome:
        examiner = self._examiners[request.examiner]()
        if request.examiner is ExaminerName.RUBRIC:
            with self._cores:
                return examiner.grade(task, progress)
        # What a person asks for by hand is always tried: whatever was wrong may have been mended.
        if not request.by_hand and (resting := self._breaker.refusal()):
            reason, seconds = resting
            return Ungraded(
                reason, Provenance(request.examiner.value, examiner.model), detail="the endpoint is left alone", retry_after=seconds
            )
        outcome = self._allowance.grade(request, task, examiner, progress)
        self._hear_endpoint(outcome)
        return outcome

    def write(self, interview: Interview, ask: Callable[[int | None], W]) -> W:
        """Have something written that a person asks for, within what is left of the interview's budget and of its owner's day: always tried.

        `ask` is told how many tokens it may take at most.
        """
        outcome = self._allowance.spend(interview.owner, self._tokens_left(interview), ask)
        self._hear_endpoint(outcome)
        self._hear_usage(outcome.usage)
        return outcome

    def write_for(self, owner: str, ask: Callable[[int | None], W]) -> W:
        """The same where there is no interview: within what one interview may take, and what is left of the person's day."""
        outcome = self._allowance.spend(owner, self._limits.tokens or None, ask)
        self._hear_endpoint(outcome)
        self._hear_usage(outcome.usage)
        return outcome

    def is_resting(self) -> bool:
        """Whether the endpoint is left alone at the moment by whoever nobody waits for."""
        return self._breaker.refusal() is not None

    def _hear_endpoint(self, outcome: Outcome | Written) -> None:
        """Take note of how the endpoint behaves; once it is back, those who wait for it are next."""
        if self._breaker.hear(outcome.reason if isinstance(outcome, Ungraded) else None):
            with suppress(StoreError):
                self._queue.hurry(ENDPOINT_DOWN, self._now())

    def stand_in_for(self, request: GradingRequest) -> Grade | None:
        """The offline examiner's grade in the place of the model's, where the candidate allows it and there is none yet."""
        if request.examiner is ExaminerName.RUBRIC:
            return None
        interview = self._store.load(request.interview_id, owner=request.owner)
        turn = interview.turns[request.turn_seq - 1]
        return self.judge_offline(interview, turn) if interview.setup.stand_in and turn.grade is None else None

    def judge_offline(self, interview: Interview, turn: Turn) -> Grade | None:
        """What the offline examiner finds, marked as a stand-in's; None without that examiner."""
        if ExaminerName.RUBRIC not in self._examiners:
            return None
        with self._cores:
            outcome = self._examiners[ExaminerName.RUBRIC]().grade(task_for(interview, turn))
        return replace(outcome, provenance=replace(outcome.provenance, stand_in=True)) if isinstance(outcome, Grade) else None

    def _passages(self, task: GradingTask) -> tuple[Passage, ...]:
        try:
            return self._look_up(task.answer[:1000], (task.question.bank_id,), task.lang, 4)
        except VectorIndexError:
            return ()

    def _tokens_left(self, interview: Interview) -> int | None:
        spent = spending_of(interview)
        if self._limits.cost and spent.cost >= self._limits.cost:
            return 0
        return max(0, self._limits.tokens - spent.tokens) if self._limits.tokens else None


@dataclass(frozen=True, slots=True)
class Spending:
    """What the language model took for an interview so far. `cost` in dollars, 0 if no price is set."""

    tokens: int
    cost: float


def spending_of(interview: Interview) -> Spending:
    """Sum over every grade that was ever given, every try, and everything that the model was asked to write."""
    usages = [usage for turn in interview.turns for usage in (*(record.outcome.usage for record in turn.grades), turn.in_vain)]
    written: list[Improvement | Summary] = [*interview.improvements, *([interview.summary] if interview.summary else [])]
    return Spending(
        tokens=sum(usage.prompt_tokens + usage.completion_tokens for usage in usages) + sum(each.tokens for each in written),
        cost=sum(usage.cost or 0.0 for usage in usages) + sum(each.cost for each in written),
    )


def task_for(interview: Interview, turn: Turn, *, tokens_left: int | None = None) -> GradingTask:
    """The grading task that a closed turn stands for."""
    assert turn.reply is not None
    own = interview.turns_of(turn.question_id)
    earlier = [other for other in own if other.seq < turn.seq and other.reply]
    spent = sum(other.kind is TurnKind.FOLLOW_UP for other in own)
    return GradingTask(
        question=interview.questions[turn.question_id],
        lang=interview.setup.lang,
        prompt=turn.prompt,
        answer=turn.reply.text,
        dialogue=tuple(_exchange_of(other) for other in earlier),
        aimed_point=turn.aimed_point,
        asked=tuple(other.prompt for other in own),
        token_budget=tokens_left,
        heard=Heard(turn.reply.utterance, sure=turn.reply.utterance is not Utterance.UNSURE),
        asides=tuple(aside for other in own for aside in other.asides),
        said=tuple(_said_in(interview, before=turn.seq)),
        neutral=interview.setup.mode is Mode.EXAM,
        want_follow_up=spent < interview.setup.follow_ups,
        follow_ups_left=max(0, interview.setup.follow_ups - spent),
    )


def _exchange_of(turn: Turn) -> Exchange:
    assert turn.reply is not None
    grade = turn.grade
    if grade is None:
        return Exchange(turn.prompt, turn.reply.text)
    return Exchange(turn.prompt, turn.reply.text, grade.verdicts, grade.reply, grade.feedback)


def _said_in(interview: Interview, *, before: int) -> Iterator[str]:
    """What the interviewer has said so far, beside its questions."""
    for turn in interview.turns:
        yield from (aside.reply for aside in turn.asides)
        if turn.seq < before and turn.grade:
            yield turn.grade.reply
