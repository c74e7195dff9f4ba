"""The interviews in which something waits for a coach: a candidate's claim, or an error that no rubric knew. None of groups whose term is over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true

from interviewer.models import Interview, Person
from interviewer.records.base import Database
from interviewer.records.groups import archived_groups
from interviewer.records.people_tables import people
from interviewer.records.review_tables import summaries
from interviewer.records.row_cache import RowCache
from interviewer.records.store import read_interview
from interviewer.records.tables import interviews
from interviewer.records.visibility import on_desk

_seen = summaries.c


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for a coach: claims, and errors that no rubric knew."""

    claims: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Whose:
    """An interview with whose it is. `candidate`, `group`: empty for the local person."""

    interview: Interview
    candidate: str
    group: str


class ReviewQueueStore:
    """The rows of one database; each method is one transaction. `known`: as of the desk's store."""

    def __init__(self, database: Database, known: RowCache) -> None:
        self._database, self._known = database, known

    def count(self, viewer: Person, hidden: Collection[str] = ()) -> Waiting:
        """How much waits in all that the viewer may grade, but for the interviews that are `hidden` from them."""
        errors = func.sum(_seen.unknown_errors).filter(_seen.finished_at.is_not(None))
        query = select(func.coalesce(func.sum(_seen.contested), 0), func.coalesce(errors, 0)).where(
            _gradable_by(viewer), _seen.interview_id.not_in(sorted(hidden))
        )
        with self._database.reading() as connection:
            return Waiting(*connection.execute(query).one())

    def contested(self, viewer: Person, limit: int) -> tuple[Whose, ...]:
        """Those with claims that nobody has answered, the newest first."""
        return self._read(viewer, _seen.contested > 0, limit)

    def with_unknown_errors(self, viewer: Person, limit: int) -> tuple[Whose, ...]:
        """Finished ones with errors that no rubric knew, the newest first."""
        return self._read(viewer, (_seen.unknown_errors > 0) & _seen.finished_at.is_not(None), limit)

    def _read(self, viewer: Person, wanted: ColumnElement[bool], limit: int) -> tuple[Whose, ...]:
        query = (
            select(interviews, func.coalesce(people.c.name, "").label("person"), func.coalesce(people.c.group_name, "").label("team"))
            .select_from(interviews.join(summaries, _seen.interview_id == interviews.c.id).outerjoin(people, people.c.id == _seen.owner))
            .where(wanted, _gradable_by(viewer))
            .order_by(_seen.created_at.desc(), _seen.interview_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
            return tuple(Whose(read_interview(connection, self._known, row), row["person"], row["team"]) for row in rows)


def _gradable_by(viewer: Person) -> ColumnElement[bool]:
    others = true() if viewer.is_local else _seen.owner != viewer.id
    over = _seen.owner.in_(select(people.c.id).where(people.c.group_name.in_(archived_groups())))
    return on_desk(viewer, _seen.owner, _seen.finished_at) & others & ~over
