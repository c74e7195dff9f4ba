"""The use cases of the training: what is due today, what was decided about a card, the mistake book, the progress, a coach's rows.

What is stored and what is worked out of it is in `records.training`; which points are asked is decided in `plan`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from statistics import median
from zoneinfo import available_timezones

from interviewer.errors import InterviewerError
from interviewer.interview.results import result_of
from interviewer.interview.service import InterviewService
from interviewer.models import (
    LEAST_RETENTION,
    MOST_RETENTION,
    CardKey,
    CardMark,
    ExaminerName,
    Interview,
    Lang,
    MarkKind,
    Mode,
    Question,
    Rating,
    Review,
    Setup,
    TrainingSettings,
)
from interviewer.questions.bank import Bank, Banks
from interviewer.records.summaries import refresh
from interviewer.records.training import HeldRow, TrainingStore
from interviewer.training.cards import Card, Hand, deal, deal_on, due_cards
from interviewer.training.drills import drill_questions
from interviewer.training.mistakes import MistakeBook, mistake_book
from interviewer.training.plan import Forecast, forecast, plan_today
from interviewer.training.progress import (
    RECALL_DAYS,
    CourseDay,
    HistoryRow,
    PracticeDay,
    Progress,
    QuestionCourse,
    ScoredAnswer,
    course,
    days_practised,
    question_courses,
    recall_by_competency,
    streaks,
    with_trend,
)
from interviewer.training.rewording import Rewordings
from interviewer.training.schedule import day_begins, local_day, remember
from interviewer.training.summarizing import summarize

LEAST_MINUTES, MOST_MINUTES = 1, 180
_MINUTES = range(LEAST_MINUTES, MOST_MINUTES + 1)
FIRST_SECONDS, LEAST_SECONDS = 60.0, 20.0
"""What a point is taken to need before the person has answered any in a drill, and at least: a few points answered with a word must not
make a wall of a few minutes."""


class Refusal(StrEnum):
    """Why a choice was not taken; the page has words for each (`training_refused_…`)."""

    RETENTION = "retention"
    MINUTES = "minutes"
    ZONE = "zone"
    DATE_PAST = "date_past"
    NO_SUCH_CARD = "no_such_card"
    NOTHING_TO_ASK = "nothing_to_ask"
    EXAM = "exam"


_REMEDIES = {
    Refusal.RETENTION: f"the share to be recalled is out of range → choose from {LEAST_RETENTION:.0%} to {MOST_RETENTION:.0%}",
    Refusal.MINUTES: f"the minutes are out of range → choose a whole number from {LEAST_MINUTES} to {MOST_MINUTES}",
    Refusal.ZONE: "there is no such time zone → name one of the IANA database, such as Asia/Shanghai",
    Refusal.DATE_PAST: "the day of the interview is past → choose today or a later day, or leave it out",
    Refusal.NO_SUCH_CARD: "there is no such point in the bank → load the page again",
    Refusal.EXAM: "an exam with these questions runs → finish it first",
    Refusal.NOTHING_TO_ASK: "there is nothing to train now → come back when a point is due, or choose points of the mistake book",
}

MOST_STALE = 100
"""Interviews of a person that are worked out before their page is shown; the others when it is next read."""
MOST_READ = 200
"""Interviews, newest first, that the mistake book is made of."""
MOST_HISTORY = 100
WEAK_REVIEWS, WEAK_MISSES = 3, 2


class TrainingRefused(InterviewerError):
    """What was asked for cannot be done; nothing was written. `why`: for the page's own words."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(_REMEDIES[why])
        self.why = why


@dataclass(frozen=True, slots=True)
class Today:
    """What there is to do today. `chosen`: the cards for `minutes`, in the order in which they are asked.

    `due`, `new`: how many active cards are due, and were never asked. `done_today`: different points asked today in the person's zone.
    `next_due`: the first day after today on which an active card comes, None without one. `seconds_each`: what a point takes the
    person. `forecast`: with a day of the interview that is not past, else None.
    """

    chosen: tuple[Card, ...]
    due: int
    new: int
    done_today: int
    next_due: date | None
    minutes: int
    seconds_each: float
    settings: TrainingSettings
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class WeakPoint:
    """A point that stays weak although drilled: asked three times or more, and the last two times not recalled."""

    key: CardKey
    reviews: int
    missed: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Trainee:
    """How one person trains, for their coach. `days_7`, `days_30`: days practised of the last 7 and 30, today among them, in their zone.

    `reviews`: points asked in the last 30 days. `due`: active cards due now; `active`: cards asked before and neither set aside nor
    known. `last_at`: when a point was last asked, UTC. `weak`: the most often missed first.
    """

    owner: str
    days_7: int = 0
    days_30: int = 0
    reviews: int = 0
    due: int = 0
    active: int = 0
    last_at: datetime | None = None
    weak: tuple[WeakPoint, ...] = ()


