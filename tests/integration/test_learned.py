"""What the offline examiner has learned: the shipped file is what the command makes, and form alone changes no grade by much."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from interviewer.grading.rubric import learning
from interviewer.grading.rubric.answers import Labelled, read_labelled
from interviewer.grading.rubric.examiner import RubricExaminer, is_beyond_us, judge_question
from interviewer.grading.rubric.heads import DATA_FILE, load_learned, pack_heads, unpack_heads
from interviewer.grading.rubric.judging import Judged
from interviewer.grading.rubric.learning import digest_material, is_answer, load_materials
from interviewer.grading.rubric.reading import Reading, read_answer
from interviewer.grading.rubric.training import fit_heads, read_example
from interviewer.grading.scoring import answer_score
from interviewer.grading.substance import told_beside
from interviewer.models import Grade, GradingTask, Lang, Question, Quote, Ungraded, Verdict, VerdictStatus
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from interviewer.text.segment import split_sentences

MOST = 3.0
"""Marks by which the form of an answer may change its score."""
EACH = 3
"""Of how many labelled answers one is tried in every form: enough for shares of a thousandth."""
EXAMINER = RubricExaminer()


@cache
def questions() -> dict[str, Question]:
    knowledge = knowledge_folder()
    return {question.id: question for question in load_bank([knowledge / "questions"], knowledge=knowledge).questions}


@cache
def answers() -> tuple[Labelled, ...]:
    folder = knowledge_folder() / "answers"
    paths = [(question, folder / f"q{question.order or 0:02d}.jsonl") for question in questions().values()]
    return tuple(row for question, path in paths if path.is_file() for row in read_labelled(path, question.id) if is_answer(row))


def grade(question: Question, answer: str, lang: str = "zh") -> Grade | Ungraded:
    told: Lang = "zh" if lang == "zh" else "en"
    outcome = EXAMINER.grade(GradingTask(question, told, question.prompt[told], answer))
    assert isinstance(outcome, Grade | Ungraded)
    return outcome


def read(question: Question, answer: str) -> Reading:
    return read_answer(answer, (question.prompt.zh, question.prompt.en), told_beside(question))


def score(question: Question, reading: Reading) -> float:
    """The score that the verdicts come to, without the words and flags of a grade."""
    judged = judge_question(load_learned(), question, reading)
    return answer_score(question.points, judged.verdicts, judged.errors)


def test_the_shipped_file_was_learned_from_these_answers_and_this_bank() -> None:
    now = digest_material(questions().values(), knowledge_folder() / "answers")
    assert load_learned().settings["material"] == now, "the answers or the bank changed → run `make train`"


def test_the_heads_of_a_question_are_what_the_command_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    *_, last = [each for each in questions().values() if each.id in {row.question_id for row in answers()}]
    # Taking the answers to all the other questions apart would be most of the work.
    monkeypatch.setattr(learning, "read_example", lambda question, row: read_example(question, row) if question is last else None)
    material = load_materials(questions().values(), knowledge_folder() / "answers")[-1]
    assert material.question is last
    fresh = unpack_heads(pack_heads(fit_heads(material.question, material.examples), "x"), "x")
    shipped = load_learned().questions[material.question.id]
    both = sorted(fresh.index.keys() & shipped.index.keys())
    # Should another processor add up in another order: an n-gram or two at the edge of what is kept, and one step of rounding.
    assert len(both) >= len(shipped.index) - 2
    known, anew = [shipped.index[gram] for gram in both], [fresh.index[gram] for gram in both]
    steps = np.abs(fresh.weights[anew] - shipped.weights[known]) / (np.abs(shipped.weights).max(axis=0) / 127)
    assert steps.max() < 1.5


def test_each_labelled_answer_has_an_id_of_its_own() -> None:
    """Figures of answers left out go by it: two answers of one id would be told of as one."""
    twice = [id for id, times in Counter(row.id for row in answers()).items() if times > 1]
    assert twice == []


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


FORMS: dict[Callable[[str], str], float] = {
    spaced: 0.001, unspaced: 0.001, wide: 0.01, traditional: 0.035, bulleted: 0.03, wrapped: 0.03, twice: 0.0,
}  # fmt: skip
"""The share of the labelled answers whose score may move by more than `MOST`."""


@cache
def moved() -> dict[Callable[[str], str], list[tuple[str, float, float]]]:
    """By form: the answers whose score it moves, with their scores. Each answer is read and judged once as it was typed."""
    found: dict[Callable[[str], str], list[tuple[str, float, float]]] = {form: [] for form in FORMS}
    for row in answers()[::EACH]:
        question = questions()[row.question_id]
        typed = read(question, row.answer)
        before = score(question, typed)
        for form in FORMS:
            if (other := form(row.answer)) == row.answer:
                continue
            reading = read(question, other)
            # Judged only if it reads otherwise: see the next test.
            after = before if reading.windows == typed.windows else score(question, reading)
            if abs(after - before) > MOST:
                found[form].append((row.id, before, after))
    return found


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_an_answer_changes_no_grade(form: Callable[[str], str]) -> None:
    assert len(moved()[form]) <= FORMS[form] * len(answers()[::EACH]), moved()[form][:20]


@pytest.mark.parametrize("row", range(0, 2100, 50))
def test_nothing_of_an_answer_is_judged_but_its_windows(row: int) -> None:
    labelled = answers()[row]
    question = questions()[labelled.question_id]
    reading = read(question, labelled.answer)
    assert question.id in load_learned().questions
    windows: Any = SimpleNamespace(windows=reading.windows, quote=lambda _: Quote("", 0, 0))
    assert score(question, windows) == score(question, reading)


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
    assert score(question, read(question, answer)) > 0


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
