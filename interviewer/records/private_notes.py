"""The coaches' private notes on candidates. Every read asks who is asking; the candidate is never among those who may."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, or_, select, true, update

from interviewer.models import Person, PrivateNote
from interviewer.records.base import Database
from interviewer.records.desk_tables import private_notes
from interviewer.records.people_tables import people
from interviewer.records.visibility import visible_to

_notes = private_notes.c


class PrivateNoteStore:
    """The rows of one database; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def on(self, viewer: Person, candidate_id: str, interview_id: str | None = None) -> tuple[PrivateNote, ...]:
        """What the viewer may read of the notes on the candidate as a whole, and on an interview's answers, oldest first."""
        about = (
            _notes.interview_id.is_(None)
            if interview_id is None
            else or_(_notes.interview_id.is_(None), _notes.interview_id == interview_id)
        )
        query = select(private_notes).where(_notes.candidate_id == candidate_id, about, _readable_by(viewer))
        with self._database.reading() as connection:
            return tuple(PrivateNote(**row) for row in connection.execute(query.order_by(_notes.at, _notes.id)).mappings())

    def may_write_on(self, viewer: Person, candidate_id: str) -> bool:
        """Whether the viewer coaches this candidate."""
        if viewer.is_local:
            return True
        known = select(people.c.id).where(people.c.id == candidate_id, _coached_by(viewer, literal(candidate_id)))
        with self._database.reading() as connection:
            return connection.execute(known).first() is not None

    def count(self, author_id: str, candidate_id: str) -> int:
        """How many notes somebody has on a candidate."""
        with self._database.reading() as connection:
            mine = select(func.count()).where(_notes.author_id == author_id, _notes.candidate_id == candidate_id)
            return connection.execute(mine).scalar_one()

    def add(self, note: PrivateNote) -> None:
        """Keep a new one."""
        with self._database.writing() as connection:
            connection.execute(insert(private_notes).values(**asdict(note)))

    def change(self, viewer: Person, note_id: str, *, text: str, shared: bool) -> bool:
        """Other words, or other readers; whether there is such a note of theirs."""
        mine = update(private_notes).where(_notes.id == note_id, _notes.author_id == viewer.id, _readable_by(viewer))
        with self._database.writing() as connection:
            return connection.execute(mine.values(text=text, shared=shared)).rowcount == 1

    def delete(self, viewer: Person, note_id: str) -> bool:
        """Whether there was such a note of theirs."""
        mine = delete(private_notes).where(_notes.id == note_id, _notes.author_id == viewer.id, _readable_by(viewer))
        with self._database.writing() as connection:
            return connection.execute(mine).rowcount == 1


def _readable_by(viewer: Person) -> ColumnElement[bool]:
    return and_(_coached_by(viewer, _notes.candidate_id), or_(_notes.author_id == viewer.id, _notes.shared))


def _coached_by(viewer: Person, candidate_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whom the viewer coaches; never themselves, though a coach is a candidate like any other."""
    if viewer.is_local:
        return true()
    return and_(visible_to(viewer, candidate_id), candidate_id != viewer.id)
