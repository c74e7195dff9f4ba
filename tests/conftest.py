"""A clean environment for every test, and no network beyond loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests import databases
from tests.postgres import NoPostgres, run_postgres

# The many processes that the tests start would compile the whole application anew each time.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How fast a machine is decides no test; examples are the same on every machine and in every run.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
ON_CI = os.environ.get("CI") == "true"


def pytest_sessionfinish() -> None:
    """Servers, too, begin with the migrated file (`tests.migrated`), in packages after the one that takes it away."""
    if made := sys.modules.get("tests.migrated"):
        made.forget()


SETTINGS = ("HOST", "PORT", "DATABASE_URL")
PREFIXES = ("INTERVIEWER_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_", "OLLAMA_", "LANGSMITH_", "LANGCHAIN_")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting of the developer's shell or .env reaches a test."""
    for name in list(os.environ):
        if name in SETTINGS or name.startswith(PREFIXES):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path_factory.getbasetemp())


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere but this machine is an error of the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test reached for the network: {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the material beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, the project's material, which is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.PostgresDatabases]:
    """A PostgreSQL server on loopback for all tests that want one."""
    running = run_postgres(durable=False)
    try:
        address = running.__enter__()
    except NoPostgres as missing:
        if ON_CI:
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    server = databases.PostgresDatabases(address)
    yield server
    server.close()
    running.__exit__(None, None, None)


@pytest.fixture
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database that the test's records are in; see tests/databases.py."""
    if request.param == "postgresql":
        monkeypatch.setattr(databases, "current", request.getfixturevalue("postgres"))
