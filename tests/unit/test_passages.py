"""What the index holds of a question."""

from __future__ import annotations

from interviewer.models import Bilingual, Misconception, Question, RubricPoint
from interviewer.questions.derive import free_question
from interviewer.questions.passages import LONGEST, passages_of, pieces_of

QUESTION = Question(
    id="data-pipeline",
    version=2,
    topic=Bilingual("数据管道", "Data pipelines"),
    prompt=Bilingual("问", "Ask"),
    reference=Bilingual("第一段。\n\n第二段。", "First paragraph.\n\nSecond paragraph."),
    competencies=("data-streaming",),
    difficulty=2,
    points=(
        RubricPoint(
            id="collection",
            weight=100,
            essential=True,
            intent=Bilingual("采集", "Collect"),
            accepts=(Bilingual("用 Pulsar", "with Pulsar"),),
            misconceptions=(
                Misconception("forever", Bilingual("永久保存", "kept for ever"), Bilingual("有保留期", "there is a retention")),
            ),
        ),
    ),
)


def test_ids_are_stable_and_tell_version_kind_and_language():
    assert [passage.id for passage in passages_of(QUESTION)] == [
        "data-pipeline@2/reference/1/zh",
        "data-pipeline@2/reference/2/zh",
        "data-pipeline@2/point/collection/zh",
        "data-pipeline@2/misconception/forever/zh",
        "data-pipeline@2/reference/1/en",
        "data-pipeline@2/reference/2/en",
        "data-pipeline@2/point/collection/en",
        "data-pipeline@2/misconception/forever/en",
    ]


def test_a_point_holds_its_accepted_routes_and_a_misconception_its_correction():
    texts = {passage.id: passage.text for passage in passages_of(QUESTION)}
    assert texts["data-pipeline@2/point/collection/en"] == "Collect\nwith Pulsar"
    assert texts["data-pipeline@2/misconception/forever/zh"] == "永久保存\n有保留期"


def test_a_text_that_is_the_same_in_both_languages_stands_once_under_its_own_language():
    question = free_question(id="q", text="?", references=["Arrays allow random access."], rubric=(), lang="en")
    assert [(passage.id, passage.lang) for passage in passages_of(question)] == [
        ("q@1/reference/1/en", "en"),
        ("q@1/point/idea-1/en", "en"),
    ]


def test_long_paragraphs_are_cut_between_sentences():
    chinese = "".join(f"这是第{number}句话，讲的是数据管道里的一个环节。" for number in range(40))
    english = " ".join(f"This is sentence {number} about one stage of the pipeline." for number in range(40))
    for text in (chinese, english):
        pieces = pieces_of(text)
        assert len(pieces) > 1
        assert all(len(piece) <= LONGEST + 1 and piece[-1] in "。." for piece in pieces)
        assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
