"""What came of a grade is packed: half of an interview's room were names said again and again and escaped characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from interviewer.records.packed import pack, unpack

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 500


def upgrade() -> None:
    _convert(sa.JSON(), sa.LargeBinary(), pack)


def downgrade() -> None:
    # A version of before knows no such reply and could not read the interview: it called it skipped, which counts the same.
    turns = sa.table("turns", sa.column("reply_kind", sa.String))
    op.execute(sa.update(turns).where(turns.c.reply_kind == "ran_out").values(reply_kind="skipped"))
    _convert(sa.LargeBinary(), sa.JSON(), unpack)


def _convert(before: sa.types.TypeEngine[Any], after: sa.types.TypeEngine[Any], convert: Callable[[Any], Any]) -> None:
    """Every outcome in a column of the other type, which then takes the place and the name of the first."""
    op.add_column("grades", sa.Column("converted", after, nullable=True))
    rows = sa.table("grades", sa.column("id", sa.Integer), sa.column("outcome", before), sa.column("converted", after))
    connection, last = op.get_bind(), 0
    put = sa.update(rows).where(rows.c.id == sa.bindparam("row")).values(converted=sa.bindparam("new"))
    wanted = sa.select(rows.c.id, rows.c.outcome).where(rows.c.id > sa.bindparam("last")).order_by(rows.c.id).limit(BATCH)
    while batch := connection.execute(wanted, {"last": last}).all():
        connection.execute(put, [{"row": id, "new": convert(outcome)} for id, outcome in batch])
        last = batch[-1][0]
    op.drop_column("grades", "outcome")
    with op.batch_alter_table("grades") as grades:
        grades.alter_column("converted", new_column_name="outcome", existing_type=after, nullable=False)
