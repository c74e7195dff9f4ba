"""Postings and CVs that somebody prepares for, and why each question of an interview is asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from interviewer.records.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "postings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    op.create_index(op.f("ix_postings_created_at"), "postings", ["created_at"])
    op.create_index(op.f("ix_postings_owner_created_at"), "postings", ["owner", "created_at"])
    op.create_table(
        "posting_interviews",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("posting_id", sa.String(32), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_posting_interviews_interview_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_posting_interviews_posting_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("interview_id", name=op.f("pk_posting_interviews")),
    )
    op.create_index(op.f("ix_posting_interviews_posting_id"), "posting_interviews", ["posting_id"])


def downgrade() -> None:
    op.drop_table("posting_interviews")
    op.drop_table("postings")
