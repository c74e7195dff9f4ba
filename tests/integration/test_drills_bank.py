"""The drills of the real bank: what is asked gives nothing away, what is read afterwards holds the point, and one point is judged alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from interviewer.grading.leaks import Guard, Kind
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.grading.rubric.model_sentences import find_sentences
from interviewer.models import LANGS, Bilingual, CardKey, Grade, GradingTask, Lang, Question, RubricPoint, VerdictStatus
from interviewer.questions.bank import Bank, load_bank
from interviewer.training.cards import Card
from interviewer.training.drills import ask_alone, drill_questions, wordings
from tests.conftest import ROOT

EXAMINER = RubricExaminer()
EARNS = (VerdictStatus.COVERED, VerdictStatus.PARTIAL)
PLAIN = "GPU CPU API LLM A/B Python ID"
"""Words of the trade that tell no point by themselves."""
BATCHING = "把同时到来的请求攒成一批一起送进显卡，最多等几毫秒，批里有人算完就退出、新的随时加入，用一点等待换吞吐。"
CACHING = "完全相同的请求直接返回存好的结果，键里带上模型版本和采样参数，并设过期时间。"
FOREVER = "所有结果都永久缓存，不需要过期，也不用区分模型版本。"
BELIEF = "批越大，每个请求的延迟也越低，没有任何代价，所以批大小应该开到最大。"


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank([ROOT / "knowledge" / "questions"], knowledge=ROOT / "knowledge")


def points(bank: Bank) -> Iterator[tuple[Question, RubricPoint]]:
    return ((question, point) for question in bank.questions for point in question.points)


def judge(drill: Question, lang: Lang, answer: str) -> Grade:
    outcome = EXAMINER.grade(GradingTask(drill, lang, drill.prompt[lang], answer, want_follow_up=False))
    assert isinstance(outcome, Grade)
    return outcome


def alone(bank: Bank, question_id: str, point_id: str) -> Question:
    question = bank.find(question_id)
    return ask_alone(question, [point_id], question.point(point_id).drills[0])


def test_every_point_has_two_or_three_drills_and_more_ways_to_ask(bank: Bank) -> None:
    for question, point in points(bank):
        assert 2 <= len(point.drills) <= 3, (question.id, point.id)
        assert len(set(wordings(question, point))) == len(wordings(question, point)) >= 3, (question.id, point.id)


def test_no_way_to_ask_earns_anything_when_it_is_typed_back(bank: Bank) -> None:
    earned = []
    for question, point in points(bank):
        for ask in wordings(question, point):
            drill = ask_alone(question, [point.id], ask)
            for lang in LANGS:
                # As it stands, and as a statement, which code cannot tell from an answer by its mark.
                told = (ask[lang], ask[lang].replace("？", "。").replace("?", "."))
                earned += [(drill.id, text) for text in told if judge(drill, lang, text).score]
    assert not earned


def test_nor_does_another_drill_of_the_point_but_for_a_short_one_made_into_a_statement(bank: Bank) -> None:
    earned, tried = [], 0
    for question, point in points(bank):
        drill = ask_alone(question, [point.id], point.drills[0])
        for lang in LANGS:
            others = " ".join(other[lang] for other in point.drills[1:])
            assert judge(drill, lang, others).score == 0, (drill.id, lang)
            earned += [(drill.id, lang)] if judge(drill, lang, others.replace("？", "。").replace("?", ".")).score else []
            tried += 1
    assert len(earned) <= 0.05 * tried


def test_no_drill_tells_of_the_key(bank: Bank) -> None:
    for question, point in points(bank):
        drill = ask_alone(question, [point.id], question.prompt)
        for lang in LANGS:
            guard = Guard(GradingTask(drill, lang, question.prompt[lang], ""), lang)
            for ask in point.drills:
                assert guard.find_fault(ask[lang], Kind.FOLLOW_UP, told=(PLAIN,)) is None, (drill.id, ask[lang])


def test_what_is_read_afterwards_holds_the_point(bank: Bank) -> None:
    found: Counter[tuple[Lang, VerdictStatus]] = Counter()
    for question, point in points(bank):
        drill = ask_alone(question, [point.id], point.drills[1])
        for lang in LANGS:
            assert drill.reference[lang], (drill.id, lang)
            found[lang, judge(drill, lang, drill.reference[lang]).verdicts[0].status] += 1
    print({f"{lang} {status}": count for (lang, status), count in sorted(found.items())})
    for lang in LANGS:
        assert sum(found[lang, status] for status in EARNS) >= 0.95 * sum(found[lang, status] for status in VerdictStatus)


def test_it_is_a_sentence_of_the_reference_and_always_the_same(bank: Bank) -> None:
    for question, point in points(bank):
        drill = ask_alone(question, [point.id], point.drills[0])
        for lang in LANGS:
            assert all(len(stretch) <= 2 for stretch in find_sentences(question, lang).values())
            words = "".join(drill.reference[lang].split())
            assert words in "".join(question.reference[lang].split()), drill.id
            assert len(words) < 0.5 * len("".join(question.reference[lang].split())), drill.id
    find_sentences.cache_clear()
    question = bank.questions[0]
    first = find_sentences(question, "zh")
    find_sentences.cache_clear()
    assert find_sentences(question, "zh") == first


def test_what_is_read_after_several_points_comes_in_the_order_of_the_reference_and_once(bank: Bank) -> None:
    question = bank.find("model-versioning")
    drill = ask_alone(question, ["environment", "data-versioning", "lineage"], question.prompt)
    assert drill.id == "model-versioning:data-versioning-and-2"
    for lang in LANGS:
        places = [question.reference[lang].index(part[:12]) for part in drill.reference[lang].split("\n")]
        assert places == sorted(places)
        assert len(drill.reference[lang]) < len(question.reference[lang])


def test_a_point_is_judged_alone_and_by_the_scale_of_all(bank: Bank) -> None:
    drill = alone(bank, "inference-api", "batching")
    grade = judge(drill, "zh", BATCHING)
    assert [(verdict.point_id, verdict.status) for verdict in grade.verdicts] == [("batching", VerdictStatus.COVERED)]
    assert grade.score == 100
    assert grade.interval is None
    assert grade.follow_up is None
    assert 0 < judge(drill, "zh", "把多个请求攒成一批一起算。").score < 60


def test_what_covers_a_neighbour_only_earns_nothing(bank: Bank) -> None:
    assert judge(alone(bank, "inference-api", "result-cache"), "zh", CACHING).score == 100
    assert judge(alone(bank, "inference-api", "batching"), "zh", CACHING).score == 0
    assert judge(alone(bank, "inference-api", "result-cache"), "zh", BATCHING).score == 0


def test_the_verdict_on_a_point_is_that_of_the_whole_question(bank: Bank) -> None:
    question = bank.find("inference-api")
    whole = EXAMINER.grade(GradingTask(question, "zh", "", BATCHING + CACHING))
    assert isinstance(whole, Grade)
    for verdict in whole.verdicts:
        drill = ask_alone(question, [verdict.point_id], question.prompt)
        outcome = EXAMINER.grade(GradingTask(drill, "zh", "", BATCHING + CACHING))
        assert isinstance(outcome, Grade)
        assert outcome.verdicts[0].status is verdict.status, verdict.point_id


def test_what_is_false_about_another_point_stays_listed_once_and_costs(bank: Bank) -> None:
    drill = alone(bank, "inference-api", "batching")
    grade = judge(drill, "zh", BATCHING + FOREVER)
    assert grade.verdicts[0].status is VerdictStatus.COVERED
    assert [(error.point_id, error.quote.text) for error in grade.errors] == [(None, FOREVER)]
    assert 60 < grade.score < 100


def test_what_is_said_of_the_point_is_no_error_about_its_neighbours(bank: Bank) -> None:
    question = bank.find("inference-api")
    whole = EXAMINER.grade(GradingTask(question, "zh", "", CACHING + BELIEF))
    assert isinstance(whole, Grade)
    assert len(whole.errors) > 2
    grade = judge(alone(bank, "inference-api", "batching"), "zh", BELIEF)
    assert [error.point_id for error in grade.errors] == ["batching"]


def test_what_is_false_about_the_point_is_put_right(bank: Bank) -> None:
    grade = judge(alone(bank, "inference-api", "batching"), "zh", BELIEF)
    assert grade.score == 0
    assert grade.errors[0].point_id == "batching"
    assert grade.errors[0].misconception == "bigger-batch-lower-latency"


@pytest.mark.parametrize("answer", ["不会", "", "？？？", "。" * 50, "这一点很重要，需要根据实际情况来分析。"])
def test_what_says_nothing_earns_nothing(bank: Bank, answer: str) -> None:
    assert judge(alone(bank, "inference-api", "batching"), "zh", answer).score == 0


def test_a_question_without_heads_is_drilled_by_its_reference(bank: Bank) -> None:
    learned = bank.find("inference-api")
    question = replace(learned, id="custom", prompt=Bilingual("怎样设计推理接口？", "How would you design it?"))
    drill = ask_alone(question, ["result-cache"], question.prompt)
    assert "缓存" in drill.reference.zh
    assert judge(drill, "zh", drill.reference.zh).score > 0
    assert judge(drill, "zh", "今天天气很好，适合出门散步。").score == 0


def test_no_two_points_of_a_drill_that_one_sentence_says_are_asked_one_after_the_other(bank: Bank) -> None:
    """The sentence of the reference that is read after a point never tells one that is still to be asked."""
    shared = 0
    for question in bank.questions:
        for pair in combinations(question.points, 2):
            cards = [Card(CardKey(question.id, point.id), question, point) for point in pair]
            stretches = [{lang: set(find_sentences(question, lang)[point.id]) for lang in LANGS} for point in pair]
            tells = any(stretches[0][lang] & stretches[1][lang] for lang in LANGS)
            asked = [[point.id for point in made.points] for made in drill_questions(cards)]
            assert asked == ([[point.id for point in pair]] if tells else [[point.id] for point in pair])
            shared += tells
    assert shared
