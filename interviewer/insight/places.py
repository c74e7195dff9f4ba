"""Where in the dialogue a verdict stands: the turn and the words that it rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interviewer.insight.false_statements import errors_on
from interviewer.interview.last_word import findings_of
from interviewer.interview.results import QuestionResult
from interviewer.models import FalseStatement, Interview, Quote, Turn, Verdict, VerdictStatus


@dataclass(frozen=True, slots=True)
class Place:
    """A verdict of a question's result, with the turn that holds its `quote`."""

    result: QuestionResult
    turn: Turn
    verdict: Verdict
    quote: Quote


def find_places(interview: Interview, results: Iterable[QuestionResult], status: VerdictStatus) -> Iterator[Place]:
    """The verdicts of that status whose words stand in an answer."""
    for result in results:
        for verdict in result.verdicts:
            turn = _turn_of(interview, result, verdict)
            if verdict.status is status and turn and verdict.quote:
                yield Place(result, turn, verdict, verdict.quote)


def find_praiseworthy(interview: Interview, results: Iterable[QuestionResult]) -> Iterator[Place]:
    """The covered points of which nothing false was said, in words in which nothing is false."""
    for place in find_places(interview, results, VerdictStatus.COVERED):
        false = any(_overlap(place.quote, error.quote) for error in false_in(interview, place.turn))
        if not false and not errors_on(place.result.errors, place.verdict.point_id):
            yield place


def false_in(interview: Interview, turn: Turn) -> tuple[FalseStatement, ...]:
    """The false statements of an answer, but for those that a coach has cleared."""
    findings = findings_of(interview, turn)
    return findings.errors if findings else ()


def _turn_of(interview: Interview, result: QuestionResult, verdict: Verdict) -> Turn | None:
    """The turn in which the verdict was given, so that its quote is that answer's."""
    given = ((turn, findings) for turn in result.turns if (findings := findings_of(interview, turn)))
    return next((turn for turn, findings in given if verdict in findings.verdicts and _holds(turn, verdict.quote)), None)


def _holds(turn: Turn, quote: Quote | None) -> bool:
    return quote is not None and turn.reply is not None and turn.reply.text[quote.start : quote.end] == quote.text


def _overlap(one: Quote, other: Quote) -> bool:
    return one.start < other.end and other.start < one.end
