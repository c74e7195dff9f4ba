"""Reviewing a class at speed: questions that a coach has been through, saved comments, private notes, second readings, answers to learn from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from interviewer.records.base import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_reviews",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("question_id", sa.String(200), nullable=False),
        sa.Column("coach_id", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_question_reviews_interview_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("interview_id", "question_id", "coach_id", name=op.f("pk_question_reviews")),
    )
    op.create_index(op.f("ix_question_reviews_coach_id_question_id"), "question_reviews", ["coach_id", "question_id"])
    op.create_table(
        "saved_comments",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("author_id", sa.String(32), nullable=False),
        sa.Column("question_id", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_comments")),
    )
    op.create_index(op.f("ix_saved_comments_author_id"), "saved_comments", ["author_id"])
    op.create_table(
        "private_notes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("author_id", sa.String(32), nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("candidate_id", sa.String(200), nullable=False),
        sa.Column("interview_id", sa.String(32)),
        sa.Column("question_id", sa.String(200)),
        sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_private_notes_interview_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_notes")),
    )
    for column in ("author_id", "candidate_id", "interview_id"):
        op.create_index(op.f(f"ix_private_notes_{column}"), "private_notes", [column])
    op.create_table(
        "second_reading_shares",
        sa.Column("group_name", sa.String(100), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group_name", name=op.f("pk_second_reading_shares")),
    )
    op.create_table(
        "learning_answers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("turn_seq", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(200), nullable=False),
        sa.Column("question_digest", sa.String(64), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("coach_id", sa.String(32), nullable=False),
        sa.Column("labelled_id", sa.String(32)),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_learning_answers_interview_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_answers")),
        sa.UniqueConstraint("interview_id", "turn_seq", name=op.f("uq_learning_answers_interview_id_turn_seq")),
    )
    op.create_index(op.f("ix_learning_answers_coach_id"), "learning_answers", ["coach_id"])
    op.create_index(op.f("ix_learning_answers_labelled_id"), "learning_answers", ["labelled_id"])
    # The counts of errors that no rubric knows are worked out anew.
    op.add_column("summaries", sa.Column("unknown_errors", sa.Integer(), nullable=False, server_default="0"))
    op.execute(sa.table("interviews", sa.column("stale", sa.Boolean)).update().values(stale=True))


def downgrade() -> None:
    with op.batch_alter_table("summaries") as summaries:
        summaries.drop_column("unknown_errors")
    for table in ("learning_answers", "second_reading_shares", "private_notes", "saved_comments", "question_reviews"):
        op.drop_table(table)
