"""The choice on the start page as a Setup."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from interviewer.errors import ConfigError
from interviewer.models import OWNER_ONLY, Bilingual, ExaminerName, Mode, QuestionSet, Setup
from interviewer.questions.bank import Bank
from interviewer.ui.setup_form import Catalogue, NoWeakPoints, SetGone, read_setup
from tests.examples import question

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUESTIONS = (question("q1"), replace(question("q2"), competencies=("ci-cd",), difficulty=3), replace(question("q3"), difficulty=1))
CATALOGUE = Catalogue(Bank(QUESTIONS, (), (), "0"), (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None)


def setup(weakest: tuple[str, ...] = (), **choices: object) -> Setup:
    """The form as it stands at first, with these choices."""
    form = {
        "lang": "zh", "mode": "coaching", "set": "", "topics": [], "competencies": [], "difficulty": [], "count": 3, "shuffled": False,
        "follow_ups": 1, "minutes": 0, "examiner": "rubric", "stand_in": False, "weak": False, **choices,
    }  # fmt: skip
    return read_setup(CATALOGUE, list(form.values()), "me", lambda: weakest)


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
    form = ["en", "coaching", "", [], [], [], 3, False, 1, 0, "rubric", False, False]
    assert read_setup(catalogue, form, "me").question_ids == ("q1",)
    assert read_setup(catalogue, ["zh", *form[1:]], "me").question_ids == ("q1", "q2")
    assert [id for _, id in catalogue.topic_choices("en")] == ["q1"]
    assert [id for _, id in catalogue.topic_choices("zh")] == ["q1", "q2"]


SETS = {
    "me": (
        QuestionSet("s1", "coach", Bilingual("周", "Week"), Mode.EXAM, ("q3", "gone", "q1"), OWNER_ONLY, NOW),
        QuestionSet("s2", "coach", Bilingual("练", "Drill"), Mode.DRILL, ("q2",), OWNER_ONLY, NOW),
        QuestionSet("s3", "coach", Bilingual("空", "Empty"), Mode.EXAM, ("gone",), OWNER_ONLY, NOW),
    )
}


def with_sets(owner: str, set_id: object, **choices: object) -> Setup:
    catalogue = replace(CATALOGUE, sets=lambda who: SETS.get(who, ()))
    form = {
        "lang": "zh", "mode": "coaching", "set": set_id, "topics": ["q2"], "competencies": [], "difficulty": [3], "count": 1, "shuffled": True,
        "follow_ups": 2, "minutes": 5, "examiner": "rubric", "stand_in": False, "weak": True, **choices,
    }  # fmt: skip
    return read_setup(catalogue, list(form.values()), owner)


def test_a_set_is_asked_in_its_order_and_mode_whatever_else_is_chosen() -> None:
    chosen = with_sets("me", "s1")
    assert (chosen.mode, chosen.question_ids, chosen.follow_ups, chosen.minutes) == (Mode.EXAM, ("q3", "q1"), 2, 5)
    assert with_sets("me", "s2").mode is Mode.DRILL


@pytest.mark.parametrize(("owner", "set_id"), [("somebody-else", "s1"), ("me", "s3"), ("me", "nothing"), ("me", ["s1"])])
def test_a_set_of_somebody_else_or_one_that_is_gone_is_told(owner: str, set_id: object) -> None:
    with pytest.raises(SetGone):
        with_sets(owner, set_id)


def test_sets_are_offered_with_what_they_are() -> None:
    catalogue = replace(CATALOGUE, sets=lambda who: SETS.get(who, ()))
    assert catalogue.set_choices("en", "me")[1] == ("Week · exam · questions: 3", "s1")
    assert catalogue.set_choices("zh", "nobody") == [("不用题集", "")]


@pytest.mark.parametrize(
    "forged",
    [
        {"topics": "q1"}, {"topics": [1, {}]}, {"competencies": {"a": 1}}, {"difficulty": 3, "count": "x"}, {"count": float("nan")},
        {"follow_ups": "many"}, {"follow_ups": None, "minutes": {}}, {"minutes": 10**9}, {"examiner": ["rubric"]}, {"lang": 5, "mode": []},
    ],
)  # fmt: skip
def test_no_value_that_a_browser_can_send_is_more_than_refused(forged: dict[str, object]) -> None:
    chosen = setup(**forged)
    assert (chosen.examiner, chosen.minutes, chosen.lang, chosen.mode) == (ExaminerName.RUBRIC, None, "zh", Mode.COACHING)
    assert 0 <= chosen.follow_ups <= 3
