"""What is told: reviews that were seen, messages to a webhook, addresses of calendars. What coaches put down until now counts as seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from interviewer.records.base import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

EDITS = sa.table("edits", sa.column("id", sa.Integer), sa.column("interview_id", sa.String))


def upgrade() -> None:
    seen = op.create_table(
        "seen_reviews",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("edit_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("interview_id", name=op.f("pk_seen_reviews")),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interviews.id"], name=op.f("fk_seen_reviews_interview_id_interviews"), ondelete="CASCADE"
        ),
    )
    newest = sa.select(EDITS.c.interview_id, sa.func.max(EDITS.c.id)).group_by(EDITS.c.interview_id)
    op.execute(sa.insert(seen).from_select(["interview_id", "edit_id"], newest))
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=True),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=True),
        sa.Column("last_result", sa.String(40), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_messages")),
    )
    op.create_index(op.f("ix_webhook_messages_at"), "webhook_messages", ["at"])
    op.create_index(op.f("ix_webhook_messages_owner"), "webhook_messages", ["owner"])
    op.create_index(op.f("ix_webhook_messages_interview_id"), "webhook_messages", ["interview_id"])
    op.create_table(
        "webhook_marks",
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_webhook_marks")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feeds")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_feeds_person_id_people"), ondelete="CASCADE"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )
    op.create_index(op.f("ix_interviews_finished_at"), "interviews", ["finished_at"])
    op.create_index(op.f("ix_edits_kind_at"), "edits", ["kind", "at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_edits_kind_at"), "edits")
    op.drop_index(op.f("ix_interviews_finished_at"), "interviews")
    for table in ("calendar_feeds", "webhook_marks", "webhook_messages", "seen_reviews"):
        op.drop_table(table)
