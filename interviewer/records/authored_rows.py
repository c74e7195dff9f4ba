"""What becomes of what somebody wrote when their account goes, or takes over what was written before there were accounts.

With the account go the questions that nobody else is asked, all texts of the others but the published ones, the labelled answers with
what was learned of them, sets and drafts. A question that others are asked stays, without the name of who wrote it: they practise it, and
its licence lets it be used. Then an admin looks after it (`visibility.editable_by`).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, not_, or_, select, update

from interviewer.models import QuestionState, Reach
from interviewer.records.assignment_tables import assignment_questions
from interviewer.records.authored import note_change
from interviewer.records.authored_tables import (
    authored_questions,
    authored_versions,
    bank_drafts,
    labelled_answers,
    learned_heads,
    question_sets,
)
from interviewer.records.tables import interview_questions, question_snapshots

_questions, _versions = authored_questions.c, authored_versions.c


def forget_authored(connection: Connection, person_id: str) -> None:
    """Delete what somebody wrote, or take their name from it, in the caller's transaction. Their interviews must be gone already."""
    mine = _questions.owner == person_id
    shared = and_(_questions.state == QuestionState.PUBLISHED.value, _questions.reach != Reach.OWNER.value, _questions.licence != "")
    private = connection.scalars(select(_questions.id).where(mine, ~shared)).all()
    connection.execute(delete(authored_questions).where(_questions.id.in_(private)))
    _forget_copies(connection, private)
    drop_labelled(connection, labelled_answers.c.author_id == person_id)
    _keep_published(connection, connection.scalars(select(_questions.id).where(mine)).all())
    connection.execute(update(authored_versions).where(_versions.author_id == person_id).values(author_id="", author=""))
    connection.execute(delete(bank_drafts).where(bank_drafts.c.owner == person_id))
    own_sets = question_sets.c.owner == person_id
    connection.execute(delete(question_sets).where(own_sets, question_sets.c.reach == Reach.OWNER.value))
    connection.execute(update(question_sets).where(own_sets).values(owner=""))
    note_change(connection)


def adopt_authored(connection: Connection, before: str, owner: str, name: str) -> None:
    """Give somebody what another owner wrote."""
    for table in (authored_questions, question_sets, bank_drafts):
        connection.execute(update(table).where(table.c.owner == before).values(owner=owner))
    connection.execute(update(authored_versions).where(_versions.author_id == before).values(author_id=owner, author=name))
    connection.execute(update(labelled_answers).where(labelled_answers.c.author_id == before).values(author_id=owner))
    note_change(connection)


def _keep_published(connection: Connection, question_ids: Sequence[str]) -> None:
    """Of these questions keep the published text alone, as nobody's."""
    for question_id in question_ids:
        published = connection.scalar(select(_questions.published).where(_questions.id == question_id))
        this = _versions.question_id == question_id
        connection.execute(delete(authored_versions).where(this, _versions.number != published))
        connection.execute(update(authored_questions).where(_questions.id == question_id).values(owner="", current=published))


def _forget_copies(connection: Connection, question_ids: Sequence[str]) -> None:
    """Delete the copies of these questions that no interview has any more, and no assignment."""
    copies = question_snapshots.c
    used = [copies.digest.in_(select(table.c.digest)) for table in (interview_questions, assignment_questions)]
    connection.execute(delete(question_snapshots).where(copies.question_id.in_(question_ids), not_(or_(*used))))


def drop_labelled(connection: Connection, theirs: ColumnElement[bool]) -> None:
    """Delete these labelled answers, what was learned of them, and that a test with them went well."""
    concerned = connection.scalars(select(labelled_answers.c.question_id).where(theirs).distinct()).all()
    connection.execute(delete(labelled_answers).where(theirs))
    connection.execute(delete(learned_heads).where(learned_heads.c.question_id.in_(concerned)))
    connection.execute(update(authored_versions).where(_versions.question_id.in_(concerned)).values(tested=False, test=None))
