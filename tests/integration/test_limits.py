"""What one person's answers may take."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.grading.examiner import Progress, no_progress
from interviewer.interview.allowance import Allowance
from interviewer.interview.judging import Limits
from interviewer.interview.service import TooManyAnswers
from interviewer.models import ExaminerName, GradingTask, Interview, Outcome, Provenance, Reason, Ungraded, Usage
from interviewer.records.database import open_database
from interviewer.records.grading_queue import GradingRequest
from interviewer.records.spending import DailyLimits, Ledger
from tests.databases import ON_BOTH, url_for
from tests.examples import ScriptedExaminer, grade, question
from tests.integration.rooms import Clock, open_room

pytestmark = ON_BOTH

CALL = 100
"""Tokens that a call of the model below takes, and at most may take."""


class CountingModel:
    """A model that takes `CALL` tokens and obeys its budget, as the model examiner does."""

    name, model = ExaminerName.LLM, "m"

    def __init__(self) -> None:
        self.calls, self._lock = 0, threading.Lock()

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:  # noqa: ARG002 - the contract
        if task.token_budget is not None and task.token_budget < CALL:
            return Ungraded(Reason.BUDGET, Provenance("llm"))
        with self._lock:
            self.calls += 1
        return replace(grade(), usage=Usage(CALL - 10, 10, cost=0.001))


def asked(number: int, owner: str = "p1") -> GradingRequest:
    return GradingRequest(f"r{number}", "i1", owner, 1, ExaminerName.LLM)


TASK = GradingTask(question=question(), lang="zh", prompt="?", answer="an answer")


def test_ten_thousand_requests_at_once_make_no_call_past_the_days_limit(tmp_path: Path) -> None:
    database = open_database(tmp_path, url_for(tmp_path))
    model, clock = CountingModel(), Clock()
    allowance = Allowance(Ledger(database), DailyLimits(tokens=10 * CALL), clock, most=CALL, attempts=1)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda number: allowance.grade(asked(number), TASK, model, no_progress), range(10_000)))
    database.dispose()
    assert model.calls == 10
    assert sum(isinstance(outcome, Ungraded) and outcome.reason is Reason.BUDGET for outcome in outcomes) == 9_990


def test_what_a_call_did_not_take_is_given_back_and_others_and_other_days_have_their_own(tmp_path: Path) -> None:
    database = open_database(tmp_path, url_for(tmp_path))
    ledger, clock, model = Ledger(database), Clock(), CountingModel()
    allowance = Allowance(ledger, DailyLimits(tokens=300), clock, most=150, attempts=1)
    for number in range(5):
        allowance.grade(asked(number), TASK, model, no_progress)
    assert (model.calls, ledger.spent("p1", clock())[0]) == (3, 300)
    allowance.grade(asked(9, "p2"), TASK, model, no_progress)
    clock.forward(days=1)
    allowance.grade(asked(10), TASK, model, no_progress)
    assert (model.calls, ledger.spent("p1", clock())[0]) == (5, 100)
    database.dispose()


def test_money_is_a_limit_too(tmp_path: Path) -> None:
    database = open_database(tmp_path, url_for(tmp_path))
    model = CountingModel()
    allowance = Allowance(Ledger(database), DailyLimits(cost=0.0021, price=0.00001), Clock(), most=CALL, attempts=1)
    for number in range(5):
        allowance.grade(asked(number), TASK, model, no_progress)
    database.dispose()
    assert model.calls == 2


def test_an_examiner_that_fails_without_telling_has_taken_all_that_was_set_aside(tmp_path: Path) -> None:
    class Failing(CountingModel):
        def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:  # noqa: ARG002 - the contract
            raise RuntimeError

    database = open_database(tmp_path, url_for(tmp_path))
    ledger, clock = Ledger(database), Clock()
    with pytest.raises(RuntimeError):
        Allowance(ledger, DailyLimits(tokens=300), clock, most=150, attempts=1).grade(asked(1), TASK, Failing(), no_progress)
    assert ledger.spent("p1", clock())[0] == 150
    database.dispose()


def test_deleting_an_interview_gives_no_budget_back(tmp_path: Path) -> None:
    clock = Clock()
    limits = Limits(daily=DailyLimits(tokens=2 * CALL), most_a_grade=CALL)
    model = CountingModel()
    with open_room(tmp_path, model, clock=clock, limits=limits, examiner_name=ExaminerName.LLM) as room:

        def answer_once() -> Interview:
            begun = room.begin(examiner=ExaminerName.LLM, follow_ups=0)
            room.service.submit(begun, "an answer")
            return room.settle(begun)

        for _ in range(4):
            done = answer_once()
            room.service.delete(done.id, owner=done.owner)
    assert model.calls == 2


def test_more_answers_a_minute_than_allowed_are_kept_as_a_draft_and_taken_a_minute_later(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), limits=Limits(answers_a_minute=1)) as room:
        room.owner = "p1"
        begun = room.begin(follow_ups=0)
        room.service.submit(begun, "first")
        second = room.service.go_on(room.settle(begun))
        with pytest.raises(TooManyAnswers):
            room.service.submit(second, "second")
        kept = room.read(second)
        assert (kept.turns[-1].draft, kept.turns[-1].reply) == ("second", None)
        room.clock.forward(seconds=61)
        taken = room.service.submit(kept, "second")
        assert [turn.reply is not None for turn in taken.turns] == [True, True]


def test_the_one_local_person_is_not_slowed_down(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), limits=Limits(answers_a_minute=1)) as room:
        begun = room.begin(follow_ups=0)
        room.service.submit(begun, "first")
        room.service.submit(room.service.go_on(room.settle(begun)), "second")
        assert [turn.reply is not None for turn in room.read(begun).turns] == [True, True]
