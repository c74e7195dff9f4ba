"""The table of what is done in the background. It stands alone: a job names what it is about, and outlives it."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table

from interviewer.records.base import UtcDateTime, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    # who does it: learn, draft, export …
    Column("kind", String(20), nullable=False),
    # id of a person, empty for nobody's
    Column("owner", String(200), nullable=False, index=True),
    Column("subject", String(200), nullable=False),
    Column("wanted", JSON, nullable=False),
    # open, done or failed
    Column("state", String(20), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("ended_at", UtcDateTime()),
    # of a job that nobody has begun: digest of what is asked for, so that the same is asked for once; none of any other
    Column("waiting_for", String(450), unique=True),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime()),
    Column("attempts", Integer, nullable=False),
    # how often it failed for a reason that may pass, and when it is due again
    Column("tries", Integer, nullable=False),
    Column("not_before", UtcDateTime()),
    Column("progress", Float, nullable=False),
    Column("result", JSON(none_as_null=True)),
    # in both languages
    Column("failure", JSON(none_as_null=True)),
    Index(None, "state", "lease_until"),
    Index(None, "kind", "subject"),
)
