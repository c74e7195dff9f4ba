"""The tables of the coach's desk.

interviews 1─n edits                                           what coaches put down; only ever added
interviews 1─1 summaries, 1─n question_results 1─n point_results   worked out of the records by `records.summaries`, for lists and maps

An interview whose `stale` is set has newer records than these rows; whoever lists them has them worked out first. The full text
of the answers is in `answer_search` (records/search), which SQLAlchemy does not see as a table.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKeyConstraint, Index, Integer, String, Table, Text

from interviewer.records.base import UtcDateTime, metadata, owned_by

edits = Table(
    "edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interview_id", String(32), owned_by("interviews.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("author_id", String(32), nullable=False),
    Column("author", String(100), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("question_id", String(200)),
    Column("turn_seq", Integer),
    Column("point_id", String(200)),
    Column("status", String(20)),
    Column("score", Float),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("was_status", String(20)),
    Column("was_score", Float),
    Column("examiner", String(20), nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("withdraws", Integer),
    # of a verdict or score: review, calibration, adjudication
    Column("purpose", String(20), nullable=False, server_default="review"),
    Index(None, "kind", "at"),
)

summaries = Table(
    "summaries",
    metadata,
    Column("interview_id", String(32), owned_by("interviews.id"), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("finished_at", UtcDateTime()),
    Column("lang", String(2), nullable=False),
    # of a drill only this row is kept: what its points come to is for the training, not for lists and maps
    Column("mode", String(20), nullable=False, server_default="coaching"),
    # who judged last: rubric, llm, coach, or empty while nobody has
    Column("examiner", String(20), nullable=False),
    # mean of the scored questions, None if there is none
    Column("total", Float),
    # planned, and of these answered
    Column("questions", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("ungraded", Integer, nullable=False),
    Column("pending", Integer, nullable=False),
    Column("flagged", Integer, nullable=False),
    Column("low_confidence", Integer, nullable=False),
    # claims of the candidate that nobody has answered
    Column("contested", Integer, nullable=False, server_default="0"),
    # false statements that no misconception of the rubric names, and nobody has settled
    Column("unknown_errors", Integer, nullable=False, server_default="0"),
    Column("reviewed_at", UtcDateTime()),
    Index(None, "owner", "created_at"),
    Index(None, "created_at"),
    Index(None, "total"),
)

question_results = Table(
    "question_results",
    metadata,
    Column("interview_id", String(32), owned_by("interviews.id"), primary_key=True),
    Column("question_id", String(200), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("standing", String(20), nullable=False),
    # the coach's last word if there is one
    Column("score", Float),
    # what the examiner's verdicts alone come to
    Column("machine_score", Float),
    # where an expert's score lies, of an examiner's grade that says so
    Column("low", Float),
    Column("high", Float),
    # who gave the score: an examiner by its name, coach, adjudication, or empty where nobody did; of the latter two the coach's id
    Column("judged_by", String(20), nullable=False, server_default=""),
    Column("judge_id", String(32), nullable=False, server_default=""),
    Index(None, "question_id", "score"),
    Index(None, "owner", "at"),
)

point_results = Table(
    "point_results",
    metadata,
    Column("interview_id", String(32), primary_key=True),
    Column("question_id", String(200), primary_key=True),
    Column("point_id", String(200), primary_key=True),
    Column("status", String(20), nullable=False),
    # marks out of 100
    Column("weight", Float, nullable=False),
    ForeignKeyConstraint(
        ["interview_id", "question_id"], ["question_results.interview_id", "question_results.question_id"], ondelete="CASCADE"
    ),
    Index(None, "question_id", "point_id", "status"),
)
