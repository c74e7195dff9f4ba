"""Questions that people write here, in the database. Whoever may read or change one is decided by the conditions in `visibility`.

Every method is one transaction. A text that was saved once is never overwritten: of two who edit the same version, the second one's text
is kept beside the first one's. What is published is kept in memory by each process while `stamp` is the same (authoring/live).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, select, true, tuple_, update

from interviewer.errors import NotFound
from interviewer.models import Audience, AuthoredQuestion, Content, Person, QuestionState, QuestionVersion, Reach
from interviewer.records.audit_log import note as put_down
from interviewer.records.authored_tables import authored_questions, authored_versions, bank_changes
from interviewer.records.base import Database
from interviewer.records.dialects import take_turns
from interviewer.records.visibility import editable_by, readable_by

_ONLY, _AT_ONCE = 1, 200
_questions, _versions = authored_questions.c, authored_versions.c


@dataclass(frozen=True, slots=True)
class Text:
    """What is saved. `digest`: of the content; `edited_from`: the number of the version that its author had before them."""

    content: Content
    digest: str
    edited_from: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A question with one of its versions."""

    question: AuthoredQuestion
    version: QuestionVersion


@dataclass(frozen=True, slots=True)
class Published:
    """A question that is asked, without its text. `digest`: of the published version's content; `tested`: see `QuestionVersion`."""

    question: AuthoredQuestion
    digest: str
    tested: bool


