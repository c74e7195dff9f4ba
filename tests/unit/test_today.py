"""Today's training on the first page: what it tells of what is due, of the day of the interview, and to whom it tells nothing yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest

from interviewer.models import LANGS, CardKey, CardMark, Lang, MarkKind, MemoryState, Mode, Setup, TrainingSettings
from interviewer.records.store import InterviewSummary
from interviewer.training.cards import Card
from interviewer.training.plan import Detail, Forecast
from interviewer.training.service import Refusal, Today
from interviewer.training.weak import weak_questions
from interviewer.ui.days import tell_day
from interviewer.ui.drill_events import read_minutes, tell_refusal
from interviewer.ui.today import draw_today, minutes_for, read_today, view_today
from tests.examples import START, question

MONDAY = date(2026, 1, 5)
CARDS = tuple(Card(CardKey(asked.id, point.id), asked, point) for asked in (question("q1"), question("q2")) for point in asked.points)
EMPTY = Today((), due=0, new=6, done_today=0, next_due=None, minutes=10, seconds_each=60.0, settings=TrainingSettings())


def held(mode: Mode = Mode.COACHING, *, finished: bool = True, age: timedelta = timedelta(0)) -> InterviewSummary:
    at = START - age
    return InterviewSummary("i1", Setup(mode=mode, question_ids=("q1:a", "q1:b")), at, at if finished else None, 1)


def told(today: Today, lang: Lang = "zh", rows: tuple[InterviewSummary, ...] = (held(),)) -> str:
    return unescape(draw_today(today, rows, lang, START))


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (MONDAY, "今天", "today"),
        (MONDAY + timedelta(1), "明天", "tomorrow"),
        (MONDAY + timedelta(4), "周五", "on Friday"),
        (MONDAY + timedelta(6), "周日", "on Sunday"),
        (MONDAY + timedelta(7), "1 月 12 日", "on 12 January"),
        (MONDAY - timedelta(1), "1 月 4 日", "on 4 January"),
        (date(2027, 3, 1), "2027 年 3 月 1 日", "on 1 March 2027"),
    ],
)
def test_a_day_is_named_as_people_do(day: date, zh: str, en: str) -> None:
    assert (tell_day(day, MONDAY, "zh"), tell_day(day, MONDAY, "en")) == (zh, en)


@pytest.mark.parametrize("lang", LANGS)
def test_before_the_first_interview_one_line_tells_what_it_will_be_and_offers_to_begin_with_it(lang: Lang) -> None:
    drawn = told(replace(EMPTY, chosen=CARDS), lang, rows=())
    assert ("今日训练" if lang == "zh" else "come back here one by one") in drawn
    assert ("直接练新要点（6 分钟）" if lang == "zh" else "begin with single points (6 minutes)") in drawn
    assert drawn.count('data-act="drill" data-arg="10"') == drawn.count("<button") == 1
    assert "<section" not in drawn
    assert "data-act" not in told(EMPTY, lang, rows=())


def test_who_began_with_a_round_and_left_it_can_go_on_with_it() -> None:
    assert "?interview=i1" in told(replace(EMPTY, chosen=CARDS), rows=(held(Mode.DRILL, finished=False),))


def test_without_the_training_nothing_is_drawn() -> None:
    assert draw_today(None, (held(),), "zh", START) == ""
    assert read_today(None, "local") is None


@pytest.mark.parametrize(("lang", "due", "topics"), [("zh", "5 个要点到期", "topic q1（中）"), ("en", "5 points due", "topic q1 (en)")])
def test_what_is_due_is_counted_with_its_topics_and_the_time_it_takes(lang: Lang, due: str, topics: str) -> None:
    drawn = told(replace(EMPTY, chosen=CARDS[:5], due=5, new=0), lang)
    assert due in drawn
    assert f"{topics} <b>3</b>" in drawn
    assert ("5 个要点，约 5 分钟" if lang == "zh" else "5 points, about 5 min") in drawn
    assert 'data-act="drill" data-arg="10"' in drawn


def test_of_hundreds_only_what_fits_is_asked_for() -> None:
    drawn = told(replace(EMPTY, chosen=CARDS, due=312))
    assert "312 个要点到期" in drawn
    assert "10 分钟练得完 6 个" in drawn
    assert drawn.count('<span class="chip">') == 2


def test_the_persons_own_minutes_are_chosen_and_can_be_changed() -> None:
    own = replace(EMPTY, chosen=CARDS, due=6, minutes=15, settings=TrainingSettings(minutes=15))
    assert view_today(own, (), "zh", START).minutes == (5, 10, 15, 20)
    assert told(own).count('aria-pressed="true"') == 1
    assert 'data-arg="15" aria-pressed="true"' in told(own)


@pytest.mark.parametrize(
    ("lang", "nothing", "when"), [("zh", "今天没有到期的要点", "下一批周一到期"), ("en", "Nothing is due today", "come back on Monday")]
)
def test_with_nothing_due_the_next_day_is_told_and_new_points_are_offered(lang: Lang, nothing: str, when: str) -> None:
    drawn = told(replace(EMPTY, chosen=CARDS, next_due=MONDAY), lang)
    assert nothing in drawn
    assert when in drawn
    assert ("学新要点" if lang == "zh" else "Learn new points") in drawn


def test_with_nothing_left_there_is_no_button() -> None:
    drawn = told(replace(EMPTY, new=0, done_today=6))
    assert "到此为止" in drawn
    assert "data-act" not in drawn


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (0, "今天面试，预计能说出 78 %", "Interview today: you can expect to say 78 %"),
        (1, "明天面试，还有 1 天。照此练习，当天预计能说出 78 %", "Interview tomorrow, 1 day left."),
        (4, "周二面试，还有 4 天", "Interview on Tuesday, 4 days left."),
    ],
)
def test_the_day_of_the_interview_is_told_with_the_chance_on_it(days: int, zh: str, en: str) -> None:
    on = START.date() + timedelta(days)
    coming = replace(EMPTY, due=1, forecast=Forecast(on, days, 8.0, 0.7777, 0.5, Detail()))
    assert zh in told(coming)
    assert en in told(coming, "en")
    assert "设定面试日期" in told(replace(coming, forecast=None))


@pytest.mark.parametrize(
    ("row", "offered"),
    [
        (held(Mode.DRILL, finished=False), True),
        (held(Mode.DRILL), False),
        (held(finished=False), False),
        (held(Mode.DRILL, finished=False, age=timedelta(days=2)), False),
    ],
)
def test_a_round_that_was_just_left_can_be_gone_on_with(row: InterviewSummary, offered: bool) -> None:
    assert ("?interview=i1" in told(replace(EMPTY, due=1), rows=(row,))) is offered


@pytest.mark.parametrize(("points", "seconds", "minutes"), [(0, 60.0, 1), (1, 20.0, 1), (3, 60.0, 3), (5, 66.0, 6), (4, 61.0, 5)])
def test_minutes_are_rounded_up(points: int, seconds: float, minutes: int) -> None:
    assert minutes_for(points, seconds) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"), [("5", 5), ("20", 20), ("", None), ("-5", None), ("9999", None), ("٥", None), (None, None), ("5.5", None)]
)
def test_minutes_are_read_from_a_button_or_not_at_all(text: object, minutes: int | None) -> None:
    assert read_minutes(text) == minutes


def test_every_refusal_has_its_own_words_in_the_room() -> None:
    for lang in LANGS:
        told = [tell_refusal(why, lang) for why in Refusal]
        assert len(set(told)) == len(Refusal)
        assert not [text for text in told if "{" in text]


def test_weak_are_questions_whose_points_were_missed_last_time_by_what_they_miss() -> None:
    def state(card: Card, in_a_row: int) -> Card:
        return replace(card, state=MemoryState(card.key, 1.0, 5.0, START, START, 3, 1, in_a_row))

    q1a, q1b, _, q2a, q2b, _ = CARDS
    assert weak_questions([state(q1b, 0), state(q2a, 0), state(q1a, 2)]) == ("q2", "q1")
    assert weak_questions([q1a, state(q2b, 1)]) == ()
    assert weak_questions([replace(state(q1a, 0), mark=CardMark(q1a.key, MarkKind.KNOWN, "local", START))]) == ()
