"""The questions of the sample documents, in every shape that texts have: found word for word, each with its span, and nothing invented."""

from __future__ import annotations

import pytest

from benchmarks.documents import BUILT, UNSEEN, Count, Labelled, count, plain, read_documents, tabulate
from benchmarks.train_finder import digest_documents
from interviewer.drafting.finding import find_questions
from interviewer.drafting.judging import load_finder


@pytest.fixture(scope="module")
def built() -> list[Labelled]:
    return read_documents(BUILT)


BUILT_WITH = ("a", "b", "c")
"""The writers whose documents were in view while the finder was built."""


@pytest.fixture(scope="module")
def unseen() -> list[Labelled]:
    return read_documents(UNSEEN)


def overall(documents: list[Labelled]) -> Count:
    return count(documents)["all 全部"]


def test_every_span_is_right_and_no_question_is_invented(built: list[Labelled], unseen: list[Labelled]) -> None:
    assert len(built) + len(unseen) >= 24
    for each in (*built, *unseen):
        for question in find_questions(each.document):
            assert question.prompt == "".join(each.document.words(span) for span in question.spans)
            parts = (*question.answer, *question.rubric, *question.options, *filter(None, (question.topic, question.context)))
            assert all(0 <= span.start < span.end <= len(each.document.text) for span in parts)


def test_the_figures_hold_where_the_finder_was_built(built: list[Labelled]) -> None:
    figures = count(each for each in built if each.name.startswith(BUILT_WITH))
    assert figures["all 全部"].precision >= 0.92
    assert figures["all 全部"].recall >= 0.93
    assert figures["marked 有问号、编号或标签"].recall >= 0.95


def test_the_figures_hold_on_documents_that_nobody_read_while_it_was_built(unseen: list[Labelled]) -> None:
    if not unseen:
        pytest.skip("no documents are held back")
    figures = overall(unseen)
    assert figures.precision >= 0.7
    assert figures.recall >= 0.69


def test_the_labels_stand_in_their_documents(built: list[Labelled]) -> None:
    missing = [
        question["text"] for each in built for question in each.questions if plain(question["text"]) not in plain(each.document.text)
    ]
    assert len(missing) <= 9, missing


def test_the_table_names_every_shape(built: list[Labelled]) -> None:
    names = {row[0] for row in tabulate(count(built)).rows}
    assert {"all 全部", "none", "transcript", "reported", "candidate-asks"} <= names


def test_what_was_learned_is_no_older_than_what_it_was_learned_from() -> None:
    assert load_finder().material == digest_documents(BUILT), "run: python -m benchmarks.train_finder"
