"""Postings and CVs in the database. Every read asks who is asking; how they are deleted is in `erasure`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, func, insert, select, update

from interviewer.errors import NotFound, StaleMove
from interviewer.models.postings import AskingReason, Posting, PostingContent
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.erasure import erase_posting
from interviewer.records.posting_tables import posting_interviews, postings

MOST_POSTINGS = 20
"""Of one person; the oldest makes room for a new one only when the person deletes it."""
_CONTENT = TypeAdapter(PostingContent)
_REASONS = TypeAdapter(dict[str, tuple[AskingReason, ...]])

Reasons = Mapping[str, tuple[AskingReason, ...]]
"""Why each question of an interview is asked, by its id."""


class TooManyPostings(StaleMove):
    """The person keeps as many postings as one may."""


class PostingStore:
    """The postings of everybody in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, owner: str, content: PostingContent, now: datetime) -> str:
        """Keep a posting; returns its id. TooManyPostings if the person has `MOST_POSTINGS`."""
        posting_id = secrets.token_hex(16)
        with self._database.writing() as connection:
            if (connection.scalar(select(func.count()).where(postings.c.owner == owner)) or 0) >= MOST_POSTINGS:
                raise TooManyPostings(f"there are {MOST_POSTINGS} postings already → delete one that is no longer needed")
            values = {"id": posting_id, "owner": owner, "created_at": now, "version": 1, "content": _encode(content)}
            connection.execute(insert(postings).values(**values))
        return posting_id

    def load(self, posting_id: str, *, owner: str) -> Posting:
        """The posting; NotFound if there is none or it is not the owner's."""
        with self._database.reading() as connection:
            row = connection.execute(select(postings).where(postings.c.id == posting_id, postings.c.owner == owner)).one_or_none()
            if row is None:
                raise NotFound("no such posting → it may have been deleted after its time; enter it again")
            return _read(connection, row)

    def list_of(self, owner: str) -> tuple[Posting, ...]:
        """The owner's postings, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(postings).where(postings.c.owner == owner).order_by(postings.c.created_at.desc(), postings.c.id)
            )
            return tuple(_read(connection, row) for row in rows.all())

    def behind(self, interview_id: str) -> Posting | None:
        """The posting that an interview was made for, None if there is none; who may read the interview was asked before."""
        joined = select(postings).join(posting_interviews, posting_interviews.c.posting_id == postings.c.id)
        with self._database.reading() as connection:
            row = connection.execute(joined.where(posting_interviews.c.interview_id == interview_id)).one_or_none()
            return _read(connection, row) if row else None

    def save(self, posting: Posting, content: PostingContent) -> None:
        """Put other content in the place of what was read; StaleMove if somebody else did so meanwhile, or deleted it."""
        seen = (postings.c.id == posting.id, postings.c.owner == posting.owner, postings.c.version == posting.version)
        values = {"version": posting.version + 1, "content": _encode(content)}
        with self._database.writing() as connection:
            if connection.execute(update(postings).where(*seen).values(**values)).rowcount != 1:
                raise StaleMove("the posting was changed on another page → look at how it stands now")

    def delete(self, posting_id: str, *, owner: str, now: datetime) -> None:
        """Remove a posting with its CV; its interviews stay. NotFound if it is not the owner's."""
        with self._database.writing() as connection:
            mine = connection.scalar(select(postings.c.owner).where(postings.c.id == posting_id)) == owner
            if not mine or not erase_posting(connection, posting_id, now):
                raise NotFound("no such posting → it may have been deleted already")
            note(connection, owner, "deleted_posting", posting_id, now=now)


def link_interview(connection: Connection, interview_id: str, posting: Posting, reasons: Reasons) -> None:
    """Put down, in the transaction that begins the interview, for which posting it is; StaleMove if that is gone."""
    if connection.execute(select(postings.c.id).where(postings.c.id == posting.id, postings.c.owner == posting.owner)).first() is None:
        raise StaleMove("the posting was deleted meanwhile → enter it again")
    values = {"interview_id": interview_id, "posting_id": posting.id, "reasons": _REASONS.dump_python(dict(reasons), mode="json")}
    connection.execute(insert(posting_interviews).values(**values))


def _encode(content: PostingContent) -> dict[str, Any]:
    encoded: dict[str, Any] = _CONTENT.dump_python(content, mode="json")
    return encoded


def _read(connection: Connection, row: Row[Any]) -> Posting:
    linked = connection.execute(select(posting_interviews).where(posting_interviews.c.posting_id == row.id))
    reasons = {each.interview_id: _REASONS.validate_python(each.reasons) for each in linked}
    return Posting(row.id, row.owner, row.created_at, row.version, _CONTENT.validate_python(row.content), reasons)
