"""Rows of the gradebook: whom it lists, and of each answered question the answer that counts. Every read asks who is asking.

The derived rows must be fresh, as for `group`. Drills are no interviews here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, or_, select

from interviewer.models import Person, Role
from interviewer.models.gradebook import AssignedRow, GradeRow, Student
from interviewer.models.group import Credit, Selection
from interviewer.records.assignment_tables import assignments
from interviewer.records.base import Database
from interviewer.records.dialects import insert_if_absent
from interviewer.records.group import GRADED, conditions_of
from interviewer.records.people_tables import people
from interviewer.records.report_tables import external_ids
from interviewer.records.review_tables import question_results, summaries
from interviewer.records.tables import interviews
from interviewer.records.visibility import assignment_visible_to, visible_to

LONGEST_ID = 100
MOST_COLUMNS = 60
"""Assignments, the newest."""


class GradebookRecords:
    """The derived rows of everybody's interviews, as far as the viewer may see them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def students(self, viewer: Person, chosen: Selection) -> tuple[Student, ...]:
        """The candidates of the selection, by name: also those without an interview, and whoever else has one in it."""
        with_interviews = select(summaries.c.owner).where(*conditions_of(viewer, chosen))
        listed = [visible_to(viewer, people.c.id), or_(people.c.role == Role.CANDIDATE.value, people.c.id.in_(with_interviews))]
        if chosen.group:
            listed.append(people.c.group_name == chosen.group)
        if chosen.candidate:
            listed.append(people.c.id == chosen.candidate)
        columns = (people.c.id, people.c.name, people.c.group_name, func.coalesce(external_ids.c.value, ""))
        joined = people.outerjoin(external_ids, external_ids.c.person_id == people.c.id)
        nameless = with_interviews.where(summaries.c.owner.not_in(select(people.c.id))).distinct()
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).select_from(joined).where(*listed).order_by(people.c.key)).all()
            others = connection.scalars(nameless).all()
        return (*(Student(owner, "", "") for owner in others), *(Student(*row) for row in rows))

    def grades(self, viewer: Person, chosen: Selection, students: Sequence[str], credit: Credit) -> tuple[GradeRow, ...]:
        """Of each of these people and each question they were asked the answer that counts by `credit`, of the mean the latest.

        A graded answer comes before one that was skipped or is not graded: those count where there is no other.
        """
        results, graded = question_results.c, and_(question_results.c.standing == GRADED, question_results.c.score.is_not(None))
        each: dict[str, Any] = {"partition_by": (summaries.c.owner, results.question_id)}
        columns = (
            summaries.c.owner, results.question_id, summaries.c.interview_id, results.standing, results.score, results.low, results.high,
            results.judged_by, results.judge_id, summaries.c.reviewed_at,
            func.sum(case((graded, 1), else_=0)).over(**each).label("attempts"),
            func.avg(case((graded, results.score))).over(**each).label("mean"),
            func.row_number().over(**each, order_by=(case((graded, 0), else_=1), *_order(credit))).label("place"),
        )  # fmt: skip
        ranked = (
            select(*columns)
            .select_from(summaries.join(question_results, results.interview_id == summaries.c.interview_id))
            .where(*conditions_of(viewer, chosen), summaries.c.owner.in_(students))
            .subquery()
        )
        first = (
            select(ranked, people.c.name).select_from(ranked.outerjoin(people, people.c.id == ranked.c.judge_id)).where(ranked.c.place == 1)
        )
        with self._database.reading() as connection:
            rows = connection.execute(first).all()
        return tuple(
            GradeRow(
                row.owner, row.question_id, row.interview_id, row.standing, row.score if row.standing == GRADED else None, row.low, row.high,
                row.judged_by, row.name or "", row.reviewed_at is not None, row.attempts, row.mean,
            )
            for row in rows
        )  # fmt: skip

    def assignments(self, viewer: Person, chosen: Selection) -> tuple[tuple[str, str], ...]:
        """Id and title of the assignments that the viewer sees as a coach, of the group if one is chosen, the oldest first."""
        table = assignments.c
        mine = [assignment_visible_to(viewer), *([table.group_name == chosen.group] if chosen.group else [])]
        newest = select(table.id, table.title).where(*mine).order_by(table.created_at.desc(), table.id).limit(MOST_COLUMNS)
        with self._database.reading() as connection:
            return tuple((row.id, row.title) for row in reversed(connection.execute(newest).all()))

    def assigned(self, viewer: Person, chosen: Selection, students: Sequence[str], credit: Credit) -> tuple[AssignedRow, ...]:
        """The same by assignment: of each person's interviews for one the one that counts by `credit`; one with a grade before one without."""
        results, graded = question_results.c, and_(question_results.c.standing == GRADED, question_results.c.score.is_not(None))
        score, count = func.avg(case((graded, results.score))), func.sum(case((graded, 1), else_=0))
        per = (
            select(
                summaries.c.owner, interviews.c.assignment_id, summaries.c.interview_id, summaries.c.created_at, summaries.c.reviewed_at,
                summaries.c.questions, score.label("score"), count.label("graded"),
                func.sum(case((results.standing.in_(("skipped", "unknown", "ran_out")), 1), else_=0)).label("left"),
                func.sum(case((results.standing.in_(("ungraded", "pending")), 1), else_=0)).label("waiting"),
                func.min(case((graded, results.judged_by))).label("judged_by"), func.max(case((graded, results.judged_by))).label("last_by"),
                func.min(case((graded, results.judge_id))).label("judge_id"), func.max(case((graded, results.judge_id))).label("last_id"),
            )
            .select_from(
                summaries.join(interviews, interviews.c.id == summaries.c.interview_id).outerjoin(
                    question_results, results.interview_id == summaries.c.interview_id
                )
            )
            .where(*conditions_of(viewer, chosen), summaries.c.owner.in_(students), interviews.c.assignment_id.is_not(None))
            .group_by(
                summaries.c.owner, interviews.c.assignment_id, summaries.c.interview_id, summaries.c.created_at, summaries.c.reviewed_at,
                summaries.c.questions,
            )
            .subquery()
        )  # fmt: skip
        each: dict[str, Any] = {"partition_by": (per.c.owner, per.c.assignment_id)}
        with_grade = case((per.c.score.is_not(None), 0), else_=1)
        newest = (per.c.created_at.desc(), per.c.interview_id.desc())
        order: tuple[Any, ...] = {
            Credit.FIRST: (per.c.created_at, per.c.interview_id),
            Credit.BEST: (func.coalesce(per.c.score, -1.0).desc(), *newest),
        }.get(credit, newest)
        ranked = select(
            per,
            func.count(per.c.score).over(**each).label("attempts"),
            func.avg(per.c.score).over(**each).label("mean"),
            func.row_number().over(**each, order_by=(with_grade, *order)).label("place"),
        ).subquery()
        first = (
            select(ranked, people.c.name).select_from(ranked.outerjoin(people, people.c.id == ranked.c.judge_id)).where(ranked.c.place == 1)
        )
        with self._database.reading() as connection:
            rows = connection.execute(first).all()
        return tuple(_assigned(row) for row in rows)

    def name_elsewhere(self, viewer: Person, given: Sequence[tuple[str, str]]) -> int:
        """Put down by which id a learning platform knows people ("" for none), of those whom the viewer may see; how many these were."""
        ids = [person_id for person_id, _ in given]
        with self._database.writing() as connection:
            known = set(connection.scalars(select(people.c.id).where(people.c.id.in_(ids), visible_to(viewer, people.c.id))))
            for person_id, value in given:
                if person_id in known:
                    connection.execute(delete(external_ids).where(external_ids.c.person_id == person_id))
                    if value:
                        insert_if_absent(connection, external_ids, {"person_id": person_id, "value": value[:LONGEST_ID]})
        return len(known)


def _assigned(row: Row[Any]) -> AssignedRow:
    alone = row.judged_by == row.last_by and row.judge_id == row.last_id
    return AssignedRow(
        row.owner, row.assignment_id, row.interview_id, row.score, row.graded or 0, row.questions, row.left or 0, row.waiting or 0,
        (row.judged_by or "") if alone else "", (row.name or "") if alone else "", row.reviewed_at is not None, row.attempts, row.mean,
    )  # fmt: skip


def _order(credit: Credit) -> tuple[ColumnElement[Any], ...]:
    newest_first = (summaries.c.created_at.desc(), summaries.c.interview_id.desc())
    if credit is Credit.FIRST:
        return summaries.c.created_at, summaries.c.interview_id
    # PostgreSQL puts what is missing first.
    best = (func.coalesce(question_results.c.score, -1.0).desc(),)
    return (*best, *newest_first) if credit is Credit.BEST else newest_first
