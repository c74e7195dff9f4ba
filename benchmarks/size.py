"""The room that an interview takes in the database, and which tables take it. Counted in bytes, so that it holds on a busy machine."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.harness import Figure
from benchmarks.interviews import OWNER, answer_all, application, close, setup_for
from benchmarks.processes import ModelServer, folder
from interviewer.models import LOCAL_PERSON, ExaminerName

INTERVIEWS = 6
LISTED = 4


def measure() -> list[Figure]:
    """Whole interviews of all the bank's questions and a follow-up to each, judged by the model server."""
    with folder() as where, ModelServer() as model:
        app = application(where / "data", base_url=model.base_url)
        try:
            turns = 0

            def hold() -> None:
                nonlocal turns
                done = answer_all(app.service, app.service.begin(setup_for(app.bank, ExaminerName.LLM), owner=OWNER))
                turns = len(done.turns)
                app.desk.inbox(LOCAL_PERSON)  # what is worked out for the desk is part of it

            hold()  # the questions themselves are kept once
            before = _bytes(where / "data")
            for _ in range(INTERVIEWS):
                hold()
            after = _bytes(where / "data")
        finally:
            close(app)
    grown = {name: (size - before.get(name, 0)) / INTERVIEWS / 1000 for name, size in after.items()}
    note = f"{turns} turns, {INTERVIEWS} interviews"
    largest = sorted(grown, key=lambda name: -grown[name])[:LISTED]
    return [Figure("an interview", sum(grown.values()), "kB", 15, note=note), *(Figure(name, grown[name], "kB") for name in largest)]


def _bytes(data: Path) -> dict[str, int]:
    with closing(sqlite3.connect(data / "interviews.db")) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return dict(plain.execute("SELECT name, sum(payload) FROM dbstat GROUP BY name").fetchall())
