"""Habits of answering that a report speaks of: good ones first, each with the words that show it. Pure.

Asking well before answering is praised here and paid nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from interviewer.insight.phrases import HABITS, counted, pick
from interviewer.insight.places import Place, false_in, find_places, find_praiseworthy
from interviewer.insight.report import Report
from interviewer.interview.results import QuestionResult, QuestionStatus
from interviewer.models import Interview, Lang, Remark, ReplyKind, TurnKind, Utterance, VerdictStatus
from interviewer.text.words import measure_length

MOST_HABITS = 4
MANY = 2
"""So often is a habit."""
SHORT, LONG = 70.0, 600.0
"""Of an answer, in units of `words.measure_length`."""
MODEST = 60.0
"""The score (0–100) from which on an answer may be as long as it likes."""
_FIRM = re.compile(
    r"一定|必然|肯定|绝对|永远|从不|总是|百分之百|100\s*%|不可能|毫无|完全不|任何情况|"
    r"\b(?:always|never|must|certainly|definitely|guarantee[sd]?|impossible|forever|absolutely|obviously)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Habit:
    """How often, and where it shows: the turn and the candidate's words, None and empty where it is everywhere."""

    n: int
    turn_seq: int | None = None
    quote: str = ""


def tell_habits(report: Report, interview: Interview, lang: Lang, seed: int) -> tuple[Remark, ...]:
    """The habits in words, at most `MOST_HABITS`. `seed`: chooses among the phrases."""
    told = (
        Remark(counted(pick(HABITS[kind], lang, seed + number), habit.n), habit.turn_seq, habit.quote)
        for number, (kind, habit) in enumerate(find_habits(report, interview))
    )
    return tuple(told)[:MOST_HABITS]


def find_habits(report: Report, interview: Interview) -> Iterator[tuple[str, Habit]]:
    """What is seen, by kind of habit."""
    graded = [result for result in report.results if result.status is QuestionStatus.GRADED]
    found = (
        ("clarifies", _clarifying(interview)),
        ("recovers", _recovery(graded, interview)),
        ("names", _names(graded, interview)),
        ("firm", _firmness(graded, interview)),
        ("hints", _hints(report)),
        *_length(graded),
    )
    yield from ((kind, habit) for kind, habit in found if habit)


def _clarifying(interview: Interview) -> Habit | None:
    """Questions back that the sheet of givens answers."""
    asked = [
        Habit(1, turn.seq, aside.text)
        for turn in interview.turns
        for aside in turn.asides
        if aside.utterance is Utterance.CLARIFY and aside.given is not None
    ]
    return asked[0] if asked else None


def _recovery(graded: Sequence[QuestionResult], interview: Interview) -> Habit | None:
    """Points that were covered only once a follow-up asked for them."""
    return _show([place for place in find_praiseworthy(interview, graded) if place.turn.kind is TurnKind.FOLLOW_UP])


def _names(graded: Sequence[QuestionResult], interview: Interview) -> Habit | None:
    named = list(find_places(interview, graded, VerdictStatus.NAMED))
    return _show(named) if len(named) >= MANY else None


def _show(places: Sequence[Place]) -> Habit | None:
    return Habit(len(places), places[0].turn.seq, places[0].quote.text) if places else None


def _firmness(graded: Sequence[QuestionResult], interview: Interview) -> Habit | None:
    """Errors that still stand, stated as if there were no doubt."""
    firm = [
        Habit(1, turn.seq, error.quote.text)
        for result in graded
        for turn in result.turns
        for error in false_in(interview, turn)
        if error in result.errors and _FIRM.search(error.quote.text)
    ]
    return firm[0] if firm else None


def _hints(report: Report) -> Habit | None:
    hints = sum(result.hints for result in report.results)
    return Habit(hints) if hints >= MANY else None


def _length(graded: Sequence[QuestionResult]) -> tuple[tuple[str, Habit | None], ...]:
    """Whether answers that did not do well are mostly of a length that does not serve them."""
    replies = [turn.reply for result in graded if (result.score or 0.0) < MODEST for turn in result.turns[:1]]
    lengths = [measure_length(reply.text) for reply in replies if reply and reply.kind is ReplyKind.TEXT]
    middle = median(lengths) if lengths else (SHORT + LONG) / 2
    seen = Habit(len(lengths))
    return ("short", seen if middle < SHORT else None), ("long", seen if middle > LONG else None)
