"""The files of batch exports, where every replica can hand them out. Exports that were made before had theirs on one machine: they go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM batch_export_interviews")
    op.execute("DELETE FROM batch_exports")
    op.create_table(
        "batch_export_parts",
        sa.Column("export_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("export_id", "number", name=op.f("pk_batch_export_parts")),
        sa.ForeignKeyConstraint(
            ["export_id"], ["batch_exports.id"], name=op.f("fk_batch_export_parts_export_id_batch_exports"), ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("batch_export_parts")
