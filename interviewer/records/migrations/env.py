"""Run by Alembic: applies the migrations on the connection that `records.database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from interviewer.records import (  # noqa: F401 - known to the metadata once imported
    authored_tables,
    desk_tables,
    job_tables,
    people_tables,
    posting_tables,
    report_tables,
    review_tables,
    tables,
    telling_tables,
    training_tables,
)
from interviewer.records.base import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
