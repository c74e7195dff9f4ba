"""One accepted grade per request, whoever races, whatever is killed, and however the clock is set. On the real queue, with several workers."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from interviewer.errors import StaleMove
from interviewer.interview.results import QuestionStatus, result_of
from interviewer.models import ExaminerName, Reason
from interviewer.records.base import Database, Transaction
from interviewer.records.database import open_database
from interviewer.records.grading_queue import LEASE, SKEW, GradingQueue
from interviewer.records.tables import grades, grading_requests
from tests.databases import ON_BOTH, url_for
from tests.examples import Clock, ScriptedExaminer, grade, ungraded
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

WORKERS = 6


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    database = open_database(folder, url_for(folder))
    yield database
    database.dispose()


def asked(room: Room, count: int) -> None:
    """Answers whose requests nobody has claimed."""
    for _ in range(count):
        room.service.submit(room.begin(follow_ups=0), "an answer")
    room.clock.forward(seconds=30)


def counted(database: Database) -> tuple[int, int, int]:
    """Requests, open requests, and the most grades that one request has."""
    with database.reading() as connection:
        each = connection.scalars(select(func.count()).select_from(grades).group_by(grades.c.request_id)).all()
        total = connection.scalar(select(func.count()).select_from(grading_requests)) or 0
        still_open = connection.scalar(select(func.count()).where(grading_requests.c.done.is_(False))) or 0
    return total, still_open, max(each, default=0)


@pytest.mark.parametrize("seed", [1, 2])
def test_workers_that_race_fail_die_and_come_back_leave_one_grade_each(tmp_path: Path, seed: int) -> None:
    """Each worker claims and then completes, completes twice, postpones, lets its lease run out and completes late, or is never heard of again."""
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room, opened(tmp_path) as database:
        asked(room, 25)
        accepted, lock = list[str](), threading.Lock()

        def work(number: int) -> None:
            chance, queue = random.Random(seed * 100 + number), GradingQueue(database, worker=f"worker {number}")
            late: list[str] = []
            for _ in range(60):
                with lock:
                    room.clock.forward(seconds=chance.choice([0, 0, 1, 7, 16]))
                if late and chance.random() < 0.3 and queue.complete(late[0], grade(), room.clock()):
                    with lock:
                        accepted.append(late[0])
                claimed = queue.claim(room.clock())
                if claimed is None:
                    continue
                id, fate = claimed[0], chance.random()
                if fate < 0.5:
                    done = [queue.complete(id, grade(), room.clock()) for _ in range(chance.choice([1, 2]))]
                    with lock:
                        accepted.extend([id] * done.count(True))
                elif fate < 0.7:
                    queue.postpone(id, ungraded(Reason.TIMEOUT), room.clock(), pause=15)
                elif fate < 0.85:
                    late.append(id)

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(work, range(WORKERS)))
        last = GradingQueue(database, worker="last")
        room.clock.forward(hours=1)
        while claimed := last.claim(room.clock()):
            assert last.complete(claimed[0], grade(), room.clock())
            accepted.append(claimed[0])
        assert counted(database) == (25, 0, 1)
        assert len(accepted) == len(set(accepted)) == 25


def test_no_request_is_claimed_by_two_at_once(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room, opened(tmp_path) as database:
        asked(room, 30)
        barrier = threading.Barrier(WORKERS)

        def claim(number: int) -> list[str]:
            queue, mine = GradingQueue(database, worker=f"worker {number}"), list[str]()
            barrier.wait()
            while claimed := queue.claim(room.clock()):
                mine.append(claimed[0])
            return mine

        with ThreadPoolExecutor(WORKERS) as pool:
            claimed = [id for each in pool.map(claim, range(WORKERS)) for id in each]
        # On PostgreSQL a claim may find only what others hold at that moment, and go away with nothing.
        assert len(claimed) == len(set(claimed)) <= 30
        assert len(claimed) + len(claim_rest(database, room)) == 30


def claim_rest(database: Database, room: Room) -> list[str]:
    queue, rest = GradingQueue(database, worker="rest"), list[str]()
    while claimed := queue.claim(room.clock()):
        rest.append(claimed[0])
    return rest


def test_a_stand_in_and_the_models_grade_that_race_end_with_the_models(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room, opened(tmp_path) as database:
        asked(room, 20)
        queue = GradingQueue(database, worker="model")
        claimed = [queue.claim(room.clock()) for _ in range(20)]
        barrier = threading.Barrier(3)
        found = grade("missing", "missing", "missing")
        standing_in = replace(found, provenance=replace(found.provenance, stand_in=True))

        def race(who: int) -> int:
            barrier.wait()
            won = 0
            for each in claimed:
                assert each is not None
                if who == 0:
                    won += queue.complete(each[0], grade(), room.clock())
                else:
                    won += queue.stand_in(each[1], standing_in, room.clock())
            return won

        with ThreadPoolExecutor(3) as pool:
            results = list(pool.map(race, range(3)))
        assert results[0] == 20
        assert results[1] + results[2] <= 20
        assert counted(database)[1:] == (0, 1)
        for summary in room.service.history(owner=room.owner):
            turn = room.service.read(summary.id, owner=room.owner).turns[0]
            assert turn.grade == grade()
            assert len(turn.grades) <= 2


def test_eight_clicks_on_grade_again_ask_once(tmp_path: Path) -> None:
    hold = threading.Event()
    examiner = ScriptedExaminer(ungraded(Reason.QUOTA), grade())
    with open_room(tmp_path, examiner) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0), "an answer"))
        examiner._before = lambda: hold.wait(10) and None

        def click(_: int) -> None:
            with suppress(StaleMove):
                room.service.grade_again(room.read(interview), 1)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(click, range(8)))
        hold.set()
        assert len(room.settle(interview).turns[0].grades) == 2
        assert len(examiner.tasks) == 2


# ------------------------------------------------------------ clocks that jump


@pytest.mark.parametrize("hours", [-30, -5, -1, 1, 5, 30])
def test_a_lease_of_a_worker_that_died_does_not_outlive_a_clock_that_is_set(tmp_path: Path, hours: int) -> None:
    clock = Clock()
    with open_room(tmp_path, ScriptedExaminer(grade()), clock=clock, started=False) as room, opened(tmp_path) as database:
        room.service.submit(room.begin(follow_ups=0), "an answer")
        clock.jump(hours=hours)
        clock.forward(seconds=LEASE.total_seconds() + 1)
        assert GradingQueue(database, worker="next").claim(clock()) is not None


@pytest.mark.parametrize("hours", [-30, -5, -1, 1, 5, 30])
def test_a_pause_does_not_outlive_a_clock_that_is_set(tmp_path: Path, hours: int) -> None:
    clock = Clock()
    with open_room(tmp_path, ScriptedExaminer(grade()), clock=clock, started=False) as room, opened(tmp_path) as database:
        asked(room, 1)
        queue = GradingQueue(database, worker="w1")
        claimed = queue.claim(clock())
        assert claimed is not None
        assert queue.postpone(claimed[0], ungraded(), clock(), pause=900)
        assert queue.claim(clock()) is None
        clock.jump(hours=hours)
        clock.forward(seconds=900)
        found = queue.claim(clock())
        assert found is not None
        request = queue.read(found[0])
        assert request is not None
        assert (request.tries, request.waited) == (1, 900)


def test_clocks_of_replicas_that_are_a_little_apart_take_no_work_from_each_other(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room, opened(tmp_path) as database:
        asked(room, 1)
        ahead, behind = GradingQueue(database, worker="ahead"), GradingQueue(database, worker="behind")
        now = room.clock()
        assert ahead.claim(now + SKEW - timedelta(seconds=1)) is not None
        assert behind.claim(now) is None


@pytest.mark.parametrize("hours", [-6, 6])
def test_a_running_grade_survives_a_clock_that_is_set(tmp_path: Path, hours: int) -> None:
    hold = threading.Event()
    examiner = ScriptedExaminer(grade(), before=lambda: hold.wait(10) and None)
    with open_room(tmp_path, examiner) as room:
        interview = room.service.submit(room.begin(follow_ups=0), "an answer")
        room.clock.jump(hours=hours)
        room.service.worker._queue.renew(frozenset(room.service.worker._running), room.clock())
        assert room.queue.claim(room.clock()) is None
        hold.set()
        assert result_of(room.settle(interview), "q1").status is QuestionStatus.GRADED
        assert len(examiner.tasks) == 1


@pytest.mark.parametrize("hours", [-6, 6])
def test_the_clock_of_an_answer_survives_a_clock_that_is_set(tmp_path: Path, hours: int) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.service.load(room.begin(minutes=3).id, owner=room.owner)
        assert room.service.deadline_of(interview) is not None
        room.clock.forward(seconds=100)
        room.clock.jump(hours=hours)
        assert room.service.load(interview.id, owner=room.owner).turns[0].reply is None
        deadline = room.service.deadline_of(interview)
        assert deadline is not None
        assert deadline - room.clock() == timedelta(seconds=80)
        room.clock.forward(seconds=86)
        assert room.service.load(interview.id, owner=room.owner).turns[0].reply is not None


def test_the_retrying_ends_by_the_pauses_and_not_by_the_calendar(tmp_path: Path) -> None:
    model = ScriptedExaminer(ungraded(Reason.UNREACHABLE), grade())
    with open_room(tmp_path, model, examiner_name=ExaminerName.LLM, started=False) as room:
        room.service.worker.start()
        interview = room.settle(room.service.submit(room.begin(examiner=ExaminerName.LLM, follow_ups=0), "an answer"))
        room.clock.jump(days=40)
        while room.read(interview).turns[0].pending:
            if claimed := room.queue.claim(room.clock()):
                room.service.worker.work_on(*claimed)
            room.settle(interview)
        assert room.read(interview).turns[0].grade == grade()
        room.service.worker.stop()


def test_a_grade_that_was_rolled_back_is_never_shown(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room:
        interview = room.service.submit(room.begin(), "an answer")
        room.clock.forward(seconds=10)
        claimed = room.queue.claim(room.clock())
        assert claimed

        def fail(connection: Transaction) -> None:
            room.store.load_within(connection, interview.id, owner=room.owner)
            raise OSError

        with pytest.raises(OSError):  # noqa: PT011 - the one above
            room.queue.complete(claimed[0], grade(), room.clock(), also=fail)
        assert room.queue.complete(claimed[0], grade(a="missing"), room.clock())
        kept = room.read(interview).turns[0].grade
        assert kept is not None
        assert kept.verdicts == grade(a="missing").verdicts
