"""The plan as a calendar (iCalendar, RFC 5545): a day-long event for each day on which points come back, and the interview's day; and the
deadlines as a feed that calendar programs fetch again and again.

The plan says how many points of which topics come, nothing that was answered and nothing of the key; the feed has titles and no more. The
only door to `icalendar`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
REFRESH = timedelta(hours=1)
"""How often a program that follows the feed is asked to look (RFC 7986, section 5.7)."""
_NAMES = UUID("3f0b7d3c-6f0e-4f0a-9d53-1f5b1a3a6c14")
"""Under which the events' ids are made; never change it, or an import would not replace the earlier events."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when something is to be done. `id`: the same for as long as it is the same work; `at`: UTC."""

    id: str
    title: str
    at: datetime


def write_feed(
    owner: str, deadlines: Iterable[Deadline], settings: TrainingSettings, now: datetime, words: Mapping[str, str], lang: Lang
) -> bytes:
    """The feed: a moment for each deadline, and the interview's day. What was withdrawn is not in it, and so goes from the calendar."""
    calendar = _begin("deadlines", words["ics_feed_name"], settings, lang)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for each in deadlines:
        event = _event(owner, f"deadline\n{each.id}", None, words["ics_deadline"].format(title=each.title), [], now)
        event.add("dtstart", each.at.astimezone(UTC))
        event.add("dtend", each.at.astimezone(UTC))
        calendar.add_component(event)
    if settings.interview_on and settings.interview_on >= local_day(now, settings.zone):
        calendar.add_component(_event(owner, "interview", settings.interview_on, words["ics_interview"], [], now))
    return bytes(calendar.to_ical())


def write_ics(
    owner: str, cards: Iterable[Card], settings: TrainingSettings, seconds_each: float, now: datetime, words: Mapping[str, str], lang: Lang
) -> bytes:
    """The file. Days are those of the person's zone; what is overdue comes today. `words`: `ics_…` of the language.

    An event's id rests on its owner and day alone, so that a later file replaces it.
    """
    calendar = _begin("training", words["ics_name"], settings, lang)
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


def _begin(kind: str, name: str, settings: TrainingSettings, lang: Lang) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//interviewer//{kind} {__version__}//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain_text(name))
    calendar.add("x-wr-timezone", settings.zone)
    return calendar


def _event(owner: str, kind: str, day: date | None, summary: str, lines: Iterable[str], now: datetime) -> icalendar.Event:
    event = icalendar.Event()
    # The day of an interview may be moved, and its event with it.
    event.add("uid", str(uuid5(_NAMES, f"{owner}\n{kind}" + (f"\n{day}" if kind == "training" else ""))))
    event.add("dtstamp", now.astimezone(UTC))
    if day:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    event.add("summary", plain_text(summary))
    if description := "\n".join(plain_text(line) for line in lines):
        event.add("description", description)
    # A day or a moment that does not make anybody look busy.
    event.add("transp", "TRANSPARENT")
    return event
