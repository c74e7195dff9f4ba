"""The form of the plan: what stands in it, and what is read from it. Bad input is told beside its field, and stays there. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from interviewer.models import LEAST_RETENTION, MOST_RETENTION, TrainingSettings
from interviewer.training.service import LEAST_MINUTES, MOST_MINUTES

MINUTES = (5, 10, 20)
"""Minutes a day that are offered."""
OWN = "own"
FURTHEST = timedelta(days=365)
"""How far ahead an interview may be: a plan is worked out day by day."""
_LONGEST = 100
_NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d{0,6}))?")


@dataclass(frozen=True, slots=True)
class Plan:
    """A filled form. `typed`: its fields as they were filled in; `wrong`: the word of what is wrong, by field; `settings`: None if any is."""

    typed: Mapping[str, str]
    wrong: Mapping[str, str]
    settings: TrainingSettings | None


def typed_of(settings: TrainingSettings, today: date) -> dict[str, str]:
    """The form as these settings fill it; a day that is over is left out."""
    on, offered = settings.interview_on, settings.minutes in MINUTES
    return {
        "date": on.isoformat() if on and on >= today else "",
        "minutes": str(settings.minutes) if offered else OWN,
        "minutes_own": "" if offered else str(settings.minutes),
        "retention": f"{100 * settings.retention:.4g}",
    }


def read_plan(fields: Mapping[str, str], *, zone: str, today: date) -> Plan:
    """The plan of a form. `zone`: in which days are counted from now on."""
    typed = {name: fields.get(name, "")[:_LONGEST] for name in ("date", "minutes", "minutes_own", "retention")}
    wrong: dict[str, str] = {}
    on = _read_day(typed["date"], today, wrong)
    minutes = read_number(typed["minutes_own"] if typed["minutes"] == OWN else typed["minutes"])
    if minutes is None or minutes != int(minutes) or not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        wrong["minutes"] = "training_bad_minutes"
    retention = _read_share(typed["retention"])
    if retention is None:
        wrong["retention"] = "training_bad_retention"
    if wrong or minutes is None or retention is None:
        return Plan(typed, wrong, None)
    return Plan(typed, wrong, TrainingSettings(retention, on, int(minutes), zone))


def read_number(text: str) -> float | None:
    """A number as people type it, digits of any width among them; None for anything else."""
    found = _NUMBER.fullmatch(text.strip())
    return float(f"{int(found[1])}.{int(found[2]):0{len(found[2])}d}" if found[2] else int(found[1])) if found else None


def _read_day(text: str, today: date, wrong: dict[str, str]) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        wrong["date"] = "training_bad_date"
        return None
    if day < today:
        wrong["date"] = "training_bad_date_past"
    elif day - today > FURTHEST:
        wrong["date"] = "training_bad_far"
    return day


def _read_share(text: str) -> float | None:
    """A percentage, with its sign or without, or a share below 1, as the share; None if it is out of bounds."""
    number = read_number(text.strip().removesuffix("%").removesuffix("％"))
    if number is None:
        return None
    share = round(number if number <= 1 else number / 100, 6)
    return share if LEAST_RETENTION <= share <= MOST_RETENTION else None
