"""The training: reviews and cards, which are worked out, and marks and settings, which are not. A list knows what is a drill."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from interviewer.records.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("question_id", sa.String(200), nullable=False),
        sa.Column("point_id", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("erred", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_reviews_interview_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("interview_id", "question_id", "point_id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_owner_question_id_point_id"), "reviews", ["owner", "question_id", "point_id"])
    op.create_index(op.f("ix_reviews_owner_at"), "reviews", ["owner", "at"])
    op.create_table(
        "cards",
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("question_id", sa.String(200), nullable=False),
        sa.Column("point_id", sa.String(200), nullable=False),
        sa.Column("stability", sa.Float(), nullable=True),
        sa.Column("difficulty", sa.Float(), nullable=True),
        sa.Column("last", UtcDateTime(), nullable=True),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("reviews", sa.Integer(), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=True),
        sa.Column("in_a_row", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("owner", "question_id", "point_id", name=op.f("pk_cards")),
    )
    op.create_index(op.f("ix_cards_owner_due"), "cards", ["owner", "due"])
    op.create_table(
        "card_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("question_id", sa.String(200), nullable=False),
        sa.Column("point_id", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_marks")),
    )
    op.create_index(op.f("ix_card_marks_owner"), "card_marks", ["owner"])
    op.create_table(
        "training_settings",
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("retention", sa.Float(), nullable=False),
        sa.Column("interview_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_training_settings")),
    )
    # What tells one state of a person's cards from every other, so that they can be kept in memory by it.
    op.create_table(
        "card_changes",
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("stamp", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_card_changes")),
    )
    op.add_column("summaries", sa.Column("mode", sa.String(20), server_default="coaching", nullable=False))
    # What was answered before there was a training gives reviews like everything else.
    op.execute(sa.table("interviews", sa.column("stale", sa.Boolean)).update().values(stale=True))


def downgrade() -> None:
    op.drop_column("summaries", "mode")
    for table in ("card_changes", "training_settings", "card_marks", "cards", "reviews"):
        op.drop_table(table)
