"""What the offline examiner has learned: the shipped file is what the command makes, and form alone changes no grade by much."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from interviewer.grading.rubric.answers import Labelled
from interviewer.grading.rubric.examiner import RubricExaminer, is_beyond_us, judge_question
from interviewer.grading.rubric.heads import DATA_FILE, load_learned, pack_heads, unpack_heads
from interviewer.grading.rubric.judging import Judged
from interviewer.grading.rubric.learning import digest_material, is_answer, load_materials
from interviewer.grading.rubric.reading import read_answer
from interviewer.grading.rubric.training import fit_heads
from interviewer.grading.scoring import answer_score
from interviewer.grading.substance import told_beside
from interviewer.models import Grade, GradingTask, Lang, Question, Ungraded, Verdict, VerdictStatus
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from interviewer.text.segment import split_sentences

MOST = 3.0
"""Marks by which the form of an answer may change its score."""
EXAMINER = RubricExaminer()


@cache
def questions() -> dict[str, Question]:
    knowledge = knowledge_folder()
    return {question.id: question for question in load_bank([knowledge / "questions"], knowledge=knowledge).questions}


@cache
def answers() -> tuple[Labelled, ...]:
    materials = load_materials(questions().values(), knowledge_folder() / "answers")
    return tuple(example.row for material in materials for example in material.examples if is_answer(example.row))


def grade(question: Question, answer: str, lang: str = "zh") -> Grade | Ungraded:
    told: Lang = "zh" if lang == "zh" else "en"
    outcome = EXAMINER.grade(GradingTask(question, told, question.prompt[told], answer))
    assert isinstance(outcome, Grade | Ungraded)
    return outcome


def score(question: Question, answer: str) -> float:
    """The score that the verdicts come to, without the words and flags of a grade."""
    reading = read_answer(answer, (question.prompt.zh, question.prompt.en), told_beside(question))
    judged = judge_question(load_learned(), question, reading)
    return answer_score(question.points, judged.verdicts, judged.errors)


@cache
def score_as_typed(number: int) -> float:
    row = answers()[number]
    return score(questions()[row.question_id], row.answer)


def test_the_shipped_file_was_learned_from_these_answers_and_this_bank() -> None:
    now = digest_material(questions().values(), knowledge_folder() / "answers")
    assert load_learned().settings["material"] == now, "the answers or the bank changed → run `make train`"


def test_the_heads_of_a_question_are_what_the_command_learns() -> None:
    material = load_materials(questions().values(), knowledge_folder() / "answers")[-1]
    fresh = unpack_heads(pack_heads(fit_heads(material.question, material.examples), "x"), "x")
    shipped = load_learned().questions[material.question.id]
    both = sorted(fresh.index.keys() & shipped.index.keys())
    # Should another processor add up in another order: an n-gram or two at the edge of what is kept, and one step of rounding.
    assert len(both) >= len(shipped.index) - 2
    known, anew = [shipped.index[gram] for gram in both], [fresh.index[gram] for gram in both]
    steps = np.abs(fresh.weights[anew] - shipped.weights[known]) / (np.abs(shipped.weights).max(axis=0) / 127)
    assert steps.max() < 1.5


def test_the_file_is_small() -> None:
    assert DATA_FILE.stat().st_size < 5_000_000


def spaced(text: str) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])", " ", text)


def unspaced(text: str) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff]) +(?=[A-Za-z0-9])|(?<=[A-Za-z0-9]) +(?=[\u4e00-\u9fff])", "", text)


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@cache
def to_traditional() -> Any:
    """Made once: its dictionaries take a tenth of a second to load."""
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(text: str) -> str:
    return str(to_traditional().convert(text))


def bulleted(text: str) -> str:
    """Each sentence on a line of its own, as a bullet, below a heading."""
    if "\n" in text:
        return text
    spans = split_sentences(text)
    return "## 回答\n\n" + "\n".join(f"- {text[span.start : span.end]}" for span in spans)


def wrapped(text: str) -> str:
    """Lines of 40 columns, as an e-mail program breaks them; a list stays as it is."""
    if "\n" in text or "`" in text:
        return text
    lines, line = [], ""
    for piece in re.findall(r"[^\s\u3000-\u9fff\uff00-\uffef]+|\s+|[\u3000-\u9fff\uff00-\uffef]", text):
        width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line + piece)
        if width > 80 and piece not in "，。；：、！？）”,.;:!?)":
            lines.append(line)
            line = piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line])


def twice(text: str) -> str:
    return f"{text}\n\n{text}"


@pytest.mark.parametrize(
    ("change", "most_changed"),
    [(spaced, 0.0), (unspaced, 0.001), (wide, 0.01), (traditional, 0.035), (bulleted, 0.03), (wrapped, 0.03), (twice, 0.0)],
)
def test_the_form_of_an_answer_changes_no_grade(change: Callable[[str], str], most_changed: float) -> None:
    """`most_changed`: share of the labelled answers whose score may move by more than three marks."""
    moved = []
    for number, row in enumerate(answers()):
        other = change(row.answer)
        if other != row.answer:
            before, after = score_as_typed(number), score(questions()[row.question_id], other)
            if abs(after - before) > MOST:
                moved.append((row.id, before, after))
    assert len(moved) <= most_changed * len(answers()), moved[:20]


@pytest.mark.parametrize("row", range(0, 2100, 300))
def test_every_quote_is_the_candidates_own_words_in_their_place(row: int) -> None:
    labelled = answers()[row]
    answer = f"## 方案\n- {labelled.answer}\n\n| a | b |\n"
    outcome = grade(questions()[labelled.question_id], answer, labelled.lang)
    assert isinstance(outcome, Grade)
    quotes = [verdict.quote for verdict in outcome.verdicts if verdict.quote] + [error.quote for error in outcome.errors]
    assert all(answer[quote.start : quote.end] == quote.text for quote in quotes)
    assert outcome.interval is not None
    assert outcome.interval.low <= outcome.score <= outcome.interval.high


def test_code_and_configuration_are_content() -> None:
    question = questions()["model-deployment"]
    answer = "```yaml\nreplicas: 3  # one per zone, so that a lost zone leaves two\nreadinessProbe: {httpGet: {path: /ready}}  # only after warm-up\n```"
    assert score(question, answer) > 0


def test_a_point_that_may_be_there_in_other_words_is_not_called_missing() -> None:
    outcomes = [grade(questions()[row.question_id], row.answer, row.lang) for row in answers()[:120]]
    unsure = [verdict for outcome in outcomes if isinstance(outcome, Grade) for verdict in outcome.verdicts if verdict.unsure]
    assert unsure
    assert all(verdict.status is VerdictStatus.MISSING and verdict.quote is None for verdict in unsure)


def test_a_long_answer_that_is_hardly_recognised_gets_no_number() -> None:
    question = questions()["gan-basics"]
    judged = Judged(
        tuple(Verdict(point.id, VerdictStatus.MISSING, unsure=number < 3) for number, point in enumerate(question.points)), (), ()
    )
    long = read_answer(
        "这一段很长的话并没有说到什么要点，" * 3 + "，".join(f"第{number}件事情我们慢慢地来讲清楚" for number in range(14)), ()
    )
    assert long.length >= 150
    assert is_beyond_us(long, judged, 14.9)
    assert not is_beyond_us(long, judged, 15.0)
    assert not is_beyond_us(read_answer("很短的一句话", ()), judged, 0.0)
    known = replace(judged, verdicts=tuple(replace(verdict, unsure=False) for verdict in judged.verdicts))
    assert not is_beyond_us(long, known, 0.0)
