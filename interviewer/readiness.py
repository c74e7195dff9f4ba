"""Whether this replica can serve: what a proxy asks at /readyz. Changes nothing."""

from __future__ import annotations

from typing import Any

from interviewer.bootstrap import Application
from interviewer.errors import StoreError, StoreTrouble

LONGEST_SILENCE = 10.0
"""Seconds that the grading worker may go without having read the queue."""
_TOLD = {StoreTrouble.GONE: "gone", StoreTrouble.DAMAGED: "damaged", StoreTrouble.MOVED: "moved: set DATABASE_URL and restart"}


def readiness(application: Application) -> dict[str, Any]:
    """The checks by name, each "ok" or what is wrong with it, and `ready`: whether all that is needed is ok.

    The index is not needed: while it is being built, or cannot be, answers are graded without its passages.
    """
    checks = {
        "database": _check_database(application),
        "worker": _check_worker(application),
        "index": "ok" if application.index.ready else "building",
    }
    return {"ready": checks["database"] == "ok" and checks["worker"] == "ok", **checks}


def _check_database(application: Application) -> str:
    from interviewer.records.database import SCHEMA, read_schema, was_moved

    try:
        with application.database.reading() as connection:
            version, moved = read_schema(connection), was_moved(connection)
    except StoreError as error:
        return _TOLD.get(error.trouble, "unreachable")
    if moved:
        return _TOLD[StoreTrouble.MOVED]
    return "ok" if version == SCHEMA else f"at schema {version or 'none'}, this program needs {SCHEMA}"


def _check_worker(application: Application) -> str:
    silence = application.service.worker.silence
    if silence is None:
        return "not started"
    return "ok" if silence <= LONGEST_SILENCE else f"silent for {silence:.0f} s"
