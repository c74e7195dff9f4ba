"""What is remembered of somebody's cards: all of it, and again only what is other than before.

Somebody may have very many cards, of which a review changes one. Reading each row as it stands and comparing it with the last time costs
a fraction of turning all into moments and states again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, tuple_

from interviewer.models import CardKey, MemoryState
from interviewer.records.card_rows import AT_ONCE
from interviewer.records.training_tables import cards

Rows = tuple[tuple[Any, ...], ...]
"""The rows of cards as they stood, each whole and as the driver gives it, in the order of their keys."""

_KNOWN = (
    select(
        cards.c.question_id, cards.c.point_id, cards.c.stability, cards.c.difficulty, cards.c.last, cards.c.due, cards.c.reviews, cards.c.missed,
        cards.c.in_a_row,
    )
    .where(cards.c.owner == bindparam("who"), cards.c.due.is_not(None))
)  # fmt: skip


class Changes(NamedTuple):
    """`rows`: as they are now. `states`: of the cards whose rows are others than before; None of those that are gone."""

    rows: Rows
    states: dict[CardKey, MemoryState | None]


def read_changes(connection: Connection, owner: str, before: Rows) -> Changes:
    """What has changed since the rows were those of `before`; everything where that is empty."""
    ordered = _KNOWN.order_by(cards.c.question_id, cards.c.point_id)
    # The driver's own rows: to make moments and named rows of them takes longer than all the rest.
    cursor = connection.execute(ordered, {"who": owner}).cursor
    rows = tuple(cursor.fetchall()) if cursor else ()
    if len(rows) == len(before):
        other = [row for each, was in zip(rows, before, strict=True) if each != was for row in (each, was)]
    else:
        other = list(set(rows) ^ set(before))
    keys = sorted({CardKey(row[0], row[1]) for row in other})
    found = read_states(connection, owner, keys if len(keys) <= AT_ONCE else None) if keys else {}
    return Changes(rows, {key: found.get(key) for key in keys})


def read_states(connection: Connection, owner: str, keys: Sequence[CardKey] | None = None) -> dict[CardKey, MemoryState]:
    """What is known of each card, or of these, at most `AT_ONCE`."""
    query = _KNOWN if keys is None else _KNOWN.where(tuple_(cards.c.question_id, cards.c.point_id).in_(keys))
    rows = connection.execute(query, {"who": owner}).all()
    return {(key := CardKey(row[0], row[1])): MemoryState(key, *row[2:]) for row in rows}
