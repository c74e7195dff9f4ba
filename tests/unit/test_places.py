"""Whose the lines of a question are after an edit."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.drafting.document import Span
from interviewer.drafting.draft import DraftText, Line, Origin, PointDraft, QuestionDraft
from interviewer.drafting.files import content_of, places_of
from interviewer.models import Source
from interviewer.questions.places import carry_places, lines_at

BEFORE: dict[str, Any] = {
    "prompt": {"zh": "什么是锁？", "en": "What is a lock?"},
    "reference": {"zh": "甲。\n乙。\n丙。"},
    "points": [{"id": "one", "intent": {"zh": "甲"}, "drills": [{"zh": "问一"}, {"zh": "问二"}]}],
    "givens": [{"id": "scale", "asked": {"zh": ["多大？", "多快？"]}, "says": {"zh": "很大。"}}],
    "source": {
        "places": {
            "prompt.zh": ["0-5"], "prompt.en": ["~0-5"], "reference.zh": ["6-8", "9-11", "added"], "points.one.intent.zh": ["6-7"],
            "points.one.drills.2.zh": ["added"], "givens.scale.asked.zh": ["added", "added"],
        }
    },
}  # fmt: skip


def test_what_was_not_touched_keeps_its_places():
    assert carry_places(BEFORE, BEFORE) == BEFORE["source"]["places"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("甲。\n丙。", ["6-8", "added"]), ("丙。\n甲。\n乙。", ["added", "6-8", "9-11"]), ("甲。\n新的。\n乙。\n丙。", ["6-8", "author", "9-11", "added"]),
        ("  甲。\n乙！", ["6-8", "author"]), ("甲。\n甲。", ["6-8", "author"]), ("全新的。", None), ("", None),
    ],
)  # fmt: skip
def test_a_line_that_was_changed_is_its_authors(text: str, places: list[str] | None):
    assert carry_places(BEFORE, {**BEFORE, "reference": {"zh": text}}).get("reference.zh") == places


def test_what_is_gone_is_not_listed():
    assert carry_places(BEFORE, {"prompt": {"zh": "什么是锁？"}}) == {"prompt.zh": ["0-5"]}
    assert carry_places({"source": {"places": "x"}}, BEFORE) == carry_places({}, BEFORE) == carry_places({"source": 5}, {}) == {}


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("points.one.drills.2.zh", ["问二"]), ("points.1.intent.zh", ["甲"]), ("givens.scale.asked.zh", ["多大？", "多快？"]), ("points.none.intent.zh", []),
        ("points.one.drills.0.zh", []), ("points.one.drills.9.zh", []), ("prompt.de", []), ("prompt", []), ("", []), ("prompt.zh.x.zh", []),
    ],
)  # fmt: skip
def test_a_path_leads_to_the_lines_of_a_text(path: str, lines: list[str]):
    assert lines_at(BEFORE, path) == lines


def test_a_draft_has_a_place_for_each_line_of_its_file():
    passage = Line("def f():\n\n    return 1", Origin.QUOTED, (Span(10, 32),))
    two = Line("a\nb", Origin.RESTATED, (Span(1, 2), Span(4, 5)))
    question = QuestionDraft(
        "q", "zh", DraftText(zh=(passage, Line("问", Origin.QUOTED, (Span(40, 41),)))), reference=DraftText(zh=(two, Line("c\nd", Origin.ADDED))),
        points=(PointDraft("p", 100, True, DraftText(zh=(Line("甲", Origin.AUTHOR),))),),
    )  # fmt: skip
    places = places_of(question)
    assert places == {"prompt.zh": ["10-18", "19-19", "20-32", "40-41"], "reference.zh": ["~1-2+4-5", "~1-2+4-5", "added", "added"]}
    content = content_of(question, Source(), "")
    assert all(len(lines_at(content, path)) == len(told) for path, told in places.items())
    assert carry_places(content, content) == places
