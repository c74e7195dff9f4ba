"""What all tables share: the naming of constraints, moments in UTC, rows that go with their owner, and what a failure is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, DateTime, ForeignKey, MetaData, TypeDecorator
from sqlalchemy.exc import SQLAlchemyError

from interviewer.errors import StoreError

Transaction = Connection
"""A transaction under way, for those who pass it on and know nothing of SQL."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so the zone is put back when it is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def owned_by(target: str) -> ForeignKey:
    """A reference whose row is deleted with what it points to."""
    return ForeignKey(target, ondelete="CASCADE")


@contextmanager
def translated() -> Iterator[None]:
    """Turns the database's errors into StoreError."""
    try:
        yield
    except SQLAlchemyError as error:
        # The driver's text can hold the parameters, and with them an answer: only the kind of the error goes on.
        raise StoreError(
            f"the records cannot be read or written ({type(error).__name__}) → check the disk and the data folder, then try again"
        ) from None
