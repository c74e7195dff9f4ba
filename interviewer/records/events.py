"""What happened, as the records tell it, for the webhook. Ids and moments only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, exists, select

from interviewer.models import EditKind, Mode
from interviewer.records.review_tables import edits
from interviewer.records.tables import interviews, turns
from interviewer.records.webhooks import Event

ENDED, REVIEWED, TEST = "interview.ended", "review.done", "webhook.test"


def ended_interviews(connection: Connection, since: datetime, until: datetime) -> Iterator[Event]:
    """Interviews that ended in between; no drills, and none that was held elsewhere and imported."""
    imported = exists().where(turns.c.interview_id == interviews.c.id, turns.c.origin.is_not(None))
    ended = select(interviews.c.id, interviews.c.owner, interviews.c.finished_at).where(
        interviews.c.finished_at > since, interviews.c.finished_at <= until, interviews.c.mode != Mode.DRILL.value, ~imported
    )
    for row in connection.execute(ended):
        yield Event(ENDED, row.id, row.finished_at, {"interview": row.id, "person": row.owner}, row.owner)


def done_reviews(connection: Connection, since: datetime, until: datetime) -> Iterator[Event]:
    """Interviews for whose grades a coach began to stand in between."""
    done = (
        select(edits.c.id, edits.c.interview_id, edits.c.author_id, edits.c.at, interviews.c.owner)
        .select_from(edits.join(interviews, interviews.c.id == edits.c.interview_id))
        .where(edits.c.kind == EditKind.REVIEWED.value, edits.c.at > since, edits.c.at <= until)
    )
    for row in connection.execute(done):
        subject = {"interview": row.interview_id, "person": row.owner, "coach": row.author_id}
        yield Event(REVIEWED, f"{row.interview_id}\n{row.id}", row.at, subject, row.owner)
