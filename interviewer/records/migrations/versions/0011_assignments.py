"""Who coaches whom is a coaching: an assignment is what the field calls work that is given to a group."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _move_pairs("assignments", "coachings")


def downgrade() -> None:
    _move_pairs("coachings", "assignments")


def _move_pairs(old: str, new: str) -> None:
    """A new table instead of a renamed one: SQLite cannot rename the constraints along with it."""
    op.create_table(
        new,
        sa.Column("coach_id", sa.String(32), nullable=False),
        sa.Column("candidate_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["people.id"], name=op.f(f"fk_{new}_candidate_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["coach_id"], ["people.id"], name=op.f(f"fk_{new}_coach_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("coach_id", "candidate_id", name=op.f(f"pk_{new}")),
    )
    pairs = ("coach_id", "candidate_id")
    source, target = (sa.table(name, *(sa.column(each) for each in pairs)) for name in (old, new))
    op.get_bind().execute(sa.insert(target).from_select(pairs, sa.select(source)))
    op.drop_table(old)
    op.create_index(op.f(f"ix_{new}_candidate_id"), new, ["candidate_id"], unique=False)
