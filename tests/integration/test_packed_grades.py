"""Grades lie packed in the database: less room, the same grades, there and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import func, select, text

from interviewer.models import Grade, ReplyKind, Verdict, VerdictStatus
from interviewer.records.base import Database
from interviewer.records.codec import encode_outcome
from interviewer.records.database import MIGRATIONS, SCHEMA, open_database, schema_of
from interviewer.records.packed import pack, unpack
from interviewer.records.store import Store
from interviewer.records.tables import grades
from tests.databases import ON_BOTH, url_for
from tests.examples import ScriptedExaminer, grade, quote, rich_grade
from tests.integration.rooms import open_room

pytestmark = ON_BOTH

PACKED = "78bba98642dfc3083368ea3137d033aa05008bbe08f1"


def told_in_chinese() -> Grade:
    """As many points as the bank's questions have, with a reason for each."""
    found = tuple(Verdict(f"p{number}", VerdictStatus.COVERED, quote("a myth"), "回答里说到了这一点。") for number in range(10))
    return replace(rich_grade(), verdicts=found, feedback="思路清楚，主要步骤都有。", reply="好，我们接着往下走。")


def move_to(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    with database.writing() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if revision < SCHEMA else command.upgrade)(config, revision)


def test_a_grade_takes_a_third_of_its_json(tmp_path: Path) -> None:
    given = told_in_chinese()
    with open_room(tmp_path, ScriptedExaminer(given)) as room:
        room.settle(room.service.submit(room.begin(follow_ups=0), "an answer"))
        with room.store.database.reading() as connection:
            size = connection.scalar(select(func.length(grades.c.outcome)))
    assert size is not None
    assert size < len(json.dumps(encode_outcome(given))) / 3


def test_grades_of_before_are_packed_and_can_go_back(tmp_path: Path) -> None:
    given = told_in_chinese()
    with open_room(tmp_path, ScriptedExaminer(given, given, rich_grade())) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0), "an answer"))
        interview = room.settle(room.service.submit(room.service.go_on(interview), "another"))
    database = open_database(tmp_path, url_for(tmp_path))
    move_to(database, "0003")
    with database.reading() as connection:
        plain = connection.execute(text("SELECT CAST(outcome AS TEXT) FROM grades ORDER BY id")).scalars().all()
    assert [json.loads(outcome)["kind"] for outcome in plain] == ["grade", "grade"]
    move_to(database, SCHEMA)
    assert schema_of(database.engine) == SCHEMA
    after = Store(database).load(interview.id, owner=interview.owner)
    database.dispose()
    assert [turn.grade for turn in after.turns] == [turn.grade for turn in interview.turns] == [given, given]


def test_where_time_ran_out_a_version_of_before_finds_what_it_would_have_written(tmp_path: Path) -> None:
    """It knows no other word, and would not open the interview. What timed out with an answer stays that."""
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.begin(follow_ups=0, minutes=3)
        interview = room.settle(room.service.submit(interview, "half an answer", kind=ReplyKind.TIMED_OUT))
        interview = room.service.submit(room.service.go_on(interview), "", kind=ReplyKind.TIMED_OUT)
    before = [turn.reply.kind for turn in interview.turns if turn.reply]
    database = open_database(tmp_path, url_for(tmp_path))
    move_to(database, "0003")
    with database.reading() as connection:
        kinds = connection.execute(text("SELECT reply_kind FROM turns ORDER BY seq")).scalars().all()
    database.dispose()
    assert before == [ReplyKind.TIMED_OUT, ReplyKind.RAN_OUT]
    assert kinds[:2] == ["timed_out", "skipped"]


def test_what_an_earlier_version_has_packed_can_still_be_read() -> None:
    """The preset dictionary is part of the format."""
    assert unpack(bytes.fromhex(PACKED)) == {"kind": "grade", "score": 70.2}


@pytest.mark.parametrize("value", [{}, {"a": [1, 2.5, None, True], "字": "\ud83d"}, "", [{"text": "\u0000"}]])
def test_what_is_packed_comes_out_as_it_was(value: object) -> None:
    assert unpack(pack(value)) == value
