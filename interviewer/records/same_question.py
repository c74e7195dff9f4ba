"""One question across the candidates: every interview in which it was answered, and which of these a coach has been through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, exists, func, insert, or_, select, true

from interviewer.models import EditKind, Mode, Person
from interviewer.records.base import Database
from interviewer.records.desk_tables import question_reviews
from interviewer.records.groups import archived_groups
from interviewer.records.people_tables import people
from interviewer.records.review_tables import edits, question_results, summaries
from interviewer.records.visibility import on_desk

ANSWERED = ("graded", "ungraded", "pending")
"""The statuses of a question that has an answer (`interview.results.QuestionStatus`)."""


@dataclass(frozen=True, slots=True)
class SameAnswer:
    """An interview in which the question was answered. `reviewed`: the coach has been through the question, or stands for the whole interview."""

    interview_id: str
    group: str
    reviewed: bool


class SameQuestionStore:
    """The rows of one database; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def row(self, viewer: Person, question_id: str, group: str = "") -> tuple[SameAnswer, ...]:
        """All finished interviews with an answer to the question that the viewer may grade, in an order that tells nothing of them.

        Of groups whose term is over only those of `group`.
        """
        seen, kept = summaries.c, question_reviews.c
        through = exists().where(kept.interview_id == seen.interview_id, kept.question_id == question_id, kept.coach_id == viewer.id)
        stands = exists().where(
            edits.c.interview_id == seen.interview_id, edits.c.author_id == viewer.id, edits.c.kind == EditKind.REVIEWED.value
        )
        reviewed = or_(through, and_(seen.reviewed_at.is_not(None), stands))
        mine = question_results.c.interview_id == seen.interview_id
        listed = (
            select(seen.interview_id, func.coalesce(people.c.group_name, ""), reviewed)
            .select_from(summaries.join(question_results, mine).outerjoin(people, people.c.id == seen.owner))
            .where(
                question_results.c.question_id == question_id,
                question_results.c.standing.in_(ANSWERED),
                seen.mode != Mode.DRILL.value,
                seen.finished_at.is_not(None),
                on_desk(viewer, seen.owner, seen.finished_at),
                true() if viewer.is_local else seen.owner != viewer.id,
                or_(func.coalesce(people.c.group_name, "").not_in(archived_groups()), people.c.group_name == group),
            )
            .order_by(seen.interview_id)
        )
        with self._database.reading() as connection:
            return tuple(SameAnswer(row[0], row[1], bool(row[2])) for row in connection.execute(listed))

    def put_through(self, coach_id: str, interview_id: str, question_id: str, now: datetime) -> frozenset[str]:
        """Note that the coach has been through the question; all questions of the interview that they have been through."""
        kept = question_reviews.c
        mine = (kept.interview_id == interview_id) & (kept.coach_id == coach_id)
        with self._database.writing() as connection:
            connection.execute(delete(question_reviews).where(mine, kept.question_id == question_id))
            connection.execute(
                insert(question_reviews).values(interview_id=interview_id, question_id=question_id, coach_id=coach_id, at=now)
            )
            return frozenset(connection.scalars(select(kept.question_id).where(mine)))

    def forget(self, coach_id: str, interview_id: str, question_id: str = "") -> None:
        """The coach is to go through the question again, or, without one, through the whole interview."""
        kept = question_reviews.c
        one = kept.question_id == question_id if question_id else true()
        with self._database.writing() as connection:
            connection.execute(delete(question_reviews).where(kept.interview_id == interview_id, kept.coach_id == coach_id, one))
