"""The records: the database, and the stores on it."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.config import Settings
from interviewer.errors import told
from interviewer.models import LOCAL_PERSON, Person

if TYPE_CHECKING:
    from interviewer.observability.load import Load
    from interviewer.observability.metrics import Metrics
    from interviewer.records.accounts import Accounts
    from interviewer.records.authored import AuthoredStore
    from interviewer.records.base import Database
    from interviewer.records.erasure import Eraser
    from interviewer.records.jobs import JobQueue
    from interviewer.records.labelled import LabelledStore
    from interviewer.records.people import PeopleStore
    from interviewer.records.row_cache import RowCache
    from interviewer.records.store import Store


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RecordsParts:
    """The records: the database, and the stores on it. Each part is built when it is first asked for."""

    settings: Settings

    @cached_property
    def database(self) -> Database:
        """The database in the data folder, created and migrated as needed."""
        from interviewer.records.database import open_database

        url = self.settings.database_url
        return open_database(self.settings.data, url.get_secret_value() if url else None)

    @property
    def lacks_database(self) -> bool:
        """Whether the database that was opened is not there any more; one look at the file's name."""
        opened: Database | None = self.__dict__.get("database")
        return opened is not None and opened.gone

    @cached_property
    def row_cache(self) -> RowCache:
        """What of the records is kept decoded in memory; an erasure clears it for everybody."""
        from interviewer.records.row_cache import RowCache

        return RowCache()

    @cached_property
    def store(self) -> Store:
        """The interviews in this data folder's database."""
        from interviewer.records.store import Store

        return Store(self.database, self.row_cache)

    @cached_property
    def people(self) -> PeopleStore:
        """Who has an account, and how they prove it."""
        from interviewer.records.people import PeopleStore

        return PeopleStore(self.database)

    def person(self, person_id: str) -> Person:
        """Who has this id; somebody of whom nothing is known where there is no such person."""
        return LOCAL_PERSON if person_id == LOCAL_PERSON.id else self.people.get(person_id) or Person(person_id, "")

    @cached_property
    def accounts(self) -> Accounts:
        """What is asked about accounts across the tables, and their deletion."""
        from interviewer.records.accounts import Accounts

        return Accounts(self.database, self.row_cache)

    @cached_property
    def authored(self) -> AuthoredStore:
        """The questions that people write here."""
        from interviewer.records.authored import AuthoredStore

        return AuthoredStore(self.database)

    @cached_property
    def labelled(self) -> LabelledStore:
        """The labelled answers in the records, and what was learned of them."""
        from interviewer.records.labelled import LabelledStore

        return LabelledStore(self.database)

    @cached_property
    def job_queue(self) -> JobQueue:
        """What is to be done in the background, besides grading, and how it stands."""
        from interviewer.records.jobs import JobQueue

        return JobQueue(self.database, worker=name_worker())

    @cached_property
    def eraser(self) -> Eraser:
        """What looks after deletions."""
        from interviewer.records.erasure import Eraser

        return Eraser(self.database, self.settings.data)

    @cached_property
    def metrics(self) -> Metrics:
        """What is counted here, and how things stand by the records."""
        from interviewer import __version__
        from interviewer.observability.metrics import Metrics
        from interviewer.records.store import utc_now

        return Metrics(self._read_load, utc_now, version=__version__)

    def _read_load(self) -> Load | None:
        """How things stand, None if the records do not say."""
        from interviewer.interview.retrying import OF_ALL
        from interviewer.records.load import Budgets, read_load
        from interviewer.records.store import utc_now

        settings = self.settings
        budgets = Budgets(settings.token_budget, settings.cost_budget, settings.daily_tokens, settings.daily_cost)
        try:
            return read_load(self.database, utc_now(), failures=OF_ALL, budgets=budgets)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the records, whoever watches must be told instead of failing
            logger.warning("the records cannot be read for the metrics (%s)", told(error))
            return None


def name_worker() -> str:
    """A name for this process in the leases, unique among replicas and restarts."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
