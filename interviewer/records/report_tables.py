"""The tables of what leaves the house: exports of many interviews, links to a report, and what people are called elsewhere.

batch_exports 1─n batch_export_interviews     whose words are in the file: when one of them goes, the file goes
              1─n batch_export_parts          the file, in pieces
interviews 1─n report_links n─1 people        a link ends with the interview, and with whoever made it
people 1─1 external_ids                       by which a learning platform knows them
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, String, Table

from interviewer.records.base import UtcDateTime, metadata, owned_by

batch_exports = Table(
    "batch_exports",
    metadata,
    Column("id", String(32), primary_key=True),
    # one at a time for each person
    Column("owner", String(200), nullable=False, unique=True),
    # which interviews, as what, in which language
    Column("wanted", JSON, nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("ready_at", UtcDateTime()),
    Column("expires_at", UtcDateTime()),
    Column("interviews", Integer, nullable=False),
    # bytes of the file
    Column("size", Integer, nullable=False),
)

batch_export_interviews = Table(
    "batch_export_interviews",
    metadata,
    Column("export_id", String(32), owned_by("batch_exports.id"), primary_key=True),
    Column("interview_id", String(32), owned_by("interviews.id"), primary_key=True, index=True),
)

batch_export_parts = Table(
    "batch_export_parts",
    metadata,
    Column("export_id", String(32), owned_by("batch_exports.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

report_links = Table(
    "report_links",
    metadata,
    Column("id", String(32), primary_key=True),
    # SHA-256 in hex of the link's secret
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("interview_id", String(32), owned_by("interviews.id"), nullable=False, index=True),
    Column("made_by", String(32), owned_by("people.id"), nullable=False, index=True),
    # score, report or answers
    Column("shows", String(20), nullable=False),
    # whether the candidate's name stands on it
    Column("named", Boolean, nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    Column("withdrawn_at", UtcDateTime()),
    Column("views", Integer, nullable=False),
    Column("viewed_at", UtcDateTime()),
)

external_ids = Table(
    "external_ids",
    metadata,
    Column("person_id", String(32), owned_by("people.id"), primary_key=True),
    Column("value", String(100), nullable=False),
)
