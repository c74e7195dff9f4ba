"""Links to a report in the database. Their secrets are kept as SHA-256 only; a link goes with its interview, and with whoever made it.

Who may make one, and what is seen through it, is decided in interview/report_links.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update

from interviewer.models.report_links import ReportLink, Shows
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.dialects import take_turns
from interviewer.records.hidden import hide
from interviewer.records.people_tables import people
from interviewer.records.report_tables import report_links

KEPT = timedelta(days=30)
"""How long a link that has ended is still listed."""
_links = report_links.c


class ReportLinkStore:
    """The links of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self, interview_id: str, made_by: str, *, shows: Shows, named: bool, now: datetime, lifetime: timedelta, most: int
    ) -> str | None:
        """The secret of a new link, which is kept nowhere; None if `most` of this interview hold already."""
        secret = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            take_turns(connection, "report links", interview_id)
            holding = select(func.count()).where(
                _links.interview_id == interview_id, _links.withdrawn_at.is_(None), _links.expires_at > now
            )
            if (connection.scalar(holding) or 0) >= most:
                return None
            connection.execute(
                insert(report_links).values(
                    id=secrets.token_hex(16), token_hash=hide(secret), interview_id=interview_id, made_by=made_by, shows=shows.value,
                    named=named, created_at=now, expires_at=now + lifetime, views=0,
                )
            )  # fmt: skip
            note(connection, made_by, "link_made", interview_id, shows.value, now=now)
        return secret

    def links_of(self, interview_id: str) -> tuple[ReportLink, ...]:
        """The links to one interview's report, the newest first."""
        wanted = _select().where(_links.interview_id == interview_id).order_by(_links.created_at.desc(), _links.id)
        with self._database.reading() as connection:
            return tuple(_link(row) for row in connection.execute(wanted))

    def made_by(self, person_id: str) -> tuple[ReportLink, ...]:
        """The links that somebody made, the oldest first."""
        wanted = _select().where(_links.made_by == person_id).order_by(_links.created_at, _links.id)
        with self._database.reading() as connection:
            return tuple(_link(row) for row in connection.execute(wanted))

    def find(self, secret: str) -> ReportLink | None:
        """The link with this secret, whether or not it still holds."""
        with self._database.reading() as connection:
            row = connection.execute(_select().where(_links.token_hash == hide(secret))).one_or_none()
        return _link(row) if row else None

    def withdraw(self, interview_id: str, link_id: str, actor_id: str, now: datetime) -> bool:
        """End a link; False if there is none of this id to the interview that has not been withdrawn."""
        this = (_links.id == link_id) & (_links.interview_id == interview_id) & _links.withdrawn_at.is_(None)
        with self._database.writing() as connection:
            gone = connection.execute(update(report_links).where(this).values(withdrawn_at=now)).rowcount == 1
            if gone:
                note(connection, actor_id, "link_withdrawn", interview_id, now=now)
        return gone

    def count_view(self, link_id: str, now: datetime) -> None:
        """It was opened."""
        with self._database.writing() as connection:
            connection.execute(update(report_links).where(_links.id == link_id).values(views=_links.views + 1, viewed_at=now))

    def prune(self, now: datetime) -> None:
        """Delete links that ended long ago."""
        old = or_(_links.expires_at < now - KEPT, _links.withdrawn_at < now - KEPT)
        with self._database.reading() as connection:
            if connection.execute(select(_links.id).where(old).limit(1)).first() is None:
                return
        with self._database.writing() as connection:
            connection.execute(delete(report_links).where(old))


def _select() -> Select[Any]:
    return select(report_links, func.coalesce(people.c.name, "").label("maker")).select_from(
        report_links.outerjoin(people, people.c.id == _links.made_by)
    )


def _link(row: Row[Any]) -> ReportLink:
    return ReportLink(
        row.id, row.interview_id, row.made_by, row.maker, Shows(row.shows), bool(row.named), row.created_at, row.expires_at, row.withdrawn_at,
        row.views, row.viewed_at,
    )  # fmt: skip
