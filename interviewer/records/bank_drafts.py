"""Drafts of banks in the database: documents that questions are being made of. Nobody but their owner reads them, and they expire."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from interviewer.errors import NotFound
from interviewer.models import BankDraft
from interviewer.records.authored_tables import bank_drafts
from interviewer.records.base import Database
from interviewer.records.erasure import erase_draft

_drafts = bank_drafts.c


class BankDraftStore:
    """The drafts of one database; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def listed(self, owner: str) -> tuple[BankDraft, ...]:
        """Somebody's drafts, the latest change first."""
        with self._database.reading() as connection:
            query = select(bank_drafts).where(_drafts.owner == owner).order_by(_drafts.changed_at.desc(), _drafts.id)
            return tuple(_draft(row) for row in connection.execute(query))

    def count(self, owner: str) -> int:
        """How many somebody has."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).where(_drafts.owner == owner)) or 0

    def read(self, owner: str, draft_id: str) -> BankDraft:
        """One of somebody's drafts; NotFound if they have none of that id."""
        with self._database.reading() as connection:
            row = connection.execute(select(bank_drafts).where(_drafts.id == draft_id, _drafts.owner == owner)).one_or_none()
        if row is None:
            raise NotFound("there is no such draft, or it has expired → begin a new one")
        return _draft(row)

    def add(self, owner: str, *, title: str, text: str, content: Mapping[str, Any], now: datetime, expires_at: datetime) -> BankDraft:
        """A new draft."""
        draft = BankDraft(secrets.token_hex(16), owner, title, text, dict(content), 1, now, now, expires_at)
        with self._database.writing() as connection:
            connection.execute(
                insert(bank_drafts).values(
                    id=draft.id, owner=owner, title=title, text=text, content=draft.content, number=1, created_at=now, changed_at=now,
                    expires_at=expires_at,
                )
            )  # fmt: skip
        return draft

    def change(
        self, owner: str, draft_id: str, *, title: str, content: Mapping[str, Any], number: int, now: datetime, expires_at: datetime
    ) -> bool:
        """Put these in its place if it is still the one of that number; whether it was."""
        same = (_drafts.id == draft_id) & (_drafts.owner == owner) & (_drafts.number == number)
        values = {"title": title, "content": dict(content), "number": number + 1, "changed_at": now, "expires_at": expires_at}
        with self._database.writing() as connection:
            return connection.execute(update(bank_drafts).where(same).values(**values)).rowcount == 1

    def delete(self, owner: str, draft_id: str, now: datetime) -> None:
        """Delete it, if it is there, so that nothing is left (records/erasure)."""
        with self._database.writing() as connection:
            mine = connection.scalar(select(_drafts.id).where(_drafts.id == draft_id, _drafts.owner == owner))
            if mine is not None:
                erase_draft(connection, mine, now)

    def expire(self, now: datetime) -> int:
        """Delete those whose time is over; returns how many."""
        with self._database.writing() as connection:
            over = connection.scalars(select(_drafts.id).where(_drafts.expires_at <= now).limit(1000)).all()
            return sum(erase_draft(connection, draft_id, now) for draft_id in over)


def _draft(row: Row[Any]) -> BankDraft:
    return BankDraft(
        row.id, row.owner, row.title, row.text, row.content, row.number, row.created_at, row.changed_at, row.expires_at,
    )  # fmt: skip
