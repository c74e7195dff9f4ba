"""A PostgreSQL server of the tests' own, on loopback. Where CI=true a missing one fails; elsewhere it is skipped by name."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.serving import free_port

ROOT_USER = 0


class NoPostgres(Exception):
    """There is no PostgreSQL server on this machine, or no user that may run it."""


@contextmanager
def run_postgres(*, durable: bool = True) -> Iterator[str]:
    """A fresh server; yields the address of its administrative database. It trusts loopback: nothing in it is worth a password.

    Without `durable` it does not wait for the disk: what it acknowledged survives a kill of its clients, not one of the machine.
    """
    programs = _find_programs()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    port = free_port()
    try:
        if os.getuid() == ROOT_USER:
            shutil.chown(folder, "postgres")
        _run(programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c wal_recycle=off -c max_connections=200"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        _run(programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(path) for path in [shutil.which("initdb")] if path]
    if not found:
        raise NoPostgres("needs PostgreSQL: apt-get install postgresql")
    if os.getuid() == ROOT_USER and "postgres" not in {entry.pw_name for entry in pwd.getpwall()}:
        raise NoPostgres("needs a user named postgres: PostgreSQL does not run as root")
    return found[-1].parent


def _run(program: Path, *arguments: str | Path) -> None:
    command = [str(program), *map(str, arguments)]
    if os.getuid() == ROOT_USER:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
    done = (
        subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, cwd="/", check=False)
        if "start" not in command
        else subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, cwd="/", check=False)
    )
    if done.returncode:
        raise RuntimeError(f"{program.name} failed: {done.stdout}")
