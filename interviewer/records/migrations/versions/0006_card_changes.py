"""What tells one state of a person's cards from every other, so that they can be kept in memory by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_changes",
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("stamp", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_card_changes")),
    )


def downgrade() -> None:
    op.drop_table("card_changes")
