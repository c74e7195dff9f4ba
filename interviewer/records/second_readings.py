"""What is needed to choose second readings: the shares of the groups, and of reviewed interviews who has had what to do with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, case, delete, distinct, func, insert, select, true

from interviewer.models import EditKind, Mode, Person, Purpose, ReplyKind, Role
from interviewer.records.audit_log import READ_TRANSCRIPT
from interviewer.records.base import Database
from interviewer.records.desk_tables import second_reading_shares
from interviewer.records.groups import archived_groups
from interviewer.records.people_tables import audit, coachings, people
from interviewer.records.review_tables import edits, summaries
from interviewer.records.tables import interviews, turns
from interviewer.records.visibility import visible_to

AT_ONCE = 500
"""Ids in one query."""
_GIVEN = (EditKind.VERDICT.value, EditKind.SCORE.value, EditKind.REVIEWED.value)
_seen, _shares = summaries.c, second_reading_shares.c


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A reviewed interview of a group with a share. `percent`: the share; `reviewed_at`: when a coach last stood for it."""

    interview_id: str
    owner: str
    candidate: str
    group: str
    percent: int
    reviewed_at: datetime


@dataclass(slots=True)
class Readers:
    """Who has had to do with an interview, by id. `coaches`: of its candidate; `graded`: gave verdicts, stand for it, or lead it; `seen`: read its grades.

    `begun`: second readers, and how many answers each has judged; `answers`: how many there are.
    """

    coaches: set[str] = field(default_factory=set)
    graded: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    begun: dict[str, int] = field(default_factory=dict)
    answers: int = 0


class SecondReadingStore:
    """The rows of one database; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def shares(self) -> dict[str, int]:
        """The groups of whose reviewed interviews a share is read again, with the share in percent."""
        with self._database.reading() as connection:
            return {row.group_name: row.percent for row in connection.execute(select(second_reading_shares))}

    def set_share(self, group: str, percent: int) -> None:
        """From now on; 0 for none."""
        with self._database.writing() as connection:
            connection.execute(delete(second_reading_shares).where(_shares.group_name == group))
            if percent:
                connection.execute(insert(second_reading_shares).values(group_name=group, percent=percent))

    def groups(self, viewer: Person | None) -> tuple[str, ...]:
        """The groups of the candidates whom the viewer coaches; None for all that there are."""
        theirs = true() if viewer is None else visible_to(viewer, people.c.id) & (people.c.id != viewer.id)
        named = select(people.c.group_name).where(people.c.group_name != "", theirs).distinct().order_by(people.c.group_name)
        with self._database.reading() as connection:
            return tuple(connection.scalars(named))

    def reviewed(self, viewer: Person) -> tuple[Reviewed, ...]:
        """The reviewed interviews of groups with a share that the viewer may read and has no part in as a candidate, oldest review first."""
        query = (
            select(_seen.interview_id, _seen.owner, people.c.name, people.c.group_name, _shares.percent, _seen.reviewed_at)
            .select_from(
                second_reading_shares.join(people, people.c.group_name == _shares.group_name).join(summaries, _seen.owner == people.c.id)
            )
            .where(
                _seen.reviewed_at.is_not(None), _seen.finished_at.is_not(None), _seen.mode != Mode.DRILL.value,
                _seen.owner != viewer.id, visible_to(viewer, _seen.owner), _shares.group_name.not_in(archived_groups()),
            )
            .order_by(_seen.reviewed_at, _seen.interview_id)
        )  # fmt: skip
        with self._database.reading() as connection:
            return tuple(Reviewed(*row) for row in connection.execute(query))

    def readers(self, chosen: Sequence[Reviewed]) -> dict[str, Readers]:
        """Who has had to do with these interviews, by the interview's id."""
        found = {each.interview_id: Readers() for each in chosen}
        with self._database.reading() as connection:
            coaches = _coaches(connection, {each.owner for each in chosen})
            for each in chosen:
                found[each.interview_id].coaches = coaches[each.owner]
            for fill in (_fill_graded, _fill_leads, _fill_answers, _fill_seen):
                _in_parts(connection, list(found), fill, found)
        return found


Found = Mapping[str, Readers]


def _in_parts(connection: Connection, ids: list[str], fill: Callable[[Connection, list[str], Found], None], found: Found) -> None:
    for start in range(0, len(ids), AT_ONCE):
        fill(connection, ids[start : start + AT_ONCE], found)


def _coaches(connection: Connection, owners: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    known = sorted(owners)
    for start in range(0, len(known), AT_ONCE):
        mine = (
            select(coachings.c.candidate_id, coachings.c.coach_id)
            .join(people, people.c.id == coachings.c.coach_id)
            .where(
                coachings.c.candidate_id.in_(known[start : start + AT_ONCE]),
                people.c.active,
                people.c.role.in_((Role.COACH.value, Role.ADMIN.value)),
            )
        )
        for candidate_id, coach_id in connection.execute(mine):
            found[candidate_id].add(coach_id)
    return found


def _fill_graded(connection: Connection, ids: list[str], found: Found) -> None:
    withdrawn = select(edits.c.withdraws).where(edits.c.interview_id.in_(ids), edits.c.withdraws.is_not(None))
    second = (edits.c.purpose == Purpose.CALIBRATION.value) & edits.c.blind & (edits.c.kind == EditKind.VERDICT.value)
    judged = func.count(distinct(case((second, edits.c.turn_seq))))
    others = func.count(case((second, None), else_=1))
    given = (
        select(edits.c.interview_id, edits.c.author_id, judged, others)
        .where(edits.c.interview_id.in_(ids), edits.c.kind.in_(_GIVEN), edits.c.id.not_in(withdrawn))
        .group_by(edits.c.interview_id, edits.c.author_id)
    )
    for interview_id, author_id, answers, other in connection.execute(given):
        if answers:
            found[interview_id].begun[author_id] = answers
        if other:
            found[interview_id].graded.add(author_id)


def _fill_leads(connection: Connection, ids: list[str], found: Found) -> None:
    # Whatever they give is the final grade, and no reading beside it.
    led = select(interviews.c.id, interviews.c.lead_id).where(interviews.c.id.in_(ids), interviews.c.lead_id.is_not(None))
    for interview_id, lead_id in connection.execute(led):
        found[interview_id].graded.add(lead_id)


def _fill_answers(connection: Connection, ids: list[str], found: Found) -> None:
    given = (ReplyKind.TEXT.value, ReplyKind.TIMED_OUT.value)
    answered = turns.c.interview_id.in_(ids) & turns.c.reply_kind.in_(given) & (func.trim(turns.c.reply_text) != "")
    counted = select(turns.c.interview_id, func.count()).where(answered).group_by(turns.c.interview_id)
    for interview_id, answers in connection.execute(counted):
        found[interview_id].answers = answers


def _fill_seen(connection: Connection, ids: list[str], found: Found) -> None:
    read = select(audit.c.subject, audit.c.actor_id).where(audit.c.subject.in_(ids), audit.c.action == READ_TRANSCRIPT).distinct()
    for interview_id, actor_id in connection.execute(read):
        found[interview_id].seen.add(actor_id)
