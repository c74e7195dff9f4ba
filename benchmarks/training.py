"""How long the training of somebody with ten thousand cards and fifty thousand reviews takes: the first page, the progress, the other pages.

On SQLite, and on PostgreSQL where that is installed. What counts is the CPU of this process, as for a page among many; the note of the
first page has the time by the clock, which PostgreSQL's own part is in.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from benchmarks.harness import Figure, median, timed
from benchmarks.interviews import OWNER, application
from benchmarks.processes import folder
from interviewer.bootstrap import Application
from interviewer.grading.scoring import answer_score
from interviewer.models import CardKey, Grade, Provenance, Question, Quote, Rating, ReplyKind, TrainingSettings, Verdict, VerdictStatus
from interviewer.questions.bank import Bank
from interviewer.records.card_rows import empty_all_cards
from interviewer.records.codec import encode_outcome
from interviewer.records.review_tables import question_results, summaries
from interviewer.records.store import keep_snapshot, utc_now
from interviewer.records.tables import grades, grading_requests, interview_questions, interviews, turns
from interviewer.records.training_tables import reviews
from interviewer.server import catalogue_of
from interviewer.training.service import Training
from interviewer.ui.scene import draw_home
from tests.postgres import NoPostgres, run_postgres

CARDS, REVIEWS_EACH, QUESTIONS_EACH = 10_000, 5, 10
DAYS, AHEAD = 120, 30
RUNS = 15
PAGE_GOAL, PROGRESS_GOAL = 100.0, 2000.0
SEED = 20260114
_STATUSES = {Rating.AGAIN: VerdictStatus.MISSING, Rating.HARD: VerdictStatus.PARTIAL, Rating.GOOD: VerdictStatus.COVERED}


def measure() -> list[Figure]:
    """Build the records of one person, then read their pages."""
    found = _measure_on("SQLite")
    try:
        with run_postgres() as address:
            return [*found, *_measure_on("PostgreSQL", database_url=address)]
    except NoPostgres as missing:
        return [*found, Figure("PostgreSQL", None, "ms of CPU", note=str(missing))]


def _measure_on(kind: str, **settings: object) -> list[Figure]:
    with folder() as where:
        app = application(where / "data", **settings)
        app.service.worker.stop()
        try:
            bank = _many(app.bank)
            with app.database.writing() as connection:
                _Builder(connection, bank.questions).build()
            training = Training(store=app.training.store, bank=bank, now=utc_now, service=app.service)
            return [replace(figure, name=f"{kind}, {figure.name}") for figure in _ask(app, training)]
        finally:
            app.index.close()
            app.database.dispose()


def _ask(app: Application, training: Training) -> Iterator[Figure]:
    count, catalogue = sum(len(question.points) for question in training.bank.questions), catalogue_of(app)
    home = lambda: draw_home(app.service, catalogue, "zh", owner=OWNER, training=training)  # noqa: E731
    yield Figure(
        "cards worked out",
        _spent(lambda: training.bring_up_to_date(OWNER)),
        "ms of CPU",
        note=f"{count} cards, {count * REVIEWS_EACH} reviews",
    )
    yield from _told("today", lambda: training.today(OWNER), PAGE_GOAL)
    yield from _told("first page", home, PAGE_GOAL)
    yield _after_a_review("first page", app, training, home)
    training.choose(OWNER, TrainingSettings(interview_on=utc_now().date() + timedelta(days=AHEAD)))
    training.bring_up_to_date(OWNER)
    yield from _told(f"first page, interview in {AHEAD} days", home, PAGE_GOAL)
    yield _after_a_review(f"first page, interview in {AHEAD} days", app, training, home)
    yield from _told("progress", lambda: training.progress(OWNER), PROGRESS_GOAL)
    yield from _told("mistake book", lambda: training.mistakes(OWNER), None)


def _told(name: str, action: Callable[[], Any], goal: float | None) -> Iterator[Figure]:
    """The first time, as after a start, and then as it is read again."""
    yield Figure(f"{name}, the first time", _spent(action), "ms of CPU")
    yield Figure(f"{name}, again", median([_spent(action) for _ in range(RUNS)]), "ms of CPU", goal, note=f"{RUNS} samples")


def _after_a_review(name: str, app: Application, training: Training, home: Callable[[], Any]) -> Figure:
    """The page right after another point was asked and judged, what that changes worked out with it."""
    spent, waited = list[float](), list[float]()
    for question in training.bank.questions[:RUNS]:
        asked = training.begin(OWNER, keys=[CardKey(question.id, question.points[0].id)])
        app.service.submit(asked, "", kind=ReplyKind.UNKNOWN)
        waited.append(timed(lambda: spent.append(_spent(home))))
    note = f"{RUNS} samples; {median(waited):.0f} ms by the clock"
    return Figure(f"{name}, right after a review", median(spent), "ms of CPU", PAGE_GOAL, note=note)


def _spent(action: Callable[[], Any]) -> float:
    """Milliseconds of this process's CPU."""
    began = time.process_time()
    action()
    return (time.process_time() - began) * 1000


