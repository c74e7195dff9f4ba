"""Whether an answer answers this question or another one: what the topics are learned over, and what of them weighs in a verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from interviewer.grading.rubric import training
from interviewer.grading.rubric.answers import OFF_ANSWERS, OFF_WEIGHT, Labelled, as_off
from interviewer.grading.rubric.heads import SharedHeads
from interviewer.grading.rubric.learning import fold_of
from interviewer.grading.rubric.points import MOST_TOPIC, Scores, point_features, score_windows
from interviewer.grading.rubric.reading import Reading, read_answer
from interviewer.grading.rubric.training import NO_SUBJECT, TOPIC_VOCABULARY, Material, fit_topics, read_example
from interviewer.models import Bilingual, Question, RubricPoint, VerdictStatus
from interviewer.questions.derive import free_question

SUBJECTS = ("队列积压了就扩容", "缓存要错开过期时间", "按照会话把流分区")


def question(number: int) -> Question:
    asked = free_question(id=f"q{number}", text="怎么做？", lang="zh", references=["略"], rubric=())
    return replace(asked, points=(RubricPoint("a", 100, essential=True, intent=Bilingual(SUBJECTS[number], SUBJECTS[number])),))


def told(number: int, index: int, kind: str = "good") -> Labelled:
    text = f"{SUBJECTS[number]}，这样最稳。" + "第" * index
    return Labelled(f"{kind}{index}", f"q{number}", "zh", kind, text, 50.0, {"a": (VerdictStatus.COVERED, text)}, ())


def materials() -> list[Material]:
    """Ten answers to each question; each has also those to the next one, as answers off the subject, and slogans about it."""
    found = []
    for number in range(len(SUBJECTS)):
        asked, other = question(number), (number + 1) % len(SUBJECTS)
        rows = [told(number, index) for index in range(10)] + [told(other, index, "slogan") for index in range(10)]
        off = [read_example(asked, as_off(asked, told(other, index))) for index in range(10)]
        found.append(Material(asked, tuple(read_example(asked, row) for row in rows), tuple(off)))
    return found


def test_what_answers_another_question_is_not_about_this_one_and_slogans_teach_no_topic() -> None:
    topics, ids = fit_topics(materials())
    assert ids == ("q0", "q1", "q2")
    for number, subject in enumerate(SUBJECTS):
        windows = read_answer(f"{subject}。", ()).windows
        said = topics.score([topics.rows(window.grams) for window in windows])[0]
        assert int(said.argmax()) == number
        assert sorted(said)[-2] < 0 < said[number]


def test_what_is_learned_from_is_pinned() -> None:
    assert (OFF_ANSWERS, OFF_WEIGHT) == (6, 0.5)
    assert (TOPIC_VOCABULARY, training._TOPIC_STRENGTH) == (12_000, 3.0)
    assert sorted(NO_SUBJECT) == ["hollow", "off", "restate", "slogan", "terms"]


def test_an_answer_off_the_subject_is_left_out_together_with_itself() -> None:
    row = told(1, 3)
    off = as_off(question(0), row)
    assert (off.question_id, off.written_for, off.score) == ("q0", "q1", 0.0)
    assert fold_of(off) == fold_of(row)


def scores(reading: Reading, topic: list[float]) -> Scores:
    count = len(reading.windows)
    idea, none = np.linspace(1.0, 0.0, count)[:, None], np.zeros(count)
    return Scores(idea, idea, idea, none, none, none, none, none, np.array(topic))


@pytest.mark.parametrize(("topic", "whole"), [([-4.0, -4.0, 9.0], -4.0), ([3.0, 3.0, -9.0], -1.0)])
def test_an_answer_is_as_much_on_the_subject_as_its_units_are_and_more_than_enough_tells_nothing(topic: list[float], whole: float) -> None:
    assert MOST_TOPIC == -1.0
    reading = read_answer("先按会话分区再异步调用模型，结果逐字推回到页面上去。", ())
    assert [len(window.units) for window in reading.windows] == [1, 1, 2]
    assert point_features(scores(reading, topic), reading)["topic"] == pytest.approx([whole])


def test_a_question_without_a_topic_has_none_measured() -> None:
    topics, ids = fit_topics(materials())
    shared, windows = SharedHeads(topics, topics, topics, topics, ids), read_answer(f"{SUBJECTS[0]}。", ()).windows
    heads = replace(topics, weights=topics.weights[:, [0, 0, 0, 0]], bias=np.zeros(4))
    assert score_windows(heads, shared, windows).topic.tolist() == [0.0] * len(windows)
    assert score_windows(heads, shared, windows, "q0").topic.min() > 0
