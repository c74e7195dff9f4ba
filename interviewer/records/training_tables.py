"""The tables of the training.

interviews 1─n reviews           that a point was asked and how it was recalled; worked out of the records by `records.summaries`
cards                            what the reviews of one point of one person come to; worked out of them by `records.training`
card_marks, training_settings    what was decided by hand: all of the training that cannot be worked out again
card_changes                     a random stamp for each person, another after each transaction that may change any of the above

A card that has no `due` is older than its reviews, or than the settings: whoever reads cards has these worked out first.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, String, Table

from interviewer.records.base import UtcDateTime, metadata, owned_by

reviews = Table(
    "reviews",
    metadata,
    Column("interview_id", String(32), owned_by("interviews.id"), primary_key=True),
    # of the bank, also where a drill asked
    Column("question_id", String(200), primary_key=True),
    Column("point_id", String(200), primary_key=True),
    Column("owner", String(200), nullable=False),
    # when the answer was given, whenever its grade came
    Column("at", UtcDateTime(), nullable=False),
    # as FSRS counts: 1 again, 2 hard, 3 good, 4 easy
    Column("rating", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("erred", Boolean, nullable=False),
    # the turn behind it
    Column("seq", Integer, nullable=False),
    Index(None, "owner", "question_id", "point_id"),
    Index(None, "owner", "at"),
)

cards = Table(
    "cards",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("question_id", String(200), primary_key=True),
    Column("point_id", String(200), primary_key=True),
    # all empty, or none is
    Column("stability", Float),
    Column("difficulty", Float),
    Column("last", UtcDateTime()),
    Column("due", UtcDateTime()),
    Column("reviews", Integer),
    Column("missed", Integer),
    Column("in_a_row", Integer),
    Index(None, "owner", "due"),
)

card_marks = Table(
    "card_marks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", String(200), nullable=False, index=True),
    Column("question_id", String(200), nullable=False),
    Column("point_id", String(200), nullable=False),
    # set_aside, known or back; the latest counts
    Column("kind", String(20), nullable=False),
    Column("actor_id", String(200), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
)

training_settings = Table(
    "training_settings",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("retention", Float, nullable=False),
    Column("interview_on", Date),
    Column("minutes", Integer, nullable=False),
    # IANA name
    Column("zone", String(64), nullable=False),
)

card_changes = Table(
    "card_changes",
    metadata,
    Column("owner", String(200), primary_key=True),
    # 32 hex digits, not a count: after an erasure or a restore a count would come again
    Column("stamp", String(32), nullable=False),
)
