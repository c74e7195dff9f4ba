"""What the training's pages list, and what the form of the plan takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from interviewer.models import (
    LANGS,
    LOCAL_PERSON,
    Bilingual,
    CardKey,
    CardMark,
    Lang,
    MarkKind,
    MemoryState,
    RubricPoint,
    TrainingSettings,
    VerdictStatus,
)
from interviewer.training.cards import Card
from interviewer.training.mistakes import MissedPoint, MissedTurn, Mistake, MistakeBook
from interviewer.ui.render import render
from interviewer.ui.training_view import ROWS, CardState, list_cards, read_book
from interviewer.web.training_plan import read_number, read_plan, typed_of
from tests.examples import question

NOW = datetime(2026, 12, 2, 20, 0, tzinfo=UTC)
TODAY = NOW.date()
SETTINGS = TrainingSettings(zone="Asia/Shanghai")
QUESTION = question("q1")
HOSTILE = "<script>alert(1)</script>"


def state(key: CardKey, due: datetime) -> MemoryState:
    return MemoryState(key, 3.0, 5.0, NOW - timedelta(days=3), due, 2, 1, 1)


def card(point: RubricPoint, due: datetime | None = NOW, mark: MarkKind | None = None) -> Card:
    key = CardKey(QUESTION.id, point.id)
    return Card(key, QUESTION, point, state(key, due) if due else None, CardMark(key, mark, "p", NOW) if mark else None)


def mistake(seq: int, *, belief: Bilingual | None = None, words: str = "said", at: datetime = NOW) -> Mistake:
    return Mistake("i", seq, at, "q1", QUESTION, QUESTION.points[0], words, belief, belief)


# ---------------------------------------------------------------- cards


@pytest.mark.parametrize(
    ("due", "mark", "expected", "back"),
    [
        (None, None, CardState.NEW, None),
        (NOW, None, CardState.DUE, date(2026, 12, 3)),
        # In Shanghai it is the 3rd already, until 16:00 UTC of that day.
        (NOW + timedelta(hours=19), None, CardState.DUE, date(2026, 12, 3)),
        (NOW + timedelta(hours=21), None, CardState.LATER, date(2026, 12, 4)),
        (NOW, MarkKind.SET_ASIDE, CardState.SET_ASIDE, None),
        (NOW, MarkKind.KNOWN, CardState.KNOWN, None),
        (NOW, MarkKind.BACK, CardState.DUE, date(2026, 12, 3)),
    ],
)
def test_where_a_card_stands(due: datetime | None, mark: MarkKind | None, expected: CardState, back: date | None) -> None:
    (row,) = list_cards([card(QUESTION.points[0], due, mark)], NOW, SETTINGS, on_day={}).rows
    assert (row.state, row.back, row.told) == (expected, back, due is not None)


def test_of_very_many_cards_a_page_is_shown_and_all_are_counted() -> None:
    cards = [card(QUESTION.points[0], NOW if place % 2 else None) for place in range(10_000)]
    listed = list_cards(cards, NOW, SETTINGS, on_day={}, state="due", page=10**6)
    assert (listed.total, listed.pages, listed.page, len(listed.rows)) == (5000, 5000 // ROWS, 5000 // ROWS, ROWS)
    assert listed.counts == {CardState.NEW: 5000, CardState.DUE: 5000}


def test_nothing_is_told_of_a_question_in_an_exam() -> None:
    cards = [card(point, mark=MarkKind.KNOWN if place else None) for place, point in enumerate(QUESTION.points)]
    assert not any(row.told for row in list_cards(cards, NOW, SETTINGS, on_day={}, held={"q1"}).rows)
    book = MistakeBook((mistake(1),), (MissedPoint(cards[0].key, QUESTION, QUESTION.points[0], ()),))
    view = read_book(book, cards, held={"q1"})
    assert (view.wrong, view.missed, view.held, [each.told for each in view.put_away]) == ((), (), 2, [False] * (len(cards) - 1))


# ---------------------------------------------------------------- the mistake book


def test_one_wrong_belief_is_told_once_with_all_its_turns_and_other_words_one_by_one() -> None:
    belief = Bilingual("错", "wrong")
    book = MistakeBook((mistake(4, belief=belief), mistake(3), mistake(2, belief=belief), mistake(1)), ())
    view = read_book(book, [card(point) for point in QUESTION.points])
    assert [[each.seq for each in entry.mistakes] for entry in view.wrong] == [[4, 2], [3], [1]]
    assert view.chosen == {CardKey("q1", QUESTION.points[0].id)}


def test_what_is_put_away_is_in_a_list_of_its_own_and_what_the_bank_lacks_has_no_card() -> None:
    away = card(QUESTION.points[0], mark=MarkKind.SET_ASIDE)
    view = read_book(MistakeBook((mistake(1),), ()), [away])
    assert (view.wrong, [each.card for each in view.put_away]) == ((), [away])
    assert [entry.card for entry in read_book(MistakeBook((mistake(1),), ()), []).wrong] == [None]


def test_only_so_many_entries_are_shown_and_all_are_counted() -> None:
    view = read_book(MistakeBook(tuple(mistake(seq) for seq in range(30)), ()), [card(QUESTION.points[0])], most=5)
    assert (len(view.wrong), view.all_wrong) == (5, 30)


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_words_are_shown_whole_and_as_text(lang: Lang) -> None:
    missed = MissedPoint(
        CardKey("q1", "a"), QUESTION, QUESTION.points[0], tuple(MissedTurn(HOSTILE, 1, NOW, VerdictStatus.MISSING) for _ in "abc")
    )
    cards = [card(point, mark=MarkKind.KNOWN if place == 1 else None) for place, point in enumerate(QUESTION.points)]
    book = MistakeBook((mistake(1, words=HOSTILE, belief=Bilingual(HOSTILE, HOSTILE)), mistake(2, words="")), (missed,))
    shown = render(
        "training_mistakes", lang, view=read_book(book, cards), most=9, actors={"p": HOSTILE}, key_of_card=lambda *_, **__: HOSTILE, kinds=MarkKind,
        here="/training/mistakes", said="", said_values=[], viewer=LOCAL_PERSON, csrf=HOSTILE, openid="", path="/training/mistakes", query={},
    )  # fmt: skip
    assert HOSTILE not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


# ---------------------------------------------------------------- the plan


@pytest.mark.parametrize(
    ("typed", "settings"),
    [
        ({"minutes": "10", "retention": "90"}, TrainingSettings(0.9, None, 10, "UTC")),
        (
            {"date": " 2026-12-02 ", "minutes": "own", "minutes_own": "１８０", "retention": "０.７"},
            TrainingSettings(0.7, TODAY, 180, "UTC"),
        ),
        ({"date": "2027-12-02", "minutes": "5", "retention": "97%"}, TrainingSettings(0.97, date(2027, 12, 2), 5, "UTC")),
        ({"minutes": "20", "retention": "87,5 ％"}, TrainingSettings(0.875, None, 20, "UTC")),
    ],
)
def test_a_plan_is_read_as_people_type_it(typed: dict[str, str], settings: TrainingSettings) -> None:
    plan = read_plan(typed, zone="UTC", today=TODAY)
    assert (plan.settings, dict(plan.wrong)) == (settings, {})


def test_everything_that_is_wrong_is_told_at_once_and_what_was_typed_stays() -> None:
    typed = {"date": HOSTILE, "minutes": "own", "minutes_own": "-5", "retention": "1e2"}
    plan = read_plan(typed, zone="UTC", today=TODAY)
    assert (plan.settings, set(plan.wrong), plan.typed) == (None, {"date", "minutes", "retention"}, typed)


@pytest.mark.parametrize("text", ["", " ", "-1", "1e3", "nan", "inf", "1.2.3", "0x10", "9" * 10, "½", HOSTILE, "١٢ دقيقة"])
def test_what_is_no_number(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(("text", "number"), [("5", 5), (" 12 ", 12), ("2.50", 2.5), ("2,05", 2.05), ("7.", 7), ("１０", 10)])
def test_what_is_a_number(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "settings", [TrainingSettings(), TrainingSettings(0.975 - 0.005, date(2026, 12, 24), 33, "UTC"), TrainingSettings(0.7, None, 20)]
)
def test_a_plan_that_is_shown_and_saved_again_stays_as_it_is(settings: TrainingSettings) -> None:
    assert read_plan(typed_of(settings, TODAY), zone="UTC", today=TODAY).settings == settings


def test_a_day_that_is_over_is_left_out_of_the_form() -> None:
    assert typed_of(TrainingSettings(interview_on=date(2026, 12, 1)), TODAY)["date"] == ""
