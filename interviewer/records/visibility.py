"""Who may see whose interviews, and whose questions, as conditions on their rows. Every read on behalf of somebody carries one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, or_, select, true

from interviewer.models import Person, QuestionState, Reach, Role
from interviewer.records.assignment_tables import assignment_people, assignments
from interviewer.records.authored_tables import authored_questions, question_sets
from interviewer.records.people_tables import coachings, people

STAGED = "staged:"
"""How the owner of an interview begins that an import is still writing: nobody has such an id."""


def visible_to(viewer: Person, owner: ColumnElement[Any]) -> ColumnElement[bool]:
    """The owners whose records the viewer may read: their own, and as a coach those of the candidates assigned to them.

    An admin sees no more than a coach does: they may assign themselves, and the audit log tells it. Without accounts the one
    local person sees everything on their machine.
    """
    if viewer.is_local:
        return owner.not_like(f"{STAGED}%")
    own = owner == viewer.id
    if not viewer.may_coach:
        return own
    return or_(own, owner.in_(select(coachings.c.candidate_id).where(coachings.c.coach_id == viewer.id)))


def readable_by(viewer: Person) -> ColumnElement[bool]:
    """The questions written here whose key the viewer may read: what they may change, and as a coach those that are published for others."""
    return or_(editable_by(viewer), _shared()) if viewer.may_coach else editable_by(viewer)


def editable_by(viewer: Person) -> ColumnElement[bool]:
    """The questions that the viewer may change: their own, and as an admin those that are published for others or nobody's any more.

    So an admin can mend or withdraw what people are asked, also where its author's account is gone, and reads nobody's drafts.
    """
    if viewer.is_local:
        return true()
    own = authored_questions.c.owner == viewer.id
    return or_(own, _shared(), authored_questions.c.owner == "") if viewer.may_administer else own


def set_usable_by(viewer: Person) -> ColumnElement[bool]:
    """The question sets that the viewer may use: their own, and those published for them (`models.Audience`)."""
    if viewer.is_local:
        return true()
    table = question_sets.c
    for_group = true() if viewer.may_coach else and_(table.group_name == viewer.group, table.group_name != "")
    for_all = table.reach == Reach.EVERYBODY.value
    return or_(table.owner == viewer.id, for_all, and_(table.reach == Reach.GROUP.value, for_group))


def set_editable_by(viewer: Person) -> ColumnElement[bool]:
    """The question sets that the viewer may change: their own, and as an admin those that are published for others."""
    if viewer.is_local:
        return true()
    own = question_sets.c.owner == viewer.id
    return or_(own, question_sets.c.reach != Reach.OWNER.value) if viewer.may_administer else own


def _shared() -> ColumnElement[bool]:
    table = authored_questions.c
    return and_(table.state == QuestionState.PUBLISHED.value, table.reach != Reach.OWNER.value, table.licence != "")


def on_desk(viewer: Person, owner: ColumnElement[Any], finished_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """The interviews that the viewer finds on the desk: what they may read, of their own only what has ended.

    The desk shows the key, and whoever coaches is a candidate like any other while an interview of theirs runs.
    """
    return and_(visible_to(viewer, owner), or_(owner != viewer.id, finished_at.is_not(None)))


def given_to(given: FromClause, person: FromClause) -> ColumnElement[bool]:
    """That a row of `assignments` was given to a row of `people`: who was chosen, who has begun it, and of a whole group its candidates, as
    far as whoever gave it coaches them. An admin gives to everybody."""
    row, giver = assignment_people.c, people.alias()
    named = exists().where(row.assignment_id == given.c.id, row.person_id == person.c.id, or_(row.chosen, row.begun > 0))
    coached = exists().where(coachings.c.coach_id == given.c.owner, coachings.c.candidate_id == person.c.id)
    by_admin = exists().where(giver.c.id == given.c.owner, giver.c.role == Role.ADMIN.value)
    whole = and_(given.c.whole_group, given.c.group_name != "", given.c.group_name == person.c.group_name)
    member = and_(whole, person.c.role == Role.CANDIDATE.value, or_(coached.correlate(given, person), by_admin.correlate(given, person)))
    return or_(named.correlate(given, person), member)


def assignment_visible_to(viewer: Person) -> ColumnElement[bool]:
    """The assignments that the viewer sees as a coach: their own, and those given to somebody whom they coach."""
    if viewer.is_local:
        return true()
    if not viewer.may_coach:
        return false()
    candidate = people.alias()
    coached = and_(coachings.c.coach_id == viewer.id, coachings.c.candidate_id == candidate.c.id)
    theirs = exists(select(candidate.c.id).join(coachings, coached).where(given_to(assignments, candidate)).correlate(assignments))
    return or_(assignments.c.owner == viewer.id, theirs)


def assignment_editable_by(viewer: Person) -> ColumnElement[bool]:
    """The assignments that the viewer may change and withdraw: their own, and as an admin all that they see."""
    if viewer.is_local or viewer.may_administer:
        return assignment_visible_to(viewer)
    return assignments.c.owner == viewer.id if viewer.may_coach else false()
