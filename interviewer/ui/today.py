"""Today's training as the first page shows it: what is due, how long it takes, what comes first, and the day of the interview.

Without the training (its records cannot be read) the page is as it was before there was one.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from interviewer.errors import InterviewerError
from interviewer.models import Lang, Mode
from interviewer.records.store import InterviewSummary
from interviewer.training.schedule import local_day
from interviewer.training.service import Today, Training
from interviewer.ui.days import tell_day
from interviewer.ui.labels import words
from interviewer.ui.render import render

logger = logging.getLogger(__name__)

MINUTES = (5, 10, 20)
MOST_TOPICS = 3
RESUMED_WITHIN = timedelta(hours=24)
"""How long a drill that was left is offered again; its points are due anyway."""


@dataclass(frozen=True, slots=True)
class TodayView:
    """`minutes`: to choose from, the person's own among them. `takes`: minutes for what is chosen. `topics`: of what comes first, and
    how many of its points. `more_topics`: whether there are others. `interview`: what is told of its day, empty without one.
    """

    today: Today
    is_first: bool
    minutes: tuple[int, ...]
    takes: int
    topics: tuple[tuple[str, int], ...]
    more_topics: bool
    next_due: str
    interview: str
    resume: InterviewSummary | None = None


def read_today(training: Training | None, owner: str, minutes: int | None = None) -> Today | None:
    """What there is to do today; None where the training cannot tell, which must not keep anybody from an interview."""
    try:
        return training.today(owner, minutes) if training else None
    except InterviewerError as error:
        logger.warning("the page is shown without the training: %s", type(error).__name__)
        return None


def read_recalled(training: Training | None, owner: str) -> Mapping[str, tuple[int, int]]:
    """By the id of each drill, how many points were recalled of those that were judged; nothing where the training cannot tell."""
    try:
        return training.recalled(owner) if training else {}
    except InterviewerError:
        return {}


def draw_today(today: Today | None, rows: Sequence[InterviewSummary], lang: Lang, now: datetime) -> str:
    """The panel; empty without the training. `rows`: the person's interviews, newest first."""
    return render("today", lang, view=view_today(today, rows, lang, now)) if today else ""


def view_today(today: Today, rows: Sequence[InterviewSummary], lang: Lang, now: datetime) -> TodayView:
    """What the panel shows."""
    day = local_day(now, today.settings.zone)
    counted = Counter(card.question.topic[lang] for card in today.chosen)
    resume = _left(rows, now)
    is_first = not (today.due or today.done_today or today.next_due or resume) and not any(row.finished_at for row in rows)
    return TodayView(
        today=today,
        is_first=is_first,
        minutes=tuple(sorted({*MINUTES, today.settings.minutes, today.minutes})),
        takes=minutes_for(len(today.chosen), today.seconds_each),
        topics=tuple(counted.items())[:MOST_TOPICS],
        more_topics=len(counted) > MOST_TOPICS,
        next_due=tell_day(today.next_due, day, lang) if today.next_due else "",
        interview=_tell_interview(today, lang, now),
        resume=resume,
    )


def minutes_for(points: int, seconds_each: float) -> int:
    """Whole minutes that so many points take, at least one."""
    return max(1, ceil(points * seconds_each / 60 - 0.05))


def _tell_interview(today: Today, lang: Lang, now: datetime) -> str:
    if today.forecast is None:
        return ""
    t, day, on = words(lang), local_day(now, today.settings.zone), today.forecast.on
    chance = round(100 * today.forecast.kept)
    if on <= day:
        return t["today_interview_now"].format(chance=chance)
    return t["today_interview"].format(day=tell_day(on, day, lang), days=(on - day).days, chance=chance)


def _left(rows: Sequence[InterviewSummary], now: datetime) -> InterviewSummary | None:
    """The latest drill that was begun and not finished, if that was just now."""
    left = (row for row in rows if row.setup.mode is Mode.DRILL and row.finished_at is None)
    return next((row for row in left if now - row.created_at < RESUMED_WITHIN), None)
