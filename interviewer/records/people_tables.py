"""The tables of people: who they are, how they prove it, whom they coach, and what was done.

people 1─n sessions, tickets; people n─n people (coachings: coach, candidate); groups n─n people (group_coaches), 1─n join_links; audit, spending and erasures outlive what they are about
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, false

from interviewer.records.base import UtcDateTime, metadata, owned_by

people = Table(
    "people",
    metadata,
    Column("id", String(32), primary_key=True),
    # as typed; `key` is what must be unique: NFKC, casefolded
    Column("name", String(100), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("group_name", String(100), nullable=False, index=True),
    Column("active", Boolean, nullable=False),
    # joined by a link and not confirmed yet; not active meanwhile
    Column("waiting", Boolean, nullable=False, server_default=false()),
    # argon2id in PHC format
    Column("password_hash", Text),
    # issuer and subject of the OpenID identity
    Column("openid", String(500), unique=True),
    Column("created_at", UtcDateTime(), nullable=False),
)

coachings = Table(
    "coachings",
    metadata,
    Column("coach_id", String(32), owned_by("people.id"), primary_key=True),
    Column("candidate_id", String(32), owned_by("people.id"), primary_key=True, index=True),
)

groups = Table(
    "groups",
    metadata,
    # who is in it is in people.group_name
    Column("name", String(100), primary_key=True),
    # for the audit log, which holds no names
    Column("id", String(32), nullable=False, unique=True),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("archived_at", UtcDateTime()),
    # whose verdicts are the final ones in interviews that nobody has graded yet
    Column("lead_id", String(32), ForeignKey("people.id", ondelete="SET NULL")),
)

group_coaches = Table(
    "group_coaches",
    metadata,
    # they coach whoever joins the group
    Column("group_name", String(100), owned_by("groups.name"), primary_key=True),
    Column("coach_id", String(32), owned_by("people.id"), primary_key=True, index=True),
)

join_links = Table(
    "join_links",
    metadata,
    Column("id", String(32), primary_key=True),
    # SHA-256 in hex of the link's secret
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("group_name", String(100), owned_by("groups.name"), nullable=False, index=True),
    Column("created_by", String(32), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    Column("closed_at", UtcDateTime()),
    # people who may come in by it, and who have
    Column("most", Integer, nullable=False),
    Column("used", Integer, nullable=False, server_default="0"),
    # whoever joins waits until a coach has confirmed them
    Column("confirm", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    # SHA-256 in hex of the cookie: who reads the database cannot log in with it
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", String(32), owned_by("people.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("seen_at", UtcDateTime(), nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    # SHA-256 in hex of the one-time link's secret
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", String(32), owned_by("people.id"), nullable=False, index=True),
    # invite or reset
    Column("purpose", String(20), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    Column("used_at", UtcDateTime()),
)

login_attempts = Table(
    "login_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    # SHA-256 in hex of "account" or "address" and its value: no names of strangers are kept
    Column("key", String(64), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Index(None, "key", "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime(), nullable=False, index=True),
    Column("actor_id", String(32), nullable=False),
    Column("action", String(40), nullable=False),
    # id of the interview or person it was done to; never a name, an answer or a secret
    Column("subject", String(64), nullable=False, index=True),
    Column("detail", String(200), nullable=False),
)

spending = Table(
    "spending",
    metadata,
    Column("owner", String(200), primary_key=True),
    # the day in UTC, YYYY-MM-DD
    Column("day", String(10), primary_key=True),
    # given out for calls under way and taken by calls that ended
    Column("tokens", Integer, nullable=False),
    Column("cost", Float, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    Column("subject", String(64), primary_key=True),
    # interview, person or draft
    Column("kind", String(20), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    # the last trace is gone from the files, and the erasure is in the list beside the database
    Column("swept", Boolean, nullable=False, server_default=false()),
)
