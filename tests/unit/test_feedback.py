"""Reasons and feedback that code finds: special to the answer, and silent about what the follow-up is for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.grading.feedback import explain, write_feedback
from interviewer.models import LANGS, FalseStatement, Lang, Question, Quote, Verdict, VerdictStatus
from tests.examples import believing, question

PIECES = ("把请求先放进队列里排队", "用缓存挡住重复的请求", "每个副本都做健康检查")
ENGLISH = ("requests wait in a queue", "a cache answers repeated requests", "every replica has a health check")


def found(*statuses: str, lang: Lang = "zh") -> list[Verdict]:
    pieces = PIECES if lang == "zh" else ENGLISH
    return [
        Verdict(name, VerdictStatus(status), None if status == "missing" else Quote(piece, 0, len(piece)))
        for name, status, piece in zip("abc", statuses, pieces, strict=True)
    ]


def error(words: str = "缓存永远不会过期", known: bool = True) -> FalseStatement:
    return FalseStatement(Quote(words, 0, len(words)), "", "myth" if known else None, "a")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("status", ["covered", "partial", "named", "wrong"])
def test_the_reasons_of_a_card_name_the_candidates_words_and_differ(status: str, lang: Lang) -> None:
    verdicts = found(status, status, status, lang=lang)
    reasons = [explain(verdict, question(), lang) for verdict in verdicts]
    assert len(set(reasons)) == 3
    assert all(verdict.quote and verdict.quote.text in reason for verdict, reason in zip(verdicts, reasons, strict=True))


def test_a_term_that_was_only_named_is_named_in_the_reason() -> None:
    verdict = Verdict("a", VerdictStatus.NAMED, Quote("Kafka", 0, 5))
    assert explain(verdict, question(), "zh") == "只提到“Kafka”，没有说它在这里做什么。"


def test_what_is_half_there_or_missing_without_words_has_a_plain_reason() -> None:
    assert explain(Verdict("a", VerdictStatus.MISSING), question(), "zh") == "没有讲到。"
    assert "Not recognised" in explain(Verdict("a", VerdictStatus.MISSING, unsure=True), question(), "en")


@pytest.mark.parametrize("lang", LANGS)
def test_feedback_says_what_was_good_and_half_good_in_the_candidates_words(lang: Lang) -> None:
    verdicts = found("covered", "partial", "missing", lang=lang)
    told = write_feedback(question(), verdicts, (), lang, reveal=True)
    assert all(verdict.quote.text in told for verdict in verdicts if verdict.quote)
    assert question().point("c").intent[lang] in told


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("statuses", [("covered", "partial", "missing"), ("named", "named", "missing"), ("missing",) * 3, ("covered",) * 3])
def test_while_a_follow_up_comes_nothing_is_asked_named_or_put_right(statuses: tuple[str, ...], lang: Lang) -> None:
    asker = believing()
    told = write_feedback(asker, found(*statuses, lang=lang), [error()], lang)
    assert "?" not in told
    assert "？" not in told
    assert not any(point.intent[lang] in told or probe[lang] in told for point in asker.points for probe in point.follow_ups)
    assert "truth" not in told
    assert "缓存永远不会过期" in told


def test_what_is_right_is_said_once_no_follow_up_comes() -> None:
    assert "truth（中）" in write_feedback(believing(), found("missing", "covered", "missing"), [error()], "zh", reveal=True)
    assert "缓存永远不会过期" in write_feedback(
        believing(), found("missing", "covered", "missing"), [error(known=False)], "zh", reveal=True
    )


def test_one_sentence_that_is_two_errors_is_told_once() -> None:
    told = write_feedback(question(), found("missing", "covered", "missing"), [error(), replace(error(), point_id="b")], "zh")
    assert told.count("缓存永远不会过期") == 1


def test_the_same_words_are_not_praised_and_called_half() -> None:
    both = [replace(verdict, quote=Quote(PIECES[0], 0, 11)) for verdict in found("covered", "partial", "missing")]
    assert write_feedback(question(), both, (), "zh").count(PIECES[0]) == 1


def test_who_does_not_know_is_told_where_to_begin_only_at_the_end() -> None:
    asker: Question = question()
    assert "intent a" not in write_feedback(asker, found("missing", "missing", "missing"), (), "zh", unknown=True)
    assert "intent a" in write_feedback(asker, found("missing", "missing", "missing"), (), "zh", unknown=True, reveal=True)
