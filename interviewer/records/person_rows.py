"""People as the rows of the database tell them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select

from interviewer.models import Person, Role
from interviewer.records.people_tables import people


def has_login() -> ColumnElement[bool]:
    """Whether the person can prove who they are."""
    return or_(people.c.password_hash.is_not(None), people.c.openid.is_not(None))


def select_people(*further: Any) -> Select[Any]:
    """All that `read_person` needs of everybody, with further columns."""
    columns = (
        people.c.id, people.c.name, people.c.role, people.c.group_name, people.c.active, people.c.waiting, people.c.created_at,
    )  # fmt: skip
    return select(*columns, has_login().label("has_login"), *further)


def read_person(row: Row[Any]) -> Person:
    """The person of such a row."""
    return Person(
        row.id, row.name, Role(row.role), row.group_name, bool(row.active), bool(row.has_login), row.created_at, bool(row.waiting)
    )
