"""The migrations lead to the tables that the code speaks to."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from interviewer.errors import StoreError
from interviewer.records import people_tables, review_tables, tables  # noqa: F401 - known to the metadata once imported
from interviewer.records.base import metadata
from interviewer.records.database import MIGRATIONS, SCHEMA, open_database, schema_of


def test_a_migrated_database_is_what_the_tables_say(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with engine.connect().execution_options(reading=True) as connection:
        compared = MigrationContext.configure(connection, opts={"include_name": lambda name, *_: not str(name).startswith("answer_search")})
        assert compare_metadata(compared, metadata) == []
    engine.dispose()


def test_the_schema_that_the_start_compares_with_is_the_newest(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA
    engine = open_database(tmp_path)
    assert schema_of(engine) == SCHEMA
    engine.dispose()


def test_every_commit_is_on_disk_and_no_writer_is_turned_away_at_once(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with engine.connect().execution_options(reading=True) as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}


def test_a_folder_that_cannot_be_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="INTERVIEWER_DATA"):
        open_database(tmp_path / "file")


def test_a_damaged_database_is_told_and_left_alone(tmp_path: Path) -> None:
    damaged = tmp_path / "interviews.db"
    damaged.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_database(tmp_path)
    assert damaged.read_bytes().startswith(b"this is no database")