def _many(bank: Bank) -> Bank:
    """A bank of as many points, by the same questions under other names."""
    made = list[Question]()
    while sum(len(question.points) for question in made) < CARDS:
        made.extend(replace(question, id=f"{question.id}-{len(made)}") for question in bank.questions)
    return replace(bank, questions=tuple(made))


class _Builder:
    """Writes the person's interviews in bulk, the derived rows beside them, from one seed."""

    def __init__(self, connection: Connection, questions: tuple[Question, ...]) -> None:
        self._connection, self._questions, self._random = connection, questions, Random(SEED)
        self._digests = {question.id: keep_snapshot(connection, question) for question in questions}
        self._rows: dict[Table, list[dict[str, Any]]] = {
            table: [] for table in (interviews, interview_questions, turns, grading_requests, grades, summaries, question_results, reviews)
        }

    def build(self) -> None:
        """Every question as often as it is to be reviewed, so many an interview."""
        for _ in range(REVIEWS_EACH):
            order = list(self._questions)
            self._random.shuffle(order)
            for start in range(0, len(order), QUESTIONS_EACH):
                self._interview(order[start : start + QUESTIONS_EACH])
        for table, values in self._rows.items():
            self._connection.execute(insert(table), values)
        if self._connection.dialect.name == "postgresql":
            # Which counts on its own, and knows nothing of the numbers that were given here.
            self._connection.execute(text("SELECT setval(pg_get_serial_sequence('turns', 'id'), (SELECT max(id) FROM turns))"))
        empty_all_cards(self._connection, OWNER)

    def _interview(self, questions: list[Question]) -> None:
        id, rows = secrets.token_hex(16), self._rows
        at = datetime.now(UTC) - timedelta(days=self._random.uniform(0, DAYS))
        scores = [self._answer(id, seq, question, at) for seq, question in enumerate(questions, start=1)]
        common = {"owner": OWNER, "lang": "zh", "mode": "coaching", "created_at": at, "finished_at": at, "examiner": "rubric"}
        rows[interviews].append({**common, "id": id, "follow_ups": 0, "minutes": None, "version": 1, "stale": False, "edited": False})
        rows[summaries].append(
            {
                **common, "interview_id": id, "total": sum(scores) / len(scores), "questions": len(scores), "answered": len(scores),
                "ungraded": False, "pending": 0, "flagged": False, "low_confidence": False,
            }
        )  # fmt: skip

    def _answer(self, interview: str, seq: int, question: Question, at: datetime) -> float:
        rows, ratings = self._rows, {point.id: self._random.choice(list(_STATUSES)) for point in question.points}
        verdicts = tuple(Verdict(point, _STATUSES[each], Quote("quoted words", 0, 12), "a reason") for point, each in ratings.items())
        grade = Grade(verdicts, answer_score(question.points, verdicts), "Some feedback.", Provenance("rubric"))
        turn_id, asked = len(rows[turns]) + 1, {"interview_id": interview, "question_id": question.id}
        request = f"{turn_id:032x}"
        rows[interview_questions].append({**asked, "position": seq, "digest": self._digests[question.id]})
        rows[turns].append(
            {
                **asked, "id": turn_id, "seq": seq, "kind": "question", "prompt": question.prompt.zh, "asked_at": at, "hints": 0,
                "revealed": False, "draft": "", "reply_kind": "text", "reply_text": question.reference.zh[:400], "replied_at": at,
            }
        )  # fmt: skip
        rows[grading_requests].append(
            {
                "id": request, "turn_id": turn_id, "idempotency_key": request, "examiner": "rubric", "created_at": at, "attempts": 1,
                "done": True,
            }
        )  # fmt: skip
        rows[grades].append(
            {
                "turn_id": turn_id, "request_id": request, "at": at, "score": grade.score, "examiner": "rubric",
                "outcome": encode_outcome(grade),
            }
        )  # fmt: skip
        rows[question_results].append(
            {**asked, "owner": OWNER, "at": at, "standing": "graded", "score": grade.score, "machine_score": grade.score}
        )
        rows[reviews] += [
            {
                **asked, "owner": OWNER, "point_id": point, "at": at, "rating": int(each), "status": _STATUSES[each].value, "erred": False,
                "seq": seq,
            }
            for point, each in ratings.items()
        ]  # fmt: skip
        return grade.score
