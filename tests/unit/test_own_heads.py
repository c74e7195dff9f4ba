"""The heads of one question: what they hear of the rubric's words and of a few labelled answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from interviewer.grading.rubric.answers import Labelled
from interviewer.grading.rubric.examiner import RUBRIC_VERSION, RubricExaminer
from interviewer.grading.rubric.heads import Array
from interviewer.grading.rubric.own_heads import MOST_ANSWERS, OwnHeads, digest_rows, learn_own, pack_own, unpack_own
from interviewer.grading.rubric.own_points import load_own_lines
from interviewer.grading.rubric.own_training import OWN_FEATURES
from interviewer.grading.rubric.points import WRONG_FEATURES
from interviewer.grading.rubric.reading import read_answer
from interviewer.models import Bilingual, Grade, GradingTask, Misconception, Question, RubricPoint, VerdictStatus

LOCK = RubricPoint(
    "lock", 50, True, Bilingual("用互斥锁只让一个请求去查数据库", "Take a lock so that one request alone asks the database"),
    misconceptions=(Misconception("no-ttl", Bilingual("缓存永不过期就没有问题", "A cache that never expires has no problem"), Bilingual("数据会过时", "Data gets stale")),),
)  # fmt: skip
RENEW = RubricPoint("renew", 50, True, Bilingual("在过期之前由后台提前续期", "Renew the entry in the background before it expires"))
QUESTION = Question(
    "stampede", 1, Bilingual("缓存", "Caching"), Bilingual("缓存击穿怎么办？", "What do you do about a cache stampede?"),
    Bilingual("加互斥锁，只让一个请求去查数据库；或者在过期之前由后台提前续期。", "Take a lock, so that one request asks the database, or renew the entry early."),
    (), 2, (LOCK, RENEW),
)  # fmt: skip


def row(answer: str, lock: str, renew: str, *, quotes: tuple[str, str] = ("", ""), kind: str = "good") -> Labelled:
    verdicts = {"lock": (VerdictStatus(lock), quotes[0]), "renew": (VerdictStatus(renew), quotes[1])}
    return Labelled(f"{answer}", "stampede", "zh", kind, answer, 0.0, verdicts, ())


# Both ideas in words that are not the rubric's.
ROWS = (
    row("拿不到令牌的线程先睡一会儿再读。另外逻辑过期配合异步刷新。", "covered", "covered"),
    row("抢到令牌的线程回源，别的线程等着。", "covered", "missing"),
    row("值里存逻辑过期时间，发现快到了就异步刷新。", "missing", "covered"),
    row("令牌机制：没有令牌的线程不回源。", "covered", "missing"),
    row("靠异步刷新，逻辑过期。", "missing", "covered"),
    row("这个问题很重要，需要综合考虑各种情况。", "missing", "missing", kind="hollow"),
)


def heard(own: OwnHeads, answer: str) -> Array:
    """Log-odds that each point is said somewhere in the answer."""
    windows = read_answer(answer, (QUESTION.prompt.zh,)).windows
    return own.heads.score([own.heads.rows(window.grams) for window in windows])[:, :2].max(axis=0)


def test_the_rubrics_own_words_are_heard_without_any_answer() -> None:
    own = learn_own(QUESTION, ())
    lock, renew = heard(own, "加一个互斥锁，一个请求查数据库就行。")
    assert lock > 0 > renew
    assert (own.points, own.support, own.made_of) == (("lock", "renew"), (2, 2), "")


def test_other_words_are_learned_from_labelled_answers_with_and_without_quotes() -> None:
    lock_words, renew_words = "没抢到令牌的线程等别人回源。", "快到逻辑过期时间就异步刷新。"
    alone, learned = learn_own(QUESTION, ()), learn_own(QUESTION, ROWS)
    quoted = learn_own(
        QUESTION,
        [
            replace(
                ROWS[0],
                verdicts={
                    "lock": (VerdictStatus.COVERED, "拿不到令牌的线程先睡一会儿再读。"),
                    "renew": (VerdictStatus.COVERED, "另外逻辑过期配合异步刷新。"),
                },
            ),
            *ROWS[1:],
        ],
    )
    for own in (learned, quoted):
        for number, words in enumerate((lock_words, renew_words)):
            said, before = heard(own, words), heard(alone, words)
            assert said[number] > 0 > said[1 - number]
            assert said[number] - said[1 - number] > before[number] - before[1 - number] + 0.5
    assert learned.support == (5, 5)


def test_a_quote_says_which_of_two_places_is_meant() -> None:
    twice = "我们先看监控面板。再由值班的人处理。"
    rows = [row(twice, "covered", "missing", quotes=("再由值班的人处理。", "")), *ROWS[1:]]
    own = learn_own(QUESTION, rows)
    assert heard(own, "由值班的人处理。")[0] > 1 > heard(own, "先看监控面板。")[0]


def test_a_point_without_a_label_tells_nothing() -> None:
    unlabelled = replace(ROWS[1], verdicts={"renew": (VerdictStatus.MISSING, "")})
    words = "抢到令牌的线程回源，别的线程等着。"
    assert heard(learn_own(QUESTION, [unlabelled] * 6), words)[0] == pytest.approx(heard(learn_own(QUESTION, ()), words)[0], abs=1.5)
    assert heard(learn_own(QUESTION, [ROWS[1]] * 6), words)[0] > 2


def test_no_more_than_some_answers_are_learned_from_and_long_ones_are_cut() -> None:
    many = [replace(ROWS[1], id=str(number)) for number in range(MOST_ANSWERS + 5)]
    assert learn_own(QUESTION, many).support == (2 + MOST_ANSWERS, 2)
    long = row("。".join(f"第{number}个线程回源" for number in range(3000)), "covered", "missing")
    assert learn_own(QUESTION, [long]).support == (3, 2)


def test_what_was_learned_is_kept_and_read_again() -> None:
    own = learn_own(QUESTION, ROWS, made_of=digest_rows(ROWS))
    again = unpack_own(pack_own(own))
    assert (again.points, again.support, again.made_of) == (own.points, own.support, own.made_of)
    assert np.allclose(heard(again, ROWS[0].answer), heard(own, ROWS[0].answer), atol=0.1)
    assert pack_own(learn_own(QUESTION, ROWS, made_of=own.made_of)) == pack_own(own)
    assert digest_rows(ROWS) == digest_rows(ROWS[::-1]) != digest_rows(ROWS[1:])


def test_the_pooled_regressions_want_what_is_measured() -> None:
    """Should this fail, train them again: python -m benchmarks.few_answers --write"""
    lines = load_own_lines().lines
    assert {name: line.features for name, line in lines.items()} == dict.fromkeys(("named", "partial", "covered"), OWN_FEATURES) | {
        "wrong": WRONG_FEATURES
    }


def test_the_examiner_judges_by_them_and_names_them_in_the_grade() -> None:
    own = learn_own(QUESTION, ROWS, made_of=digest_rows(ROWS))
    task = GradingTask(QUESTION, "zh", QUESTION.prompt.zh, "没抢到令牌的线程等别人回源，拿到令牌的去查。")
    before, after = RubricExaminer().grade(task), RubricExaminer(own=lambda _question: own).grade(task)
    assert isinstance(before, Grade)
    assert isinstance(after, Grade)
    assert (before.provenance.model, after.provenance.model) == (RUBRIC_VERSION, f"{RUBRIC_VERSION}+{own.made_of[:12]}")
    assert [verdict.status for verdict in after.verdicts][1] is VerdictStatus.MISSING
    assert after.verdicts[0].status in (VerdictStatus.COVERED, VerdictStatus.PARTIAL)
    assert after.verdicts[0].quote
    assert after.interval


def test_heads_of_other_points_are_left_alone() -> None:
    own = replace(learn_own(QUESTION, ROWS, made_of="a" * 64), points=("lock", "other"))
    grade = RubricExaminer(own=lambda _question: own).grade(GradingTask(QUESTION, "zh", QUESTION.prompt.zh, ROWS[0].answer))
    assert grade.provenance.model == RUBRIC_VERSION
