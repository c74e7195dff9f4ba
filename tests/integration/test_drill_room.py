"""The training's buttons in the practice room: what they begin, whose it is, and what the page is without a training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from interviewer.errors import StoreError
from interviewer.models import ExaminerName, Interview, Lang, MarkKind, Mode, ReplyKind
from interviewer.records.training import TrainingStore
from interviewer.training.service import Training
from interviewer.ui.components import build_page
from interviewer.ui.practice import PracticeRoom
from interviewer.ui.setup_form import Catalogue
from tests.databases import ON_BOTH
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH


class Desk:
    """The page's events in one person's hands."""

    def __init__(self, room: Room, training: Training | None, *, owner: str = "local", lang: Lang = "zh") -> None:
        self.room, self.owner = room, owner
        catalogue = Catalogue(room.service.bank, (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None)
        with gr.Blocks(analytics_enabled=False):
            self.page = build_page(catalogue, lang)
        self.events = PracticeRoom(room.service, catalogue, lang, lambda _: self.owner, self.page, training)

    def act(self, name: str, arg: str = "", place: str = "") -> dict[str, Any]:
        """Press a button; what is told, by the part's name."""
        event = SimpleNamespace(_data={"act": name, "arg": arg})
        updates = self.events.on_action(place, SimpleNamespace(), event)  # type: ignore[arg-type]
        return {part.elem_id: told for part, told in updates.items() if not isinstance(part, str)}

    def home(self) -> dict[str, Any]:
        return {part.elem_id: told for part, told in self.events.show_home(self.owner).items()}


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Room, Training]]:
    with open_room(folder, ScriptedExaminer(grade(a="missing"))) as room:
        yield (
            room,
            Training(store=TrainingStore(room.store.database), bank=room.service.bank, now=room.clock, service=room.service),
        )


def finished(room: Room) -> Interview:
    """An interview in which point a of the first question was missed."""
    interview = room.settle(room.service.submit(room.begin(follow_ups=0), "an answer"))
    return room.service.finish(interview)


def test_a_round_is_begun_and_answered_point_by_point(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, training):
        desk = Desk(room, training)
        assert "<section" not in desk.home()["today"]
        assert 'data-act="drill"' in desk.home()["today"]
        finished(room)
        assert "<section" in desk.home()["today"]
        told = desk.act("drill", "5")
        assert "data-drill" in told["stage"]
        drill = room.service.read(told["place"].partition("/")[0], owner="local")
        assert drill.setup.mode is Mode.DRILL
        assert drill.setup.follow_ups == 0


def test_who_is_new_begins_with_single_points(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, training):
        desk = Desk(room, training, lang="en")
        told = desk.act("drill", "10")
        drill = room.service.read(told["place"].partition("/")[0], owner="local")
        assert (drill.setup.mode, drill.setup.lang) == (Mode.DRILL, "en")


def test_what_a_report_shows_missed_is_practised(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, training):
        interview, desk = finished(room), Desk(room, training, lang="en")
        place = f"{interview.id}/1"
        report = {part.elem_id: told for part, told in desk.events.show(interview).items()}["report"]
        assert 'data-act="drill_missed"' in report
        assert "Practise the 1 point that you missed" in report
        drill = room.service.read(desk.act("drill_missed", place=place)["place"].partition("/")[0], owner="local")
        assert list(drill.questions) == ["q1:a"]
        assert drill.setup.lang == interview.setup.lang
        # nobody drills what another's report shows
        desk.owner = "somebody else"
        assert "data-drill" not in str(desk.act("drill_missed", place=place))
        assert room.service.history(owner="somebody else") == ()


@pytest.mark.parametrize(
    ("lang", "minutes", "nothing"),
    [("zh", "1 到 180 分钟之间", "没有可练的要点"), ("en", "between 1 and 180 minutes", "no point to practise")],
)
def test_what_cannot_be_begun_says_why(tmp_path: Path, lang: Lang, minutes: str, nothing: str) -> None:
    with opened(tmp_path) as (room, training):
        finished(room)
        desk = Desk(room, training, lang=lang)
        assert minutes in str(desk.act("drill", "999"))
        for card in training.cards("local"):
            training.mark("local", card.key, MarkKind.KNOWN, actor="local")
        assert nothing in str(desk.act("drill", "5"))


@pytest.mark.parametrize("arg", ["", "999", "-1", "x"])
def test_forged_minutes_break_nothing(tmp_path: Path, arg: str) -> None:
    with opened(tmp_path) as (room, training):
        finished(room)
        desk = Desk(room, training)
        assert desk.act("minutes", arg)["bar"]
        assert desk.act("drill", arg)


def test_a_finished_drill_is_a_list_and_counts_in_the_history(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, training):
        interview, desk = finished(room), Desk(room, training)
        place = desk.act("drill_missed", place=f"{interview.id}/1")["place"]
        drill = room.service.read(place.partition("/")[0], owner="local")
        after = room.service.submit(drill, "", kind=ReplyKind.UNKNOWN)
        over = room.service.go_on(after)
        told = {part.elem_id: told for part, told in desk.events.show(over).items()}
        assert "说到 0 / 1 个要点" in told["report"]
        assert "radar" not in told["report"]
        history = desk.home()["history"]
        assert "说到 0 / 1 个要点" in history


@pytest.mark.parametrize("training", [None, "broken"])
def test_the_page_is_there_without_the_training(tmp_path: Path, training: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as (room, real):
        interview = finished(room)

        def fail(*_: object, **__: object) -> None:
            raise StoreError("the records cannot be read → look at the disk")

        for name in ("today", "cards", "recalled", "settings"):
            monkeypatch.setattr(real, name, fail)
        desk = Desk(room, real if training else None)
        told = desk.home()
        assert told["today"] == ""
        assert interview.id in told["history"]
        assert told["bar"]
        assert {part.elem_id: told for part, told in desk.events.show(interview).items()}["report"]
        assert isinstance(desk.act("drill", "5"), dict)
