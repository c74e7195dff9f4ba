"""Who is in which group, and by that coached by whom: steps of a transaction.

Whoever is in a group is coached by all of its coaches, and by none of them once they have left it. Coaches whom an admin gave to a person
alone stay.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from interviewer.models import Role
from interviewer.records.audit_log import note
from interviewer.records.dialects import insert_if_absent
from interviewer.records.people_tables import coachings, group_coaches, groups, people


def ensure_group(connection: Connection, name: str, now: datetime) -> bool:
    """Have a row for the group; whether there was none."""
    return insert_if_absent(connection, groups, {"name": name, "id": secrets.token_hex(16), "created_at": now})


def enter_group(connection: Connection, person_id: str, group: str, *, actor_id: str, now: datetime) -> None:
    """Put somebody into a group, "" for none, with what follows for who coaches them; noted where somebody else coaches them now."""
    before = connection.scalar(select(people.c.group_name).where(people.c.id == person_id)) or ""
    if group:
        ensure_group(connection, group, now)
    connection.execute(update(people).where(people.c.id == person_id).values(group_name=group))
    coaches = coaches_of_group(connection, group)
    left = [coach_id for coach_id in coaches_of_group(connection, before) if coach_id not in coaches] if before != group else []
    part(connection, left, [person_id], actor_id=actor_id, now=now)
    join(connection, coaches, candidates_among(connection, [person_id]), actor_id=actor_id, now=now)


def coaches_of_group(connection: Connection, group: str) -> tuple[str, ...]:
    """Ids of the group's coaches."""
    return tuple(connection.scalars(select(group_coaches.c.coach_id).where(group_coaches.c.group_name == group))) if group else ()


def members_of(connection: Connection, group: str) -> tuple[str, ...]:
    """Ids of all who are in the group."""
    return tuple(connection.scalars(select(people.c.id).where(people.c.group_name == group)))


def candidates_among(connection: Connection, person_ids: Sequence[str]) -> tuple[str, ...]:
    """Those who are to be coached: candidates who do not wait to be let in."""
    wanted = select(people.c.id).where(people.c.id.in_(person_ids), people.c.role == Role.CANDIDATE.value, people.c.waiting.is_(False))
    return tuple(connection.scalars(wanted))


def join(connection: Connection, coach_ids: Iterable[str], person_ids: Sequence[str], *, actor_id: str, now: datetime) -> int:
    """Let these coaches see the interviews of these people; for how many pairs that is new. Nobody is their own coach."""
    pairs = [(coach_id, person_id) for coach_id in coach_ids for person_id in person_ids if coach_id != person_id]
    new = [pair for pair in pairs if insert_if_absent(connection, coachings, dict(zip(("coach_id", "candidate_id"), pair, strict=True)))]
    for coach_id, person_id in new:
        note(connection, actor_id, "assigned", person_id, coach_id, now=now)
    return len(new)


def part(connection: Connection, coach_ids: Iterable[str], person_ids: Sequence[str], *, actor_id: str, now: datetime) -> int:
    """Take that back; for how many pairs it was so."""
    gone = 0
    for coach_id in coach_ids:
        for person_id in person_ids:
            pair = (coachings.c.coach_id == coach_id) & (coachings.c.candidate_id == person_id)
            if connection.execute(delete(coachings).where(pair)).rowcount:
                note(connection, actor_id, "unassigned", person_id, coach_id, now=now)
                gone += 1
    return gone
