"""The address of the coach's list, read: filters, order and page, and the same written again. A value that makes no sense is not set."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from interviewer.records.inbox import InboxFilters, InboxSort
from interviewer.ui.zones import reader_zone
from interviewer.web.numbers import read_whole

FIELDS = ("candidate", "group", "since", "until", "question", "competency", "min", "max", "examiner", "text")
SWITCHES = ("ungraded", "flagged", "low", "contested")
ARCHIVED = "archived"
"""Lists people of groups whose term is over as well."""
TELLING = ("min", "max", "examiner", *SWITCHES)
"""What says how an interview was graded, as the orders by score do: nothing that a blind review may go by."""
ORDERS = tuple(InboxSort)
ORDERS_WHILE_BLIND = tuple(sort for sort in InboxSort if sort not in (InboxSort.SCORE_UP, InboxSort.SCORE_DOWN))
STATES = ("todo", "all", "done", "running")
"""Waiting for review; everything; finished ones, reviewed or not; not finished yet."""

SAME = ("todo", "all")
"""Going through one question across the candidates: those that are not reviewed yet, or all."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """What a coach asked of the list. `values`: the filters that are set, as they stand in the address.

    `same`: the chosen question is gone through across the candidates, one of `SAME`, else "". `left_out`: ids of interviews that are left out
    because the order or a filter would tell how they were graded, which the coach is not to know yet.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    state: str = "todo"
    sort: str = InboxSort.NEWEST
    page: int = 1
    same: str = ""
    left_out: frozenset[str] = frozenset()

    @property
    def tells_grades(self) -> bool:
        """Whether a filter or the order says how an interview was graded."""
        return self.sort not in ORDERS_WHILE_BLIND or any(name in self.values for name in TELLING)

    @property
    def filters(self) -> InboxFilters:
        """As the desk understands them."""
        values = self.values
        return InboxFilters(
            candidate=values.get("candidate"),
            group=values.get("group"),
            since=_day(values.get("since")),
            until=_day(values.get("until")),
            zone=reader_zone(),
            question=values.get("question"),
            competency=values.get("competency"),
            min_score=_score(values.get("min")),
            max_score=_score(values.get("max")),
            examiner=values.get("examiner"),
            ungraded="ungraded" in values,
            flagged="flagged" in values,
            low_confidence="low" in values,
            contested="contested" in values,
            archived="archived" in values,
            unreviewed=self.state == "todo",
            finished={"todo": True, "done": True, "running": False}.get(self.state),
            text=values.get("text", ""),
            left_out=self.left_out,
        )

    def address(self, **changes: str | int | None) -> str:
        """The query of this list with some of it changed; None or "" leaves a value out. Without the question mark, "" if nothing is set."""
        written: dict[str, str | int | None] = {
            **self.values, "state": self.state, "sort": self.sort, "page": self.page, "same": self.same, **changes,
        }  # fmt: skip
        defaults = {"sort": InboxSort.NEWEST.value, "page": 1, "state": ""}
        kept = {name: value for name, value in written.items() if value not in (None, "") and defaults.get(name) != value}
        if kept == {"state": "todo"}:
            return ""
        return urlencode(kept)

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.values)


def read_inbox_query(params: Mapping[str, str], *, blind: bool = False) -> InboxQuery:
    """What the query of an address asks for. Without any filter the list shows what waits for review, with one everything.

    `blind`: what would tell how an interview was graded is not asked for.
    """
    values = {name: params[name].strip()[:_LONGEST] for name in FIELDS if params.get(name, "").strip()}
    values |= {name: "1" for name in (*SWITCHES, ARCHIVED) if params.get(name)}
    if _day(values.get("since")) is None:
        values.pop("since", None)
    if _day(values.get("until")) is None:
        values.pop("until", None)
    if blind:
        values = {name: value for name, value in values.items() if name not in TELLING}
    for name in ("min", "max"):
        if _score(values.get(name)) is None:
            values.pop(name, None)
    state = params.get("state", "")
    if state not in STATES:
        state = "todo" if params.get("unreviewed") or not values else "all"
    sort = params.get("sort", "")
    return InboxQuery(
        values=values,
        state=state,
        sort=sort if sort in (ORDERS_WHILE_BLIND if blind else ORDERS) else InboxSort.NEWEST.value,
        page=read_whole(params.get("page", "")) or 1,
        same=params.get("same", "") if params.get("same") in SAME and "question" in values else "",
    )


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    # In some zone the first and the last day begin where there are no days.
    return day if day and date.min.year < day.year < date.max.year else None


def _score(text: str | None) -> float | None:
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return None
    return value if 0 <= value <= 100 else None
