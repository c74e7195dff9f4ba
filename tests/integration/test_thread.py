"""The current question as a thread of messages: who says what, in which order, with which buttons, and what is kept for its end."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from interviewer.models import (
    LANGS,
    AsideReply,
    ExaminerName,
    Interview,
    Lang,
    Mode,
    Provenance,
    Question,
    Utterance,
)
from interviewer.ui.components import build_page
from interviewer.ui.labels import words
from interviewer.ui.practice import PracticeRoom
from interviewer.ui.scene import draw_interview
from interviewer.ui.setup_form import Catalogue
from tests.databases import ON_BOTH
from tests.examples import RICH_ANSWER, ScriptedExaminer, believing, both, grade, question, rich_grade
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH


def with_core(question: Question) -> Question:
    return replace(question, points=tuple(replace(point, core=both(f"core {point.id}")) for point in question.points))


QUESTIONS = (with_core(believing()), question("q2"))


def stage_of(room: Room, interview: Interview, lang: Lang = "en") -> str:
    catalogue = Catalogue(room.service.bank, (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None)
    return unescape(draw_interview(interview, room.service, catalogue, lang).stage)


def names(stage: str) -> list[str]:
    """The messages by their names, in order."""
    return re.findall(r'data-msg="([^"]+)"', stage)


def message(stage: str, name: str) -> str:
    """One message, up to the next."""
    return re.split(r'<\w+ class="[^"]*" data-msg="', stage.partition(f'data-msg="{name}"')[2])[0]


def aside(utterance: Utterance, reply: str = "the user's side") -> AsideReply:
    return AsideReply(utterance, reply, Provenance("llm", "a-model"))


def test_a_question_back_and_its_answer_stand_between_question_and_answer(tmp_path: Path) -> None:
    spoken = replace(grade(b="missing"), reply="So the latency of the user.")
    with open_room(tmp_path, ScriptedExaminer(aside(Utterance.CLARIFY), spoken)) as room:
        interview = room.settle(room.service.submit(room.begin(lang="en"), "which <b>latency?"))
        assert names(stage_of(room, interview)) == ["1-ask", "1-said-1", "1-told-1"]
        assert "data-act" not in stage_of(room, interview)
        stage = stage_of(room, room.settle(room.service.submit(interview, "an answer")))
        assert names(stage) == ["1-ask", "1-said-1", "1-told-1", "1-said-2", "1-grade", "1-reply", "2-ask"]
        assert "the user's side" in message(stage, "1-told-1")
        assert "So the latency of the user." in message(stage, "1-reply")


def act(room: Room, interview: Interview, name: str, seq: int = 1) -> dict[str, Any]:
    """Press a button of the page; what the page is told by the name of the part."""
    catalogue = Catalogue(room.service.bank, (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None)
    with gr.Blocks(analytics_enabled=False):
        page = build_page(catalogue, "en")
    practice = PracticeRoom(room.service, catalogue, "en", lambda _request: room.owner, page)
    event: Any = SimpleNamespace(_data={"act": name, "arg": "1"})
    request: Any = None
    updates = practice.on_action(f"{interview.id}/{seq}", request, event)
    return {part.elem_id: value for part, value in updates.items() if hasattr(part, "elem_id")}


@pytest.mark.parametrize("lang", LANGS)
def test_of_a_doubtful_message_two_buttons_ask(tmp_path: Path, lang: Lang) -> None:
    with open_room(tmp_path, ScriptedExaminer(aside(Utterance.UNSURE))) as room:
        interview = room.settle(room.service.submit(room.begin(lang=lang), "latency, users"))
        asked = message(stage_of(room, interview, lang), "1-told-1")
        assert re.findall(r'data-act="(\w+)" data-arg="1">([^<]+)<', asked) == [
            ("settle_answer", words(lang)["settle_answer"]),
            ("settle_question", words(lang)["settle_question"]),
        ]


@pytest.mark.parametrize(("button", "left"), [("settle_answer", []), ("settle_question", [Utterance.CLARIFY])])
def test_what_the_buttons_say_is_taken_and_leaves_the_box_alone(tmp_path: Path, button: str, left: list[Utterance]) -> None:
    after = grade() if button == "settle_answer" else aside(Utterance.CLARIFY)
    with open_room(tmp_path, ScriptedExaminer(aside(Utterance.UNSURE), after)) as room:
        interview = room.settle(room.service.submit(room.begin(lang="en"), "latency, users"))
        told = act(room, interview, button)
        assert "answer" not in told
        now = room.settle(interview)
        assert [each.utterance for each in now.turns[0].asides] == left
        assert (now.turns[0].grade is None) == bool(left)
        assert "settle_" not in stage_of(room, now)


def test_a_button_of_an_older_page_changes_nothing(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(aside(Utterance.UNSURE))) as room:
        interview = room.settle(room.service.submit(room.begin(), "latency, users"))
        act(room, interview, "settle_answer", seq=2)
        assert room.settle(interview) == interview


def test_a_hint_is_a_message_with_its_price(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        stage = stage_of(room, room.service.show_hint(room.begin(lang="en")))
        assert names(stage) == ["1-ask", "1-hint-1"]
        assert "−5 for this question" in message(stage, "1-hint-1")


def test_while_judging_a_sign_counts_the_points_and_names_none(tmp_path: Path) -> None:
    hold = threading.Event()
    with open_room(tmp_path, ScriptedExaminer(grade(), before=lambda: hold.wait(10) and None), questions=QUESTIONS) as room:
        interview = room.service.submit(room.begin(lang="en"), "an answer", meant=Utterance.ANSWER)
        stage = stage_of(room, interview)
        hold.set()
        room.settle(interview)
    assert names(stage)[-1] == "1-typing"
    assert "Checking point 1 of 3" in message(stage, "1-typing")
    assert "intent" not in stage


SECRET = ("intent b", "intent c", "core ", "truth", "that is not so", "only the name", "reference q1", "route ")


@pytest.mark.parametrize("lang", LANGS)
def test_an_open_question_shows_what_was_found_and_how_much_is_open_but_no_key(tmp_path: Path, lang: Lang) -> None:
    open_grade = replace(rich_grade(), follow_up=None)
    with open_room(tmp_path, ScriptedExaminer(open_grade), questions=QUESTIONS) as room:
        interview = room.settle(room.service.submit(room.begin(lang=lang, follow_ups=1), RICH_ANSWER))
        stage = stage_of(room, interview, lang)
        t = words(lang)
        card = message(stage, "1-grade")
        assert [text for text in SECRET if text in stage] == []
        assert "feedback" not in re.sub(r'class="\w+"', "", card)
        assert [
            text for text in ("40</b>/100", t["band_weak"], "intent a", "right words", "a term", "a myth", "nonsense") if text not in card
        ] == []
        assert t["errors_n"].format(n=2) in card


def test_the_count_of_what_is_open_is_told_without_its_text(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade(b="missing", c="missing")), questions=QUESTIONS) as room:
        interview = room.settle(room.service.submit(room.begin(lang="zh", follow_ups=1), "an answer"))
        assert "还有 2 个要点没有讲到" in message(stage_of(room, interview, "zh"), "1-grade")


def test_over_means_the_whole_rubric_and_on_demand_the_answer_beside_the_reference(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(rich_grade()), questions=QUESTIONS) as room:
        interview = room.settle(room.service.submit(room.begin(lang="en", follow_ups=0), RICH_ANSWER))
        review = message(stage_of(room, interview), "1-review")
        assert [text for text in ("intent a", "intent b", "intent c", "core b", "core c") if text not in review] == []
        assert "core a" not in review  # what is covered wants nothing
        assert "reference q1" not in review
        shown = message(stage_of(room, room.service.reveal(interview)), "1-review-open")
        assert [text for text in ("reference q1", RICH_ANSWER, "core b", '<details class="panel whole" open>') if text not in shown] == []


def test_a_follow_ups_card_tells_what_it_gained_and_how_its_point_stands(tmp_path: Path) -> None:
    first, second = grade(b="missing", c="missing"), grade(a="missing", b="partial", c="missing")
    with open_room(tmp_path, ScriptedExaminer(first, second), questions=QUESTIONS) as room:
        interview = room.begin(lang="en", follow_ups=2)
        for text in ("an answer", "some more"):
            interview = room.settle(room.service.submit(interview, text))
        assert interview.turns[1].aimed_point == "b"
        card = message(stage_of(room, interview), "2-grade")
        assert re.search(r'class="gain">\+\d+<', card)
        assert 'data-point="b"' in card
        assert "What the follow-up asked for" in card
        assert 'data-point="a"' not in card
        assert 'data-point="c"' not in card


def test_an_exam_speaks_but_shows_no_card(tmp_path: Path) -> None:
    spoken = replace(grade(b="missing"), reply="Thank you, noted.")
    with open_room(tmp_path, ScriptedExaminer(spoken)) as room:
        interview = room.settle(room.service.submit(room.begin(lang="en", mode=Mode.EXAM, follow_ups=1), "an answer"))
        stage = stage_of(room, interview)
        assert names(stage) == ["1-ask", "1-said-1", "1-received", "1-reply", "2-ask"]
        assert "Thank you, noted." in stage
