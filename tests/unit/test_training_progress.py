"""How a training goes, worked out of reviews: days, streaks, the course, recall by competency, the questions' scores, trends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.models import (
    CardKey,
    CardMark,
    Competency,
    Interval,
    MarkKind,
    Mode,
    Rating,
    Review,
    TrainingSettings,
    VerdictStatus,
)
from interviewer.training.cards import due_cards, join_cards
from interviewer.training.progress import (
    MOST_DAYS,
    HistoryRow,
    PracticeDay,
    ScoredAnswer,
    course,
    days_practised,
    question_courses,
    recall_by_competency,
    streaks,
    with_trend,
)
from interviewer.training.schedule import remember
from tests.examples import both, question

QUESTIONS = (question("q1"), question("q2"))
FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = TrainingSettings()


def review(day: int, rating: Rating = Rating.GOOD, point: str = "a", hour: int = 0) -> Review:
    """A review of a point of q1, so many days and hours after noon of the first of March."""
    at = FIRST + timedelta(days=day, hours=hour)
    return Review(CardKey("q1", point), at, rating, VerdictStatus.COVERED, False, f"i{day}", 1)


def cards_of(reviews: list[Review], marks: tuple[CardMark, ...] = ()) -> tuple[object, ...]:
    """The cards after these."""
    keys = {each.key for each in reviews}
    states = {key: remember([each for each in reviews if each.key == key], SETTINGS) for key in keys}
    return join_cards(QUESTIONS, states, marks)


def test_days_are_the_persons_and_count_points_once() -> None:
    reviews = [review(0, hour=11), review(0, Rating.AGAIN, hour=11), review(0, Rating.AGAIN, "b", hour=13), review(0, point="b", hour=14)]
    assert days_practised(reviews, "UTC") == (PracticeDay(date(2026, 3, 1), 1, 0), PracticeDay(date(2026, 3, 2), 1, 1))
    assert days_practised(reviews, "Asia/Shanghai") == (PracticeDay(date(2026, 3, 2), 2, 1),)
    assert days_practised((), "UTC") == ()


@pytest.mark.parametrize(
    ("days", "today", "expected"),
    [
        ([], 5, (0, 0)),
        ([5], 5, (1, 1)),
        ([3, 4], 5, (2, 2)),  # today is not over yet
        ([1, 2, 3], 5, (0, 3)),
        ([1, 2, 3, 5], 5, (1, 3)),
        ([1, 3, 4, 5], 5, (3, 3)),
    ],
)
def test_a_streak_is_broken_by_a_whole_day_without(days: list[int], today: int, expected: tuple[int, int]) -> None:
    assert streaks([date(2026, 3, day) for day in days], date(2026, 3, today)) == expected


def test_the_course_counts_what_was_seen_learned_and_due_at_the_end_of_each_day() -> None:
    reviews = [review(0), review(0, Rating.AGAIN, "b"), review(2, point="b")]
    told = course(reviews, cards_of(reviews), SETTINGS, date(2026, 3, 5))
    assert [(each.day.day, each.seen, each.learned) for each in told] == [(1, 2, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2), (5, 2, 2)]
    assert [each.due for each in told] == [0, 1, 1, 1, 2]


def test_the_course_ends_today_and_is_no_longer_than_the_page_shows() -> None:
    reviews = [review(0), review(200, point="b")]
    told = course(reviews, cards_of(reviews), SETTINGS, FIRST.date() + timedelta(days=200))
    assert (len(told), told[0].seen, told[-1].seen, told[-1].day) == (MOST_DAYS, 1, 2, date(2026, 9, 17))
    assert course((), cards_of([]), SETTINGS, FIRST.date()) == ()


def test_what_is_set_aside_is_not_due_and_what_the_bank_has_no_more_does_not_count() -> None:
    reviews = [review(0), Review(CardKey("gone", "a"), FIRST, Rating.GOOD, VerdictStatus.COVERED, False, "i", 1)]
    mark = CardMark(CardKey("q1", "a"), MarkKind.SET_ASIDE, "me", FIRST)
    last = course(reviews, cards_of(reviews, (mark,)), SETTINGS, date(2026, 4, 1))[-1]
    assert (last.seen, last.learned, last.due) == (1, 1, 0)


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(list(Rating)[:3]), st.sampled_from("abc")), max_size=12), st.integers(60, 70))
def test_the_last_day_of_the_course_is_what_the_cards_say(given_reviews: list[tuple[int, Rating, str]], today: int) -> None:
    reviews = [review(day, rating, point) for day, rating, point in given_reviews]
    cards, now = cards_of(reviews), FIRST + timedelta(days=today)
    told = course(reviews, cards, SETTINGS, now.date())
    states = [card.state for card in cards if card.state]
    found = (told[-1].seen, told[-1].learned, told[-1].due) if told else (0, 0, 0)
    assert found == (len(states), sum(state.in_a_row > 0 for state in states), len(due_cards(cards, now, "UTC")))


def test_recall_is_told_by_competency_over_the_last_thirty_days() -> None:
    reviews = [review(0, Rating.AGAIN), review(20), review(25, Rating.AGAIN), review(30, Rating.HARD, "b")]
    competencies = [Competency("ml-foundations", both("ml"), both("ml")), Competency("other", both("other"), both("other"))]
    first, other = recall_by_competency(reviews, cards_of(reviews), competencies, FIRST + timedelta(days=31))
    assert (first.reviews, first.recalled, first.cards) == (3, pytest.approx(2 / 3), 2)
    assert first.chance is not None
    assert 0 < first.chance < 1
    assert (other.reviews, other.recalled, other.cards, other.chance) == (0, None, 0, None)


def test_a_question_has_its_first_best_and_last_score() -> None:
    scored = [ScoredAnswer(f"i{n}", FIRST + timedelta(days=n), score) for n, score in enumerate((40.0, 80.0, 80.0, 65.5))]
    scored[-1] = ScoredAnswer("i3", scored[-1].at, 65.5, Interval(60, 70))
    (told,) = question_courses({"q2": scored, "gone": scored}, QUESTIONS)
    assert (told.question.id, told.n, told.trend) == ("q2", 4, -14.5)
    assert (told.first.score, told.best.interview_id, told.last.interval) == (40.0, "i2", Interval(60, 70))
    assert question_courses({"q1": scored[:1]}, QUESTIONS)[0].trend is None


def test_each_score_in_the_history_is_compared_with_the_one_before_it_of_its_kind() -> None:
    def row(id: str, mode: Mode, score: float | None) -> HistoryRow:
        return HistoryRow(id, FIRST, mode, 1, None, score is not None, score)

    rows = [
        row("e", Mode.EXAM, 70.0), row("d", Mode.DRILL, 100.0), row("c", Mode.COACHING, None), row("b", Mode.DRILL, 0.0),
        row("a", Mode.COACHING, 40.0),
    ]  # fmt: skip
    assert [(each.interview_id, each.trend) for each in with_trend(rows)] == [
        ("e", 30.0),
        ("d", 100.0),
        ("c", None),
        ("b", None),
        ("a", None),
    ]