class AuthoredStore:
    """The questions of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ------------------------------------------------------------ reading

    def listed(self, viewer: Person) -> tuple[Written, ...]:
        """Every question that the viewer may read, with the version that is edited further, the latest change first."""
        query = _with_version(_versions.number == _questions.current).where(readable_by(viewer))
        return self._written(query.order_by(_questions.changed_at.desc(), _questions.id))

    def read(self, viewer: Person, question_id: str) -> AuthoredQuestion:
        """One of them; NotFound if there is none that the viewer may read."""
        with self._database.reading() as connection:
            return _question(_row(connection, question_id, readable_by(viewer)))

    def versions(self, viewer: Person, question_id: str) -> tuple[QuestionVersion, ...]:
        """All its texts, the newest first; of somebody else's question the published one alone. NotFound as for `read`."""
        with self._database.reading() as connection:
            row = _row(connection, question_id, readable_by(viewer))
            query = select(authored_versions).where(_versions.question_id == question_id).order_by(_versions.number.desc())
            if not _is_among(connection, question_id, editable_by(viewer)):
                query = query.where(_versions.number == row.published)
            return tuple(_version(each) for each in connection.execute(query))

    def may_edit(self, viewer: Person, question_id: str) -> bool:
        """Whether the viewer may change it."""
        with self._database.reading() as connection:
            return _is_among(connection, question_id, editable_by(viewer))

    def taken(self, question_ids: Sequence[str]) -> frozenset[str]:
        """Which of these ids are somebody's already."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(_questions.id).where(_questions.id.in_(question_ids))))

    def owned(self, owner: str) -> int:
        """How many questions somebody has."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).where(_questions.owner == owner)) or 0

    def published(self) -> tuple[Published, ...]:
        """All that is asked of anybody, by id."""
        query = (
            select(authored_questions, _versions.digest, _versions.tested)
            .join(authored_versions, and_(_versions.question_id == _questions.id, _versions.number == _questions.published))
            .where(_questions.state == QuestionState.PUBLISHED.value)
            .order_by(_questions.id)
        )
        with self._database.reading() as connection:
            return tuple(Published(_question(row), row.digest, row.tested) for row in connection.execute(query))

    def contents(self, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Content]:
        """The contents of these versions, by question id and number; those that are gone are left out."""
        wanted, found = list(versions), dict[tuple[str, int], Content]()
        for start in range(0, len(wanted), _AT_ONCE):
            some = tuple_(_versions.question_id, _versions.number).in_(wanted[start : start + _AT_ONCE])
            with self._database.reading() as connection:
                rows = connection.execute(select(_versions.question_id, _versions.number, _versions.content).where(some))
                found.update({(row.question_id, row.number): row.content for row in rows})
        return found

    def current_versions(self, question_id: str) -> tuple[QuestionVersion, ...]:
        """The version that is edited further and the one that is asked, whosever they are: for work in the background. None of no question."""
        chosen = _versions.number.in_((_questions.current, _questions.published))
        with self._database.reading() as connection:
            rows = connection.execute(_with_version(chosen).where(_questions.id == question_id).order_by(_versions.number)).all()
        return tuple(_version(row, prefix="v_") for row in rows)

    def stamp(self) -> str:
        """Another text after each change of what is published; "" before the first."""
        with self._database.reading() as connection:
            return connection.scalar(select(bank_changes.c.stamp)) or ""

    # ------------------------------------------------------------ writing

    def save(self, viewer: Person, texts: Mapping[str, Text], *, now: datetime) -> dict[str, QuestionVersion]:
        """Save these texts by the ids of their questions, all or none: a new question where there is none yet.

        The version becomes the current one, unless the question has moved on from `edited_from` meanwhile. A text that is the current one
        already is not saved again. NotFound if a question is there that the viewer may not change.
        """
        with self._database.writing() as connection:
            take_turns(connection, *(f"question {id}" for id in texts))
            return {id: _save(connection, viewer, id, text, now) for id, text in texts.items()}

    def publish(
        self, viewer: Person, question_id: str, number: int, audience: Audience, *, licence: str, now: datetime, by: str = ""
    ) -> AuthoredQuestion:
        """Ask this version of the audience from now on; NotFound if the viewer may not, or there is no such version. `by`: who did it, for the
        audit log; without it the viewer."""
        values = {
            "state": QuestionState.PUBLISHED.value, "published": number, "reach": audience.reach.value, "group_name": audience.group,
            "licence": licence,
        }  # fmt: skip
        with self._database.writing() as connection:
            _find_version(connection, question_id, number)
            return _change(connection, viewer, question_id, values, now, "published_question", f"version {number}", by=by)

    def withdraw(self, viewer: Person, question_id: str, *, now: datetime, by: str = "") -> AuthoredQuestion:
        """Ask it of nobody any more; NotFound if the viewer may not. `by`: as for `publish`."""
        values = {"state": QuestionState.WITHDRAWN.value, "published": None}
        with self._database.writing() as connection:
            return _change(connection, viewer, question_id, values, now, "withdrew_question", by=by)

    def delete(self, viewer: Person, question_id: str, *, now: datetime) -> None:
        """Delete it with all its texts; interviews keep the copy they asked. NotFound if the viewer may not."""
        with self._database.writing() as connection:
            before = _row(connection, question_id, editable_by(viewer))
            connection.execute(delete(authored_questions).where(_questions.id == question_id))
            note_change(connection)
            if _concerns_others(before):
                put_down(connection, viewer.id, "deleted_question", question_id, now=now)

    def put_test(self, question_id: str, number: int, *, tested: bool, test: Mapping[str, Any]) -> None:
        """Note what the question's labelled answers showed of this version."""
        with self._database.writing() as connection:
            this = (_versions.question_id == question_id) & (_versions.number == number)
            connection.execute(update(authored_versions).where(this).values(tested=tested, test=dict(test)))
            note_change(connection)

    def _written(self, query: Select[Any]) -> tuple[Written, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(Written(_question(row), _version(row, prefix="v_")) for row in rows)


def note_change(connection: Connection) -> None:
    """Tell every process that what is published has changed, with the transaction that changes it."""
    take_turns(connection, "bank")
    connection.execute(delete(bank_changes))
    connection.execute(insert(bank_changes).values(id=_ONLY, stamp=secrets.token_hex(16)))


def _save(connection: Connection, viewer: Person, question_id: str, text: Text, now: datetime) -> QuestionVersion:
    row = connection.execute(select(authored_questions).where(_questions.id == question_id)).one_or_none()
    if row is None:
        return _create(connection, viewer, question_id, text, now)
    row = _row(connection, question_id, editable_by(viewer))
    current = _find_version(connection, question_id, row.current)
    if current.digest == text.digest:
        return current
    number = 1 + (connection.scalar(select(func.max(_versions.number)).where(_versions.question_id == question_id)) or 0)
    saved = _add_version(connection, viewer, question_id, number, text, now)
    if row.current == text.edited_from:
        connection.execute(update(authored_questions).where(_questions.id == question_id).values(current=number, changed_at=now))
    return saved


def _create(connection: Connection, viewer: Person, question_id: str, text: Text, now: datetime) -> QuestionVersion:
    connection.execute(
        insert(authored_questions).values(
            id=question_id, owner=viewer.id, state=QuestionState.DRAFT.value, current=1, published=None, reach=Reach.OWNER.value, group_name="",
            licence="", created_at=now, changed_at=now,
        )
    )  # fmt: skip
    return _add_version(connection, viewer, question_id, 1, replace(text, edited_from=0), now)


def _add_version(connection: Connection, viewer: Person, question_id: str, number: int, text: Text, now: datetime) -> QuestionVersion:
    values = {
        "question_id": question_id, "number": number, "based_on": text.edited_from, "content": dict(text.content), "digest": text.digest,
        "author_id": viewer.id, "author": viewer.name, "at": now, "note": text.note,
    }  # fmt: skip
    connection.execute(insert(authored_versions).values(**values))
    return _find_version(connection, question_id, number)


def _change(
    connection: Connection,
    viewer: Person,
    question_id: str,
    values: Mapping[str, Any],
    now: datetime,
    action: str,
    detail: str = "",
    *,
    by: str,
) -> AuthoredQuestion:
    before = _row(connection, question_id, editable_by(viewer))
    connection.execute(update(authored_questions).where(_questions.id == question_id).values(**values, changed_at=now))
    after = _row(connection, question_id, true())
    note_change(connection)
    if _concerns_others(before) or _concerns_others(after):
        put_down(connection, by or viewer.id, action, question_id, detail, now=now)
    return _question(after)


def _concerns_others(row: Row[Any]) -> bool:
    """Whether it is asked of others than its owner: only then is what is done with it anybody else's business, as the audit log's reader's."""
    return bool(row.state == QuestionState.PUBLISHED.value and row.reach != Reach.OWNER.value)


def _row(connection: Connection, question_id: str, allowed: ColumnElement[bool]) -> Row[Any]:
    row = connection.execute(select(authored_questions).where(_questions.id == question_id, allowed)).one_or_none()
    if row is None:
        raise NotFound("there is no such question → go back to the list of questions")
    return row


def _is_among(connection: Connection, question_id: str, allowed: ColumnElement[bool]) -> bool:
    return connection.scalar(select(_questions.id).where(_questions.id == question_id, allowed)) is not None


def _find_version(connection: Connection, question_id: str, number: int) -> QuestionVersion:
    this = (_versions.question_id == question_id) & (_versions.number == number)
    row = connection.execute(select(authored_versions).where(this)).one_or_none()
    if row is None:
        raise NotFound("there is no such version → go back to the question")
    return _version(row)


def _with_version(which: ColumnElement[bool]) -> Select[Any]:
    columns = [column.label(f"v_{column.name}") for column in authored_versions.columns]
    return select(authored_questions, *columns).join(authored_versions, and_(_versions.question_id == _questions.id, which))


def _question(row: Row[Any]) -> AuthoredQuestion:
    return AuthoredQuestion(
        row.id, row.owner, QuestionState(row.state), row.current, row.published, Audience(Reach(row.reach), row.group_name), row.licence,
        row.created_at, row.changed_at,
    )  # fmt: skip


def _version(row: Row[Any], *, prefix: str = "") -> QuestionVersion:
    kept = {name.removeprefix(prefix): value for name, value in row._mapping.items() if name.startswith(prefix)}
    kept.pop("id")
    return QuestionVersion(**kept)
