"""Cards: joined with the bank, marked by hand, due by the person's days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from interviewer.models import CardKey, CardMark, MarkKind, MemoryState
from interviewer.training.cards import due_cards, join_cards, new_cards
from tests.examples import question

NOW = datetime(2026, 1, 2, 17, 0, tzinfo=UTC)  # the 3rd in Shanghai, the 2nd in New York
A, B, C = (CardKey("q1", each) for each in "abc")


def state(key: CardKey, due: datetime = NOW) -> MemoryState:
    return MemoryState(key, 2.0, 5.0, due - timedelta(days=2), due, 1, 0, 1)


def mark(kind: MarkKind, hours: int = 0, key: CardKey = A) -> CardMark:
    return CardMark(key, kind, "p1", NOW + timedelta(hours=hours))


def test_every_point_of_the_bank_has_a_card_and_nothing_else_has() -> None:
    gone = CardKey("q9", "a")
    cards = join_cards([question()], {A: state(A), gone: state(gone)}, [mark(MarkKind.KNOWN, key=gone)])
    assert [(card.key, card.is_new, card.is_active, card.point.id) for card in cards] == [
        (A, False, True, "a"),
        (B, True, True, "b"),
        (C, True, True, "c"),
    ]


@pytest.mark.parametrize(
    ("marks", "active"),
    [
        ([], True),
        ([mark(MarkKind.SET_ASIDE)], False),
        ([mark(MarkKind.KNOWN)], False),
        ([mark(MarkKind.KNOWN), mark(MarkKind.BACK, 1)], True),
        ([mark(MarkKind.BACK, 1), mark(MarkKind.KNOWN)], True),
        ([mark(MarkKind.BACK), mark(MarkKind.SET_ASIDE)], False),
    ],
)
def test_the_latest_mark_counts_whatever_the_order(marks: list[CardMark], active: bool) -> None:
    card = join_cards([question()], {A: state(A)}, marks)[0]
    assert card.is_active is active
    assert bool(due_cards([card], NOW, "UTC")) is active
    assert bool(new_cards([replace(card, state=None)])) is active


@pytest.mark.parametrize(
    ("zone", "hours", "due"),
    [("UTC", 6.9, True), ("UTC", 7.0, False), ("UTC", -99, True), ("Asia/Shanghai", 22.9, True), ("Asia/Shanghai", 23.0, False),
     ("America/New_York", 11.9, True), ("America/New_York", 12.0, False)],
)  # fmt: skip
def test_a_card_is_due_for_the_whole_of_its_day_in_the_zone(zone: str, hours: float, due: bool) -> None:
    cards = join_cards([question()], {A: state(A, NOW + timedelta(hours=hours))}, [])
    assert [card.key for card in due_cards(cards, NOW, zone)] == ([A] if due else [])


def test_new_ones_come_essential_first_then_by_weight() -> None:
    points = question().points
    asked = replace(question(), points=(replace(points[2], weight=90.0), points[1], points[0]))
    assert [card.key for card in new_cards(join_cards([asked], {}, []))] == [A, B, C]
