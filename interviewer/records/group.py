"""Rows over many interviews for the group's page. Every read asks who is asking; what the rows mean is worked out in `insight.group`.

The derived rows must be fresh: whoever reads here has stale interviews worked out first (records/digest). Drills are no interviews here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, String, cast, func, select, true

from interviewer.errors import NotFound
from interviewer.models import Mode, Person, Question, VerdictStatus
from interviewer.models.group import AnswerCount, CandidateRow, CourseRow, Credit, PointCount, PointRow, ScoreSum, Selection
from interviewer.questions.encoding import decode_question
from interviewer.records.base import Database
from interviewer.records.days import as_date, begin_of, day_in
from interviewer.records.groups import archived_groups
from interviewer.records.people_tables import people
from interviewer.records.review_tables import point_results, question_results, summaries
from interviewer.records.tables import interviews, question_snapshots
from interviewer.records.visibility import on_desk, visible_to

MOST_COUNTED = 2000
"""Interviews, newest first, whose points are counted where only some are chosen; counting all is a matter of the index alone."""

GRADED = "graded"
"""How a question stands (`interview.results.QuestionStatus`) that was answered."""
_STATUSES = {status.value: status for status in VerdictStatus}


class GroupRecords:
    """The derived rows of everybody's interviews, as far as the viewer may see them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def candidates(self, viewer: Person, chosen: Selection) -> tuple[CandidateRow, ...]:
        """Who has interviews in the selection, the weakest first, those without a score last."""
        total = func.avg(summaries.c.total)
        query = (
            select(
                summaries.c.owner,
                func.coalesce(people.c.name, "").label("name"),
                func.coalesce(people.c.group_name, "").label("group"),
                func.count().label("interviews"),
                total.label("total"),
                func.max(summaries.c.created_at).label("last_at"),
            )
            .select_from(summaries.outerjoin(people, people.c.id == summaries.c.owner))
            .where(*conditions_of(viewer, chosen))
            .group_by(summaries.c.owner, people.c.name, people.c.group_name)
            .order_by(total.is_(None), total, summaries.c.owner)
        )
        with self.database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            CandidateRow(row["owner"], *(row[name] for name in ("name", "group", "interviews", "total", "last_at"))) for row in rows
        )

    def groups(self, viewer: Person) -> tuple[str, ...]:
        """The labels of the groups whose interviews the viewer may see."""
        visible = select(summaries.c.owner).where(visible_to(viewer, summaries.c.owner))
        query = (
            select(people.c.group_name).where(people.c.id.in_(visible), people.c.group_name != "").distinct().order_by(people.c.group_name)
        )
        with self.database.reading() as connection:
            return tuple(connection.scalars(query))

    def point_rows(
        self, viewer: Person, chosen: Selection, candidates: Sequence[str], *, question_id: str = "", credit: Credit = Credit.MEAN
    ) -> tuple[PointRow, ...]:
        """The points of these candidates' answers in the selection, oldest interview first.

        `credit`: which of each candidate's answers to a question; of the mean a row stands for all interviews in which the point stood so.
        """
        answers = _chosen_answers(viewer, chosen, candidates, question_id, credit).subquery()
        points = point_results.c
        joined = answers.join(
            point_results, (points.interview_id == answers.c.interview_id) & (points.question_id == answers.c.question_id)
        )
        # Moments as text sort as they follow each other, and the latest interview's id comes along.
        latest = func.max(cast(answers.c.created_at, String).concat(" ").concat(answers.c.interview_id))
        query = (
            select(answers.c.owner, latest, answers.c.question_id, points.point_id, points.status, func.count())
            .select_from(joined)
            .group_by(answers.c.owner, answers.c.question_id, points.point_id, points.status)
            .order_by(latest)
        )
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(PointRow(row[0], row[1].rpartition(" ")[2], row[2], row[3], _STATUSES[row[4]], row[5]) for row in rows)

    def point_counts(self, viewer: Person, chosen: Selection) -> tuple[PointCount, ...]:
        """How often each point stood how: over everything, or over the newest `MOST_COUNTED` interviews of the selection."""
        everything = viewer.is_local and chosen.is_everything
        newest = select(summaries.c.interview_id).where(*conditions_of(viewer, chosen)).order_by(summaries.c.created_at.desc())
        counted, others = newest.limit(MOST_COUNTED), select(interviews.c.id)
        others = others.where(interviews.c.id.in_(_running(viewer)) if everything else interviews.c.id.not_in(counted))
        with self.database.reading() as connection:
            left = connection.execute(select(func.count()).select_from(others.subquery())).scalar_one()
            held = connection.execute(select(func.count()).select_from(interviews)).scalar_one()
            # All points are counted by their index alone, ten times as fast: where most interviews count, the few others are taken off.
            if everything or 2 * left < held:
                found = _count_points(connection)
                found.subtract(_count_points(connection, others) if left else {})
            else:
                found = _count_points(connection, counted)
        return tuple(
            PointCount(question_id, point_id, _STATUSES[status], n) for (question_id, point_id, status), n in sorted(found.items()) if n
        )

    def answer_counts(self, viewer: Person, chosen: Selection) -> tuple[AnswerCount, ...]:
        """How often each question was answered, and left how, in the interviews of the selection."""
        columns = (question_results.c.question_id, question_results.c.standing)
        query = select(*columns, func.count()).where(question_results.c.interview_id.in_(_chosen_ids(viewer, chosen))).group_by(*columns)
        with self.database.reading() as connection:
            return tuple(AnswerCount(*row) for row in connection.execute(query))

    def score_sums(self, viewer: Person, chosen: Selection) -> tuple[ScoreSum, ...]:
        """The scores by question and day."""
        at, score = question_results.c.at, question_results.c.score
        with self.database.reading() as connection:
            first, last = connection.execute(select(func.min(at), func.max(at))).one()
            if first is None:
                return ()
            day = day_in(connection, at, chosen.zone, first, last).label("day")
            # By day first: the rows lie in the order of time, and grouping them is a third of the work.
            query = select(question_results.c.question_id, day, func.sum(score), func.count(score)).group_by(
                "day", question_results.c.question_id
            )
            everything = viewer.is_local and chosen.is_everything
            asked = question_results.c.interview_id
            query = query.where(asked.not_in(_running(viewer)) if everything else asked.in_(_chosen_ids(viewer, chosen)))
            rows = connection.execute(query).all()
        return tuple(ScoreSum(row[0], as_date(row[1]), row[2], row[3]) for row in rows if row[3])

    def candidate(self, viewer: Person, candidate_id: str, kept_back: frozenset[str] = frozenset()) -> CandidateRow:
        """One candidate over all their interviews but those kept back; NotFound if there is none that the viewer may see."""
        rows = self.candidates(viewer, Selection(candidate=candidate_id))
        if not rows:
            raise NotFound("no such candidate → choose one from the group's page")
        if not kept_back:
            return rows[0]
        shown = self.candidates(viewer, Selection(candidate=candidate_id, kept_back=kept_back))
        return shown[0] if shown else replace(rows[0], interviews=0, total=None)

    def course(self, viewer: Person, chosen: Selection) -> tuple[CourseRow, ...]:
        """The interviews of the selection, which is one candidate's, oldest first."""
        conditions = conditions_of(viewer, chosen)
        ids = select(summaries.c.interview_id).where(*conditions)
        with self.database.reading() as connection:
            rows = connection.execute(select(summaries).where(*conditions).order_by(summaries.c.created_at)).mappings().all()
            scores = connection.execute(
                select(question_results.c.interview_id, question_results.c.question_id, question_results.c.score).where(
                    question_results.c.interview_id.in_(ids), question_results.c.score.is_not(None)
                )
            ).all()
        by_interview: dict[str, dict[str, float]] = {}
        for interview_id, question_id, score in scores:
            by_interview.setdefault(interview_id, {})[question_id] = score
        return tuple(_course_row(row, by_interview) for row in rows)

    def snapshots(self, question_ids: Sequence[str]) -> dict[str, Question]:
        """The newest kept version of each question, for those that the bank no longer has."""
        query = (
            select(question_snapshots.c.question_id, question_snapshots.c.content)
            .where(question_snapshots.c.question_id.in_(question_ids))
            .order_by(question_snapshots.c.version)
        )
        if not question_ids:
            return {}
        with self.database.reading() as connection:
            newest = {row[0]: row[1] for row in connection.execute(query)}
        return {question_id: decode_question(content) for question_id, content in newest.items()}


