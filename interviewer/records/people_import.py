"""Many new people at once: all of them with their groups, coaches and invitations in one transaction, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from interviewer.errors import Conflict
from interviewer.models import Role
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.dialects import take_turns
from interviewer.records.groups import archived_groups, group_id
from interviewer.records.hidden import hide
from interviewer.records.membership import coaches_of_group, ensure_group
from interviewer.records.names import KnownNames, key_of
from interviewer.records.people_tables import audit, coachings, people, tickets


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be added. `coach_ids`: of coaches besides those of the group; `secret`: of the invitation, kept nowhere."""

    id: str
    name: str
    role: Role
    group: str
    coach_ids: tuple[str, ...]
    secret: str


def add_people(database: Database, new: Sequence[NewPerson], *, purpose: str, lifetime: timedelta, actor_id: str, now: datetime) -> None:
    """Add them all, each with a one-time link of that purpose; Conflict, and nobody is added, if a name or a group is not free any more."""
    with database.writing() as connection:
        take_turns(connection, "names")
        _check_free(connection, new)
        groups = {each.group for each in new if each.group}
        for group in sorted(groups):
            if ensure_group(connection, group, now):
                note(connection, actor_id, "group_added", group_id(connection, group), now=now)
        connection.execute(insert(people), [
            {"id": each.id, "name": each.name, "key": key_of(each.name), "role": each.role.value, "group_name": each.group, "active": True,
             "created_at": now}
            for each in new
        ])  # fmt: skip
        of_group = {group: coaches_of_group(connection, group) for group in groups}
        pairs = [(coach_id, each.id) for each in new for coach_id in dict.fromkeys((*each.coach_ids, *_coaches_by_group(each, of_group)))]
        if pairs:
            connection.execute(insert(coachings), [{"coach_id": coach_id, "candidate_id": person_id} for coach_id, person_id in pairs])
        connection.execute(insert(tickets), [
            {"token_hash": hide(each.secret), "person_id": each.id, "purpose": purpose, "created_at": now, "expires_at": now + lifetime}
            for each in new
        ])  # fmt: skip
        done = [("person_added", each.id, each.role.value) for each in new] + [("invited", each.id, "") for each in new]
        done += [("assigned", person_id, coach_id) for coach_id, person_id in pairs]
        connection.execute(insert(audit), [
            {"at": now, "actor_id": actor_id, "action": action, "subject": subject, "detail": detail} for action, subject, detail in done
        ])  # fmt: skip


def _check_free(connection: Connection, new: Sequence[NewPerson]) -> None:
    known = KnownNames(connection.scalars(select(people.c.name)))
    over = set(connection.scalars(archived_groups()))
    for each in new:
        if known.same(each.name) or known.alike(each.name) or each.group in over:
            raise Conflict("somebody was added meanwhile, or a group was archived → look at the preview again")
        known.add(each.name)


def _coaches_by_group(person: NewPerson, of_group: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return of_group.get(person.group, ()) if person.role is Role.CANDIDATE else ()
