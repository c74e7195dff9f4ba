"""What people write here: questions with their versions, labelled answers, learned heads, sets and drafts of banks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from interviewer.records.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authored_questions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=True),
        sa.Column("reach", sa.String(20), nullable=False),
        sa.Column("group_name", sa.String(100), nullable=False),
        sa.Column("licence", sa.String(200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authored_questions")),
    )
    op.create_index(op.f("ix_authored_questions_owner"), "authored_questions", ["owner"])
    op.create_index(op.f("ix_authored_questions_state"), "authored_questions", ["state"])
    op.create_table(
        "authored_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("author_id", sa.String(200), nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tested", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("test", sa.JSON(), nullable=True),
        _belonging("authored_versions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authored_versions")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_authored_versions_question_id_number")),
    )
    op.create_index(op.f("ix_authored_versions_author_id"), "authored_versions", ["author_id"])
    op.create_table(
        "labelled_answers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("question_id", sa.String(64), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.String(200), nullable=False),
        sa.Column("by_model", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _belonging("labelled_answers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labelled_answers")),
    )
    op.create_index(op.f("ix_labelled_answers_question_id"), "labelled_answers", ["question_id"])
    op.create_index(op.f("ix_labelled_answers_author_id"), "labelled_answers", ["author_id"])
    op.create_table(
        "learned_heads",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_of", sa.String(64), nullable=False),
        sa.Column("question_id", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _belonging("learned_heads"),
        sa.PrimaryKeyConstraint("digest", "made_of", name=op.f("pk_learned_heads")),
    )
    op.create_index(op.f("ix_learned_heads_question_id"), "learned_heads", ["question_id"])
    op.create_table(
        "question_sets",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("question_ids", sa.JSON(), nullable=False),
        sa.Column("reach", sa.String(20), nullable=False),
        sa.Column("group_name", sa.String(100), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_sets")),
    )
    op.create_index(op.f("ix_question_sets_owner"), "question_sets", ["owner"])
    op.create_table(
        "bank_drafts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_drafts")),
    )
    op.create_index(op.f("ix_bank_drafts_owner"), "bank_drafts", ["owner"])
    op.create_index(op.f("ix_bank_drafts_expires_at"), "bank_drafts", ["expires_at"])
    # What tells one state of what is published from every other, so that it can be kept in memory by it.
    op.create_table(
        "bank_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_changes")),
    )


def downgrade() -> None:
    for table in (
        "bank_changes", "bank_drafts", "question_sets", "learned_heads", "labelled_answers", "authored_versions", "authored_questions",
    ):  # fmt: skip
        op.drop_table(table)


def _belonging(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_question_id")
    return sa.ForeignKeyConstraint(["question_id"], ["authored_questions.id"], name=name, ondelete="CASCADE")
