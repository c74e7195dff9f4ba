"""The choice on the start page as a Setup."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.errors import ConfigError
from interviewer.models import ExaminerName, Mode, Setup
from interviewer.questions.bank import Bank
from interviewer.ui.setup_form import Catalogue, NoWeakPoints, read_setup
from tests.examples import question

QUESTIONS = (question("q1"), replace(question("q2"), competencies=("ci-cd",), difficulty=3), replace(question("q3"), difficulty=1))
CATALOGUE = Catalogue(Bank(QUESTIONS, (), (), "0"), (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None)


def setup(weakest: tuple[str, ...] = (), **choices: object) -> Setup:
    """The form as it stands at first, with these choices."""
    form = {
        "lang": "zh", "mode": "coaching", "topics": [], "competencies": [], "difficulty": [], "count": 3, "shuffled": False,
        "follow_ups": 1, "minutes": 0, "examiner": "rubric", "stand_in": False, "weak": False, **choices,
    }  # fmt: skip
    return read_setup(CATALOGUE, list(form.values()), lambda: weakest)


def test_all_questions_in_order_without_a_clock_is_the_default() -> None:
    assert setup() == Setup("zh", Mode.COACHING, ("q1", "q2", "q3"), 1, None, ExaminerName.RUBRIC)


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        ({"topics": ["q3", "q1"]}, ("q1", "q3")),
        ({"competencies": ["ci-cd"]}, ("q2",)),
        ({"difficulty": [1, 3]}, ("q2", "q3")),
        ({"count": 2}, ("q1", "q2")),
    ],
)
def test_questions_are_chosen_by_topic_competency_difficulty_and_number(choice: dict[str, object], chosen: tuple[str, ...]) -> None:
    assert setup(**choice).question_ids == chosen


def test_shuffling_keeps_every_question() -> None:
    orders = {setup(shuffled=True).question_ids for _ in range(60)}
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset(("q1", "q2", "q3"))}


def test_no_fitting_question_is_told() -> None:
    with pytest.raises(ConfigError, match="fewer conditions"):
        setup(topics=["q1"], difficulty=[3])


def test_what_a_forged_form_says_is_brought_back_into_range() -> None:
    forged = setup(follow_ups=99, examiner="llm", minutes=5)
    assert (forged.follow_ups, forged.examiner, forged.minutes) == (3, ExaminerName.RUBRIC, 5)


def test_a_drill_is_not_chosen_on_the_start_page() -> None:
    assert setup(mode="drill").mode is Mode.COACHING
    assert setup(mode="exam").mode is Mode.EXAM


def test_an_interview_is_made_of_weak_points_the_weakest_first() -> None:
    assert setup(("q3", "gone", "q1"), weak=True).question_ids == ("q3", "q1")
    assert setup(("q3", "q1"), weak=True, count=1).question_ids == ("q3",)
    assert setup(("q3", "q1"), weak=True, topics=["q1"]).question_ids == ("q1",)
    assert setup(("q3",)).question_ids == ("q1", "q2", "q3")
    with pytest.raises(NoWeakPoints):
        setup(weak=True)


def test_a_question_in_one_language_is_offered_in_that_language_alone() -> None:
    catalogue = replace(CATALOGUE, bank=Bank((question("q1"), replace(question("q2"), languages=("zh",))), (), (), "0"))
    form = ["en", "coaching", [], [], [], 3, False, 1, 0, "rubric", False, False]
    assert read_setup(catalogue, form).question_ids == ("q1",)
    assert read_setup(catalogue, ["zh", *form[1:]]).question_ids == ("q1", "q2")
    assert [id for _, id in catalogue.topic_choices("en")] == ["q1"]
    assert [id for _, id in catalogue.topic_choices("zh")] == ["q1", "q2"]
