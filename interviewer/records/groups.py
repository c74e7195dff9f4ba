"""Groups in the database: their coaches, their lead and their archive. Every method is one transaction, with its note in the audit log.

Who is in a group is in `membership`, the links by which people join it are in `joining`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select, update

from interviewer.models import Group
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.dialects import insert_if_absent
from interviewer.records.membership import candidates_among, ensure_group, join, members_of, part
from interviewer.records.people_tables import group_coaches, groups, join_links, people


class GroupStore:
    """The groups of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_groups(self) -> tuple[Group, ...]:
        """All groups, by name."""
        with self._database.reading() as connection:
            coaches: dict[str, tuple[str, ...]] = {}
            pairs = select(group_coaches.c.group_name, group_coaches.c.coach_id)
            for name, coach_id in connection.execute(pairs.join(people, people.c.id == group_coaches.c.coach_id).order_by(people.c.key)):
                coaches[name] = (*coaches.get(name, ()), coach_id)
            return tuple(_read_group(row, coaches.get(row.name, ())) for row in connection.execute(_groups()))

    def get(self, name: str) -> Group | None:
        """The group of that name."""
        return next((group for group in self.list_groups() if group.name == name), None)

    def is_archived(self, name: str) -> bool:
        """Whether the group's term is over."""
        with self._database.reading() as connection:
            return bool(connection.scalar(select(groups.c.name).where(groups.c.name == name, groups.c.archived_at.is_not(None))))

    def archived_names(self) -> frozenset[str]:
        """The names of the groups whose term is over."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(archived_groups()))

    def create(self, name: str, *, actor_id: str, now: datetime) -> bool:
        """A group with nobody in it; False if there is one of that name."""
        with self._database.writing() as connection:
            made = ensure_group(connection, name, now)
            if made:
                _note(connection, actor_id, "group_added", name, now=now)
            return made

    def add_coach(self, name: str, coach_id: str, *, actor_id: str, now: datetime) -> int | None:
        """Let them coach everybody in the group, now and later; whom they have not coached before. None if they were a coach of it already."""
        with self._database.writing() as connection:
            ensure_group(connection, name, now)
            new = insert_if_absent(connection, group_coaches, {"group_name": name, "coach_id": coach_id})
            members = candidates_among(connection, members_of(connection, name))
            joined = join(connection, [coach_id], members, actor_id=actor_id, now=now)
            if new:
                _note(connection, actor_id, "group_coach_added", name, coach_id, now=now)
            return joined if new or joined else None

    def remove_coach(self, name: str, coach_id: str, *, actor_id: str, now: datetime) -> int | None:
        """No longer, for all who are in the group; for how many. None if nothing changed."""
        with self._database.writing() as connection:
            of_group = (group_coaches.c.group_name == name) & (group_coaches.c.coach_id == coach_id)
            gone = connection.execute(delete(group_coaches).where(of_group)).rowcount
            parted = part(connection, [coach_id], members_of(connection, name), actor_id=actor_id, now=now)
            connection.execute(update(groups).where(groups.c.name == name, groups.c.lead_id == coach_id).values(lead_id=None))
            if gone:
                _note(connection, actor_id, "group_coach_removed", name, coach_id, now=now)
            return parted if gone or parted else None

    def set_lead(self, name: str, coach_id: str, *, actor_id: str, now: datetime) -> bool:
        """Whose verdicts are the final ones where nobody has graded yet, "" for the first to grade; whether it was somebody else."""
        with self._database.writing() as connection:
            before = connection.scalar(select(groups.c.lead_id).where(groups.c.name == name)) or ""
            connection.execute(update(groups).where(groups.c.name == name).values(lead_id=coach_id or None))
            if before != coach_id:
                _note(connection, actor_id, "group_lead", name, coach_id, now=now)
            return before != coach_id

    def archive(self, name: str, archived: bool, *, actor_id: str, now: datetime) -> bool:
        """End the group's term, which closes its links, or take that back; whether it was otherwise."""
        with self._database.writing() as connection:
            other = groups.c.archived_at.is_(None) if archived else groups.c.archived_at.is_not(None)
            values = {"archived_at": now if archived else None}
            changed = connection.execute(update(groups).where(groups.c.name == name, other).values(values)).rowcount == 1
            if archived:
                still_open = (join_links.c.group_name == name) & join_links.c.closed_at.is_(None)
                connection.execute(update(join_links).where(still_open).values(closed_at=now))
            if changed:
                _note(connection, actor_id, "group_archived" if archived else "group_unarchived", name, now=now)
            return changed

    def names_by_id(self) -> dict[str, str]:
        """The groups' names by their ids, for whoever reads the audit log."""
        with self._database.reading() as connection:
            return dict(connection.execute(select(groups.c.id, groups.c.name)).tuples().all())


def group_id(connection: Connection, name: str) -> str:
    """What the audit log calls the group."""
    return connection.scalar(select(groups.c.id).where(groups.c.name == name)) or ""


def archived_groups() -> Select[tuple[Any]]:
    """The names of the groups whose term is over."""
    return select(groups.c.name).where(groups.c.archived_at.is_not(None))


def _note(connection: Connection, actor_id: str, action: str, name: str, detail: str = "", *, now: datetime) -> None:
    note(connection, actor_id, action, group_id(connection, name), detail, now=now)


def _groups() -> Select[Any]:
    in_it = func.count(people.c.id)
    return (
        select(groups, in_it.label("people"), in_it.filter(people.c.waiting).label("waiting"))
        .select_from(groups.outerjoin(people, people.c.group_name == groups.c.name))
        .group_by(*groups.c)
        .order_by(groups.c.name)
    )


def _read_group(row: Row[Any], coach_ids: tuple[str, ...]) -> Group:
    return Group(row.name, row.id, row.created_at, row.archived_at, row.lead_id or "", coach_ids, row.people, row.waiting)
