"""Whose a grade is beside it, exports of many interviews, links to a report, and what people are called in a learning platform."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from interviewer.records.base import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("question_results", sa.Column("low", sa.Float(), nullable=True))
    op.add_column("question_results", sa.Column("high", sa.Float(), nullable=True))
    op.add_column("question_results", sa.Column("judged_by", sa.String(20), nullable=False, server_default=""))
    op.add_column("question_results", sa.Column("judge_id", sa.String(32), nullable=False, server_default=""))
    op.create_table(
        "batch_exports",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("interviews", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_exports")),
        sa.UniqueConstraint("owner", name=op.f("uq_batch_exports_owner")),
    )
    op.create_table(
        "batch_export_interviews",
        sa.Column("export_id", sa.String(32), nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["export_id"], ["batch_exports.id"], name=op.f("fk_batch_export_interviews_export_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interviews.id"], name=op.f("fk_batch_export_interviews_interview_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "interview_id", name=op.f("pk_batch_export_interviews")),
    )
    op.create_index(op.f("ix_batch_export_interviews_interview_id"), "batch_export_interviews", ["interview_id"])
    op.create_table(
        "report_links",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("made_by", sa.String(32), nullable=False),
        sa.Column("shows", sa.String(20), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("viewed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_report_links_interview_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_report_links_made_by"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_report_links_token_hash")),
    )
    op.create_index(op.f("ix_report_links_interview_id"), "report_links", ["interview_id"])
    op.create_index(op.f("ix_report_links_made_by"), "report_links", ["made_by"])
    op.create_table(
        "external_ids",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("value", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_external_ids_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_external_ids")),
    )
    # Whose the grades of before are is worked out with the other rows of an interview.
    op.execute(sa.table("interviews", sa.column("stale", sa.Boolean)).update().values(stale=True))


def downgrade() -> None:
    for table in ("external_ids", "report_links", "batch_export_interviews", "batch_exports"):
        op.drop_table(table)
    # Not as a batch: the table would be made anew, and the rows of points go with the old one.
    for column in ("judge_id", "judged_by", "high", "low"):
        op.drop_column("question_results", column)
