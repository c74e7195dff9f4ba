"""Every answer that the application gives in a test is watched: none may be a fault of its own that the test did not provoke."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from interviewer.records import database
from tests import migrated


@pytest.fixture(scope="session", autouse=True)
def migrated_once() -> Iterator[None]:
    """An empty SQLite file takes over what the migrations made of another one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "migrate", migrated.copy_migrated)
        yield
    migrated.forget()


@pytest.fixture
def real_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every migration runs, one after the other."""
    monkeypatch.setattr(database, "migrate", migrated.run_migrations)


@pytest.fixture(autouse=True)
def answers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails every test in which a client got an answer of 500 or more; `@pytest.mark.provokes(503)` names those that are meant."""
    meant = {status for mark in request.node.iter_markers("provokes") for status in mark.args}
    found: list[str] = []
    send = TestClient.send

    def watched(self: TestClient, asked: Any, **options: Any) -> Any:
        answer = send(self, asked, **options)
        if answer.status_code >= 500 and answer.status_code not in meant:
            found.append(f"{answer.status_code} {asked.method} {asked.url}")
        return answer

    monkeypatch.setattr(TestClient, "send", watched)
    yield
    assert found == []
