"""Hollow answers that code makes: their words, their sameness, and the shared head that learns from them what tells something."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from interviewer.grading.rubric.answers import Labelled
from interviewer.grading.rubric.hollow import EACH, Source, make_hollow, make_refutations
from interviewer.grading.rubric.points import FEW_UNITS, MOST_TELLING, Scores, point_features
from interviewer.grading.rubric.reading import Reading, read_answer
from interviewer.grading.rubric.training import Material, fit_telling, read_example
from interviewer.models import Bilingual, Lang, Misconception, Question, RubricPoint, VerdictStatus
from interviewer.questions.derive import free_question

TERMS: dict[Lang, list[str]] = {
    "zh": [f"{one}{other}" for one in "甲乙丙丁戊" for other in "子丑寅卯辰"],
    "en": [f"term{chr(97 + number)}" for number in range(25)],
}
SAID: dict[Lang, tuple[str, ...]] = {
    "zh": tuple(f"我会先量第{index}段的延迟，再改它的窗口。" for index in range(9)),
    "en": tuple(f"I would measure part {index} before its window is changed." for index in range(9)),
}


def sources(lang: Lang) -> list[Source]:
    listed = ("、" if lang == "zh" else ", ").join(TERMS[lang])
    return [Source(lang, "terms", listed, ()), *(Source(lang, "good", clause, (clause,)) for clause in SAID[lang])]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_half_of_them_string_terms_together_and_half_deny_what_was_said(lang: Lang) -> None:
    made = [text for _, text in make_hollow(sources(lang))]
    denials = [text for text in made if ("窗口" if lang == "zh" else "window") in text]
    assert (len(made), len(denials)) == (2 * EACH, EACH)
    salads = [text for text in made if text not in denials]
    assert all(sum(term in text.casefold() for term in TERMS[lang]) >= 6 for text in salads)
    assert all(text.count("窗口" if lang == "zh" else "window") >= 4 for text in denials)


def test_who_said_it_is_left_out_of_a_denial() -> None:
    assert not any("我会先" in text or "I would measure" in text for lang in ("zh", "en") for _, text in make_hollow(sources(lang)))  # type: ignore[arg-type]


def test_the_same_answers_give_the_same_ones_in_whatever_order() -> None:
    given = sources("zh")
    assert list(make_hollow(given)) == list(make_hollow(given[::-1]))


def test_of_too_few_words_none_are_made() -> None:
    assert list(make_hollow([Source("zh", "terms", "队列、缓存", ()), Source("zh", "good", "先量", ("先量一遍",))])) == []


def test_a_misconception_is_denied_and_put_right_in_a_sentence_of_each_language() -> None:
    belief = Misconception("x", Bilingual("标签不会变", "Tags never move"), Bilingual("标签可以移动。", "They can be moved."))
    asked = free_question(id="q", text="怎么做？", lang="zh", references=["略"], rubric=())
    asked = replace(asked, points=(replace(asked.points[0], misconceptions=(belief, belief)),))
    made = list(make_refutations(asked))
    assert [lang for lang, _ in made] == ["zh", "en"] * 2
    assert len({text for _, text in made}) == 4
    for lang, text in made:
        myth, truth = ("标签不会变", "标签可以移动") if lang == "zh" else ("tags never move", "hey can be moved")
        assert text.casefold().index(myth) < text.casefold().index(truth), text
        assert text.rstrip().endswith("。" if lang == "zh" else "."), text


SUBJECTS = ("队列", "缓存", "分区", "批次")
TOLD = "{}变慢的时候先量一遍，看卡在哪一段再改它的窗口。"


def material(number: int, beliefs: tuple[Misconception, ...] = ()) -> Material:
    """Thirty answers to a question that tell something, and one list of terms."""
    asked = free_question(id=f"q{number}", text="怎么做？", lang="zh", references=["略"], rubric=())
    intent = Bilingual(SUBJECTS[number], SUBJECTS[number])
    asked = replace(asked, points=(RubricPoint("a", 100, essential=True, intent=intent, misconceptions=beliefs),))
    rows = [labelled(asked, f"t{index}", "good", TOLD.format(SUBJECTS[number]) + "第" * index) for index in range(30)]
    return Material(asked, tuple(read_example(asked, row) for row in (*rows, labelled(asked, "l", "terms", "、".join(TERMS["zh"])))))


def labelled(asked: Question, id: str, kind: str, answer: str) -> Labelled:
    status = VerdictStatus.COVERED if kind == "good" else VerdictStatus.MISSING
    return Labelled(id, asked.id, "zh", kind, answer, 50.0, {"a": (status, answer if kind == "good" else "")}, ())


def test_the_head_hears_what_tells_something_of_another_subject_and_what_denies_or_only_names_it() -> None:
    head = fit_telling([material(number) for number in range(len(SUBJECTS))])
    assert not set(SUBJECTS) & set(head.index)

    def telling(text: str) -> float:
        return float(head.score([head.rows(window.grams) for window in read_answer(text, ()).windows]).mean())

    assert telling(TOLD.format("镜像")) > 0
    assert telling(f"没有必要{TOLD.format('镜像')}") < telling(TOLD.format("镜像"))
    assert telling("镜像和探针不可或缺。统筹镜像与探针。依托镜像打造探针。") < 0


def test_the_head_hears_that_a_refutation_tells_something() -> None:
    myths = [Bilingual(f"{name}越长越好", f"a longer {name} is better") for name in SUBJECTS]
    truth = Bilingual("太长了反而更慢", "it is slower then")
    beliefs = [tuple(Misconception(f"m{index}", myth, truth) for index in range(24)) for myth in myths]
    said = read_answer("别相信“镜像越大越好”，太大了反而更慢。", ()).windows
    without, taught = (
        fit_telling([material(number, beliefs[number] if told else ()) for number in range(len(SUBJECTS))]) for told in (False, True)
    )
    heard = [float(head.score([head.rows(window.grams) for window in said]).mean()) for head in (without, taught)]
    assert heard[1] > heard[0] + 0.5


def scores(reading: Reading, telling: list[float]) -> Scores:
    count = len(reading.windows)
    idea, none = np.linspace(1.0, 0.0, count)[:, None], np.zeros(count)
    return Scores(idea, idea, idea, none, none, none, np.array(telling), none, none)


@pytest.mark.parametrize(
    ("answer", "telling", "whole"),
    [
        ("先按会话分区再转给消费者。异步调用模型并且按批合并。结果逐字推回到页面上去。", [-2.0, -2.0, -2.0, 9.0, 9.0], -2.0),
        ("先按会话分区再转给消费者。异步调用模型并且按批合并。结果逐字推回到页面上去。", [3.0, 3.0, 3.0, -9.0, -9.0], 1.5),
        # two clauses are no string of words, whatever the head says; a number is no clause
        ("先按会话分区再转给消费者。异步调用模型并且按批合并。100。", [-2.0, -2.0, 9.0, 9.0, 9.0], 1.5),
        ("先按会话分区再转给消费者。异步调用模型并且按批合并。", [-2.0, -2.0, 9.0], 1.5),
    ],
)
def test_an_answer_tells_as_much_as_its_clauses_do_and_more_than_enough_adds_nothing(
    answer: str, telling: list[float], whole: float
) -> None:
    assert (MOST_TELLING, FEW_UNITS) == (1.5, 2)
    reading = read_answer(answer, ())
    assert point_features(scores(reading, telling), reading)["telling"] == pytest.approx([whole])
