"""What the interviewer says to the ten questions: it finds the givens that are asked for, and nothing of the key is in any reply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from interviewer.dialogue.givens import find_givens
from interviewer.dialogue.replies import reply_to_answer, reply_to_aside
from interviewer.dialogue.wordings import BUTTONS, load_wordings
from interviewer.grading.leaks import Fault, Guard, Kind
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.models import LANGS, Given, Grade, GradingTask, Lang, Question, Utterance
from interviewer.questions.bank import load_bank
from tests.conftest import ROOT, SHARED

KNOWLEDGE = ROOT / "knowledge"
MESSAGES = SHARED / "data" / "utterances.jsonl"
LEAST_FOUND = 0.85
CLARIFY = [
    (7, "模型有多大？半精度塞不塞得进单台机器", "model"),
    (10, "Which traffic should I plan for? With 500 users a day the experiment half looks nothing like it does with millions", "scale"),
    (3, "“高效”拿什么衡量，吞吐、时效还是花的钱？", "terms"),
    (3, "想请教一下原始数据主要是哪来的？手机埋点、业务数据库、还是第三方买的？", "data"),
    (8, "面向国内还是海外用户？哪些算敏感，得依哪边的法规来定吧", "security"),
    (6, "By consistency do you mean it the way database people do?", "terms"),
    (2, "大概要扛多少 QPS？", "scale"),
    (5, "预算有没有上限", "team"),
]


@cache
def questions() -> tuple[Question, ...]:
    return load_bank([KNOWLEDGE / "questions"], knowledge=KNOWLEDGE).questions


def numbered(order: int) -> Question:
    return next(question for question in questions() if question.order == order)


def left_out(question: Question, given: Given, phrase: str) -> Question:
    """The question without one way to ask for a given."""
    rest = replace(
        given,
        asked_zh=tuple(each for each in given.asked_zh if each != phrase),
        asked_en=tuple(each for each in given.asked_en if each != phrase),
    )
    return replace(question, givens=tuple(rest if each is given else each for each in question.givens))


def test_a_given_is_found_by_ways_to_ask_that_its_sheet_does_not_hold() -> None:
    asked = [
        (question, given, phrase) for question in questions() for given in question.givens for phrase in (*given.asked_zh, *given.asked_en)
    ]
    found = sum(
        given.id in [match.given.id for match in find_givens(phrase, left_out(question, given, phrase))]
        for question, given, phrase in asked
    )
    print(f"{found} of {len(asked)} ways to ask are recognised without being in the sheet: {found / len(asked):.3f}")
    assert found / len(asked) >= LEAST_FOUND


def test_every_way_to_ask_that_a_sheet_holds_is_recognised() -> None:
    missed = [
        (question.id, given.id, phrase)
        for question in questions()
        for given in question.givens
        for phrase in (*given.asked_zh, *given.asked_en)
        if given.id not in [match.given.id for match in find_givens(phrase, question)]
    ]
    assert not missed


@pytest.mark.parametrize(("order", "text", "given"), CLARIFY)
def test_questions_as_people_ask_them_find_their_given(order: int, text: str, given: str) -> None:
    assert given in [match.given.id for match in find_givens(text, numbered(order))]


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (1, "“很糟”是画面糊了，还是内容不合适？"),
        (9, "topic原先开了几个分区？"),
        (3, "Exactly meaning bit for bit, or would the same set of rows do?"),
    ],
)
def test_what_no_line_answers_finds_none(order: int, text: str) -> None:
    assert not find_givens(text, numbered(order), follow_up=True)


def test_the_line_on_the_questions_own_words_explains_no_follow_up() -> None:
    assert "terms" in [match.given.id for match in find_givens("“快照”是什么意思？", numbered(4))]
    assert not find_givens("“快照”是什么意思？", numbered(4), follow_up=True)


def everything_said(question: Question, lang: Lang) -> Iterator[str]:
    """Every reply of ours without the candidate's own words, and each line of the sheet."""
    names = {name.removesuffix("_button"): label[lang] for name, label in BUTTONS.items()} | {
        "cost": "5",
        "words": "",
        "ask": "",
        "model": "",
    }
    for table in load_wordings().values():
        yield from (line.format(**names) for line in table[lang])
    yield from (given.says[lang] for given in question.givens)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("order", range(1, 11))
def test_no_reply_tells_anything_of_the_key(order: int, lang: Lang) -> None:
    question = numbered(order)
    guard = Guard(GradingTask(question, lang, question.prompt[lang], ""), lang)
    faults = {text: fault for text in everything_said(question, lang) if (fault := guard.find_fault(text, Kind.REPLY))}
    assert set(faults.values()) <= {Fault.MARKS}
    assert all(BUTTONS["hint_button"][lang] in text and "5" in text for text in faults), faults  # the price of a hint, and nothing else


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("order", range(1, 11))
def test_who_is_stuck_is_given_a_smaller_question_that_tells_nothing(order: int, lang: Lang) -> None:
    question = numbered(order)
    task = GradingTask(question, lang, question.prompt[lang], "给点提示" if lang == "zh" else "a hint please")
    heaviest = max((point for point in question.points if point.essential), key=lambda point: point.weight)
    spoken = reply_to_aside(task, Utterance.STUCK).text
    put = [ask[lang] for ask in heaviest.follow_ups if ask[lang] in spoken]
    assert len(put) == 1
    assert Guard(task, lang).passes(put[0], Kind.FOLLOW_UP)


def test_labelled_messages_are_replied_to_without_a_leak_and_no_error_is_said_back() -> None:
    if not MESSAGES.exists():
        pytest.skip("the labelled messages are not here")
    examiner = RubricExaminer()
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        question, lang, aimed = numbered(row["question"]), row["lang"], row["asked"] != "question"
        task = GradingTask(question, lang, row["asked"] if aimed else question.prompt[lang], row["text"])
        if row["kind"] not in ("answer", "mixed"):
            assert reply_to_aside(task, Utterance(row["kind"])).text
            continue
        grade = examiner.grade(task)
        assert isinstance(grade, Grade)
        reply = reply_to_answer(task, replace(grade, utterance=Utterance(row["kind"])))
        assert reply
        assert Guard(task, "zh").find_fault(reply, Kind.REPLY) in (None, Fault.LANGUAGE)
        wrong = [error.quote.text for error in grade.errors]
        assert not any(piece and any(piece in text for text in wrong) for piece in _echoed(reply))


def _echoed(reply: str) -> list[str]:
    return [part.split("”")[0] for part in reply.split("“")[1:]]
