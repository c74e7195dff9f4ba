"""The verdict of an interview in words, by rules: the level shown for what was asked, and strengths with the words that show them. Pure.

Habits are in `habits`, what to do next in `next_steps`. The words vary from interview to interview, and are the same each time one is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviewer.grading.scoring import band
from interviewer.insight.habits import tell_habits
from interviewer.insight.next_steps import LONGEST_INTENT, shorten
from interviewer.insight.phrases import (
    APART,
    BANDS,
    LEVEL,
    LEVEL_OF_ONE,
    NO_STRENGTH,
    ONE_SO_FAR,
    STRENGTH,
    STRENGTH_DERIVED,
    TOO_FEW,
    counted,
    join,
    pick,
    say,
)
from interviewer.insight.places import Place, find_praiseworthy
from interviewer.insight.report import Report
from interviewer.interview.results import QuestionResult, QuestionStatus
from interviewer.models import Interview, Lang, Remark, VerdictStatus

MOST_STRENGTHS = 3
FAR = 15
"""Marks between the best and the worst question from which on both are named."""


@dataclass(frozen=True, slots=True)
class VerdictInWords:
    """`level`: what was shown for what was asked. `strengths`: each with the words that show it. `habits`: good ones first."""

    level: str
    strengths: tuple[Remark, ...]
    habits: tuple[Remark, ...]


def tell_verdict(report: Report, interview: Interview, lang: Lang) -> VerdictInWords:
    """The verdict in words, in the language of whoever reads it; quotes stay as they were typed."""
    seed = sum(interview.id.encode())
    return VerdictInWords(
        level=_tell_level(report, lang, seed),
        strengths=tuple(_tell_strengths(report, interview, lang, seed)),
        habits=tell_habits(report, interview, lang, seed),
    )


def _tell_level(report: Report, lang: Lang, seed: int) -> str:
    graded = [result for result in report.results if result.status is QuestionStatus.GRADED]
    if report.total is None or report.band is None:
        told = counted(say(TOO_FEW, lang), len(graded), lacking=report.lacking)
        return join(lang, told, *(_tell_one(result, lang) for result in graded))
    covered, of = _essentials(report.results)
    level = say(LEVEL if report.scored > 1 else LEVEL_OF_ONE, lang)
    told = level.format(n=report.scored, what=say(BANDS[report.band], lang), covered=covered, of=of)
    return join(lang, told, _tell_apart(graded, lang, seed))


def _tell_one(result: QuestionResult, lang: Lang) -> str:
    return say(ONE_SO_FAR, lang).format(topic=result.question.topic[lang], what=say(BANDS[band(result.score or 0.0)], lang))


def _essentials(results: Sequence[QuestionResult]) -> tuple[int, int]:
    """How many essential points are covered, of how many; what was skipped is among them, as it is in the score."""
    found = [verdict.status for result in results for verdict in result.verdicts if result.question.point(verdict.point_id).essential]
    return found.count(VerdictStatus.COVERED), len(found)


def _tell_apart(graded: Sequence[QuestionResult], lang: Lang, seed: int) -> str:
    ordered = sorted(graded, key=lambda result: result.score or 0.0)
    worst, best = ordered[0], ordered[-1]
    low, high = (int((result.score or 0.0) + 0.5) for result in (worst, best))
    if high - low < FAR:
        return ""
    return pick(APART, lang, seed).format(best=best.question.topic[lang], worst=worst.question.topic[lang], high=high, low=low)


def _tell_strengths(report: Report, interview: Interview, lang: Lang, seed: int) -> Iterator[Remark]:
    chosen = _spread(sorted(find_praiseworthy(interview, report.results), key=_rank))
    for number, place in enumerate(chosen):
        question = place.result.question
        words = say(STRENGTH_DERIVED, lang) if question.derived else pick(STRENGTH, lang, seed + number)
        intent = shorten(question.point(place.verdict.point_id).intent[lang], LONGEST_INTENT)
        yield Remark(words.format(intent=intent, topic=question.topic[lang]), place.turn.seq, place.quote.text)
    if not chosen and report.count(QuestionStatus.GRADED):
        yield Remark(say(NO_STRENGTH, lang))


def _rank(place: Place) -> tuple[bool, float]:
    point = place.result.question.point(place.verdict.point_id)
    return not point.essential, -point.weight


def _spread(ordered: Sequence[Place]) -> list[Place]:
    """The best of each question before the second best of any."""
    first: dict[str, Place] = {}
    for place in ordered:
        first.setdefault(place.result.question.id, place)
    chosen = list(first.values())
    return (chosen + [place for place in ordered if place not in chosen])[:MOST_STRENGTHS]
