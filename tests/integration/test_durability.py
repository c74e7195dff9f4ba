"""What keeps work and money from being lost or spent twice: leases, their release, pauses, reservations, the list of erasures."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from interviewer.interview import worker as working
from interviewer.interview.worker import PUT_DOWN_PAUSES
from interviewer.records import erasure
from interviewer.records.erasure import LIST, Eraser
from interviewer.records.grading_queue import LEASE, GradingQueue
from interviewer.records.spending import DailyLimits, Ledger
from tests.databases import ON_BOTH
from tests.examples import ScriptedExaminer, grade, ungraded
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

PATIENCE = 30.0
"""Seconds after which a test that hangs is given up; no verdict depends on it."""


def held_up(hold: threading.Event) -> ScriptedExaminer:
    return ScriptedExaminer(grade(), before=lambda: hold.wait(PATIENCE) and None)


def beat(room: Room) -> None:
    """Have the worker's heart beat once more, and wait for it."""
    worker = room.service.worker
    worker.beaten.clear()
    worker._look_again.set()
    assert worker.beaten.wait(PATIENCE)


def test_the_lease_of_a_grade_that_takes_long_is_renewed(tmp_path: Path) -> None:
    hold = threading.Event()
    with open_room(tmp_path, held_up(hold)) as room:
        interview = room.service.submit(room.begin(follow_ups=0), "an answer")
        (request_id,) = room.service.worker._running
        for _ in range(3):
            room.clock.forward(seconds=LEASE.total_seconds() * 0.8)
            beat(room)
        room.clock.forward(seconds=LEASE.total_seconds() * 0.8)
        assert GradingQueue(room.store.database, worker="another").claim(room.clock()) is None
        request = room.queue.read(request_id)
        assert request is not None
        assert request.attempts == 1, "kept, not claimed anew"
        hold.set()
        assert room.settle(interview).turns[0].grade is not None


def test_what_a_worker_has_not_ended_when_it_stops_is_free_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "GRACE_SECONDS", 0.0)
    hold = threading.Event()
    with open_room(tmp_path, held_up(hold), started=False) as room:
        room.service.worker.start()
        room.service.submit(room.begin(follow_ups=0), "an answer")
        (request_id,) = room.service.worker._running
        another = GradingQueue(room.store.database, worker="another")
        assert another.claim(room.clock()) is None
        room.service.worker.stop()
        claimed = another.claim(room.clock())
        hold.set()
        with room.service.worker._changed:  # what it still does needs the database
            assert room.service.worker._changed.wait_for(lambda: not room.service.worker._running, PATIENCE)
        assert claimed is not None
        assert claimed[0] == request_id


def test_a_request_is_due_when_its_pause_is_over_and_not_before(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room:
        room.service.submit(room.begin(follow_ups=0), "an answer")
        room.clock.forward(seconds=LEASE.total_seconds() + 1)
        for tries, pause in enumerate((30.0, 900.0), 1):
            claimed = room.queue.claim(room.clock())
            assert claimed is not None
            assert room.queue.postpone(claimed[0], ungraded(), room.clock(), pause=pause)
            room.clock.forward(seconds=pause - 1)
            assert room.queue.claim(room.clock()) is None
            room.clock.forward(seconds=1)
            request = room.queue.read(claimed[0])
            assert request is not None
            assert (request.tries, request.waited) == (tries, sum((30.0, 900.0)[:tries]))
        assert room.queue.claim(room.clock()) is not None


def test_a_grade_that_cannot_be_put_down_is_tried_again_after_each_pause_and_then_left_to_its_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room:
        waited, tried = list[float](), list[int]()
        monkeypatch.setattr(room.service.worker._stopping, "wait", lambda pause: waited.append(pause))

        def fail_until(success: int) -> None:
            tried.append(1)
            if len(tried) < success:
                raise OSError("no room")

        room.service.worker._put_down(lambda: fail_until(3))
        assert (len(tried), waited) == (3, list(PUT_DOWN_PAUSES[:2]))
        tried.clear(), waited.clear()
        with pytest.raises(OSError, match="no room"):
            room.service.worker._put_down(lambda: fail_until(99))
        assert (len(tried), waited) == (len(PUT_DOWN_PAUSES) + 1, list(PUT_DOWN_PAUSES))


def test_who_takes_a_request_over_goes_on_with_what_was_set_aside_for_it(tmp_path: Path) -> None:
    limits = DailyLimits(tokens=1000)
    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room:
        room.service.submit(room.begin(follow_ups=0), "an answer")
        room.clock.forward(seconds=LEASE.total_seconds() + 1)
        claimed = room.queue.claim(room.clock())
        assert claimed is not None
        ledger = Ledger(room.store.database)
        for wanted in (600, 900):  # the second after a kill, by another process
            assert ledger.reserve(claimed[0], "ann", wanted=wanted, limits=limits, now=room.clock()) == 600
            assert ledger.spent("ann", room.clock())[0] == 600
        ledger.settle(claimed[0], "ann", 100 - 600, 0.0, now=room.clock())
        assert ledger.spent("ann", room.clock())[0] == 100
        assert ledger.reserve(claimed[0], "ann", wanted=300, limits=limits, now=room.clock()) == 300
        assert ledger.spent("ann", room.clock())[0] == 400, "what was settled is held no more"


def test_the_list_of_erasures_is_on_the_disk_before_the_traces_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, synced, remove = list[str](), os.fsync, erasure.secure_vacuum

    def sync(descriptor: int) -> None:
        done.append(f"synced {'interview' in (tmp_path / LIST).read_text()}")
        synced(descriptor)

    def secure_vacuum(*arguments: object, **further: object) -> bool:
        done.append("removed")
        return remove(*arguments, **further)  # type: ignore[arg-type]

    with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as room:
        room.service.delete(room.begin().id, owner=room.owner)
        monkeypatch.setattr(os, "fsync", sync)
        monkeypatch.setattr(erasure, "secure_vacuum", secure_vacuum)
        assert Eraser(room.store.database, tmp_path).sweep() == 1
    assert done == ["synced True", "removed"]
