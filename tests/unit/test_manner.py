"""How something is put, whatever it is about: what the shared head of manner is learned over, and what of it weighs in a verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from interviewer.grading.rubric.answers import Labelled
from interviewer.grading.rubric.points import MOST_MANNER, Scores, point_features
from interviewer.grading.rubric.reading import Reading, read_answer
from interviewer.grading.rubric.training import Material, fit_manner, read_example
from interviewer.models import Bilingual, Question, RubricPoint, VerdictStatus
from interviewer.questions.derive import free_question

TOLD, PROMISED = "因为{}会变慢，所以先量一遍再改它。", "我一定会把{}做到最好，请放心。"
SUBJECTS = ("队列", "缓存", "分区", "批次")


def question(number: int) -> Question:
    asked = free_question(id=f"q{number}", text="怎么做？", lang="zh", references=["略"], rubric=())
    return replace(asked, points=(RubricPoint("a", 100, essential=True, intent=Bilingual(SUBJECTS[number], SUBJECTS[number])),))


def material(number: int) -> Material:
    """Six answers to a question that tell something, six that promise it."""
    asked, rows = question(number), []
    for index in range(6):
        told, promised = (text.format(SUBJECTS[number]) + "第" * index for text in (TOLD, PROMISED))
        rows.append(Labelled(f"t{index}", asked.id, "zh", "good", told, 50.0, {"a": (VerdictStatus.COVERED, told)}, ()))
        rows.append(Labelled(f"p{index}", asked.id, "zh", "slogan", promised, 0.0, {"a": (VerdictStatus.MISSING, "")}, ()))
    return Material(asked, tuple(read_example(asked, row) for row in rows))


def test_it_hears_how_another_subject_is_put_and_knows_no_subject() -> None:
    head = fit_manner([material(number) for number in range(len(SUBJECTS))])
    assert not set(SUBJECTS) & set(head.index)
    told, promised = (
        head.score([head.rows(window.grams) for window in read_answer(text.format("镜像"), ()).windows]).mean() for text in (TOLD, PROMISED)
    )
    assert told > 1 > -1 > promised


def scores(reading: Reading, manner: list[float]) -> Scores:
    count = len(reading.windows)
    idea = np.linspace(1.0, 0.0, count)[:, None]
    return Scores(idea, idea, idea, np.zeros(count), np.zeros(count), np.array(manner), np.zeros(count), np.zeros(count), np.zeros(count))


@pytest.mark.parametrize(("manner", "whole"), [([-2.0, -2.0, 9.0], -2.0), ([3.0, 3.0, -9.0], MOST_MANNER)])
def test_an_answer_is_put_as_its_units_are_and_more_than_enough_tells_nothing(manner: list[float], whole: float) -> None:
    reading = read_answer("先按会话分区再异步调用模型，结果逐字推回到页面上去。", ())
    assert [len(window.units) for window in reading.windows] == [1, 1, 2]
    table = point_features(scores(reading, manner), reading)
    assert table["manner_all"] == pytest.approx([whole])
    assert table["manner"] == pytest.approx([manner[0]])
