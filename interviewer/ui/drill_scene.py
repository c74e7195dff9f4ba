"""What the page shows of a drill: one point after another, how each was recalled, when it comes back. Reads only; decides nothing.

A single point gets a word and a mark, never a number: 0–100 would say more than one verdict knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from interviewer.errors import InterviewerError
from interviewer.grading.rubric.model_sentences import say_best
from interviewer.interview.contesting import Contest, contest_of
from interviewer.interview.disclosure import is_over
from interviewer.interview.results import QuestionResult, QuestionStatus, results_of
from interviewer.models import (
    Bilingual,
    CardKey,
    FalseStatement,
    Interview,
    Lang,
    MarkKind,
    Question,
    Rating,
    ReplyKind,
    Review,
    RubricPoint,
    Turn,
    Verdict,
)
from interviewer.training.cards import Card
from interviewer.training.rating import reviews_of
from interviewer.training.schedule import due_day, local_day
from interviewer.training.service import FIRST_SECONDS, LEAST_SECONDS, Today, Training
from interviewer.ui.labels import verdict_name, words
from interviewer.ui.render import MARKS, render
from interviewer.ui.today import minutes_for

_MARKS = {
    "covered": MARKS["covered"],
    "partial": MARKS["partial"],
    "named": MARKS["named"],
    "wrong": MARKS["wrong"],
    "unsure": MARKS["unsure"],
}
MOST_DRILLED = 10
"""Points of a report that are drilled at once."""
_LONGEST = 600.0
"""Seconds after which an answer tells nothing of how long a point takes: its author was away."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When points come back, as the person's training has it. `cards`: of all points of the bank; `today`: their day; `zone`: theirs."""

    cards: Mapping[CardKey, Card]
    today: date
    zone: str


@dataclass(frozen=True, slots=True)
class DrilledPoint:
    """A point of a drill as it was recalled. `name`: of its word ("drill_word_…"); `mark`: of the word's colour; `back`: when it comes
    back, empty while that is not known. `sentence`: how the reference says it. `review`: what counts, None where nothing does. `number`:
    of its question, from 1.
    """

    number: int
    question: Question
    point: RubricPoint
    turn: Turn
    name: str
    mark: str
    back: str
    sentence: Bilingual
    verdict: Verdict | None = None
    errors: tuple[FalseStatement, ...] = ()
    review: Review | None = None
    contest: Contest | None = None

    @property
    def is_recalled(self) -> bool:
        """Whether it counts as recalled."""
        return self.review is not None and self.review.rating > Rating.AGAIN


@dataclass(frozen=True, slots=True)
class DrillPlace:
    """Where a drill stands: its current question asks for the points from `first` to `last` of `of`; `minutes`: for what is left."""

    first: int
    last: int
    of: int
    minutes: int


@dataclass(frozen=True, slots=True)
class DrillEnd:
    """A drill that has ended. `open`: points that were asked and have no review; `awaited`: how many of them are being judged.

    `not_asked`: points that it did not come to.
    """

    missed: tuple[DrilledPoint, ...]
    recalled: tuple[DrilledPoint, ...]
    open: tuple[DrilledPoint, ...]
    awaited: int
    not_asked: int
    seconds: float


def read_schedule(training: Training | None, owner: str, now: datetime) -> Schedule | None:
    """When the person's points come back; None where the training cannot tell."""
    if training is None:
        return None
    try:
        zone = training.settings(owner).zone
        return Schedule({card.key: card for card in training.cards(owner)}, local_day(now, zone), zone)
    except InterviewerError:
        return None


def place_in(interview: Interview) -> DrillPlace:
    """Where the drill stands, by its points."""
    current = interview.current
    assert current is not None
    sizes = {id: len(interview.questions[id].points) for id in interview.setup.question_ids}
    ids = interview.setup.question_ids
    before = sum(sizes[id] for id in ids[: ids.index(current.question_id)])
    here, total = sizes[current.question_id], sum(sizes.values())
    answered = before + (here if current.reply else 0)
    return DrillPlace(before + 1, before + here, total, minutes_for(total - answered, _seconds_each(interview, sizes)))


def _seconds_each(interview: Interview, sizes: Mapping[str, int]) -> float:
    """How long the person took for a point so far in this drill."""
    written = [(turn, turn.reply) for turn in interview.turns if turn.reply and turn.reply.kind is ReplyKind.TEXT]
    times = [((reply.at - turn.asked_at).total_seconds(), sizes[turn.question_id]) for turn, reply in written]
    usable = [seconds / points for seconds, points in times if 0 < seconds <= _LONGEST]
    return max(LEAST_SECONDS, median(usable)) if usable else FIRST_SECONDS


# ---------------------------------------------------------------- points


def drilled_points(interview: Interview, schedule: Schedule | None, lang: Lang) -> tuple[DrilledPoint, ...]:
    """Every point that was asked and answered, in the order of the drill."""
    reviews = {review.key: review for review in reviews_of(interview)}
    contests = {id: contest_of(interview, id) for id in interview.setup.question_ids if interview.turns_of(id)}
    return tuple(
        _drilled(number, result, point, reviews, contests[result.question.id], schedule, lang)
        for number, result in enumerate(results_of(interview), start=1)
        if result.turns and result.turns[0].reply and is_over(interview, result.question.id)
        for point in result.question.points
    )


