"""The report in the practice room: answering again beside the earlier answer, and practising what was weak."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from interviewer.models import LANGS, SCALE, AsideReply, ExaminerName, Grade, Interview, Lang, Mode, Provenance, Setup, Utterance
from interviewer.questions.bank import Bank
from interviewer.ui.components import build_page
from interviewer.ui.labels import words
from interviewer.ui.practice import PracticeRoom
from interviewer.ui.scene import draw_interview
from interviewer.ui.setup_form import Catalogue
from tests.databases import ON_BOTH
from tests.examples import ScriptedExaminer, grade, question
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

RUBRIC = (ExaminerName.RUBRIC,)
ASIDE = AsideReply(Utterance.CLARIFY, "A million <i>users</i>.", Provenance("rubric"), given="users")


def hold(room: Room, *answers: str, **setup: Any) -> Interview:
    """A finished interview with these answers."""
    room.clock.forward(hours=1)
    interview = room.begin(follow_ups=0, **setup)
    for text in answers:
        interview = room.service.go_on(room.settle(room.service.submit(interview, text)))
    return room.service.finish(interview)


def report(room: Room, interview: Interview, lang: Lang = "zh") -> str:
    catalogue = Catalogue(room.service.bank, RUBRIC, ExaminerName.RUBRIC, None)
    return draw_interview(interview, room.service, catalogue, lang).report


def press(room: Room, interview: Interview, question_id: str = "") -> dict[str, Any]:
    """Press "practise"; what the page is told by the name of the part."""
    catalogue = Catalogue(room.service.bank, RUBRIC, ExaminerName.RUBRIC, None)
    with gr.Blocks(analytics_enabled=False):
        page = build_page(catalogue, "en")
    practice = PracticeRoom(room.service, catalogue, "en", lambda _request: room.owner, page)
    event: Any = SimpleNamespace(_data={"act": "practise", "arg": question_id})
    request: Any = None
    updates = practice.on_action(f"{interview.id}/1", request, event)
    return {part.elem_id: value for part, value in updates.items() if hasattr(part, "elem_id")}


def begun(room: Room, told: dict[str, Any]) -> Setup:
    return room.service.load(told["place"].partition("/")[0], owner=room.owner).setup


def examiner(*outcomes: Grade) -> ScriptedExaminer:
    return ScriptedExaminer(*outcomes)


@pytest.mark.parametrize("lang", LANGS)
def test_old_and_new_words_stand_side_by_side(tmp_path: Path, lang: Lang) -> None:
    with open_room(tmp_path, examiner(grade("named", c="missing"), grade(b="missing"))) as room:
        hold(room, "an older answer", question_ids=("q1",))
        text = unescape(report(room, hold(room, "an answer", question_ids=("q1",)), lang))
    compared = text[text.index('class="compared"') :].partition("</section>")[0]
    t = words(lang)
    assert [re.findall(rf'<li class="is-{name}">.*?intent (\w)', compared, re.DOTALL) for name in ("gained", "lost", "kept")] == [
        ["a", "c"], ["b"], [],
    ]  # fmt: skip
    assert t["compared_score"].format(before="39", after="70") in compared
    assert t["compared_scale"] not in compared
    first = compared[compared.index("is-gained") :].partition("</li>")[0]
    assert f"{t['words_before']} · {t['verdict_named']}</small><q>an</q>" in first
    assert f"{t['words_now']} · {t['verdict_covered']}</small><q>an</q>" in first


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("scale", range(1, SCALE))
def test_a_comparison_with_a_score_on_an_earlier_scale_says_so(tmp_path: Path, scale: int, lang: Lang) -> None:
    old = replace(grade("named", c="missing"), provenance=Provenance("rubric", scale=scale))
    with open_room(tmp_path, examiner(old, grade(b="missing"))) as room:
        hold(room, "an older answer", question_ids=("q1",))
        text = unescape(report(room, hold(room, "an answer", question_ids=("q1",)), lang))
    assert f"({words(lang)['compared_scale']})" in text


def test_a_first_answer_stands_alone(tmp_path: Path) -> None:
    with open_room(tmp_path, examiner(grade())) as room:
        first, other = hold(room, "an answer", question_ids=("q1",)), hold(room, "an answer", question_ids=("q2",))
        hold(room, "an answer", question_ids=("q1",))
        assert 'class="compared"' not in report(room, first)
        assert 'class="compared"' not in report(room, other)


def test_an_exam_that_still_runs_is_compared_with_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_room(tmp_path, examiner(grade())) as room:
        monkeypatch.setattr(room.service, "in_exam", lambda _owner: frozenset())  # as it was before such a thing was refused
        room.clock.forward(hours=1)
        exam = room.settle(room.service.submit(room.begin(mode=Mode.EXAM, follow_ups=0), "an answer"))
        now = hold(room, "an answer", question_ids=("q1",))
        assert list(room.service.earlier(now)) == []
        room.service.finish(exam)
        assert [each.id for each in room.service.earlier(now)] == [exam.id]


def test_other_peoples_answers_are_nobodys_earlier_ones(tmp_path: Path) -> None:
    with open_room(tmp_path, examiner(grade())) as room:
        hold(room, "an answer")
        room.owner = "somebody"
        assert list(room.service.earlier(hold(room, "an answer"))) == []


def test_the_weakest_questions_and_a_chosen_one_are_begun_anew(tmp_path: Path) -> None:
    with open_room(tmp_path, examiner(grade(), grade("missing"), grade())) as room:
        interview = hold(room, "an answer", "an answer", mode=Mode.EXAM)
        text = report(room, interview)
        assert re.findall(r'data-act="practise"(?: data-arg="(\w+)")?', text) == ["", "q1", "q2"]
        assert begun(room, press(room, interview)).question_ids == ("q2",)
        chosen = begun(room, press(room, interview, "q1"))
        assert (chosen.question_ids, chosen.mode) == (("q1",), Mode.COACHING)


def test_without_a_weak_point_there_is_nothing_to_practise(tmp_path: Path) -> None:
    with open_room(tmp_path, examiner(grade())) as room:
        interview = hold(room, "an answer", "an answer")
        assert words("zh")["practise"] not in report(room, interview)
        assert press(room, interview, "q9").keys() == press(room, interview).keys() == {"notice"}
        assert len(room.service.history(owner=room.owner)) == 1


def test_nobody_begins_from_somebody_elses_interview(tmp_path: Path) -> None:
    with open_room(tmp_path, examiner(grade("missing"))) as room:
        interview = hold(room, "an answer")
        room.owner = "somebody"
        told = press(room, interview, "q1")
        assert words("en")["not_found"] in unescape(str(told["notice"]))
        assert room.service.history(owner="somebody") == ()


def test_a_question_that_left_the_bank_cannot_be_practised_and_says_so(tmp_path: Path) -> None:
    with open_room(tmp_path, examiner(grade("missing"))) as room:
        interview = hold(room, "an answer", question_ids=("q1",))
        room.service.bank = Bank((question("q2"), question("q3")), (), (), "0" * 16)
        assert words("en")["question_gone"] in unescape(str(press(room, interview)["notice"]))


def test_what_was_asked_back_is_in_the_report_and_praised(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(ASIDE, grade())) as room:  # type: ignore[arg-type]
        interview = room.settle(room.service.submit(room.begin(follow_ups=0), "how many <b>users</b>?"))
        interview = room.service.finish(room.settle(room.service.submit(interview, "an answer")))
        text = report(room, interview, "en")
    assert "<b>users" not in text
    assert "<i>users" not in text
    shown = unescape(text)
    habits = shown[shown.index(words("en")["habits"]) :].partition("</section>")[0]
    assert "how many <b>users</b>?" in habits
    assert shown.count("A million <i>users</i>.") == 1
