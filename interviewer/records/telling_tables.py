"""The tables of what is told: reviews that their candidate has seen, messages to the operator's webhook, addresses of calendars.

interviews 1─1 seen_reviews      up to which edit the candidate has seen what coaches put down
webhook_messages                 what is sent, under the same id until it arrives; the job that sends it is in `jobs`
webhook_marks                    up to when the records were looked through for events
people 1─1 calendar_feeds        who may read whose deadlines without logging in
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Integer, String, Table

from interviewer.records.base import UtcDateTime, metadata, owned_by

seen_reviews = Table(
    "seen_reviews",
    metadata,
    Column("interview_id", String(32), owned_by("interviews.id"), primary_key=True),
    # the highest edits.id that was there when the report was opened
    Column("edit_id", Integer, nullable=False),
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    # made of what happened, so that nothing is told twice under two ids
    Column("id", String(64), primary_key=True),
    Column("kind", String(40), nullable=False),
    # when it happened
    Column("at", UtcDateTime(), nullable=False, index=True),
    # ids by name; never a name, a title or a text
    Column("subject", JSON, nullable=False),
    # whose it is, to be deleted with them
    Column("owner", String(200), nullable=False, index=True),
    # the interview that it is about, if it is about one: the same as in `subject`, to be deleted with it
    Column("interview_id", String(32), index=True),
    # the latest job that sends it
    Column("job_id", String(32), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("last_at", UtcDateTime()),
    # how the last try ended: an HTTP status, or a word of `telling.sending`
    Column("last_result", String(40), nullable=False),
    Column("delivered_at", UtcDateTime()),
)

webhook_marks = Table(
    "webhook_marks",
    metadata,
    # SHA-256 in hex of the address: another address is told only what happens from then on
    Column("address", String(64), primary_key=True),
    # since when it is told, and up to when the records were looked through
    Column("since", UtcDateTime(), nullable=False),
    Column("until", UtcDateTime(), nullable=False),
)

calendar_feeds = Table(
    "calendar_feeds",
    metadata,
    Column("person_id", String(32), owned_by("people.id"), primary_key=True),
    # SHA-256 in hex of the secret in the address
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime(), nullable=False),
    # when a program last fetched it, to the hour
    Column("read_at", UtcDateTime()),
)
