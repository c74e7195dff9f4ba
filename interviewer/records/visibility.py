"""Who may see whose interviews, as a condition on their rows. Every read on behalf of a coach carries it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from interviewer.models import Person
from interviewer.records.people_tables import assignments


def visible_to(viewer: Person, owner: ColumnElement[Any]) -> ColumnElement[bool]:
    """The owners whose records the viewer may read: their own, and as a coach those of the candidates assigned to them.

    An admin sees no more than a coach does: they may assign themselves, and the audit log tells it. Without accounts the one
    local person sees everything on their machine.
    """
    if viewer.is_local:
        return true()
    own = owner == viewer.id
    if not viewer.may_coach:
        return own
    return or_(own, owner.in_(select(assignments.c.candidate_id).where(assignments.c.coach_id == viewer.id)))
