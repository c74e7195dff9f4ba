"""What the program writes is for nobody else on the machine from the first byte, whatever the account's umask lets others do."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.private_files import open_private, private_by_default, readable_by_others, records_in
from interviewer.records.backup import back_up, put_back
from interviewer.records.database import FILE, open_database
from interviewer.records.erasure import LIST, Eraser
from tests.conftest import ROOT
from tests.examples import START, ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture
def wide() -> Iterator[None]:
    """An account that lets everybody do everything with new files."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def never_narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is made wide cannot be narrowed afterwards: its mode at the end is that of its first moment."""

    def refuse(*_arguments: object, **_further: object) -> None:
        raise AssertionError("narrowed only after it was there")

    monkeypatch.setattr(os, "chmod", refuse)
    monkeypatch.setattr(os, "fchmod", refuse)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: mode(path) for path in (folder, *folder.rglob("*"))}


def answered(room: Room) -> str:
    begun = room.begin(follow_ups=0)
    room.service.submit(begun, "an answer")
    return room.settle(begun).id


@pytest.mark.usefixtures("wide", "never_narrowed")
def test_the_database_its_log_its_backups_and_the_list_of_erasures_are_private_from_the_first_moment(tmp_path: Path) -> None:
    data, file = tmp_path / "new" / "data", tmp_path / "backup.db"
    with open_room(data, ScriptedExaminer(grade())) as room:
        gone = answered(room)
        assert modes(data) == {"data": 0o700, FILE: 0o600, f"{FILE}-wal": 0o600, f"{FILE}-shm": 0o600}
        back_up(data, file)
        room.service.delete(gone, owner="local")
        Eraser(room.store.database, data).sweep()
        kept = put_back(data, file, now=START)
    assert kept is not None
    assert [mode(path) for path in (file, data / LIST, kept, data / FILE)] == [0o600] * 4


@pytest.mark.usefixtures("wide")
def test_commands_write_the_index_the_database_and_files_for_nobody_else(tmp_path: Path) -> None:
    answer, rows = tmp_path / "row.jsonl", tmp_path / "rows.csv"
    answer.write_text('{"question": 1, "lang": "en", "answer": "GANs can generate images.", "score": 10}\n')
    for command in (["index"], ["eval", str(answer), "--out", str(rows)], ["backup", "copy.db"]):
        done = subprocess.run(
            [sys.executable, "-c", "from interviewer.cli import run; run()", *command], cwd=tmp_path, check=False, capture_output=True,
            text=True, env={**os.environ, "INTERVIEWER_DATA": "data", "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert {path for path in (tmp_path / "data").rglob("*") if mode(path) & 0o077} == set()
    assert any((tmp_path / "data" / "index").rglob("*.bin"))
    assert [mode(path) for path in (rows, tmp_path / "copy.db")] == [0o600, 0o600]


@pytest.mark.usefixtures("wide")
def test_a_folder_that_an_earlier_version_left_wide_is_narrowed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    open_database(data).dispose()
    (data / "index").mkdir()
    (data / "index" / "some.bin").touch()
    for path in (data, data / FILE, data / "index", data / "index" / "some.bin"):
        path.chmod(0o777)
    assert readable_by_others(records_in(data)) == (data, data / FILE, data / "index", data / "index" / "some.bin")
    open_database(data).dispose()
    assert readable_by_others(records_in(data)) == ()


@pytest.mark.usefixtures("wide")
def test_a_folder_that_others_use_too_stays_as_it_is_but_our_files_in_it_are_closed(tmp_path: Path) -> None:
    (tmp_path / "shared.txt").touch()
    tmp_path.chmod(0o755)
    open_database(tmp_path).dispose()
    (tmp_path / FILE).chmod(0o644)
    open_database(tmp_path).dispose()
    assert (mode(tmp_path), mode(tmp_path / FILE), mode(tmp_path / "shared.txt")) == (0o755, 0o600, 0o666)
    assert readable_by_others(records_in(tmp_path)) == (tmp_path,)


@pytest.mark.usefixtures("wide")
def test_a_file_that_is_there_is_narrowed_before_a_word_is_written(tmp_path: Path) -> None:
    there = tmp_path / "interview.md"
    there.write_text("an older and longer text")
    with open_private(there) as file:
        assert (mode(there), there.read_text()) == (0o600, "")
        file.write("new")
    assert there.read_text() == "new"
    with open_private(there, "a") as file:
        file.write("er")
    assert there.read_text() == "newer"
    with open_private(Path(os.devnull)) as file:
        file.write("what is no file is left as it is")
    assert mode(Path(os.devnull)) & 0o007


@pytest.mark.usefixtures("wide")
def test_a_command_leaves_the_umask_of_its_caller_alone(tmp_path: Path) -> None:
    with private_by_default():
        (tmp_path / "inside").touch()
    (tmp_path / "after").touch()
    assert (mode(tmp_path / "inside"), mode(tmp_path / "after")) == (0o600, 0o666)
