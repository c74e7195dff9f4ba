"""What the training is worth to learners whose memory is known, because it is simulated. Seeded, so it always prints the same.

Each learner forgets by an FSRS-6 of their own: its weights are drawn around the defaults, each point is easier or harder for them, and
each review works more or less well; the scheduler knows nothing of these. Some points they knew before they began.

The plan: `choose_today` for a month, an answer a minute; what is recalled is GOOD or, one time in five, HARD, what is not AGAIN.

The baseline is to read the points again in the order of the questions, round and round, for the same time. What has been forgotten is
learned again as well as by a drill that failed; what would have been recalled gains a share of what recalling it with an effort (HARD)
does. That share is an assumption on which the distance hangs, so it is told for a third, for half and for all of it; the goal is for
the third. In the laboratory reading does less than that: a week after three more readings 40 % were recalled, after three tests 61 %
(Roediger & Karpicke 2006, Psychological Science 17, 249-255); the same here, with a third, is the figure of the laboratory's design.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from statistics import mean

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from benchmarks.harness import Figure, timed
from interviewer.models import CardKey, MemoryState, Question, Rating, Review, TrainingSettings, VerdictStatus
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from interviewer.training.cards import Card, join_cards
from interviewer.training.plan import choose_today, forecast
from interviewer.training.schedule import chance, remember

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEARNERS, DAYS, SECONDS_EACH = 30, 30, 60.0
MINUTES = (10, 20)
"""A day."""
READING = {"a third": 1 / 3, "half": 0.5, "all": 1.0}
"""What reading a point that would have been recalled gains, in shares of what recalling it HARD does."""
KNOWN_BEFORE = 0.3
"""Share of the points, give or take 0.15 from learner to learner, that was learned some time in the month before."""
SPREAD, WORKING = 0.25, 0.25
"""Of the weights from learner to learner, and of what a review does to stability, as deviations of their logarithm."""
FORECAST_BEFORE = 10
HALF_RIGHT = 0.2
REVIEWS, CARDS = 8, 40
"""Of a learner's history for the calibration: reviews a card, at gaps of 1 to 60 days, and cards."""


