"""Transcripts from elsewhere in the database: whole interviews at once, each answer with the digest of where it stood."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from interviewer.errors import Conflict, StoreError
from interviewer.models import ExaminerName, Question, Reply, ReplyKind, Role, Setup, TurnKind
from interviewer.records.base import Database
from interviewer.records.dialects import take_turns
from interviewer.records.grading_queue import request_first_grading
from interviewer.records.names import KnownNames, key_of
from interviewer.records.people_tables import audit, coachings, people
from interviewer.records.search import forget_answers, index_answer
from interviewer.records.store import keep_snapshot
from interviewer.records.tables import grading_requests, interview_questions, interviews, turns
from interviewer.records.visibility import STAGED

BATCH = 100
"""About as many answers are written in a transaction."""
PAUSE = 0.01
"""Seconds between two, in which others who wait to write get their turn."""
NEVER = timedelta(days=3650)
LONGEST_IMPORT = timedelta(hours=6)
"""An import that has begun before was killed."""


@dataclass(frozen=True, slots=True)
class ImportedAnswer:
    """An answer as it was given elsewhere. `origin`: 64 hex digits that are the same whenever the same answer is imported."""

    question: Question
    reply: Reply
    origin: str


def known_origins(database: Database, origins: Collection[str]) -> frozenset[str]:
    """Those that are in the database already."""
    with database.reading() as connection:
        return _known(connection, origins)


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """Somebody whom an import brings. `coach_id`: to whom they are assigned, empty for nobody."""

    id: str
    name: str
    coach_id: str


@dataclass(frozen=True, slots=True)
class PlannedInterview:
    """An interview to be written. Its setup says everything but the questions, which are those of the answers."""

    owner: str
    setup: Setup
    answers: tuple[ImportedAnswer, ...]


def add_interviews(
    database: Database, candidates: Sequence[NewCandidate], planned: Sequence[PlannedInterview], *, importer_id: str, now: datetime
) -> tuple[tuple[str, ...], int]:
    """All of an import at once: the people, their finished interviews, each answer to be graded, and a note of each.

    Written in short transactions, between which others write, as interviews of nobody's: they are given to their owners, and with that
    are to be seen and graded, in a last one (`_publish`). What a killed import leaves behind is removed by `forget_staged`.

    Returns the ids of the interviews and how many answers they have. Conflict, or LooksLike, if another import has brought the same answers
    or people meanwhile: nothing is there of this one.
    """
    with database.reading() as connection:
        taken = frozenset(connection.scalars(select(people.c.name)))
    names, new_names = KnownNames(taken), KnownNames()
    for candidate in candidates:
        if names.same(candidate.name):
            raise Conflict("somebody was added meanwhile → import it again")
        names.refuse_alike(candidate.name)
        names.add(candidate.name)
        new_names.add(candidate.name)
    staged = f"{STAGED}{int(now.timestamp())}:{secrets.token_hex(4)}"
    made: dict[str, PlannedInterview] = {}
    try:
        kept: dict[Question, str] = {}
        for batch in _batches(planned):
            with database.writing() as connection:
                for each in batch:
                    made[_add_interview(connection, each, staged, kept, now)] = each
            time.sleep(PAUSE)
        with database.writing() as connection:
            take_turns(connection, "imports", "names")
            _refuse_meanwhile(connection, planned, taken, new_names)
            _publish(connection, candidates, made, staged, importer_id=importer_id, now=now)
    except BaseException:
        with suppress(StoreError):
            _discard(database, staged)
        raise
    return tuple(made), sum(len(each.answers) for each in planned)


def forget_staged(database: Database, now: datetime) -> int:
    """Remove what imports have left behind that were killed; how many interviews that were."""
    with database.reading() as connection:
        owners = connection.scalars(select(interviews.c.owner).where(interviews.c.owner.startswith(STAGED)).distinct()).all()
    return sum(_discard(database, owner) for owner in owners if _is_old(owner, now))


def _is_old(staged: str, now: datetime) -> bool:
    began = staged.removeprefix(STAGED).partition(":")[0]
    return not began.isdecimal() or abs(now.timestamp() - int(began)) > LONGEST_IMPORT.total_seconds()


def _batches(planned: Sequence[PlannedInterview]) -> Iterator[list[PlannedInterview]]:
    """The interviews in runs of about `BATCH` answers."""
    batch: list[PlannedInterview] = []
    for each in planned:
        batch.append(each)
        if sum(len(one.answers) for one in batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _refuse_meanwhile(connection: Connection, planned: Sequence[PlannedInterview], taken: Collection[str], new: KnownNames) -> None:
    if _known(connection, [answer.origin for each in planned for answer in each.answers]):
        raise Conflict("another import has brought the same answers meanwhile → import them again")
    for name in connection.scalars(select(people.c.name)):
        if name not in taken and (new.same(name) or new.alike(name)):
            raise Conflict("somebody was added meanwhile → import it again")


def _publish(
    connection: Connection,
    candidates: Sequence[NewCandidate],
    made: Mapping[str, PlannedInterview],
    staged: str,
    *,
    importer_id: str,
    now: datetime,
) -> None:
    """Give what was written to its owners: a few statements, however much it is."""
    if candidates:
        connection.execute(insert(people), [
            {"id": each.id, "name": each.name, "key": key_of(each.name), "role": Role.CANDIDATE.value, "group_name": "", "active": True,
             "created_at": now}
            for each in candidates
        ])  # fmt: skip
    if pairs := [{"coach_id": each.coach_id, "candidate_id": each.id} for each in candidates if each.coach_id]:
        connection.execute(insert(coachings), pairs)
    if not made:
        return
    mine = select(turns.c.id).join(interviews, interviews.c.id == turns.c.interview_id).where(interviews.c.owner == staged)
    connection.execute(update(grading_requests).where(grading_requests.c.turn_id.in_(mine)).values(not_before=None))
    given = update(interviews).where(interviews.c.id == bindparam("interview")).values(owner=bindparam("given"), stale=True)
    connection.execute(given, [{"interview": interview_id, "given": each.owner} for interview_id, each in made.items()])
    connection.execute(insert(audit), [
        {"at": now, "actor_id": importer_id, "action": "import", "subject": interview_id, "detail": str(len(each.answers))}
        for interview_id, each in made.items()
    ])  # fmt: skip


def _discard(database: Database, staged: str) -> int:
    """Remove what an import has written that nobody has seen, in short transactions as well; how many interviews that were."""
    gone = 0
    while True:
        with database.writing() as connection:
            some = connection.scalars(select(interviews.c.id).where(interviews.c.owner == staged).limit(BATCH)).all()
            for interview_id in some:
                forget_answers(connection, interview_id)
            connection.execute(delete(interviews).where(interviews.c.id.in_(some)))
        gone += len(some)
        if not some:
            return gone
        time.sleep(PAUSE)


def _add_interview(connection: Connection, planned: PlannedInterview, owner: str, kept: dict[Question, str], now: datetime) -> str:
    """One of the interviews. `kept`: the digests of the questions that this import has kept already."""
    interview_id, setup, answers = secrets.token_hex(16), planned.setup, planned.answers
    moments = [answer.reply.at for answer in answers]
    connection.execute(
        insert(interviews).values(
            id=interview_id, owner=owner, stale=False, lang=setup.lang, mode=setup.mode.value, follow_ups=setup.follow_ups, minutes=setup.minutes,
            examiner=setup.examiner.value, created_at=min(moments), finished_at=max(moments), version=1,
        )
    )  # fmt: skip
    for position, answer in enumerate(answers):
        if answer.question not in kept:
            kept[answer.question] = keep_snapshot(connection, answer.question)
        _add_answer(connection, interview_id, position, answer, setup, kept[answer.question], now)
    return interview_id


def _known(connection: Connection, origins: Collection[str]) -> frozenset[str]:
    listed = list(origins)
    found: set[str] = set()
    for start in range(0, len(listed), 500):
        found |= {origin for origin in connection.scalars(_brought().where(turns.c.origin.in_(listed[start : start + 500]))) if origin}
    return frozenset(found)


def _brought() -> Select[Any]:
    """What was imported, without what an import is still writing."""
    whole = select(turns.c.origin).join(interviews, interviews.c.id == turns.c.interview_id)
    return whole.where(interviews.c.owner.not_like(f"{STAGED}%"))


def _add_answer(
    connection: Connection, interview_id: str, position: int, answer: ImportedAnswer, setup: Setup, digest: str, now: datetime
) -> None:
    question, reply = answer.question, answer.reply
    connection.execute(
        insert(interview_questions).values(interview_id=interview_id, position=position, question_id=question.id, digest=digest)
    )
    added = connection.execute(
        insert(turns).values(
            interview_id=interview_id, seq=position + 1, question_id=question.id, kind=TurnKind.QUESTION.value,
            prompt=question.prompt[setup.lang], asked_at=reply.at, hints=0, revealed=False, draft="", reply_kind=reply.kind.value,
            reply_text=reply.text, replied_at=reply.at, origin=answer.origin,
        )
    )  # fmt: skip
    primary_key = added.inserted_primary_key
    assert primary_key is not None
    turn_id: int = primary_key[0]
    index_answer(connection, turn_id, reply.text)
    if reply.kind is ReplyKind.TEXT:
        request_id = request_first_grading(connection, turn_id=turn_id, answer=reply.text, examiner=ExaminerName(setup.examiner), now=now)
        # Nobody grades it before it is somebody's.
        connection.execute(update(grading_requests).where(grading_requests.c.id == request_id).values(not_before=now + NEVER))
