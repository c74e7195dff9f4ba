"""What the training's pages list: the mistake book by statement, the cards by state and page. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from interviewer.models import CardKey, CardMark, MarkKind, TrainingSettings
from interviewer.training.cards import Card
from interviewer.training.mistakes import MissedPoint, Mistake, MistakeBook
from interviewer.training.schedule import chance_tomorrow, day_begins, due_day, local_day

ROWS = 50
"""Cards on a page."""
ENTRIES, MOST_ENTRIES = 20, 500
"""Entries of each part of the mistake book that are shown at first, and at most."""
MOST_PRACTISED = 20
"""Points of a round that is chosen by hand."""
FIRST_CHOSEN = 8
"""Points that are chosen until somebody chooses."""


class CardState(StrEnum):
    """Where a card stands for its person."""

    NEW = "new"
    DUE = "due"
    LATER = "later"
    SET_ASIDE = "set_aside"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card in a list. `told`: whether what the point says may be shown. `back`: the day on which it is asked again, None if never.

    `chance`: of saying it tomorrow (0–1), None if it was never asked; `on_day`: on the day of the interview, None without one.
    """

    card: Card
    state: CardState
    told: bool
    in_exam: bool
    back: date | None
    chance: float | None
    on_day: float | None


@dataclass(frozen=True, slots=True)
class CardList:
    """A page of the cards that were asked for. `counts`: by state, of the chosen question; `page` from 1."""

    rows: tuple[CardRow, ...]
    total: int
    counts: Mapping[CardState, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class WrongEntry:
    """One wrong statement with every turn in which it was made, the newest first. `card`: what trains it, None without."""

    mistakes: tuple[Mistake, ...]
    card: Card | None

    @property
    def newest(self) -> Mistake:
        """Where it was said last."""
        return self.mistakes[0]


@dataclass(frozen=True, slots=True)
class MissedEntry:
    """A point that was missed again and again, with its card."""

    missed: MissedPoint
    card: Card


@dataclass(frozen=True, slots=True)
class PutAway:
    """A card that is set aside or known. `told`: whether what its point says may be shown."""

    card: Card
    mark: CardMark
    told: bool


@dataclass(frozen=True, slots=True)
class BookView:
    """The mistake book as its page shows it. `all_wrong`, `all_missed`: how many there are of each; `held`: left out because of an exam."""

    wrong: tuple[WrongEntry, ...]
    missed: tuple[MissedEntry, ...]
    put_away: tuple[PutAway, ...]
    all_wrong: int
    all_missed: int
    held: int

    @property
    def chosen(self) -> frozenset[CardKey]:
        """The cards that are ticked at first: the newest of either part."""
        keys = [entry.card.key for entry in self.wrong if entry.card] + [entry.card.key for entry in self.missed]
        return frozenset(list(dict.fromkeys(keys))[:FIRST_CHOSEN])


def state_of(card: Card, tomorrow: datetime) -> CardState:
    """Where a card stands. `tomorrow`: when the person's next day begins."""
    if card.mark and not card.is_active:
        return CardState.KNOWN if card.mark.kind is MarkKind.KNOWN else CardState.SET_ASIDE
    if card.state is None:
        return CardState.NEW
    return CardState.DUE if card.state.due < tomorrow else CardState.LATER


def list_cards(
    cards: Iterable[Card],
    now: datetime,
    settings: TrainingSettings,
    *,
    on_day: Mapping[CardKey, float],
    held: Collection[str] = (),
    question: str = "",
    state: str = "",
    page: int = 1,
) -> CardList:
    """The page of the cards that fit. `held`: questions of which nothing is told now; `question`, `state`: "" for any."""
    tomorrow = day_begins(local_day(now, settings.zone) + timedelta(days=1), settings.zone)
    stood = [(card, state_of(card, tomorrow)) for card in cards if question in ("", card.key.question_id)]
    fitting = [each for each in stood if state in ("", each[1])]
    pages = max(1, -(-len(fitting) // ROWS))
    page = min(max(1, page), pages)
    rows = tuple(_row(card, where, now, settings, on_day, held) for card, where in fitting[(page - 1) * ROWS : page * ROWS])
    return CardList(rows, len(fitting), Counter(where for _, where in stood), page, pages)


def read_book(book: MistakeBook, cards: Sequence[Card], *, held: Collection[str] = (), most: int = ENTRIES) -> BookView:
    """The book, without what is put away, of which there is a list of its own. `held`: questions of which nothing is told now.

    `most`: entries of each part.
    """
    by_key = {card.key: card for card in cards}
    active = {key for key, card in by_key.items() if card.is_active}
    told = [mistake for mistake in book.wrong if mistake.question_id not in held]
    wrong = [entry for entry in _by_statement(told, by_key) if entry.card is None or entry.card.key in active]
    missed = [MissedEntry(each, by_key[each.key]) for each in book.missed if each.key in active and each.key.question_id not in held]
    put_away = [PutAway(card, card.mark, _is_told(card, held)) for card in cards if card.mark and not card.is_active]
    return BookView(
        wrong=tuple(wrong[:most]),
        missed=tuple(missed[:most]),
        put_away=tuple(sorted(put_away, key=lambda each: each.mark.at, reverse=True)),
        all_wrong=len(wrong),
        all_missed=len(missed),
        held=len(book.wrong) - len(told) + sum(each.key.question_id in held for each in book.missed),
    )


def _by_statement(mistakes: Iterable[Mistake], cards: Mapping[CardKey, Card]) -> list[WrongEntry]:
    """Known wrong beliefs once each, the newest first; other statements one by one."""
    found: dict[object, list[Mistake]] = {}
    for place, mistake in enumerate(mistakes):
        same = (mistake.question_id, mistake.point.id if mistake.point else "", mistake.belief.zh) if mistake.belief else place
        found.setdefault(same, []).append(mistake)
    return [WrongEntry(tuple(each), cards.get(each[0].key) if each[0].key else None) for each in found.values()]


def _row(
    card: Card, state: CardState, now: datetime, settings: TrainingSettings, on_day: Mapping[CardKey, float], held: Collection[str]
) -> CardRow:
    asked = card.state
    return CardRow(
        card=card,
        state=state,
        told=_is_told(card, held),
        in_exam=card.key.question_id in held,
        back=due_day(asked, settings.zone) if asked and card.is_active else None,
        chance=chance_tomorrow(asked, now) if asked else None,
        on_day=on_day.get(card.key),
    )


def _is_told(card: Card, held: Collection[str]) -> bool:
    """Nothing of the key is told before the question is over for the person."""
    return card.state is not None and card.key.question_id not in held
