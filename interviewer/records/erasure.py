"""Deleting so that nothing is left: not in the database's own files (records/secure_vacuum), not in the full text, not in a backup put back later.

An erasure is put down in the transaction that deletes. `Eraser.sweep` then rewrites what still holds the bytes and notes the erasure in
`erased.txt` beside the database, which a restored backup does not bring along: `Eraser.repeat` deletes again what comes back with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from interviewer.private_files import make_private_folder, open_private
from interviewer.records.assigned_work import expire_assignments, forget_assignments
from interviewer.records.authored_rows import forget_authored
from interviewer.records.authored_tables import bank_drafts
from interviewer.records.base import Database
from interviewer.records.batch_exports import forget_exports, forget_exports_of
from interviewer.records.card_rows import AT_ONCE, drop_reviews, forget_training, hold_cards
from interviewer.records.desk_rows import forget_desk, forget_learned
from interviewer.records.jobs import forget_jobs
from interviewer.records.people_tables import erasures, people, spending
from interviewer.records.posting_tables import posting_interviews, postings
from interviewer.records.review_tables import edits
from interviewer.records.search import forget_answers
from interviewer.records.secure_vacuum import secure_vacuum
from interviewer.records.tables import interviews
from interviewer.records.webhooks import forget_messages_about, forget_messages_of

LIST = "erased.txt"


def erase_interview(connection: Connection, interview_id: str, now: datetime) -> bool:
    """Delete an interview with all that belongs to it, in the caller's transaction; False if there is none.

    The posting that it was made for goes with it, unless another interview was made for that too.
    """
    forget_answers(connection, interview_id)
    forget_exports(connection, interview_id)
    forget_learned(connection, interview_id)
    _forget_reviews(connection, interview_id)
    _forget_posting(connection, interview_id, now)
    forget_messages_about(connection, interview_id)
    gone = connection.execute(delete(interviews).where(interviews.c.id == interview_id)).rowcount == 1
    if gone:
        _put_down(connection, interview_id, "interview", now)
    return gone


def erase_posting(connection: Connection, posting_id: str, now: datetime) -> bool:
    """Delete a posting with its CV, in the caller's transaction; its interviews stay. False if there is none."""
    gone = connection.execute(delete(postings).where(postings.c.id == posting_id)).rowcount == 1
    if gone:
        _put_down(connection, posting_id, "posting", now)
    return gone


def erase_postings(connection: Connection, owner: str, now: datetime) -> int:
    """Delete all postings of somebody; how many these were."""
    mine = connection.scalars(select(postings.c.id).where(postings.c.owner == owner)).all()
    return sum(erase_posting(connection, posting_id, now) for posting_id in mine)


def erase_person(connection: Connection, person_id: str, now: datetime) -> bool:
    """Delete somebody with all their interviews, in the caller's transaction; what they wrote as a coach about others, or published for
    others, stays without their name."""
    hold_cards(connection, person_id)
    for interview_id in connection.scalars(select(interviews.c.id).where(interviews.c.owner == person_id)).all():
        erase_interview(connection, interview_id, now)
    erase_postings(connection, person_id, now)
    connection.execute(update(edits).where(edits.c.author_id == person_id).values(author=""))
    forget_training(connection, person_id)
    forget_desk(connection, person_id)
    forget_jobs(connection, person_id)
    forget_exports_of(connection, person_id)
    forget_messages_of(connection, person_id)
    forget_authored(connection, person_id)
    forget_assignments(connection, person_id, now)
    connection.execute(delete(spending).where(spending.c.owner == person_id))
    gone = connection.execute(delete(people).where(people.c.id == person_id)).rowcount == 1
    if gone:
        _put_down(connection, person_id, "person", now)
    return gone


def erase_draft(connection: Connection, draft_id: str, now: datetime) -> bool:
    """Delete a draft of a bank with its document, in the caller's transaction; False if there is none."""
    gone = connection.execute(delete(bank_drafts).where(bank_drafts.c.id == draft_id)).rowcount == 1
    if gone:
        _put_down(connection, draft_id, "draft", now)
    return gone


