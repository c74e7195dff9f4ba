"""What lists, maps and the training need of an interview, written beside it: one summary, a row for each question and point with a result,
and the reviews. Of a drill there are no results: what single points come to is no answer to a question.

What an interview comes to is worked out by whoever calls `refresh` (interview/summarizing); here it is read, and the rows are kept in
step. An interview that changed while it was worked out stays stale and is taken up the next time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, true, update

from interviewer.models import Interview, Mode, Review, VerdictStatus
from interviewer.records.base import Database
from interviewer.records.card_rows import hold_cards, replace_reviews
from interviewer.records.review_tables import edits, point_results, question_results, summaries
from interviewer.records.row_cache import RowCache
from interviewer.records.store import read_interview
from interviewer.records.tables import grades, grading_requests, interviews, turns

BATCH = 50
"""Interviews that are read, and then written, in one transaction."""


@dataclass(frozen=True, slots=True)
class PointSummary:
    """What stands for one point of a question. `weight`: marks out of 100."""

    point_id: str
    status: VerdictStatus
    weight: float


@dataclass(frozen=True, slots=True)
class QuestionSummary:
    """What a question came to. `score`: 0–100 with the coach's last word; `machine_score`: without; None where there is none.

    `low`, `high`: the interval of an examiner's score. `judged_by`: whose the score is: an examiner's by its name, "coach" or
    "adjudication" with the coach's id in `judge_id`, or nobody's ("").
    """

    question_id: str
    status: str
    at: datetime
    score: float | None = None
    machine_score: float | None = None
    points: tuple[PointSummary, ...] = ()
    low: float | None = None
    high: float | None = None
    judged_by: str = ""
    judge_id: str = ""


@dataclass(frozen=True, slots=True)
class InterviewSummary:
    """What an interview came to. `examiner`: who judged last (rubric, llm, coach, or empty). The counts are of answers.
    `contested`: claims that nobody has answered; `unknown_errors`: errors that no rubric knew and nobody has settled.

    `questions`: those that were asked. `planned` and `answered` count questions; `total`: mean of the scored ones. `reviews`: what it
    tells of its owner's memory, see `training.summarizing`.
    """

    questions: tuple[QuestionSummary, ...]
    planned: int
    answered: int
    examiner: str = ""
    total: float | None = None
    ungraded: int = 0
    pending: int = 0
    flagged: int = 0
    low_confidence: int = 0
    contested: int = 0
    unknown_errors: int = 0
    reviewed_at: datetime | None = None
    reviews: tuple[Review, ...] = ()


def refresh(
    database: Database, work_out: Callable[[Interview], InterviewSummary], *, known: RowCache, limit: int = 500, owner: str | None = None
) -> int:
    """Bring the rows of at most `limit` stale interviews up to date, the newest first; returns how many were.

    `owner`: of this person alone, None for everybody's. Nothing is written where nothing is stale.
    """
    done = tried = 0
    while tried < limit:
        with database.reading() as connection:
            batch = _read_stale(connection, known, min(BATCH, limit - tried), skip=tried - done, owner=owner)
        if not batch:
            break
        worked_out = [(interview, mark, work_out(interview)) for interview, mark in batch]
        with database.writing() as connection:
            hold_cards(connection, *(interview.owner for interview, _mark, _summary in worked_out))
            done += sum(
                _write(connection, interview, summary)
                for interview, mark, summary in worked_out
                if _is_ours(connection, interview.id) and _mark(connection, interview.id) == mark
            )
        tried += len(batch)
    return done


def count_stale(connection: Connection) -> int:
    """How many interviews have newer records than their rows."""
    return connection.execute(select(func.count()).where(interviews.c.stale)).scalar_one()


Mark = tuple[str, int, int, int | None, int | None]


def _read_stale(connection: Connection, known: RowCache, limit: int, skip: int, owner: str | None) -> list[tuple[Interview, Mark | None]]:
    wanted = select(interviews).where(interviews.c.stale, true() if owner is None else interviews.c.owner == owner)
    rows = connection.execute(wanted.order_by(interviews.c.created_at.desc()).limit(limit).offset(skip)).mappings().all()
    return [(read_interview(connection, known, row), _mark(connection, row["id"])) for row in rows]


def _is_ours(connection: Connection, interview_id: str) -> bool:
    """Whether its rows are still to be written, and no other replica is at it; none will be before the transaction ends."""
    stale = select(interviews.c.id).where(interviews.c.id == interview_id, interviews.c.stale)
    return connection.execute(stale.with_for_update(skip_locked=True)).first() is not None


def _mark(connection: Connection, interview_id: str) -> Mark | None:
    """What is different after every change of an interview; None if it is gone."""
    mine = select(turns.c.id).where(turns.c.interview_id == interview_id)
    row = connection.execute(
        select(
            interviews.c.owner,
            interviews.c.version,
            select(func.count()).where(grading_requests.c.turn_id.in_(mine)).scalar_subquery(),
            select(func.max(grades.c.id)).where(grades.c.turn_id.in_(mine)).scalar_subquery(),
            select(func.max(edits.c.id)).where(edits.c.interview_id == interview_id).scalar_subquery(),
        ).where(interviews.c.id == interview_id)
    ).one_or_none()
    return (row[0], row[1], row[2], row[3], row[4]) if row else None


def _write(connection: Connection, interview: Interview, summary: InterviewSummary) -> int:
    connection.execute(delete(summaries).where(summaries.c.interview_id == interview.id))
    # The rows of points go with those of their questions.
    connection.execute(delete(question_results).where(question_results.c.interview_id == interview.id))
    counted = {each.name: getattr(summary, each.name) for each in fields(summary) if each.name not in ("questions", "planned", "reviews")}
    connection.execute(
        insert(summaries).values(
            interview_id=interview.id, owner=interview.owner, created_at=interview.created_at, finished_at=interview.finished_at,
            lang=interview.setup.lang, mode=interview.setup.mode.value, questions=summary.planned, **counted,
        )
    )  # fmt: skip
    results = () if interview.setup.mode is Mode.DRILL else summary.questions
    questions = [
        {
            "interview_id": interview.id, "owner": interview.owner, "question_id": result.question_id, "at": result.at,
            "standing": result.status, "score": result.score, "machine_score": result.machine_score, "low": result.low, "high": result.high,
            "judged_by": result.judged_by, "judge_id": result.judge_id,
        }
        for result in results
    ]  # fmt: skip
    points = [
        {"interview_id": interview.id, "question_id": result.question_id, **asdict(point), "status": point.status.value}
        for result in results
        for point in result.points
    ]
    if questions:
        connection.execute(insert(question_results), questions)
    if points:
        connection.execute(insert(point_results), points)
    replace_reviews(connection, interview.id, interview.owner, summary.reviews)
    connection.execute(update(interviews).where(interviews.c.id == interview.id).values(stale=False))
    return 1