def conditions_of(viewer: Person, chosen: Selection) -> list[Any]:
    """What the interviews of the selection that the viewer may see have in common; without drills."""
    found: list[Any] = [on_desk(viewer, summaries.c.owner, summaries.c.finished_at), summaries.c.mode != Mode.DRILL.value]
    if chosen.candidate:
        found.append(summaries.c.owner == chosen.candidate)
    if chosen.group:
        found.append(summaries.c.owner.in_(select(people.c.id).where(people.c.group_name == chosen.group)))
    elif not (chosen.candidate or viewer.is_local):
        found.append(summaries.c.owner.not_in(select(people.c.id).where(people.c.group_name.in_(archived_groups()))))
    if chosen.kept_back:
        found.append(summaries.c.interview_id.not_in(chosen.kept_back))
    if chosen.since:
        found.append(summaries.c.created_at >= begin_of(chosen.since, chosen.zone))
    if chosen.until:
        found.append(summaries.c.created_at < begin_of(chosen.until, chosen.zone, after=1))
    return found


def _count_points(connection: Connection, ids: Select[tuple[str]] | None = None) -> Counter[tuple[str, str, str]]:
    """By question, point and status, how often it stood so in these interviews; None for all."""
    columns = (point_results.c.question_id, point_results.c.point_id, point_results.c.status)
    query = select(*columns, func.count()).group_by(*columns)
    rows = connection.execute(query if ids is None else query.where(point_results.c.interview_id.in_(ids)))
    return Counter({(row[0], row[1], row[2]): row[3] for row in rows})


