"""The page's questions for news of a running grade: what they are told, and that any number of them may wait."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio.to_thread
import gradio as gr
import pytest

from interviewer.errors import NotFound
from interviewer.grading.examiner import Progress, no_progress
from interviewer.interview.service import MAX_DRAFT
from interviewer.models import ExaminerName, GradingTask, Interview, Outcome, Verdict
from interviewer.ui.components import build_page
from interviewer.ui.practice import QUICK_SECONDS, PracticeRoom, split_place
from interviewer.ui.setup_form import Catalogue
from tests.examples import ScriptedExaminer, grade, verdicts
from tests.integration.rooms import BANK, Room, open_room

CLASS = 60
HERE: Any = None
"""The request, which only says who asks."""


class Practice:
    """A practice page on a room whose examiner waits for `go`."""

    def __init__(self, room: Room, go: threading.Event) -> None:
        self.room, self.go = room, go
        catalogue = Catalogue(BANK, (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None, False)
        with gr.Blocks(analytics_enabled=False):
            self.page = build_page(catalogue, "zh")
        self.practice = PracticeRoom(room.service, catalogue, "zh", lambda _request: room.owner, self.page)

    def answered(self) -> Interview:
        """An interview whose answer is being graded."""
        return self.room.service.submit(self.room.begin(follow_ups=0), "答案")

    async def ask(self, interview: Interview, pulse: str = "0 0", seq: int = 1) -> dict[str, Any]:
        """What the page is told, by the name of the part; what stays as it is left out."""
        told = json.loads(await self.practice.on_pulse(f"{interview.id}/{seq}", pulse, HERE))
        drawn = dict(zip([part.elem_id for part in self.page.drawn], told["drawn"], strict=True))
        known = {name: value for name, value in drawn.items() if value is not None}
        return {name: told[name] for name in ("at", "checked") if name in told} | known

    async def follow(self, interview: Interview) -> dict[str, Any]:
        """What the page is told last, if it asks until there is nothing to ask for."""
        told = await self.ask(interview)
        while told["pulse"]:
            told = await self.ask(interview, told["pulse"])
        return told

    async def listened_to(self, count: int) -> None:
        """Until so many turns are listened to."""
        while len(self.room.service.worker._listeners) < count:
            await asyncio.sleep(0)


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    go = threading.Event()
    with open_room(tmp_path, ScriptedExaminer(grade(), before=lambda: go.wait(20) and None)) as room:
        yield Practice(room, go)
        go.set()


def play(scene: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: a browser of other tests may have a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, scene).result()


def test_a_whole_class_waits_without_holding_a_thread_and_is_told_at_once(practice: Practice) -> None:
    async def scene() -> None:
        interviews = [practice.answered() for _ in range(CLASS)]
        asked = [asyncio.create_task(practice.follow(interview)) for interview in interviews]
        await practice.listened_to(CLASS)
        assert anyio.to_thread.current_default_thread_limiter().borrowed_tokens == 0
        practice.go.set()
        for interview, told in zip(interviews, await asyncio.gather(*asked), strict=True):
            assert told["at"] == f"{interview.id}/1"
            assert 'data-state="next"' in told["stage"]
            assert "notice" not in told
        assert not practice.room.service.worker._listeners

    play(scene())


def test_without_news_only_the_pulse_goes_on(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interviewer.ui.news.PATIENCE_SECONDS", 0.0)

    async def scene() -> None:
        told = await practice.ask(practice.answered())
        assert told.keys() == {"at", "checked", "pulse"}
        assert told["checked"] == 0
        assert told["pulse"].startswith("0 ")
        assert told["pulse"] != "0 0"

    play(scene())


class HalfWay(ScriptedExaminer):
    """Has judged the first point, and waits for `go` with the others."""

    def __init__(self, go: threading.Event) -> None:
        super().__init__(grade())
        self.go, self.reported = go, threading.Event()

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        progress(verdicts(a="covered")[0])
        self.reported.set()
        self.go.wait(20)
        return super().grade(task)


def test_while_the_grade_is_made_only_its_count_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interviewer.ui.news.TICK_SECONDS", 0.0)
    go = threading.Event()
    examiner = HalfWay(go)

    async def scene(practice: Practice) -> None:
        interview = practice.answered()
        examiner.reported.wait(20)
        told = await practice.ask(interview)
        assert told.keys() == {"at", "checked", "pulse"}
        assert (told["at"], told["checked"], told["pulse"][:2]) == (f"{interview.id}/1", 1, "1 ")
        go.set()
        assert 'data-state="next"' in (await practice.ask(interview, told["pulse"]))["stage"]

    with open_room(tmp_path, examiner) as room:
        play(scene(Practice(room, go)))


def test_who_has_gone_on_is_told_where_they_stand(practice: Practice) -> None:
    async def scene() -> None:
        interview = practice.answered()
        asked = asyncio.create_task(practice.ask(interview))
        await practice.listened_to(1)
        practice.room.service.go_on(interview)
        practice.go.set()
        assert (await asked)["at"] == f"{interview.id}/2"

    play(scene())


@pytest.mark.parametrize("seq", ["²", "9" * 5000, "-1", "1.0", ""])
def test_a_place_with_no_number_is_no_turn(seq: str) -> None:
    assert split_place(f"id/{seq}") == ("id", 0)


@pytest.mark.parametrize("pulse", ["", "x", "-1 0", " 3", "² 0", "9" * 5000])
def test_a_pulse_that_has_stopped_asks_nothing(practice: Practice, pulse: str) -> None:
    async def scene() -> None:
        assert await practice.practice.on_pulse("nowhere/1", pulse, HERE) == ""

    play(scene())


def test_what_is_not_there_any_more_leads_to_the_start_page(practice: Practice) -> None:
    async def scene() -> None:
        interview = practice.answered()
        practice.room.service.delete(interview.id, owner=practice.room.owner)
        told = await practice.ask(interview)
        assert 'data-view="home"' in told["bar"]
        assert "note" in told["notice"]

    play(scene())
    with pytest.raises(NotFound):
        practice.room.service.load("x", owner="local")


@pytest.mark.parametrize("examiner", ExaminerName)
def test_a_click_is_answered_without_waiting_for_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examiner: ExaminerName) -> None:
    """The offline examiner is, for the moment that it takes."""
    with open_room(tmp_path, ScriptedExaminer(grade()), examiner_name=examiner) as room:
        practice, waits = Practice(room, threading.Event()).practice, list[float]()
        watch = room.service.watch

        def watched(turn_id: int, *, seen: int, timeout: float) -> tuple[Verdict, ...] | None:
            waits.append(timeout)
            return watch(turn_id, seen=seen, timeout=timeout)

        monkeypatch.setattr(room.service, "watch", watched)
        interview = room.begin(examiner=examiner, follow_ups=0)
        practice.on_submit(f"{interview.id}/1", "答案", HERE)
        room.settle(interview)
        practice.on_action(f"{interview.id}/1", HERE, gr.EventData(None, {"act": "regrade", "arg": "1"}))
        assert (QUICK_SECONDS in waits) == (examiner is ExaminerName.RUBRIC)


def test_a_listener_that_fails_does_not_harm_the_grade(practice: Practice) -> None:
    def fail() -> None:
        raise RuntimeError("the loop is closed")

    interview = practice.answered()
    turn = interview.current
    assert turn
    with practice.room.service.listening(turn.id, fail):
        practice.go.set()
        after = practice.room.settle(interview)
    assert after.turns[0].grade


def test_a_draft_that_is_cut_is_not_called_saved(practice: Practice) -> None:
    interview = practice.room.begin()
    place = f"{interview.id}/1"
    assert "草稿已保存" in practice.practice.on_draft(place, "字" * MAX_DRAFT, HERE)
    told = practice.practice.on_draft(place, "字" * (MAX_DRAFT + 1), HERE)
    assert "草稿已保存" not in told
    assert f"前 {MAX_DRAFT} 个字符" in told
    assert len(practice.room.read(interview).turns[0].draft) == MAX_DRAFT
