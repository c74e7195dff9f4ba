"""The coaches' comments for further use. Each is its author's alone: every method asks for whom."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import delete, func, insert, select, true, update

from interviewer.models import SavedComment
from interviewer.records.base import Database
from interviewer.records.desk_tables import saved_comments

_saved = saved_comments.c


class SavedCommentStore:
    """The rows of one database; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, author_id: str, question_id: str | None = None) -> tuple[SavedComment, ...]:
        """All of somebody's, those for a question first; with `question_id` those that fit it: its own and the general ones."""
        fits = true() if question_id is None else _saved.question_id.in_((question_id, ""))
        query = select(saved_comments).where(_saved.author_id == author_id, fits)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_saved.question_id.desc(), _saved.at, _saved.id)).mappings()
            return tuple(SavedComment(**row) for row in rows)

    def count(self, author_id: str) -> int:
        """How many somebody has."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).where(_saved.author_id == author_id)).scalar_one()

    def add(self, comment: SavedComment) -> None:
        """Keep a new one."""
        with self._database.writing() as connection:
            connection.execute(insert(saved_comments).values(**asdict(comment)))

    def change(self, author_id: str, comment_id: str, *, question_id: str, text: str) -> bool:
        """Other words, or another question; whether there is such a one of theirs."""
        mine = update(saved_comments).where(_saved.id == comment_id, _saved.author_id == author_id)
        with self._database.writing() as connection:
            return connection.execute(mine.values(question_id=question_id, text=text)).rowcount == 1

    def delete(self, author_id: str, comment_id: str) -> bool:
        """Whether there was such a one of theirs."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(saved_comments).where(_saved.id == comment_id, _saved.author_id == author_id))
            return gone.rowcount == 1