def _drilled(
    number: int,
    result: QuestionResult,
    point: RubricPoint,
    reviews: Mapping[CardKey, Review],
    contest: Contest,
    schedule: Schedule | None,
    lang: Lang,
) -> DrilledPoint:
    verdict = next((each for each in result.verdicts if each.point_id == point.id), None)
    name, key = _name(result, verdict), CardKey(result.question.bank_id, point.id)
    card, review = schedule.cards.get(key) if schedule else None, reviews.get(key)
    return DrilledPoint(
        number, result.question, point, result.turns[0], name, _MARKS.get(name, MARKS["missing"]),
        back=tell_back(key, review, schedule, lang) if name != "pending" else "",
        sentence=_sentence(result.question, point, card), verdict=verdict, errors=_errors(result, point), review=review, contest=contest,
    )  # fmt: skip


def _sentence(question: Question, point: RubricPoint, card: Card | None) -> Bilingual:
    """How the reference says one point. Of several that were asked together each is found in the bank's question, if that is still the same."""
    if len(question.points) == 1:
        return question.reference
    same = card is not None and card.question.version == question.version
    return say_best(card.question if card and same else question, [point.id])


def _errors(result: QuestionResult, point: RubricPoint) -> tuple[FalseStatement, ...]:
    """What was said that is false on this point; what is on none of those asked stands with the last."""
    is_last, asked = point is result.question.points[-1], {each.id for each in result.question.points}
    return tuple(error for error in result.errors if error.point_id == point.id or (is_last and error.point_id not in asked))


def _name(result: QuestionResult, verdict: Verdict | None) -> str:
    """The name of the word: the verdict's where somebody has judged, else how the question stands."""
    if result.status is QuestionStatus.GRADED and verdict:
        return verdict_name(verdict)
    left = {QuestionStatus.UNKNOWN: "unknown", QuestionStatus.PENDING: "pending", QuestionStatus.UNGRADED: "ungraded"}
    return left.get(result.status, "skipped")


def tell_back(key: CardKey, review: Review | None, schedule: Schedule | None, lang: Lang) -> str:
    """When the point comes back; empty where that is not known."""
    t = words(lang)
    if review is None:
        return t["drill_back_same"]
    card = schedule.cards.get(key) if schedule else None
    if schedule is None or card is None or card.state is None:
        return ""
    if not card.is_active:
        return t["drill_back_known" if card.mark and card.mark.kind is MarkKind.KNOWN else "drill_back_aside"]
    days = (due_day(card.state, schedule.zone) - schedule.today).days
    if days <= 0:
        return t["drill_back_today"]
    if days == 1:
        missed_today = review.rating is Rating.AGAIN and local_day(review.at, schedule.zone) == schedule.today
        return t["drill_back_missed" if missed_today else "drill_back_tomorrow"]
    return t["drill_back_days"].format(n=days)


# ---------------------------------------------------------------- drawing


def draw_drill(
    interview: Interview,
    schedule: Schedule | None,
    lang: Lang,
    *,
    state: str,
    pending: str,
    model: str | None,
    untested: frozenset[str] = frozenset(),
) -> str:
    """The current point as a thread: its prompt, the answer, how it was recalled. Of the key nothing is written before it is over.

    `untested`: ids of the bank's questions of which it is to be said.
    """
    current = interview.current
    assert current is not None
    question = interview.questions[current.question_id]
    over = is_over(interview, question.id)
    points = drilled_points(interview, schedule, lang) if over else ()
    return render(
        "drill", lang, question=question, setup=interview.setup, state=state, over=over, pending=pending, model=model,
        untested=untested, place=place_in(interview), turns=interview.turns_of(question.id),
        points=[each for each in points if each.question.id == question.id], contest=contest_of(interview, question.id),
    )  # fmt: skip


def draw_drill_side(interview: Interview, schedule: Schedule | None, lang: Lang) -> str:
    """The questions of the drill with a mark for each that is over; without their points, which are still to be asked."""
    current = interview.current
    known = drilled_points(interview, schedule, lang)
    lines = []
    for result in results_of(interview):
        mine = [each for each in known if each.question.id == result.question.id]
        now = current is not None and current.question_id == result.question.id
        lines.append((result.question.topic[lang], mine, now))
    return render("drill_side", lang, lines=lines)


def end_of(interview: Interview, schedule: Schedule | None, lang: Lang) -> DrillEnd:
    """What has come of a drill."""
    points, results = drilled_points(interview, schedule, lang), results_of(interview)
    counted = [each for each in points if each.review]
    return DrillEnd(
        missed=tuple(each for each in counted if not each.is_recalled),
        recalled=tuple(each for each in counted if each.is_recalled),
        open=tuple(each for each in points if each.review is None),
        awaited=sum(each.name == "pending" for each in points),
        not_asked=sum(len(result.question.points) for result in results) - len(points),
        seconds=sum(result.seconds for result in results),
    )


def draw_drill_end(
    interview: Interview, schedule: Schedule | None, today: Today | None, lang: Lang, *, pending: str, model: str | None
) -> str:
    """What was recalled, what not, when each comes back, and on to the next round."""
    end = end_of(interview, schedule, lang)
    return render(
        "drill_end", lang, interview=interview, end=end, pending=pending, model=model, today=today,
        takes=minutes_for(len(today.chosen), today.seconds_each) if today and today.chosen else 0,
    )  # fmt: skip


def missed_keys(interview: Interview, most: int = MOST_DRILLED) -> tuple[CardKey, ...]:
    """The points that an interview shows were not recalled, the essential and heavy first, at most so many."""
    questions = {question.bank_id: question for question in interview.questions.values()}
    missed = [review.key for review in reviews_of(interview) if review.rating is Rating.AGAIN]
    return tuple(sorted(dict.fromkeys(missed), key=lambda key: _urgency(questions[key.question_id], key.point_id))[:most])


def _urgency(question: Question, point_id: str) -> tuple[bool, float]:
    point = next((each for each in question.points if each.id == point_id), None)
    return (not point.essential, -point.weight) if point else (True, 0.0)
