"""The form of a question: its fields are its content and nothing else, and what is wrong stands beside its field."""

from __future__ import annotations

import pytest

from interviewer.authoring.content import tidy
from interviewer.questions.checks import finding
from interviewer.ui.question_form import QuestionForm, content_of, fields_of, tell_wrong

EMPTY = tell_wrong((), (), "zh")


def test_names_with_numbers_are_rows_in_their_order_and_blank_rows_are_none() -> None:
    fields = {
        "topic.zh": "缓存", "points.1.id": "b", "points.0.id": "a", "points.0.weight": "40", "points.2.id": " ", "points.2.essential": "true",
        "points.0.follow_ups.0.zh": "为什么？", "points.0.follow_ups.1.zh": "", "points.0.deeper.0.about": "cost", "competencies.ml-ops": "on",
        "givens.0.id": "load", "givens.0.asked.zh": "多少 QPS\n流量多大", "csrf": "x", "act": "save", "__class__.x": "y",
    }  # fmt: skip
    assert content_of(fields) == {
        "topic": {"zh": "缓存"},
        "points": [{"id": "a", "weight": "40", "follow_ups": [{"zh": "为什么？"}], "deeper": []}, {"id": "b"}],
        "competencies": ["ml-ops"],
        "givens": [{"id": "load", "asked": {"zh": ["多少 QPS", "流量多大"]}}],
    }


@pytest.mark.parametrize("fields", [{"points.0": "x", "points.0.id": "a"}, {"topic": "x", "topic.zh": "y"}, {"points.9999.id": "a"}])
def test_names_that_no_form_of_ours_has_do_no_harm(fields: dict[str, str]) -> None:
    tidy(content_of(fields))


def test_a_form_shows_a_row_more_than_there_are_and_the_sum_of_the_weights() -> None:
    form = QuestionForm({"points": [{"weight": "40"}, {"weight": 60.5}], "difficulty": 2}, EMPTY)
    assert [len(form.rows("points")), len(form.rows("hints")), form.total] == [3, 1, 100.5]
    assert [form.at("points.1.weight"), form.at("points.7.weight"), form.at("difficulty")] == [60.5, "", 2]
    assert len(QuestionForm({"points": [{"weight": "40"}]}, EMPTY, may_edit=False).rows("points")) == 1
    assert QuestionForm({"points": [{"weight": "many"}]}, EMPTY).total is None


def test_what_is_wrong_stands_beside_its_field() -> None:
    found = [
        finding(("points", 0, "intent", "zh"), ("空", "empty"), ("写", "write")),
        finding(("points", 0, "intent"), ("少", "missing"), ("补", "add")),
        finding((), ("太多", "too many"), ("删", "delete")),
    ]
    wrong = tell_wrong(found, fields_of({"points": [{}]}), "en")
    assert wrong.by_field == {"points.0.intent.zh": ("empty → write", "missing → add")}
    assert (wrong.others, wrong.count) == (("too many → delete",), 3)
    whole = [finding(("reference",), ("少", "missing"), ("补", "add"))]
    places = [list(tell_wrong(whole, fields_of({}), "en", written=written).by_field) for written in (None, "zh", "en")]
    assert places == [["reference.zh"], ["reference.zh"], ["reference.en"]]
    form = QuestionForm({"points": [{}]}, wrong)
    assert [form.has_wrong("points.0"), form.has_wrong("points"), form.has_wrong("hints")] == [True, True, False]
