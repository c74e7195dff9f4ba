"""Whether the SQLite that Python was built with is new enough, for our records and for Chroma's index alike."""

from __future__ import annotations

import sqlite3

OLDEST = (3, 35, 0)
"""The first with RETURNING, which the records use; Chroma refuses to be imported with an older one, too."""


def too_old() -> str:
    """What is wrong and what to do, "" if nothing is."""
    if sqlite3.sqlite_version_info >= OLDEST:
        return ""
    return (
        f"SQLite {sqlite3.sqlite_version} is too old, {'.'.join(map(str, OLDEST))} or newer is needed → use a Python that is built with it"
    )
