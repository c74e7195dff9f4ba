"""Groups: their coaches, links by which people join them, and a lead for the final grade. A group that somebody is in begins open."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("waiting", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("interviews", sa.Column("lead_id", sa.String(32), nullable=True))
    groups = op.create_table(
        "groups",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lead_id", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name=op.f("fk_groups_lead_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_groups")),
        sa.UniqueConstraint("id", name=op.f("uq_groups_id")),
    )
    op.create_table(
        "group_coaches",
        sa.Column("group_name", sa.String(100), nullable=False),
        sa.Column("coach_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["coach_id"], ["people.id"], name=op.f("fk_group_coaches_coach_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_name"], ["groups.name"], name=op.f("fk_group_coaches_group_name"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_name", "coach_id", name=op.f("pk_group_coaches")),
    )
    op.create_index(op.f("ix_group_coaches_coach_id"), "group_coaches", ["coach_id"], unique=False)
    op.create_table(
        "join_links",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("group_name", sa.String(100), nullable=False),
        sa.Column("created_by", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("confirm", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["group_name"], ["groups.name"], name=op.f("fk_join_links_group_name"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_join_links_token_hash")),
    )
    op.create_index(op.f("ix_join_links_group_name"), "join_links", ["group_name"], unique=False)
    people = sa.table("people", sa.column("group_name"))
    connection = op.get_bind()
    names = connection.scalars(sa.select(people.c.group_name).where(people.c.group_name != "").distinct()).all()
    if names:
        now = datetime.now(UTC)
        connection.execute(sa.insert(groups), [{"name": name, "id": secrets.token_hex(16), "created_at": now} for name in names])


def downgrade() -> None:
    for table in ("join_links", "group_coaches", "groups"):
        op.drop_table(table)
    op.drop_column("interviews", "lead_id")
    op.drop_column("people", "waiting")
