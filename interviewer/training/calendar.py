"""The plan as a calendar (iCalendar, RFC 5545): a day-long event for each day on which points come back, and the interview's day.

It says how many points of which topics come, nothing that was answered and nothing of the key. The only door to `icalendar`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import icalendar

from interviewer import __version__
from interviewer.models import Lang, TrainingSettings
from interviewer.training.cards import Card
from interviewer.training.plain import plain_text
from interviewer.training.schedule import due_day, local_day

LONGEST_PLAN = 60
"""Days from today, today among them."""
_NAMES = UUID("3f0b7d3c-6f0e-4f0a-9d53-1f5b1a3a6c14")
"""Under which the events' ids are made; never change it, or an import would not replace the earlier events."""


def write_ics(
    owner: str, cards: Iterable[Card], settings: TrainingSettings, seconds_each: float, now: datetime, words: Mapping[str, str], lang: Lang
) -> bytes:
    """The file. Days are those of the person's zone; what is overdue comes today. `words`: `ics_…` of the language.

    An event's id rests on its owner and day alone, so that a later file replaces it.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//interviewer//training {__version__}//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain_text(words["ics_name"]))
    calendar.add("x-wr-timezone", settings.zone)
    today = local_day(now, settings.zone)
    for day, due in sorted(days_due(cards, settings, today).items()):
        minutes = max(1, math.ceil(len(due) * seconds_each / 60))
        summary = words["ics_training"].format(n=len(due), minutes=minutes)
        topics = Counter(card.question.topic[lang] for card in due)
        calendar.add_component(_event(owner, "training", day, summary, [f"{topic}: {n}" for topic, n in topics.items()], now))
    if settings.interview_on and settings.interview_on >= today:
        calendar.add_component(_event(owner, "interview", settings.interview_on, words["ics_interview"], [], now))
    return bytes(calendar.to_ical())


def days_due(cards: Iterable[Card], settings: TrainingSettings, today: date) -> dict[date, list[Card]]:
    """The active cards by the day in the person's zone on which they come back, from today to the interview, at most `LONGEST_PLAN` days."""
    last = today + timedelta(days=LONGEST_PLAN - 1)
    if settings.interview_on and settings.interview_on >= today:
        last = min(last, settings.interview_on)
    days: dict[date, list[Card]] = defaultdict(list)
    for card in cards:
        if card.state and card.is_active and (day := max(today, due_day(card.state, settings.zone))) <= last:
            days[day].append(card)
    return dict(days)


def _event(owner: str, kind: str, day: date, summary: str, lines: Iterable[str], now: datetime) -> icalendar.Event:
    event = icalendar.Event()
    # The day of an interview may be moved, and its event with it.
    event.add("uid", str(uuid5(_NAMES, f"{owner}\n{kind}" + (f"\n{day}" if kind == "training" else ""))))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", plain_text(summary))
    if description := "\n".join(plain_text(line) for line in lines):
        event.add("description", description)
    # A whole day that does not make anybody look busy.
    event.add("transp", "TRANSPARENT")
    return event
