"""Answers whose worth is known, and what the offline examiner learned of them, in the database; every method is one transaction.

Who may read or change them is who may change their question (`AuthoredStore.may_edit`); that is asked before (authoring/answers).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from interviewer.errors import NotFound
from interviewer.models import LabelledAnswer, LearnedHeads, Level, PointLabel
from interviewer.records.authored import note_change
from interviewer.records.authored_tables import labelled_answers, learned_heads
from interviewer.records.base import Database

_answers, _heads = labelled_answers.c, learned_heads.c


class LabelledStore:
    """The labelled answers and the learned heads of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_question(self, question_id: str, *, confirmed: bool = False) -> tuple[LabelledAnswer, ...]:
        """All of a question in the order in which they came. `confirmed`: without those that a model wrote and nobody confirmed."""
        query = select(labelled_answers).where(_answers.question_id == question_id).order_by(_answers.at, _answers.id)
        if confirmed:
            query = query.where(_answers.confirmed)
        with self._database.reading() as connection:
            return tuple(_answer(row) for row in connection.execute(query))

    def by_author(self, author_id: str) -> tuple[LabelledAnswer, ...]:
        """All that somebody wrote or confirmed."""
        query = select(labelled_answers).where(_answers.author_id == author_id).order_by(_answers.at, _answers.id)
        with self._database.reading() as connection:
            return tuple(_answer(row) for row in connection.execute(query))

    def read(self, answer_id: str) -> LabelledAnswer:
        """One of them; NotFound if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(labelled_answers).where(_answers.id == answer_id)).one_or_none()
        if row is None:
            raise NotFound("there is no such labelled answer → go back to the question")
        return _answer(row)

    def put(self, answer: LabelledAnswer) -> None:
        """Add it, or put it in the place of the one of its id."""
        with self._database.writing() as connection:
            put_labelled(connection, answer)

    def delete(self, answer_id: str) -> None:
        """Delete it, if it is there."""
        with self._database.writing() as connection:
            connection.execute(delete(labelled_answers).where(_answers.id == answer_id))

    # ------------------------------------------------------------ what was learned

    def put_heads(self, heads: LearnedHeads) -> None:
        """Keep what was learned; every process is told (`AuthoredStore.stamp`). What was made of the same answers is replaced."""
        same = (_heads.digest == heads.digest) & (_heads.made_of == heads.made_of)
        with self._database.writing() as connection:
            connection.execute(delete(learned_heads).where(same))
            connection.execute(
                insert(learned_heads).values(
                    digest=heads.digest, made_of=heads.made_of, question_id=heads.question_id, content=heads.content, at=heads.at
                )
            )
            note_change(connection)

    def heads(self, digest: str, made_of: str = "") -> LearnedHeads | None:
        """The newest that were learned for the question of this digest; None if there are none.

        `made_of`: the digest of the answers that they were learned from, or its beginning.
        """
        query = select(learned_heads).where(_heads.digest == digest).order_by(_heads.at.desc()).limit(1)
        if made_of:
            query = query.where(_heads.made_of.startswith(made_of, autoescape=True))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return LearnedHeads(row.digest, row.question_id, row.made_of, row.content, row.at) if row else None


def put_labelled(connection: Connection, answer: LabelledAnswer) -> None:
    """`LabelledStore.put` as part of a transaction that does more."""
    values = {
        "question_id": answer.question_id, "lang": answer.lang, "text": answer.text, "level": answer.level.value,
        "labels": {point: {"label": label.value, "quote": answer.quotes.get(point, "")} for point, label in answer.labels.items()}, "author_id": answer.author_id,
        "by_model": answer.by_model, "confirmed": answer.confirmed, "at": answer.at,
    }  # fmt: skip
    if connection.execute(update(labelled_answers).where(_answers.id == answer.id).values(**values)).rowcount == 0:
        connection.execute(insert(labelled_answers).values(id=answer.id, **values))


def _answer(row: Row[Any]) -> LabelledAnswer:
    labels = {point: PointLabel(each["label"]) for point, each in row.labels.items()}
    quotes = {point: each["quote"] for point, each in row.labels.items() if each["quote"]}
    return LabelledAnswer(
        row.id, row.question_id, row.lang, row.text, Level(row.level), labels, row.author_id, row.by_model, row.confirmed, row.at, quotes,
    )  # fmt: skip
