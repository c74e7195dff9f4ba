"""The tables of postings.

postings 1─n posting_interviews n─1 interviews     what somebody prepares for, and why each question of an interview is asked

A posting goes with the last of its interviews, with its owner, or after a time (`records.erasure`).
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from interviewer.records.base import UtcDateTime, metadata, owned_by

postings = Table(
    "postings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False, index=True),
    # rises with every change and refuses one that was made on an older page
    Column("version", Integer, nullable=False),
    # requirements and CV as the person corrected them, without contact data
    Column("content", JSON, nullable=False),
    Index(None, "owner", "created_at"),
)

posting_interviews = Table(
    "posting_interviews",
    metadata,
    Column("interview_id", String(32), owned_by("interviews.id"), primary_key=True),
    Column("posting_id", String(32), owned_by("postings.id"), nullable=False, index=True),
    # why each question is asked, by its id
    Column("reasons", JSON, nullable=False),
)
