"""How a person's training goes: days practised, what is learned and due, recall by competency, each question's scores, the history. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from interviewer.models import CardKey, Competency, Interval, Mode, Question, Rating, Review, TrainingSettings
from interviewer.training.cards import Card
from interviewer.training.schedule import chance_tomorrow, due_day, local_day, remember_each

MOST_DAYS = 90
"""Days of the course that are told."""
RECALL_DAYS = 30


@dataclass(frozen=True, slots=True)
class PracticeDay:
    """A day of the person's on which points were asked. `points`: how many different ones; `passed`: of them recalled at the last try."""

    day: date
    points: int
    passed: int


@dataclass(frozen=True, slots=True)
class CourseDay:
    """How the cards stood at the end of a day. `seen`: asked at all; `learned`: recalled at the last try; `due`: to be asked by then, without
    what is set aside or known today."""

    day: date
    seen: int
    learned: int
    due: int


@dataclass(frozen=True, slots=True)
class CompetencyRecall:
    """How points of a competency are recalled. `reviews`: of the last 30 days; `recalled`: share (0–1) of these that were passed, None
    without any. `chance`: mean (0–1) of saying each card's point tomorrow, None if none was ever asked; `cards`: how many were."""

    competency: Competency
    reviews: int
    recalled: float | None
    cards: int
    chance: float | None


@dataclass(frozen=True, slots=True)
class ScoredAnswer:
    """A question's score (0–100) in one interview. `interval`: where an expert's score lies, None if not known."""

    interview_id: str
    at: datetime
    score: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class QuestionCourse:
    """How one question went in interviews, drills not counted. `n`: interviews in which it has a score.

    `trend`: `last.score` less the score before it, None with only one. `question`: of the bank, else as it was asked.
    """

    question: Question
    first: ScoredAnswer
    best: ScoredAnswer
    last: ScoredAnswer
    n: int
    trend: float | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One interview or drill. `questions`: how many were planned, of a drill its prompts. `question`: of the bank, if it is about just
    one, else None. `score`: 0–100, None while it runs or without one.

    `trend`: less the score of the one of the same kind (interview or drill) before it that has one, None without.
    """

    interview_id: str
    at: datetime
    mode: Mode
    questions: int
    question: Question | None
    finished: bool
    score: float | None
    trend: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """All of it. `days`: those practised, oldest first; `streak`: days in a row up to today (or yesterday, if today is not over yet);
    `longest_streak`: ever. `course`: day by day, oldest first, at most 90. `recall`: competencies of the bank in its order.
    `questions`: in the bank's order. `history`: newest first.
    """

    today: date
    days: tuple[PracticeDay, ...] = ()
    streak: int = 0
    longest_streak: int = 0
    course: tuple[CourseDay, ...] = ()
    recall: tuple[CompetencyRecall, ...] = ()
    questions: tuple[QuestionCourse, ...] = ()
    history: tuple[HistoryRow, ...] = ()


def days_practised(reviews: Iterable[Review], zone: str) -> tuple[PracticeDay, ...]:
    """The days on which points were asked, oldest first."""
    by_day: dict[date, dict[CardKey, Review]] = defaultdict(dict)
    for review in sorted(reviews, key=lambda each: (each.at, each.interview_id)):
        by_day[local_day(review.at, zone)][review.key] = review
    return tuple(
        PracticeDay(day, len(last), sum(review.rating is not Rating.AGAIN for review in last.values()))
        for day, last in sorted(by_day.items())
    )


def streaks(days: Sequence[date], today: date) -> tuple[int, int]:
    """How many days in a row were practised up to now, and at most ever. A day that is not over yet breaks none. `days`: in order."""
    longest = current = 0
    before: date | None = None
    for day in days:
        current = current + 1 if before and day - before == timedelta(days=1) else 1
        longest, before = max(longest, current), day
    return (current if before and today - before <= timedelta(days=1) else 0), longest


def course(reviews: Iterable[Review], cards: Iterable[Card], settings: TrainingSettings, today: date) -> tuple[CourseDay, ...]:
    """How the cards stood at the end of each day since the first review, at most `MOST_DAYS` of them, today the last."""
    active = {card.key: card.is_active for card in cards}
    by_card: dict[CardKey, list[Review]] = defaultdict(list)
    for review in reviews:
        if review.key in active:
            by_card[review.key].append(review)
    # By what each of the three changes on a day: seen, learned, due.
    changes: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for key, mine in by_card.items():
        stages = [(local_day(state.last, settings.zone), state) for state in remember_each(mine, settings)]
        changes[stages[0][0]][0] += 1
        for place, (day, state) in enumerate(stages):
            until = stages[place + 1][0] if place + 1 < len(stages) else date.max
            if state.in_a_row:
                changes[day][1] += 1
                changes[until][1] -= 1
            due = max(day, due_day(state, settings.zone))
            if active[key] and due < until:
                changes[due][2] += 1
                changes[until][2] -= 1
    if not changes:
        return ()
    first = max(min(changes), today - timedelta(days=MOST_DAYS - 1))
    counts = [sum(change[each] for day, change in changes.items() if day < first) for each in range(3)]
    found = []
    for day in (first + timedelta(days=number) for number in range((today - first).days + 1)):
        counts = [count + change for count, change in zip(counts, changes.get(day, (0, 0, 0)), strict=True)]
        found.append(CourseDay(day, *counts))
    return tuple(found)


def recall_by_competency(
    reviews: Iterable[Review], cards: Iterable[Card], competencies: Iterable[Competency], now: datetime
) -> tuple[CompetencyRecall, ...]:
    """How the points of each competency are recalled; a question's points count for all of its competencies."""
    passed: dict[str, list[bool]] = defaultdict(list)
    chances: dict[str, list[float]] = defaultdict(list)
    of_card: dict[CardKey, tuple[str, ...]] = {}
    for card in cards:
        of_card[card.key] = card.question.competencies
        if card.state:
            for id in card.question.competencies:
                chances[id].append(chance_tomorrow(card.state, now))
    for review in reviews:
        if review.at >= now - timedelta(days=RECALL_DAYS):
            for id in of_card.get(review.key, ()):
                passed[id].append(review.rating is not Rating.AGAIN)
    return tuple(
        CompetencyRecall(each, len(passed[each.id]), _mean(passed[each.id]), len(chances[each.id]), _mean(chances[each.id]))
        for each in competencies
    )


def question_courses(scored: Mapping[str, Sequence[ScoredAnswer]], questions: Iterable[Question]) -> tuple[QuestionCourse, ...]:
    """Each question's scores. `scored`: by question id, oldest first; `questions`: in the order in which they are told."""
    return tuple(_question_course(question, scored[question.id]) for question in questions if scored.get(question.id))


def with_trend(rows: Sequence[HistoryRow]) -> tuple[HistoryRow, ...]:
    """The rows, newest first, with how far each score is from the one before it of the same kind."""
    before: dict[bool, float] = {}
    found = []
    for row in reversed(rows):
        drill = row.mode is Mode.DRILL
        if row.score is not None:
            row = replace(row, trend=round(row.score - before[drill], 1) if drill in before else None)
            before[drill] = row.score or 0.0
        found.append(row)
    return tuple(reversed(found))


def _question_course(question: Question, scored: Sequence[ScoredAnswer]) -> QuestionCourse:
    trend = round(scored[-1].score - scored[-2].score, 1) if len(scored) > 1 else None
    # Of equal ones the latest is the best: it is the one that can be seen again soonest.
    best = max(scored, key=lambda each: (each.score, each.at))
    return QuestionCourse(question, scored[0], best, scored[-1], len(scored), trend)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
