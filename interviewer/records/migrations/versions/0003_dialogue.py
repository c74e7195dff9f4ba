"""Asides, claims, improvements: what is said beside the answers, points that the candidate contests, answers that the model improved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("utterance", sa.String(length=20), server_default="answer", nullable=False))
    op.add_column("turns", sa.Column("insisted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("grading_requests", sa.Column("contested_point", sa.String(length=200), nullable=True))
    op.add_column("summaries", sa.Column("contested", sa.Integer(), server_default="0", nullable=False))
    op.add_column("interviews", sa.Column("improved", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "asides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("utterance", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given", sa.String(length=200), nullable=True),
        sa.Column("assumed", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_asides_turn_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asides")),
    )
    op.create_index(op.f("ix_asides_turn_id"), "asides", ["turn_id"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.String(length=200), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_claims_turn_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("turn_id", "point_id", name=op.f("uq_claims_turn_id_point_id")),
    )
    op.create_index(op.f("ix_claims_status"), "claims", ["status"], unique=False)
    op.create_index(op.f("ix_claims_turn_id"), "claims", ["turn_id"], unique=False)
    op.create_table(
        "improvements",
        sa.Column("interview_id", sa.String(length=32), nullable=False),
        sa.Column("question_id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_improvements_interview_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("interview_id", "question_id", name=op.f("pk_improvements")),
    )
