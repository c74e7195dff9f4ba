"""How things stand, as the records have it: for one replica or several, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from interviewer.errors import StoreError
from interviewer.interview.retrying import OF_ALL
from interviewer.models import ExaminerName, Person, Reason, Role, Usage
from interviewer.observability.load import Load
from interviewer.records.load import ACTIVE, LONGEST, Budgets, read_load, read_trouble, read_waiting
from interviewer.records.people import PeopleStore
from interviewer.records.spending import DailyLimits, Ledger
from tests.databases import ON_BOTH
from tests.examples import START, ScriptedExaminer, grade, ungraded
from tests.integration.rooms import Room, open_room
from tests.integration.test_late_grades import DOWN, again, begin, by_model, on_model

pytestmark = ON_BOTH


def load_of(room: Room, budgets: Budgets | None = None) -> Load:
    return read_load(room.store.database, room.clock(), failures=OF_ALL, budgets=budgets or Budgets())


def test_nothing_is_an_empty_queue_and_no_trouble(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(), started=False) as room:
        assert load_of(room) == Load()


def test_what_waits_is_told_by_examiner_and_state_with_its_age(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN) as (room, _):
        room.settle(room.service.submit(begin(room), "an answer"))
        room.clock.forward(seconds=5)
        [queued] = load_of(room).queued
        assert (queued.examiner, queued.state, queued.count, queued.oldest) == ("llm", "put_off", 1, START)
        room.clock.forward(seconds=15)
        assert [each.state for each in load_of(room).queued] == ["due"]
        assert room.queue.claim(room.clock())
        assert [each.state for each in load_of(room).queued] == ["running"]


def test_the_model_is_down_from_its_first_failure_until_it_grades_again(tmp_path: Path) -> None:
    with on_model(tmp_path, by_model(), DOWN, DOWN, by_model()) as (room, _):
        first = room.settle(room.service.submit(begin(room), "an answer"))
        assert load_of(room).trouble is None
        room.clock.forward(minutes=1)
        second = room.settle(room.service.submit(room.service.go_on(first), "another answer"))
        since = room.clock()
        room.clock.forward(minutes=1)
        again(room, second)
        trouble = load_of(room).trouble
        assert trouble is not None
        assert (trouble.since, trouble.last, trouble.reason) == (since, room.clock(), Reason.UNREACHABLE)
        assert read_trouble(room.store.database, room.clock(), failures=OF_ALL) == trouble
        room.clock.forward(minutes=5)
        again(room, second)
        assert load_of(room).trouble is None


@pytest.mark.parametrize("reason", sorted(OF_ALL))
def test_what_ends_at_once_or_is_tried_again_counts_alike(tmp_path: Path, reason: Reason) -> None:
    with on_model(tmp_path, ungraded(reason)) as (room, _):
        room.settle(room.service.submit(begin(room), "an answer"))
        trouble = load_of(room).trouble
        assert trouble is not None
        assert trouble.reason is reason


@pytest.mark.parametrize(
    "reason", [Reason.UNPARSABLE, Reason.BUDGET, Reason.REFUSAL, Reason.TOO_LONG, Reason.NOT_CONFIGURED, Reason.INTERNAL]
)
def test_what_concerns_one_answer_alone_is_no_trouble(tmp_path: Path, reason: Reason) -> None:
    with on_model(tmp_path, ungraded(reason)) as (room, _):
        room.settle(room.service.submit(begin(room), "an answer"))
        assert load_of(room).trouble is None


def test_a_stand_ins_grade_does_not_hide_that_the_model_is_down(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN) as (room, _):
        graded = room.settle(room.service.submit(begin(room, stand_in=True), "an answer"))
        assert graded.turns[0].grade is not None
        assert load_of(room).trouble is not None


def test_an_interview_is_active_while_it_is_at_work(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview, other = room.begin(), room.begin()
        assert load_of(room).active == 2
        room.service.finish(other)
        assert load_of(room).active == 1
        room.clock.forward(seconds=ACTIVE.total_seconds() + 1)
        assert load_of(room).active == 0
        after = room.settle(room.service.submit(interview, "an answer"))
        room.service.go_on(after)
        assert load_of(room).active == 1
        room.clock.forward(seconds=LONGEST.total_seconds())
        assert load_of(room).active == 0


def test_the_largest_share_of_each_limit_is_told(tmp_path: Path) -> None:
    taken = replace(by_model(), usage=Usage(70, 30, cost=0.5))
    with on_model(tmp_path, replace(DOWN, usage=Usage(20, 0, cost=0.25)), taken) as (room, _):
        room.settle(room.service.submit(begin(room), "an answer"))
        room.clock.forward(minutes=1)
        begun = room.store.list_interviews(owner="local")[0]
        again(room, room.service.read(begun.id, owner="local"))
        room.begin()
        ledger, limits = Ledger(room.store.database), DailyLimits(tokens=1000)
        for owner, tokens in (("a", 100), ("b", 700)):
            ledger.settle(None, owner, tokens, tokens / 1000, now=room.clock())
        ledger.settle(None, "c", 5000, 5.0, now=room.clock() - timedelta(days=1))
        assert limits.any
        assert load_of(room, Budgets(1000, 1.0, 1000, 2.0)).budgets == pytest.approx(
            {"interview_tokens": 0.12, "interview_cost": 0.75, "day_tokens": 0.7, "day_cost": 0.35}
        )
        assert load_of(room, Budgets(day_cost=7.0)).budgets == pytest.approx({"day_cost": 0.1})
        assert load_of(room).budgets == {}


def test_a_coach_is_told_of_the_answers_of_their_own_candidates_and_an_admin_of_all(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room:
        database = room.store.database
        people = PeopleStore(database)
        coach, admin, ann, bob = (
            people.add(name, role=role, now=START)
            for name, role in (("Cleo", Role.COACH), ("Ada", Role.ADMIN), ("Ann", Role.CANDIDATE), ("Bob", Role.CANDIDATE))
        )
        people.assign(coach.id, ann.id)
        assert read_waiting(database, coach) == (0, None)
        for person in (ann, bob, bob):
            room.owner = person.id
            room.service.submit(room.begin(), "an answer")
            room.clock.forward(seconds=30)
        assert read_waiting(database, coach) == (1, START)
        assert read_waiting(database, admin) == (3, START)
        assert read_waiting(database, bob) == (2, START + timedelta(seconds=30))
        assert read_waiting(database, Person("local", "", Role.COACH)) == (3, START)


def test_records_that_cannot_be_read_are_an_error_of_ours_that_tells_nothing(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room:
        with room.store.database.writing() as connection:
            connection.execute(text("ALTER TABLE grading_requests RENAME TO canary_gone"))
        with pytest.raises(StoreError) as failed:
            load_of(room)
        assert "canary" not in str(failed.value)
        with room.store.database.writing() as connection:
            connection.execute(text("ALTER TABLE canary_gone RENAME TO grading_requests"))


def test_the_examiners_name_is_one_of_ours() -> None:
    assert {name.value for name in ExaminerName} == {"rubric", "llm"}


def test_whoever_counts_costs_no_grade(tmp_path: Path) -> None:
    def fail(*_heard: object) -> None:
        raise RuntimeError("a defect of the figures")

    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        room.service.worker._hear = fail
        assert room.settle(room.service.submit(room.begin(), "an answer")).turns[0].grade is not None
