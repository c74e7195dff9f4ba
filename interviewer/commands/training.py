"""`interviewer due`: what somebody's training has for today, from the command line, for the operator, who holds the database anyway."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from interviewer.operator_access import OPERATOR, find_owner, open_application

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interviewer.models import Lang, Person
    from interviewer.training.service import Today


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`due`."""
    due = commands.add_parser(
        "due",
        help="show what the training has due, by question; --person NAME where there are accounts",
        description="Show which points are due today and how many were never asked, by question and topic, when the next come back, and, "
        "with a day of the interview, the chance on it. Where there are accounts --person is needed, and it is noted in the audit log.",
    )
    due.add_argument("--person", metavar="NAME", help="the name with which they log in; without accounts, leave it out")
    due.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of topics and headings (default: zh)")
    due.add_argument("--json", action="store_true", help="print it as JSON, see docs/training.md")
    due.set_defaults(run=_due)


@dataclass(frozen=True, slots=True)
class _Row:
    """A question with cards that are due or new; no word of a point, which would be its key."""

    id: str
    zh: str
    en: str
    due: int
    new: int


def _due(options: argparse.Namespace) -> int:
    import json

    from interviewer.records.store import utc_now
    from interviewer.training.cards import due_cards, new_cards
    from interviewer.training.schedule import local_day

    application = open_application()
    person, now = find_owner(application, options.person, asked="whose training"), utc_now()
    today = application.training.today(person.id)
    cards = application.training.cards(person.id)
    due = Counter(card.question.id for card in due_cards(cards, now, today.settings.zone))
    new = Counter(card.question.id for card in new_cards(cards))
    rows = [
        _Row(question.id, question.topic.zh, question.topic.en, due[question.id], new[question.id])
        for question in application.live_bank.for_viewer(person.id).questions
        if question.id in due or question.id in new
    ]
    if not person.is_local:
        application.people.audit.write(OPERATOR, "due", person.id, now=now)
    if options.json:
        day = local_day(now, today.settings.zone).isoformat()
        print(json.dumps(_values(person, day, today, rows), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(today, rows, options.lang)))
    return 0


def _values(person: Person, day: str, today: Today, rows: Sequence[_Row]) -> dict[str, Any]:
    ahead = today.forecast
    return {
        "format": "interviewer-due/1",
        "person": person.name,
        "today": day,
        "zone": today.settings.zone,
        "due": today.due,
        "new": today.new,
        "done_today": today.done_today,
        "next_due": today.next_due.isoformat() if today.next_due else None,
        "minutes": today.minutes,
        "seconds_each": round(today.seconds_each, 1),
        "questions": [{"id": row.id, "topic": {"zh": row.zh, "en": row.en}, "due": row.due, "new": row.new} for row in rows],
        "interview": {
            "on": ahead.on.isoformat(), "days": ahead.days, "kept": round(ahead.kept, 4), "stopped": round(ahead.stopped, 4),
            "minutes_a_day": round(ahead.minutes_a_day, 1),
        } if ahead else None,
    }  # fmt: skip


def _lines(today: Today, rows: Sequence[_Row], lang: Lang) -> list[str]:
    """Cells are parted by tabs; a topic has none of its own, nor a line break."""
    from interviewer.training.plain import plain_text
    from interviewer.ui.labels import words

    say = words(lang)
    table = [[say["due_question"], say["due_topic"], say["due_due"], say["due_new"]]]
    table += [[row.id, " ".join(plain_text(row.zh if lang == "zh" else row.en).split()), str(row.due), str(row.new)] for row in rows]
    table.append([say["due_all"], "", str(today.due), str(today.new)])
    lines = ["\t".join(row) for row in table]
    if not today.due:
        lines.append(say["due_nothing"])
    if today.next_due:
        lines.append(say["due_next"].format(day=today.next_due.isoformat()))
    if ahead := today.forecast:
        chances = {"kept": f"{ahead.kept:.0%}", "stopped": f"{ahead.stopped:.0%}"}
        lines.append(say["due_interview"].format(days=ahead.days, day=ahead.on.isoformat(), minutes=today.minutes, **chances))
    return lines
