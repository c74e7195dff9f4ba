"""How many grades are made at the same time: as many as wait for a model, no more offline than there are cores."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from interviewer.config import Settings
from interviewer.interview import judging
from interviewer.models import ExaminerName
from tests.databases import ON_BOTH
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import open_room

pytestmark = ON_BOTH

WORKERS: int = Settings.model_fields["workers"].default
CORES = 2


def test_as_many_answers_wait_for_the_model_as_there_are_workers(tmp_path: Path) -> None:
    """None of them comes back before all are out; then all are put down, on one database at the same time."""
    all_out = threading.Barrier(WORKERS)
    examiner = ScriptedExaminer(grade(), before=lambda: all_out.wait(30) and None)
    with open_room(tmp_path, examiner, examiner_name=ExaminerName.LLM) as room:
        begun = [room.begin(examiner=ExaminerName.LLM, follow_ups=0) for _ in range(WORKERS)]
        sent = [room.service.submit(interview, "an answer") for interview in begun]
        assert all(room.settle(interview).turns[0].grade for interview in sent)
    assert WORKERS == 32


def test_the_offline_examiner_takes_no_more_than_the_cores_and_holds_up_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "CORES", CORES)
    both_in, go_on, inside = threading.Barrier(CORES + 1), threading.Event(), list[int]()

    def judge() -> None:
        inside.append(1)
        if len(inside) <= CORES:
            both_in.wait(30)
        go_on.wait(30)

    offline, model = ScriptedExaminer(grade(), before=judge), ScriptedExaminer(grade())
    with open_room(tmp_path, model, examiner_name=ExaminerName.LLM, offline=offline) as room:
        sent = [room.service.submit(room.begin(follow_ups=0), "an answer") for _ in range(3 * CORES)]
        both_in.wait(30)
        asked = room.service.submit(room.begin(examiner=ExaminerName.LLM, follow_ups=0), "an answer")
        assert room.settle(asked).turns[0].grade
        assert len(inside) == CORES
        go_on.set()
        assert all(room.settle(interview).turns[0].grade for interview in sent)