class Learner:
    """Somebody who forgets in their own way. `knows`: the true memory of each point they have met."""

    def __init__(self, seed: str) -> None:
        self.draw = Random(seed)
        bounds = zip(DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
        weights = [min(high, max(low, weight * math.exp(self.draw.gauss(0, SPREAD)))) for weight, low, high in bounds]
        self._memory = fsrs.Scheduler(weights, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
        self.knows: dict[CardKey, fsrs.Card] = {}

    def meet(self, keys: Sequence[CardKey]) -> None:
        """Bring along what is known before the first day."""
        share = KNOWN_BEFORE + self.draw.uniform(-0.15, 0.15)
        for key in keys:
            if self.draw.random() < share:
                self.review(key, Rating.GOOD, START - timedelta(days=self.draw.randint(1, DAYS)))

    def chance(self, key: CardKey, at: datetime) -> float:
        """The true chance that the point is recalled; 0 of what was never met."""
        return self._memory.get_card_retrievability(self.knows[key], at) if key in self.knows else 0.0

    def answer(self, key: CardKey, at: datetime) -> Rating:
        """Try to recall a point and read what was right."""
        recalled = self.draw.random() < self.chance(key, at)
        rating = (Rating.HARD if self.draw.random() < HALF_RIGHT else Rating.GOOD) if recalled else Rating.AGAIN
        self.review(key, rating, at)
        return rating

    def read(self, key: CardKey, at: datetime, worth: float) -> None:
        """Read a point again. `worth`: see `READING`."""
        before = self.knows.get(key)
        held = self.draw.random() < self.chance(key, at)
        self.review(key, Rating.HARD if held else Rating.AGAIN, at)
        if held and before and before.stability:
            after = self.knows[key]
            after.stability = before.stability + worth * ((after.stability or 0.0) - before.stability)

    def review(self, key: CardKey, rating: Rating, at: datetime) -> None:
        """What a review does to the true memory."""
        known = self.knows.get(key)
        card, _ = self._memory.review_card(known or fsrs.Card(card_id=0, due=at), fsrs.Rating(int(rating)), at)
        assert card.stability is not None
        assert card.difficulty is not None
        card.stability = max(0.001, card.stability * math.exp(self.draw.gauss(0, WORKING)))
        if known is None:
            card.difficulty = min(10.0, max(1.0, card.difficulty + self.draw.gauss(0, 1)))
        self.knows[key] = card


@dataclass(frozen=True, slots=True)
class Month:
    """What a month came to. `recalled`: share (0–1) of the points on the day, by weight; `promised`: what the plan had told of it.

    `reviews`: by day.
    """

    recalled: float
    reviews: tuple[int, ...]
    promised: float = math.nan


def measure() -> list[Figure]:
    """Calibration, then the month both ways."""
    questions = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder()).questions
    return [
        *calibration(LEARNERS),
        laboratory(10 * LEARNERS),
        *(each for minutes in MINUTES for each in month(questions, LEARNERS, minutes)),
        *_speed(questions),
    ]


def calibration(learners: int) -> list[Figure]:
    """How well the chance that is told fits what is recalled, beside telling everybody the mean."""
    pairs = [pair for number in range(learners) for pair in _tried(Learner(f"calibration-{number}"))]
    told, seen = [each for each, _ in pairs], [each for _, each in pairs]
    always = [mean(seen)] * len(seen)
    note = f"{len(pairs)} reviews of {learners} learners; always telling the mean: "
    return [
        Figure("Brier score", brier(told, seen), "", round(brier(always, seen), 3), note=f"{note}{brier(always, seen):.3f}"),
        Figure("log loss", log_loss(told, seen), "", round(log_loss(always, seen), 3), note=f"{note}{log_loss(always, seen):.3f}"),
        Figure("told less observed", (mean(told) - mean(seen)) * 100, "points"),
    ]


def month(questions: Sequence[Question], learners: int, minutes: int) -> list[Figure]:
    """The day of the interview after a month of either, so many minutes a day."""

    def learner(number: int) -> Learner:
        return Learner(f"month-{number}")

    trained = [train(questions, learner(number), minutes) for number in range(learners)]
    read = {
        share: [read_again(questions, learner(number), minutes, worth) for number in range(learners)] for share, worth in READING.items()
    }
    plan, of = mean(each.recalled for each in trained) * 100, f", {minutes} minutes"
    days = [count for each in trained for count in each.reviews]
    off = [abs(each.promised - each.recalled) * 100 for each in trained]
    note = f"{learners} learners, {DAYS} days, {sum(len(question.points) for question in questions)} points"
    found = [
        Figure(f"reviews a day, mean{of}", mean(days), ""),
        Figure(f"reviews a day, most{of}", max(days), "", minutes * 60 // SECONDS_EACH, note="all that fit into the minutes"),
        Figure(f"recalled on the day{of}, plan", plan, "%", note=note),
        Figure(f"forecast {FORECAST_BEFORE} days before{of}, off by", mean(off), "points", note="mean over the learners"),
    ]
    for share, months in read.items():
        recalled, goal = mean(each.recalled for each in months) * 100, 10 if share == "a third" else None
        better = sum(one.recalled > other.recalled for one, other in zip(trained, months, strict=True))
        name = f"plan above re-reading{of}, worth {share} of recalling"
        note = f"re-reading {recalled:.1f} %; {better} of {learners} learners better off with the plan"
        found.append(Figure(name, plan - recalled, "points", goal, better="higher", note=note))
    return found


def laboratory(learners: int) -> Figure:
    """Learn once, then three days of tests or of reading; by how much more is recalled a week later after tests."""
    key, held = CardKey("q", "p"), {True: list[float](), False: list[float]()}
    for number, tested in itertools.product(range(learners), held):
        learner = Learner(f"laboratory-{number}")
        learner.review(key, Rating.AGAIN, START)
        for day in (1, 2, 3):
            at = START + timedelta(days=day)
            learner.answer(key, at) if tested else learner.read(key, at, READING["a third"])
        held[tested].append(learner.chance(key, START + timedelta(days=10)))
    return Figure(
        "tested above read, the laboratory's design", (mean(held[True]) - mean(held[False])) * 100, "points", note="laboratory: 21"
    )


def train(questions: Sequence[Question], learner: Learner, minutes: int) -> Month:
    """A month by the plan."""
    settings = TrainingSettings(interview_on=(START + timedelta(days=DAYS)).date(), minutes=minutes)
    cards = {card.key: card for card in join_cards(questions, {}, ())}
    learner.meet(list(cards))
    reviews: dict[CardKey, list[Review]] = {}
    counts, promised = [], math.nan
    for day in range(DAYS):
        now = START + timedelta(days=day)
        if DAYS - day == FORECAST_BEFORE and (told := forecast(cards.values(), now, settings, minutes, SECONDS_EACH)):
            promised = told.kept
        chosen = choose_today(cards.values(), now, settings, minutes, (), SECONDS_EACH)
        for card in chosen:
            reviews.setdefault(card.key, []).append(_review(card.key, now, learner.answer(card.key, now)))
            cards[card.key] = Card(card.key, card.question, card.point, remember(reviews[card.key], settings))
        counts.append(len(chosen))
    return Month(_recalled(learner, list(cards.values())), tuple(counts), promised)


def read_again(questions: Sequence[Question], learner: Learner, minutes: int, worth: float) -> Month:
    """A month of reading in the order of the bank, for as long a day. `worth`: see `READING`."""
    cards = join_cards(questions, {}, ())
    learner.meet([card.key for card in cards])
    count = int(minutes * 60 // SECONDS_EACH)
    for place in range(DAYS * count):
        learner.read(cards[place % len(cards)].key, START + timedelta(days=place // count), worth)
    return Month(_recalled(learner, cards), (count,) * DAYS)


def brier(told: Sequence[float], seen: Sequence[float]) -> float:
    """Mean squared distance of what was told from what came."""
    return mean((one - other) ** 2 for one, other in zip(told, seen, strict=True))


def log_loss(told: Sequence[float], seen: Sequence[float]) -> float:
    """Mean surprise, in nats."""
    return -mean(math.log(max(1e-6, one if other else 1 - one)) for one, other in zip(told, seen, strict=True))


def _tried(learner: Learner) -> Iterator[tuple[float, float]]:
    """The chance told and whether it was recalled, for each review of a history but its first."""
    for number in range(CARDS):
        key, at, history = CardKey("q", str(number)), START, list[Review]()
        for _ in range(REVIEWS):
            told = chance(remember(history, TrainingSettings()), at) if history else None
            rating = learner.answer(key, at)
            history.append(_review(key, at, rating))
            if told is not None:
                yield told, float(rating is not Rating.AGAIN)
            at += timedelta(days=round(math.exp(learner.draw.uniform(0, math.log(60)))))


def _review(key: CardKey, at: datetime, rating: Rating) -> Review:
    status = VerdictStatus.MISSING if rating is Rating.AGAIN else VerdictStatus.COVERED
    return Review(key, at, rating, status, rating is Rating.HARD, "i", 1)


def _recalled(learner: Learner, cards: Sequence[Card]) -> float:
    """The share of the points that is to be expected on the day, by weight: true chances, no luck in it."""
    weights = [card.point.weight for card in cards]
    held = [learner.chance(card.key, START + timedelta(days=DAYS)) for card in cards]
    return float(sum(map(operator.mul, held, weights)) / sum(weights))


def _speed(questions: Sequence[Question]) -> list[Figure]:
    """What choosing and looking ahead take with as many cards as anybody will have."""
    settings, draw, found = TrainingSettings(interview_on=(START + timedelta(days=60)).date()), Random(1), list[Figure]()
    points = [(question, point) for question in questions for point in question.points]
    for count in (100, 10_000):
        keys = [CardKey(f"q{number}", "p") for number in range(count)]
        cards = [Card(key, *points[place % len(points)], _some_state(key, draw)) for place, key in enumerate(keys)]
        choosing = [timed(partial(choose_today, cards, START, settings, 10, (), SECONDS_EACH)) for _ in range(5)]
        looking = [timed(partial(forecast, cards, START, settings, 10, SECONDS_EACH)) for _ in range(5)]
        found.append(Figure(f"choosing, {count} cards", min(choosing), "ms", note="best of 5"))
        found.append(Figure(f"looking 60 days ahead, {count} cards", min(looking), "ms", note="best of 5"))
    return found


def _some_state(key: CardKey, draw: Random) -> MemoryState:
    last = START - timedelta(days=draw.randint(0, 60))
    return MemoryState(key, draw.uniform(0.1, 80), draw.uniform(1, 10), last, START + timedelta(days=draw.randint(-9, 50)), 1, 0, 1)
