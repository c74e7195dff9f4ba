"""Question sets and questions of one's own on the practice room's set-up form: what is offered to whom, and what is begun."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr

from interviewer.models import OWNER_ONLY, Bilingual, ExaminerName, Interview, Mode, QuestionSet
from interviewer.questions.bank import Bank
from interviewer.records.training import TrainingStore
from interviewer.training.service import Training
from interviewer.ui.components import build_page
from interviewer.ui.labels import words
from interviewer.ui.practice import PracticeRoom
from interviewer.ui.setup_form import Catalogue
from tests.examples import ScriptedExaminer, grade, question
from tests.integration.rooms import Room, open_room

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class MoreForAda:
    """Banks of which Ada's has a question more."""

    def __init__(self, files: Bank) -> None:
        self.files, self._more = files, replace(files, questions=(*files.questions, question("own")), digest="1" * 16)

    def everything(self) -> Bank:
        return self._more

    def for_viewer(self, viewer_id: str) -> Bank:
        return self._more if viewer_id == "ada" else self.files


class Form:
    """The set-up form in one person's hands."""

    def __init__(self, room: Room, owner: str) -> None:
        self.room, self.owner = room, owner
        banks = MoreForAda(room.service.bank.files)
        room.service.bank = banks
        catalogue = Catalogue(
            banks, (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None, sets=self._sets, untested=lambda: frozenset({"own"})
        )
        training = Training(store=TrainingStore(room.store.database), bank=banks, now=room.clock, service=room.service)
        with gr.Blocks(analytics_enabled=False):
            self.page = build_page(catalogue, "zh")
        self.events = PracticeRoom(room.service, catalogue, "zh", lambda _: self.owner, self.page, training)

    def _sets(self, owner: str) -> Sequence[QuestionSet]:
        made = (
            QuestionSet("set-exam", "ada", Bilingual("周", "Week"), Mode.EXAM, ("own", "q1"), OWNER_ONLY, NOW),
            QuestionSet("set-drill", "ada", Bilingual("点", "Points"), Mode.DRILL, ("q2", "own"), OWNER_ONLY, NOW),
        )
        return made if owner == "ada" else ()

    def offered(self) -> list[Any]:
        return self.events.on_form(SimpleNamespace())  # type: ignore[arg-type]

    def drawn(self, interview: Interview) -> dict[str, Any]:
        return {part.elem_id: said for part, said in self.events.show(interview).items()}

    def begin(self, set_id: str) -> tuple[Interview | None, str]:
        """What is begun with the form as it stands but for the set, and the notice."""
        form = ["zh", "coaching", set_id, [], [], [], 3, False, 0, 0, "rubric", False, False]
        told = {part.elem_id: said for part, said in self.events.on_begin(SimpleNamespace(), *form).items()}  # type: ignore[arg-type]
        place = told.get("place", "").partition("/")[0]
        return (self.room.service.read(place, owner=self.owner) if place else None), told["notice"]


@contextmanager
def form_of(folder: Path, owner: str) -> Iterator[Form]:
    with open_room(folder, ScriptedExaminer(grade())) as room:
        yield Form(room, owner)


def test_everybody_is_offered_what_is_theirs(tmp_path: Path) -> None:
    with form_of(tmp_path, "ada") as form:
        sets, topics, count = form.offered()
        assert [id for _, id in sets["choices"]] == ["", "set-exam", "set-drill"]
        assert sets["visible"] is True
        assert [id for _, id in topics["choices"]][-1] == "own"
        assert count["maximum"] == count["value"] == len(topics["choices"])
        assert [label for label, _ in topics["choices"] if "未经检验" in label] == [topics["choices"][-1][0]]
        form.owner = "ben"
        assert all("choices" not in update for update in form.offered())


def test_a_set_begins_what_it_says(tmp_path: Path) -> None:
    with form_of(tmp_path, "ada") as form:
        drill, _ = form.begin("set-drill")
        assert drill
        assert drill.setup.mode is Mode.DRILL
        assert [name.partition(":")[0] for name in drill.questions] == sorted(
            (name.partition(":")[0] for name in drill.questions), key=["q2", "own"].index
        )
        assert {point.id for each in drill.questions.values() for point in each.points} == {point.id for point in question("own").points}
        exam, _ = form.begin("set-exam")
        assert exam
        assert (exam.setup.mode, tuple(exam.questions)) == (Mode.EXAM, ("own", "q1"))
        stage, report = form.drawn(exam)["stage"], form.drawn(form.room.service.finish(exam))["report"]
        assert stage.count("未经检验") == 1
        assert report.count("未经检验") == 1
        assert "未经检验" not in form.drawn(drill)["stage"], "the first question of the drill is one of the files"
        again = form.room.service.go_on(form.room.settle(form.room.service.submit(drill, "an answer")))
        while not form.room.service.read(again.id, owner="ada").current.question_id.startswith("own"):  # type: ignore[union-attr]
            again = form.room.service.go_on(form.room.settle(form.room.service.submit(again, "an answer")))
        assert form.drawn(again)["stage"].count("未经检验") == 1


def test_a_set_of_somebody_else_begins_nothing(tmp_path: Path) -> None:
    with form_of(tmp_path, "ben") as form:
        begun, notice = form.begin("set-exam")
        assert begun is None
        assert words("zh")["question_set_gone"] in notice
        assert form.room.service.history(owner="ben") == ()
