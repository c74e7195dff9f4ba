"""The tables of reviewing a class at speed.

interviews 1─n question_reviews    which questions a coach has been through
interviews 1─n private_notes       or of a candidate as a whole, then without an interview
interviews 1─n learning_answers    corrected answers that the examiner may learn from; one that became a labelled answer names it
saved_comments                     belong to their coach
second_reading_shares              one row for each group of whose reviews a share is read by a second coach
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint, false

from interviewer.records.base import UtcDateTime, metadata, owned_by

question_reviews = Table(
    "question_reviews",
    metadata,
    Column("interview_id", String(32), owned_by("interviews.id"), primary_key=True),
    Column("question_id", String(200), primary_key=True),
    Column("coach_id", String(32), primary_key=True),
    Column("at", UtcDateTime(), nullable=False),
    Index(None, "coach_id", "question_id"),
)

saved_comments = Table(
    "saved_comments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("author_id", String(32), nullable=False, index=True),
    # empty for one that fits any question
    Column("question_id", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime(), nullable=False),
)

private_notes = Table(
    "private_notes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("author_id", String(32), nullable=False, index=True),
    # their name at the time, empty once their account is gone
    Column("author", String(100), nullable=False),
    Column("candidate_id", String(200), nullable=False, index=True),
    # none for a note on the candidate as a whole
    Column("interview_id", String(32), owned_by("interviews.id"), index=True),
    Column("question_id", String(200)),
    # the candidate's other coaches may read it
    Column("shared", Boolean, nullable=False, server_default=false()),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime(), nullable=False),
)

second_reading_shares = Table(
    "second_reading_shares",
    metadata,
    Column("group_name", String(100), primary_key=True),
    # of the reviewed interviews
    Column("percent", Integer, nullable=False),
)

learning_answers = Table(
    "learning_answers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("interview_id", String(32), owned_by("interviews.id"), nullable=False),
    Column("turn_seq", Integer, nullable=False),
    Column("question_id", String(200), nullable=False),
    # of the question as it was asked (questions/encoding)
    Column("question_digest", String(64), nullable=False),
    Column("lang", String(2), nullable=False),
    # without names and contact data
    Column("text", Text, nullable=False),
    # a list of id, verdict and quote of each rubric point
    Column("points", JSON, nullable=False),
    Column("errors", JSON, nullable=False),
    Column("score", Float, nullable=False),
    Column("coach_id", String(32), nullable=False, index=True),
    # the labelled answer that was made of it, of a question written here
    Column("labelled_id", String(32), index=True),
    Column("at", UtcDateTime(), nullable=False),
    UniqueConstraint("interview_id", "turn_seq"),
)
