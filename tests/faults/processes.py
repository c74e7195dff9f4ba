"""Children of a process that has everything loaded, and PostgreSQL for the parts that want it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext
from pathlib import Path

from tests.databases import PostgresDatabases
from tests.faults.table import Missing
from tests.postgres import NoPostgres, run_postgres


def children(*modules: str) -> ForkServerContext:
    """Makes processes that have these modules imported when they start."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    return context


@contextmanager
def postgres_databases() -> Iterator[PostgresDatabases]:
    """A PostgreSQL server of our own; Missing if there is none on this machine."""
    try:
        with run_postgres() as address:
            server = PostgresDatabases(address)
            try:
                yield server
            finally:
                server.close()
    except NoPostgres as error:
        raise Missing(str(error)) from None


@contextmanager
def both_databases(folder: Path) -> Iterator[dict[str, str | None]]:
    """The addresses of an SQLite and of a PostgreSQL database, by name."""
    with postgres_databases() as server:
        yield {"SQLite": None, "PostgreSQL": server.url_for(folder)}
