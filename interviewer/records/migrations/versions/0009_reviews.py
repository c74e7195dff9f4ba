"""Verdicts belong to their coach: each says what it is for. What was given before is read as it is now: the first coach of a question led it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EDITS = sa.table(
    "edits", *(sa.column(name) for name in ("id", "interview_id", "question_id", "kind", "author_id", "blind", "withdraws", "purpose"))
)


def upgrade() -> None:
    op.add_column("edits", sa.Column("purpose", sa.String(20), nullable=False, server_default="review"))
    connection = op.get_bind()
    withdrawn = set(connection.scalars(sa.select(EDITS.c.withdraws).where(EDITS.c.kind == "withdrawn")))
    graded = sa.select(EDITS).where(EDITS.c.kind.in_(("verdict", "score"))).order_by(EDITS.c.id)
    leads: dict[tuple[str, str], str] = {}
    for row in connection.execute(graded).all():
        if row.id not in withdrawn and leads.setdefault((row.interview_id, row.question_id), row.author_id) != row.author_id:
            purpose = "calibration" if row.blind else "adjudication"
            connection.execute(sa.update(EDITS).where(EDITS.c.id == row.id).values(purpose=purpose))
    op.execute(sa.table("interviews", sa.column("stale", sa.Boolean)).update().values(stale=True))


def downgrade() -> None:
    with op.batch_alter_table("edits") as edits:
        edits.drop_column("purpose")
