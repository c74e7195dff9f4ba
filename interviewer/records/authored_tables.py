"""The tables of what is written here.

authored_questions 1─n authored_versions      every text that was ever saved; only ever added
authored_questions 1─n labelled_answers       answers whose worth is known
authored_questions 1─n learned_heads          what the offline examiner learned of these, by the digest of the question as it was then
question_sets, bank_drafts                    belong to a person
bank_changes                                  one row: a random stamp, another after each transaction that changes what is published
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, String, Table, Text, UniqueConstraint, false, true

from interviewer.records.base import UtcDateTime, metadata, owned_by

authored_questions = Table(
    "authored_questions",
    metadata,
    # the question's id in the bank as well
    Column("id", String(64), primary_key=True),
    # empty once the owner's account is gone
    Column("owner", String(200), nullable=False, index=True),
    # draft, published or withdrawn
    Column("state", String(20), nullable=False, index=True),
    Column("current", Integer, nullable=False),
    Column("published", Integer),
    # owner, group or everybody; the group's name
    Column("reach", String(20), nullable=False),
    Column("group_name", String(100), nullable=False),
    # of the published version
    Column("licence", String(200), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("changed_at", UtcDateTime(), nullable=False),
)

authored_versions = Table(
    "authored_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question_id", String(64), owned_by("authored_questions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    # of the version that it was edited from, 0 for the first
    Column("based_on", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("author_id", String(200), nullable=False, index=True),
    Column("author", String(100), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("note", Text, nullable=False),
    Column("tested", Boolean, nullable=False, server_default=false()),
    Column("test", JSON(none_as_null=True)),
    UniqueConstraint("question_id", "number"),
)

labelled_answers = Table(
    "labelled_answers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("question_id", String(64), owned_by("authored_questions.id"), nullable=False, index=True),
    Column("lang", String(2), nullable=False),
    Column("text", Text, nullable=False),
    Column("level", String(20), nullable=False),
    # by the id of each rubric point: label, and quote ("" for none)
    Column("labels", JSON, nullable=False),
    Column("author_id", String(200), nullable=False, index=True),
    Column("by_model", Boolean, nullable=False, server_default=false()),
    Column("confirmed", Boolean, nullable=False, server_default=true()),
    Column("at", UtcDateTime(), nullable=False),
)

learned_heads = Table(
    "learned_heads",
    metadata,
    Column("digest", String(64), primary_key=True),
    # of the labelled answers that it was learned from
    Column("made_of", String(64), primary_key=True),
    Column("question_id", String(64), owned_by("authored_questions.id"), nullable=False, index=True),
    Column("content", LargeBinary, nullable=False),
    Column("at", UtcDateTime(), nullable=False),
)

question_sets = Table(
    "question_sets",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False, index=True),
    Column("name_zh", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("mode", String(20), nullable=False),
    # in their order
    Column("question_ids", JSON, nullable=False),
    Column("reach", String(20), nullable=False),
    Column("group_name", String(100), nullable=False),
    Column("changed_at", UtcDateTime(), nullable=False),
)

bank_drafts = Table(
    "bank_drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False, index=True),
    Column("title", String(200), nullable=False),
    # the document's
    Column("text", Text, nullable=False),
    Column("content", JSON, nullable=False),
    # counts the saves
    Column("number", Integer, nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("changed_at", UtcDateTime(), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False, index=True),
)

bank_changes = Table(
    "bank_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    # 32 hex digits, not a count: after an erasure or a restore a count would come again
    Column("stamp", String(32), nullable=False),
)
