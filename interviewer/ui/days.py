"""Days as people speak of them: today, tomorrow, on Friday, on 3 December. Pure."""

from __future__ import annotations

from datetime import date

from interviewer.models import Lang
from interviewer.ui.labels import words

_WEEKDAYS = (
    ("周一", "Monday"), ("周二", "Tuesday"), ("周三", "Wednesday"), ("周四", "Thursday"), ("周五", "Friday"), ("周六", "Saturday"), ("周日", "Sunday"),
)  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WITHIN_A_WEEK = 6
"""Days ahead in which a weekday can only be the next of its name."""


def tell_day(day: date, today: date, lang: Lang) -> str:
    """The day, seen from today, as it stands within a sentence: 明天, 周五, 12 月 3 日; tomorrow, on Friday, on 3 December."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return words(lang)[("day_today", "day_tomorrow")[ahead]]
    if 1 < ahead <= _WITHIN_A_WEEK:
        named = _WEEKDAYS[day.weekday()]
        return named[0] if lang == "zh" else f"on {named[1]}"
    other_year = day.year != today.year
    if lang == "zh":
        return (f"{day.year} 年 " if other_year else "") + f"{day.month} 月 {day.day} 日"
    return f"on {day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if other_year else "")