class Eraser:
    """Looks after the erasures of one database. `folder`: where the list of them is kept, beside the database.

    `patience`: seconds for which a sweep waits for those who still read what was deleted.
    """

    def __init__(self, database: Database, folder: Path, *, patience: float = 5.0) -> None:
        self._database, self._list, self._patience = database, folder / LIST, patience

    def sweep(self) -> int:
        """Remove the last traces of what was deleted since the last sweep; returns how many erasures that were."""
        with self._database.reading() as connection:
            fresh = connection.execute(select(erasures).where(erasures.c.swept.is_(False))).all()
        if not fresh:
            return 0
        self._write_list(fresh)
        if not secure_vacuum(self._database, patience=self._patience):
            return 0
        with self._database.writing() as connection:
            subjects = [row.subject for row in fresh]
            connection.execute(update(erasures).where(erasures.c.subject.in_(subjects)).values(swept=True))
        return len(fresh)

    def repeat(self, now: datetime) -> int:
        """Delete again whatever is on the list and nevertheless there, as after a backup was put back; returns how many."""
        again = 0
        with self._database.writing() as connection:
            listed = self._read_list()
            _hold_owners(connection, [subject for _kind, subject in listed])
            for kind, subject in listed:
                again += _ERASE.get(kind, erase_interview)(connection, subject, now)
        return again

    def expire(self, before: datetime, now: datetime) -> int:
        """Delete the interviews that were begun before that moment; returns how many."""
        with self._database.writing() as connection:
            old = connection.scalars(select(interviews.c.id).where(interviews.c.created_at < before).limit(1000)).all()
            _hold_owners(connection, old)
            erased = sum(erase_interview(connection, interview_id, now) for interview_id in old)
            expire_assignments(connection, before)
            return erased

    def expire_postings(self, before: datetime, now: datetime) -> int:
        """Delete the postings that were entered before that moment, with their CVs; returns how many."""
        with self._database.writing() as connection:
            old = connection.scalars(select(postings.c.id).where(postings.c.created_at < before).limit(1000)).all()
            return sum(erase_posting(connection, posting_id, now) for posting_id in old)

    def _write_list(self, fresh: Sequence[Row[Any]]) -> None:
        known = self._read_list()
        make_private_folder(self._list.parent)
        with open_private(self._list, "a", encoding="ascii") as listed:
            listed.writelines(f"{row.kind} {row.subject} {row.at.isoformat()}\n" for row in fresh if (row.kind, row.subject) not in known)
            listed.flush()
            os.fsync(listed.fileno())

    def _read_list(self) -> set[tuple[str, str]]:
        if not self._list.exists():
            return set()
        lines = (line.split() for line in self._list.read_text(encoding="ascii", errors="replace").splitlines())
        return {(parts[0], parts[1]) for parts in lines if len(parts) >= 2}


_ERASE: Mapping[str, Callable[[Connection, str, datetime], bool]] = {
    "person": erase_person,
    "interview": erase_interview,
    "posting": erase_posting,
    "draft": erase_draft,
}
"""What deletes again what is on the list, by its kind."""


def _forget_posting(connection: Connection, interview_id: str, now: datetime) -> None:
    # The owner's cards are held by now, so that of two interviews that go at once one sees that it is the last.
    linked = posting_interviews.c
    posting_id = connection.scalar(select(linked.posting_id).where(linked.interview_id == interview_id))
    others = select(linked.interview_id).where(linked.posting_id == posting_id, linked.interview_id != interview_id)
    if posting_id is not None and connection.execute(others.limit(1)).first() is None:
        erase_posting(connection, posting_id, now)


def _forget_reviews(connection: Connection, interview_id: str) -> None:
    owner = connection.scalar(select(interviews.c.owner).where(interviews.c.id == interview_id))
    if owner is not None:
        hold_cards(connection, owner)
        drop_reviews(connection, interview_id, owner)


def _hold_owners(connection: Connection, subjects: Sequence[str]) -> None:
    """Hold the cards of all whose interviews go before the first goes: whoever held them one after another might wait for ever.

    `subjects`: ids of interviews, or of people.
    """
    owners = set[str]()
    for start in range(0, len(subjects), AT_ONCE):
        some = subjects[start : start + AT_ONCE]
        concerned = select(interviews.c.owner).where(or_(interviews.c.id.in_(some), interviews.c.owner.in_(some))).distinct()
        owners.update(connection.scalars(concerned))
    hold_cards(connection, *owners)


def _put_down(connection: Connection, subject: str, kind: str, now: datetime) -> None:
    connection.execute(delete(erasures).where(erasures.c.subject == subject))
    connection.execute(insert(erasures).values(subject=subject, kind=kind, at=now, swept=False))
