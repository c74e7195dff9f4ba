"""The tables, as SQLAlchemy Core sees them. Every change here needs a migration in `migrations/versions`.

interviews 1─n interview_questions n─1 question_snapshots     the plan, and each question as it was then
interviews 1─n turns 1─n grading_requests 1─1 grades          the dialogue; grades are only ever added
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

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


def _owned_by(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="CASCADE")


question_snapshots = Table(
    "question_snapshots",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("question_id", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", JSON, nullable=False),
)

interviews = Table(
    "interviews",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("follow_ups", Integer, nullable=False),
    Column("minutes", Integer),
    Column("examiner", String(20), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("finished_at", UtcDateTime()),
    Column("version", Integer, nullable=False),
    Index(None, "owner", "created_at"),
)

interview_questions = Table(
    "interview_questions",
    metadata,
    Column("interview_id", String(32), _owned_by("interviews.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("question_id", String(200), nullable=False),
    Column("digest", String(64), ForeignKey("question_snapshots.digest"), nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interview_id", String(32), _owned_by("interviews.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("question_id", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("aimed_point", String(200)),
    Column("asked_at", UtcDateTime(), nullable=False),
    Column("hints", Integer, nullable=False),
    Column("revealed", Boolean, nullable=False),
    Column("draft", Text, nullable=False),
    Column("reply_kind", String(20)),
    Column("reply_text", Text),
    Column("replied_at", UtcDateTime()),
    UniqueConstraint("interview_id", "seq"),
)

grading_requests = Table(
    "grading_requests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("turn_id", Integer, _owned_by("turns.id"), nullable=False, index=True),
    # interview, turn, hash of the answer, and which request for it: the same click arriving twice asks for one grade
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("examiner", String(20), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime()),
    Column("attempts", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
    Index(None, "done", "lease_until"),
)

grades = Table(
    "grades",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("turn_id", Integer, _owned_by("turns.id"), nullable=False, index=True),
    Column("request_id", String(32), _owned_by("grading_requests.id"), nullable=False, unique=True),
    Column("at", UtcDateTime(), nullable=False),
    # copies out of `outcome`, for queries over many interviews
    Column("score", Float),
    Column("reason", String(40)),
    Column("examiner", String(20), nullable=False),
    Column("outcome", JSON, nullable=False),
)
