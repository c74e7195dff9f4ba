"""docs/runbook.md, executed: its blocks of commands in order, on a real database; git, make, pip and systemctl are stand-ins."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from interviewer.records.database import FILE
from tests.conftest import ON_CI, ROOT
from tests.databases import PostgresDatabases

BLOCK = re.compile(r"<!-- (.+?) -->\n```sh\n(.*?)```", re.DOTALL)
UNIT = ROOT / "docs" / "interviewer.service"


def blocks() -> dict[str, str]:
    """The commands by what they are for."""
    return dict(BLOCK.findall((ROOT / "docs" / "runbook.md").read_text("utf-8")))


class Machine:
    """A folder that stands for /srv/interviewer, with the command of this checkout, a folder for backups, and stand-ins on the path."""

    def __init__(self, folder: Path) -> None:
        self.home, self.backups, self._tools = folder / "srv", folder / "backups", folder / "tools"
        self.called = folder / "called"
        for made in (self.home / ".venv" / "bin", self.backups, self._tools):
            made.mkdir(parents=True, mode=0o700)
        (self.home / ".env").touch(0o600)
        (self.home / "data").mkdir(mode=0o700)
        command = f'#!/bin/sh\nexec "{sys.executable}" -c "from interviewer.cli import run; run()" "$@"\n'
        self._write(self.home / ".venv" / "bin" / "interviewer", command)
        self.stand_in(".venv/bin/pip", where=self.home)
        for name in ("make", "systemctl"):
            self.stand_in(name)
        self.stand_in("git", 'case "$1" in rev-parse) echo OLD-VERSION;; esac')

    def stand_in(self, name: str, does: str = "", where: Path | None = None) -> None:
        """Something that only puts down how it was called, and does what the test wants of it."""
        self._write((where or self._tools) / name, f'#!/bin/sh\necho "{Path(name).name} $*" >> "{self.called}"\n{does}\n')

    def _write(self, path: Path, script: str) -> None:
        path.write_text(script)
        path.chmod(0o755)

    def run(self, script: str, **environ: str) -> str:
        """What a shell prints that stops at the first failure; AssertionError if there is one."""
        script = script.replace("/srv/interviewer", str(self.home)).replace("/var/backups/interviewer", str(self.backups))
        kept = {name: value for name, value in os.environ.items() if not name.endswith(("_proxy", "_PROXY"))}
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        path = os.pathsep.join(map(str, [self._tools, *programs[-1:], kept["PATH"]]))
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=self.home, env={**kept, "PATH": path, "PYTHONPATH": str(ROOT), **environ},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def add(self, name: str) -> None:
        self.run(f".venv/bin/interviewer user add {name} --role admin")

    def names(self) -> list[str]:
        return [line.split("\t")[0] for line in self.run(".venv/bin/interviewer user list").splitlines()]

    def set_schema(self, version: str) -> str:
        """A command that makes the database one of another version."""
        change = f"UPDATE alembic_version SET version_num = '{version}'"
        program = f"import sqlite3; c = sqlite3.connect('{self.home / 'data' / FILE}'); c.execute(\\\"{change}\\\"); c.commit(); c.close()"
        return f'"{sys.executable}" -c "{program}"'


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def database(postgres: PostgresDatabases, tmp_path: Path) -> Iterator[str]:
    """An empty database of its own; what the runbook makes beside it is dropped."""
    url = postgres.url_for(tmp_path)
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    yield url
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS interviewer_restored"))
    admin.dispose()


def test_a_backup_is_made_and_restored(machine: Machine) -> None:
    machine.add("kept")
    machine.run(blocks()["sqlite: backup"])
    machine.add("later")
    said = machine.run(blocks()["sqlite: restore"])
    assert machine.names() == ["kept"]
    assert "restored from" in said
    assert "✗" not in said
    (before,) = (machine.home / "data").glob("interviews-before-*.db")
    with closing(sqlite3.connect(before)) as connection:
        assert connection.execute("SELECT name FROM people ORDER BY name").fetchall() == [("kept",), ("later",)]


def test_an_upgrade_is_made_and_rolled_back_although_the_new_schema_is_unknown_to_the_old_version(machine: Machine) -> None:
    machine.add("kept")
    machine.run(blocks()["sqlite: upgrade"])
    steps = machine.called.read_text().splitlines()
    assert steps == [
        "git rev-parse HEAD", "systemctl stop interviewer", "git fetch --tags", "git checkout NEW-VERSION", "make setup", "systemctl start interviewer",
    ]  # fmt: skip
    # The new version has migrated.
    machine.run(machine.set_schema("9999"))
    with pytest.raises(AssertionError, match="newer version"):
        machine.names()
    machine.called.unlink()
    said = machine.run(blocks()["sqlite: rollback"])
    assert machine.called.read_text().splitlines() == [
        "systemctl stop interviewer", "git checkout OLD-VERSION", "make .venv/.ready", "systemctl start interviewer",
    ]  # fmt: skip
    assert "✗" not in said
    assert machine.names() == ["kept"]


def test_records_are_moved_to_postgresql_and_back(machine: Machine, database: str) -> None:
    machine.add("kept")
    said = machine.run(blocks()["sqlite: move"], NEW_DATABASE_URL=database)
    assert "moved and verified" in said
    assert "Database: PostgreSQL: 0 interviews, 1 accounts" in said
    assert machine.names() == ["kept"]
    machine.add("later")
    machine.run(blocks()["sqlite: move back"])
    assert machine.names() == ["kept"]


def test_postgresql_is_dumped_and_restored_beside_the_old_one(machine: Machine, database: str) -> None:
    (machine.home / ".env").write_text(f"DATABASE_URL={database}\n")
    machine.add("kept")
    machine.run(blocks()["postgresql: backup"])
    machine.add("later")
    said = machine.run(blocks()["postgresql: restore"])
    assert "Database: PostgreSQL: 0 interviews, 1 accounts" in said
    assert machine.names() == ["kept"]
    restored = create_engine(f"{database.rpartition('/')[0]}/interviewer_restored")
    with restored.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM tickets")).scalar() == 0
    restored.dispose()


def test_every_block_is_executed_here() -> None:
    written = Path(__file__).read_text("utf-8")
    assert [name for name in blocks() if name != "by hand" and f'blocks()["{name}"]' not in written] == []
    assert (ROOT / "docs" / "runbook.md").read_text("utf-8").count("```sh") == len(blocks())


def test_the_unit_is_one_that_systemd_understands(machine: Machine) -> None:
    if shutil.which("systemd-analyze") is None:
        if ON_CI:
            pytest.fail("needs systemd-analyze: apt-get install systemd")
        pytest.skip("needs systemd-analyze")
    unit = machine.home / "interviewer.service"
    unit.write_text(UNIT.read_text("utf-8").replace("/srv/interviewer", str(machine.home)))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
