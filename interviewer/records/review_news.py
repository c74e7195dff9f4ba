"""What coaches have put down on somebody's interviews that they have not seen yet. Every read asks whose the interviews are."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, update

from interviewer.errors import StoreError
from interviewer.models import Edit, EditKind, Interview, Purpose, standing_edits
from interviewer.records.base import Database
from interviewer.records.dialects import insert_if_absent
from interviewer.records.edits import read_edits
from interviewer.records.review_tables import edits
from interviewer.records.tables import interviews
from interviewer.records.telling_tables import seen_reviews

MOST_TOLD = 20
"""Interviews that are told of at once, the newest review first."""


@dataclass(frozen=True, slots=True)
class ReviewNews:
    """What is new on one interview. `begun_at`: of the interview; `at`: of the latest news, both UTC.

    `reviewed`: a coach stands for its grades since; `changed`: questions with another grade; `comments`: how many.
    """

    interview_id: str
    begun_at: datetime
    at: datetime
    reviewed: bool
    changed: int
    comments: int


class ReviewNewsStore:
    """The news of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unseen(self, owner: str) -> tuple[ReviewNews, ...]:
        """Of the owner's interviews that have ended: those with something new, the newest first."""
        newer = (
            select(interviews.c.id, interviews.c.created_at, func.coalesce(seen_reviews.c.edit_id, 0).label("seen"))
            .select_from(interviews.join(edits, edits.c.interview_id == interviews.c.id).outerjoin(seen_reviews, seen_reviews.c.interview_id == interviews.c.id))
            .where(interviews.c.owner == owner, interviews.c.edited, interviews.c.finished_at.is_not(None))
            .group_by(interviews.c.id, interviews.c.created_at, seen_reviews.c.edit_id)
            .having(func.max(edits.c.id) > func.coalesce(seen_reviews.c.edit_id, 0))
            .order_by(func.max(edits.c.id).desc())
            .limit(MOST_TOLD)
        )  # fmt: skip
        with self._database.reading() as connection:
            rows = connection.execute(newer).all()
            found = [_tell(row.id, row.created_at, read_edits(connection, row.id), row.seen, owner) for row in rows]
        return tuple(news for news in found if news)

    def mark_seen(self, interview: Interview) -> None:
        """Its owner has seen what was put down on it until it was read; nothing is written where nothing is new."""
        if not interview.edits or interview.finished_at is None:
            return
        newest, mine = interview.edits[-1].id, seen_reviews.c.interview_id == interview.id
        with self._database.reading() as connection:
            seen = connection.scalar(select(seen_reviews.c.edit_id).where(mine))
        if seen is not None and seen >= newest:
            return
        # Who may read is not turned away because nothing can be written at the moment.
        with suppress(StoreError), self._database.writing() as connection:
            if not insert_if_absent(connection, seen_reviews, {"interview_id": interview.id, "edit_id": newest}):
                connection.execute(update(seen_reviews).where(and_(mine, seen_reviews.c.edit_id < newest)).values(edit_id=newest))


def _tell(interview_id: str, begun_at: datetime, put_down: tuple[Edit, ...], seen: int, owner: str) -> ReviewNews | None:
    new = [edit for edit in _told(put_down) if edit.id > seen and edit.author_id != owner]
    if not new:
        return None
    graded = {edit.question_id for edit in new if edit.kind in (EditKind.VERDICT, EditKind.SCORE)}
    return ReviewNews(
        interview_id, begun_at, new[-1].at, any(edit.kind is EditKind.REVIEWED for edit in new), len(graded),
        sum(edit.kind is EditKind.COMMENT for edit in new),
    )  # fmt: skip


def _told(put_down: tuple[Edit, ...]) -> list[Edit]:
    """What stands and is for the candidate: no second reading, and no review that was reopened."""
    standing = standing_edits(put_down)
    reopened = max((edit.id for edit in standing if edit.kind is EditKind.REOPENED), default=0)
    return [
        edit for edit in standing
        if edit.purpose is not Purpose.CALIBRATION
        and edit.kind is not EditKind.REOPENED
        and not (edit.kind is EditKind.REVIEWED and edit.id < reopened)
    ]  # fmt: skip
