"""What drills tell of a group: how many points were recalled by day, and which stay weak. Every read asks who is asking."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select

from interviewer.models import Mode, Person, Rating
from interviewer.models.group import DrillSum, Selection, StayingWeak
from interviewer.records.base import Database
from interviewer.records.days import as_date, begin_of, day_in
from interviewer.records.people_tables import people
from interviewer.records.tables import interviews
from interviewer.records.training_tables import reviews
from interviewer.records.visibility import on_desk

LEAST_ASKED, LAST_MISSED = 3, 2
"""A point stays weak with whom it was asked at least so often, and who missed it so many times at the end."""


class GroupTraining:
    """The reviews of everybody's points, as far as the viewer may see the interviews behind them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def drill_sums(self, viewer: Person, chosen: Selection) -> tuple[DrillSum, ...]:
        """The points asked in drills by day, oldest first."""
        drills = _asked(viewer, chosen).where(interviews.c.mode == Mode.DRILL.value).subquery()
        with self._database.reading() as connection:
            first, last = connection.execute(select(func.min(drills.c.at), func.max(drills.c.at))).one()
            if first is None:
                return ()
            day = day_in(connection, drills.c.at, chosen.zone, first, last).label("day")
            recalled = func.sum(case((drills.c.rating != int(Rating.AGAIN), 1), else_=0))
            rows = connection.execute(select(day, recalled, func.count()).group_by("day").order_by("day")).all()
        return tuple(DrillSum(as_date(row[0]), int(row[1]), row[2]) for row in rows)

    def staying_weak(self, viewer: Person, chosen: Selection) -> tuple[StayingWeak, ...]:
        """The points that were asked again and again and are missed still, those of most people first."""
        found: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
        with self._database.reading() as connection:
            for key, ratings in _doubtful(connection, _asked(viewer, chosen)).items():
                missed = [rating == Rating.AGAIN for rating, _ in ratings]
                if all(missed[-LAST_MISSED:]):
                    found[key[1:]].append((len(missed), sum(missed), sum(is_drill for _, is_drill in ratings)))
        weak = [StayingWeak(*key, len(each), *(sum(column) for column in zip(*each, strict=True))) for key, each in found.items()]
        return tuple(sorted(weak, key=lambda each: (-each.people, -each.missed, each.question_id, each.point_id)))


def _doubtful(connection: Connection, asked: Select[Any]) -> dict[tuple[str, str, str], list[tuple[int, bool]]]:
    """By person, question and point: the ratings in order of time, of what was asked and missed often enough to be looked at."""
    every = asked.cte("asked")
    key = (every.c.owner, every.c.question_id, every.c.point_id)
    often = (
        select(*key)
        .group_by(*key)
        .having(func.count() >= LEAST_ASKED, func.sum(case((every.c.rating == int(Rating.AGAIN), 1), else_=0)) >= LAST_MISSED)
        .subquery()
    )
    joined = every.join(often, and_(*(column == often.c[column.name] for column in key)))
    rows = connection.execute(select(*key, every.c.rating, every.c.mode).select_from(joined).order_by(every.c.at, every.c.interview_id))
    found: dict[tuple[str, str, str], list[tuple[int, bool]]] = defaultdict(list)
    for owner, question_id, point_id, rating, mode in rows:
        found[owner, question_id, point_id].append((rating, mode == Mode.DRILL.value))
    return found


def _asked(viewer: Person, chosen: Selection) -> Select[Any]:
    """The points asked in interviews and drills of the selection that the viewer may see."""
    wanted = (
        select(
            reviews.c.owner, reviews.c.question_id, reviews.c.point_id, reviews.c.rating, reviews.c.at, reviews.c.interview_id,
            interviews.c.mode,
        )
        .select_from(reviews.join(interviews, interviews.c.id == reviews.c.interview_id))
        .where(on_desk(viewer, interviews.c.owner, interviews.c.finished_at))
    )  # fmt: skip
    if chosen.candidate:
        wanted = wanted.where(interviews.c.owner == chosen.candidate)
    if chosen.group:
        wanted = wanted.where(interviews.c.owner.in_(select(people.c.id).where(people.c.group_name == chosen.group)))
    if chosen.since:
        wanted = wanted.where(reviews.c.at >= begin_of(chosen.since, chosen.zone))
    if chosen.until:
        wanted = wanted.where(reviews.c.at < begin_of(chosen.until, chosen.zone, after=1))
    return wanted
