"""What a deleted row leaves in the database's own files, and its removal: free pages and log on SQLite, dead rows on PostgreSQL.

PostgreSQL's write-ahead log, its archive and backups are beyond a client's reach: the threat model says what to set there.
"""

from __future__ import annotations

import time

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from interviewer.records.base import Database
from interviewer.records.database import BUSY_MILLISECONDS, is_sqlite
from interviewer.records.search import compact_search

WITH_WORDS = {
    "turns": ("prompt", "draft", "reply_text"),
    "asides": ("text", "reply", "assumed"),
    "grades": ("outcome",),
    "improvements": ("content",),
    "edits": ("author", "text", "reason"),
    "answer_search": ("terms",),
    "people": ("name", "key", "group_name", "openid", "password_hash"),
    "groups": ("name",),
    "group_coaches": ("group_name",),
    "join_links": ("group_name",),
    "reviews": (),
    "cards": (),
    "card_marks": (),
    "card_changes": (),
    "training_settings": ("zone",),
    "postings": ("content",),
    "posting_interviews": ("reasons",),
    "question_snapshots": ("content",),
    "authored_questions": ("id", "licence", "group_name"),
    "authored_versions": ("question_id", "content", "author", "note", "test"),
    "labelled_answers": ("question_id", "text", "labels"),
    "learned_heads": ("question_id", "content"),
    "question_sets": ("name_zh", "name_en", "group_name"),
    "bank_drafts": ("title", "text", "content"),
    "assignments": ("title", "note", "group_name"),
    "assignment_people": (),
    "conduct": (),
    "batch_export_parts": (),
}
"""PostgreSQL's tables with what people wrote and chose or what is known of their memory, and the columns that their words are in."""
SWEEP_LOCK = 0x5EE9
"""Key of the advisory lock that lets one replica sweep while the others go on."""
LOCK_MILLISECONDS = 1000
"""How long a table is waited for; whoever wants to read it waits behind us."""


def secure_vacuum(database: Database, *, patience: float = 5.0) -> bool:
    """Rewrite what still holds the bytes of deleted rows; False while somebody reads what was before: then try again in a while.

    `patience`: seconds to wait for such readers.
    """
    if not is_sqlite(database.engine):
        with database.translated():
            return _rewrite_tables(database.engine, patience)
    with database.writing() as connection:
        compact_search(connection)
    with database.translated():
        return _truncate_log(database.engine)


def _truncate_log(engine: Engine) -> bool:
    """Move SQLite's write-ahead log into the database and empty it; False while somebody still reads from it."""
    pooled = engine.raw_connection()
    cursor = pooled.cursor()
    try:
        # Writers wait while the checkpoint waits for a reader: rather try again in a while.
        cursor.execute("PRAGMA busy_timeout=100")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    finally:
        pooled.close()
    return not busy


def _rewrite_tables(engine: Engine, patience: float) -> bool:
    """VACUUM FULL: a plain VACUUM gives the room back but leaves the bytes in it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": SWEEP_LOCK}):
            return False
        try:
            connection.execute(text(f"SET lock_timeout = {LOCK_MILLISECONDS}"))
            sampled = [table for table, columns in WITH_WORDS.items() if _stop_sampling(connection, table, columns)]
            if not _await_readers(connection, patience):
                return False
            for table in [*WITH_WORDS, *(["pg_statistic"] if sampled else [])]:
                connection.execute(text(f"VACUUM FULL {table}"))
        except OperationalError:
            return False
        finally:
            connection.execute(text("RESET lock_timeout"))
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": SWEEP_LOCK})
    return True


def _stop_sampling(connection: Connection, table: str, columns: tuple[str, ...]) -> bool:
    """Have the planner forget its samples of these columns' values and take no more; whether there was anything to do.

    Nothing is searched by what stands in them. ANALYZE drops no samples; setting the type that a column has does.
    """
    wanted = text(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = CAST(:name AS regclass) AND attname = ANY(:columns) AND attstattarget IS DISTINCT FROM 0"
    )
    found = connection.execute(wanted, {"name": table, "columns": list(columns)}).all()
    changes = [f'ALTER COLUMN "{name}" TYPE {type}, ALTER COLUMN "{name}" SET STATISTICS 0' for name, type in found]
    if changes:
        connection.execute(text(f"ALTER TABLE {table} {', '.join(changes)}"))
    return bool(changes)


def _await_readers(connection: Connection, patience: float) -> bool:
    """Wait until nobody sees the database as it was before now: a row that somebody might still read is not removed."""
    horizon = connection.scalar(text("SELECT CAST(pg_current_xact_id() AS text)"))
    earlier = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND age(backend_xmin) >= age(CAST(CAST(:horizon AS xid8) AS xid))"
    )
    until = time.monotonic() + patience
    while connection.scalar(earlier, {"horizon": horizon}):
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)
    return True