class Training:
    """What a person's training offers. `owner`: whose it is; nobody reads or changes another's by it."""

    def __init__(
        self,
        *,
        store: TrainingStore,
        bank: Banks,
        now: Callable[[], datetime],
        service: InterviewService,
        rewordings: Rewordings | None = None,
    ) -> None:
        """`rewordings`: the language model's own, None without a model."""
        self.store, self.bank, self._now, self._service, self._rewordings = store, bank, now, service, rewordings

    # ------------------------------------------------------------ cards

    def cards(self, owner: str) -> tuple[Card, ...]:
        """All cards of the person, one for each point of the bank; brought up to date first. Nothing is written where all is."""
        self.bring_up_to_date(owner)
        return self._cards(owner)

    def _cards(self, owner: str) -> tuple[Card, ...]:
        bank = self.bank.for_viewer(owner)
        return self.store.kept(owner, "cards", bank.digest, lambda: self._hand(owner, bank).cards)

    def _hand(self, owner: str, bank: Bank) -> Hand:
        def deal_now(before: Hand | None) -> Hand:
            if before is None or before.bank != bank.digest:
                return deal(bank.digest, bank.questions, *self.store.changes(owner, ()), self.store.marks(owner))
            return deal_on(before, *self.store.changes(owner, before.rows), self.store.marks(owner))

        return self.store.carried(owner, "hand", deal_now)

    def mark(self, owner: str, key: CardKey, kind: MarkKind, *, actor: str) -> None:
        """Set a card aside, mark it known, bring it back; what holds already is not put down again.

        `actor`: id of who does it. TrainingRefused if the bank has no such point.
        """
        if not any(
            question.id == key.question_id and any(point.id == key.point_id for point in question.points)
            for question in self.bank.for_viewer(owner).questions
        ):
            raise TrainingRefused(Refusal.NO_SUCH_CARD)
        self.store.add_mark(owner, CardMark(CardKey(*key), kind, actor, self._now()))

    # ------------------------------------------------------------ settings

    def settings(self, owner: str) -> TrainingSettings:
        """What they chose, else the usual."""
        return self.store.settings(owner)

    def choose(self, owner: str, settings: TrainingSettings) -> TrainingSettings:
        """Take these settings; TrainingRefused if one is out of bounds."""
        _check(settings, self._now())
        self.store.save_settings(owner, settings)
        return settings

    # ------------------------------------------------------------ today

    def today(self, owner: str, minutes: int | None = None) -> Today:
        """What is to be done today in so many minutes, None for what the person chose. TrainingRefused if they are out of bounds."""
        now, settings, cards = self._now(), self.settings(owner), self.cards(owner)
        given, seconds = settings.minutes if minutes is None else minutes, self.seconds_each(owner)
        if given not in _MINUTES:
            raise TrainingRefused(Refusal.MINUTES)
        key = (self.bank.for_viewer(owner).digest, local_day(now, settings.zone), settings, given, seconds)
        return self.store.kept(owner, "today", key, lambda: self._today(owner, cards, now, settings, given, seconds))

    def _today(self, owner: str, cards: Sequence[Card], now: datetime, settings: TrainingSettings, given: int, seconds: float) -> Today:
        today = local_day(now, settings.zone)
        begun = day_begins(today, settings.zone)
        done, answered = self.store.keys_since(owner, begun), self.store.answered_since(owner, begun)
        # Of an answer whose grade is due or was not sure of a point there is no review, and yet its author has just read the key.
        over = done | {card.key for card in cards if card.key.question_id in answered} if answered else done
        plan = plan_today(cards, now, settings, given, over, seconds)
        return Today(
            chosen=plan.chosen, due=plan.due, new=plan.new, done_today=len(done), next_due=plan.next_due, minutes=given, seconds_each=seconds,
            settings=settings, forecast=plan.forecast,
        )  # fmt: skip

    def recalled(self, owner: str) -> dict[str, tuple[int, int]]:
        """By the id of each drill, how many points were recalled of those that were judged; as of the last `cards` or `today`."""
        return self.store.recalled(owner)

    def forecast(self, owner: str) -> Forecast | None:
        """What will be recalled on the day of the interview; None without a day, or once it is past."""
        settings = self.settings(owner)
        if settings.interview_on is None:
            return None
        return forecast(self.cards(owner), self._now(), settings, settings.minutes, self.seconds_each(owner))

    def begin(
        self,
        owner: str,
        *,
        keys: Iterable[CardKey] | None = None,
        minutes: int | None = None,
        lang: Lang = "zh",
        examiner: ExaminerName = ExaminerName.RUBRIC,
        stand_in: bool = False,
    ) -> Interview:
        """Begin a drill over these cards, in this order and whatever was decided about them; without `keys` over today's.

        `minutes`: as for `today`. Without the points of an exam that runs, whose key a drill would tell. TrainingRefused if the bank has no such
        point or nothing is to be asked, ConfigError without the examiner.
        """
        if keys is None:
            cards = self.today(owner, minutes).chosen
        else:
            known = {card.key: card for card in self.cards(owner)}
            wanted = [CardKey(*key) for key in keys]
            if any(key not in known for key in wanted):
                raise TrainingRefused(Refusal.NO_SUCH_CARD)
            cards = tuple(known[key] for key in wanted)
        if not cards:
            raise TrainingRefused(Refusal.NOTHING_TO_ASK)
        held = self._service.in_exam(owner)
        cards = tuple(card for card in cards if card.key.question_id not in held)
        if not cards:
            raise TrainingRefused(Refusal.EXAM)
        setup = Setup(lang=lang, mode=Mode.DRILL, examiner=examiner, stand_in=stand_in)
        # Whoever chose to be judged offline has nothing asked of a model, and nothing paid.
        rewordings = self._rewordings if examiner is ExaminerName.LLM else None
        interview = self._service.begin_drill(
            drill_questions(cards, rewordings.take(cards, lang) if rewordings else None), setup, owner=owner
        )
        if rewordings:
            rewordings.ask_for(cards, interview)
        return interview

    # ------------------------------------------------------------ looking back

    def mistakes(self, owner: str) -> MistakeBook:
        """What they got wrong in their latest interviews, and what they keep missing."""
        self.bring_up_to_date(owner)
        questions = self.bank.for_viewer(owner).questions
        return mistake_book(self.store.interviews(owner, limit=MOST_READ), self.store.reviews(owner), questions)

    def progress(self, owner: str) -> Progress:
        """How it goes."""
        now, settings, cards, bank = self._now(), self.settings(owner), self.cards(owner), self.bank.for_viewer(owner)
        today = local_day(now, settings.zone)
        key = (bank.digest, today, settings)
        days, standings = self.store.kept(owner, "course", key, lambda: self._course(owner, cards, settings, today))
        recent = self.store.reviews(owner, since=now - timedelta(days=RECALL_DAYS))
        streak, longest = streaks([each.day for each in days], today)
        return Progress(
            today=today,
            days=days,
            streak=streak,
            longest_streak=longest,
            course=standings,
            recall=recall_by_competency(recent, cards, bank.competencies, now),
            questions=self._with_intervals(owner, question_courses(self._scored(owner), bank.questions)),
            history=with_trend([_history_row(row, bank) for row in self.store.history(owner, limit=MOST_HISTORY)]),
        )

    def _course(
        self, owner: str, cards: Sequence[Card], settings: TrainingSettings, today: date
    ) -> tuple[tuple[PracticeDay, ...], tuple[CourseDay, ...]]:
        reviews = self.store.reviews(owner)
        return days_practised(reviews, settings.zone), course(reviews, cards, settings, today)

    def of_people(self, owners: Iterable[str]) -> tuple[Trainee, ...]:
        """A row for each of these people, in their order. Whom the caller may see is for them to know."""
        listed = tuple(owners)
        # Asked once of all: of a class hardly anybody has something to be worked out.
        for owner in self.store.behind(listed):
            self.bring_up_to_date(owner)
        settings = self.store.settings_of(listed)
        return tuple(self._trainee(owner, settings[owner]) for owner in listed)

    # ------------------------------------------------------------

    def bring_up_to_date(self, owner: str, *, limit: int = MOST_STALE) -> None:
        """Work out what at most so many of the person's interviews tell anew, the newest first, and all cards that rest on them."""
        refresh(self.store.database, summarize, known=self.store.known, limit=limit, owner=owner)
        self.store.fill_cards(owner, remember)

    def seconds_each(self, owner: str) -> float:
        """What a point takes the person, in seconds."""
        times = self.store.drill_seconds(owner)
        return max(LEAST_SECONDS, median(times)) if times else FIRST_SECONDS

    def _scored(self, owner: str) -> Mapping[str, Sequence[ScoredAnswer]]:
        found: dict[str, list[ScoredAnswer]] = defaultdict(list)
        for row in self.store.scores(owner):
            found[row.question_id].append(ScoredAnswer(row.interview_id, row.at, row.score))
        return found

    def _with_intervals(self, owner: str, courses: Sequence[QuestionCourse]) -> tuple[QuestionCourse, ...]:
        """The same with the intervals of the scores, for which their interviews are read whole."""
        ids = {each.interview_id for course in courses for each in (course.first, course.best, course.last)}
        held = self.store.named(owner, ids)

        def with_interval(scored: ScoredAnswer, question_id: str) -> ScoredAnswer:
            interview = held.get(scored.interview_id)
            return replace(scored, interval=result_of(interview, question_id).interval) if interview else scored

        return tuple(
            replace(
                each,
                first=with_interval(each.first, each.question.id),
                best=with_interval(each.best, each.question.id),
                last=with_interval(each.last, each.question.id),
            )
            for each in courses
        )

    def _trainee(self, owner: str, settings: TrainingSettings) -> Trainee:
        now, cards = self._now(), self._cards(owner)
        today = local_day(now, settings.zone)
        first = day_begins(today - timedelta(days=29), settings.zone)
        recent = self.store.reviews(owner, since=first)
        days = [each.day for each in days_practised(recent, settings.zone)]
        asked = [card for card in cards if card.state and card.is_active]
        return Trainee(
            owner=owner,
            days_7=sum(day > today - timedelta(days=7) for day in days),
            days_30=len(days),
            reviews=len(recent),
            due=len(due_cards(cards, now, settings.zone)),
            active=len(asked),
            last_at=max((card.state.last for card in cards if card.state), default=None),
            weak=self._weak(owner, asked),
        )

    def _weak(self, owner: str, asked: Sequence[Card]) -> tuple[WeakPoint, ...]:
        states = [card.state for card in asked if card.state]
        doubtful = {
            state.key: state for state in states if state.reviews >= WEAK_REVIEWS and state.missed >= WEAK_MISSES and not state.in_a_row
        }
        by_card: dict[CardKey, list[Review]] = defaultdict(list)
        for review in self.store.reviews(owner, keys=sorted(doubtful)) if doubtful else ():
            by_card[review.key].append(review)
        weak = [
            WeakPoint(key, doubtful[key].reviews, doubtful[key].missed, mine[-1].at)
            for key, mine in by_card.items()
            if all(review.rating is Rating.AGAIN for review in mine[-WEAK_MISSES:])
        ]
        return tuple(sorted(weak, key=lambda each: (-each.missed, each.last, each.key)))


def _history_row(row: HeldRow, bank: Bank) -> HistoryRow:
    known = {question.id: question for question in bank.questions}
    # A drill's question is called "question:point".
    asked: set[str] = {id if id in known else id.partition(":")[0] for id in row.question_ids}
    question: Question | None = known.get(next(iter(asked))) if len(asked) == 1 else None
    finished = row.finished_at is not None
    score = row.total if finished else None
    return HistoryRow(row.interview_id, row.at, Mode(row.mode), len(row.question_ids), question, finished, score)


def _check(settings: TrainingSettings, now: datetime) -> None:
    if not LEAST_RETENTION <= settings.retention <= MOST_RETENTION:
        raise TrainingRefused(Refusal.RETENTION)
    if settings.minutes not in _MINUTES:
        raise TrainingRefused(Refusal.MINUTES)
    if settings.zone not in _zones():
        raise TrainingRefused(Refusal.ZONE)
    if settings.interview_on and settings.interview_on < local_day(now, settings.zone):
        raise TrainingRefused(Refusal.DATE_PAST)


@cache
def _zones() -> frozenset[str]:
    """The names of the IANA database. "localtime" is a file of some machines and no zone."""
    return frozenset(available_timezones()) - {"localtime"}
