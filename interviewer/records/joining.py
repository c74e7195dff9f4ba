"""Links by which people join a group, and those who have and wait to be let in. Every method is one transaction.

A link's secret is kept as SHA-256 only. Of several who come at once as many get in as it has places.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, update

from interviewer.errors import ConfigError, Conflict
from interviewer.models import JoinLink, Person, Role
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.groups import archived_groups, group_id
from interviewer.records.hidden import hide
from interviewer.records.membership import coaches_of_group, enter_group, join
from interviewer.records.names import read_name
from interviewer.records.people import add_person
from interviewer.records.people_tables import join_links, people


class JoinStore:
    """The links of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, group: str, *, expires_at: datetime, most: int, confirm: bool, actor_id: str, now: datetime) -> str:
        """A new link; returns its secret, which is kept nowhere."""
        secret, link_id = secrets.token_urlsafe(32), secrets.token_hex(16)
        values = {
            "id": link_id, "token_hash": hide(secret), "group_name": group, "created_by": actor_id, "created_at": now,
            "expires_at": expires_at, "most": most, "used": 0, "confirm": confirm,
        }  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(join_links.insert().values(values))
            note(connection, actor_id, "join_link_made", group_id(connection, group), link_id, now=now)
        return secret

    def links(self, group: str) -> tuple[JoinLink, ...]:
        """The group's links, the newest first, those that are over as well."""
        with self._database.reading() as connection:
            wanted = select(join_links).where(join_links.c.group_name == group).order_by(join_links.c.created_at.desc())
            return tuple(map(_read_link, connection.execute(wanted)))

    def close(self, group: str, link_id: str, *, actor_id: str, now: datetime) -> bool:
        """Let nobody else in by it; whether it was open. A link of another group is none."""
        wanted = and_(join_links.c.id == link_id, join_links.c.group_name == group, join_links.c.closed_at.is_(None))
        with self._database.writing() as connection:
            closed = connection.execute(update(join_links).where(wanted).values(closed_at=now)).rowcount == 1
            if closed:
                note(connection, actor_id, "join_link_closed", group_id(connection, group), link_id, now=now)
            return closed

    def peek(self, secret: str, now: datetime) -> JoinLink | None:
        """The link behind a secret, None if nobody can come in by it any more."""
        with self._database.reading() as connection:
            row = connection.execute(select(join_links).where(_open(secret, now))).one_or_none()
            return _read_link(row) if row else None

    def join(self, secret: str, name: str, password_hash: str, now: datetime) -> Person | None:
        """Somebody new in the link's group, waiting if it says so; None if nobody can come in by it any more. ConfigError as `PeopleStore.add`."""
        shown, person_id = read_name(name), secrets.token_hex(16)
        try:
            with self._database.writing() as connection:
                taken = update(join_links).where(_open(secret, now)).values(used=join_links.c.used + 1)
                link = connection.execute(taken.returning(join_links)).one_or_none()
                if link is None:
                    return None
                add_person(connection, person_id, shown, role=Role.CANDIDATE, now=now)
                proof = {"password_hash": password_hash, "waiting": link.confirm, "active": not link.confirm}
                connection.execute(update(people).where(people.c.id == person_id).values(proof))
                enter_group(connection, person_id, link.group_name, actor_id=person_id, now=now)
                note(connection, person_id, "joined_waiting" if link.confirm else "joined", person_id, link.id, now=now)
                return Person(person_id, shown, Role.CANDIDATE, link.group_name, not link.confirm, True, now, bool(link.confirm))
        except Conflict:
            raise ConfigError(f"there is somebody called {shown} already → choose another name") from None

    def confirm(self, person_id: str, *, actor_id: str, now: datetime) -> bool:
        """Let somebody in who waits, to be coached by the group's coaches; whether they waited."""
        with self._database.writing() as connection:
            let_in = update(people).where(people.c.id == person_id, people.c.waiting).values(waiting=False, active=True)
            group = connection.scalar(let_in.returning(people.c.group_name))
            if group is None:
                return False
            note(connection, actor_id, "join_confirmed", person_id, now=now)
            join(connection, coaches_of_group(connection, group), [person_id], actor_id=actor_id, now=now)
            return True


def _open(secret: str, now: datetime) -> ColumnElement[bool]:
    table = join_links.c
    still = and_(table.closed_at.is_(None), table.expires_at > now, table.used < table.most)
    over = table.group_name.in_(archived_groups())
    return and_(table.token_hash == hide(secret), still, ~over)


def _read_link(row: Row[Any]) -> JoinLink:
    return JoinLink(row.id, row.group_name, row.created_at, row.expires_at, row.most, row.used, bool(row.confirm), row.closed_at)
