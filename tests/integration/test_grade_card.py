"""What a candidate sees of a grade in the practice room."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from interviewer.interview.contesting import Refusal
from interviewer.interview.results import result_of
from interviewer.messages import explain
from interviewer.models import (
    LANGS,
    ClaimStatus,
    ExaminerName,
    Flag,
    Grade,
    Interview,
    Lang,
    Mode,
    Outcome,
    Provenance,
    Reason,
    ReplyKind,
    Ungraded,
)
from interviewer.records.asides import settle_claim
from interviewer.ui.components import build_page
from interviewer.ui.labels import words
from interviewer.ui.practice import PracticeRoom
from interviewer.ui.scene import draw_interview
from interviewer.ui.setup_form import Catalogue
from tests.databases import ON_BOTH
from tests.examples import RICH_ANSWER, ScriptedExaminer, believing, grade, question, rich_grade, ungraded
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

BOTH = (ExaminerName.RUBRIC, ExaminerName.LLM)
UNRECOGNISED = Ungraded(Reason.NOT_RECOGNISED, Provenance("rubric"))


def catalogue_of(room: Room, model: str | None = None) -> Catalogue:
    return Catalogue(room.service.bank, BOTH if model else BOTH[:1], ExaminerName.RUBRIC, model)


def card(folder: Path, outcome: Outcome, lang: Lang, *, model: str | None = None, **setup: Any) -> str:
    """The stage after an answer that was judged so."""
    with open_room(folder, ScriptedExaminer(outcome), questions=(believing(), question("q2"))) as room:
        interview = room.settle(room.service.submit(room.begin(lang=lang, follow_ups=0, **setup), RICH_ANSWER))
        return unescape(draw_interview(interview, room.service, catalogue_of(room, model), lang).stage)


@pytest.mark.parametrize("lang", LANGS)
def test_the_candidate_is_told_why_denied_words_earn_nothing(tmp_path: Path, lang: Lang) -> None:
    told = words(lang)["disavowed_note"]
    stages = [card(tmp_path / name, replace(grade(), flags=flags), lang) for name, flags in (("a", ()), ("b", (Flag.DISAVOWED,)))]
    assert [stage.count(told) for stage in stages] == [0, 1]
    hidden = card(tmp_path / "c", replace(grade(), flags=(Flag.DISAVOWED,)), lang, mode=Mode.EXAM)
    assert told not in hidden


SHOWN: dict[Lang, tuple[str, ...]] = {
    "zh": ("说错的地方", "正确的说法", "要点：intent a", "这里另有说错的", "覆盖 1 · 仅提及 1 · 未识别 1", "40（30–47）", "评分器没有认出"),
    "en": (
        "What is wrong",
        "What is right",
        "Point: intent a",
        "an error beside it",
        "Named only 1 · Not recognised 1",
        "40 (30–47)",
        "A coach can",
    ),
}


@pytest.mark.parametrize("lang", LANGS)
def test_the_card_tells_errors_doubts_bare_names_and_the_interval(tmp_path: Path, lang: Lang) -> None:
    stage = card(tmp_path, rich_grade(), lang)
    told = stage.partition('<details class="grade card"')[2].partition("</details>")[0]
    assert [words for words in SHOWN[lang] if words not in told] == []
    assert [told.count(words) for words in ("a myth", "nonsense", "that is not so", "only the name")] == [1] * 4
    assert {"zh": "缺失", "en": "Missing"}[lang] not in told
    marks = dict(re.findall(r'<mark class="(\w)" data-point="([^"]+)"[^>]*>', stage))
    assert marks.keys() == {"c", "n", "w"}
    assert set(re.findall(r'<mark class="w" data-point="([^"]+)"', stage)) == set(re.findall(r'<li data-point="(error[^"]+)"', told))


def test_what_is_not_known_is_not_shown(tmp_path: Path) -> None:
    stage = card(tmp_path, replace(grade(), interval=None), "en")
    assert not [words for words in ("What is wrong", "error beside", "experts", "Not recognised") if words in stage]


def test_a_reason_that_is_for_the_coach_alone_is_not_on_the_card(tmp_path: Path) -> None:
    covered, named, unsure = rich_grade().verdicts
    guarded = replace(rich_grade(), verdicts=(covered, replace(named, guarded=True), unsure))
    assert "only the name" not in card(tmp_path, guarded, "en")


def test_an_exam_tells_nothing_of_it_before_its_end(tmp_path: Path) -> None:
    stage = card(tmp_path, rich_grade(), "en", mode=Mode.EXAM, question_ids=("q1",))
    assert not [words for words in (*SHOWN["en"], "that is not so", "<mark") if words in stage]


def test_the_card_of_a_follow_up_has_no_interval(tmp_path: Path) -> None:
    first, probed = replace(rich_grade(), follow_up=None), replace(rich_grade(), errors=())
    with open_room(tmp_path, ScriptedExaminer(first, probed), questions=(believing(), question("q2"))) as room:
        interview = room.begin(lang="en", follow_ups=1)
        for text in (RICH_ANSWER, RICH_ANSWER):
            interview = room.settle(room.service.submit(interview, text))
        stage = unescape(draw_interview(interview, room.service, catalogue_of(room), "en").stage)
    assert stage.count("experts' scores") == 1
    assert stage.index("experts' scores") < stage.index('data-msg="2-ask"')


# ---------------------------------------------------------------- an answer of which hardly anything was recognised


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_not_recognised_is_ungraded_with_what_can_be_done(tmp_path: Path, lang: Lang) -> None:
    stage = card(tmp_path / "with", UNRECOGNISED, lang, model="m")
    assert explain(Reason.NOT_RECOGNISED, lang) in stage
    assert re.findall(r'data-act="(\w+)"', stage) == ["ask_model"]
    assert "ring" not in stage


def test_without_a_model_there_is_no_button_that_does_nothing(tmp_path: Path) -> None:
    assert "data-act" not in card(tmp_path, UNRECOGNISED, "en")


def test_other_reasons_are_tried_again_by_the_same_examiner(tmp_path: Path) -> None:
    assert 'data-act="regrade"' in card(tmp_path, ungraded(Reason.QUOTA), "en", model="m")


def act(room: Room, interview: Interview, name: str, *, arg: str = "1", model: str | None = "m") -> tuple[Interview, dict[str, Any]]:
    """Press a button of the page; the interview then, and what the page is told by the name of the part."""
    catalogue = catalogue_of(room, model)
    with gr.Blocks(analytics_enabled=False):
        page = build_page(catalogue, "en")
    practice = PracticeRoom(room.service, catalogue, "en", lambda _request: room.owner, page)
    event: Any = SimpleNamespace(_data={"act": name, "arg": arg})
    request: Any = None
    updates = practice.on_action(f"{interview.id}/1", request, event)
    told = {part.elem_id: value for part, value in updates.items() if hasattr(part, "elem_id")}
    return room.settle(interview), told


def test_the_model_grades_what_the_offline_examiner_did_not_recognise(tmp_path: Path) -> None:
    by_model = replace(grade(), provenance=Provenance("llm"))
    with open_room(tmp_path, ScriptedExaminer(by_model), examiner_name=ExaminerName.LLM, offline=ScriptedExaminer(UNRECOGNISED)) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0), "an answer"))
        assert result_of(interview, "q1").reason is Reason.NOT_RECOGNISED
        unchanged, _ = act(room, interview, "ask_model", model=None)
        assert unchanged == interview
        asked, _ = act(room, interview, "ask_model")
        assert isinstance(asked.turns[0].outcome, Grade)
        assert asked.turns[0].outcome.provenance.examiner == "llm"


def test_an_offline_examiner_that_cannot_stand_in_says_so(tmp_path: Path) -> None:
    failing = ScriptedExaminer(ungraded(Reason.QUOTA))
    with open_room(tmp_path, failing, examiner_name=ExaminerName.LLM, offline=ScriptedExaminer(UNRECOGNISED)) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0, examiner=ExaminerName.LLM), "an answer"))
        after, told = act(room, interview, "stand_in")
        assert after.turns[0].grade is None
        assert after.turns[0].reply is not None
        assert after.turns[0].reply.kind is ReplyKind.TEXT
        assert explain(Reason.NOT_RECOGNISED, "en") in unescape(str(told["notice"]))


# ---------------------------------------------------------------- contesting a point

MISSED = grade("partial", "missing", "covered")


def opened(stage: str) -> list[str]:
    """The points that can be contested."""
    return re.findall(r'data-claim="([^"]+)"', stage)


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_not_covered_can_be_contested_once_the_question_is_over(tmp_path: Path, lang: Lang) -> None:
    stage = card(tmp_path / "over", MISSED, lang)
    assert opened(stage) == ["a", "b"]
    assert re.findall(r'data-start="(\d+)" data-end="(\d+)"', stage) == [("0", str(len(RICH_ANSWER)))]
    assert {"zh": "教练来判", "en": "for a coach to judge"}[lang] in stage
    assert opened(card(tmp_path / "exam", MISSED, lang, mode=Mode.EXAM)) == []
    assert "claim-form" not in card(tmp_path / "covered", grade(), lang)


def test_while_it_is_open_nothing_can_be(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(MISSED)) as room:
        interview = room.settle(room.service.submit(room.begin(), RICH_ANSWER))
        assert opened(draw_interview(interview, room.service, catalogue_of(room), "en").stage) == []


def test_the_form_says_who_judges(tmp_path: Path) -> None:
    by_model = replace(MISSED, provenance=Provenance("llm"))
    with open_room(tmp_path, ScriptedExaminer(by_model), examiner_name=ExaminerName.LLM) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0, examiner=ExaminerName.LLM), RICH_ANSWER))
        assert "The model judges" in draw_interview(interview, room.service, catalogue_of(room, "m"), "en").stage


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("open", {"zh": "等教练来判", "en": "Kept for a coach"}),
        ("stands", {"zh": "维持原判", "en": "the verdict stands"}),
        ("granted", {"zh": "已改判", "en": "was changed"}),
    ],
)
def test_what_became_of_a_claim_stands_beside_its_point(tmp_path: Path, status: str, told: dict[Lang, str], lang: Lang) -> None:
    hostile = "<img src=x onerror=alert(1)> {{ 7*7 }} 末\u202e"
    with open_room(tmp_path, ScriptedExaminer(MISSED)) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0), hostile))
        room.service.contest(interview, 1, "b", 0, len(hostile))
        with room.store.database.writing() as connection:
            settle_claim(connection, interview.turns[0].id, "b", ClaimStatus(status))
        stage = draw_interview(room.read(interview), room.service, catalogue_of(room), lang).stage
    [line] = re.findall(r'<small class="claim">.*?</small>', stage)
    assert told[lang] in line
    assert "<q>&lt;img src=x onerror=alert(1)&gt; {{ 7*7 }} 末</q>" in line
    assert opened(stage) == ["a"]


@pytest.mark.parametrize("argument", ["", "1", "1/b", "1/b/0", "1/b/0/x", "x/b/0/2", "1/b/0/2/3", "1/b/-1/2", "1/b/0/99999999999"])
def test_an_argument_that_is_none_of_the_forms_does_nothing(tmp_path: Path, argument: str) -> None:
    with open_room(tmp_path, ScriptedExaminer(MISSED)) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0), RICH_ANSWER))
        assert act(room, interview, "contest", arg=argument)[0].turns[0].claims == ()


def test_the_page_says_why_a_claim_is_refused_and_shows_one_that_is_taken(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(MISSED)) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0), RICH_ANSWER))
        for argument, told in (("1/c/0/2", "covered already"), ("1/b/0/999", "No words"), ("1/z/0/2", "no such point")):
            unchanged, page = act(room, interview, "contest", arg=argument)
            assert told in page["notice"]
            assert unchanged == interview
        contested, page = act(room, interview, "contest", arg="1/b/0/11")
        assert [claim.point_id for claim in contested.turns[0].claims] == ["b"]
        assert "<q>right words</q>" in page["stage"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("why", list(Refusal))
def test_every_refusal_has_words(why: Refusal, lang: Lang) -> None:
    assert words(lang)[f"claim_refused_{why}"]
