"""The interviews as a coach finds them: the list and one interview. Every read asks who is asking.

What the filters mean is in `inbox`; the rows that are listed are kept by `digest`; `edits` appends what a coach puts down. Rows over
many interviews are in `group`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from interviewer.errors import NotFound
from interviewer.models import Edit, ExaminerName, Interview, Mode, Person
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.edits import add_edit
from interviewer.records.grading_queue import request_grading
from interviewer.records.inbox import InboxFilters, InboxPage, InboxRow, conditions_of, order_of
from interviewer.records.leads import settle_lead
from interviewer.records.people_tables import people
from interviewer.records.review_tables import summaries
from interviewer.records.row_cache import RowCache
from interviewer.records.search import Phrases, holds, read_phrases
from interviewer.records.store import read_interview
from interviewer.records.summaries import count_stale
from interviewer.records.tables import interviews, turns
from interviewer.records.visibility import on_desk, visible_to

SNIPPET = 120
"""Characters of an answer that are shown around a hit."""

_LISTED = summaries.outerjoin(people, people.c.id == summaries.c.owner)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of whom there are interviews or drills. `name` and `group` are empty for the local person; `interviews`: without drills."""

    id: str
    name: str
    group: str
    interviews: int


class DeskStore:
    """The interviews of everybody, as each viewer may see them. `known`: shared with the store, so that an erasure clears both."""

    def __init__(self, database: Database, known: RowCache | None = None) -> None:
        self.database, self.known = database, known or RowCache()

    # ------------------------------------------------------------ the list

    def inbox(self, viewer: Person, filters: InboxFilters, *, sort: str = "newest", page: int = 1, size: int = 50) -> InboxPage:
        """The interviews that the viewer may read and that pass the filters; a page beyond the last is the last."""
        listed = (
            select(summaries.c.interview_id, func.count().over().label("total"))
            .select_from(_LISTED)
            .where(conditions_of(viewer, filters))
            .order_by(*order_of(sort))
        )
        with self.database.reading() as connection:
            page = max(1, page)
            found = connection.execute(listed.limit(size).offset((page - 1) * size)).all()
            if not found and page > 1:
                count = connection.execute(select(func.count()).select_from(_LISTED).where(conditions_of(viewer, filters))).scalar_one()
                page = max(1, -(-count // size))
                found = connection.execute(listed.limit(size).offset((page - 1) * size)).all()
            total = found[0].total if found else 0
            rows = _read_rows(connection, [row.interview_id for row in found])
            if phrases := read_phrases(filters.text):
                rows = _with_snippets(connection, rows, phrases, filters.text)
            return InboxPage(rows, total, page, max(1, -(-total // size)), count_stale(connection))

    def neighbours(self, viewer: Person, filters: InboxFilters, sort: str, interview_id: str) -> tuple[str | None, str | None]:
        """The interviews before and after this one in the list, even if it has just dropped out of the list; None at either end."""
        order = order_of(sort)
        around = (
            select(
                summaries.c.interview_id,
                func.lag(summaries.c.interview_id).over(order_by=order).label("before"),
                func.lead(summaries.c.interview_id).over(order_by=order).label("after"),
            )
            .select_from(_LISTED)
            .where(
                conditions_of(viewer, filters)
                | ((summaries.c.interview_id == interview_id) & on_desk(viewer, summaries.c.owner, summaries.c.finished_at))
            )
            .subquery()
        )
        with self.database.reading() as connection:
            row = connection.execute(select(around.c.before, around.c.after).where(around.c.interview_id == interview_id)).one_or_none()
        return (row.before, row.after) if row else (None, None)

    def candidates(self, viewer: Person) -> tuple[Candidate, ...]:
        """Everybody of whom the viewer may read interviews, by name."""
        held = func.count().filter(interviews.c.mode != Mode.DRILL.value)
        counted = (
            select(interviews.c.owner, func.coalesce(people.c.name, ""), func.coalesce(people.c.group_name, ""), held)
            .select_from(interviews.outerjoin(people, people.c.id == interviews.c.owner))
            .where(visible_to(viewer, interviews.c.owner))
            .group_by(interviews.c.owner, people.c.name, people.c.group_name, people.c.key)
            .order_by(func.coalesce(people.c.key, ""))
        )
        with self.database.reading() as connection:
            return tuple(Candidate(*row) for row in connection.execute(counted))

    # ------------------------------------------------------------ one interview

    def load(self, interview_id: str, viewer: Person) -> Interview:
        """The whole interview; NotFound if there is none or the viewer may not read it."""
        with self.database.reading() as connection:
            return self._load(connection, interview_id, viewer)

    def _load(self, connection: Connection, interview_id: str, viewer: Person) -> Interview:
        mine = select(interviews).where(interviews.c.id == interview_id, on_desk(viewer, interviews.c.owner, interviews.c.finished_at))
        row = connection.execute(mine).mappings().one_or_none()
        if row is None:
            raise NotFound("no such interview → go back to the list and choose one from there")
        return read_interview(connection, self.known, row)

    def add_edits(self, viewer: Person, interview_id: str, edits: Callable[[Interview], Sequence[Edit]]) -> Interview:
        """Append what `edits` makes of the interview as it stands, all or none; returns it as it stands then. NotFound as in `load`."""
        with self.database.writing() as connection:
            settle_lead(connection, interview_id)
            for edit in edits(self._load(connection, interview_id, viewer)):
                add_edit(connection, replace(edit, interview_id=interview_id))
            return self._load(connection, interview_id, viewer)

    def set_lead(self, viewer: Person, interview_id: str, coach_id: str, *, now: datetime) -> Interview:
        """Put down whose verdicts are the final ones, with a note where it was somebody else; NotFound as in `load`."""
        with self.database.writing() as connection:
            before = self._load(connection, interview_id, viewer).lead_id
            if before != coach_id:
                connection.execute(update(interviews).where(interviews.c.id == interview_id).values(lead_id=coach_id, stale=True))
                note(connection, viewer.id, "lead_changed", interview_id, coach_id, now=now)
            return self._load(connection, interview_id, viewer)

    def request_grade(
        self, viewer: Person, interview_id: str, *, turn_id: int, answer: str, examiner: ExaminerName, now: datetime, lease_owner: str
    ) -> str | None:
        """Ask for another grade without making a move of the dialogue, so that a candidate at work is not disturbed.

        Returns the request's id, None if one is under way; NotFound as in `load`.
        """
        with self.database.writing() as connection:
            self._load(connection, interview_id, viewer)
            connection.execute(update(interviews).where(interviews.c.id == interview_id).values(stale=True))
            return request_grading(connection, turn_id=turn_id, answer=answer, examiner=examiner, now=now, lease_owner=lease_owner)

    def iter_edited(self, viewer: Person) -> Iterator[Interview]:
        """Every interview (no drill) that a coach has put something down on and that the viewer may read, oldest first, one at a time."""
        whole = interviews.c.mode != Mode.DRILL.value
        with self.database.reading() as connection:
            mine = (
                select(interviews.c.id)
                .where(interviews.c.edited, whole, on_desk(viewer, interviews.c.owner, interviews.c.finished_at))
                .order_by(interviews.c.created_at)
            )
            ids = connection.scalars(mine).all()
        for interview_id in ids:
            try:
                yield self.load(interview_id, viewer)
            except NotFound:
                continue  # deleted, or taken away, since the list was made


def _read_rows(connection: Connection, ids: Sequence[str]) -> tuple[InboxRow, ...]:
    shown = (
        select(summaries, func.coalesce(people.c.name, "").label("candidate"), func.coalesce(people.c.group_name, "").label("group"))
        .select_from(_LISTED)
        .where(summaries.c.interview_id.in_(ids))
    )
    rows = {row["interview_id"]: InboxRow(**row) for row in connection.execute(shown).mappings()}
    return tuple(rows[interview_id] for interview_id in ids if interview_id in rows)


def _with_snippets(connection: Connection, rows: Iterable[InboxRow], phrases: Phrases, wanted: str) -> tuple[InboxRow, ...]:
    """The rows with the first answer of each that holds what was searched for."""
    shown = tuple(rows)
    said = (
        select(turns.c.interview_id, turns.c.reply_text)
        .where(turns.c.interview_id.in_([row.interview_id for row in shown]), turns.c.reply_text.is_not(None))
        .order_by(turns.c.interview_id, turns.c.seq)
    )
    answers: dict[str, str] = {}
    for interview_id, answer in connection.execute(said):
        if interview_id not in answers and holds(answer, phrases):
            answers[interview_id] = answer
    return tuple(replace(row, snippet=cut_snippet(answers.get(row.interview_id, ""), wanted)) for row in shown)


def cut_snippet(answer: str, wanted: str) -> str:
    """The answer around the first place where a piece of what was searched for stands, on one line."""
    flat = " ".join(answer.split())
    folded = flat.casefold() if len(flat.casefold()) == len(flat) else flat
    pieces = unicodedata.normalize("NFKC", wanted).casefold().split()
    places = [place for piece in pieces if (place := folded.find(piece)) >= 0]
    start = max(0, min(places, default=0) - SNIPPET // 3)
    end = start + SNIPPET
    return ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")