def _running(viewer: Person) -> Select[tuple[str]]:
    """The viewer's own interviews that are not on the desk yet."""
    return select(summaries.c.interview_id).where(summaries.c.owner == viewer.id, summaries.c.finished_at.is_(None))


def _chosen_ids(viewer: Person, chosen: Selection) -> Select[tuple[str]]:
    return select(summaries.c.interview_id).where(*conditions_of(viewer, chosen))


def _chosen_answers(viewer: Person, chosen: Selection, candidates: Sequence[str], question_id: str, credit: Credit) -> Select[Any]:
    """The same: of each candidate and question one, or for the mean all."""
    answers = _answers(viewer, chosen, candidates, question_id)
    if credit is Credit.MEAN:
        return answers
    newest_first = (summaries.c.created_at.desc(), summaries.c.interview_id.desc())
    order: tuple[ColumnElement[Any], ...] = {
        Credit.LATEST: newest_first,
        Credit.FIRST: (summaries.c.created_at, summaries.c.interview_id),
        Credit.BEST: (question_results.c.score.desc(), *newest_first),
    }[credit]
    place = func.row_number().over(partition_by=(summaries.c.owner, question_results.c.question_id), order_by=order)
    ranked = answers.add_columns(place.label("place")).subquery()
    return select(ranked).where(ranked.c.place == 1)


def _answers(viewer: Person, chosen: Selection, candidates: Sequence[str], question_id: str) -> Select[Any]:
    """Questions of the candidates' interviews that were answered and have a score: what was left out is no attempt."""
    asked = question_results.c.question_id == question_id if question_id else true()
    return (
        select(summaries.c.owner, summaries.c.interview_id, summaries.c.created_at, question_results.c.question_id)
        .select_from(summaries.join(question_results, question_results.c.interview_id == summaries.c.interview_id))
        .where(
            *conditions_of(viewer, chosen),
            summaries.c.owner.in_(candidates),
            question_results.c.score.is_not(None),
            asked,
            question_results.c.standing == GRADED,
        )
    )


def _course_row(row: RowMapping, scores: dict[str, dict[str, float]]) -> CourseRow:
    interview_id = row["interview_id"]
    return CourseRow(interview_id, row["created_at"], row["total"], row["reviewed_at"] is not None, scores.get(interview_id, {}))
