"""The migrations lead to the tables that the code speaks to."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from interviewer.errors import StoreError
from interviewer.records import (  # noqa: F401 - known to the metadata once imported
    assignment_tables,
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
from interviewer.records.database import MIGRATIONS, SCHEMA, open_database, schema_of
from interviewer.records.search import read_phrases, turns_saying

pytestmark = pytest.mark.usefixtures("real_migrations")


def test_a_migrated_database_is_what_the_tables_say(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    with database.reading() as connection:
        compared = MigrationContext.configure(connection, opts={"include_name": lambda name, *_: not str(name).startswith("answer_search")})
        assert compare_metadata(compared, metadata) == []
    database.dispose()


def test_the_schema_that_the_start_compares_with_is_the_newest(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA
    database = open_database(tmp_path)
    assert schema_of(database.engine) == SCHEMA
    database.dispose()


def test_every_commit_is_on_disk_and_no_writer_is_turned_away_at_once(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    with database.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.dispose()
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


def test_what_the_first_release_stored_is_whole_after_the_upgrade(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'interviews.db'}")
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO interviews VALUES ('i1', 'local', 'zh', 'exam', 1, NULL, 'llm', '2026-01-02 03:04:05', NULL, 2)",
            "INSERT INTO turns VALUES (7, 'i1', 1, 'q1', 'question', '?', NULL, '2026-01-02 03:04:05', 0, 0, '', 'text', '用数据管道', '2026-01-02 03:05:05')",
            "INSERT INTO grading_requests VALUES ('r1', 7, 'k', 'llm', '2026-01-02 03:05:05', NULL, NULL, 1, 1)",
            """INSERT INTO grades VALUES (1, 7, 'r1', '2026-01-02 03:05:06', 50, NULL, 'llm', '{"usage": {"prompt_tokens": 90, "completion_tokens": 10}}')""",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
    upgraded = open_database(tmp_path)
    with upgraded.reading() as connection:
        assert connection.exec_driver_sql("SELECT tokens FROM grades").scalar() == 100
        assert connection.exec_driver_sql("SELECT reply_text FROM turns").scalar() == "用数据管道"
        assert connection.execute(turns_saying(read_phrases("数据管道"))).scalars().all() == [7]
        assert connection.exec_driver_sql("SELECT stale FROM interviews").scalar() == 1
    upgraded.dispose()


def test_whose_verdicts_counted_is_read_out_of_what_was_given_before_they_were_anybodys(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'interviews.db'}")
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    given = [("verdict", "first", 1), ("verdict", "second", 1), ("verdict", "second", 0), ("comment", "second", 0), ("score", "first", 0)]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        connection.exec_driver_sql(
            "INSERT INTO interviews (id, owner, lang, mode, follow_ups, examiner, created_at, version) "
            "VALUES ('i1', 'local', 'zh', 'exam', 1, 'llm', '2026-01-02 03:04:05', 2)"
        )
        for kind, author, blind in given:
            connection.exec_driver_sql(
                "INSERT INTO edits (interview_id, kind, author_id, author, at, question_id, text, reason, examiner, blind) "
                f"VALUES ('i1', '{kind}', '{author}', '{author}', '2026-01-02 03:04:05', 'q1', '', '', '', {blind})"
            )
    engine.dispose()
    upgraded = open_database(tmp_path)
    with upgraded.reading() as connection:
        found = connection.exec_driver_sql("SELECT purpose FROM edits ORDER BY id").scalars().all()
    upgraded.dispose()
    assert found == ["review", "calibration", "adjudication", "review", "review"]


def test_who_coached_whom_still_does_under_the_name_of_a_coaching(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'interviews.db'}")
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        for name, role in (("ann", "coach"), ("ben", "candidate")):
            connection.exec_driver_sql(
                "INSERT INTO people (id, name, key, role, group_name, active, created_at) "
                f"VALUES ('{name}', '{name}', '{name}', '{role}', '', 1, '2026-01-02 03:04:05')"
            )
        connection.exec_driver_sql("INSERT INTO assignments VALUES ('ann', 'ben')")
    engine.dispose()
    upgraded = open_database(tmp_path)
    with upgraded.reading() as connection:
        assert list(map(tuple, connection.exec_driver_sql("SELECT coach_id, candidate_id FROM coachings"))) == [("ann", "ben")]
    upgraded.dispose()
